"""Many runs, done where there is room, and kept: what is stored is not done again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from numerics.sweeps.loop import Loop
from numerics.sweeps.outcome import Outcome
from numerics.sweeps.pending import Pending
from numerics.sweeps.pools import Pool
from numerics.sweeps.run import Run
from numerics.sweeps.signals import held_back
from numerics.sweeps.store import Store

PERFORM = "numerics.sweeps.training_runs:perform"


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody hears."""


def sweep(
    batches: Sequence[Sequence[Run]],
    store: Store,
    pools: Sequence[Pool],
    *,
    perform: str = PERFORM,
    options: Mapping[str, Any] | None = None,
    cost: Callable[[Run], float] = lambda run: 1.0,
    progress: Callable[[str, int, int], None] = silent,
    attempts: int = 3,
) -> dict[Run, Outcome]:
    """What all runs come to: those that are not in the store are done, and stored.

    A batch goes to one worker and is stored as soon as it is done, whole. If the worker dies, the
    batch is given out again. Ctrl-C and termination kill the workers; started again, a sweep does
    what is missing. Of several sweeps with one store each run is done by one.

    Parameters
    ----------
    batches
        Runs that are done together; of those in several batches, or in the store, only the rest.
    store
        Where finished runs are.
    pools
        Where work is done: :func:`~numerics.sweeps.pools.local` or
        :func:`~numerics.sweeps.cluster.cluster`.
    perform
        Who does a batch, as ``"module:function"`` that workers can import; called with the runs and
        ``options`` as keywords, it returns their outcomes.
    cost
        How long a run is expected to take, in any unit; the longest batches go first.
    progress
        Called as ``progress(what, done, total)``: of the runs that were missing, weighted by cost.
    attempts
        How often a batch is given out if its worker dies.

    Raises
    ------
    RunFailed
        If a run raises an error, or its worker died too often; after all others are stored.
    InputError
        If that error was one; of the store; if a worker cannot do the work.
    ~numerics.sweeps.errors.Interrupted
        On Ctrl-C, and on termination if the program handles that.

    Examples
    --------
    >>> import tempfile
    >>> from numerics.sweeps.pools import local
    >>> run = Run("att", "isotropic-noiseless", n=4, d=2)
    >>> done = Outcome(risks=(0.5,), history=(), steps=1, seconds=0.25)
    >>> folder = tempfile.TemporaryDirectory()
    >>> with folder as path, Store.open(f"{path}/runs.db") as store, local(2) as pools:
    ...     store.put([(run, done)])
    ...     sweep([[run]], store, pools)[run].risks
    (0.5,)
    """
    pending = Pending(batches, store, cost)
    loop = Loop(pending, pools, perform, options or {}, progress, attempts)
    try:
        with held_back() as loop.held:
            loop.go()
    except KeyboardInterrupt:
        raise pending.interrupted from None
    if loop.held.number is not None:
        raise pending.interrupted
    if loop.faults:
        raise loop.faults[0]
    return {run: pending.outcomes[run] for run in pending.wanted}
