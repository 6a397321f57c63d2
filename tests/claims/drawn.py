"""Random claims about random designs: formulas right, rewritten or slipped, as values, as bounds,
to leading order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

import hypothesis
import sympy
from hypothesis import strategies as st

from tests.theory.design_files import design_files, isotropic_file, shifted_files
from theory.algebra import symbolic
from theory.designs.predictors import pgd
from theory.errors import TheoryError
from theory.language.files.reading import DesignFile, parse_design
from theory.language.formulas.claims import INDEX, claim_formula
from theory.language.formulas.parser import parse
from theory.language.formulas.printing import printed
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.scope import Meaning
from theory.language.formulas.slips import slips
from theory.language.formulas.writing import written
from theory.optima.derivation import derive
from theory.optima.sample_weights.grouped import group_form
from theory.optima.sample_weights.weighted import InGroups, InWeights, weighted
from theory.records.derived import Derived
from verify.judge.targets import target

Q = Quantity
SLIPS = 25
"""Among how many slips one is drawn, at most."""
LARGE = '[limits.large]\nn = "d/nu"\n'
"""The limit of every drawn file; one of these is put in its place."""
LIMITS = (
    'n = "d/nu"',
    'n = "oo"',
    'n = "d^2/nu"',
    'n = "d/nu"\nsigma = "sqrt(s*d)"',
    'n = "d/nu"\nalpha = "a/sqrt(d)"',
    'sigma = "s*d"',
)
WEIGHTS = ("1/(n + d + 1)", "1/n", "2", "0", "-1/(3*d)", "alpha/n", "(n*S + I)^-1", "S", "S^-1/n")
"""Weights at which a risk is claimed."""
LOOSER = ("d", "1/n", "sigma^2", "n*d/(n + 1)", "(n - 1)^2", "0", "1")
"""What is added to a value, or taken from it, for a bound of it."""


@st.composite
def in_steps(draw: st.DrawFn) -> str:
    """A design file of which two steps are taken."""

    def one(*of: str) -> str:
        return draw(st.sampled_from(of))

    text = isotropic_file(
        "drawn",
        {"alpha": "[0, 1]", "sigma": '[0, "oo"]'},
        features=one("e", "2*e", "e", "alpha*e"),
        task=one("b", "alpha*b", "b/2", "b + alpha*b"),
        noise=one("sigma", "0", "alpha*sigma", "1"),
        label_scale=one("1", "2", "alpha"),
        query_label_scale="1",
    )
    return f'{text}{LARGE}[predictor]\nsteps = 2\nscale = "{one("1", "1/n", "-2")}"\n'


@st.composite
def each_its_own(draw: st.DrawFn, most: int) -> str:
    """A design file in which the random scalar is each example's own, in its task and label too."""
    text = draw(design_files(False, most, random=True)).replace(
        "[scalars.prompt]", "[scalars.example]"
    )
    lines = dict(re.findall(r'^(\w+) = "(.*)"$', text.partition("[prompt]")[2], re.MULTILINE))
    without = re.sub(r"^(t|\(2 - t\))\*", "", lines["query"])
    text = text.replace(f'query = "{lines["query"]}"', f'query = "{without}"')
    text = re.sub(r'^query_label = "t"\n', "", text, flags=re.MULTILINE)
    given = {"query_task": "q", "query_noise": "1", "query_label_scale": "2"}
    given |= {"query_label": "dot(query, task)"} if "label" in lines else {}
    added = "".join(
        f'{key} = "{value}"\n' for key, value in given.items() if f"{key} = " not in text
    )
    changed = draw(st.sampled_from(("{}", "t*({})", "(t - 1)*({})"))).format(lines["task"])
    added += f'task = "{changed}"\n'
    return text.replace(f'task = "{lines["task"]}"\n', "", 1).replace(
        "[prompt]\n", f"[prompt]\n{added}"
    )


