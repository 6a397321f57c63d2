"""Optimal weights and risks: derived in closed form, or as the solution of an equation."""
