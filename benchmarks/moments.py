"""The engine for Gaussian moments, beside its naive twin and beside tensorgrad.

All measure ``E tr((X'X S)^k)`` for a standard Gaussian ``X`` (n x d) and a fixed symmetric ``S``,
from the writing of the word to the finished polynomial in ``n`` and the traces of powers of ``S``.

``python -m benchmarks.moments`` is the worker that times k = 1..9 in a fresh interpreter.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import comb, factorial
from typing import Any
from unittest.mock import patch

import flint
import sympy
from sympy.core.cache import clear_cache

import theory
from benchmarks import tensorgrad_environment as tensorgrad
from benchmarks.table import Table, met
from benchmarks.timing import Timing, Wrong, duration, passes, ratio, timed
from theory.algebra import moments
from theory.algebra.moments import expectation
from theory.algebra.pairings import expectation_by_pairings
from theory.algebra.polynomials import TracePolynomial, letter
from theory.algebra.values import scalar_value
from theory.algebra.words import D, N, gaussian, symmetric
from theory.scalars.arithmetic import EXACT
from theory.scalars.ratio import number
from theory.scalars.symbols import d, n

DEGREES = range(1, 10)
NAIVE_DEGREES = range(1, 6)
ALL_AIM = 1.0
FROM_TEXT = {12: 0.2, 20: 2.0}
"""Orders that are asked for as text, with how many seconds each may take."""
PARTITIONS = {1: 1, 2: 2, 3: 3, 4: 5, 5: 7, 6: 11, 7: 15, 8: 22, 9: 30, 12: 77, 20: 627}

Expectation = Callable[[TracePolynomial], TracePolynomial]


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The measurements; raises :class:`~benchmarks.timing.Wrong` if a moment is wrong."""
    cold_by_construction()
    rows: list[tuple[str, ...]] = []
    notes: list[str] = []

    progress("moments: k = 1..9 in fresh interpreters")
    first = [fresh_interpreter() for _ in range(5)]
    both = Timing(tuple(run["seconds"] for run in first))
    rows.append(
        ("k = 1..9 altogether", duration(both.median), "", "", "", "< 1 s",
         met(both.median < ALL_AIM))
    )  # fmt: skip
    notes.append(
        f"Processor times. k = 1..9: median of {len(first)} fresh interpreters, caches cold "
        f"({both.spread}), imports not counted."
    )

    for k in NAIVE_DEGREES:
        progress(f"moments: k = {k} by the engine and by all pairings")
        ours, naive = measured(k, expectation, 9), measured(k, expectation_by_pairings, 5)
        rows.append(
            (f"k = {k}", duration(ours.median), "sum over all pairings", duration(naive.median),
             ratio(naive.median / ours.median), "", "")
        )  # fmt: skip

    for k, aim in FROM_TEXT.items():
        progress(f"moments: k = {k} from text, by cut and join")
        rows.append(from_text(k, aim))

    for asked in PEER:
        progress(f"moments: {asked} by tensorgrad, in an environment of its own")
        rows += asked.rows()
    notes.append(
        f"tensorgrad {tensorgrad.VERSION} ran in its own environment with torch "
        f"{tensorgrad.TORCH}: `Expectation` and `full_simplify()`. Its results at n = {EXAMPLE_N}, "
        f"d = {len(EXAMPLE_S)} are ours. How far it is behind depends on what is asked: without S "
        "at k = 2 little is to be simplified."
    )
    notes += [
        "A single k: a new engine and an emptied SymPy cache each time, interpreter warm. "
        "First call: the first thing a fresh interpreter does after its imports.",
        "Checked each time: d = 1 gives n(n+2)...(n+2k-2), n = 1 the moments of a quadratic form "
        "by its cumulants, S = 1 a polynomial symmetric in n and d, one term per partition of k; "
        "up to k = 5, engine and pairings agree.",
    ]
    columns = ("moment", "engine", "peer", "its time", "ratio", "aim", "met")
    return [Table("Moments E tr((X'X S)^k)", columns, tuple(rows), tuple(notes))]


