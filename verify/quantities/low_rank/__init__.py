"""The least risk of low-rank weights, and of low-rank updates of an old optimum."""
