"""Moments of Gaussian vectors and matrices as identities, and the statements about them."""