def from_text(k: int, aim: float) -> tuple[str, ...]:
    """The row of ``tr((X'*X*S)^k)``, beside the engine for all words where that is done."""

    def ours() -> TracePolynomial:
        text = f"tr((X'*X*S)^{k})"
        found = theory.moment(text, X="gaussian(n, d)", S="covariance(d)").value
        assert isinstance(found, TracePolynomial)
        return found

    def by_words() -> TracePolynomial:
        asked = word(k)
        return moments.Engine(asked.letters).polynomial(asked)

    timing = timed(ours, lambda found: right_at_numbers(k, found), 3, before=clear_cache)
    row = (f"k = {k}, from text", duration(timing.median))
    ending = (f"< {aim:g} s", met(timing.median < aim))
    if k > WORDS:
        return (*row, "", "", "", *ending)
    expected = ours()

    def same(found: TracePolynomial) -> None:
        passes([(f"k = {k}: engine and cut and join differ", found == expected)])

    peer = timed(by_words, same, 1, before=clear_cache)
    times = (duration(peer.median), ratio(peer.median / timing.median))
    return (*row, "engine for all words", *times, *ending)


WORDS = 12
"""The largest order that the engine for all words is asked for."""


@dataclass(frozen=True)
class Asked:
    """A moment that tensorgrad is asked for.

    Parameters
    ----------
    k
        Its order.
    plain
        Whether S is left out.
    repeats
        After a first call.
    """

    k: int
    plain: bool
    repeats: int

    def __str__(self) -> str:
        return f"k = {self.k}{', without S' if self.plain else ''}"

    def rows(self) -> list[tuple[str, ...]]:
        """Of the table: once known, and the first call."""
        what = f"tensorgrad {tensorgrad.VERSION}"
        try:
            peer = tensorgrad.measured(self.k, EXAMPLE_N, EXAMPLE_S, self.plain, self.repeats)
        except tensorgrad.Unavailable as problem:
            return [(str(self), "", what, str(problem), "", "", "not measured")]
        agrees(self.k, self.plain, peer.value)
        times = [peer.timing.median] if peer.timing.seconds else []
        ours = measured(self.k, expectation, 25, self.plain)
        rows: list[tuple[str, ...]] = [
            (str(self), duration(ours.median), what, duration(t), ratio(t / ours.median), "", "")
            for t in times
        ]
        if not times or not self.plain:
            once = fresh_interpreter(self.k, plain=self.plain)["seconds"]
            first = ratio(peer.first / once)
            name = f"{self}, first call"
            rows.append((name, duration(once), what, duration(peer.first), first, "", ""))
        return rows


PEER = (Asked(2, False, 5), Asked(2, True, 5), Asked(3, True, 0))
"""What tensorgrad does within a minute."""


def word(k: int, plain: bool = False) -> TracePolynomial:
    """``tr((X'X S)^k)``; plain: without S."""
    X, S = letter(gaussian("X", N, D)), letter(symmetric("S", D))
    factor = X.mT @ X if plain else X.mT @ X @ S
    product = factor
    for _ in range(k - 1):
        product = product @ factor
    return product.trace()


def measured(k: int, expect: Expectation, repeats: int, plain: bool = False) -> Timing:
    """The time of one moment from the empty SymPy cache, with its checks."""

    def check(found: TracePolynomial) -> None:
        right(k, found, plain)
        passes([(f"k = {k}: engine and pairings differ", found == expected)])

    other = expectation_by_pairings if expect is expectation else expectation
    expected = other(word(k, plain))
    return timed(lambda: expect(word(k, plain)), check, repeats, before=clear_cache)


def right(k: int, found: TracePolynomial, plain: bool = False) -> None:
    """Raise :class:`~benchmarks.timing.Wrong` unless ``found`` passes what is known of k."""
    if plain:
        isotropic = _isotropic(k, expectation(word(k)))
        same = _zero(isotropic - found.constant)
        passes([(f"k = {k}, without S: not what it is with S = 1", same)])
        return
    powers = sympy.symbols(f"s1:{k + 1}")  # tr(S), ..., tr(S^k)
    whole = _in_powers(found, powers)
    isotropic = _isotropic(k, found)
    line = sympy.prod([n + 2 * j for j in range(k)])
    double_factorial = sympy.factorial2(2 * k - 1)
    passes(
        [
            (f"k = {k}: {len(found.terms)} terms", len(found.terms) == PARTITIONS[k]),
            (
                f"k = {k}: wrong at d = 1",
                _zero(whole.subs(dict.fromkeys(powers, 1)) - line),
            ),
            (
                f"k = {k}: wrong at n = 1",
                _zero(whole.subs(n, 1) - quadratic_form_moment(k, powers)),
            ),
            (
                f"k = {k}: not symmetric in n and d",
                _zero(isotropic - isotropic.subs({n: d, d: n}, simultaneous=True)),
            ),
            (f"k = {k}: wrong at n = d = 1", isotropic.subs({n: 1, d: 1}) == double_factorial),
        ]
    )


