"""Expectations of products without the terms that vanish, against all terms."""

from collections import Counter
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.examples import examples
from tests.theory.strategies import closed_words, paired_words, pairings_needed, product
from theory.algebra.moments import expectation, odd_gaussians
from theory.algebra.polynomials import TracePolynomial, letter
from theory.algebra.products import mean_product
from theory.algebra.words import ONE, D, gaussian
from theory.designs.predictors import att, pgd
from theory.designs.prompt import Words, read
from theory.language.gallery import designs
from theory.scalars.symbols import d, n

COEFFICIENTS = (1, -2, n, d - 1, 1 / (n + 1))


def combined(pieces, seed):
    """A sum of products of traces, with coefficients."""
    random = Random(seed)
    return TracePolynomial.sum(product(words) * random.choice(COEFFICIENTS) for words in pieces)


def sums_of_words():
    """Products of traces, some of them paired, all short."""
    short = st.lists(closed_words(longest=3), min_size=1, max_size=2)
    return st.lists(short, min_size=1, max_size=3)


def test_the_mean_of_a_product_is_that_of_all_its_terms():
    counts = Counter()

    @examples(2)
    @given(sums_of_words(), sums_of_words(), st.integers(0, 2**32))
    def compare(first, second, seed):
        left, right = combined(first, seed), combined(first[:1] + second, seed + 1)
        found = mean_product(left, right)
        assert found == expectation(left * right) == mean_product(right, left)
        counts["left out"] += any(
            odd_gaussians(m) != odd_gaussians(k) for m in left.terms for k in right.terms
        )
        counts["not zero"] += bool(found)

    compare()
    assert min(counts["left out"], counts["not zero"]) > 15, counts


def test_the_mean_of_a_square():
    counts = Counter()

    @given(sums_of_words(), st.integers(0, 2**32))
    def compare(pieces, seed):
        value = combined(pieces, seed)
        found = mean_product(value, value)
        assert found == expectation(value * value)
        assert found == mean_product(value, TracePolynomial(dict(value.terms)))
        counts[len(value.terms)] += 1

    compare()
    assert sum(count for terms, count in counts.items() if terms > 1) > 10, counts


@given(paired_words())
def test_the_letters_that_occur_an_odd_number_of_times(words):
    for monomial in (product(words) * product(words[:1])).terms:
        counts = Counter(f.letter for trace in monomial for f in trace.word)
        assert odd_gaussians(monomial) == {
            a for a, count in counts.items() if count % 2 and a.is_gaussian
        }


@given(closed_words(longest=5))
def test_a_mean_of_odd_monomials_vanishes(word):
    assume(pairings_needed([word]) == 0)
    value = product([word])
    assert mean_product(value, TracePolynomial.of(1)) == 0
    assert bool(mean_product(value, value)) == bool(expectation(value * value))


def test_squares_by_hand():
    g, h = (letter(gaussian(name, D, ONE)) for name in "gh")
    value = (g.mT @ h).trace() + (g.mT @ g).trace()
    assert mean_product(value, value) == d + d**2 + 2 * d
    assert mean_product((g.mT @ h).trace(), (g.mT @ g).trace()) == 0
    assert mean_product(TracePolynomial(), value) == 0
    assert mean_product(TracePolynomial.of(2), TracePolynomial.of(3)) == 6


def test_residuals_of_a_design():
    """What the engine is used for: the square of label minus prediction."""
    for predictor in (pgd, att):
        prompt = read(designs.task_aligned, Words(designs.task_aligned))
        residual = (prompt.label - predictor.predict(prompt, predictor.words())).trace()
        if predictor is pgd:
            assert mean_product(residual, residual) == expectation(residual * residual)
        label = prompt.label.trace()
        assert mean_product(label, residual) == expectation(label * residual)
