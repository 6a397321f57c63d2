"""How long things take, measured beside what one would otherwise use; results checked first."""
