"""Examples with tasks of their own in tensors: rows keep together what belongs to one example."""

import pytest
import torch

from numerics import Sampler
from numerics.training.configuration import Training
from tests.theory.design_files import isotropic_file
from theory.designs.instance import instance
from theory.errors import InputError
from theory.language.files.reading import parse_design
from theory.language.gallery import shipped


def test_a_vector_of_an_example_is_one_in_its_features_and_its_task():
    text = isotropic_file("squares", {}, task="(i/n)*e", query_task="b")
    at = instance(parse_design(text).design, n=3, d=2)
    prompt = Sampler(at).draw(50, torch.Generator().manual_seed(0))
    index = torch.arange(1, 4, dtype=torch.float64)[:, None]
    squares = (prompt.features**2).sum(-1, keepdim=True)
    torch.testing.assert_close(prompt.labels, index / 3 * squares)


def test_such_examples_are_not_rotated():
    text = isotropic_file("alike", {}, task="b + e", query_task="b")
    at = instance(parse_design(text).design, n=3, d=2)
    plain = instance(shipped("isotropic-noiseless").design, n=3, d=2)
    assert Training("att", plain).rotated and not Training("att", at).rotated
    with pytest.raises(InputError, match="cannot be rotated: it mixes rows"):
        Sampler(at, triangular=True).draw(5, torch.Generator().manual_seed(0))
