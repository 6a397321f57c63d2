"""What the witnesses make of a claimed moment."""
