"""Another law at test, on trial."""
