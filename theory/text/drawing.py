"""How a design draws its prompts, as formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import sympy

from theory.designs.combinations import Combination, Term
from theory.designs.design import Design
from theory.designs.label import FEATURES, LINEAR, QUERY, TASK, Dot, Label
from theory.designs.law import MOMENTS
from theory.designs.random_scalars import RandomScalar
from theory.scalars.symbols import i, n
from theory.text.formulas import Formula
from theory.text.rows import Mathematics, Row, joined, row, times

N_TEST = r"n_{\mathrm{test}}"
"""The number of examples at test."""


def drawing(design: Design) -> tuple[Formula, ...]:
    """Its vectors and random scalars, and what is made of them."""
    given = (*vectors(design.prompt, design.example), *fixed(design.means))
    return (*given, *map(law, design.random), *combinations(design))


def law(one: RandomScalar) -> Formula:
    """The law of a random scalar; where that is not known, its moments.

    >>> from theory.designs.law import Law
    >>> print(law(RandomScalar("s", Law("exponential", (2,)))).latex)
    s \\sim \\mathrm{Exponential}(2)
    >>> print(law(RandomScalar("s", Law("moments", (0, 1)), per_example=True)).latex)
    (\\mathbb{E}\\, s_{i}^k)_{k \\ge 1} = (0, 1, \\dots)
    """
    name = _of_example(one.name) if one.per_example else _name(one.name)
    arguments = joined(one.law.arguments, ", ")
    if one.law.family == MOMENTS:
        given = row("(", arguments, r", \dots)")
        return Formula(row(r"(\mathbb{E}\, ", name, r"^k)_{k \ge 1}"), given)
    family = rf"\mathrm{{{one.law.family.capitalize()}}}"
    return Formula(name, row(family, "(", arguments, ")"), r"\sim")


def vectors(
    prompt: Iterable[tuple[str, str]], example: Iterable[tuple[str, str]] = ()
) -> list[Formula]:
    """Gaussian vectors with their covariances, those of one covariance together.

    >>> [f.latex for f in vectors([("q", "I"), ("b", "Sigma")], [("e", "I")])]
    ['q, e_{i} \\\\sim \\\\mathcal{N}(0, I)', 'b \\\\sim \\\\mathcal{N}(0, \\\\Sigma)']
    """
    by_covariance: dict[str, list[sympy.Symbol]] = {}
    for name, covariance in prompt:
        by_covariance.setdefault(covariance, []).append(_name(name))
    for name, covariance in example:
        by_covariance.setdefault(covariance, []).append(_of_example(name))
    return [
        Formula(joined(names), row(r"\mathcal{N}(0, ", _name(covariance), ")"), r"\sim")
        for covariance, names in by_covariance.items()
    ]


def fixed(means: Sequence[str]) -> list[Formula]:
    """Fixed vectors, together.

    >>> [f.latex for f in fixed(["m", "mu"])]
    ['m, \\\\mu \\\\in \\\\mathbb{R}^{d}']
    """
    return [Formula(joined(map(_name, means)), r"\mathbb{R}^{d}", r"\in")] if means else []


@dataclass(frozen=True)
class Composition:
    """What is made of the vectors of a design: in every prompt, or in the examples of a group."""

    formulas: tuple[Formula, ...]
    name: str = ""
    count: sympy.Expr | None = None


def made(design: Design) -> list[Composition]:
    """Query, features, tasks and labels: what all examples share, then what each group has.

    >>> from theory.language.gallery import shipped
    >>> [(one.name, one.formulas[0].latex) for one in made(shipped("partly-retrieved").design)]
    [('', 'x = q'), ('retrieved', 'x_i = \\\\alpha\\\\, q + e_{i}'), ('unrelated', 'x_i = e_{i}')]
    """
    fresh = {v for v, _ in design.example} | {one.name for one in design.random if one.per_example}
    tasks = dict.fromkeys(group.task for group in design.groups)
    differs = len(tasks) > 1 or design.task.symbols & {i} or design.task.vectors & fresh
    its_task = r"\beta_i" if differs else r"\beta"
    of_examples, of_query = design.label or LINEAR, design.label_of_query or LINEAR.of_query()
    shared, own = [Formula("x", _combination(design.query, fresh))], r"\beta"
    if len(tasks) == 1 and TASK in of_examples.vectors | of_query.vectors:
        shared.append(Formula(its_task, _combination(design.groups[0].task, fresh)))
    by_group = []
    for group in design.groups:
        scale, noise = group.label_scale, group.noise
        roles = {FEATURES: "x_i", TASK: its_task, QUERY: "x"}
        found = [Formula("x_i", _combination(group.features, fresh))]
        if len(tasks) > 1:
            found.append(Formula(its_task, _combination(group.task, fresh)))
        found.append(Formula("y_i", _label(of_examples, roles, fresh, scale, noise, r"\xi_i")))
        by_group.append(found)
    shared += [one for one in by_group[0] if all(one in others for others in by_group)]
    groups = [
        Composition(tuple(one for one in found if one not in shared), group.name, group.count)
        for group, found in zip(design.groups, by_group, strict=True)
    ]
    other = design.query_task is not None or len(tasks) > 1 or tasks.keys() != {design.task}
    if other and TASK in of_query.vectors:
        own = r"\beta_0"
        shared.append(Formula(own, _combination(design.task_of_query, fresh)))
    scale, noise = design.label_scale_of_query, design.noise_of_query
    label = _label(of_query, {TASK: own, QUERY: "x"}, fresh, scale, noise, r"\xi_0")
    return [Composition((*shared, Formula("y", label))), *(one for one in groups if one.formulas)]


def combinations(design: Design) -> list[Formula]:
    """The same as formulas, those of a group with its name and count beside them."""
    return [
        replace(formula, note=in_group(one.name, one.count))
        for one in made(design)
        for formula in one.formulas
    ]


def at_test(design: Design) -> tuple[Formula, ...]:
    r"""What is other at test: the number of examples, covariances, and what is made of vectors.

    >>> from theory.language.gallery.designs import rag_unit
    >>> from theory.designs.law_at_test import with_law_at_test
    >>> for formula in at_test(with_law_at_test(rag_unit, n=2 * n, alpha=0, noise=1)):
    ...     print(formula.latex)
    n_{\mathrm{test}} = 2 n
    x_i = 0\, q + e_{i}
    y_i = x_i^\top \beta + \xi_i
    y = x^\top \beta + \xi_0
    """
    if design.test is None:
        return ()
    law = design.test.design
    found = [] if design.test.examples == n else [Formula(N_TEST, design.test.examples)]
    prompt, example = (
        [pair for pair in pairs if pair not in before]
        for pairs, before in ((law.prompt, design.prompt), (law.example, design.example))
    )
    known = combinations(design)
    others = (formula for formula in combinations(law) if formula not in known)
    return (*found, *vectors(prompt, example), *others)


def in_group(name: str, count: sympy.Expr | None = None) -> Mathematics:
    """What a formula about the examples of a group is followed by: the name and the count.

    >>> from theory.text.latex import latex
    >>> latex(in_group("retrieved", sympy.Symbol("k")))
    '(\\\\text{retrieved: } k)'
    """
    if not name:
        return ""
    said = name.replace("_", r"\_")
    return row(rf"(\text{{{said}: }} ", count, ")") if count is not None else rf"(\text{{{said}}})"


def _name(name: str) -> sympy.Symbol:
    return sympy.Symbol(name)


def _of_example(name: str) -> sympy.Symbol:
    """The vector of example i."""
    return sympy.Symbol(f"{name}_i")


def _combination(
    combination: Combination, fresh: set[str], roles: Mapping[str, str] = MappingProxyType({})
) -> Row:
    return _sum(((t.coefficient, _vector(t, fresh, roles)) for t in combination.terms), fresh)


def _vector(term: Term, fresh: set[str], roles: Mapping[str, str]) -> Row:
    """A vector with the matrices before it."""
    name = (_of_example if term.vector in fresh else _name)(term.vector)
    before = (piece for matrix in term.matrices for piece in (_name(matrix), " "))
    return row(*before, roles.get(term.vector, name))


def _sum(terms: Iterable[tuple[sympy.Expr, Row | None]], fresh: set[str]) -> Row:
    """Coefficients, each with what it stands before, or with nothing."""
    parts: list[Mathematics] = []
    for coefficient, after in terms:
        c = coefficient.xreplace({_name(v): _of_example(v) for v in fresh})
        negative = c.as_coeff_Mul()[0] < 0
        c = -c if negative else c
        parts += [" - " if negative else " + "] if parts else ["- "] if negative else []
        if after is None:
            parts.append(c)
        else:
            parts += [times(c), after]
    return row(*parts)


def _label(
    label: Label,
    roles: Mapping[str, str],
    fresh: set[str],
    scale: sympy.Expr,
    noise: sympy.Expr,
    xi: str,
) -> Row:
    inside = _sum(((t.coefficient, _dots(t.dots, roles, fresh)) for t in label.terms), fresh)
    if scale != 1 and (len(label.terms) > 1 or label.terms[0].coefficient != 1):
        inside = row(r"\left(", inside, r"\right)")
    return _sum([(scale, inside), *[(noise, row(xi))] * (noise != 0)], fresh)


def _dots(dots: Sequence[Dot], roles: Mapping[str, str], fresh: set[str]) -> Row | None:
    """A product of dot products, equal ones as a power."""
    found: list[Mathematics] = []
    for pair, power in Counter(dots).items():
        left, right = (_operand(one, roles, fresh) for one in pair)
        product = row(left, r"^\top ", right)
        several = len(dots) > 1
        product = row(r"\left(", product, r"\right)") if several else product
        found.append(row(product, f"^{power}") if power > 1 else product)
    return joined(found, r"\, ") if found else None


def _operand(combination: Combination, roles: Mapping[str, str], fresh: set[str]) -> Row:
    """A vector in a product: in parentheses unless it is one alone."""
    plain = _combination(combination, fresh, roles)
    (first, *others) = combination.terms
    alone = not others and not first.matrices and first.coefficient == 1
    return plain if alone else row(r"\left(", plain, r"\right)")
