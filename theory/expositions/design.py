"""What is derived for a design, written out."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import sympy

from theory.designs.design import Design
from theory.expositions.assumptions import answers
from theory.expositions.limits import of_limit
from theory.expositions.models import of_heads, of_models
from theory.expositions.names import OPTIMAL_WEIGHT, taken_by, tidied_for
from theory.expositions.optimum import SCALED, of_optimum, solves_an_equation
from theory.expositions.shifted import of_test
from theory.expositions.steps import of_equal_steps, of_steps
from theory.language.files.reading import DesignFile
from theory.optima.derivation import Derivation
from theory.optima.sample_weights.strictness import least
from theory.optima.sample_weights.weighted import InGroups, InWeights, weighted
from theory.optima.shifted import shifted
from theory.optima.uniqueness import SYSTEM, may_be_zero_in
from theory.scalars.symbols import d
from theory.text.display import READABLE
from theory.text.formulas import Exposition, Formula, beyond
from theory.text.latex import glyphs, latex
from theory.text.rows import Mathematics, joined, row, times

ASSUMPTIONS = 2
"""How many answers are about the assumptions, before those about models of one step."""


def exposition(file: DesignFile, found: Derivation) -> Exposition:
    """Optima of all predictors, limits, steps, and what they rest on."""
    design, scale = file.design, file.scale
    several = found.plain.coefficients
    if several is None:
        optimum = of_optimum(design, found, scale)
    else:
        optimum = of_equal_steps(found, scale) if file.tied else of_steps(found, scale)
    optimum = _where(optimum, may_be_zero_in(design, found.plain.regular))
    models = (_of_models(design), of_heads(design)) if several is None else ()
    conditions = (
        *(() if file.tied else found.conditions),
        *islice(answers(design), None if several is None else ASSUMPTIONS),
    )
    convention = []
    if scale != 1 and several is None:
        named = SCALED if solves_an_equation(found) else "W"
        right = row(times(scale), rf"x^\top {named} X^\top y_{{1:n}}")
        convention.append(Formula(r"\hat{y}", right))
    parts = (
        Exposition((), tuple(convention)),
        replace(optimum, conditions=conditions),
        *(replace(one, where=beyond(one.where, optimum.where)) for one in models),
        _test(file, found),
        *(of_limit(file, regime) for regime in file.limits),
    )
    return Exposition.joined(parts)


def _of_models(design: Design) -> Exposition:
    """Those of other predictors; the least risk over sample weights where these are unique."""
    kind = weighted(design)
    regular = kind.regular if isinstance(kind, InWeights | InGroups) else ()
    return _where(of_models(design), may_be_zero_in(design, regular), least("WPGD"))


def _where(one: Exposition, nonzero: tuple[sympy.Expr, ...], *named: Mathematics) -> Exposition:
    """Where formulas hold, said beside each of them, or beside those that are so ``named``.

    Where that is readable; of one step the reasons say at length what must not vanish.
    """
    note = row(r"\text{where } ", joined([row(e, r" \ne 0") for e in nonzero], ", "))
    if not nonzero or SYSTEM in nonzero or glyphs(latex(note)) > READABLE:
        return one
    formulas = (
        f if f.note or (named and f.left not in named) else replace(f, note=note)
        for f in one.formulas
    )
    return replace(one, formulas=tuple(formulas))


def _test(file: DesignFile, found: Derivation) -> Exposition:
    """The risk under the law at test, where there is another one."""
    moved = shifted(file.design, file.predictor, file.scale)
    if moved is None:
        return Exposition(())
    scaled = file.scale != 1 and file.steps == 1 and solves_an_equation(found)
    named = sympy.MatrixSymbol("W_scaled", d, d) if scaled else OPTIMAL_WEIGHT
    taken = taken_by(file.design) | set(file.design.matrices)
    return of_test(moved, file.scale, named, taken, tidied_for(file.design))
