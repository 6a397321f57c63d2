"""The designs in use: the paper's, as files that ship, and those that break its assumptions."""

from __future__ import annotations

from dataclasses import replace

import sympy

from theory.designs.combinations import matrix, vector
from theory.designs.design import Design
from theory.designs.parameter import Parameter
from theory.language.gallery import shipped
from theory.scalars.symbols import sigma

alpha = sympy.Symbol("alpha")

independent = shipped("independent").design
isotropic_noiseless = shipped("isotropic-noiseless").design
isotropic = shipped("mahankali-2023").design
rag = shipped("rag").design
rag_unit = shipped("rag-unit").design
rag_general = shipped("rag-general").design
rag_unit_general = shipped("rag-unit-general").design
task_aligned = shipped("task-aligned").design
task_aligned_normalised = shipped("task-aligned-normalised").design
task_aligned_features = shipped("task-aligned-features").design
task_aligned_general = shipped("task-aligned-general").design
task_aligned_features_general = shipped("task-aligned-features-general").design
drifting = shipped("drifting").design
drifting_away = shipped("drifting-away").design

# The drifting designs with noise of one standard deviation on all labels, the query's too.
drifting_noisy, drifting_away_noisy = (
    replace(
        one,
        name=f"{one.name}-noisy",
        title=f"{one.title}, with label noise",
        parameters=(Parameter("sigma"),),
        noise=sigma,
    )
    for one in (drifting, drifting_away)
)

# Late examples are noisier than early ones, so that examples are not identically distributed.
growing_noise = shipped("growing-noise").design

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

# Features are not centred: their second moment is a sum.
shifted_features = replace(
    independent,
    name="shifted-features",
    title="Independent data whose features have a non-zero mean",
    means=("mu",),
    query=vector("q") + vector("mu"),
    features=vector("e") + vector("mu"),
)

DESIGNS = {one.name: one for one in list(vars().values()) if isinstance(one, Design)}
"""Every design above, by its name."""
