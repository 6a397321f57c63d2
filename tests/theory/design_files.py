"""Random design files, as text from their grammar, and exact instances of what they say."""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random

import flint
from hypothesis import strategies as st

from theory.designs.defined_at import unsatisfied
from theory.designs.design import Design
from theory.designs.instance import Instance, instance
from theory.errors import InputError
from verify.instances import random_projection

PLAIN = ("", "", "2*", "-1/2*", "0.5*", "alpha*", "(1 - alpha)*", "alpha/d*", "(n + alpha)/n*")
ROOTS = ("sqrt(1 - alpha^2)*", "sqrt(d)*", "sqrt(1 - alpha^2)/sqrt(n)*")
INDEXED = (
    "i/n*",
    "(1 - i/n)*",
    "i*alpha*",
    "1/i*",
    "1/(i + alpha^2)*",
    "(i - n - 1)*",
    "alpha^(n + 1 - i)*",
    "(2*0.5^(i - 1) - 1)*",
    "(k - i + 1/2)/sqrt((k - i + 1/2)^2)*",
)
INDEXED_ROOTS = ("sqrt(i/n)*", "sqrt(1 - alpha^2*(1 - i/n)^2)*", "sqrt(i)*alpha*")
"""What stands before a vector; roots before one that no other term has, so that risks have none."""
NOISES = ("sigma", "sigma/2", "1", "sqrt(sigma)", "sigma*sqrt(d)")
INDEXED_NOISES = ("i*sigma", "sigma*sqrt(i/n)", "sigma/i", "(1 - i/n) + sigma")
SCALES = ("2", "1/sqrt(alpha^2*d + 1)", "alpha - 2", "-1/n", "sqrt(n)")
INDEXED_SCALES = ("1/i", "(1 + i/n)", "alpha^2 - i")
RANGES = ("[0, 1]", '["-1", 1]', '[0, "3/5"]', '["-oo", "oo"]', '["-3/5", "oo"]')
ALPHAS = [Fraction(v) for v in ("0", "3/5", "-3/5", "4/5", "5/13", "1")]
LAWS = (
    "uniform(0, 2)",
    "uniform(alpha - 1, alpha)",
    "exponential(1/2 + sigma)",
    "bernoulli(alpha^2/(1 + alpha^2))",
    "moments(2, 5, 14, 41, 122, 365, 1094, 3281)",
)
"""Laws of random scalars; those from 0 on may stand under a root."""
LABELS = ("t*dot(features, task) - 1", "dot({}, {})", "2*dot(query, task)*dot({}, {})/d", "t^2")
"""Labels in place of the usual one; their vectors are put in."""
NAME = re.compile(r"[a-z]+")
KINDS = ('{ kind = "projection", rank = "r" }', '{ kind = "projection" }')
FUNCTIONS = ("S^-1", "S^2", "S^(1/2)", "S/2 + alpha^2*I", "S*(I + S)^2*S", "S^(-1/2)")
"""What is known of a covariance; functions of another, all of them positive semi-definite."""
COUNTS = ("k", "k", "1", "n/2", "n - k")
SIZES = ((1, 1), (2, 1), (3, 1), (4, 1), (1, 2), (2, 2), (2, 2))


def isotropic_file(name: str, parameters: dict[str, str], **prompt: str) -> str:
    """The text of a design file in q, b and e without covariances: query q, and features e unless
    others are given.

    ``parameters`` are ranges as the file has them, ``prompt`` the other lines of that section.
    """
    prompt = {"features": "e", **prompt}
    ranges = "".join(f"{key} = {value}\n" for key, value in parameters.items())
    lines = "".join(f'{key} = "{value}"\n' for key, value in prompt.items())
    return (
        f'[design]\nname = "{name}"\n[parameters]\n{ranges}'
        '[gaussians.prompt]\nq = "I"\nb = "I"\n[gaussians.example]\ne = "I"\n'
        f'[prompt]\nquery = "q"\n{lines}'
    )


