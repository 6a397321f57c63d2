"""Versions of what a result was made with."""

from __future__ import annotations

import platform
from importlib.metadata import version

import theory

OURS = "icl-verify"


def versions(*packages: str) -> dict[str, str]:
    """Those of Python, of ours and of other packages; ours need not be installed.

    >>> list(versions("sympy"))
    ['python', 'icl-verify', 'sympy']
    """
    own = {"python": platform.python_version(), OURS: theory.__version__}
    return own | {package: version(package) for package in packages}
