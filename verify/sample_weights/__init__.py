"""What the witnesses make of a claim about the gain from sample weights."""
