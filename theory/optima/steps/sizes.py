"""The gradient steps that a polynomial in X'X is made of.

L steps of gradient descent from zero, of sizes ``s_1, ..., s_L``, leave the share
``(1 - s_1 t) ... (1 - s_L t)`` of what there is along an eigenvector of ``X'X`` with eigenvalue t;
with q the polynomial that they reach, that is ``1 - t q(t)``. So the sizes are the roots of
``s^L - c_0 s^{L-1} - ... - c_{L-1}``, and those that are not real come in pairs.

With weight decay r, the steps of ridge regression, the eigenvalue is ``t + r`` in place of t. For
labels with noise of variance r and features that know nothing of query and task, the best sizes are
real then: ``1 - (t + r) q(t)`` is an orthogonal polynomial.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

import flint
import numpy as np

from theory.scalars.arithmetic import EXACT, is_exact

PRECISION = 64
ROUNDED = 1e-9
"""How small an imaginary part, relative to a root, is taken for rounding."""


@dataclass(frozen=True)
class StepSizes:
    """The sizes of L gradient steps that make up a polynomial.

    Parameters
    ----------
    real
        Those that are real, in increasing order.
    pairs
        Of each pair of conjugates that are not real, the one with positive imaginary part.
    decay
        The weight decay; 0 for least squares.
    certified
        Whether it is certain which are real: of rounded coefficients it is only likely.
    """

    real: tuple[float, ...]
    pairs: tuple[complex, ...]
    decay: Any = 0
    certified: bool = True

    @property
    def all_real(self) -> bool:
        """Whether L real steps do what the polynomial does."""
        return not self.pairs


def step_sizes(coefficients: Sequence[Any], decay: Any = 0) -> StepSizes:
    """The sizes of the steps that reach ``c_0 + c_1 t + ... + c_{L-1} t^{L-1}``.

    Of rationals the roots are isolated, so that it is certain which of them are real.

    Examples
    --------
    >>> step_sizes([3, -2])  # 1 - t (3 - 2 t) = (1 - t) (1 - 2 t)
    StepSizes(real=(1.0, 2.0), pairs=(), decay=0, certified=True)
    >>> step_sizes([0, -1]).pairs
    (1j,)
    """
    exact = all(map(is_exact, (*coefficients, decay)))
    number: Callable[[Any], Any] = EXACT.number if exact else float
    given, shift = [number(c) for c in coefficients], number(decay)
    moved = [
        sum(
            ((-shift) ** (k - j) * comb(k, j) * c for k, c in enumerate(given) if k >= j), number(0)
        )
        for j in range(len(given))
    ]
    rising = [-c for c in reversed(moved)] + [number(1)]
    real, pairs = _exact_roots(rising) if exact else _roots(rising)
    return StepSizes(tuple(sorted(real)), tuple(pairs), decay, exact)


def _exact_roots(rising: list[flint.fmpq]) -> tuple[list[float], list[complex]]:
    real: list[float] = []
    pairs: list[complex] = []
    with flint.ctx.workprec(PRECISION):
        found: Any = flint.fmpq_poly(rising).numer()
        for root, times in found.complex_roots():
            if root.imag == 0:  # exactly: an isolated real root has no imaginary part at all
                real += [float(root.real)] * times
            elif root.imag > 0:
                pairs += [complex(float(root.real), float(root.imag))] * times
    return real, pairs


def _roots(rising: list[float]) -> tuple[list[float], list[complex]]:
    found = [complex(root) for root in np.roots(rising[::-1])]
    flat = [root for root in found if abs(root.imag) <= ROUNDED * abs(root)]
    return [r.real for r in flat], [r for r in found if r.imag > ROUNDED * abs(r)]
