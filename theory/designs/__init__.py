"""How prompts are drawn, what predicts from them, and instances at given sizes."""
