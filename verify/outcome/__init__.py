"""What came of a trial: verdicts and findings, and their renderings as text and JSON."""
