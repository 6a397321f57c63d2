"""Moments from untrusted text: what the names stand for, and products of them."""
