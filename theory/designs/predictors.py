"""The predictors, each written once as an expression in the prompt.

The expressions use ``+``, ``@`` and ``.mT`` only, so the same line serves words, exact coordinate
polynomials and tensors. There is no 1/n in any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from theory.algebra.polynomials import MatrixPolynomial, letter
from theory.algebra.words import ONE, D, Letter, N, diagonal, fixed
from theory.designs.prompt import Prompt

Predict = Callable[[Prompt[Any], Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Predictor:
    """A family of predictions with free parameters.

    Parameters
    ----------
    name, title
        Identifier and a line for reports.
    weights
        The free parameters as letters.
    predict
        The prediction (1 x 1) from a prompt and a mapping of weight names to values.
    channels
        Whether the model is a sum of ``d + 1`` such predictions, one per channel, that share
        the weights named in ``shared``.
    """

    name: str
    title: str
    weights: tuple[Letter, ...]
    predict: Predict
    channels: bool = False
    shared: tuple[str, ...] = ()

    @property
    def scalars(self) -> bool:
        """Whether its free parameters are numbers, all of them."""
        return all(w.rows == w.cols == ONE for w in self.weights)

    def words(self, channel: str = "") -> dict[str, MatrixPolynomial]:
        """The weights as letters; ``channel`` is appended to the names that are not shared."""
        table = {}
        for w in self.weights:
            name = w.name if w.name in self.shared else w.name + channel
            table[w.name] = letter(Letter(name, w.rows, w.cols, w.kind))
        return table


pgd = Predictor(
    "pgd",
    "One step of preconditioned gradient descent: x' W X' y",
    (fixed("W", D, D),),
    lambda p, w: p.query.mT @ w["W"] @ (p.features.mT @ p.labels),
)

wpgd = Predictor(
    "wpgd",
    "The same with sample weights: x' W X' Omega y, Omega = diag(omega)",
    (fixed("W", D, D), diagonal("Omega", N)),
    lambda p, w: p.query.mT @ w["W"] @ (p.features.mT @ (w["Omega"] @ p.labels)),
)

# W_q W_k' = [[C_xx, C_xy], [*, *]] and W_v h = [v_x; v_y]; the starred blocks meet the query's
# masked label and never act.
att = Predictor(
    "att",
    "One-layer linear attention: (z' W_q W_k' Z0') Z0 W_v h",
    (fixed("C_xx", D, D), fixed("C_xy", D, ONE), fixed("v_x", D, ONE), fixed("v_y", ONE, ONE)),
    lambda p, w: (
        (p.query.mT @ w["C_xx"] @ p.features.mT + p.query.mT @ w["C_xy"] @ p.labels.mT)
        @ (p.features @ w["v_x"] + p.labels @ w["v_y"])
    ),
)


@cache
def heads(count: int) -> Predictor:
    """A sum of heads of linear attention, each with weights of its own.

    >>> heads(2).weights[:5]
    (C_xx_0, C_xy_0, v_x_0, v_y_0, C_xx_1)
    """

    def predict(p: Prompt[Any], w: Mapping[str, Any]) -> Any:
        own = ({a.name: w[f"{a.name}_{k}"] for a in att.weights} for k in range(count))
        first, *others = (att.predict(p, one) for one in own)
        return sum(others, first)

    return Predictor(
        f"heads_{count}",
        f"Linear attention with {count} heads",
        tuple(replace(a, name=f"{a.name}_{k}") for k in range(count) for a in att.weights),
        predict,
    )


# One channel: its column of W_q (the query's masked label hides the last entry) times its entry of
# h, and its columns of W_k and W_v.
ssm = Predictor(
    "ssm",
    "One-layer H3: ((z' W_q) * ((Z0 W_k * Z0 W_v) conv f)_last) h",
    (
        fixed("q_x", D, ONE),
        fixed("k_x", D, ONE),
        fixed("k_y", ONE, ONE),
        fixed("v_x", D, ONE),
        fixed("v_y", ONE, ONE),
        diagonal("Omega", N),
    ),
    lambda p, w: (
        p.query.mT
        @ w["q_x"]
        @ (p.features @ w["k_x"] + p.labels @ w["k_y"]).mT
        @ w["Omega"]
        @ (p.features @ w["v_x"] + p.labels @ w["v_y"])
    ),
    channels=True,
    shared=("Omega",),
)

ALL = {p.name: p for p in (pgd, wpgd, att, ssm)}


@cache
def equal_steps(steps: int) -> Predictor:
    """Several steps of gradient descent from zero, all of one size: w becomes w + s X'(y - X w)."""

    def predict(p: Prompt[Any], w: Mapping[str, Any]) -> Any:
        reached = p.features.mT @ p.labels @ w["s"]
        for _ in range(steps - 1):
            reached = reached + p.features.mT @ (p.labels - p.features @ reached) @ w["s"]
        return p.query.mT @ reached

    return Predictor(
        f"equal_steps_{steps}",
        f"{steps} gradient steps of one size s",
        (fixed("s", ONE, ONE),),
        predict,
    )


@cache
def polynomial(steps: int) -> Predictor:
    """What several layers of linear attention that move labels only can predict.

    ``x' (c_0 I + c_1 X'X + ... + c_{L-1} (X'X)^{L-1}) X' y`` for L steps, with free coefficients.

    >>> polynomial(3).weights
    (c_0, c_1, c_2)
    """

    def predict(p: Prompt[Any], w: Mapping[str, Any]) -> Any:
        reached = p.features.mT @ p.labels
        total = p.query.mT @ reached @ w["c_0"]
        for k in range(1, steps):
            reached = p.features.mT @ (p.features @ reached)
            total = total + p.query.mT @ reached @ w[f"c_{k}"]
        return total

    return Predictor(
        f"polynomial_{steps}",
        f"The best polynomial of degree {steps - 1} in X'X: x' (c_0 I + c_1 X'X + ...) X' y",
        tuple(fixed(f"c_{k}", ONE, ONE) for k in range(steps)),
        predict,
    )
