"""JSON that every reader takes: it has no infinity and no NaN, so these are strings."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


def text(data: Any, ascii_only: bool = False) -> str:
    """Data as indented JSON, with a line end; a number that is not finite as a string.

    >>> print(text({"excess": [0.5, float("inf")]}), end="")
    {
      "excess": [
        0.5,
        "inf"
      ]
    }
    """
    return json.dumps(_finite(data), indent=2, ensure_ascii=ascii_only, allow_nan=False) + "\n"


def _finite(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_finite(value) for value in data]
    if isinstance(data, float) and not math.isfinite(data):
        return str(float(data))
    return data
