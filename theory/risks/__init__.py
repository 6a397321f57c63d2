"""Risks of given weights, in words and coordinate by coordinate, and what is claimed of them."""
