"""Pages and tables made from the records and the code, so that no formula is typed twice.

``write`` fills ``docs/statements/`` and is called by Sphinx before it reads the sources. There, a
page per statement holds what its record says, what the engine derives, and what a quick trial saw
during this build. Files that end in ``.inc`` are tables for other pages to include.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import sympy
from rich.console import Console

import theory
from theory.latex import RELATIONS, equation, latex
from theory.predictors import ALL, Predictor
from theory.record import OPTIMAL_RISK, OPTIMAL_WEIGHT, Provenance, Statement
from verify.cli import main
from verify.report import as_json, schema
from verify.settings import Level, Settings
from verify.text import show
from verify.tolerances import TABLE
from verify.trial import Result, put_on_trial
from verify.witnesses import WITNESSES

MARKS = {
    Provenance.STATED: (
        "The content stands in the paper's abstract, in its captions or in its published reviews."
    ),
    Provenance.FORM_RECONSTRUCTED: (
        "That there is such a result stands in the paper's abstract, in its captions or in its "
        "published reviews. The formula is our reconstruction."
    ),
    Provenance.RECONSTRUCTED: "The content is our reconstruction.",
}

QUICK = Settings(Level.QUICK)
WIDTH = 88


def write(folder: Path) -> None:
    """Try every statement at the quick level and write all generated files."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    results = [put_on_trial(record, QUICK) for record in theory.statements()]
    report = as_json(results, QUICK)
    for record, result, seen in zip(theory.statements(), results, report["results"], strict=True):
        (folder / f"{record.id}.md").write_text(
            page(record) + testimony(record, seen) + running(record)
        )
        (folder / f"{record.id}.txt").write_text(printed(result))
    for name, table in tables().items():
        (folder / f"{name}.inc").write_text(table)


def tables() -> dict[str, str]:
    """The tables that other pages include, by name."""
    return {
        "records": _table(
            ("statement", "title", "mark"),
            (
                (f"[`{r.id}`](statements/{r.id}.md)", r.title, r.provenance.value)
                for r in theory.statements()
            ),
        ),
        "marks": _table(("mark", "meaning"), ((f"`{p.value}`", MARKS[p]) for p in Provenance)),
        "witnesses": _table(
            ("witness", "from level", "what it does"),
            ((f"`{w.name}`", f"`{w.level.title}`", w.does) for w in WITNESSES),
        ),
        "tolerances": _table(
            ("name", "value", "meaning"),
            ((f"`{t.name}`", f"{t.value:.3g}", _escaped(t.meaning)) for t in TABLE),
        ),
        "exits": _table(("code", "meaning"), exit_codes()),
        "predictors": _table(
            ("name", "what it is", "free parameters"),
            ((f"`{p.name}`", _title(p), _weights(p)) for p in ALL.values()),
        ),
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
    }


def exit_codes() -> list[tuple[int, str]]:
    """Every exit code with its meaning, as ``python -m verify --help`` gives them."""
    text = (main.epilog or "").removeprefix("Exit codes: ").removesuffix(".")
    pairs = (part.split(" ", 1) for part in text.split(", "))
    return [(int(code), meaning) for code, meaning in pairs]


def page(record: Statement) -> str:
    """What the record says and what the engine derives from it, in MyST."""
    return "\n".join(
        [
            f"# {record.id}: {record.title}",
            "",
            f"Provenance: **{record.provenance.value}**. {MARKS[record.provenance]} "
            "The number is inferred. See [](../provenance.md).",
            "",
            "## What it says",
            "",
            record.says,
            "",
            "## What it assumes",
            "",
            *(f"- {_sentence(assumption)}" for assumption in record.assumptions),
            "",
            "## The claim on trial",
            "",
            "These formulas are typed in the record. They are the claim on trial: the witnesses "
            "below judge them, and the derivation does not use them.",
            "",
            _optimum(record.claim.weight, record.claim.risk),
            _where(record.claim.definitions),
            "## What the engine derives",
            "",
            f"From the design `{record.design.name}` and the predictor `{record.predictor.name}`:",
            "",
            _optimum(record.weight, record.risk),
            _where(record.derivation.definitions),
            "## The derivation",
            "",
            *(
                f"{k}. {step.text}:\n\n{_indented(_display(step.latex))}\n"
                for k, step in enumerate(record.derivation.steps, 1)
            ),
            "## Side conditions",
            "",
            *(f"- {_sentence(condition)}" for condition in record.derivation.conditions),
            "",
        ]
    )


