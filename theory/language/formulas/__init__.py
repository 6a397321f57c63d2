"""Formulas from untrusted text: a small grammar, bounded, with places in its errors."""
