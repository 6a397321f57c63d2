"""Where tensors live: the ``device`` argument, checked."""

from __future__ import annotations

import torch

from theory.errors import InputError

KNOWN = ("cpu", "cuda")


class DeviceError(InputError):
    """The device asked for is not one of ours, or this machine does not have it."""


def device(name: str) -> torch.device:
    """The torch device of a name, ``"cpu"`` or ``"cuda"``.

    Raises
    ------
    DeviceError
        If the name is neither, or if no CUDA device is available.

    Examples
    --------
    >>> device("cpu")
    device(type='cpu')
    """
    if name not in KNOWN:
        raise DeviceError(f"device must be one of {', '.join(KNOWN)}, got {name!r}")
    if name == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "device 'cuda' was asked for, but torch sees no CUDA device here; "
            "use 'cpu', or a machine and a build of torch with CUDA"
        )
    return torch.device(name)
