"""Records are data: once made, they stay as they are."""

from dataclasses import is_dataclass
from importlib import import_module
from pkgutil import walk_packages

import numerics
import theory
import verify

COLLECT = {
    "theory.algebra.sums._SumNames",
    "verify.judge.spectral.Traces",
    "verify.judge.traces.Named",
    "verify.certificates.writing._Draft",
    "verify.interrupts.Interrupts",
    "numerics.sweeps.loop.Loop",
    "numerics.sweeps.pending.Bundle",
    "numerics.sweeps.signals.Held",
}
"""What gathers names, processes or signals while something runs."""


def test_all_but_what_collects_is_frozen() -> None:
    records = {}
    for package in (theory, numerics, verify):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                for one in vars(import_module(found.name)).values():
                    if isinstance(one, type) and is_dataclass(one):
                        records[f"{one.__module__}.{one.__qualname__}"] = one
    assert len(records) > 200
    assert {name for name, one in records.items() if not one.__dataclass_params__.frozen} == COLLECT
