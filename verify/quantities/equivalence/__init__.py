"""Models beside the gradient steps that they contain."""
