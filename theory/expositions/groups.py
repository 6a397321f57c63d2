"""The optima of a design with groups of examples, in the moments of one example and of two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

import sympy

from theory.algebra import symbolic
from theory.designs.design import Design
from theory.expositions.names import OPTIMAL_RISK, OPTIMAL_WEIGHT, taken_by
from theory.optima.sample_weights.grouped import GroupForm
from theory.optima.sample_weights.strictness import least
from theory.optima.sample_weights.weighted import InGroups, weighted
from theory.scalars.rational import factored
from theory.text.display import READABLE
from theory.text.drawing import in_group
from theory.text.formulas import Exposition, Formula, step
from theory.text.latex import glyphs, latex
from theory.text.naming import stem
from theory.text.rows import Mathematics, row

M, DETERMINANT = sympy.symbols("M Delta")
OMEGA = r"\omega"
Tidied = Callable[[sympy.Expr], sympy.Expr]


@dataclass(frozen=True)
class GroupMoments:
    """A form with a symbol for each of its entries; groups are counted from 1.

    ``taken`` are the names that the design has for other things.

    >>> from theory.language.gallery import shipped
    >>> from theory.optima.sample_weights.grouped import group_form
    >>> found = GroupMoments(group_form(shipped("partly-retrieved").design))
    >>> found.weight
    (k*p_1 + p_2*(-k + n))/(D_1*k + D_2*(-k + n) + k**2*r_11 + 2*k*r_12*(-k + n) + r_22*(-k + n)**2)
    """

    form: GroupForm
    taken: frozenset[str] = frozenset()

    @property
    def size(self) -> range:
        """The places of the groups."""
        return range(len(self.form.counts))

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols in use, by name; and what else the formulas call by a name."""
        return frozenset(map(str, [*self.values, DETERMINANT, "h_i"]))

    @property
    def named(self) -> GroupForm:
        """The form in symbols: ``p_1``, ``D_1``, ``r_12``."""
        form, size = self.form, [g + 1 for g in self.size]
        p, D, r = (stem(letters, self.taken) for letters in ("pcb", "DEF", "rst"))
        return GroupForm(
            form.names,
            form.counts,
            M,
            tuple(sympy.Symbol(f"{p}_{g}") for g in size),
            tuple(sympy.Symbol(f"{D}_{g}") for g in size),
            tuple(tuple(sympy.Symbol(f"{r}_{min(g, k)}{max(g, k)}") for k in size) for g in size),
        )

    @property
    def values(self) -> dict[sympy.Symbol, sympy.Expr]:
        """What the symbols stand for."""
        form, named = self.form, self.named
        return {
            M: form.constant,
            **dict(zip(named.linear, form.linear, strict=True)),
            **dict(zip(named.diagonal, form.diagonal, strict=True)),
            **{named.pairs[g][k]: form.pairs[g][k] for g, k in self._pairs},
        }

    @property
    def _pairs(self) -> list[tuple[int, int]]:
        return list(combinations_with_replacement(self.size, 2))

    @property
    def weight(self) -> sympy.Expr:
        """PGD's best multiple of the identity."""
        matched, square = self._reduced
        return matched / square

    @property
    def _reduced(self) -> tuple[sympy.Expr, sympy.Expr]:
        """Slope and square, common factors in front: so counts such as ``n/3`` cancel."""
        return sympy.factor_terms(self.named.matched), sympy.factor_terms(self.named.square)

    def pgd(self, scale: sympy.Expr, tidied: Tidied) -> Exposition:
        """PGD's optimum, for a prediction with a scale."""
        matched, square = self._reduced
        risk = M - matched**2 / square
        return Exposition(
            (
                Formula(OPTIMAL_WEIGHT, symbolic.whole(self.weight / scale)),
                Formula(OPTIMAL_RISK, risk),
            ),
            tuple(self.where(tidied)),
        )

    def wpgd(self, tidied: Tidied) -> Exposition:
        """WPGD's optimum, in a sample weight for each group beside ``W = I``.

        Where its formulas are short they hold no moments, which then stand among the steps.
        """
        weights, named = [sympy.Symbol(f"omega_{g + 1}") for g in self.size], self.named
        solved, moments = list(self._solved(weights)), list(self.where(tidied))
        steps = (
            step(
                "WPGD: within a group examples are exchangeable, given the vectors of the prompt, "
                "and the risk is convex in the sample weights for given $W$; so weights that are "
                "equal within groups do best. For given sample weights it is convex in $W$ and "
                "unchanged by rotations, so a multiple of $I$ is optimal; its factor goes into the "
                "sample weights",
                Formula(row(f"L({OMEGA})"), named.value(weights)),
            ),
            step("WPGD: its slopes vanish", *solved),
        )
        at = self._closed()
        if at is not None:
            risk = factored(self.form.constant - self.form.gain(at))
            told = (
                Formula(w, v, note=self._note(g))
                for g, (w, v) in enumerate(zip(weights, at, strict=True))
            )
            if glyphs(latex(risk)) <= READABLE:
                first = step("WPGD: the moments of its examples", *moments)
                return Exposition((Formula(least("WPGD"), risk),), tuple(told), (first, *steps))
        least_risk = Formula(least("WPGD"), M - named.gain(weights))
        return Exposition((least_risk,), (*solved, *moments), steps)

    def _closed(self) -> list[sympy.Expr] | None:
        """The weights of two groups without moments, where they are short."""
        if len(self.size) != 2:
            return None
        column = self.form.system.adjugate() * sympy.Matrix(self.form.linear)
        found = [factored(entry / self.form.system.det()) for entry in column]
        return found if all(glyphs(latex(one)) <= READABLE for one in found) else None

    def _solved(self, weights: list[sympy.Symbol]) -> Iterator[Formula]:
        """The weights of two groups, or the equations of more."""
        named, system = self.named, self.named.system
        if len(weights) != 2:
            for g in self.size:
                left = sympy.Add(*(system[g, k] * weights[k] for k in self.size))
                yield Formula(left, named.linear[g], note=self._note(g))
            return
        column = system.adjugate() * sympy.Matrix(named.linear)
        for g, weight in enumerate(weights):
            yield Formula(weight, column[g] / DETERMINANT, note=self._note(g))
        yield Formula(DETERMINANT, system[0, 0] * system[1, 1] - system[0, 1] * system[1, 0])

    def where(self, tidied: Tidied) -> Iterator[Formula]:
        """What the symbols stand for, with their values, each as ``tidied`` writes it."""
        values, named = self.values, self.named

        def of(symbol: sympy.Symbol, note: Mathematics, meaning: Mathematics) -> Formula:
            return Formula(symbol, tidied(values[symbol]), note=note, meaning=meaning)

        yield Formula("h_i", r"x^\top x_i y_i")
        yield of(M, "", r"\mathbb{E}\, y^2")
        for g, symbol in enumerate(named.linear):
            yield of(symbol, self._note(g), r"\mathbb{E}\, y h_i")
        for g, symbol in enumerate(named.diagonal):
            yield of(symbol, self._note(g), row(r"\mathbb{E}\, h_i^2 - ", named.pairs[g][g]))
        for g, k in self._pairs:
            note = self._note(g) if g == k else row(self._note(g), ", ", self._note(k))
            yield of(named.pairs[g][k], note, r"\mathbb{E}\, h_i h_j")

    def _note(self, g: int) -> Mathematics:
        return in_group(self.form.names[g])


def group_moments(design: Design) -> GroupMoments | None:
    """What examples of each group contribute, where their names are free."""
    kind = weighted(design)
    if not isinstance(kind, InGroups):
        return None
    moments = GroupMoments(kind.form, frozenset(taken_by(design)))
    return None if moments.taken & moments.symbols else moments
