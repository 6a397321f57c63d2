"""Words in matrices, polynomials in them, their moments, derivatives, sums and values."""
