"""Witness: the claim against what the engine derives, for all sizes at once."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product

import sympy

from theory.designs.design import Design
from theory.optima.sample_weights.form import QuadraticForm
from theory.optima.sample_weights.strictness import derive_weights
from theory.records.sample_weights_gain import Relation, Variant
from theory.scalars import symbols
from theory.scalars.arithmetic import EXACT
from theory.scalars.rational import is_zero
from verify.falsified import Falsified
from verify.sample_weights.subject import Subject, Values, shown
from verify.settings import Settings
from verify.verdict import Finding, Verdict

NAME = "derivation"
SIZES, FEATURES, NOISES = range(1, 5), range(1, 4), (Fraction(0), Fraction(3, 2))


def examine(subject: Subject, settings: Settings) -> Finding:
    """Compare the quadratic form, the optimum of equal weights, and where it can be improved.

    Equal rational functions are equal for all sizes. Where something differs, a small exact
    instance is sought on which derived and claimed values differ.
    """
    try:
        checked = sum(_formula_at_small_sizes(v.design, v.lengths) for v in subject.variants)
    except Falsified as found:
        return found.finding(NAME)
    wrong = {v.name: _differences(v) for v in subject.variants}
    if not any(wrong.values()):
        said = "; ".join(_proved(v) for v in subject.variants)
        terms = sum(v.derivation.cross_terms for v in subject.variants)
        return Finding(
            NAME,
            Verdict.HOLDS,
            f"quadratic form and optimum of equal weights equal the claim as rational functions; "
            f"strictly improved, for all d and sigma: {said}; attention and H3 get no lower: all "
            f"{terms} terms of the cross moments with their remainders vanish",
            examined=6 * len(subject.variants) + checked + terms,
            data={
                "slopes": {v.name: str(v.derivation.strictness.slope) for v in subject.variants},
                "cross_terms": terms,
            },
        )
    tried = 0
    for v in subject.variants:
        for size, d, sigma in product(SIZES, FEATURES, NOISES) if wrong[v.name] else ():
            tried += 1
            try:
                _exact(v.derivation.form, size, d, sigma).judge(v, size, d, sigma)
            except Falsified as found:
                return found.finding(NAME, tried, differs=wrong[v.name])
            except ZeroDivisionError:
                undefined = Falsified("the claim is undefined", shown(v, size, d, sigma))
                return undefined.finding(NAME, tried)
    return Finding(
        NAME,
        Verdict.UNDECIDED,
        f"not equal as formulas, yet equal at {tried} small sizes",
        examined=tried,
    )


def _exact(form: QuadraticForm, size: int, d: int, sigma: Fraction) -> Values:
    return Values.of(form.at(size, {"d": d, "sigma": EXACT.number(sigma)}))


@cache
def _formula_at_small_sizes(design: Design, lengths: bool) -> int:
    """The derived formula of the least risk against elimination; how often they were compared."""
    found = derive_weights(design, lengths)
    places = [*product(SIZES, FEATURES, NOISES)]
    for size, d, sigma in places:
        at = {found.form.size: size, symbols.d: d, symbols.sigma: sympy.Rational(sigma)}
        sums = {
            name: sympy.Add(
                *(meaning.function.subs({**at, symbols.i: k}) for k in range(1, size + 1))
            )
            for name, meaning in found.best.definitions
        }
        formula = found.best.risk.subs({**sums, **at})
        _, exact = _exact(found.form, size, d, sigma).optimum()
        if str(formula) != str(exact):
            what = "the derived formula of the least risk is wrong"
            where = f"{found.form.size} = {size}, d = {d}, sigma = {sigma}"
            raise Falsified(what, where, exact, formula)
    return len(places)


def _differences(v: Variant) -> list[str]:
    derived, claim = v.derivation, v.claim
    found = claim.form.differs(derived.form)
    if not is_zero(claim.equal_risk - derived.equal_risk):
        found.append("risk of equal weights")
    if derived.strictness.equal_at != claim.equal_at:
        found.append("sizes at which equal weights are optimal")
    if claim.relation is not Relation.BELOW and derived.strictness.slope != 0:
        found.append("relation at all other sizes")
    return found


def _proved(v: Variant) -> str:
    told = f"{v.name}, " if v.name else ""
    found = v.derivation.strictness
    size = v.claim.form.size
    if found.slope == 0:
        return f"{told}at no {size}"
    exactly = ", ".join(map(str, found.equal_at))
    return f"{told}at every {size} but {exactly}"
