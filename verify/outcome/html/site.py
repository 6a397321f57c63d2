"""The report: an overview, and a page for each statement."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from theory.records.pasted import pasted
from theory.records.statement import Statement
from theory.text.display import aligned
from theory.text.formulas import Exposition
from theory.text.mathml import displays, in_html, shown
from verify.certificates import checker
from verify.certificates.writing import Certified
from verify.outcome import strict_json
from verify.outcome.claim import evidence, sense
from verify.outcome.html.saw import Exhibit, Saw, along, saw
from verify.outcome.report import as_json
from verify.outcome.text import option_of, sections
from verify.outcome.verdict import Verdict
from verify.settings import Settings
from verify.trial import Result
from verify.witnesses import WITNESSES

GENERATOR = "icl-verify"
"""What every page says of who made it."""
OVERVIEW, DATA = "index.html", "report.json"
CHECKER = "certificates/checker.py"
"""A copy of the checker, so that certificates can be checked where nothing is installed."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser lets a page do: nothing but look as it does."""


@dataclass(frozen=True)
class Page:
    """A statement with all that its page shows."""

    result: Result
    command: str
    certified: Certified
    settings: Settings

    @property
    def record(self) -> Statement:
        return self.result.record

    @property
    def stem(self) -> str:
        """What its files are called."""
        return self.record.name.replace(":", ".")

    @property
    def path(self) -> str:
        return f"statements/{self.stem}.html"

    @property
    def certificates(self) -> dict[str, str]:
        """The paths of its challenge and certificate."""
        return certificates_of(self.stem)

    @property
    def sense(self) -> str:
        return sense(self.result)

    @property
    def evidence(self) -> list[tuple[str, list[str]]]:
        """What was found of a claim; nothing of other statements."""
        if self.result.judgement is None:
            return []
        return [(heading, told) for heading, told in evidence(self.result) if told]

    @property
    def derived(self) -> Exposition:
        return self.result.exposition

    @property
    def sections(self) -> list[tuple[str, Exposition]]:
        """Further derivations."""
        return [(title, derive()) for title, derive in sections(self.result)]

    @property
    def grammar(self) -> dict[str, str]:
        found = pasted(self.result.record, self.derived)
        return {option_of(name): text for name, text in found.items()}

    @property
    def along(self) -> Exhibit | None:
        return along(self.result)

    @cached_property
    def seen(self) -> tuple[Saw, ...]:
        return saw(self.result, self.settings)


def site(pages: Sequence[Page], command: str, settings: Settings) -> dict[str, str]:
    """The text of every file, by its path; the overview is the last.

    ``command`` is the command line that makes the whole report again.
    """
    data = as_json([page.result for page in pages], settings)
    environment = _environment(settings, data["environment"]["versions"])
    template = environment.get_template("statement.html").render
    found = {page.path: template(page=page) for page in pages}
    for page in pages:
        for kind, path in certificates_of(page.stem).items():
            text = getattr(page.certified, kind)
            found |= {path: text} if text else {}
    if any(page.certified.certificate for page in pages):
        found[CHECKER] = inspect.getsource(checker)
    found[DATA] = strict_json.text(data)
    counts = Counter(page.result.verdict.value for page in pages)
    found[OVERVIEW] = environment.get_template("overview.html").render(
        pages=pages,
        command=command,
        tally={v.value: counts[v.value] for v in Verdict if counts[v.value]},
        checks=WITNESSES,
    )
    return found


def certificates_of(stem: str) -> dict[str, str]:
    """The paths of a statement's challenge and certificate, where it has some."""
    kinds = ("challenge", "certificate")
    return {kind: f"certificates/{stem}.{kind}.json" for kind in kinds}


def _environment(settings: Settings, versions: dict[str, str]) -> Environment:
    """Templates, in which all that is not made by us is escaped."""
    environment = Environment(
        loader=PackageLoader("verify.outcome.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.globals |= {
        "aligned": _marked(lambda formulas: shown(aligned(formulas), display=True)),
        "displayed": _marked(displays),
        "prose": _marked(in_html),
        "generator": f"{GENERATOR} {versions[GENERATOR]}",
        "policy": POLICY,
        "checker": CHECKER,
        "settings": settings,
        "versions": versions,
    }
    return environment


def _marked(make: Callable[[Any], str]) -> Callable[[Any], Markup]:
    """A function that makes HTML, so that a template does not escape it."""
    return lambda what: Markup(make(what))
