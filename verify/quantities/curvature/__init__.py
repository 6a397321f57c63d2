"""The curvature of the risk of PGD."""
