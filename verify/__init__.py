"""Statements on trial: witnesses, verdicts, reports and the command line (``python -m verify``)."""
