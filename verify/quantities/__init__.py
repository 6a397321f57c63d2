"""What statements about structure are about, each with its claim: what the checks ask."""
