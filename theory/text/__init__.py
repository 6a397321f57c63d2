"""Formulas and derivations, written out."""
