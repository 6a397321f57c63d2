"""The designs of the paper, and those that break its assumptions on purpose."""

from __future__ import annotations

from dataclasses import replace

import sympy

from theory.combinations import matrix, vector
from theory.design import Design, Parameter

sigma = sympy.Symbol("sigma")

independent = Design(
    name="independent",
    title="Independent features and task",
    prompt=(("q", "Sigma_x"), ("b", "Sigma_beta")),
    example=(("e", "Sigma_x"),),
    query=vector("q"),
    features=vector("e"),
    task=vector("b"),
    parameters=(Parameter("sigma"),),
    covariances=("Sigma_x", "Sigma_beta"),
    noise=sigma,
)

isotropic_noiseless = replace(
    independent.isotropic().at(sigma=0),
    name="isotropic-noiseless",
    title="Independent isotropic features and task, no noise",
)

# The query's task is Gamma b, the examples' is b: the optimal weight is not symmetric.
shifted_task = replace(
    independent,
    name="shifted-task",
    title="Independent data whose query task is a linear image of the examples' task",
    covariances=(*independent.covariances, "Gamma"),
    query_task=matrix("Gamma") @ vector("b"),
)

# E beta = m is an odd moment: Assumption 1 fails, and attention can use it.
biased_task = replace(
    independent,
    name="biased-task",
    title="Independent data whose task has a non-zero mean",
    means=("m",),
    task=vector("b") + vector("m"),
)
