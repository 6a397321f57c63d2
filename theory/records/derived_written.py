"""What is derived for a design, written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

import sympy

from theory.algebra import symbolic
from theory.algebra.words import D
from theory.designs.design import Design
from theory.designs.parameter import Parameter
from theory.designs.prompt import Words
from theory.designs.unused import unused_matrices, unused_vectors
from theory.errors import Underivable
from theory.language.files.reading import DesignFile
from theory.limits.leading import Regime
from theory.optima.derivation import Derivation, derive
from theory.optima.equivalence.assumptions import (
    Settled,
    examples_are_alike,
    models_are_steps,
    noise_is_equal,
    odd_moments_vanish,
)
from theory.optima.exposition import system_of
from theory.optima.limiting import limit_of
from theory.optima.many_heads import many_heads, written
from theory.optima.minimisation import SECOND_MOMENT
from theory.optima.sample_weights.by_coefficient import OTHER, OWN, by_coefficient
from theory.optima.sample_weights.form import QuadraticForm
from theory.optima.sample_weights.optimum import MATRIX
from theory.optima.sample_weights.strictness import (
    entries_of,
    in_weights,
    least,
    second_index,
)
from theory.optima.sample_weights.weighted import Equal, InGroups, InWeights, weighted
from theory.optima.shifted import shifted
from theory.optima.stationary.solution import Stationary
from theory.optima.stationary.spans import InSpan
from theory.optima.stationary.steps import whitened_form
from theory.records.groups_written import GroupMoments
from theory.records.least_written import least_written
from theory.records.quotients_written import of_quotient
from theory.records.shifted_written import of_test
from theory.records.statement import OPTIMAL_RISK, OPTIMAL_WEIGHT, RISK_AT_TEST
from theory.records.steps_written import (
    PRINTABLE,
    best,
    moment_written,
    of_equal_steps,
    of_steps,
)
from theory.risks.per_example import (
    LEAST_RISK,
    NAMES,
    PerExample,
    along_identity,
    per_example,
)
from theory.scalars.rational import factored, is_zero, tidy
from theory.scalars.symbols import d, n
from theory.text.drawing import at_test, fixed, law, made, vectors
from theory.text.formulas import Exposition, Formula, Step, step, where
from theory.text.latex import condition_latex, latex
from theory.text.rows import joined, row

ASSUMPTIONS = 2
"""How many answers are about the assumptions, before those about models of one step."""
READABLE = 100
"""The most characters of LaTeX of a risk that is written in one piece."""
OF_ONE = Formula("h_i", r"x^\top x_i y_i")
GRADIENT = Formula("u", r"X^\top y_{1:n}")
IN_MOMENTS = Formula(r"\mathbb{E}\, x x^\top W^\star u u^\top", r"\mathbb{E}\, y x u^\top")
"""The stationarity equation by what its sides are."""
LONG = 1_000
"""The most characters of LaTeX of a number of a weight, or an equation, among the results."""
OMEGA = r"\omega"
SCALED = r"W_{\mathrm{scaled}}"
"""The weight of a prediction with a scale, where W is that of one without."""


def assumptions(design: Design) -> tuple[str, ...]:
    """How the design draws its prompts, one sentence each."""
    of_example = [law(one) for one in design.random if one.per_example]
    prompt = _listed(
        [*vectors(design.prompt), *(law(one) for one in design.random if not one.per_example)]
    )
    found = [f"drawn once per prompt, independent of each other: {prompt}"]
    if design.example or of_example:
        fresh = _listed([*vectors((), design.example), *of_example])
        found.append(f"drawn for each example, independent of everything: {fresh}")
    whole, *groups = made(design)
    found.append(f"so {_listed(whole.formulas)}")
    for one in groups:
        found.append(f"for ${latex(one.count)}$ examples ({one.name}): {_listed(one.formulas)}")
    if design.test is not None:
        found.append(f"other at test: {_listed(at_test(design))}; all else is as in training")
    noisy = [r"$\xi_i$"] if any(one.noise != 0 for one in design.groups) else []
    noisy += [r"$\xi_0$"] if design.noise_of_query != 0 else []
    if noisy:
        found.append(f"label noises {', '.join(noisy)} are independent standard normal numbers")
    found += _of_covariances(design)
    if design.means:
        found.append(f"{_listed(fixed(design.means))}, fixed")
    ranges = [rf"${latex(p.symbol)} \in {_range(p)}$" for p in design.parameters]
    ranges += [f"${condition_latex(one)}$" for p in design.parameters for one in p.where]
    if ranges:
        found.append(f"with parameters {', '.join(ranges)}")
    needed = [f"${condition_latex(one)}$" for one in design.domain if one not in design.promised]
    if needed:
        found.append(f"coefficients are real numbers, so {', '.join(needed)}")
    return tuple(found)


def warnings(design: Design) -> tuple[str, ...]:
    """That the design declares vectors or covariances without using them, if it does.

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


