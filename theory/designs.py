"""The designs of the paper, and those that break its assumptions on purpose."""

from __future__ import annotations

from dataclasses import replace

import sympy

from theory.combinations import matrix, vector
from theory.design import Design, Parameter
from theory.words import d, i, n

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

task_aligned_normalised = replace(
    task_aligned,
    name="task-aligned-normalised",
    title="Features and query aligned with the task, the signal scaled to variance d exactly",
    label_scale=1 / sympy.sqrt(alpha**2 * (d + 2) + 1),
)

task_aligned_features = replace(
    task_aligned,
    name="task-aligned-features",
    title="Features aligned with the task, query independent of it",
    query=vector("q"),
)


def _general(design: Design, name: str, title: str) -> Design:
    """The same with ``b ~ N(0, Sigma_beta)``, and with ``Sigma_x`` for the other vectors."""
    return replace(
        design,
        name=name,
        title=title,
        prompt=tuple((v, "Sigma_beta" if v == "b" else "Sigma_x") for v, _ in design.prompt),
        example=tuple((v, "Sigma_x") for v, _ in design.example),
        covariances=("Sigma_x", "Sigma_beta"),
    )


rag_general = _general(rag, "rag-general", "Retrieval-augmented prompts, any covariances")
rag_unit_general = _general(
    rag_unit,
    "rag-unit-general",
    "Retrieval-augmented prompts whose features keep their covariance around the query, "
    "any covariances",
)
task_aligned_general = _general(
    task_aligned,
    "task-aligned-general",
    "Features and query aligned with the task, any covariances",
)
task_aligned_features_general = _general(
    task_aligned_features,
    "task-aligned-features-general",
    "Features aligned with the task, query independent of it, any covariances",
)

# Prompts are drawn with the new task; the old one's covariance says where an update starts.
retasked = replace(
    independent,
    name="retasked",
    title="Independent data for a new task, after an old one",
    covariances=(*independent.covariances, "Sigma_beta_old"),
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

# The task moves from beta_2 to beta_1 along the prompt, so that late examples say more of beta_1.
_progress = i / n

drifting = Design(
    name="drifting",
    title="Isotropic data whose task drifts to that of the query",
    prompt=(("q", "I"), ("b1", "I"), ("b2", "I")),
    example=(("e", "I"),),
    query=vector("q"),
    features=vector("e"),
    task=_progress * vector("b1") + (1 - _progress) * vector("b2"),
    query_task=vector("b1"),
)

drifting_away = replace(
    drifting,
    name="drifting-away",
    title="Isotropic data whose task drifts away from that of the query",
    query_task=vector("b2"),
)

# Late examples are noisier than early ones, so that examples are not identically distributed.
growing_noise = replace(
    independent.isotropic(),
    name="growing-noise",
    title="Independent isotropic data whose noise grows along the prompt",
    noise=i * sigma,
    query_noise=sigma,
)

DESIGNS = {one.name: one for one in list(vars().values()) if isinstance(one, Design)}
"""Every design above, by its name."""
