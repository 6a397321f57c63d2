"""Several gradient steps: the best coefficients of a polynomial in X'X, and its step sizes."""
