"""tensorgrad in an environment of its own, made on first use; never a dependency of ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.timing import Timing

VERSION = "0.3.0"
TORCH = "2.13.0"
HERE = Path(__file__).parent
WORKER = HERE / "tensorgrad_peer.py"
ENVIRONMENT = HERE / ".tensorgrad-venv"
COMPLETE = ENVIRONMENT / ".complete"
REPEATS = 5


class Unavailable(Exception):
    """tensorgrad could not be installed or does not run here."""


@dataclass(frozen=True)
class Peer:
    """What tensorgrad needed and found.

    Parameters
    ----------
    first
        Seconds of the first call.
    timing
        The calls after it.
    value
        Its result, evaluated at the example.
    torch
        The version of torch it ran with.
    """

    first: float
    timing: Timing
    value: int
    torch: str


def measured(
    k: int, n: int, S: Sequence[Sequence[int]], plain: bool = False, repeats: int = REPEATS
) -> Peer:
    """Time ``E tr((X'X S)^k)`` in tensorgrad, and evaluate it at n and S; plain: without S.

    Raises :class:`Unavailable` if that is not possible here.
    """
    python = environment()
    question = json.dumps({"k": k, "n": n, "S": S, "plain": plain, "repeats": repeats})
    done = subprocess.run(
        [python, "-P", WORKER],
        input=question, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        raise Unavailable(f"fails with exit code {done.returncode}")
    answer = json.loads(done.stdout)
    first, *others = answer["seconds"]
    return Peer(first, Timing(tuple(others)), answer["value"], answer["torch"])


def environment() -> Path:
    """The Python of the peer's environment, made if it is not there."""
    python = ENVIRONMENT / "bin" / "python"
    if COMPLETE.exists():
        return python
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    venv.create(ENVIRONMENT, with_pip=True)
    # torch on its own first: what tensorgrad asks for is any torch, which may be a larger build
    for requirement in (f"torch=={TORCH}", f"tensorgrad=={VERSION}"):
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*command, requirement], capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            raise Unavailable(f"could not be installed: pip failed on {requirement}")
    COMPLETE.touch()
    return python
