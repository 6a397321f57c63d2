"""Moments of Gaussian vectors and matrices."""
