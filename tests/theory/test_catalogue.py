"""The catalogue is complete, and its records say what records have to say."""

import subprocess
import sys
from pathlib import Path

import pytest

import theory
from theory import catalogue
from theory.catalogue.headings import papers
from theory.catalogue.papers import claims_of
from theory.text.provenance import Provenance

MODULES = {p.stem for p in Path(catalogue.__file__).parent.glob("*.py")} - {
    "__init__",
    "headings",
    "papers",
    "stated",
}


def test_every_module_is_registered_once():
    ids = [record.id for record in theory.statements()]
    assert {id.replace("-", "_") for id in ids} - set(catalogue.FILES) == MODULES
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("record", tuple(theory.statements()), ids=lambda r: r.id)
def test_records_are_complete(record):
    assert record.title and record.says and record.assumptions
    assert isinstance(record.provenance, Provenance)
    assert theory.statement(record.id) is record
    assert all(text.strip() == text for text in (record.title, record.says, *record.assumptions))


@pytest.mark.parametrize("record", tuple(theory.statements()), ids=lambda r: r.id)
def test_derivations_record_their_steps(record):
    found = record.derived
    assert found.formulas and len(found.steps) >= 2 and found.conditions
    assert all(step.text and step.latex for step in found.steps)
    for step in found.steps:
        assert step.latex.count("{") == step.latex.count("}")
        assert step.latex.count(r"\left") == step.latex.count(r"\right")


def test_lists_are_made_without_sympy_and_say_what_the_records_say():
    script = (
        "import sys; from theory.catalogue.headings import headings; "
        "print(*map(tuple, headings(of_papers=True)), sep='\\n'); assert 'sympy' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    others = [claim for paper in papers()[1:] for claim in claims_of(paper)]
    records = [*theory.statements(), *others]
    assert done.stdout.splitlines() == [
        str((record.name, record.title, record.provenance.value)) for record in records
    ]


def test_no_statement_is_built_before_it_is_asked_for():
    script = (
        "import sys, theory; assert 'theory.catalogue.theorem2' not in sys.modules; "
        "theory.statement('theorem2'); assert 'theory.catalogue.lemma3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
