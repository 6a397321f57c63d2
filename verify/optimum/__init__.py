"""What the witnesses make of a claimed optimal weight and risk."""
