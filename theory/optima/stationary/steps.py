"""The stationarity equation and its closed forms, written out."""

from __future__ import annotations

from theory.algebra import symbolic
from theory.algebra.words import D, symmetric
from theory.optima.stationary.solution import Stationary, Whitened
from theory.text.formulas import Formula, Step, step
from theory.text.rows import Prose, Sentence, row

FLIPS = (
    "changing the signs of common eigenvectors leaves the risk as it is, and a minimiser "
    "averaged over all signs is one again, by convexity"
)


def steps_of(
    found: Stationary, abbreviations: tuple[symbolic.Abbreviation, ...] = ()
) -> list[Step]:
    """What is printed of a minimiser that solves the stationarity equation.

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
    steps = [
        step(
            "Its gradient has to vanish: a linear equation for the weight",
            found.equation.formula(abbreviations),
        )
    ]
    white, form = whitened_form(found), found.plain
    if white is not None:
        root, weight = white.whitening.root, symbolic.symbol(found.equation.weight)
        form, abbreviations = white.form, ()
        steps.append(
            step(
                "Whitened coordinates leave one covariance",
                Formula(symbolic.symbol(form.weight), root * weight * root),
                *(Formula(*pair) for pair in white.whitening.definitions),
            )
        )
    if form is not None:
        where = "" if form.always else "Suppose the covariances commute. "
        what = "the covariance" if form.always else "the covariances"
        numbers = row(r"t_j = \operatorname{tr}(C_j ", symbolic.symbol(form.weight), ")")
        steps += [
            step(
                Sentence(
                    (
                        f"{where}Some minimiser commutes with {what}: {FLIPS}. A few numbers ",
                        numbers,
                        " remain to be solved for",
                    )
                ),
                *form.formulas(abbreviations),
            ),
            step("The same for the eigenvalues", *form.spectral(abbreviations)),
        ]
    return steps


def whitened_form(found: Stationary) -> Whitened | None:
    """The whitening that leads to a closed form for all covariances, where one is needed."""
    if found.plain is not None and found.plain.always:
        return None
    return next((w for w in found.whitened if w.form.always), None)


def condition_of(found: Stationary) -> Prose:
    """What the solution of the stationarity equation rests on.

    >>> from theory.designs import predictors
    >>> from theory.language.gallery import designs
    >>> from theory.risks.population import population_risk
    >>> from theory.optima.stationary.solution import stationary
    >>> from theory.text.latex import prose
    >>> W = predictors.pgd.weights[0]
    >>> prose(condition_of(stationary(population_risk(designs.rag_general, predictors.pgd), W)))
    '$\\\\Sigma_{x} \\\\succ 0$, and $Q$ and the system for $t$ must be invertible, ...'
    """
    white = whitened_form(found)
    if white is not None or (found.plain is not None and found.plain.always):
        invertible = (
            "$Q$ and the system for $t$ must be invertible, which is decided at each "
            "instance; elsewhere several weights may have the least risk, which is given all "
            "the same"
        )
        if white is None:
            return invertible
        covariance = symbolic.symbol(symmetric(white.whitening.covariance, D))
        return Sentence((row(covariance, r" \succ 0"), f", and {invertible}"))
    return (
        "where the covariances commute $Q$ and the system for $t$ must be invertible; elsewhere "
        "the equation has no formula for its solution and is solved at each instance; where it is "
        "singular, several weights have the least risk, which is given all the same"
    )
