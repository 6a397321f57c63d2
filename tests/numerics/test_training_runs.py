"""Runs as data: keys, batches, outcomes."""

from dataclasses import replace
from typing import Any

import pytest

import theory
from numerics.sweeps.batches import ELEMENTS, batches
from numerics.sweeps.outcome import Outcome
from numerics.sweeps.run import Run
from numerics.sweeps.training_runs import perform
from theory.errors import InputError, UnknownName

SMALL = Run("att", "rag", n=4, d=2, scalars=(("alpha", "2/5"), ("sigma", "0")), batch=16, steps=20)
CHANGES: list[dict[str, Any]] = [
    {"model": "ssm"},
    {"design": "task-aligned"},
    {"n": 5},
    {"d": 3},
    {"scalars": (("alpha", "1/5"), ("sigma", "0"))},
    {"rank": 1},
    {"lengths": True},
    {"source": "risk"},
    {"restarts": 2},
    {"batch": 17},
    {"queries": 2},
    {"steps": 21},
    {"learning_rate": 0.1},
    {"seed": 1},
    {"base": Run("att", "isotropic-noiseless", n=4, d=2)},
    {"covariances": (("Sigma_x", "eye"),)},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: next(iter(c)))
def test_every_field_is_part_of_the_key(change: dict[str, Any]) -> None:
    other = replace(SMALL, **change)
    assert other.key != SMALL.key
    assert Run.from_json(other.as_json()) == other


def test_all_fields_were_tried() -> None:
    assert {name for change in CHANGES for name in change} == set(SMALL.as_json())


def test_the_version_of_training_is_part_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = SMALL.key
    monkeypatch.setattr("numerics.sweeps.run.TRAINING_VERSION", -1)
    assert SMALL.key != before


def test_the_order_of_names_does_not_matter() -> None:
    assert replace(SMALL, scalars=SMALL.scalars[::-1]) == SMALL


@pytest.mark.parametrize("wrong", [{}, [], {"model": "att"}, None, 3])
def test_what_is_no_run_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError, match="a run has the keys base, batch"):
        Run.from_json(wrong)


def test_an_unknown_design_is_refused() -> None:
    with pytest.raises(UnknownName, match="did you mean rag"):
        replace(SMALL, design="rags")


def test_batches_hold_every_run_once_and_only_what_goes_together() -> None:
    runs = [replace(SMALL, scalars=(("alpha", a), ("sigma", s)), n=n, seed=seed, model=model)
            for n in (4, 5) for seed in (0, 1) for model in ("att", "ssm")
            for a in ("0", "1/5", "2/5") for s in ("0", "1")]  # fmt: skip
    made = batches([*runs, *runs])
    assert sorted(run.key for batch in made for run in batch) == sorted(r.key for r in runs)
    assert len(made) == 8
    for batch in made:
        assert len({(run.n, run.seed, run.model) for run in batch}) == 1


def test_large_runs_are_done_one_by_one() -> None:
    large = [replace(SMALL, n=400, d=50, batch=ELEMENTS // 400, seed=s) for s in (0, 1)]
    assert [len(batch) for batch in batches(large)] == [1, 1]
    lengths = [replace(SMALL, lengths=True, scalars=(("alpha", a), ("sigma", "0"))) for a in "01"]
    assert [len(batch) for batch in batches(lengths)] == [1, 1]


def test_the_outcome_is_that_of_the_run_in_any_company() -> None:
    others = [replace(SMALL, scalars=(("alpha", a), ("sigma", "1"))) for a in ("0", "4/5")]
    alone = perform([SMALL])[0]
    among = perform([others[0], SMALL, others[1]])[1]
    assert among.risks == pytest.approx(alone.risks, rel=1e-4)  # float32 training
    assert alone.steps == 20 and len(alone.history) == 21
    assert alone.risks == alone.history[-1][2]


def test_runs_with_lengths_say_the_risk_at_each() -> None:
    run = Run("ssm", "isotropic-noiseless", n=4, d=2, lengths=True, batch=64, steps=300)
    outcome = perform([run])[0]
    assert [len(row) for row in outcome.by_length] == [4] * 3
    for row, risk in zip(outcome.by_length, outcome.risks, strict=True):
        assert sum(row) / 4 == pytest.approx(risk, rel=1e-9)
        assert list(row) == sorted(row, reverse=True)  # more examples, less risk
    best = theory.statement("figure4-averaged").evaluate(n_max=4, d=2).ssm
    assert min(outcome.risks) == pytest.approx(float(best), rel=0.02)


def test_an_adapter_begins_as_its_trained_base() -> None:
    base = Run("att", "independent", n=4, d=2, scalars=(("sigma", "0"),), batch=64, steps=200)
    lora = replace(base, model="lora-att", rank=1, base=base, steps=1)
    assert perform([lora])[0].history[0][2] == pytest.approx(perform([base])[0].risks, rel=1e-6)
    with pytest.raises(InputError, match="adapters are trained one by one"):
        perform([lora, lora])


def test_outcomes_survive_json_to_the_last_bit() -> None:
    outcome = Outcome(
        risks=(0.1 + 0.2, float("inf")), history=((0, 0.25, (1 / 3,)),), steps=3, seconds=0.5,
        by_length=((2 / 3, 5e-324),),
    )  # fmt: skip
    import json

    assert Outcome.from_json(json.loads(json.dumps(outcome.as_json()))) == outcome
