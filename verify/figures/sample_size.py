"""Panels 2a, 2b, 2c and 4d: the risk against the number of examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

import theory
from numerics.sweeps.run import Pairs, Run
from theory.designs.families import family
from verify.figures.lengths import NAMES
from verify.figures.panel import Curve, LineKind, Panel, Theory, TrainedLine, TrainedPoint
from verify.figures.scale import CORRELATED, Scale

MODELS = ("att", "ssm")
EXAMPLES = "number of examples $n$"


def curve(
    scale: Scale,
    name: str,
    label: str,
    run: Callable[[str, int], Run],
    exact: Callable[[int], float],
    claimed: Callable[[int], float] | None = None,
    models: Iterable[str] = MODELS,
) -> Curve:
    """Models trained at the scale's numbers of examples, and theory at every one.

    Parameters
    ----------
    scale, name, label
        As in :class:`~verify.figures.panel.Curve`.
    exact, claimed
        The exact least risk, and the paper's expression where it is another.
    """
    every = range(1, max(scale.examples) + 1)
    lines = [Theory.along(LineKind.EXACT, every, exact)]
    if claimed is not None:
        lines.append(Theory.along(LineKind.CLAIMED, every, claimed))
    trained = tuple(
        TrainedLine(
            model,
            tuple(
                TrainedPoint(n, run(model, n), exact(n), None if claimed is None else claimed(n))
                for n in scale.examples
            ),
        )
        for model in models
    )
    return Curve(name, label, trained, tuple(lines))


def isotropic(scale: Scale) -> Panel:
    """Isotropic data without noise."""
    corollary1 = theory.statement("corollary1")
    only = curve(
        scale,
        "isotropic",
        "",
        scale.isotropic,
        lambda n: float(corollary1.evaluate(n=n, d=scale.d).risk),
    )
    title = "Isotropic, noiseless"
    return Panel("2a", title, "n", EXAMPLES, scale.d, (only,), parameter=False)


def _independent(scale: Scale, name: str, label: str, sigma: str, gamma: str) -> Curve:
    """Independent data with noise and correlated task."""
    beta = f"equicorrelated:{gamma}"
    isotropic = Fraction(sigma) == 0 == Fraction(gamma)
    scalars: Pairs = (("sigma", sigma),)
    covariances: Pairs = (("Sigma_beta", beta),) if Fraction(gamma) else ()
    theorem1 = theory.statement("theorem1")
    matrix = family(beta, scale.d)

    def run(model: str, n: int) -> Run:
        if isotropic:
            return scale.isotropic(model, n)
        purpose = CORRELATED if covariances else ""
        return scale.run(
            model, "independent", n, scalars=scalars, covariances=covariances, purpose=purpose
        )

    def exact(n: int) -> float:
        return float(theorem1.evaluate(n=n, sigma=Fraction(sigma), sigma_beta=matrix).risk)

    return curve(scale, name, label, run, exact)


def noisy(scale: Scale) -> Panel:
    """Isotropic data with label noise of several sizes."""
    curves = tuple(
        _independent(
            scale,
            f"sigma = {sigma}",
            rf"$\sigma^2\!/d = {float(Fraction(sigma) ** 2 / scale.d):g}$",
            sigma,
            "0",
        )
        for sigma in scale.sigmas
    )
    return Panel("2b", "Isotropic, label noise", "n", EXAMPLES, scale.d, curves)


def correlated(scale: Scale) -> Panel:
    """A task with correlated entries: ``Sigma_beta = gamma 11' + (1 - gamma) I``."""
    curves = tuple(
        _independent(
            scale, f"gamma = {gamma}", rf"$\gamma = {float(Fraction(gamma)):g}$", "0", gamma
        )
        for gamma in scale.gammas
    )
    return Panel("2c", "Correlated task, noiseless", "n", EXAMPLES, scale.d, curves)


def drifting(scale: Scale) -> Panel:
    """ATT and SSM where the task drifts."""
    curves = tuple(_drifting(scale, model) for model in NAMES)
    return Panel("4d", "Drifting task", "n", EXAMPLES, scale.d, curves, parameter=False)


def _drifting(scale: Scale, model: str) -> Curve:
    record = theory.statement("figure4-drifting")

    def exact(n: int) -> float:
        found = record.evaluate(n=n, d=scale.d)
        return float(found.att if model == "att" else found.ssm)

    return curve(
        scale,
        model,
        NAMES[model],
        lambda name, n: scale.run(name, "drifting", n),
        exact,
        models=(model,),
    )
