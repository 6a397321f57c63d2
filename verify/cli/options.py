"""Options that several commands have."""

from __future__ import annotations

import click

seed = click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Seed of all randomness.",
)
json_path = click.option(
    "--json", "json_path", metavar="PATH", help="Write a JSON report; - for standard output."
)
device = click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Where models are trained; verdicts are float64 or exact in any case.",
)


def check_device(name: str) -> None:
    """Raise InputError if this machine does not have it; loads torch only to look for a GPU."""
    if name != "cpu":
        from numerics import device as checked

        checked(name)
