"""A page per design file that ships: the file, what is derived from it, what a quick trial saw.

``write`` fills ``docs/designs/``. Files that end in ``.inc`` are tables for other pages to include.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import theory
from docs.markdown import abbreviated, code, escaped, formulas, items, sentence, table
from docs.pages import NOTICED, QUICK, imports, keywords, steps, testimony
from theory.designs.design import Design
from theory.designs.families import family
from theory.expositions.assumptions import answers
from theory.language.files import bounds as of_files
from theory.language.files import matrices as of_matrices
from theory.language.files.claims import Claimed
from theory.language.files.reading import DesignFile
from theory.language.formulas import bounds as of_formulas
from theory.language.gallery import SUFFIX, names, shipped, text
from theory.optima.equivalence.assumptions import noise_is_equal, odd_moments_vanish
from theory.optima.optimum import Multiple
from theory.optima.sample_weights.weighted import Equal, InGroups, InWeights, weighted
from theory.optima.stationary.quotient import Quotient
from theory.optima.stationary.solution import Stationary
from theory.optima.stationary.spans import InSpan
from theory.optima.stationary.steps import whitened_form
from theory.optima.steps.coefficients import Coefficients
from theory.records.derived import Derived
from theory.records.optima import Optima
from theory.records.theorem import Theorem
from theory.text.latex import latex
from verify.cli import instances
from verify.outcome.report import entry
from verify.settings import Settings
from verify.trial import Result

FOLDER = "designs"
SPECTRA = ("equicorrelated:1/2", "power:1", "power:2")
"""The covariances of an example, in the order of the file."""
SHORT = 40
"""Characters of a fraction that an example shows in full."""


Trial = Callable[[Derived, Settings], Result]


Each = Callable[..., Iterator[Any]]
""":func:`map`, or one that uses several processes."""


@cache
def record_of(name: str) -> Derived:
    """The record of a design that ships, made once."""
    return Derived.of(shipped(name))


def write(folder: Path, put_on_trial: Trial, each: Each = map) -> None:
    """Try every design at the quick level and write all generated files."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, made in zip(names(), each(partial(_tried, put_on_trial), names()), strict=True):
        (folder / f"{name}.md").write_text(made)
    for title, made in tables(map(record_of, names())).items():
        (folder / f"{title}.inc").write_text(made)


def _tried(put_on_trial: Trial, name: str) -> str:
    """The whole page of a design, with a trial of it."""
    record = record_of(name)
    return (
        page(name, record)
        + claims(name, shipped(name), put_on_trial)
        + testimony(record, entry(put_on_trial(record, QUICK)), TRIED, MISTAKES)
        + running(name, record)
    )


TRIED = "what is derived here"
MISTAKES = f"Each row is a mistake put into what was derived. {NOTICED} See [](../controls.md)."


PGD = (
    r"$W^\star$ and $L^\star$ are the optimal weight and risk of PGD. The optimal risks of WPGD, "
    "of attention (ATT) and of H3 (SSM) carry their names."
)
SEVERAL = r"$c_k^\star$ and $L^\star$ are the best coefficients of several steps, and their risk."


def page(name: str, record: Derived) -> str:
    """What a design file says and what is derived from it, in MyST."""
    found = abbreviated(record.derived)
    told = tuple(one for one in answers(record.design) if one in found.conditions)
    at = found.conditions.index(told[0])
    return "\n".join(
        [
            f"# {record.id}: {escaped(record.title)}",
            "",
            *prose(text(name)),
            *_statements(record.design),
            "## The file",
            "",
            "```toml",
            text(name).rstrip("\n"),
            "```",
            "",
            "## What it says",
            "",
            *items(record.assumptions),
            "## What is derived",
            "",
            (PGD if record.file.steps == 1 else SEVERAL) + " See [](../notation.md). "
            "What stands after *with* are names of these formulas alone, even where a vector of "
            "the file has the same.",
            "",
            *formulas(found),
            "<details>",
            "<summary>The derivation, step by step</summary>",
            "",
            *steps(found),
            "</details>",
            "",
            "## Assumptions 1 and 2, attention and H3",
            "",
            *items(told),
            "## Side conditions",
            "",
            *items((*found.conditions[:at], *found.conditions[at + len(told) :])),
        ]
    )