KINDS: dict[str, st.SearchStrategy[str]] = {
    "plain": design_files(False, 0),
    "index": design_files(True, 0),
    "groups": design_files(False, 0, grouped=True),
    "random scalars": design_files(False, 0, random=True),
    "each its own": each_its_own(1),
    "fixed vectors": design_files(False, 0, fixed=True),
    "tasks of their own": design_files(False, 0, own=True),
    "steps": in_steps(),
    "another law at test": shifted_files(0),
    "one covariance": design_files(False, 1),
    "covariances": design_files(False, 2),
    "known covariances": design_files(False, 1, known=True),
    "covariances at test": shifted_files(1),
}
"""Kinds of designs."""


def files(kind: str, seed: int, count: int) -> Iterator[tuple[str, DesignFile, Random]]:
    """So many designs of a kind, each as text and with a limit, and what decides all else."""
    found = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=2 * count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(KINDS[kind], st.integers(0, 2**32))
    def collect(text: str, number: int) -> None:
        found.append((text, number))

    collect()
    for text, number in found[-count:]:  # the first ones are the simplest
        random = Random(number)
        limit = random.choice(LIMITS)
        try:
            yield text, parse_design(text.replace('n = "d/nu"', limit, 1)), random
        except TheoryError:  # a limit of what the design has not
            yield text, parse_design(text), random


@dataclass(frozen=True)
class Drawn:
    """A claim, as :func:`verify.judge.from_text.claim_of` takes it.

    Parameters
    ----------
    given
        Its parts.
    key
        Which of them is the formula.
    how
        In what it was drawn: ``right``, or a list of what was done.
    right
        Whether it is right by its construction; None where that is not known.
    """

    given: dict[str, Any]
    key: str
    how: str
    right: bool | None


def right(
    file: DesignFile, random: Random
) -> Iterator[Callable[[], tuple[dict[str, object], str]]]:
    """What makes right claims about the quantities of a design, each with its key.

    Each raises TheoryError or ValueError where nothing is derived, or has no words.
    """
    made: list[Callable[[], tuple[dict[str, object], str]]] = []
    one_step = file.predictor is pgd
    for quantity in (q for q in Q if q.is_one and q is not Q.OMEGA):
        if one_step or quantity in (Q.RISK, Q.EXCESS):
            made.append(lambda q=quantity: ({q.value: _formula(q, file)}, q.value))
    if one_step:
        made.append(lambda: ({"at": "W", "risk": _at_any_weight(file)}, "risk"))
        made.append(lambda: _at(file, random.choice(WEIGHTS)))
        made.append(lambda: ({"omega": _omega(file)}, "omega"))
        made.append(lambda: ({"omega": tuple(_of_groups(file))}, "omega"))
    else:
        made.append(lambda: ({"coefficients": tuple(_coefficients(file))}, "coefficients"))
    random.shuffle(made)
    yield from made


def _formula(quantity: Quantity, file: DesignFile) -> str:
    found = target(quantity, file)
    if found.formula is not None:
        return written(found.formula)
    record, noise = Derived.of(file), found.noise
    expressions: dict[Quantity, Callable[[], sympy.Expr]] = {
        Q.WEIGHT: lambda: record.weight,
        Q.RISK: lambda: record.risk,
        Q.EXCESS: lambda: record.risk - noise,
        Q.TEST_RISK: lambda: record.test_risk,
    }
    if quantity not in expressions:
        raise ValueError(f"no formula of {quantity.words}")
    expr = expressions[quantity]()
    for _ in range(3):
        expr = expr.subs(dict(record.derivation.definitions))
    return written(expr)


def _at_any_weight(file: DesignFile) -> str:
    plain = derive(file.design, pgd).plain
    parts = (
        symbolic.scalar(plain.polynomial.part(k, plain.variable)) * file.scale**k for k in range(3)
    )
    return written(sum(parts))


def _at(file: DesignFile, weight: str) -> tuple[dict[str, str], str]:
    """The risk at a weight: in that at any weight, whose transpose it is."""
    found = re.sub(
        r"\bW'?", f"({weight})" if "S" in weight else f"(({weight})*I)", _at_any_weight(file)
    )
    return {"at": weight, "risk": found}, "risk"


def _omega(file: DesignFile) -> str:
    kind = weighted(file.design)
    if not isinstance(kind, InWeights) or kind.form.pairs:
        raise ValueError("no formula of the best sample weights")
    linear, diagonal = kind.form.linear, kind.form.diagonal
    return written(sympy.factor(linear / diagonal))


