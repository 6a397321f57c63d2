"""What the witnesses make of a claim that a risk is strongly convex."""
