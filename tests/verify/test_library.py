"""The library of papers: claims are judged as their files expect, and say where they come from."""

import tomllib

import numpy as np
import pytest

from theory.catalogue.headings import SEED, papers
from theory.catalogue.papers import claims_of
from theory.errors import InputError
from theory.language import gallery
from theory.language.files.claims import VERDICTS
from theory.language.files.reading import parse_design
from theory.records.theorem import Theorem
from theory.text.provenance import Provenance
from verify.cases import cases
from verify.checks import derivation, interpolation, properties, sampling
from verify.outcome.report import entry
from verify.outcome.text import output, show_summary
from verify.outcome.verdict import Verdict
from verify.settings import Level, Settings
from verify.trial import Result
from verify.witnesses import subject_of

LIBRARY = [record for paper in papers() if paper != SEED for record in claims_of(paper)]
QUICK = Settings(Level.QUICK, shrink=False)


def judged(record):
    """What the judge alone finds of a claim."""
    return derivation.examine(subject_of(record), QUICK)


@pytest.mark.parametrize("record", LIBRARY, ids=lambda record: record.name)
def test_every_claim_is_judged_as_its_file_expects(record):
    found = judged(record)
    assert found.verdict.value == record.claim.expected, found.summary


def test_the_library_is_as_large_as_it_says():
    others = {record.id for record in LIBRARY}
    assert len(others) >= 14 and len(LIBRARY) >= 30
    assert sum(record.claim.limit is not None for record in LIBRARY) * 3 >= len(LIBRARY)
    assert sum(record.claim.is_bound for record in LIBRARY) >= 5


TABLES = [tomllib.loads(gallery.text(name)) for name in gallery.theorems()]
ABILITIES = {
    "another law at test": lambda table: "test" in table,
    "groups": lambda table: "examples" in table,
    "conditions": lambda table: "'where'" in str(table.get("parameters")),
    "fixed vectors": lambda table: "means" in table,
    "random scalars": lambda table: "scalars" in table,
    "labels": lambda table: "label" in {*table["prompt"], *table.get("test", {})},
    "projections": lambda table: "'projection'" in str(table.get("covariances")),
    "spikes": lambda table: "outer(" in str(table.get("covariances")),
    "functions": lambda table: any(k in str(table.get("covariances")) for k in ("^-1", "*I")),
    "powers": lambda table: any(k in str(table["prompt"]) for k in ("^i", "^(n")),
}
"""What the design language has words for, and whether a file uses them."""


@pytest.mark.parametrize("uses", ABILITIES.values(), ids=ABILITIES)
def test_each_ability_has_five_statements(uses):
    assert sum(len(table["claims"]) for table in TABLES if uses(table)) >= 5


def test_every_statement_says_where_it_comes_from():
    marks = {Provenance.QUOTED, Provenance.RECALLED, Provenance.IN_SETTING}
    for record in LIBRARY:
        assert record.claim.source and record.claim.source in record.origin
        assert record.provenance in marks or record.id in gallery.names()  # a file without words
    for name in gallery.theorems():
        file = gallery.shipped(name)
        assert file.words.title and file.words.says and file.words.assumptions
        words = " ".join(gallery.text(name).replace("#", "").split())
        assert name.startswith(SEED) or "By hand" in words
    names = [record.name for record in LIBRARY]
    assert len(names) == len(set(names))


WEIGHTS = [
    record
    for record in LIBRARY
    if record.claim.weight is not None
    and (record.claim.limit, record.claim.at, record.claim.expected) == (None, None, "holds")
]


@pytest.mark.parametrize("record", WEIGHTS, ids=lambda record: record.name)
def test_what_is_sampled_at_is_the_derived_weight(record):
    """Claimed weights in double precision, by other code than in fractions."""
    subject = subject_of(record)
    places = cases(record.design, Settings(Level.STANDARD))
    assert places
    for case in places:
        both = subject.weight_at(case.at), subject.exact.weight_at(case.at)
        claimed, derived = map(case.at.arithmetic.plain, both)
        assert np.allclose(np.array(claimed, float), np.array(derived, float), rtol=1e-9, atol=0)


