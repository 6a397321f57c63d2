"""Leading orders as sizes grow together, and the statements about them."""
