"""Whether a design satisfies the two assumptions, and what attention and H3 then reach."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from theory.designs.design import Design
from theory.optima.equivalence.comparisons import attention, h3
from theory.optima.equivalence.parity import Containment, contains, splits, wrong_parity
from theory.scalars.rational import is_zero
from theory.scalars.symbols import i
from theory.text.latex import latex


@dataclass(frozen=True)
class Settled:
    """Whether something holds, and why, in one sentence without a full stop."""

    holds: bool
    why: str


def odd_moments_vanish(design: Design) -> Settled:
    """Assumption 1: joint moments of query, features and task of odd total degree vanish.

    >>> from theory.language.gallery import designs
    >>> odd_moments_vanish(designs.rag).holds, odd_moments_vanish(designs.biased_task).holds
    (True, False)
    """
    if design.is_centred:
        given = ", given the random scalars" if design.random else ""
        also = ", and labels, polynomials in dot products, as they are," if design.labels else ""
        return Settled(
            True,
            "query, features and task are linear in independent centred Gaussian vectors"
            f"{given}; flipping all their signs leaves every distribution unchanged{also} but "
            "reverses every odd moment, which therefore vanishes",
        )
    used = [name for name in design.means if any(name in c.vectors for c in design.combinations)]
    listed = ", ".join(f"${latex(sympy.Symbol(name))}$" for name in used)
    return Settled(
        False,
        f"with the fixed vectors {listed} in them, query, features and task have moments "
        "of odd degree",
    )


def noise_is_equal(design: Design) -> Settled:
    """Assumption 2: label noises are independent, centred, of one variance.

    >>> from theory.language.gallery import designs
    >>> noise_is_equal(designs.rag).holds, noise_is_equal(designs.growing_noise).holds
    (True, False)
    """
    if any(noise.has(i) for noise in design.noises):
        return Settled(False, "the label noise of an example depends on its index")
    for one in design.random:
        if any(noise.has(one.symbol) for noise in design.noises):
            return Settled(False, f"the label noise has the random scale ${latex(one.symbol)}$")
    noises = [group.noise for group in design.groups]
    if not all(is_zero(noise - noises[0]) for noise in noises):
        return Settled(False, "the label noise of an example depends on its group")
    if not is_zero(noises[0] - design.noise_of_query):
        return Settled(False, "the label noise of the query has another scale than the examples'")
    if noises[0] == 0:
        return Settled(True, "labels carry no noise")
    return Settled(True, "label noises are independent of everything, centred, of one variance")


def examples_are_alike(design: Design) -> Settled:
    """Whether examples are identically distributed and independent, given the prompt's vectors.

    >>> from theory.language.gallery import designs
    >>> examples_are_alike(designs.rag).holds, examples_are_alike(designs.drifting).holds
    (True, False)
    """
    if design.examples:
        names = " and ".join(group.name for group in design.groups)
        return Settled(False, f"the groups {names} have laws of their own")
    if i in design.along_the_prompt:
        return Settled(False, "a coefficient depends on the example's index")
    return Settled(
        True,
        f"given {_of_prompt(design)}, the examples are independent and identically "
        "distributed: no coefficient depends on their index",
    )


def _of_prompt(design: Design) -> str:
    """What is drawn once per prompt, in words."""
    also = any(not one.per_example for one in design.random)
    return f"the vectors {'and random scalars ' * also}of the prompt"


def models_are_steps(design: Design) -> Settled:
    """Whether attention reaches PGD's optimal risk and H3 WPGD's, and no less.

    Equal noise is not needed for it: what the models predict beside their steps changes sign where
    all Gaussian vectors do, and the labels do not, whatever their noise.

    >>> from theory.language.gallery import designs
    >>> models_are_steps(designs.growing_noise).holds, models_are_steps(designs.biased_task).holds
    (True, False)
    """
    both = (attention, h3)
    if not all(contains(c) for c in both) or not all(_no_better(design, c) for c in both):
        return Settled(
            False,
            "what attention and H3 predict beside their gradient steps is not uncorrelated with "
            "the label; what is known here is that of gradient steps, PGD and WPGD, and attention "
            "and H3 may do better",
        )
    beside = "holds an odd number of query and feature vectors, so it is"
    if not design.is_centred:
        beside = "has moments with the label and with the step that vanish: it is"
    return Settled(
        True,
        f"attention and H3 contain every step of PGD and of WPGD; what else they predict {beside} "
        "uncorrelated with the label and with the step, and only adds its mean square to the risk",
    )


def _no_better(design: Design, comparison: Containment) -> bool:
    # labels are even in the Gaussian vectors, so an odd remainder has no cross moments
    if design.is_centred:
        return not wrong_parity(comparison)
    return splits(design, comparison)
