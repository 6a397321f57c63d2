"""Weights and updates of low rank: their best risk."""
