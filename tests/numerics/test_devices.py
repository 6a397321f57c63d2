"""The device argument is checked before anything is computed."""

import pytest
import torch

from numerics import DeviceError, device
from theory.errors import InputError


def test_cpu_is_always_there() -> None:
    assert device("cpu") == torch.device("cpu")


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="device must be one of cpu, cuda, got 'tpu'"):
        device("tpu")


def test_cuda_without_a_gpu_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match=r"device 'cuda' .* no CUDA device"):
        device("cuda")
