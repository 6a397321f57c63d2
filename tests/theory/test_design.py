"""Designs are checked when they are made."""

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy

from theory.algebra.spectral import EIGENVALUE
from theory.algebra.whitening import WEIGHT
from theory.designs import predictors
from theory.designs.combinations import matrix, vector
from theory.designs.design import RESERVED, Design
from theory.designs.parameter import Parameter
from theory.designs.prompt import Words, read
from theory.errors import InputError, Underivable
from theory.language.files.reading import parse_design
from theory.language.gallery.designs import (
    biased_task,
    independent,
    isotropic_noiseless,
    shifted_task,
)
from theory.optima.derivation import derive
from theory.optima.minimisation import SECOND_MOMENT
from theory.records.derived import Derived
from theory.scalars.symbols import d, i, n

alpha = sympy.Symbol("alpha")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"query": vector("e")}, "unknown vector in query 'e'"),
        ({"task": vector("e")}, "the task holds e, which each .* has none; give query_task"),
        ({"features": vector("ee")}, "unknown vector in features 'ee'; did you mean e"),
        ({"features": matrix("Sigma") @ vector("e")}, "unknown matrix in features 'Sigma'"),
        ({"features": alpha * vector("e")}, "unknown parameter in features 'alpha'"),
        ({"task": alpha * vector("b")}, "unknown parameter in task 'alpha'"),
        ({"label_scale": alpha}, "unknown parameter in label_scale 'alpha'"),
        (
            {"noise": sympy.Symbol("sigma", positive=True)},
            r"noise holds Symbol\('sigma', positive=True\), which differs from the sigma of the "
            r"design; write Symbol\('sigma'\), and give signs as the range of a Parameter",
        ),
        (
            {"features": sympy.Symbol("sigma", real=True) * vector("e")},
            r"features holds Symbol\('sigma', real=True\), which",
        ),
        (
            {"query_label_scale": 1 / sympy.Symbol("n", positive=True)},
            r"query_label_scale holds Symbol\('n', positive=True\), .*; write Symbol\('n'\), and",
        ),
        (
            {"task": sympy.Symbol("i", integer=True) * vector("b")},
            r"task holds Symbol\('i', integer=True\), which differs",
        ),
        ({"noise": sympy.Dummy("d")}, r"noise holds Dummy\('d'.* write Symbol\('d'\)"),
        ({"noise": sympy.Symbol("tau", positive=True)}, "unknown parameter in noise 'tau'"),
        ({"query": i * vector("q")}, "query belongs to the query and cannot depend"),
        (
            {"task": (i / n) * vector("b")},
            "give query_task, query_label_scale, query_label or query_noise",
        ),
        ({"prompt": (("q", "Sigma_x"), ("b", "Sigma_z"))}, "unknown covariance of b 'Sigma_z'"),
        ({"query": "q"}, "query must be a linear combination of vectors"),
        ({"noise": "sigma"}, "noise must be a number or a SymPy expression, got 'sigma'"),
        ({"noise": sympy.I}, "noise must be a finite real scalar"),
        ({"noise": sympy.oo}, "noise must be a finite real scalar"),
        ({"parameters": ("sigma",)}, "parameters must hold Parameters, got 'sigma'"),
        ({"prompt": (("n", "I"), ("b", "I"))}, "the name 'n' is reserved"),
        ({"prompt": (("q", "I"), ("q", "I"), ("b", "I"))}, "the name 'q' is given twice"),
    ],
)
def test_mistakes_are_named(change, message):
    with pytest.raises(InputError, match=message):
        replace(independent, **change)


def test_fixing_parameters_and_covariances():
    assert isotropic_noiseless.parameters == () and isotropic_noiseless.covariances == ()
    assert isotropic_noiseless.noise == 0
    with pytest.raises(InputError, match="unknown parameter 'tau'"):
        independent.at(tau=1)
    with pytest.raises(InputError, match=r"sigma must be at least 0, got -1"):
        independent.at(sigma=-1)


