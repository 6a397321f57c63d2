"""What is trained in the benchmarks, isotropic prompts without noise, and what is checked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor, nn

import theory
from benchmarks import plain_loop
from benchmarks.timing import passes
from numerics import PopulationRisk, Trained, Training, model, naive, train
from numerics.training.loop import Batch
from theory.designs.instance import Instance, instance
from theory.language.gallery.designs import isotropic_noiseless
from verify.tolerances import ROUNDING, SAMPLING

NAMES = ("att", "ssm")
PROMPTS, CHUNK = 40_000, 4_000


@dataclass(frozen=True)
class Problem:
    """Prompts of n examples in d dimensions; all are standard Gaussian, labels without noise.

    >>> Problem(n=4, d=2).optimum
    Fraction(6, 7)
    """

    n: int
    d: int

    @property
    def at(self) -> Instance:
        """The instance of the design."""
        return instance(isotropic_noiseless, n=self.n, d=self.d)

    @property
    def optimum(self) -> Fraction:
        """The least risk, ``d - nd/(n+d+1)``."""
        return self.d - Fraction(self.n * self.d, self.n + self.d + 1)

    def excess(self, risks: Tensor) -> list[float]:
        """Risks above the optimum, relative to it."""
        return [float(risk) / float(self.optimum) - 1 for risk in risks]


@contextmanager
def one_thread() -> Iterator[None]:
    """One CPU thread of torch, as in training by default, for whatever is timed beside it."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def warm(name: str, problem: Problem) -> None:
    """What happens once in a process (deriving the risk, torch's first steps) is then done."""
    train(Training(name, problem.at, restarts=1, steps=5, batch=32))
    plain = start(name, problem)
    optimiser = plain_loop.adam(plain)
    for _ in range(5):
        plain_loop.step(plain, optimiser, problem.n, problem.d)


def start(name: str, problem: Problem, like: Training | None = None) -> nn.Module:
    """A model of the plain loop: with the weights that a training begins with, or its own."""
    torch.manual_seed(0)
    plain = plain_loop.MODELS[name](problem.n, problem.d)
    if like is not None:
        begun = Batch([like]).model.state_dict()
        plain.load_state_dict({key: value[0] for key, value in begun.items()})
    return plain


def exact_excess(name: str, problem: Problem) -> Callable[[nn.Module], float]:
    """A function that judges a model of the plain loop by the exact risk of its weights."""
    generator = torch.Generator().manual_seed(0)
    judge = model(name, problem.n, problem.d, restarts=1, generator=generator)
    risk = PopulationRisk(problem.at, judge.predictor)

    def excess(plain: nn.Module) -> float:
        judge.load_state_dict({key: value[None] for key, value in plain.state_dict().items()})
        with torch.no_grad():
            return problem.excess(risk(judge.weights()))[0]

    return excess


def not_below(name: str, excess: Sequence[float]) -> None:
    """Raise :class:`~benchmarks.timing.Wrong` if something is better than the optimum."""
    least = min(excess)
    passes([(f"{name}: excess {least} below the optimum", least >= -ROUNDING.value)])


def optimum_is_right(problem: Problem) -> None:
    """Raise :class:`~benchmarks.timing.Wrong` unless the theory's claim is the optimum above."""
    found = theory.statement("corollary1").evaluate(n=problem.n, d=problem.d)
    claimed, wanted = found.claimed, problem.optimum
    passes([(f"the optimum is {wanted}, corollary1 claims {claimed}", claimed == wanted)])


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


def risks_are_right(trained: Trained, problem: Problem) -> None:
    """Raise :class:`~benchmarks.timing.Wrong` unless sampling agrees with the exact risks.

    The forward pass and the prompts are those of the plain loop.
    """
    name, n, d = trained.training.model, problem.n, problem.d
    torch.manual_seed(1)
    for k, risk in enumerate(trained.risks.tolist()):
        plain = plain_loop.MODELS[name](n, d)
        plain.load_state_dict({key: value[k] for key, value in trained.model.state_dict().items()})
        squares = []
        with torch.no_grad():
            for _ in range(PROMPTS // CHUNK):
                X, y, x, label = plain_loop.prompts(CHUNK, n, d)
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
    not_below(name, problem.excess(trained.risks))
