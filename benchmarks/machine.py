"""The machine and the versions that a measurement belongs to."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.table import Table

PACKAGES = ("numpy", "python-flint", "sympy", "torch")


def machine() -> Table:
    """What is measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    rows = [
        ("processor", f"{processor()}, {cores()} cores available"),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("packages", packages),
    ]
    return Table("Machine", ("what", "value"), tuple(rows))


def conditions() -> str:
    """When something is measured, and under what load, to stand below its table."""
    when = f"Measured on {date.today().isoformat()}"
    if not hasattr(os, "getloadavg"):
        return f"{when}."
    load = os.getloadavg()[0]
    busy = "a processor was free" if load < cores() - 0.5 else "not idle: times are too long"
    return f"{when}; load before {load:.1f} ({'idle' if load < 0.5 else busy})."


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor() -> str:
    """The model of the processor, as far as the system tells."""
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