@st.composite
def design_files(
    draw: st.DrawFn,
    indexed: bool,
    most: int,
    grouped: bool = False,
    random: bool = False,
    fixed: bool = False,
    own: bool = False,
    known: bool = False,
) -> str:
    """The text of a design file, with every part of the format somewhere.

    ``indexed`` says whether examples depend on their index, ``grouped`` whether they come in
    groups, ``most`` how many covariances there are at most, ``random`` whether a scalar is random,
    ``fixed`` whether there may be fixed vectors, ``own`` whether examples have tasks of their own,
    ``known`` whether something is known of the last covariance.
    """
    covariances = ("S", "T")[: draw(st.integers(min(most, 1), most))]
    prompt = ("q", "b", "c")[: draw(st.integers(1, 3))]
    example = ("e", "f")[: draw(st.sampled_from([1, 2] if own else [0, 1, 1, 1, 2]))]
    means = ("m", "mu")[: draw(st.sampled_from([1, 1, 2])) if fixed else 0]
    once = (*prompt, *means)

    def picked(*choices: str) -> str:
        return draw(st.sampled_from(choices))

    def factor(free: bool, root: bool) -> str:
        """What stands before a vector."""
        front = picked(*PLAIN, *(ROOTS if root else ()))
        if free and indexed and draw(st.integers(0, 3)) == 0:
            front = picked(*INDEXED, *(INDEXED_ROOTS if root else ()))
        use = covariances and draw(st.integers(0, 4)) == 0
        return front + (f"{picked(*covariances)}*" if use else "")

    def combination(vectors: tuple[str, ...], most: int, free: bool) -> str:
        """A linear combination; ``free`` where the index may occur."""
        chosen = draw(st.permutations(vectors))[: draw(st.integers(1, min(most, len(vectors))))]
        terms = [factor(free, v in example) + v for v in chosen]
        text = terms[0]
        for term in terms[1:]:
            text += (" - " if draw(st.booleans()) else " + ") + f"({term})"
        return picked("{}", "{}", "({})/2", "2*({})").format(text)

    among = (*once, *example) if draw(st.booleans()) else example or once
    # the number of terms of a risk grows fast
    features, task = draw(st.sampled_from([(3, 1), (2, 2), (2, 1)]))
    entries = {
        "query": combination(once, 2, False),
        "features": combination(among, features, True),
        "task": combination(once, task, True),
    }
    if own:
        added = factor(indexed, True) + picked(*example)
        entries["task"] = picked(added, f"{combination(once, 1, True)} + {added}")
    if draw(st.booleans()):
        entries["noise"] = picked(*NOISES, *(INDEXED_NOISES if indexed else ()))
    if indexed and "i" not in NAME.findall(" ".join(entries.values())):
        entries["noise"] = picked(*INDEXED_NOISES)
    if draw(st.integers(0, 2)) == 0:
        entries["label_scale"] = picked(*SCALES, *(INDEXED_SCALES if indexed else ()))
    of_query = {
        "query_task": combination(once, 2, False),
        "query_noise": picked("sigma", "0", "2"),
        "query_label_scale": picked("1", "alpha", "1/2"),
    }
    for name, text in of_query.items():
        among = entries.get(name.removeprefix("query_"), "")
        needed = "i" in NAME.findall(among) or (own and name == "query_task")
        # the query's own scale beside a root would leave the root in the risk
        if needed or (draw(st.integers(0, 4)) == 0 and "sqrt" not in among):
            entries[name] = text
    groups = []
    if grouped:
        every = (*once, *example)
        for name in ("first", "second", "third")[: draw(st.integers(2, 3))]:
            given = {
                "features": combination(every, 2, False),
                "task": combination(once, 1, False),
                "noise": picked(*NOISES),
                "label_scale": picked("2", "alpha - 2", "-1/2"),
            }
            held = sorted(draw(st.sets(st.sampled_from(sorted(given)), min_size=1, max_size=2)))
            groups.append({"name": name, **{role: given[role] for role in held}})
        rest = draw(st.integers(0, len(groups) - 1))  # the one without a count
        for place, group in enumerate(groups):
            if place != rest:
                group["count"] = picked(*COUNTS[: 3 if len(groups) > 2 else 5])
    kinds = dict.fromkeys(covariances, '"psd"')
    if known and covariances:
        functions = [f'"{text}"' for text in FUNCTIONS] if len(covariances) > 1 else []
        kinds[covariances[-1]] = picked(*KINDS, *functions)
    law = picked(*LAWS) if random else ""
    if random:
        if law != LAWS[4] and draw(st.integers(0, 1)) == 0:  # that law has few moments
            own = picked(*prompt, *example)
            entries["label"] = picked(*LABELS).format(own, picked(*prompt))
            entries["query_label"] = picked("dot(query, task)", "t", "1 - dot(query, 2*task)^2")
        # the usual label makes pairs of roots
        rooted = "label" not in entries and law in (LAWS[0], LAWS[2], LAWS[3])
        entries["features"] = picked("t*", *["sqrt(t)*"] * rooted) + f"({entries['features']})"
        for role in ("query", "noise", "label_scale"):
            if role in entries and "label" not in entries and draw(st.integers(0, 2)) == 0:
                entries[role] = picked("t*", "(2 - t)*") + f"({entries[role]})"
    texts = [law, *kinds.values(), *entries.values()]
    used = " ".join([*texts, *(value for group in groups for value in group.values())])
    parameters = {"alpha": picked(*RANGES), "sigma": '[0, "oo"]', "k": "[0, 9]"}
    if kinds and '"r"' in used:
        parameters["r"] = '{ range = [0, "d"], whole = true }'
    if grouped:
        parameters["k"] = '{ range = [0, "n"], whole = true }'
    if "sqrt(1 - alpha^2" in used:
        parameters["alpha"] = picked(*RANGES[:3])
    sections = {
        "design": {"name": '"drawn"'},
        "parameters": {name: v for name, v in parameters.items() if name in NAME.findall(used)},
        "scalars.prompt": {"t": f'"{law}"'} if random else {},
        "covariances": kinds,
        "means": dict.fromkeys(means, '"fixed"'),
        "gaussians.prompt": {v: f'"{picked("I", *covariances)}"' for v in prompt},
        "gaussians.example": {v: f'"{picked("I", *covariances)}"' for v in example},
        "prompt": {name: f'"{text}"' for name, text in entries.items()},
        "limits.large": {"n": '"d/nu"'},
        "predictor": {"scale": f'"{picked("1", "1/n", "-2")}"'},
    }
    parts = [(f"[{name}]", lines) for name, lines in sections.items() if lines]
    parts += [("[[examples]]", {key: f'"{text}"' for key, text in g.items()}) for g in groups]
    return "\n".join(
        f"{head}\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())
        for head, lines in parts
    )


