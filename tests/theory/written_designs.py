"""Designs written as files, in the form that is read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import sympy

from theory.algebra.invariants import paired, traced
from theory.designs.combinations import Combination
from theory.designs.design import Design
from theory.designs.domain import WRITTEN, Condition
from theory.designs.groups import Share
from theory.designs.label import Dot, Label
from theory.designs.law import Law
from theory.designs.parameter import Parameter
from theory.errors import InputError
from theory.language.files.covariances import PROJECTION, PSD
from theory.language.files.reading import DesignFile, parse_design
from theory.language.formulas.writing import written
from theory.limits.leading import Regime
from theory.scalars.symbols import n

Said: TypeAlias = Combination | Label | sympy.Expr | str
"""What a key of a design may hold."""


def write_design(
    design: Design,
    limits: Iterable[Regime] = (),
    scale: sympy.Expr = sympy.Integer(1),
    steps: int = 1,
    tied: bool = False,
) -> str:
    """The text of a design file that reads back as exactly these.

    Raises InputError where the format cannot say it: formulas that it has no words for, or that
    would come back in another form.
    """
    limits = tuple(limits)
    sections = {
        "design": {"name": _quoted(design.name), "title": _quoted(design.title)},
        "parameters": {p.name: _parameter(p) for p in design.parameters},
        **{
            f"scalars.{level}": {
                one.name: _law(one.law) for one in design.random if one.per_example is fresh
            }
            for level, fresh in (("prompt", False), ("example", True))
        },
        "covariances": _covariances(design),
        "means": dict.fromkeys(design.means, '"fixed"'),
        "gaussians.prompt": {v: _quoted(c) for v, c in design.prompt},
        "gaussians.example": {v: _quoted(c) for v, c in design.example},
        "prompt": _prompt(design),
        "test": {} if design.test is None else _formulas(dict(design.test.given)),
        **{
            f"limits.{regime.name}": {
                **({"n": _quoted("oo")} if regime.grows == n else {}),
                **{_key(symbol): _quoted(written(value)) for symbol, value in regime.substitution},
            }
            for regime in limits
        },
        "predictor": {
            **({} if scale == 1 else {"scale": _quoted(written(scale))}),
            **({} if steps == 1 else {"steps": str(steps)}),
            **({"tied": "true"} if tied else {}),
        },
    }
    groups = [("[[examples]]", _group(group)) for group in design.examples]
    blocks = [(f"[{name}]", entries) for name, entries in sections.items() if entries]
    text = "\n".join(
        f"{head}\n" + "".join(f"{key} = {value}\n" for key, value in entries.items())
        for head, entries in (*blocks, *groups)
    )
    try:
        same = parse_design(text) == DesignFile(design, limits, scale, steps=steps, tied=tied)
    except InputError as error:
        raise InputError(f"design {design.name!r} cannot be written as a file: {error}") from error
    if not same:
        raise InputError(
            f"design {design.name!r} cannot be written as a file: a coefficient would come back in "
            "another form; expected such as SymPy's arithmetic gives, and not factored"
        )
    return text


def _covariances(design: Design) -> dict[str, str]:
    """What is known of each."""
    found = dict.fromkeys(design.covariances, f'"{PSD}"')
    for one in design.projections:
        rank = "" if one.rank is None else f", rank = {_quoted(written(one.rank))}"
        found[one.name] = f'{{ kind = "{PROJECTION}"{rank} }}'
    meaning = {one.name: repr(one).partition(" = ")[2] for one in design.defined}
    return found | {name: _quoted(text.replace("**", "^")) for name, text in meaning.items()}


def _group(group: Share) -> dict[str, str]:
    given = {
        "count": group.count,
        "features": group.features,
        "task": group.task,
        "label_scale": group.label_scale,
        "noise": group.noise,
    }
    return {"name": _quoted(group.name), **_formulas(given)}


def _prompt(design: Design) -> dict[str, str]:
    values = {
        "query": design.query,
        "features": design.features,
        "task": design.task,
        "label_scale": design.label_scale,
        "noise": design.noise,
        "query_task": design.query_task,
        "query_label_scale": design.query_label_scale,
        "query_noise": design.query_noise,
        "label": design.label,
        "query_label": design.query_label,
    }
    return _formulas(values)


def _formulas(values: Mapping[str, Said | None]) -> dict[str, str]:
    return {role: _quoted(_formula(v)) for role, v in values.items() if v is not None}


def _formula(value: Said) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Label):
        return " + ".join(_times(t.coefficient, map(_dot, t.dots)) for t in value.terms)
    return _combination(value) if isinstance(value, Combination) else written(value)


def _combination(value: Combination) -> str:
    return " + ".join(_times(t.coefficient, (*t.matrices, t.vector)) for t in value.terms)


def _dot(pair: Dot) -> str:
    return f"dot({', '.join(map(_combination, pair))})"


def _times(coefficient: sympy.Expr, factors: Iterable[str]) -> str:
    """A product; of a scalar alone as well."""
    rest = list(factors)
    return "*".join(rest if coefficient == 1 and rest else [f"({written(coefficient)})", *rest])


def _parameter(parameter: Parameter) -> str:
    """Its range, with what else it satisfies."""
    ends = f"[{_end(parameter.low)}, {_end(parameter.high)}]"
    also = ["whole = true"] * parameter.whole
    also += [f"where = {_quoted(_condition(one))}" for one in parameter.where]
    return f"{{ {', '.join([f'range = {ends}', *also])} }}" if also else ends


def _law(law: Law) -> str:
    return _quoted(f"{law.family}({', '.join(map(written, law.arguments))})")


def _condition(one: Condition) -> str:
    return f"{written(one.expression)} {WRITTEN[one.relation]} 0"


def _end(value: sympy.Expr) -> str:
    """One end of a range."""
    if value.is_Integer:
        return str(value)
    if value.is_Rational or value.is_infinite:
        return _quoted(str(value))
    if value.free_symbols:
        return _quoted(written(value))
    raise InputError(f"a design file has no word for {value}, the end of a range")


def _key(symbol: sympy.Symbol) -> str:
    """A name, or in quotes an inner product or a trace."""
    is_name = paired(symbol.name) is None and traced(symbol.name) is None
    return symbol.name if is_name else _quoted(symbol.name)


def _quoted(text: str) -> str:
    if not text.isprintable():
        raise InputError(f"a design file has no word for {text!r}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
