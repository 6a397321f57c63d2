"""The second-order part of a risk: why it is convex, and its Hessian."""
