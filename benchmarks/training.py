"""Training to the optimum, beside a plain PyTorch loop on the same problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import torch
from torch import Tensor, nn

import theory
from benchmarks import plain_loop
from benchmarks.table import Table, met
from benchmarks.timing import duration, passes, ratio
from numerics import PopulationRisk, Trained, Training, model, naive, train
from theory.designs import isotropic_noiseless
from theory.instance import Instance, instance
from verify.tolerances import EXCESS, ROUNDING, SAMPLING

N, D = 40, 20
NAMES = ("att", "ssm")
OPTIMUM = D - Fraction(N * D, N + D + 1)
AIM = 60.0
NEAR = 0.01
PLAIN_SECONDS = 60.0
PROMPTS, CHUNK = 40_000, 4_000


def problem() -> Instance:
    """Isotropic and noiseless, d = 20, n = 40."""
    return instance(isotropic_noiseless, n=N, d=D)


def tables(progress: Callable[[str], None]) -> list[Table]:
    """The measurements; raises :class:`~benchmarks.timing.Wrong` if a risk is wrong."""
    optimum_is_right()
    rows, plain_rows, total = [], [], 0.0
    for name in NAMES:
        progress(f"training {name}")
        twin_is_right(name)
        trained = train(Training(name, problem()), optimum=float(OPTIMUM))
        risks_are_right(trained)
        total += trained.seconds
        rows.append(_row(name, trained))
        progress(f"training {name} with the plain loop, {PLAIN_SECONDS:g} s at most")
        points = plain_loop.run(
            name, N, D, excess=exact_excess(name), target=NEAR, limit=PLAIN_SECONDS
        )
        passes([_not_below(name, [point.excess for point in points])])
        plain_rows.append(_plain_row(name, reached(trained, NEAR), points))
    rows.append(("both", "", "", duration(total), "", "", f"< {AIM:g} s", met(total < AIM)))
    return [
        Table(
            f"Training: d = {D}, n = {N}, isotropic, noiseless, {len(trained.risks)} restarts",
            ("model", "best within 0.5 %", "best within 1 %", "all done", "steps",
             "excess of each restart", "aim", "met"),
            tuple(rows),
            (
                "Excess is that of the exact risk of the trained weights over the optimal risk, "
                f"d - nd/(n+d+1) = {float(OPTIMUM):.6g}. Evaluations of it are part of the time.",
                f"Checked: over {PROMPTS:,} prompts the mean squared error of a separately written "
                "forward pass is each exact risk up to sampling error; none is below the optimum.",
            ),
        ),
        Table(
            "Training: a plain PyTorch loop",
            ("model", "steps", "time", "excess", "restarts: best within 1 %", "ratio"),
            tuple(plain_rows),
            (
                f"One model, prompts in batches of {plain_loop.BATCH} as above, Adam with learning "
                f"rate {plain_loop.LEARNING_RATE:g}, initial weights of standard deviation "
                f"{plain_loop.INITIAL:g} (of those tried, it got furthest), until within 1 % or "
                f"{PLAIN_SECONDS:g} s; its evaluations are not part of the time.",
            ),
        ),
    ]  # fmt: skip


def _row(name: str, trained: Trained) -> tuple[str, ...]:
    best = min(_excess(trained.risks))
    return (
        name,
        _time(reached(trained, EXCESS.value)),
        _time(reached(trained, NEAR)),
        duration(trained.seconds),
        str(trained.steps),
        ", ".join(f"{100 * e:.2f} %" for e in _excess(trained.risks)),
        f"<= {100 * EXCESS.value:g} %",
        met(best <= EXCESS.value),
    )


def _plain_row(
    name: str, ours: float | None, points: Sequence[plain_loop.Point]
) -> tuple[str, ...]:
    last = points[-1]
    compared = ""
    if ours is not None:
        compared = ratio(last.seconds / ours)
        if last.excess > NEAR:
            compared = f"more than {compared}: 1 % not reached"
    return (
        name,
        str(last.step),
        duration(last.seconds),
        f"{100 * last.excess:.3g} %",
        _time(ours),
        compared,
    )


def _time(seconds: float | None) -> str:
    return "not reached" if seconds is None else duration(seconds)


def _excess(risks: Tensor) -> list[float]:
    return [float(risk) / float(OPTIMUM) - 1 for risk in risks]


def _not_below(name: str, excess: Sequence[float]) -> tuple[str, bool]:
    return f"{name}: excess {min(excess)} below the optimum", min(excess) >= -ROUNDING.value


def reached(trained: Trained, excess: float) -> float | None:
    """Seconds until the best restart was within an excess; ``None`` if it never was."""
    for point in trained.history:
        if min(_excess(point.risks)) <= excess:
            return point.seconds
    return None


def exact_excess(name: str) -> Callable[[nn.Module], float]:
    """A function that judges a model of the plain loop by the exact risk of its weights."""
    judge = model(name, N, D, restarts=1, generator=torch.Generator().manual_seed(0))
    risk = PopulationRisk(problem(), judge.predictor)

    def excess(plain: nn.Module) -> float:
        judge.load_state_dict({key: value[None] for key, value in plain.state_dict().items()})
        with torch.no_grad():
            return _excess(risk(judge.weights()))[0]

    return excess


def optimum_is_right() -> None:
    """Raise :class:`~benchmarks.timing.Wrong` unless the theory's claim is the optimum above."""
    claimed = Fraction(str(theory.statement("corollary1").claim.risk_at(problem())))
    passes([(f"the optimum is {OPTIMUM}, corollary1 claims {claimed}", claimed == OPTIMUM)])


def twin_is_right(name: str) -> None:
    """Raise :class:`~benchmarks.timing.Wrong` unless the plain forward pass is the definition."""
    torch.manual_seed(0)
    plain = plain_loop.MODELS[name](3, 2).double()
    X, y, x, _ = (tensor.double() for tensor in plain_loop.prompts(1, 3, 2))
    parameters = {key: value.tolist() for key, value in plain.named_parameters()}
    literal = getattr(naive, name)(x[0].tolist(), X[0].tolist(), y[0].tolist(), **parameters)
    found = float(plain(X, y, x).detach())
    close = abs(found - literal) <= 1e-9 * abs(literal)
    passes([(f"{name}: the plain loop predicts {found}, its definition {literal}", close)])


def risks_are_right(trained: Trained) -> None:
    """Raise :class:`~benchmarks.timing.Wrong` unless sampling agrees with the exact risks.

    The forward pass and the prompts are those of the plain loop.
    """
    name = trained.training.model
    torch.manual_seed(1)
    for k, risk in enumerate(trained.risks.tolist()):
        plain = plain_loop.MODELS[name](N, D)
        plain.load_state_dict({key: value[k] for key, value in trained.model.state_dict().items()})
        squares = []
        with torch.no_grad():
            for _ in range(PROMPTS // CHUNK):
                X, y, x, label = plain_loop.prompts(CHUNK, N, D)
                squares.append((plain(X, y, x) - label).double().square())
        drawn = torch.cat(squares)
        error = float(drawn.std()) / PROMPTS**0.5
        off = abs(float(drawn.mean()) - risk) / error
        passes(
            [
                (f"{name}, restart {k}: {off:.1f} standard errors off", off <= SAMPLING.value),
                (f"{name}, restart {k}: too few prompts", error <= 0.02 * risk),
            ]
        )
    passes([_not_below(name, _excess(trained.risks))])
