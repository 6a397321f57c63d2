"""A page per statement: what its record says, what is derived, and what a quick trial saw."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from docs.markdown import MARKS, code, escaped, formulas, indented, items, sentence, table, worded
from theory.records.statement import Statement
from theory.text.display import displayed
from theory.text.formulas import Exposition
from theory.text.latex import prose
from theory.text.provenance import Provenance
from verify.outcome.text import show
from verify.settings import Level, Settings
from verify.trial import Result
from verify.witnesses import WITNESSES, Witness, class_of, exact_witnesses

PROVENANCES = {
    Provenance.STATED: (
        "The content stands in the paper's abstract, in its captions or in its published reviews."
    ),
    Provenance.FORM_RECONSTRUCTED: (
        "That there is such a result stands in the paper's abstract, in its captions or in its "
        "published reviews. The formula is our reconstruction."
    ),
    Provenance.APPROXIMATE: (
        "That there is such an approximation stands in the paper's abstract, in its captions or in "
        "its published reviews. The formula is our reconstruction."
    ),
    Provenance.UPPER_BOUND: (
        "That there is such an upper bound stands in the paper's abstract, in its captions or in "
        "its published reviews. The formula is our reconstruction."
    ),
    Provenance.EMPIRICAL: (
        "The paper shows it by experiments; the abstract, the captions or the published reviews "
        "say so. The exact statement is ours."
    ),
    Provenance.RECONSTRUCTED: "The content is our reconstruction.",
    Provenance.QUOTED: (
        "Of another paper: its formula, read in its text, in the notation of these pages."
    ),
    Provenance.RECALLED: (
        "Of another paper: its formula as we remember it; we had no copy at hand to compare with."
    ),
    Provenance.IN_SETTING: (
        "Of another paper: its setting, or a statement of its in words. The formula is ours."
    ),
    Provenance.DERIVED: "Not of the paper: a design of your own, of which nothing is claimed.",
    Provenance.CLAIMED: "Not of the paper: a claim of your own, or one that a design file makes.",
}

NOTICED = (
    "It has to be refuted by an exact witness. They are asked in turn until one refutes it; a dash "
    "says that this one was not asked, or did not notice."
)
WRONG = (
    "Each row is a wrong version of the claim, or a mistake put into the derivation. "
    f"{NOTICED} [](../controls.md) sums up all statements."
)

WIDTH = 88
QUICK = Settings(Level.QUICK)


def page(record: Statement) -> str:
    """What the record says and what the engine derives from it, in MyST."""
    derived = record.derived
    return "\n".join(
        [
            f"# {record.id}: {record.title}",
            "",
            f"Provenance: **{record.provenance.value}**. {PROVENANCES[record.provenance]} "
            "The number is inferred. See [](../provenance.md).",
            "",
            "## What it says",
            "",
            record.says,
            "",
            "## What it assumes",
            "",
            *items(record.assumptions),
            "## The claim on trial",
            "",
            "These formulas are typed in the record. They are the claim on trial: the witnesses "
            "below judge them, and the derivation does not use them.",
            "",
            *formulas(record.claimed),
            "## What the engine derives",
            "",
            *formulas(derived),
            "## The derivation",
            "",
            *steps(derived),
            "## Side conditions",
            "",
            *items(derived.conditions),
            *(line for title, derive in derived.sections for line in _section(title, derive())),
        ]
    )


def _section(title: str, exposition: Exposition) -> Iterator[str]:
    """A further derivation, with its own steps and conditions."""
    yield from (f"## {title}", "", *formulas(exposition))
    if exposition.steps:
        yield from ("### How it is derived", "", *steps(exposition))
    if exposition.conditions:
        yield from ("### What it rests on", "", *items(exposition.conditions))


def steps(exposition: Exposition) -> Iterator[str]:
    """The steps of a derivation, numbered, each with its formula."""
    for k, step in enumerate(exposition.steps, 1):
        text = prose(step.text)
        colon = "" if text.endswith("...") else ":"
        shown = f"\n\n{indented(displayed(step.formulas, MARKS))}" if step.formulas else ""
        yield f"{k}. {text}{colon}{shown}\n"


def testimony(
    record: Statement, seen: Mapping[str, Any], about: str = "", wrong: str = WRONG
) -> str:
    """What a trial saw: one entry of ``results`` in a JSON report.

    ``about`` is what the verdict is about, and ``wrong`` says what the wrong claims are, in MyST.
    """
    found = {finding["name"]: finding for finding in seen["witnesses"]}
    lines = [
        "",
        "## Witnesses",
        "",
        "The last two columns come from a quick trial, run when this page was built. "
        "[](../trust.md) says what each kind of testimony is worth.",
        "",
        table(
            ("witness", "from level", "verdict", "what it saw"),
            (_row(w, class_of(record), found.get(w.name)) for w in WITNESSES),
        ),
        f"Joined, they say that {about or code(record.id)} **{_verb(seen['verdict'])}**.",
        "",
    ]
    controls = found["controls"]["data"] if "controls" in found else {}
    if controls.get("mutants"):
        names = [w.name for w in exact_witnesses(class_of(record))]
        lines += [
            "## Wrong claims",
            "",
            wrong,
            "",
            table(
                ("wrong claim", *(f"`{name}`" for name in names)),
                (
                    (code(mutant), *("refuted" if name in by else "–" for name in names))
                    for mutant, by in controls["mutants"].items()
                ),
            ),
        ]
    if controls.get("left_out"):
        lines += [
            f"Left out, as they change nothing: {', '.join(map(code, controls['left_out']))}."
        ]
        lines += [""]
    if controls.get("breaks"):
        lines += [
            "## Assumptions broken on purpose",
            "",
            "What happens where something that the statement assumes does not hold.",
            "",
            *(line for one in controls["breaks"] for line in _broken(one)),
        ]
    return "\n".join(lines)


def _row(witness: Witness, of: Any, finding: Mapping[str, Any] | None) -> tuple[str, ...]:
    name, level = f"`{witness.name}`", f"`{witness.level.title}`"
    if not witness.applies(of):
        return name, "", "", "does not apply to this statement"
    if finding is None:
        return name, level, "", f"not called at the quick level, but at {level}"
    return name, level, finding["verdict"], worded(finding["summary"])


def _broken(one: Mapping[str, Any]) -> Iterator[str]:
    """One broken assumption: what was done, what was seen, and the numbers."""
    unseen = "" if one["seen"] else " **This was not seen.**"
    yield f"**{sentence(escaped(one['name']))}** {sentence(escaped(one['says']))}{unseen}"
    yield ""
    details = {k: v for k, v in one.items() if k not in ("name", "seen", "says")}
    for key, value in details.items():
        yield f"- {key.replace('_', ' ')}: {code(_plain(value))}"
    yield ""


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "; ".join(str(value).splitlines())


def running(record: Statement) -> str:
    """How to run the trial and how to get numbers."""
    given = keywords(record.example)
    best = record.evaluate(**record.example)
    return "\n".join(
        [
            "",
            "## Run it",
            "",
            "```console",
            f"$ python -m verify {record.id}",
            f"$ python -m verify {record.id} --explain",
            f"$ python -m verify latex {record.id}",
            "```",
            "",
            "```pycon",
            *imports(given),
            ">>> import theory",
            f'>>> theory.statement("{record.id}").evaluate({given})',
            repr(best),
            "```",
            "",
        ]
    )


def keywords(values: Mapping[str, Any]) -> str:
    """Values as the keywords of a call.

    >>> keywords({"n": 5, "d": 2})
    'n=5, d=2'
    """
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def imports(given: str) -> list[str]:
    """What a call with these keywords imports of Python's own, as the lines of an example."""
    return [">>> from fractions import Fraction"] if "Fraction(" in given else []


def printed(result: Result) -> str:
    """What ``python -m verify`` prints for a quick trial."""
    out = io.StringIO()
    show(Console(file=out, width=WIDTH), result, QUICK, explain=False)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _verb(verdict: str) -> str:
    return verdict if verdict == "holds" else f"is {verdict}"
