"""Pages, tables and figures made from the records and the code, so that nothing is typed twice.

``write`` fills ``docs/statements/`` and is called by Sphinx before it reads the sources. There, a
page per statement holds what its record says, what the engine derives, and what a quick trial saw
during this build. Files that end in ``.inc`` are tables for other pages to include. The pages of
the design files that ship go beside it, into ``docs/designs/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import sympy

import theory
from docs import approximations, designs, figures
from docs.designs import Each
from docs.markdown import code, escaped, sentence, table
from docs.modules import modules
from docs.pages import PROVENANCES, QUICK, page, printed, running, testimony
from theory.designs.predictors import ALL, Predictor
from theory.text.latex import latex
from theory.text.provenance import Provenance
from verify.alarms import comparisons, expected_false_alarms
from verify.cli import main
from verify.outcome.report import entry, schema
from verify.settings import Level
from verify.tolerances import TABLE
from verify.trial import put_on_trial
from verify.witnesses import EXACT, WITNESSES, class_of


def write(folder: Path, each: Each = map) -> None:
    """Try every statement at the quick level and write all generated files.

    ``each`` is :func:`map`, or does the same in several processes.
    """
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    ids = [record.id for record in theory.statements()]
    tabulated = each(_tables, ("certified", "library", "panels"))  # the longest first
    tried = each(_tried, ids)
    designs.write(folder.with_name(designs.FOLDER), put_on_trial, each)
    figures.write(folder)
    seen = []
    for id, (text, shown, result) in zip(ids, tried, strict=True):
        (folder / f"{id}.md").write_text(text)
        (folder / f"{id}.txt").write_text(shown)
        seen.append(result)
    for made in (tables(), trials(seen), *tabulated):
        for name, text in made.items():
            (folder / f"{name}.inc").write_text(text)


def _tried(id: str) -> tuple[str, str, dict[str, Any]]:
    """The page of a statement, what is printed of its trial, and its entry in a report."""
    record = theory.statement(id)
    result = put_on_trial(record, QUICK)
    seen = entry(result)
    return page(record) + testimony(record, seen) + running(record), printed(result), seen


def _tables(module: str) -> dict[str, str]:
    found: dict[str, str] = import_module(f"docs.{module}").tables()
    return found


def tables() -> dict[str, str]:
    """The tables that other pages include, by name."""
    return {
        "records": table(
            ("statement", "title", "mark"),
            ((_linked(r.id), r.title, r.provenance.value) for r in theory.statements()),
        ),
        "marks": table(("mark", "meaning"), ((f"`{p.value}`", PROVENANCES[p]) for p in Provenance)),
        "kinds": table(
            ("on trial as", "statements", *(f"`{w.name}`" for w in WITNESSES)),
            (
                (
                    f"`{quantity.__name__}`",
                    ", ".join(
                        _linked(r.id) for r in theory.statements() if class_of(r) is quantity
                    ),
                    *("yes" if w.applies(quantity) else "–" for w in WITNESSES),
                )
                for quantity in dict.fromkeys(map(class_of, theory.statements()))
            ),
        ),
        "witnesses": table(
            ("witness", "from level", "what it does", "what it is worth"),
            ((f"`{w.name}`", f"`{w.level.title}`", w.does, w.worth) for w in WITNESSES),
        ),
        "tolerances": table(
            ("name", "value", "meaning"),
            ((f"`{t.name}`", f"{t.value:.3g}", escaped(t.meaning)) for t in TABLE),
        ),
        "alarms": table(
            ("level", "means compared in a run", "false alarms expected"),
            map(_alarms, Level),
        ),
        "exits": table(("code", "meaning"), exit_codes()),
        "predictors": table(
            ("name", "what it is", "free parameters"),
            ((f"`{p.name}`", _title(p), _weights(p)) for p in ALL.values()),
        ),
        "modules": modules(),
        "report": _keys(schema()),
        "contents": "\n".join(
            [
                "```{toctree}",
                ":caption: Statements",
                ":maxdepth: 1",
                "",
                *(f"statements/{record.id}" for record in theory.statements()),
                "```",
                "",
            ]
        ),
        **approximations.tables(),
    }


def _alarms(level: Level) -> tuple[str, ...]:
    records = tuple(theory.statements())
    compared = comparisons(records, level)
    most = f"at most {expected_false_alarms(records, level):.1e}" if compared else "none"
    return f"`{level.title}`", str(compared), most


def trials(results: list[dict[str, Any]]) -> dict[str, str]:
    """The tables that hold what quick trials saw, by name, of the results of a report."""
    return {
        "overview": table(
            ("statement", "title", "mark", "quick trial"),
            ((_linked(r["statement"]), r["title"], r["provenance"], r["verdict"]) for r in results),
        ),
        "controls": _controls(results),
        "breaks": table(
            ("statement", "what is broken", "what was seen"),
            (
                (_linked(r["statement"]), escaped(one["name"]), sentence(escaped(one["says"])))
                for r in results
                for one in _controlled(r).get("breaks", ())
            ),
        ),
    }


def _controlled(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the controls of a trial saw; nothing where there were none."""
    found = {finding["name"]: finding["data"] for finding in result["witnesses"]}
    return found.get("controls", {})


