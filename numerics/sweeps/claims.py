"""Who is doing a run at present, so that processes that share a store do not both do it."""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

LEASE = 30.0
"""Seconds that a claim is good for unless it is renewed."""


@dataclass(frozen=True)
class Owner:
    """A process that does runs.

    Parameters
    ----------
    host
        The machine, and on it the name space that process numbers belong to.
    pid, started
        The number of the process, and when it began if the system says so: numbers are reused.
    token
        Tells apart the sweeps of one process.

    Examples
    --------
    >>> me = Owner.here()
    >>> Owner.from_text(me.as_text()) == me, me.gone
    (True, False)
    """

    host: str
    pid: int
    started: str
    token: str

    @classmethod
    def here(cls) -> Owner:
        """A new owner: this process."""
        pid = os.getpid()
        return cls(_host(), pid, _state_and_start(pid)[1], secrets.token_hex(8))

    def as_text(self) -> str:
        """As it stands in a store."""
        return json.dumps(astuple(self), allow_nan=False)

    @classmethod
    def from_text(cls, text: str) -> Owner:
        """What :meth:`as_text` wrote; raises ValueError or TypeError for anything else."""
        host, pid, started, token = json.loads(text)
        return cls(str(host), int(pid), str(started), str(token))

    @property
    def gone(self) -> bool:
        """Whether this is known to have ended; of other machines nothing is known."""
        if self.host != _host() or os.name != "posix":
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:  # somebody else's: it is there
            pass
        state, started = _state_and_start(self.pid)
        return state in {"Z", "X"} or started != self.started


@cache
def _host() -> str:
    try:
        space = os.readlink("/proc/self/ns/pid")  # containers may share a host's name
    except OSError:
        space = ""
    return f"{socket.gethostname()} {space}".strip()


def _state_and_start(pid: int) -> tuple[str, str]:
    """The state of a process and when it began, where there is /proc; else nothing."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return "", ""
    fields = text.rpartition(")")[2].split()  # what stands before may hold anything
    return fields[0], fields[19]
