"""Certificates of what the judge says, for a checker that knows nothing of this package."""
