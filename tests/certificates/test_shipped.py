"""Everything that ships and that the format has words for has a certificate that is accepted."""

import ast
import io
import sys
import tokenize
from pathlib import Path

import pytest

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
    "lemma5": "moment",
    "lemma6": "moment",
    "lemma7": "moment",
    "proposition1": "compares predictors",
    "figure4-averaged": "sample weights",
    "figure4-drifting": "sample weights",
    "design features-at-test": "law at test",
    "design longer-prompts": "law at test",
    "design aligned-prior": "a function of other covariances",
    "design elliptical": "a random scalar",
    "design errors-in-variables": "labels are no inner products",
    "design fading-tasks": "an exponent holds the index",
    "design features-with-a-mean": "a fixed vector",
    "design mixture": "labels are no inner products",
    "design noisy-retrieval": "no closed form",
    "design task-with-a-mean": "a fixed vector",
    "design rag-general": "no formula",
    "design rag-unit-general": "no formula",
    "design quadratic-target": "labels are no inner products",
    "design random-scale": "a random scalar",
    "design retrieval-off-axis": "no formula",
    "design shown-labels": "a random scalar",
    "design spiked-tasks": "a fixed vector",
    "design task-aligned-general": "no formula",
    "design tasks-in-a-subspace": "a projection",
    "design two-steps": "several steps",
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
    assert not found.missing
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
    source = SOURCE.read_text(encoding="utf-8")
    words, text = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            text |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    layout = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in {*layout, tokenize.ENDMARKER}:
            words |= set(range(token.start[0], token.end[0] + 1))
    assert len(words - text) < 600
