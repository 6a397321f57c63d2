"""Sample weights and filters: their best risk."""
