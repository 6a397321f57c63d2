"""Matplotlib for pictures that go into files, whatever the environment says."""

from __future__ import annotations

import os

from theory.errors import InputError


def headless() -> None:
    """Import matplotlib without a window or a notebook behind it, and without anybody's settings.

    To be called by a process of ours before anything imports it: notebooks name a backend for
    their children, which may not be there at all, and a backend that is not known, like settings
    that are no text, keeps matplotlib from being imported. Raises
    :class:`~theory.errors.InputError` where that is a file in the working folder, which cannot be
    passed over.
    """
    os.environ["MPLBACKEND"] = "agg"
    os.environ["MATPLOTLIBRC"] = os.devnull
    try:
        import matplotlib  # noqa: F401
    except ValueError as error:
        raise InputError(f"matplotlibrc: matplotlib cannot read this file: {error}") from error
