"""Statements that the risk of PGD is strongly convex in its weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import sympy

from theory import symbolic
from theory.account import Account, Formula
from theory.arithmetic import EXACT, FLOATING
from theory.convexity import hessian as hessians
from theory.convexity.definiteness import Domain, is_definite
from theory.convexity.hessian import Hessian, Invariant, hessian
from theory.errors import UnknownName
from theory.instance import Instance, named_instance
from theory.latex import equation, latex
from theory.positivity import is_nonnegative, ranges_of
from theory.rational import factored
from theory.record import Structural, number
from theory.words import d

MODULUS = r"\lambda_{\min}(\nabla^2 L)"


@dataclass(frozen=True)
class Curvature:
    """The Hessian of a risk at concrete sizes.

    Parameters
    ----------
    modulus
        Its smallest eigenvalue: a Fraction where exact input gives a rational one, else a float.
        The risk is strongly convex where it is positive.
    eigenvalues
        All of them by the part of the weight they belong to, for isotropic designs.
    """

    modulus: Any
    eigenvalues: dict[str, Any]

    def _repr_latex_(self) -> str:
        return f"${equation(MODULUS, latex(number(self.modulus)))}$"


@dataclass(frozen=True)
class StrongConvexity(Structural):
    """The risk of PGD is strongly convex on each of these domains.

    Parameters
    ----------
    domains
        The designs, each with what is assumed of its parameters.

    Examples
    --------
    >>> import theory
    >>> theory.statement("lemma2").evaluate(design="rag", n=2, d=3, alpha=1, sigma=0).modulus
    Fraction(0, 1)
    """

    domains: tuple[Domain, ...]

    kind: ClassVar[str] = "convexity"

    @property
    def claimed(self) -> Account:
        return Account(
            tuple(
                Formula(rf"\lambda_{{\min}}(\nabla^2 L_{_name(domain)})", _claimed(domain))
                for domain in self.domains
            )
        )

    @property
    def derived(self) -> Account:
        found = [(domain, hessian(domain.design)) for domain in self.domains]
        return Account(
            tuple(
                Formula(rf"\lambda_{{\min}}(\nabla^2 L_{_name(domain)})", _smallest(domain, h))
                for domain, h in found
            ),
            (),
            tuple(step for domain, _ in found for step in hessians.steps(domain.design)),
            tuple(_condition(domain, h) for domain, h in found),
        )

    @property
    def example(self) -> dict[str, Any]:
        return {"design": "independent", "n": 5, "d": 2, "sigma": 1}

    def domain(self, design: str) -> Domain:
        """The domain of a design, by its name."""
        table = {domain.design.name: domain for domain in self.domains}
        if design not in table:
            raise UnknownName(f"design of {self.id}", str(design), table)
        return table[design]

    def instance(self, *, design: str = "independent", n: Any, d: Any = None, **values: Any) -> Any:
        """Sizes, scalars and covariances, checked; covariances are named in lower case."""
        return named_instance(self.domain(design).design, self.id, n=n, d=d, **values)

    def evaluate(
        self, *, design: str = "independent", n: Any, d: Any = None, **values: Any
    ) -> Curvature:
        """The smallest eigenvalue of the Hessian of the risk at given sizes.

        A Fraction where the input is exact and the eigenvalue rational, a float otherwise.
        ``design`` is the name of one; covariances default to the identity of size ``d``.

        Raises :class:`~theory.errors.InputError` naming the argument and what was expected.

        Examples
        --------
        >>> import theory
        >>> theory.statement("lemma2").evaluate(n=5, d=2, sigma=1).modulus
        Fraction(90, 1)
        """
        at: Instance = self.instance(design=design, n=n, d=d, **values)
        found = hessian(at.design)
        modulus, _ = found.smallest_at(at)
        eigenvalues = {}
        if isinstance(found, Invariant):
            eigenvalues = {
                name: at.arithmetic.plain(value)
                for name, (value, _) in found.spectrum_at(at).items()
            }
        exact = not isinstance(modulus, float)
        return Curvature((EXACT if exact else FLOATING).plain(modulus), eigenvalues)


def _name(domain: Domain) -> str:
    return rf"{{\text{{{domain.design.name}}}}}"


def _claimed(domain: Domain) -> str:
    needs = [rf"{latex(sympy.Symbol(c))} \succ 0" for c in domain.definite]
    needs += [rf"{latex(c)} > 0" for c in domain.positive]
    where = rf" \text{{ where }} {', '.join(needs)}" if needs else ""
    return rf"\mu > 0{where}"


def _smallest(domain: Domain, found: Hessian) -> str:
    """The smallest eigenvalue, for d >= 2 where it depends on whether there is that much room."""
    if not isinstance(found, Invariant):
        left, right = (symbolic.matrix(p) for p in (found.left, found.right))
        return rf"\lambda_{{\min}}({latex(left)})\, \lambda_{{\min}}({latex(right)})"
    ranges = ranges_of(domain.design)
    values = (found.antisymmetric, found.symmetric, found.identity)
    for value in values:
        if all(is_nonnegative(other - value, ranges) for other in values):
            return latex(value) + r" \text{ for } d \ge 2"
    return rf"\min({', '.join(map(latex, values))}) \text{{ for }} d \ge 2"


def _condition(domain: Domain, found: Hessian) -> str:
    name, needs = domain.design.name, ", ".join(_shown(c) for c in domain.conditions)
    assumed = f" where {needs}" if needs else " over the closed ranges of its parameters"
    proved = (
        f"{name}: positive for all $n, d \\ge 1${assumed}"
        if is_definite(found, domain)
        else f"{name}: not visibly positive{assumed}"
    )
    if not isinstance(found, Invariant):
        return f"{proved}; where one of these fails there is a flat direction"
    one = latex(factored(found.identity.subs(d, 1)))
    edges = [c for c in domain.positive if _vanishes(found.antisymmetric, c)]
    flat = [rf"${latex(c)} = 0$ every antisymmetric direction is flat" for c in edges]
    return "; ".join([proved, *(f"at {text}" for text in flat), f"for $d = 1$ it is ${one}$"])


def _vanishes(value: sympy.Expr, condition: sympy.Expr) -> bool:
    """Whether a rational function vanishes wherever a polynomial in one parameter does."""
    (symbol,) = condition.free_symbols
    return all(factored(value.subs(symbol, at)) == 0 for at in sympy.solve(condition, symbol))


def _shown(condition: str | sympy.Expr) -> str:
    if isinstance(condition, str):
        return rf"${latex(sympy.Symbol(condition))} \succ 0$"
    return rf"${latex(condition)} > 0$"