def prose(file: str) -> Iterator[str]:
    """The comment that a design file begins with, as paragraphs.

    >>> list(prose("# Noise.\\n#\\n# All of it\\n# is white.\\n\\n[design]"))
    ['Noise.', '', 'All of it is white.', '']
    """
    lines: list[str] = []
    for line in file.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    for paragraph in "\n".join(lines).split("\n\n"):
        yield from (escaped(" ".join(paragraph.split())), "")


def _statements(design: Design) -> Iterator[str]:
    """Which statements of the catalogue are about a design."""
    about = [
        f"[`{record.id}`](../statements/{record.id}.md)"
        for record in theory.statements()
        if design in (getattr(record, "design", None), *getattr(record, "designs", ()))
    ]
    if about:
        yield from (f"Statements about this design: {', '.join(about)}.", "")


def claims(name: str, file: DesignFile, put_on_trial: Trial) -> str:
    """What a file claims, and how that is judged."""
    return "\n".join(("", *_claims(name, file, put_on_trial))) if file.claims else ""


def _claims(name: str, file: DesignFile, put_on_trial: Trial) -> Iterator[str]:
    yield from ("## Claims", "")
    yield from ("What the file claims was judged when this page was built. To repeat it:", "")
    yield from ("```console", f"$ python -m verify claim {name}{SUFFIX}", "```", "")
    for claim in file.claims:
        yield from _claim(file, claim, put_on_trial)


def _claim(file: DesignFile, claim: Claimed, put_on_trial: Trial) -> Iterator[str]:
    theorem = Theorem.of_claim(file, claim)
    result = put_on_trial(theorem, QUICK)
    found = entry(result)
    where = (
        "exactly" if claim.limit is None else f"to leading order in the limit {claim.limit.name}"
    )
    source = f" (source: {escaped(claim.source)})" if claim.source else ""
    yield from (f"`{claim.name}`{source}, claimed {where}:", "")
    yield from (*formulas(theorem.claimed), "")
    yield from (f"Judged **{found['judgement']}**.", "")
    yield from items(
        f"the {quantity} is {part['judgement']}: {escaped(part['why'])}"
        for quantity, part in found["parts"].items()
    )
    yield table(
        ("witness", "verdict", "what it saw"),
        ((f"`{f.witness}`", f.verdict.value, escaped(f.summary)) for f in result.findings),
    )


def running(name: str, record: Derived) -> str:
    """How to get the file, derive it and get numbers."""
    projected = {p.name for p in record.design.projections}
    any_psd = (name for name in record.design.covariances if name not in projected)
    spectra = dict(zip(any_psd, SPECTRA, strict=False))
    arguments = keywords(record.example)
    for covariance, spectrum in spectra.items():
        arguments += f', {covariance}=family("{spectrum}", {record.example["d"]})'
    found = record.evaluate(
        **record.example, **{c: family(f, record.example["d"]) for c, f in spectra.items()}
    )
    vectors = {key: record.example[key] for key in record.design.means}
    options = [f"--set {k}={value}" for k, value in record.example.items() if k not in vectors]
    options += [f"--matrix {key}={value}" for key, value in spectra.items()]
    options += [f'--matrix "{key}={value}"' for key, value in vectors.items()]
    return "\n".join(
        [
            "",
            "## Run it",
            "",
            "```console",
            f"$ python -m verify gallery {name} > {name}{SUFFIX}",
            f"$ python -m verify derive {name}{SUFFIX}",
            f"$ python -m verify derive {name}{SUFFIX} --explain",
            f"$ python -m verify derive {name}{SUFFIX} {' '.join(options)}",
            "```",
            "",
            "The numbers of the last command, in Python:",
            "",
            "```pycon",
            *imports(arguments),
            ">>> import theory",
            *([">>> from theory.designs.families import family"] if spectra else []),
            ">>> from theory.language.gallery import shipped",
            f'>>> record = theory.Derived.of(shipped("{name}"))',
            f">>> found = record.evaluate({arguments})",
            *_numbers(record.design, found),
            "```",
            "",
        ]
    )


