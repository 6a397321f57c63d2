"""Designs from untrusted files: TOML with places, bounded in everything."""