@st.composite
def shifted_files(draw: st.DrawFn, most: int, grouped: bool = False) -> str:
    """The same with a table ``[test]``."""
    text = draw(design_files(False, most, grouped))
    names = NAME.findall(text.partition("[gaussians")[0].partition("[parameters]")[2])
    table = {"n": ("2*n", "n + 1", "3"), "noise": ("1", "2", "1/2"), "query_noise": ("0", "1")}
    table |= {"alpha": ("alpha^2", "alpha^2/2")} if "alpha" in names else {}
    table |= {"sigma": ("2*sigma", "sigma/2 + 1")} if "sigma" in names else {}
    vectors = ("q", "e") if "\ne = " in text else ("q",)
    covariances = [name for name in ("S", "T") if f'{name} = "psd"' in text]
    for name in (*covariances, *(vectors if covariances else ())):
        table[name] = ("I", *covariances)
    keys = draw(st.sets(st.sampled_from(sorted(table)), min_size=1, max_size=3))
    lines = (f'{key} = "{draw(st.sampled_from(table[key]))}"' for key in sorted(keys))
    return "\n".join([text, "[test]", *lines, ""])


def drawn_instance(design: Design, random: Random) -> Instance:
    """A small exact instance; covariances have rational roots and do not commute.

    Raises InputError where none is found, as with counts of n/2 of both n and n + 1 examples.
    """
    n, d = random.choice(SIZES)
    for _ in range(200):
        at = _drawn_at(design, random, n, d)
        if unsatisfied(at) is None:
            return at
        n, d = random.choice(SIZES)
    raise InputError(f"no instance of {design} is found")


def _drawn_at(design: Design, random: Random, n: int, d: int) -> Instance:
    scalars = {}
    for p in design.parameters:
        values = {
            "alpha": [v for v in ALPHAS if p.name == "alpha" and p.low <= v <= p.high],
            "sigma": [Fraction(v) for v in ("0", "1", "1/4", "4")],
            "k": [Fraction(v) for v in (0, 1, 2, 3)[: n + 1 if design.examples else 3]],
            "r": [Fraction(v) for v in range(d + 1)],
        }
        scalars[p.name] = random.choice(values[p.name])
    roots = {name: root(random, d) for name in design.covariances}
    for one in design.projections:
        rank = random.randint(0, d) if one.rank is None else int(scalars[str(one.rank)])
        roots[one.name] = random_projection(random, d, rank, 2)
    means = {name: [random.randint(-2, 2) for _ in range(d)] for name in design.means}
    return instance(design, n=n, d=d, scalars=scalars, roots=roots, means=means)


def root(random: Random, d: int) -> flint.fmpq_mat:
    """A positive definite matrix."""
    while True:
        a = flint.fmpq_mat([[random.randint(-2, 2) for _ in range(d)] for _ in range(d)])
        if a.det() != 0:
            return a * a.transpose() / random.choice([1, 2])
