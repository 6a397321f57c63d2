"""How the gain from sample weights has to behave at every size.

The risk of drawn weights is the engine's polynomial, summed over the examples; the derived
quadratic form and its optimum are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import flint
from hypothesis import strategies as st

from theory.records.sample_weights_gain import WeightedVariant
from theory.scalars.arithmetic import EXACT
from verify.checks.on_trial import Compared
from verify.quantities.sample_weights.place import SizedVariant, equal_risk, risk
from verify.settings import Level, Settings
from verify.strategies import rationals

LARGEST = {Level.QUICK: 15, Level.STANDARD: 40, Level.FULL: 60}
FEATURES, LOUDEST = 12, Fraction(3)


def drawn_places(
    variants: Sequence[WeightedVariant], settings: Settings
) -> st.SearchStrategy[SizedVariant]:
    """Sizes and noise of any of the variants."""
    return st.builds(
        SizedVariant,
        st.sampled_from(variants),
        st.integers(1, LARGEST[settings.level]),
        st.integers(1, FEATURES),
        rationals(Fraction(0), LOUDEST, 4),
    )


def value(at: SizedVariant, data: st.DataObject) -> Iterator[Compared]:
    """The claimed form is the risk, at drawn weights."""
    weights = data.draw(_weights(at.size))
    where, claimed = f"{at}, weights {weights}", at.claimed.value(weights)
    yield Compared("the quadratic form is wrong", where, risk(at, weights), claimed)


def optimality(at: SizedVariant, data: st.DataObject) -> Iterator[Compared]:
    """No other weights do better, and steps either way cost the same."""
    best = at.claimed.minimise()
    step = data.draw(_weights(at.size).filter(any))
    ahead, behind = (
        risk(at, [w + sign * s for w, s in zip(best, step, strict=True)]) for sign in (1, -1)
    )
    here = risk(at, best)
    yield Compared("other weights do at least as well", at, ahead, here, ahead > here)
    yield Compared("the slope at the best weights is not zero", at, ahead - behind, 0)


def equal_weights(at: SizedVariant, data: st.DataObject) -> Iterator[Compared]:
    """The least risk of equal weights is the claimed one."""
    what = "the risk of equal weights is wrong"
    yield Compared(what, at, equal_risk(at), at.claimed_equal)


def relation(at: SizedVariant, data: st.DataObject) -> Iterator[Compared]:
    """The risk of the claimed best weights stands to that of equal weights as claimed."""
    least = risk(at, at.claimed.minimise())
    yield at.stand(least, equal_risk(at), "the best weights do not do as claimed")


def more_features(at: SizedVariant, data: st.DataObject) -> Iterator[Compared]:
    """The least excess per feature is higher with one feature more, where there is signal."""
    here, there = (
        (one.claimed.minimum() - EXACT.number(at.sigma) ** 2) / one.d
        for one in (at, replace(at, d=at.d + 1))
    )
    higher = there > here or there == here >= 1
    what = "one more feature lowers the least excess per feature"
    yield Compared(what, at, there, here, bool(higher))


def _weights(size: int) -> st.SearchStrategy[list[flint.fmpq]]:
    """Up to six weights, repeated over and over."""
    entry = rationals(Fraction(-1), Fraction(1), 4).map(EXACT.number)
    few = st.lists(entry, min_size=1, max_size=min(size, 6))
    return few.map(lambda pattern: [pattern[at % len(pattern)] for at in range(size)])


BEHAVIOUR: dict[str, Callable[[SizedVariant, st.DataObject], Iterator[Compared]]] = {
    "relation": relation,
    "equal weights": equal_weights,
    "value": value,
    "optimality": optimality,
    "more features": more_features,
}