def _listed(formulas: Iterable[Formula]) -> str:
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


def exposition(file: DesignFile, found: Derivation) -> Exposition:
    """Optima of all predictors, limits, steps, and what they rest on."""
    design, scale = file.design, file.scale
    several = found.plain.coefficients
    if several is None:
        optimum = _optimum(design, found, scale)
    else:
        optimum = of_equal_steps(found, scale) if file.tied else of_steps(found, scale)
    models, heads = (_models(design), _heads(design)) if several is None else (Exposition(()),) * 2
    at_test = _test(file, found)
    taken = [_limit(file, regime) for regime in file.limits]
    convention = []
    if scale != 1 and several is None:
        named = SCALED if _solves_an_equation(found) else "W"
        right = row(scale, rf"\, x^\top {named} X^\top y_{{1:n}}")
        convention.append(Formula(r"\hat{y}", right))
    return Exposition(
        (
            *optimum.formulas,
            *models.formulas,
            *heads.formulas,
            *at_test.formulas,
            *(formula for one in taken for formula in one.formulas),
        ),
        (
            *convention,
            *optimum.where,
            *_new(models.where, optimum.where),
            *_new(heads.where, optimum.where),
            *at_test.where,
            *(line for one in taken for line in one.where),
        ),
        (*optimum.steps, *models.steps, *at_test.steps),
        (
            *(() if file.tied else found.conditions),
            *islice(answers(design), None if several is None else ASSUMPTIONS),
            *heads.conditions,
            *at_test.conditions,
            *(condition for one in taken for condition in one.conditions),
        ),
    )


def answers(design: Design) -> Iterator[str]:
    """Whether the assumptions hold, and what follows for attention and H3."""
    yield _answered("Assumption 1 (odd moments vanish)", odd_moments_vanish(design))
    yield _answered("Assumption 2 (equal label noise)", noise_is_equal(design))
    steps = models_are_steps(design)
    reach = (
        "attention reaches the optimal risk of PGD and H3 that of WPGD, and neither can go below it"
    )
    yield f"{reach}: {steps.why}" if steps.holds else f"it is not seen that {reach}: {steps.why}"
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


def _solves_an_equation(found: Derivation) -> bool:
    """Whether the weight is written by its equation, which is that without a scale."""
    return found.whitening is None and found.plain.equation is not None


def _optimum(design: Design, found: Derivation, scale: sympy.Expr) -> Exposition:
    """PGD's optimal weight and risk."""
    plain = found.plain
    if _solves_an_equation(found):
        assert plain.equation is not None
        return _stationary(plain.equation, found, scale)
    span = plain.span
    long = len(latex(found.risk)) > READABLE
    free = span is not None and not set(map(str, span.unknowns)) & _taken(design)
    if span is not None and free and (long or len(span.basis) > 1):
        return _in_span(span, found, scale)
    if plain.multiple is not None and long:
        return _grouped(design, found, scale)
    if plain.quotient is not None and found.whitening is None:
        parts = of_quotient(found, scale, _taken(design) | set(design.matrices))
        if parts is not None:
            return parts
    weight = found.weight / scale
    if plain.multiple is not None:
        weight = factored(weight)
    return Exposition(
        (Formula(OPTIMAL_WEIGHT, symbolic.whole(weight)), Formula(OPTIMAL_RISK, found.risk)),
        where(found.definitions),
        found.steps,
    )


def _tidied(design: Design) -> Callable[[sympy.Expr], sympy.Expr]:
    """How moments are written: in powers of a parameter that is bounded, where there is one."""
    by = next((p.symbol for p in design.parameters if p.high.is_Rational), n)
    return lambda value: tidy(value, by, {})


