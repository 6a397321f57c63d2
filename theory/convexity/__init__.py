"""The Hessian of a risk in its weight, and the statement about it."""
