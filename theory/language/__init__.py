"""Formulas and design files from untrusted text, and the files that ship."""
