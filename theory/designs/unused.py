"""What a design declares and nothing holds."""

from __future__ import annotations

from theory.designs.design import Design


def unused_vectors(design: Design) -> tuple[str, ...]:
    """The vectors that are in no query, features, task, label or covariance, also at test.

    >>> from dataclasses import replace
    >>> from theory.language.gallery import designs
    >>> unused_vectors(replace(designs.rag, means=("m",)))
    ('m',)
    """
    laws = _laws(design)
    held = {v for law in laws for c in law.combinations for v in c.vectors}
    held |= {v for law in laws for one in law.defined for v in one.vectors}
    declared = (*(v for v, _ in (*design.prompt, *design.example)), *design.means)
    return tuple(v for v in declared if v not in held)


def unused_matrices(design: Design) -> tuple[str, ...]:
    """The matrices that are in no combination, and of no vector in use, also at test.

    >>> from dataclasses import replace
    >>> from theory.language.gallery import designs
    >>> unused_matrices(replace(designs.rag, covariances=("S",)))
    ('S',)
    """
    laws, idle = _laws(design), unused_vectors(design)
    held = {m for law in laws for c in law.combinations for t in c.terms for m in t.matrices}
    held |= {c for law in laws for v, c in (*law.prompt, *law.example) if v not in idle}
    for law in laws:
        for one in reversed(law.defined):  # each is made of what is before it
            if one.name in held:
                held |= {name for name, _ in one.powers}
    return tuple(name for name in design.matrices if name not in held)


def _laws(design: Design) -> tuple[Design, ...]:
    """The law of training, and that at test."""
    return (design,) if design.test is None else (design, design.test.design)
