"""Random claims about every quantity, right and slipped: a few of what ``tests.claims`` draws."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from tests.claims import campaign
from tests.claims.campaign import Campaign, claims, read_again
from tests.claims.drawn import files
from tests.claims.moments import moments
from verify.judge.judge import Judgement, judge

KINDS = ("plain", "groups", "one covariance", "another law at test")


@pytest.mark.parametrize("kind", KINDS)
def test_no_verdict_is_wrong(kind):
    lines = list(claims(kind, 1, designs=1, quantities=2))
    assert lines and not [line for line in lines if "problem" in line]


@pytest.mark.parametrize(("kind", "seed"), [("each its own", 11), ("plain", 2)])
def test_what_is_derived_is_so_where_a_design_is_read_plainly(monkeypatch, kind, seed):
    ((text, file, random),) = files(kind, seed, 1)
    assert read_again(text, file, random)["truth"] is True
    monkeypatch.setattr(campaign, "risks", lambda *_: {"risk": Fraction(-1)})
    assert "'-1'" in read_again(text, file, random)["problem"]


def test_no_verdict_on_a_moment_is_wrong():
    lines = list(moments(Random(1), 30))
    assert not [line for line in lines if "problem" in line]
    assert {line["judgement"] for line in lines} >= {"exact", "refuted"}


@pytest.mark.parametrize("verdict", ["exact", "refuted"])
def test_wrong_verdicts_are_noticed(monkeypatch, verdict):
    def mistaken(*given):
        found = judge(*given)
        answers = [replace(one, judgement=Judgement(verdict)) for one in found.answers]
        return replace(found, answers=tuple(answers))

    monkeypatch.setattr(campaign, "judge", mistaken)
    lines = list(claims("plain", 1, designs=1, quantities=2))
    assert [line for line in lines if "problem" in line]


def test_a_campaign_goes_on_where_it_was(tmp_path):
    file = tmp_path / "claims.jsonl"
    Campaign(file).run(0.05)
    known = file.read_text()
    again = Campaign(file)
    again.run(0.05)
    assert known and file.read_text().startswith(known)
    assert again.lines[-1]["batch"] > again.lines[0]["batch"]
    assert f"{len(again.lines)} claims, 0 wrong verdicts" in "\n".join(again.tables())