def _grouped(design: Design, found: Derivation, scale: sympy.Expr) -> Exposition:
    """A multiple of the identity by its moments: those of single examples, or of all together."""
    tidied = _tidied(design)
    groups = _group_moments(design)
    if groups is not None:
        return replace(groups.pgd(scale, tidied), steps=found.steps)
    moments = _moments(design, found)
    if moments is not None:
        weight = moments.weight / scale
        return Exposition(
            (Formula(OPTIMAL_WEIGHT, symbolic.whole(weight)), Formula(OPTIMAL_RISK, LEAST_RISK)),
            moments.where(tidied),
            found.steps,
        )
    constant, slope, square = along_identity(found.plain.polynomial, found.plain.variable)
    label, match, size = (rf"\mathbb{{E}}\, {what}" for what in ("y^2", "y h", "h^2"))
    front = () if scale == 1 else (1 / scale, r"\, ")
    values = ((label, constant), (match, -slope / 2), (size, square))
    return Exposition(
        (
            Formula(OPTIMAL_WEIGHT, row(*front, rf"\frac{{{match}}}{{{size}}}\, I")),
            Formula(OPTIMAL_RISK, rf"{label} - \frac{{\left({match}\right)^2}}{{{size}}}"),
        ),
        (
            Formula("h", r"x^\top X^\top y_{1:n}"),
            *(Formula(left, tidied(value)) for left, value in values),
            *where(found.plain.sums.definitions),
        ),
        found.steps,
    )


def _taken(design: Design) -> set[str]:
    """Names of a file's own."""
    vectors = (v for v, _ in (*design.prompt, *design.example))
    return {*(s.name for s in design.symbols), *vectors, *design.means}


def _group_moments(design: Design) -> GroupMoments | None:
    """What examples of each group contribute, where their names are free."""
    kind = weighted(design)
    if not isinstance(kind, InGroups):
        return None
    moments = GroupMoments(kind.form, frozenset(_taken(design)))
    return None if moments.taken & moments.symbols else moments


def _moments(design: Design, found: Derivation) -> PerExample | None:
    """What single examples contribute, where they enter alike."""
    if _taken(design) & NAMES or found.plain.sums.entries:
        return None
    try:
        moments = per_example(found.plain.polynomial, found.plain.variable)
    except Underivable:
        return None
    table = moments.table
    same = is_zero(moments.weight.xreplace(table) - found.weight) and is_zero(
        moments.risk.xreplace(table) - found.risk
    )
    return moments if same else None


def _stationary(solution: Stationary, found: Derivation, scale: sympy.Expr) -> Exposition:
    """A weight that solves an equation: the equation, and its closed form where there is one."""
    abbreviations = found.plain.abbreviations
    white, form = whitened_form(solution), solution.plain
    equation, lines = solution.equation.formula(abbreviations), list(where(found.definitions))
    risk, *match = least_written(found.plain, sympy.Integer(1))
    formulas = [risk if scale == 1 else Formula(OPTIMAL_RISK, found.risk)]
    lines[0:0] = match if scale == 1 else []
    if white is not None:
        star = white.whitening.unwhitened(sympy.MatrixSymbol("V_star", d, d))
        formulas[0:0] = [Formula(OPTIMAL_WEIGHT, star)]
        lines += white.form.formulas()
        lines += where(white.whitening.definitions)
    elif form is not None:
        closed, *defined = form.formulas(abbreviations)
        note = "" if form.always else r"\text{where the covariances commute}"
        formulas[0:0] = [replace(closed, note=note)]
        lines += defined
    if len(equation.latex) > PRINTABLE:
        left_out = white is not None or len(equation.latex) > LONG  # it is among the steps
        lines[0:0] = [GRADIENT] if left_out else [GRADIENT, equation]
        equation = IN_MOMENTS
    scaled = [Formula(SCALED, sympy.MatMul(1 / scale, OPTIMAL_WEIGHT))] if scale != 1 else []
    return Exposition((*scaled, equation, *formulas), tuple(lines), found.steps)


