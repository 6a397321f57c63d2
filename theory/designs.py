"""The designs of the paper, and those that break its assumptions on purpose."""

from __future__ import annotations

from dataclasses import replace

import sympy

from theory.combinations import matrix, vector
from theory.design import Design, Parameter
from theory.words import d

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

alpha, kappa = sympy.Symbol("alpha"), sympy.Symbol("alpha") ** 2 * d + 1
_alignment = (Parameter("alpha", sympy.Integer(0), sympy.Integer(1)), Parameter("sigma"))

rag = Design(
    name="rag",
    title="Retrieval-augmented prompts: features drawn around the query",
    prompt=(("q", "I"), ("b", "I")),
    example=(("e", "I"),),
    query=vector("q"),
    features=alpha * vector("q") + sympy.sqrt(1 - alpha**2) * vector("e"),
    task=vector("b"),
    parameters=_alignment,
    noise=sigma,
)

rag_unit = replace(
    rag,
    name="rag-unit",
    title="Retrieval-augmented prompts whose features keep unit covariance around the query",
    features=alpha * vector("q") + vector("e"),
)

task_aligned = Design(
    name="task-aligned",
    title="Features and query aligned with the task, labels scaled by kappa^{-1/2}",
    prompt=(("q", "I"), ("b", "I")),
    example=(("e", "I"),),
    query=alpha * vector("b") + vector("q"),
    features=alpha * vector("b") + vector("e"),
    task=vector("b"),
    parameters=_alignment,
    label_scale=1 / sympy.sqrt(kappa),
    noise=sigma,
)

task_aligned_features = replace(
    task_aligned,
    name="task-aligned-features",
    title="Features aligned with the task, query independent of it",
    query=vector("q"),
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
