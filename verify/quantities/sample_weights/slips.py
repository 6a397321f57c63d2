"""Slips in a claim about the gain from sample weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import sympy

from theory.language.gallery.designs import isotropic
from theory.optima.sample_weights.form import QuadraticForm
from theory.records.sample_weights_gain import Relation, WeightedVariant, WeightsClaim
from theory.scalars.symbols import d, i, n, sigma

Change = Callable[[WeightsClaim], WeightsClaim]


def slips(claim: WeightsClaim, forms: bool) -> Iterator[tuple[str, WeightsClaim]]:
    """Wrong relations and risks of equal weights, and also wrong quadratic forms."""
    for name, change in {**CHANGES, **(FORMS if forms else {})}.items():
        yield name, change(claim)


def _formed(change: Callable[[QuadraticForm], QuadraticForm]) -> Change:
    return lambda claim: replace(claim, form=change(claim.form))


def _everywhere(change: Callable[[sympy.Expr], sympy.Expr]) -> Change:
    """A change of every entry that depends on the example."""
    return _formed(
        lambda form: replace(
            form,
            linear=change(form.linear),
            pairs=tuple((change(later), change(earlier)) for later, earlier in form.pairs),
            diagonal=change(form.diagonal),
        )
    )


def _reversed(form: QuadraticForm) -> QuadraticForm:
    """The weights in the opposite order, the first for the last."""

    def turned(expr: sympy.Expr) -> sympy.Expr:
        return expr.subs(i, form.size + 1 - i)

    return replace(
        form,
        linear=turned(form.linear),
        pairs=tuple((turned(earlier), turned(later)) for later, earlier in form.pairs),
        diagonal=turned(form.diagonal),
    )


def _first_sum(form: QuadraticForm) -> QuadraticForm:
    """All but the first pair left out, in the diagonal too."""
    later, earlier = form.pairs[0]
    noise = form.diagonal - form.diagonal.subs(sigma, 0)
    return replace(form, pairs=form.pairs[:1], diagonal=(d + 1) * later * earlier + noise)


def _equal(change: Callable[[sympy.Expr, sympy.Symbol], sympy.Expr]) -> Change:
    return lambda claim: replace(claim, equal_risk=change(claim.equal_risk, claim.form.size))


def _gain(factor: sympy.Expr) -> Change:
    """The gain of equal weights over none, times a factor."""

    def change(claim: WeightsClaim) -> WeightsClaim:
        none = claim.form.constant
        return replace(claim, equal_risk=none + factor * (claim.equal_risk - none))

    return change


def _diagonal(to: sympy.Expr) -> Change:
    return _formed(lambda form: replace(form, diagonal=form.diagonal.xreplace({d + 1: to})))


CHANGES: dict[str, Change] = {
    "the weights do harm": lambda c: replace(c, relation=Relation.ABOVE),
    "the weights never help": lambda c: replace(c, relation=Relation.EQUAL),
    "they help for one example too": lambda c: replace(c, equal_at=sympy.S.EmptySet),
    "they do not help for two": lambda c: replace(c, equal_at=c.equal_at + sympy.FiniteSet(2)),
    "half the gain of equal weights": _gain(sympy.Rational(1, 2)),
    "one more example for equal weights": _equal(lambda risk, size: risk.subs(size, size + 1)),
}

FORMS: dict[str, Change] = {
    "d + 1 -> d in the diagonal": _diagonal(d),
    "d + 1 -> d + 2 in the diagonal": _diagonal(d + 2),
    "no diagonal beyond the sums": _formed(lambda f: replace(f, diagonal=sympy.Integer(0))),
    "the smaller index for the larger": _formed(
        lambda f: replace(f, pairs=tuple((b, a) for a, b in f.pairs))
    ),
    "the weights in the opposite order": _formed(_reversed),
    "i -> i + 1": _everywhere(lambda expr: expr.subs(i, i + 1)),
    "i -> i - 1": _everywhere(lambda expr: expr.subs(i, i - 1)),
    "2 c -> c in the linear part": _formed(lambda f: replace(f, linear=f.linear / 2)),
    "the other end's linear part": _formed(
        lambda f: replace(f, linear=f.linear.subs(i, f.size - i))
    ),
    "the last pair dropped": _formed(lambda f: replace(f, pairs=f.pairs[:-1])),
    "all pairs but the first dropped": _formed(_first_sum),
    "1 + the risk without weights": _formed(lambda f: replace(f, constant=f.constant + 1)),
    "d -> d + 1 for equal weights": _equal(lambda risk, size: risk.subs(d, d + 1)),
    "a sign in the gain of equal weights": _gain(sympy.Integer(-1)),
    "no noise on the labels of the examples": _formed(
        lambda f: replace(f, diagonal=f.diagonal.subs(sigma, 0))
    ),
    "no noise on the query's label": _formed(
        lambda f: replace(f, constant=f.constant.subs(sigma, 0))
    ),
    "sigma^2 -> sigma in the diagonal": _formed(
        lambda f: replace(f, diagonal=f.diagonal.subs(sigma**2, sigma))
    ),
    "no noise for equal weights": _equal(lambda risk, size: risk.subs(sigma, 0)),
}


def alike() -> WeightedVariant:
    """Identically distributed examples at one length, where weights gain nothing."""
    return WeightedVariant(
        "identically distributed examples at one length",
        isotropic,
        WeightsClaim(
            QuadraticForm(d + sigma**2, d, ((d, sympy.Integer(1)),), d * (d + 1) + d * sigma**2),
            d + sigma**2 - d * n / (n + d + 1 + sigma**2),
            Relation.EQUAL,
            sympy.S.Naturals,
        ),
    )
