"""What Hypothesis draws at a seed depends on nothing but the seed.

Of modules that lie in no folder of installed packages it reads the source, and draws numbers that
it finds there. What is drawn would depend on what is loaded, and on how we are installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any


def _without() -> tuple[Any, dict[str, Any]]:
    """The module that draws constants, and what stands there for what, so that there are none."""
    try:
        providers = import_module("hypothesis.internal.conjecture.providers")
        none = import_module("hypothesis.internal.constants_ast").Constants
    except (ImportError, AttributeError):  # a version that reads no source, or in another way
        return None, {}
    instead = {"_get_local_constants": none, "CONSTANTS_CACHE": {}}
    return providers, {name: one for name, one in instead.items() if hasattr(providers, name)}


PROVIDERS, NONE = _without()


@contextmanager
def left_out() -> Iterator[None]:
    """Draw no constants of any source while inside."""
    before = {name: getattr(PROVIDERS, name) for name in NONE}
    for name in NONE:
        setattr(PROVIDERS, name, NONE[name])
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(PROVIDERS, name, value)
