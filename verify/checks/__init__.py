"""The checks: each is one way of putting any claim on trial, written once."""