def _test(file: DesignFile, found: Derivation) -> Exposition:
    """The risk under the law at test, where there is another one."""
    moved = shifted(file.design, file.predictor, file.scale)
    if moved is None:
        return Exposition(())
    scaled = file.scale != 1 and file.steps == 1 and _solves_an_equation(found)
    named = sympy.MatrixSymbol("W_scaled", d, d) if scaled else OPTIMAL_WEIGHT
    taken = _taken(file.design) | set(file.design.matrices)
    return of_test(moved, file.scale, named, taken, _tidied(file.design))


def _in_span(solution: InSpan, found: Derivation, scale: sympy.Expr) -> Exposition:
    """A weight made of outer products of fixed vectors, by the numbers that it has in the span."""
    numbers, form = solution.unknowns, solution.form
    gains = (factored(b) * w for b, w in zip(form.column, numbers, strict=True))
    weight = sympy.MatMul(1 / scale, solution.made_of(numbers)).doit()
    if solution.closed is not None and all(len(latex(v)) < LONG for v in solution.closed.at):
        values = [Formula(w, v) for w, v in zip(numbers, solution.closed.at, strict=True)]
    else:
        values = [Formula("A w", "b"), *system_of(solution)]
    return Exposition(
        (
            Formula(OPTIMAL_WEIGHT, weight),
            Formula(OPTIMAL_RISK, sympy.Add(SECOND_MOMENT, *(-gain for gain in gains))),
        ),
        (*values, Formula(SECOND_MOMENT, form.constant)),
        found.steps,
    )


def _models(design: Design) -> Exposition:
    """The optima of WPGD, attention and H3, as far as they are derived."""
    kind, steps = weighted(design), models_are_steps(design).holds
    names = [least("ATT")] if steps else []
    if isinstance(kind, Equal):
        names += [least("SSM")] if steps else []
        chain = joined([*names, least("WPGD")], " = ")
        return Exposition((Formula(chain, OPTIMAL_RISK),))
    formulas = [Formula(name, OPTIMAL_RISK) for name in names]
    if steps:
        formulas.append(Formula(least("SSM"), least("WPGD")))
    groups = _group_moments(design)
    if groups is not None:
        weighing = groups.wpgd(_tidied(design))
        return replace(weighing, formulas=(*formulas, *weighing.formulas))
    if not isinstance(kind, InWeights):
        formulas.append(Formula(least("WPGD"), rf"\min_{{W, {OMEGA}}} L(W, {OMEGA})"))
        text = (
            "WPGD: neither symmetry nor a formula gives weight and sample weights together; they "
            "are sought at given numbers, each in turn, which gives an upper bound of the least "
            "risk"
        )
        return Exposition(tuple(formulas), steps=(Step(text),))
    form, optimum = kind.form, kind.best
    value = in_weights(form, OMEGA)
    entries = _entries(design, form)
    first = step(
        "WPGD: for given sample weights the risk is convex in $W$ and unchanged by rotations, so "
        "a multiple of $I$ is optimal; its factor goes into the sample weights, and a quadratic "
        "form in them remains",
        value,
    )
    defined = (value, OF_ONE, *entries, *where(form.sums.definitions))
    if optimum is None:
        formulas.append(Formula(least("WPGD"), rf"\min_{OMEGA} L({OMEGA})"))
        equation = Formula(rf"A\, {OMEGA}^\star", "c")
        last = step("WPGD: its optimal sample weights, at every size", equation)
        return Exposition(tuple(formulas), defined, (first, last))
    formulas.append(Formula(least("WPGD"), optimum.risk))
    if any(one.left == MATRIX for one in optimum.where):  # that says what its entries are
        defined = tuple(one for one in defined if one not in entries[-2:])
    if optimum.written is not None:
        formulas.append(Formula(rf"{OMEGA}_i^\star", optimum.written))
    told_before = (*defined, *_new(optimum.where, defined))
    return Exposition(tuple(formulas), told_before, (first, *optimum.steps))