def _numbers(design: Design, found: Optima) -> Iterator[str]:
    """The lines of an example that show optima."""
    yield from _number("found.pgd", found.pgd)
    if found.test_risk is not None:
        yield from _number("found.test_risk", found.test_risk)
        yield from _number("found.least_at_test", found.least_at_test)
    if found.coefficients is not None:
        for k, value in enumerate(found.coefficients):
            yield from _number(f"found.coefficients[{k}]", value)
        return
    if hasattr(found.weight, "tolist"):
        yield from (
            ">>> [[round(float(w), 4) for w in row] for row in found.weight]",
            repr([[round(float(w), 4) for w in row] for row in found.weight]),
        )
    else:
        yield from _number("found.weight", found.weight)
    if isinstance(weighted(design), Equal):
        return
    yield from _number("found.wpgd", found.wpgd)
    yield from (
        ">>> [round(float(w), 4) for w in found.omega]",
        repr([round(float(w), 4) for w in found.omega]),
    )


def _number(expression: str, value: Any) -> Iterator[str]:
    if len(repr(value)) <= SHORT:
        yield from (f">>> {expression}", repr(value))
    else:
        yield from (f">>> round(float({expression}), 6)", repr(round(float(value), 6)))


def tables(records: Iterable[Derived]) -> dict[str, str]:
    """The tables that other pages include, by name."""
    records = tuple(records)
    return {
        "gallery": table(
            (
                *("file", "title", "parameters", "covariances"),
                *("Assumptions", "optimum", "sample weights"),
            ),
            map(_row, records),
        ),
        "contents": "\n".join(
            [
                "```{toctree}",
                ":maxdepth: 1",
                "",
                *(f"{FOLDER}/{record.id}" for record in records),
                "```",
                "",
            ]
        ),
        "bounds": table(("of a", "what", "number"), _bounds()),
        "families": table(
            ("family", "example at d = 2"),
            ((code(name), code(_rows(family(name, 2)))) for name in ("eye", *SPECTRA[:2])),
        ),
    }


def _row(record: Derived) -> tuple[str, ...]:
    design = record.design
    held = [
        str(k)
        for k, answer in enumerate((odd_moments_vanish(design), noise_is_equal(design)), 1)
        if answer.holds
    ]
    return (
        f"[`{record.id}`]({FOLDER}/{record.id}.md)",
        escaped(record.title),
        ", ".join(f"${latex(p.symbol)}$" for p in design.parameters) or "–",
        ", ".join(code(name) for name in design.matrices) or "–",
        " and ".join(held) or "–",
        optimum(record),
        weights(record),
    )


def optimum(record: Derived) -> str:
    """The form that the optimal weight has."""
    match record.derivation.plain.solution:
        case Multiple():
            return "multiple of $I$"
        case InSpan():
            return "span"
        case Quotient():
            return "closed form"
        case Stationary() as found:
            if whitened_form(found) is not None or (found.plain and found.plain.always):
                return "spectral"
            return "equation, spectral where covariances commute" if found.plain else "equation"
        case Coefficients():
            return "coefficients"


def weights(record: Derived) -> str:
    """What is known of WPGD's best sample weights."""
    found = weighted(record.design)
    if record.file.steps > 1:
        return "–"
    if isinstance(found, Equal):
        return "equal"
    if isinstance(found, InGroups):
        return "one per group"
    if not isinstance(found, InWeights):
        return "sought"
    return "solved for" if found.best is None else "formula"


BOUNDED = {
    "design file": of_files,
    "formula": of_formulas,
    "matrix file": of_matrices,
    "command line": instances,
}
"""What is bounded, and the module that says by how much."""


def _bounds() -> Iterator[tuple[str, str, str]]:
    for what, module in BOUNDED.items():
        for name, says in documented(module):
            yield what, sentence(escaped(says)), f"{getattr(module, name):,}"


def documented(module: ModuleType) -> Iterator[tuple[str, str]]:
    """The whole numbers that a module names, each with what stands beneath it."""
    body = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body
    for first, second in pairwise(body):
        match first, second:
            case (
                ast.Assign(targets=[ast.Name(name)]),
                ast.Expr(ast.Constant(str(says))),
            ) if isinstance(getattr(module, name), int):
                yield name, " ".join(says.split("\n\n")[0].split())


def _rows(matrix: Iterable[Iterable[Any]]) -> str:
    return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in matrix) + "]"
