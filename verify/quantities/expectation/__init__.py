"""Moments of Gaussian matrices from text."""
