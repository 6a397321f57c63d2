"""Labels in samples: what they are made of is in the prompt."""

import pytest
import torch

from numerics.sampling import Sampler, may_integrate, may_share_examples
from tests.theory.design_files import isotropic_file
from theory.designs.instance import instance
from theory.errors import InputError
from theory.language.files.reading import parse_design


def test_labels_are_made_row_by_row():
    label = {
        "label": "dot(features, e)*dot(query, query) - i",
        "query_label": "2 + dot(query, query)^2",
    }
    design = parse_design(isotropic_file("drawn", {"p": "[0, 1]"}, task="b", **label)).design
    at = instance(design, n=3, d=2, scalars={"p": 0})
    prompt = Sampler(at).draw(5, torch.Generator().manual_seed(0))
    own, query = prompt.features.square().sum(-1), prompt.query.square().sum(-2)
    index = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    assert torch.allclose(prompt.labels[..., 0], own * query - index)
    assert torch.allclose(prompt.label[..., 0], 2 + query**2)
    # a query is no linear function of its label
    assert not may_integrate(design) and not may_share_examples(design)
    with pytest.raises(InputError, match=r"cannot be rotated|only where examples are alike"):
        Sampler(at, triangular=True).draw(5, torch.Generator())
