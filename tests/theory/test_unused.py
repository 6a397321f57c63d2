"""What a design declares and does not use is pointed out, and nothing else is."""

import pytest

from theory.designs.unused import unused_matrices, unused_vectors
from theory.language.files.reading import parse_design
from theory.language.gallery import names, shipped, text
from theory.records.derived import Derived


def changed(name, **lines):
    """A file of the gallery with a line more after the head of each of these sections."""
    found = text(name)
    for section, line in lines.items():
        head = f"[{section.replace('__', '.')}]\n"
        assert head in found
        found = found.replace(head, f"{head}{line}\n", 1)
    return parse_design(found, "changed.toml")


def test_an_unused_vector_and_the_covariance_that_it_alone_has():
    file = changed("rag-general", covariances='S = "psd"', gaussians__prompt='z = "S"')
    assert unused_vectors(file.design) == ("z",)
    assert unused_matrices(file.design) == ("S",)
    (said,) = (one for one in Derived.of(file).assumptions if "warning" in one)
    assert "declares $z, S$" in said.replace("$, $", ", ") and "uses them nowhere" in said


def test_a_covariance_of_which_another_is_made_is_used_if_that_is():
    used = changed("rag-general", covariances='S = "psd"\nT = "S^2"', gaussians__example='f = "T"')
    assert unused_vectors(used.design) == ("f",)
    assert unused_matrices(used.design) == ("S", "T")
    prior = shipped("aligned-prior").design
    assert prior.defined and not unused_matrices(prior)


@pytest.mark.parametrize("name", names())
def test_the_gallery_declares_nothing_in_vain(name):
    design = shipped(name).design
    assert not unused_vectors(design) and not unused_matrices(design)
