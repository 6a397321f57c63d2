"""What sample weights gain over equal ones."""
