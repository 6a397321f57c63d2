"""Statements: what is claimed, and what is derived in its place."""
