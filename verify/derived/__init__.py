"""What the witnesses make of all that is derived from a design of the user's own."""