MEASURED = {
    "bordelon-2025:one-layer": "a constant of the limit in a claim about the optimum",
    "bordelon-2025:loss": "the same at a given weight",
    "garg-2022:averaging": "no parameter, so that numbers are exact",
    "gatmiry-2024:long-prompts": "the same of several steps",
    "wu-2024:optimum": "a trace inside a trace",
}


@pytest.mark.parametrize("name", MEASURED, ids=MEASURED.get)
def test_a_claim_of_this_kind_is_measured(name, monkeypatch):
    monkeypatch.setattr("verify.cases.SMALL", 2_000)
    monkeypatch.setattr("verify.checks.sampling.MOST", 1)
    (record,) = (one for one in LIBRARY if one.name == name)
    found = sampling.examine(subject_of(record), Settings(Level.STANDARD))
    assert found.verdict is not Verdict.REFUTED and found.examined > 0


WRONG = gallery.text("mahankali-2023").replace("d + 1 +", "d + 2 +")


def test_a_verdict_that_is_expected_is_one_of_three():
    for verdict in VERDICTS:
        (claim,) = parse_design(f'{WRONG}verdict = "{verdict}"\n').claims
        assert claim.expected == verdict
    assert parse_design(WRONG).claims[0].expected == "holds"
    with pytest.raises(InputError, match=r":\d+:\d+: unknown verdict 'refute'; did you mean ref"):
        parse_design(f'{WRONG}verdict = "refute"\n')


def test_a_table_tells_which_ended_as_expected(capsys):
    """A wrong claim that is expected to hold is not counted."""
    results = []
    for text in (WRONG, f'{WRONG}verdict = "refuted"\n'):
        file = parse_design(text)
        record = Theorem.of_claim(file, file.claims[0])
        results.append(Result(record, (judged(record),), 0.0))
    assert [result.expected for result in results] == ["holds", "refuted"]
    assert [entry(result)["expected"] for result in results] == ["holds", "refuted"]
    show_summary(output(), results)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "1 of 2 ended as expected"
    assert sum(line.startswith("mahankali-2023:step") for line in lines) == 2


def test_a_weight_that_holds_constants_of_a_limit_is_measured_nowhere():
    text = gallery.text("garg-2022/averaging")
    changed = 'at = "a/(1 + a)"\nrisk = "d/(1 + a)"'
    text = text.replace('at = "1"\nrisk = "d/a"', changed)
    file = parse_design(text)
    (claim,) = (one for one in file.claims if one.limit is not None)
    subject = subject_of(Theorem.of_claim(file, claim))
    assert derivation.examine(subject, QUICK).verdict is Verdict.HOLDS
    found = sampling.examine(subject, Settings(Level.STANDARD))
    assert found.verdict is Verdict.UNDECIDED
    assert found.summary == "the weight holds constants of the limit"


FOLLOWED = {
    "zhang-2024-ltb:on-long-prompts": "a fixed vector",
    "takanami-2026:subspace-in-proportion": "a rank that grows",
}


@pytest.mark.parametrize("name", FOLLOWED, ids=FOLLOWED.get)
@pytest.mark.parametrize("check", [interpolation, properties], ids=lambda check: check.NAME)
def test_a_claim_in_a_limit_is_followed_along_it_where_there_is(check, name):
    (record,) = (one for one in LIBRARY if one.name == name)
    found = check.examine(subject_of(record), QUICK)
    assert found.verdict is Verdict.HOLDS and found.examined > 0


def test_where_examples_without_labels_have_any_weight_attention_is_trained_alone():
    (record,) = (one for one in LIBRARY if one.name == "li-2025-unlabeled:one-layer")
    runs = list(subject_of(record).runs(Settings(Level.STANDARD)))
    assert runs and {run.training.model for run in runs} == {"att"}
