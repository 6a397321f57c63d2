"""Sample weights and filters: their best risk, and the statements about them."""
