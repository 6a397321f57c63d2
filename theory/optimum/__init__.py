"""Optimal weights and risks: derived in closed form, and the statements about them."""
