"""Attention and H3 beside the gradient steps they contain."""
