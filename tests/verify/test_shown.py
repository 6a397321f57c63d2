"""Results of trials and of training show themselves in a few lines."""

import numpy as np
import pytest

import theory
from numerics import Training, train
from tests.theory.notebook import bundle
from theory.language.gallery import designs, shipped
from verify.judge.from_text import claim_of
from verify.judge.judge import judge
from verify.settings import Level, Settings
from verify.trial import put_on_trial


def test_a_trial_shows_verdict_formulas_and_witnesses():
    result = put_on_trial(theory.statement("corollary1"), Settings(Level.QUICK))
    assert repr(result) == "<corollary1: holds (exact)>"
    found = bundle(result)
    for text in ("corollary1 holds (exact)", "derived", "interpolation", "all 11 mutants refuted"):
        assert text in found["text/plain"] and text in found["text/html"]


@pytest.mark.parametrize(
    ("claim", "judgement", "seen"),
    [
        ({"weight": "1/(n + d + sigma^2 + 1)"}, "exact", "W* ="),
        ({"weight": "1/(n + d + sigma^2)"}, "refuted", "near by, and right: 1/(n + d + sigma^2 +"),
        ({"risk": "d"}, "refuted", "at n = 1, d = 1, sigma = 0: claimed 1, exact 2/3"),
    ],
)
def test_a_judgement_is_a_few_lines(claim, judgement, seen):
    file = shipped("mahankali-2023")
    judged = judge(file, claim_of(file, **claim), Settings())
    plain = bundle(judged)["text/plain"]
    assert repr(judged) == plain and plain.splitlines()[0] == judgement
    assert seen in plain and len(plain.splitlines()) < 10 and "Answer(" not in plain


def test_a_trained_run_shows_its_history():
    at = theory.Derived.of(designs.isotropic_noiseless).instance(n=3, d=2)
    trained = train(Training("pgd", at, restarts=2, steps=300, evaluate_every=10), optimum=1.0)
    rows = bundle(trained)["text/plain"].splitlines()
    assert rows[0].startswith(f"pgd trained: {trained.steps} steps, ")
    assert 5 <= len(rows) <= 14 and rows[-1] == f"ended by {trained.stopped}"
    assert rows[-2].split()[0] == str(trained.steps)
    lines = trained.plot(optimum=1.0).figure.axes[0].get_lines()
    assert [line.get_label() for line in lines] == ["restart 1", "restart 2", "optimum"]
    for k, line in enumerate(lines[:2]):
        assert list(line.get_xdata()) == [one.step for one in trained.history]
        assert list(line.get_ydata()) == [float(one.risks[k]) for one in trained.history]
    assert np.all(np.asarray(lines[2].get_ydata()) == 1.0)
