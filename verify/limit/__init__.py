"""What the witnesses make of an optimum that is claimed to leading order."""
