"""The four predictors as trainable modules, several independent restarts side by side.

Every parameter has a leading ``restarts`` axis R and every prediction has shape (R, B): the B
prompts are shared by the restarts. Several runs may be trained as one: then parameters, prompts and
predictions have an axis for the runs before all others. There is no 1/n anywhere. The naive twins
are in :mod:`numerics.naive`.
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from numerics import squares
from numerics.units import Units
from theory.designs import predictors
from theory.designs.predictors import Predictor
from theory.designs.prompt import Prompt
from theory.errors import ShapeError, UnknownName

FEW = 8
"""Features; with fewer, sums of products are cheap whatever their number."""


class Model(nn.Module):
    """A predictor with trainable parameters; use one of :class:`PGD`, :class:`WPGD`,
    :class:`ATT` and :class:`SSM`.

    Initialised with independent standard normal entries (``rescale`` brings them to the size a
    problem needs) from a CPU generator, so that the same seed starts alike on every device.

    Parameters
    ----------
    n, d
        Number of examples and of features.
    restarts
        The number R of independent copies.
    generator
        Where the initial parameters come from.

    Attributes
    ----------
    predictor, core
        The theory's own statement of this predictor, and of the gradient step it contains.
    gram
        Whether the examples enter through ``Z0' Z0`` alone.
    """

    predictor: Predictor
    core: Predictor
    gram: bool

    def __init__(self, n: int, d: int, *, restarts: int, generator: torch.Generator):
        super().__init__()
        for name, size in (("n", n), ("d", d), ("restarts", restarts)):
            if size < 1:
                raise ShapeError(f"{name} must be at least 1, got {size}")
        self.n, self.d, self.restarts = n, d, restarts
        for name, shape in self.shapes(n, d).items():
            initial = torch.randn((restarts, *shape), generator=generator)
            self.register_parameter(name, nn.Parameter(initial))

    @staticmethod
    @abstractmethod
    def shapes(n: int, d: int) -> dict[str, tuple[int, ...]]:
        """The parameters; the prediction is linear in each one, and so of degree their number."""

    def spread(self, runs: int) -> None:
        """Give every parameter and buffer a first axis for so many runs, all beginning alike."""
        for name, value in [*self.named_parameters(), *self.named_buffers()]:
            copies = value.detach().expand(runs, *value.shape).clone()
            setattr(self, name, nn.Parameter(copies) if value.requires_grad else copies)

    def of_run(self, run: int) -> Model:
        """The model of one of the runs that share this one."""
        one = copy.deepcopy(self)
        for name, value in [*self.named_parameters(), *self.named_buffers()]:
            mine = value.detach()[run].clone()
            setattr(one, name, nn.Parameter(mine) if value.requires_grad else mine)
        return one

    def forward(self, prompt: Prompt[Tensor]) -> Tensor:
        """The predictions (R, B) for B prompts; with Q queries for each, (R, B Q)."""
        reading, query = self.reading(prompt), prompt.query
        if query.stride(-3) == 0:  # all prompts have the same
            return (reading @ query.select(-3, 0).unsqueeze(-3)).flatten(-2)
        return torch.einsum("...rbd,...bdq->...rbq", reading, query).flatten(-2)

    def mean_square(self, prompt: Prompt[Tensor]) -> Tensor:
        """The mean square error (R) over all prompts, to be differentiated once."""
        label = prompt.label.flatten(-3).unsqueeze(-2)
        return (self(prompt) - label).square().mean(-1)

    @abstractmethod
    def reading(self, prompt: Prompt[Tensor]) -> Tensor:
        """What the examples come to: the vector (R, B, d) whose product with a query predicts."""

    @abstractmethod
    def weights(self) -> dict[str, Tensor]:
        """The weights of ``predictor`` as float64 tensors with leading axis R.

        A diagonal weight over the examples is given as its diagonal, (R, n).
        """

    def effective(self) -> dict[str, Tensor]:
        """The weights of ``core``, the gradient step contained in the prediction, likewise.

        The step is the part of the prediction with one feature vector and one label of the
        examples; for many models that is all of it. Under Assumption 1 the rest is uncorrelated
        with it and with the label.
        """
        return self.weights()

    @torch.no_grad()
    def rescale(self, factor: Tensor) -> None:
        """Multiply the predictions by positive factors (R), shared evenly by the parameters."""
        parameters = list(self.parameters())
        each = factor ** (1 / len(parameters))
        for parameter in parameters:
            parameter.mul_(each.reshape(*each.shape, *[1] * (parameter.ndim - each.ndim)))

    @abstractmethod
    def scales(self, units: Units) -> dict[str, Tensor]:
        """What parameters and buffers are multiplied by to read data in other units, by name.

        What is left out stays. Features and labels that are multiplied by their units then have
        predictions that are multiplied by the unit of the labels.
        """

    @torch.no_grad()
    def change_units(self, units: Units) -> None:
        """Do that."""
        for name, scale in self.scales(units).items():
            value = getattr(self, name)
            value.mul_(scale.to(value))


class PGD(Model):
    """``x' W X' y`` with ``W`` (R, d, d).

    Examples
    --------
    >>> model = PGD(n=3, d=2, restarts=4, generator=torch.Generator().manual_seed(0))
    >>> model.weights()["W"].shape
    torch.Size([4, 2, 2])
    """

    predictor = predictors.pgd
    core = predictors.pgd
    gram = True
    W: Tensor

    @staticmethod
    def shapes(n: int, d: int) -> dict[str, tuple[int, ...]]:
        return {"W": (d, d)}

    def reading(self, prompt: Prompt[Tensor]) -> Tensor:
        step = (prompt.features.mT @ prompt.labels).squeeze(-1)
        return step.unsqueeze(-3) @ self.W.mT

    def scales(self, units: Units) -> dict[str, Tensor]:
        return {"W": 1 / units.features.square()}

    def weights(self) -> dict[str, Tensor]:
        return {"W": self.W.double()}


class WPGD(Model):
    """``x' W X' (omega * y)`` with ``W`` (R, d, d) and ``omega`` (R, n).

    Examples
    --------
    >>> model = WPGD(n=3, d=2, restarts=4, generator=torch.Generator().manual_seed(0))
    >>> model.weights()["Omega"].shape
    torch.Size([4, 3])
    """

    predictor = predictors.wpgd
    core = predictors.wpgd
    gram = False
    W: Tensor
    omega: Tensor

    @staticmethod
    def shapes(n: int, d: int) -> dict[str, tuple[int, ...]]:
        return {"W": (d, d), "omega": (n,)}

    def reading(self, prompt: Prompt[Tensor]) -> Tensor:
        step = torch.einsum("...rn,...bnd->...rbd", self.omega, prompt.features * prompt.labels)
        return step @ self.W.mT

    def scales(self, units: Units) -> dict[str, Tensor]:
        return {"W": 1 / units.features.square()}

    def weights(self) -> dict[str, Tensor]:
        return {"W": self.W.double(), "Omega": self.omega.double()}


class TokenModel(Model):
    """A model that reads tokens ``z_i = [x_i; y_i]``: :class:`ATT` or :class:`SSM`."""

    W_q: Tensor
    W_k: Tensor
    W_v: Tensor
    h: Tensor

    @staticmethod
    def shapes(n: int, d: int) -> dict[str, tuple[int, ...]]:
        square = (d + 1, d + 1)
        return {"W_q": square, "W_k": square, "W_v": square, "h": (d + 1,)}

    def scales(self, units: Units) -> dict[str, Tensor]:
        row = 1 / units.token(self.d)
        return {
            "W_q": 1 / units.features,
            "W_k": row,
            "W_v": row,
            "h": units.labels.squeeze(-1),
        }

    @torch.no_grad()
    def lean(self, factor: float) -> None:
        """Make random weights lean to the gradient step: fully at 0, not at all at 1.

        The weights that turn labels into keys and features into values are scaled by ``factor``.
        """
        self.W_k[..., self.d :, :].mul_(factor)
        self.W_v[..., : self.d, :].mul_(factor)


class ATT(TokenModel):
    """One-layer linear attention ``(z' W_q W_k' Z0') Z0 W_v h``.

    ``W_q, W_k, W_v`` are (R, d+1, d+1) and ``h`` is (R, d+1). Tokens enter through their Gram
    matrix ``Z0' Z0`` alone, which the restarts share.

    Examples
    --------
    >>> model = ATT(n=3, d=2, restarts=4, generator=torch.Generator().manual_seed(0))
    >>> {name: tuple(weight.shape) for name, weight in model.weights().items()}
    {'C_xx': (4, 2, 2), 'C_xy': (4, 2, 1), 'v_x': (4, 2, 1), 'v_y': (4, 1, 1)}
    """

    predictor = predictors.att
    core = predictors.pgd
    gram = True

    def acting(self, dtype: torch.dtype) -> Tensor:
        """The blocks ``[C_xx C_xy]`` of ``W_q W_k'``, (R, d, d+1).

        The query token ends in 0, so the last row of ``W_q`` never acts.
        """
        return self.W_q[..., : self.d, :].to(dtype) @ self.W_k.mT.to(dtype)

    def reading(self, prompt: Prompt[Tensor]) -> Tensor:
        tokens = squares.tokens(prompt)
        along = (tokens.flatten(-3, -2) @ self.values.mT).unflatten(-2, tokens.shape[-3:-1])
        seen = (along.mT @ tokens).transpose(-3, -2)
        return seen @ self.acting(tokens.dtype).mT

    @property
    def values(self) -> Tensor:
        """``W_v h``, (R, d+1)."""
        return (self.W_v @ self.h[..., None]).squeeze(-1)

    def mean_square(self, prompt: Prompt[Tensor]) -> Tensor:
        return squares.of_attention(self.values, self.acting(prompt.features.dtype), prompt)

    @torch.no_grad()
    def lean(self, factor: float) -> None:
        super().lean(factor)
        # The value of a label is W_v's last row times h, which must not begin near 0: there, the
        # best step of rank one through W_k's last row is a local minimum.
        self.W_v[..., self.d, :].lerp_(self.h, 1 - factor)

    def weights(self) -> dict[str, Tensor]:
        C = self.acting(torch.float64)
        v = self.W_v.double() @ self.h[..., None].double()
        return {
            "C_xx": C[..., : self.d],
            "C_xy": C[..., self.d :],
            "v_x": v[..., : self.d, :],
            "v_y": v[..., self.d :, :],
        }

    def effective(self) -> dict[str, Tensor]:
        w = self.weights()
        return {"W": w["C_xx"] * w["v_y"] + w["C_xy"] @ w["v_x"].mT}


class SSM(TokenModel):
    """One-layer H3 ``((z' W_q) * ((Z0 W_k * Z0 W_v) conv f)_last) h``.

    ``W_q, W_k, W_v`` are (R, d+1, d+1), ``h`` is (R, d+1) and the filter ``f`` is (R, n). At the
    last position the convolution weighs example i with ``omega_i = f_{n+1-i}``, and channel k sees
    the tokens through ``k_k' Z0' diag(omega) Z0 v_k`` alone. In ``weights``, ``h`` is absorbed into
    ``q_x``, and the d+1 channels are the second axis.

    Examples
    --------
    >>> model = SSM(n=3, d=2, restarts=4, generator=torch.Generator().manual_seed(0))
    >>> model.weights()["k_x"].shape
    torch.Size([4, 3, 2, 1])
    """

    predictor = predictors.ssm
    core = predictors.wpgd
    gram = False
    f: Tensor

    @staticmethod
    def shapes(n: int, d: int) -> dict[str, tuple[int, ...]]:
        return {**TokenModel.shapes(n, d), "f": (n,)}

    def reading(self, prompt: Prompt[Tensor]) -> Tensor:
        tokens = squares.tokens(prompt).unsqueeze(-4)
        omega = self.f.flip(-1)[..., None, :, None]
        if self.few:
            rows = tokens.flatten(-3, -2)
            seen = (rows @ self.W_k * (rows @ self.W_v)).unflatten(-2, tokens.shape[-3:-1])
            seen = (seen * omega).sum(-2)
        else:
            gram = (tokens * omega).mT @ tokens
            # one large product per restart instead of one small product per prompt
            values = (gram.flatten(-3, -2) @ self.W_v).unflatten(-2, gram.shape[-3:-1])
            seen = (self.W_k.unsqueeze(-3) * values).sum(-2)
        return seen @ self.acting.mT

    def mean_square(self, prompt: Prompt[Tensor]) -> Tensor:
        if not self.few:
            return super().mean_square(prompt)
        weights = (self.W_k, self.W_v, self.f.flip(-1), self.acting)
        return squares.of_channels(*weights, prompt)

    @property
    def few(self) -> bool:
        """Whether examples, or their features, are so few that each is read by itself."""
        return 2 * self.n < 3 * (self.d + 1) or self.d < FEW

    @property
    def acting(self) -> Tensor:
        """``W_q`` with ``h`` absorbed, but for its last row, which never acts: (R, d, d+1)."""
        return self.W_q[..., : self.d, :] * self.h.unsqueeze(-2)

    def weights(self) -> dict[str, Tensor]:
        q = (self.W_q.double() * self.h.unsqueeze(-2).double()).mT[..., None]
        k, v = (w.double().mT[..., None] for w in (self.W_k, self.W_v))
        x, y = slice(None, self.d), slice(self.d, None)
        return {
            "q_x": q[..., x, :],
            "k_x": k[..., x, :],
            "k_y": k[..., y, :],
            "v_x": v[..., x, :],
            "v_y": v[..., y, :],
            "Omega": self.f.double().flip(-1),
        }

    def effective(self) -> dict[str, Tensor]:
        w = self.weights()
        step = w["k_x"] * w["v_y"] + w["k_y"] * w["v_x"]
        return {"W": (w["q_x"] @ step.mT).sum(-3), "Omega": w["Omega"]}


MODELS: Mapping[str, type[Model]] = {m.predictor.name: m for m in (PGD, WPGD, ATT, SSM)}


def model(name: str, n: int, d: int, *, restarts: int, generator: torch.Generator) -> Model:
    """A freshly initialised model by the name of its predictor.

    >>> model("att", 3, 2, restarts=1, generator=torch.Generator()).predictor.name
    'att'
    """
    if name not in MODELS:
        raise UnknownName("model", name, MODELS)
    return MODELS[name](n, d, restarts=restarts, generator=generator)
