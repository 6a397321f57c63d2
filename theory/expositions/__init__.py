"""What is claimed or derived, written out: formulas, what they stand for, steps, conditions."""