def testimony(record: Statement, seen: Mapping[str, Any]) -> str:
    """What a trial saw: one entry of ``results`` in a JSON report."""
    found = {finding["name"]: finding for finding in seen["witnesses"]}
    lines = [
        "",
        "## Witnesses",
        "",
        "The last two columns come from a quick trial, run when this page was built. A witness "
        "of a later level has none.",
        "",
        _table(
            ("witness", "from level", "verdict", "what it saw"),
            (
                (
                    f"`{w.name}`",
                    f"`{w.level.title}`",
                    found[w.name]["verdict"] if w.name in found else "",
                    _escaped(found[w.name]["summary"]) if w.name in found else "",
                )
                for w in WITNESSES
            ),
        ),
        f"Joined, they say that `{record.id}` **{_verb(seen['verdict'])}**. [](../trust.md) says "
        "what each kind of testimony is worth.",
        "",
    ]
    controls = found["controls"]["data"] if "controls" in found else {}
    if "mutants" in controls:
        lines += [
            "## Wrong claims",
            "",
            "Each row is a wrong version of the claim, or a mistake put into the derivation. It "
            "has to be refuted by at least one exact witness.",
            "",
            _table(
                ("wrong claim", "refuted by"),
                (
                    (f"`{name}`", ", ".join(f"`{w}`" for w in by) or "nothing")
                    for name, by in controls["mutants"].items()
                ),
            ),
        ]
    if "assumption_1_broken" in controls:
        gap = controls["assumption_1_broken"]
        twice = (
            "Both risks were computed twice, by words and by coordinates."
            if gap["confirmed"]
            else "Computing these risks a second time gave other values."
        )
        lines += [
            "## An assumption broken on purpose",
            "",
            "With a task of non-zero mean, Assumption 1 fails. Then linear attention gets below "
            f"the best PGD. At `{gap['at']}` the optimal risk of PGD is {gap['pgd']}, and these "
            f"attention weights reach {gap['att']}, which is less by {gap['difference']}. {twice}",
            "",
        ]
    return "\n".join(lines)


def running(record: Statement) -> str:
    """How to run the trial and how to get numbers."""
    scalars = {p.name: 1 for p in record.design.parameters}
    sizes = {"n": 5, "d": 2, **scalars}
    given = ", ".join(f"{name}={value}" for name, value in sizes.items())
    best = record.evaluate(**sizes)
    return "\n".join(
        [
            "## Run it",
            "",
            "```console",
            f"$ python -m verify {record.id}",
            f"$ python -m verify {record.id} --explain",
            f"$ python -m verify latex {record.id}",
            "```",
            "",
            "```pycon",
            ">>> import theory",
            f'>>> theory.statement("{record.id}").evaluate({given}).risk',
            repr(best.risk),
            "```",
            "",
        ]
    )


def printed(result: Result) -> str:
    """What ``python -m verify`` prints for a quick trial."""
    out = io.StringIO()
    show(Console(file=out, width=WIDTH), result, QUICK, explain=False)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in lines) + "\n"


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
            walk(f"{path}{key}{'[]' if array else ''}.", inner)

    walk("", node)
    return _table(("key", "what", "always there"), rows)


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
        return f"object of {_kind(inner, resolved)} by name"
    return str(value["type"])


def _title(predictor: Predictor) -> str:
    words, _, formula = predictor.title.partition(": ")
    return f"{words}: `{formula}`"


def _weights(predictor: Predictor) -> str:
    return ", ".join(
        f"${latex(sympy.Symbol(w.name))}$ (${w.rows.name} \\times {w.cols.name}$)"
        for w in predictor.weights
    )


def _optimum(weight: sympy.Expr, risk: sympy.Expr) -> str:
    multiple = "" if weight.is_Matrix else r"\, I"
    rows = (
        (OPTIMAL_WEIGHT, latex(weight) + multiple),
        (OPTIMAL_RISK, latex(risk)),
    )
    body = " \\\\\n".join(f"{left} &= {right}" for left, right in rows)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n"


def _where(definitions: Iterable[tuple[sympy.Expr, sympy.Expr]]) -> str:
    found = [f"${equation(name, meaning)}$" for name, meaning in definitions]
    return f"with {' and '.join(found)}.\n" if found else ""


def _display(formula: str) -> str:
    parts = formula.split(RELATIONS)
    if len(parts) == 1:
        return f"$$\n{formula}\n$$"
    body = ",\\\\\n".join(parts)
    return f"\\begin{{gather*}}\n{body}\n\\end{{gather*}}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _sentence(text: str) -> str:
    """Begin with a capital, unless with a formula, and end with a full stop."""
    return (text if text.startswith("$") else text[0].upper() + text[1:]).rstrip(".") + "."


def _verb(verdict: str) -> str:
    return verdict if verdict == "holds" else f"is {verdict}"


def _escaped(text: str) -> str:
    """Plain text, safe in a table cell."""
    return re.sub(r"([\\`*_{}\[\]<>|$#])", r"\\\1", text)