def _of_groups(file: DesignFile) -> Iterator[str]:
    kind = weighted(file.design)
    form = kind.form if isinstance(kind, InGroups) else group_form(file.design)
    weights = form.system.adjugate() * sympy.Matrix(form.linear)
    for name, weight in zip(form.names, weights, strict=True):
        yield f"{name} = {written(sympy.factor(weight.xreplace(file.design.settled)))}"


def _coefficients(file: DesignFile) -> Iterator[str]:
    yield from map(written, Derived.of(file).coefficients)


def changed(file: DesignFile, given: dict[str, object], key: str, random: Random) -> Drawn:
    """The claim as it is or rewritten, and then perhaps slipped, a bound, or in a limit."""
    several = isinstance(given[key], tuple)
    texts = list(given[key]) if several else [given[key]]
    heads = [text.partition(" = ")[0] + " = " if " = " in text else "" for text in texts]
    texts = [text.removeprefix(head) for text, head in zip(texts, heads, strict=True)]
    how, truth, where, limit, bound = [], True, (), None, ""
    place = random.randrange(len(texts))
    if random.random() < 0.6:
        name, texts[place], where = _rewritten(texts[place], key, file, random)
        how.append(name)
    has_order = not several and key not in ("weight", "omega")
    if has_order and random.random() < 0.3:
        bound = random.choice(("<= ", "< ", ">= ", "> "))
        sign = "+" if random.random() < 0.5 else "-"
        texts[0], truth = f"{bound}{texts[0]} {sign} {random.choice(LOOSER)}", None
        how.append("bound")
    elif random.random() < 0.55:
        texts[place] = _slipped(texts[place], key, file, random)
        how.append("slipped")
        truth = None
    if not several and key != "omega" and "at" not in given and random.random() < 0.3:
        limit = file.limits[0].name
        how.append("limit")
        truth = None if bound else truth
    whole = [head + text for head, text in zip(heads, texts, strict=True)]
    parts = {**given, key: tuple(whole) if several else whole[0], "where": where, "limit": limit}
    return Drawn(parts, key, ", ".join(how) or "right", truth)


def _slipped(text: str, key: str, file: DesignFile, random: Random) -> str:
    design = file.design
    names = dict.fromkeys(["n", "d", *(p.name for p in design.parameters)], Meaning.SCALAR)
    names |= dict.fromkeys(design.means, Meaning.VECTOR) | dict.fromkeys(
        design.matrices, Meaning.MATRIX
    )
    names |= {INDEX: Meaning.SCALAR} if key == "omega" else {}
    made = list(islice(slips(parse(text), names), random.randint(1, SLIPS)))
    return printed(made[-1][1])


def _rewritten(
    text: str, key: str, file: DesignFile, random: Random
) -> tuple[str, str, tuple[str, ...]]:
    """The same formula as another tree, with names for parts of it."""
    ways = ["a name for a part", "one and its inverse", "a sum that cancels"]
    if not re.search(r"tr\(|dot\(|outer\(|'|\b[STWI]\b|\^\(", text):
        ways += ["expanded", "factored", "partial fractions"] * 2
    way = random.choice(ways)
    if way == "a name for a part":
        return way, re.sub(r"\bn\b", "(size - d)", text), ("size = n + d",)
    if way == "one and its inverse":
        return way, f"({text})*(n + 1)/(n + 1)", ()
    if way == "a sum that cancels":
        return way, f"3*({text}) - 2*({text})", ()
    expr = _plain(text, file, key)
    size = sympy.Symbol("n")
    found = {
        "expanded": lambda: (
            sympy.expand(sympy.numer(sympy.together(expr))) / sympy.denom(sympy.together(expr))
        ),
        "factored": lambda: sympy.factor(expr),
        "partial fractions": lambda: sympy.apart(expr, size),
    }[way]()
    return way, written(found), ()


def _plain(text: str, file: DesignFile, key: str) -> sympy.Expr:
    return claim_formula(Q.OMEGA if key == "omega" else Q.RISK, parse(text), file.design).expression
