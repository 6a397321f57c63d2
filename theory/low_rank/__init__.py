"""Weights and updates of low rank: their best risk, and the statements about them."""