def _heads(design: Design) -> Exposition:
    """What attention reaches with many heads, where one head is not known to reach PGD's risk."""
    found = many_heads(design)
    if found is None:
        return Exposition(())
    value = row(SECOND_MOMENT, r" - b^\top H^{-1} b")
    parts = (Formula(rf"h_{{{k}}}", written(part)) for k, part in enumerate(found.parts, 1))
    entries = (Formula("b_j", r"\mathbb{E}\, y\, h_j"), Formula("H_{jk}", r"\mathbb{E}\, h_j h_k"))
    gram = Formula("S", r"X^\top X")
    second = Formula(SECOND_MOMENT, symbolic.scalar(found.form.constant))
    return Exposition(
        (Formula(least("HEADS"), value),), (*entries, *parts, gram, second), conditions=(HEADS,)
    )


HEADS = (
    r"attention with $d + 1$ heads reaches $L_{\mathrm{HEADS}}^\star$, and with more of them no "
    "less: its prediction is any form that is linear in the query and in the products of two "
    "entries of one example, and rotations that fix the fixed vectors leave the law as it is, so "
    r"that the best one is a sum of the $h_j$; one head, or a few, reach something between that "
    "and the risk of PGD. Where $H$ is singular, any solution of $H c = b$ serves"
)


def _entries(design: Design, form: QuadraticForm) -> tuple[Formula, ...]:
    """The moments in the form; long ones in the coefficient that changes along the prompt."""
    entries = entries_of(form, of="h")
    other = sympy.Symbol(f"a_{second_index(form)}")
    free = not {"a", str(OWN), str(other)} & _taken(design)
    if free and any(len(latex(one.right)) > PRINTABLE for one in entries):
        try:
            found = by_coefficient(design, form)
        except Underivable:
            pass
        else:
            values = (tidy(e, OWN, {}) for e in (found.linear, found.pair, found.square))
            return (
                Formula(OWN, found.coefficient),
                *(
                    replace(one, right=value.xreplace({OTHER: other}))
                    for one, value in zip(entries, values, strict=True)
                ),
            )
    return tuple(map(moment_written, entries))


def _new(formulas: tuple[Formula, ...], known: tuple[Formula, ...]) -> Iterator[Formula]:
    names = {formula.left for formula in known}
    return (formula for formula in formulas if formula.left not in names)


def _limit(file: DesignFile, regime: Regime) -> Exposition:
    """Leading terms in a regime, or why there are none."""
    if file.tied:
        why = "the best size of equal steps has no formula"
        return Exposition((), conditions=(f"the limit {regime.name} is not taken: {why}",))
    note = rf"(\text{{{regime.name}}})"
    try:
        found = limit_of(file.design, regime, file.scale, file.predictor)
    except Underivable as error:
        return Exposition((), conditions=(f"the limit {regime.name} is not taken: {error}",))
    grows = _listed(regime.formulas)
    fixed = ", ".join(f"${latex(c)}$" for c in regime.constants)
    left_out = ", ".join(f"${condition_latex(one)}$" for one in found.where)
    names: list[tuple[sympy.Expr, sympy.Expr]]
    span = derive(file.design, file.predictor).plain.span
    if span is not None:
        names = [(w, one.expression) for w, one in zip(span.unknowns, found.weights, strict=True)]
    elif not found.weights:  # the weight holds covariances
        names = []
    elif file.steps == 1:
        names = [(OPTIMAL_WEIGHT, symbolic.whole(found.weight.expression))]
    else:
        names = [(best(k), one.expression) for k, one in enumerate(found.weights)]
    moved = shifted(file.design, file.predictor, file.scale)
    following = []
    if found.next is not None:
        gap = OPTIMAL_RISK - found.risk.expression
        following = [Formula(gap, found.next.expression, r"\sim", note)]
    at_test, untaken = [], []
    if moved is not None:
        try:
            at_test = [(RISK_AT_TEST, moved.leading(regime).expression)]
        except Underivable as error:
            untaken = [f"the limit {regime.name} of the risk at test is not taken: {error}"]
    return Exposition(
        (
            *(Formula(left, right, r"\sim", note) for left, right in names),
            Formula(OPTIMAL_RISK, found.risk.expression, r"\sim", note),
            *following,
            *(Formula(left, right, r"\sim", note) for left, right in at_test),
        ),
        conditions=(
            f"the limit {regime.name} is for "
            + (rf"$d \to \infty$ with {grows}" if regime.grows == d else rf"{grows}, $d$ fixed")
            + (f", and {fixed} positive and fixed" if fixed else "")
            + (f", where {left_out}" if left_out else ""),
            *untaken,
        ),
    )