def _controls(results: list[Mapping[str, Any]]) -> str:
    """How many wrong claims of every statement each exact witness refuted, and which survived."""
    rows = []
    for result in results:
        mutants = _controlled(result).get("mutants", {})
        survivors = [name for name, by in mutants.items() if not by]
        rows.append(
            (
                f"[`{result['statement']}`](statements/{result['statement']}.md#wrong-claims)",
                len(mutants),
                *(sum(w in by for by in mutants.values()) for w in EXACT),
                ", ".join(map(code, survivors)) or "none",
            )
        )
    counts = list(zip(*rows, strict=True))[1:-1]
    total = ("all", *map(sum, counts), sum(row[-1] != "none" for row in rows) or "none")
    return table(
        ("statement", "wrong claims", *(f"first refuted by `{w}`" for w in EXACT), "survivors"),
        (*rows, total),
    )


def exit_codes() -> list[tuple[int, str]]:
    """Every exit code with its meaning, as ``python -m verify --help`` gives them."""
    text = (main.epilog or "").removeprefix("Exit codes: ").removesuffix(".")
    pairs = (part.split(" ", 1) for part in text.split(", "))
    return [(int(code), meaning) for code, meaning in pairs]


def _linked(id: str) -> str:
    return f"[`{id}`](statements/{id}.md)"


def _keys(node: Mapping[str, Any]) -> str:
    """Every key of the report, with its type and whether it must be there."""
    rows: list[tuple[str, ...]] = []

    def resolved(value: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = value.get("$ref")
        return node["$defs"][reference.rsplit("/", 1)[-1]] if reference else value

    def walk(path: str, value: Mapping[str, Any]) -> None:
        for key, below in value.get("properties", {}).items():
            below = resolved(below)
            needed = "yes" if key in value.get("required", ()) else "no"
            array = below.get("type") == "array"
            rows.append((f"`{path}{key}{'[]' if array else ''}`", _kind(below, resolved), needed))
            inner = resolved(below["items"]) if array else below
            by_name = below.get("additionalProperties")
            if isinstance(by_name, Mapping):
                walk(f"{path}{key}.NAME.", resolved(by_name))
            walk(f"{path}{key}{'[]' if array else ''}.", inner)

    walk("", node)
    return table(("key", "what", "always there"), rows)


def _kind(value: Mapping[str, Any], resolved: Any) -> str:
    if "const" in value:
        return f'`"{value["const"]}"`'
    if "enum" in value:
        return " or ".join(f'`"{one}"`' for one in value["enum"])
    if value.get("type") == "array":
        return f"list of {_kind(resolved(value['items']), resolved)}"
    if isinstance(value["type"], list):
        return " or ".join(value["type"])
    inner = value.get("additionalProperties")
    if isinstance(inner, Mapping):
        return f"object of {_kind(resolved(inner), resolved)} by name"
    return str(value["type"])


def _title(predictor: Predictor) -> str:
    words, _, formula = predictor.title.partition(": ")
    return f"{words}: `{formula}`"


def _weights(predictor: Predictor) -> str:
    return ", ".join(
        f"${latex(sympy.Symbol(w.name))}$ (${w.rows.name} \\times {w.cols.name}$)"
        for w in predictor.weights
    )
