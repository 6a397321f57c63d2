"""Witness: the claim against what the engine derives, eigenvalue by eigenvalue."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import sympy
from sympy import MatrixSymbol, Trace

from theory.algebra.definitions import Definitions
from theory.algebra.spectral import EIGENVALUE
from theory.optima.low_rank.eigenvalue_claim import Indices
from theory.optima.low_rank.eigenvalue_claim import rank as r
from theory.optima.low_rank.update import is_increasing
from theory.scalars.arithmetic import EXACT, fraction
from theory.scalars.rational import is_zero
from verify.falsified import Falsified
from verify.low_rank.eigenbases import Eigenbasis, small_eigenbases
from verify.low_rank.subject import Subject
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "derivation"
WORDS = {
    "total": "the risk of predicting zero",
    "inside": "what a corrected eigenvalue takes off",
    "outside": "what any other eigenvalue takes off",
    "start": "the weight at the start",
    "matrices": "the definitions of matrices",
    "indices": "which eigenvalues are corrected",
}


def examine(subject: Subject, settings: Settings) -> Finding:
    """Compare what an eigenvalue takes off the risk, inside and outside of the update.

    Equal rational functions are equal for all sizes. That the derived gains are squares, and that
    keeping the largest is best, comes from the completed square and the theorem of Eckart and
    Young. Where claim and derivation differ, a small exact instance is sought that shows it.
    """
    same = {**_functions(subject), "indices": _indices(subject)}
    if all(same.values()):
        return Finding(
            NAME,
            Verdict.HOLDS,
            _proved(subject),
            examined=len(same),
            data={"steps": len(subject.statement.derived.steps), "compared": sorted(same)},
        )
    tried = 0
    for at in small_eigenbases(subject.statement, Random(settings.seed)):
        tried += 1
        try:
            _compare(subject, at)
        except Falsified as found:
            return found.finding(NAME, tried)
        except ZeroDivisionError:
            return Falsified("the claim is undefined", at).finding(NAME, tried)
    return Finding(
        NAME,
        Verdict.UNDECIDED,
        f"claim and derivation are not equal as formulas ({_unequal(same)}), yet they agree at "
        f"{tried} small instances",
        examined=tried,
    )


def _proved(subject: Subject) -> str:
    """What equal rational functions amount to."""
    square = "the risk exceeds the optimal one by a squared distance to the optimal weight"
    if subject.statement.old is None:
        return (
            f"{square}, so Eckart and Young's theorem gives the least risk of weights of rank r; "
            "what each eigenvalue takes off it equals the claim: proved for all n and d"
        )
    return (
        f"{square}, so Eckart and Young's theorem gives the least risk of updates of rank r, for "
        r"any two task covariances; where $\Sigma$ and $\Sigma_{old}$ commute, what each "
        "eigenvalue takes off it equals the claim: proved for all n and d"
    )


def _functions(subject: Subject) -> dict[str, bool]:
    claim, statement = subject.claim, subject.statement
    inside, outside, start = statement.parts
    derived = {
        "total": statement.best.total,
        "inside": inside,
        "outside": outside,
        "start": start,
    }
    same = {
        name: is_zero(
            _in_traces(value, statement.definitions)
            - _in_traces(claim.written_out(getattr(claim, name)), claim.definitions)
        )
        for name, value in derived.items()
    }
    matrices = [(k, v) for k, v in claim.definitions if isinstance(k, MatrixSymbol)]
    return {**same, "matrices": all(pair in statement.definitions for pair in matrices)}


def _unequal(same: Mapping[str, bool]) -> str:
    return "; ".join(WORDS[name] for name, equal in same.items() if not equal)


def _in_traces(expr: sympy.Expr, definitions: Definitions) -> sympy.Expr:
    """A scalar with its abbreviations put in, and a symbol for every trace."""
    for name, meaning in definitions:
        if name.is_Symbol:
            expr = expr.subs(name, meaning)
    return expr.xreplace({t: sympy.Symbol(f"tr {t.arg}") for t in expr.atoms(Trace)})


def _indices(subject: Subject) -> bool:
    """Whether the claim singles out the eigenvalues that gain most."""
    claim = subject.claim
    if claim.count != r:
        return False
    if claim.indices is Indices.BEST:
        return True
    inside, outside, _ = subject.statement.parts
    gain = (inside - outside).subs(claim.eigenvalues[0][0], EIGENVALUE)
    single = len(claim.eigenvalues) == 1
    return single and claim.indices is Indices.LARGEST and is_increasing(gain)


def _compare(subject: Subject, at: Eigenbasis) -> None:
    claim, here = subject.claim, at.at
    start = [claim.start_of(claim.scalars(here), row, EXACT) for row in at.table]
    if at.weight(start) != subject.statement.start_at(here):
        raise Falsified("the start is not the derived one", at)
    for rank in range(here.d + 1):
        exact = subject.least(here, rank)
        claimed = fraction(claim.risk(here, at.table, rank))
        if exact != claimed:
            raise Falsified(f"derived and claimed risk differ for r = {rank}", at, exact, claimed)