def right_at_numbers(k: int, found: TracePolynomial) -> None:
    """The same at numbers, for orders at which polynomials take long: n = 1, and d = 1."""
    one = sympy.prod([3 + 2 * j for j in range(k)])
    traces = tuple(sympy.Rational(j * j + 2, j + 1) for j in range(1, k + 1))
    passes(
        [
            (f"k = {k}: {len(found.terms)} terms", len(found.terms) == PARTITIONS[k]),
            (f"k = {k}: wrong at d = 1", _at(found, 3, (sympy.Integer(1),) * k) == one),
            (
                f"k = {k}: wrong at n = 1",
                _at(found, 1, traces) == quadratic_form_moment(k, traces),
            ),
        ]
    )


def _at(found: TracePolynomial, rows: int, powers: tuple[sympy.Expr, ...]) -> sympy.Expr:
    """At so many rows and given traces of powers of S."""
    total = flint.fmpq(0)
    values = list(map(EXACT.number, powers))
    for monomial, c in found.terms.items():
        value = scalar_value(c, {"n": rows}, EXACT)
        for trace in monomial:
            value *= values[len(trace.word) - 1]
        total += value
    return number(total)


def quadratic_form_moment(k: int, powers: tuple[sympy.Expr, ...]) -> sympy.Expr:
    """``E (x'Sx)^k`` for standard Gaussian x, from the cumulants ``2^(r-1) (r-1)! tr(S^r)``."""
    found: list[sympy.Expr] = [sympy.Integer(1)]
    for m in range(1, k + 1):
        found.append(
            sum(
                comb(m - 1, r - 1) * 2 ** (r - 1) * factorial(r - 1) * powers[r - 1] * found[m - r]
                for r in range(1, m + 1)
            )
        )
    return found[k]


def _in_powers(found: TracePolynomial, powers: tuple[sympy.Symbol, ...]) -> sympy.Expr:
    return sympy.Add(
        *(
            c * sympy.prod([powers[len(trace.word) - 1] for trace in monomial])
            for monomial, c in found.terms.items()
        )
    )


def _isotropic(k: int, found: TracePolynomial) -> sympy.Expr:
    powers = sympy.symbols(f"s1:{k + 1}")
    return _in_powers(found, powers).subs(dict.fromkeys(powers, d))


def _zero(difference: sympy.Expr) -> bool:
    return bool(sympy.expand(difference) == 0)


EXAMPLE_N = 5
EXAMPLE_S = ((2, 1, 0), (1, 3, -1), (0, -1, 4))


def agrees(k: int, plain: bool, theirs: int) -> None:
    """Raise :class:`~benchmarks.timing.Wrong` unless tensorgrad's number is ours."""
    S = sympy.eye(len(EXAMPLE_S)) if plain else sympy.Matrix(EXAMPLE_S)
    powers = sympy.symbols(f"s1:{k + 1}")
    values: dict[sympy.Symbol, Any] = {p: (S**j).trace() for j, p in enumerate(powers, 1)}
    values |= {n: EXAMPLE_N, d: len(EXAMPLE_S)}
    ours = _in_powers(expectation(word(k)), powers).subs(values)
    passes([(f"tensorgrad finds {theirs} at the example, the engine {ours}", theirs == ours)])


def cold_by_construction() -> None:
    """Raise :class:`~benchmarks.timing.Wrong` unless every call begins with an empty engine."""
    engines = []

    class Watched(moments.Engine):
        def __init__(self, *given: Any):
            super().__init__(*given)
            engines.append(self)
            passes([("a new engine already knows something", not self.states)])

    with patch.object(moments, "Engine", Watched):
        for _ in range(2):
            moments.expectation(word(3))
    first, second = (engine.states for engine in engines)
    passes([("the second call worked less than the first", first == second > 0)])


def fresh_interpreter(*degrees: int, plain: bool = False) -> dict[str, float]:
    """What the worker reports about these degrees (all, if none are given)."""
    options = ["plain"] if plain else []
    command = [sys.executable, "-m", "benchmarks.moments", *map(str, degrees), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(f"timing moments in a fresh interpreter failed: {done.stderr.strip()}")
    report: dict[str, float] = json.loads(done.stdout)
    return report


def work(degrees: list[int], plain: bool) -> None:
    """Time all degrees once, check what was found, and print the times as JSON."""
    start = time.process_time()
    found = [expectation(word(k, plain)) for k in degrees]
    report = {
        "seconds": time.process_time() - start,
    }
    for k, moment in zip(degrees, found, strict=True):
        right(k, moment, plain)
    print(json.dumps(report))


if __name__ == "__main__":
    given = [int(k) for k in sys.argv[1:] if k != "plain"]
    work(given or list(DEGREES), "plain" in sys.argv)
