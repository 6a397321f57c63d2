"""What a design assumes, and whether the paper's assumptions hold for it, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import sympy

from theory.algebra import symbolic
from theory.algebra.words import D
from theory.designs.counts import counts, whole_symbols
from theory.designs.design import Design
from theory.designs.parameter import Parameter
from theory.designs.prompt import Words
from theory.designs.unused import unused_matrices, unused_vectors
from theory.optima.equivalence.assumptions import (
    Settled,
    examples_are_alike,
    models_are_steps,
    noise_is_equal,
    odd_moments_vanish,
)
from theory.text.drawing import at_test, fixed, law, made, vectors
from theory.text.formulas import Formula
from theory.text.latex import condition_latex, latex


def assumptions(design: Design) -> tuple[str, ...]:
    """How the design draws its prompts, one sentence each."""
    of_example = [law(one) for one in design.random if one.per_example]
    prompt = listed(
        [*vectors(design.prompt), *(law(one) for one in design.random if not one.per_example)]
    )
    found = [f"drawn once per prompt, independent of each other: {prompt}"]
    if design.example or of_example:
        fresh = listed([*vectors((), design.example), *of_example])
        found.append(f"drawn for each example, independent of everything: {fresh}")
    whole, *groups = made(design)
    found.append(f"so {listed(whole.formulas)}")
    for one in groups:
        found.append(f"for ${latex(one.count)}$ examples ({one.name}): {listed(one.formulas)}")
    if design.test is not None:
        found.append(f"other at test: {listed(at_test(design))}; all else is as in training")
    if numbers := whole_numbers(design):
        of = "numbers of examples and ranks" if design.ranks else "numbers of examples"
        found.append(f"{of} are whole, so {', '.join(numbers)}")
    noisy = [r"$\xi_i$"] if any(one.noise != 0 for one in design.groups) else []
    noisy += [r"$\xi_0$"] if design.noise_of_query != 0 else []
    if noisy:
        found.append(f"label noises {', '.join(noisy)} are independent standard normal numbers")
    found += _of_covariances(design)
    if design.means:
        found.append(f"{listed(fixed(design.means))}, fixed")
    ranges = [rf"${latex(p.symbol)} \in {_range(p)}$" for p in design.parameters]
    ranges += [f"${condition_latex(one)}$" for p in design.parameters for one in p.where]
    if ranges:
        found.append(f"with parameters {', '.join(ranges)}")
    needed = [f"${condition_latex(one)}$" for one in design.domain if one not in design.promised]
    if needed:
        found.append(f"coefficients are real numbers, so {', '.join(needed)}")
    return tuple(found)


def whole_numbers(design: Design) -> tuple[str, ...]:
    """What has to hold for counts and ranks to be whole numbers, in words.

    >>> from theory.language.gallery import text
    >>> from theory.language.files.reading import parse_design
    >>> groups = '[[examples]]\\nname = "a"\\ncount = "2*n/3"\\n[[examples]]\\nname = "b"\\n'
    >>> whole_numbers(parse_design(text("isotropic-noiseless") + groups).design)
    ('$n$ is a multiple of 3',)
    """
    divisors: dict[sympy.Expr, int] = {}
    for one in counts(design):
        factor, rest = one.as_coeff_Mul()
        if not rest.is_Symbol or rest not in whole_symbols(design):
            factor, rest = sympy.Integer(1), one
        divisors[rest] = math.lcm(divisors.get(rest, 1), int(factor.q))
    return tuple(
        f"${latex(rest)}$ is a multiple of {by}" if by > 1 else f"${latex(rest)}$ is a whole number"
        for rest, by in divisors.items()
    )


def warnings(design: Design) -> tuple[str, ...]:
    """That the design declares vectors or covariances without using them, if it does.

    >>> from dataclasses import replace
    >>> from theory.language.gallery import designs
    >>> print(*warnings(replace(designs.rag, covariances=("S",))))
    warning: the design declares $S$ and uses it nowhere; nothing derived depends on it
    """
    unused = [*map(sympy.Symbol, unused_vectors(design)), *map(_matrix, unused_matrices(design))]
    if not unused:
        return ()
    listed, it = ", ".join(f"${latex(one)}$" for one in unused), "them" if unused[1:] else "it"
    return (
        f"warning: the design declares {listed} and uses {it} nowhere; nothing derived depends "
        f"on {it}",
    )


def _of_covariances(design: Design) -> Iterator[str]:
    """What the matrices are, by kind."""
    projected = {p.name for p in design.projections}
    definite = [name for name in design.covariances if name in design.inverted]
    others = [name for name in design.covariances if name not in {*projected, *definite}]
    for names, what in ((others, "semi-definite"), (definite, "definite")):
        if names:
            verb = "are" if len(names) > 1 else "is"
            listed = ", ".join(latex(_matrix(name)) for name in names)
            yield f"${listed}$ {verb} symmetric positive {what}"
    for one in design.projections:
        rank = "" if one.rank is None else f" of rank ${latex(one.rank)}$"
        yield f"${latex(_matrix(one.name))}$ is an orthogonal projection{rank}"
    words = Words(design)
    for defined in design.defined:
        meaning = symbolic.matrix(words.matrix(defined.name))
        yield f"${Formula(_matrix(defined.name), meaning).latex}$"


def _matrix(name: str) -> sympy.MatrixSymbol:
    return sympy.MatrixSymbol(name, D.dimension, D.dimension)


def listed(formulas: Iterable[Formula]) -> str:
    return ", ".join(f"${one.latex}$" for one in formulas)


def _range(parameter: Parameter) -> str:
    low, high = parameter.low, parameter.high
    if parameter.whole:
        first, last = (
            rf"{latex(low)}, \dots" if low.is_finite else r"\dots",
            f", {latex(high)}" if parameter.is_bounded else "",
        )
        return rf"\{{{first}{last}\}}"
    left = "[" if low.is_finite else "("
    right = "]" if parameter.is_bounded else ")"
    return f"{left}{latex(low)}, {latex(high)}{right}"


def answers(design: Design) -> Iterator[str]:
    """Whether the assumptions hold, and what follows for attention and H3."""
    yield _answered("Assumption 1 (odd moments vanish)", odd_moments_vanish(design))
    yield _answered("Assumption 2 (equal label noise)", noise_is_equal(design))
    steps = models_are_steps(design)
    if steps.holds:
        reach = "attention reaches the optimal risk of PGD and H3 that of WPGD, and neither can go "
        reach += "below it"
    else:
        reach = "it is not known that attention does no better than PGD, and H3 than WPGD"
    yield f"{reach}: {steps.why}"
    alike = examples_are_alike(design)
    if alike.holds:
        yield (
            f"{alike.why}; so the risk, convex in the sample weights, is unchanged by permuting "
            "them, and equal ones are optimal"
        )
    else:
        yield f"sample weights may gain something: {alike.why}"


def _answered(assumption: str, answer: Settled) -> str:
    return f"{assumption} {'holds' if answer.holds else 'does not hold'}: {answer.why}"
