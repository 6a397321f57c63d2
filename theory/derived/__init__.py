"""All that is derived from a design of the user's own, of which nothing is claimed."""