def test_which_designs_are_centred():
    assert independent.is_centred and shifted_task.is_centred
    assert not biased_task.is_centred


def test_coefficients_may_depend_on_the_index():
    drifting = Design(
        name="drifting",
        title="A task that drifts from one to another",
        prompt=(("q", "I"), ("b1", "I"), ("b2", "I")),
        example=(("e", "I"),),
        query=vector("q"),
        features=alpha * vector("q") + vector("e"),
        task=(i / n) * vector("b1") + (1 - i / n) * vector("b2"),
        query_task=vector("b1"),
        parameters=(Parameter("alpha", sympy.Integer(0), sympy.Integer(1)),),
    )
    prompt = read(drifting, Words(drifting))
    assert len(prompt.labels.terms) == 4
    entries = {f.letter.entry for w in prompt.labels.terms for f in w} - {None}
    assert entries == {i / n, 1 - i / n}


def test_names_that_formulas_use_are_reserved():
    """Values are looked up by name: a covariance called W would take the weight's place."""
    used = {w.name for p in predictors.ALL.values() for w in p.weights}
    assert used <= RESERVED and {WEIGHT.name, str(SECOND_MOMENT), str(EIGENVALUE)} <= RESERVED
    for name in sorted(used):
        with pytest.raises(InputError, match=f"the name '{name}' is reserved"):
            replace(isotropic_noiseless, prompt=(("q", "I"), ("b", "I"), (name, "I")))


def test_a_parameter_may_have_the_name_of_an_unknown():
    small = replace(isotropic_noiseless, parameters=(Parameter("w"),), noise=sympy.Symbol("w"))
    assert (
        sympy.cancel(derive(small, predictors.pgd).weight - 1 / (n + d + 1 + small.noise**2)) == 0
    )


def test_plain_numbers_are_welcome():
    plain = replace(isotropic_noiseless, noise=1, label_scale=2)
    assert plain.noise == sympy.Integer(1)
    assert (vector("q") / 2).terms == (sympy.Rational(1, 2) * vector("q")).terms
    assert derive(plain, predictors.pgd).weight.free_symbols == {n, d}


def test_a_label_scale_of_one_over_n_derives():
    scaled = replace(independent.isotropic(), label_scale=1 / n)
    assert sympy.Symbol("sigma") in derive(scaled, predictors.pgd).weight.free_symbols


def test_only_one_weight_has_a_closed_form():
    with pytest.raises(Underivable, match="wpgd has more than one weight"):
        derive(independent, predictors.wpgd)


def test_ranges_are_ordered():
    with pytest.raises(InputError, match="the range of t must be two ordered numbers"):
        Parameter("t", sympy.Integer(1), sympy.Integer(0))
    with pytest.raises(InputError, match="unknown covariance 'Sigma_y'"):
        independent.isotropic("Sigma_y")


def test_matrix_factors_keep_their_order():
    factors = matrix("Sigma_x") @ (matrix("Sigma_beta") @ vector("q"))
    design = replace(independent, query=factors, features=matrix("Sigma_x") @ vector("e"))
    prompt = read(design, Words(design))
    assert repr(prompt.query) == "1 Sigma_x Sigma_beta q"
    assert repr(prompt.features) == "1 e Sigma_x"


def test_every_sum_has_the_signs_of_its_text():
    """By hand: x and x_1 have variance 3 and covariance 2, so that the least of
    ``E x^2 (1 - w x_1^2)^2 = 3 - 34 w + 225 w^2`` is looked for."""
    text = """[design]
name = "sums"
[gaussians.prompt]
q = "I"
b = "I"
c = "I"
t = "I"
[gaussians.example]
e = "I"
[prompt]
query = "q + b + c"
features = "b + c + e"
task = "t"
"""
    found = Derived.of(parse_design(text)).evaluate(n=1, d=1)
    assert (found.weight, found.risk) == (Fraction(17, 225), 3 - Fraction(17**2, 225))
