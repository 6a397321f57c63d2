"""What the witnesses make of a claimed risk of low-rank weights and updates."""
