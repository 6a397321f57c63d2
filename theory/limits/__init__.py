"""Leading orders as sizes grow together."""
