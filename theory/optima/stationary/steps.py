"""The stationarity equation and its closed forms, written out."""

from __future__ import annotations

from theory.algebra import symbolic
from theory.algebra.words import D, symmetric
from theory.optima.stationary.equations import aligned
from theory.optima.stationary.solution import Stationary, Whitened
from theory.text.account import Step
from theory.text.latex import RELATIONS, equation, latex

FLIPS = (
    "changing the signs of common eigenvectors leaves the risk as it is, and a minimiser "
    "averaged over all signs is one again, by convexity"
)


def steps_of(
    found: Stationary,
    abbreviations: tuple[symbolic.Abbreviation, ...] = (),
    sides: tuple[list[str], str] | None = None,
) -> list[Step]:
    """What is printed of a minimiser that solves the stationarity equation.

    ``sides`` are those of the equation, where they have been written already.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.risks.population import population_risk
    >>> from theory.optima.stationary.solution import stationary
    >>> W = predictors.pgd.weights[0]
    >>> found = stationary(population_risk(designs.rag_general, predictors.pgd), W)
    >>> print(steps_of(found)[1].latex)
    V = \\Sigma_{x}^{1/2} W \\Sigma_{x}^{1/2},\\quad
    \\Sigma = \\Sigma_{x}^{1/2} \\Sigma_{\\beta} \\Sigma_{x}^{1/2}
    """
    name = latex(symbolic.symbol(found.equation.weight))
    steps = [
        Step(
            "Its gradient has to vanish: a linear equation for the weight",
            aligned(found.equation.sides(abbreviations) if sides is None else sides),
        )
    ]
    white = whitened_form(found)
    form = found.plain
    if white is not None:
        root = latex(white.whitening.root)
        definitions = [equation(n, meaning) for n, meaning in white.whitening.definitions]
        names = [f"V = {root} {name} {root}", *definitions]
        steps.append(Step("Whitened coordinates leave one covariance", RELATIONS.join(names)))
        form, abbreviations = white.form, ()
    if form is not None:
        where = "" if form.always else "Suppose the covariances commute. "
        unknown = latex(symbolic.symbol(form.weight))
        what = "the covariance" if form.always else "the covariances"
        steps += [
            Step(
                f"{where}Some minimiser commutes with {what}: {FLIPS}. A few numbers "
                rf"$t_j = \operatorname{{tr}}(C_j {unknown})$ remain to be solved for",
                form.latex(abbreviations),
            ),
            Step("The same for the eigenvalues", form.spectral(abbreviations)),
        ]
    return steps


def whitened_form(found: Stationary) -> Whitened | None:
    """The whitening that leads to a closed form for all covariances, where one is needed."""
    if found.plain is not None and found.plain.always:
        return None
    return next((w for w in found.whitened if w.form.always), None)


def condition_of(found: Stationary) -> str:
    """What the solution of the stationarity equation rests on.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.risks.population import population_risk
    >>> from theory.optima.stationary.solution import stationary
    >>> W = predictors.pgd.weights[0]
    >>> condition_of(stationary(population_risk(designs.rag_general, predictors.pgd), W))
    '$\\\\Sigma_{x} \\\\succ 0$, and $Q$ and the system for $t$ must be invertible, ...'
    """
    white = whitened_form(found)
    if white is not None or (found.plain is not None and found.plain.always):
        name = None if white is None else symbolic.symbol(symmetric(white.whitening.covariance, D))
        needs = "" if name is None else rf"${latex(name)} \succ 0$, and "
        return (
            f"{needs}$Q$ and the system for $t$ must be invertible, which is decided at each "
            "instance; elsewhere several weights may have the least risk, which is given all "
            "the same"
        )
    return (
        "where the covariances commute $Q$ and the system for $t$ must be invertible; elsewhere "
        "the equation has no formula for its solution and is solved at each instance; where it is "
        "singular, several weights have the least risk, which is given all the same"
    )
