"""The library of papers: claims are judged as their files expect, and say where they come from."""

import pytest

from theory.catalogue.papers import SEED, claims_of, papers
from theory.errors import InputError
from theory.language import gallery
from theory.language.files.claims import VERDICTS
from theory.language.files.reading import parse_design
from theory.text.provenance import Provenance
from verify.checks import derivation
from verify.outcome.summary import expected, show_summary
from verify.outcome.text import output
from verify.quantities.optimum.claimed import ClaimedOptimum
from verify.settings import Level, Settings
from verify.trial import Result

LIBRARY = [record for paper in papers() if paper != SEED for record in claims_of(paper)]
QUICK = Settings(Level.QUICK, shrink=False)


def judged(record):
    """What the judge alone finds of a claim."""
    return derivation.examine(ClaimedOptimum(record), QUICK)


@pytest.mark.parametrize("record", LIBRARY, ids=lambda record: record.name)
def test_every_claim_is_judged_as_its_file_expects(record):
    found = judged(record)
    assert found.verdict.value == record.claim.expected, found.summary


def test_the_library_is_as_large_as_it_says():
    others = {record.id for record in LIBRARY}
    assert len(others) >= 14 and len(LIBRARY) >= 30
    assert sum(record.claim.limit is not None for record in LIBRARY) * 3 >= len(LIBRARY)
    assert sum(record.claim.is_bound for record in LIBRARY) >= 5


def test_every_statement_says_where_it_comes_from():
    marks = {Provenance.QUOTED, Provenance.RECALLED, Provenance.IN_SETTING}
    for record in LIBRARY:
        assert record.claim.source
        assert record.provenance in marks or record.id in gallery.names()  # a file without words
    for name in gallery.theorems():
        file = gallery.shipped(name)
        assert file.words.title and file.words.says and file.words.assumptions
        assert name.startswith(SEED) or "By hand" in gallery.text(name)
    names = [record.name for record in LIBRARY]
    assert len(names) == len(set(names))


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
    from theory.records.theorem import Theorem

    results = []
    for text in (WRONG, f'{WRONG}verdict = "refuted"\n'):
        file = parse_design(text)
        record = Theorem.of_claim(file, file.claims[0])
        results.append(Result(record, (judged(record),), 0.0))
    assert [expected(result) for result in results] == ["holds", "refuted"]
    show_summary(output(), results)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "1 of 2 ended as expected"
    assert sum(line.startswith("mahankali-2023:step") for line in lines) == 2
