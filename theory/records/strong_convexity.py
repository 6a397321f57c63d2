"""Statements that the risk of PGD is strongly convex in its weight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import sympy

from theory.algebra import symbolic
from theory.designs.descriptions import describe
from theory.designs.design import Design, ranges_of
from theory.designs.instance import Instance
from theory.optima.curvature import hessian as hessians
from theory.optima.curvature.definiteness import Domain, is_definite, positive_on
from theory.optima.curvature.hessian import (
    Hessian,
    InvariantHessian,
    grouped,
    hessian,
    smallest_product,
)
from theory.records.arguments import design_named, instance_among
from theory.records.evaluated import Evaluated, valued
from theory.records.statement import Statement
from theory.scalars.arithmetic import EXACT, FLOATING
from theory.scalars.rational import factored, is_zero
from theory.scalars.signs import is_nonnegative
from theory.scalars.symbols import d
from theory.text.formulas import Exposition, Formula
from theory.text.latex import latex
from theory.text.rows import Mathematics, joined, row

MODULUS = r"\lambda_{\min}(\nabla^2 L)"
SCALE = sympy.Symbol("M")


@dataclass(frozen=True)
class Curvature(Evaluated):
    """The Hessian of a risk at concrete sizes.

    Parameters
    ----------
    modulus
        Its smallest eigenvalue: a Fraction where exact input gives a rational one, else a float.
        The risk is strongly convex where it is positive.
    eigenvalues
        For isotropic designs all of them, by the part of the weight they belong to. Where
        covariances are about, the smallest of each factor of ``V -> A V B``, as ``left`` and
        ``right``: the modulus is their product.
    """

    modulus: Any
    eigenvalues: dict[str, Any]

    def formulas(self) -> Iterable[Formula]:
        yield valued(MODULUS, self.modulus)


@dataclass(frozen=True)
class StrongConvexity(Statement):
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
    def claimed(self) -> Exposition:
        return Exposition(
            tuple(
                Formula(_modulus(domain), rf"0{_where(_needs(domain))}", ">")
                for domain in self.domains
            ),
            self._abbreviations(),
        )

    @cached_property
    def derived(self) -> Exposition:
        found = [(domain, hessian(domain.design)) for domain in self.domains]
        return Exposition(
            tuple(
                formula
                for domain, h in found
                for formula in (*_smallest(domain, h), *_positive(domain, h))
            ),
            self._meanings(),
            tuple(step for domain, _ in found for step in hessians.steps(domain.design)),
            tuple(_condition(domain, h) for domain, h in found),
        )

    def _meanings(self) -> tuple[Formula, ...]:
        """What the subscripts and abbreviations stand for."""
        found = [
            Formula(f"L_{_name(domain)}", rf"\text{{the risk: {_words(domain.design)}}}")
            for domain in self.domains
        ]
        return (*found, *self._abbreviations())

    def _abbreviations(self) -> tuple[Formula, ...]:
        scales = [c for domain in self.domains for c in _scales(domain)]
        return tuple(Formula(SCALE, c) for c in scales)

    @property
    def example(self) -> dict[str, Any]:
        return {"design": "independent", "n": 5, "d": 2, "sigma": 1}

    def domain(self, design: str) -> Domain:
        """The domain of a design, by its name."""
        found = design_named((one.design for one in self.domains), self.id, design)
        return next(one for one in self.domains if one.design == found)

    def instance(
        self, *, design: str = "independent", n: Any = None, d: Any = None, **values: Any
    ) -> Instance:
        """Sizes, scalars and covariances, checked; covariances are named in lower case."""
        designs = tuple(domain.design for domain in self.domains)
        return instance_among(designs, self.id, design, n=n, d=d, **values)

    def evaluate(
        self, *, design: str = "independent", n: Any = None, d: Any = None, **values: Any
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
        at = self.instance(design=design, n=n, d=d, **values)
        found = hessian(at.design)
        modulus, _ = found.smallest_at(at)
        parts = (
            found.spectrum_at(at) if isinstance(found, InvariantHessian) else found.smallest_of(at)
        )
        found_in = {name: _plain(v) for name, (v, _) in parts.items()}
        return Curvature(_plain(modulus), found_in, at=describe(at))


def _plain(value: Any) -> Any:
    return (FLOATING if isinstance(value, float) else EXACT).plain(value)


def _name(domain: Domain) -> str:
    return rf"{{\text{{{domain.design.name}}}}}"


def _modulus(domain: Domain) -> str:
    return rf"\lambda_{{\min}}(\nabla^2 L_{_name(domain)})"


def _words(design: Design) -> str:
    """The title of a design in running text, up to what follows a comma."""
    title = design.title.partition(",")[0]
    return title[0].lower() + title[1:]


def _scales(domain: Domain) -> list[sympy.Expr]:
    """The scalars assumed positive that get a letter: those with traces."""
    return [c for c in domain.positive if c.has(sympy.Trace)]


def _needs(domain: Domain) -> list[str]:
    """What a domain assumes, in LaTeX: ranges of bounded parameters, covariances, scalars."""
    found = [rf"{latex(sympy.Symbol(c))} \succ 0" for c in domain.definite]
    found += [f"{latex(SCALE)} > 0" for _ in _scales(domain)]
    rest = [c for c in domain.positive if not c.has(sympy.Trace)]
    for p in domain.design.parameters:
        if p.high.is_finite:
            below = p.high - p.symbol in rest
            rest = [c for c in rest if c != p.high - p.symbol]
            relation = "<" if below else r"\le"
            found.append(rf"{latex(p.low)} \le {latex(p.symbol)} {relation} {latex(p.high)}")
    return [*found, *(f"{latex(c)} > 0" for c in rest)]


def _where(needs: list[str]) -> str:
    return rf" \text{{ where }} {', '.join(needs)}" if needs else ""


def _smallest(domain: Domain, found: Hessian) -> list[Formula]:
    """The smallest eigenvalue; for d = 1 apart where only multiples of the identity are about."""
    name, design = _modulus(domain), domain.design
    if not isinstance(found, InvariantHessian):
        table = dict.fromkeys(_scales(domain), SCALE)
        left, right = (symbolic.matrix(p).xreplace(table) for p in (found.left, found.right))
        return [Formula(name, smallest_product(left, right))]
    ranges = ranges_of(design)
    values = (found.antisymmetric, found.symmetric, found.identity)
    least = [v for v in values if all(is_nonnegative(other - v, ranges) for other in values)]
    shown: Mathematics
    if least:
        shown = grouped(least[0], design)
    else:
        shown = row(r"\min(", joined(grouped(v, design) for v in values), ")")
    if least and is_zero(least[0] - found.identity):
        return [Formula(name, shown)]
    single = grouped(found.identity.subs(d, 1), design)
    return [
        Formula(name, row(shown, r" \text{ for } d \ge 2")),
        Formula(name, row(single, r" \text{ for } d = 1")),
    ]


def _positive(domain: Domain, found: Hessian) -> list[Formula]:
    """Where the smallest eigenvalue is visibly positive, for d = 1 perhaps on a larger set."""
    if not is_definite(found, domain):
        return []
    single = (
        isinstance(found, InvariantHessian)
        and bool(domain.conditions)
        and positive_on(found.identity.subs(d, 1), Domain(domain.design))
    )
    apart = r" \text{ or } d = 1" if single else ""
    return [Formula(_modulus(domain), f"0{_where(_needs(domain))}{apart}", ">")]


def _condition(domain: Domain, found: Hessian) -> str:
    name, needs = domain.design.name, ", ".join(_shown(c) for c in domain.conditions)
    assumed = f" where {needs}" if needs else " over the closed ranges of its parameters"
    proved = (
        f"{name}: positive for all $n, d \\ge 1${assumed}"
        if is_definite(found, domain)
        else f"{name}: not visibly positive{assumed}"
    )
    if not isinstance(found, InvariantHessian):
        return f"{proved}; where one of these fails there is a flat direction"
    one = latex(grouped(found.identity.subs(d, 1), domain.design))
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
