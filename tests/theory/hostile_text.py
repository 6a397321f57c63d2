"""Untrusted text for tests: designs and formulas, what runs where text is evaluated, mutations."""

import string

from tests.theory.written_designs import write_design
from theory.designs.design import Design
from theory.language import gallery
from theory.language.files.reading import EXAMPLE
from theory.language.gallery import designs
from theory.language.gallery.regimes import proportional
from theory.scalars.symbols import n

VALID = [
    EXAMPLE,
    write_design(designs.rag, (proportional,), 1 / n),
    write_design(designs.task_aligned_general),
    write_design(designs.drifting),
    write_design(designs.shifted_task),
    write_design(designs.growing_noise),
    gallery.text("partly-retrieved"),
    gallery.text("longer-prompts"),
    gallery.text("features-at-test"),
    gallery.text("features-with-a-mean"),
    write_design(gallery.shipped("elliptical").design),
    write_design(gallery.shipped("quadratic-target").design),
    gallery.text("tasks-in-a-subspace"),
    gallery.text("spiked-tasks"),
    gallery.text("aligned-prior").replace("Sigma_x^-1", "(Sigma_x - I/3)^2 + Sigma_x^(-1/2)"),
    gallery.text("fading-tasks"),
    EXAMPLE.replace("[prompt]", "[scalars.prompt]\nt = 'uniform(0, 1/2)'\n[prompt]"),
    EXAMPLE.replace(
        "[0, 1]",
        "{ range = [0, 1], where = 'alpha^2 < 1/2' }\nk = { range = [0, 'n'], whole = true }",
    ),
]
FORMULAS = [
    "d + sigma^2 - (alpha^2*d + 1)*n*d/((alpha^2*d + 1)*n + d + sigma^2)",
    "tr(Sigma_x*Sigma_beta) + sigma^2 - n*tr(((n + 1)*I + 2*Sigma_x^-1)^-1)",
    "sqrt(1 - alpha^2)*2^-3 + (1 - d/n)^2 - -3.25",
    "((n + 1)*Sigma_x + (tr(Sigma_x) + sigma^2)*Sigma_beta^-1)^-1",
    "Sigma_x^(-1/2)*((n+1)*I + Sigma_beta)^-1*Sigma_x^(-1/2)",
    "dot(m, Sigma_x*m)*outer(m - 2*mu, mu)' + (I + outer(mu, mu)/dot(mu, m))^-2*tr(outer(m, mu))",
]
BOTH = Design(
    name="both",
    title="Every name that the formulas use",
    prompt=(("q", "Sigma_x"), ("b", "Sigma_beta")),
    query=designs.vector("q"),
    features=designs.vector("q"),
    task=designs.vector("b"),
    parameters=designs.rag.parameters,
    covariances=("Sigma_x", "Sigma_beta"),
    means=("m", "mu"),
)
# Formulas that run something, wherever text is evaluated.
RUNS = [
    "__import__('os').system('touch {}')",
    "().__class__.__base__.__subclasses__()",
    "exec(\"open('{}', 'w')\")",
    "eval('open(chr(47))')",
    "open('{}', 'w').close()",
    'sympify(\'open("{}", "w")\')',
    "Symbol('x').func.__init__.__globals__",
    "(lambda: open('{}', 'w'))()",
    "[open('{}', 'w') for x in (1,)]",
    "n if open('{}', 'w') else d",
    "f\"{{open('{}', 'w')}}\"",
    "$(touch {})",
    "`touch {}`",
    "n; import os; os.system('touch {}')",
    "\\input{{{}}}",
    "\\write18{{touch {}}}",
    "{{{{ open('{}', 'w') }}}}",
    "%(touch {})s",
    "@file:{}",
    "n.subs",
    "Integer(1)/Integer(0)",
    "factorial(10^10)",
    "9**9**9**9",
    "gamma(n)",
    "oo",
    "zoo - zoo",
    "1j",
    "I*I",
]
PIECES = [
    *string.punctuation,
    *string.digits,
    *" \t\n\r\x00\x1b\u2028\u202e\ufeff\u00b2\u03b1\u0430\uff4e\U0001f600\ud800",
    *RUNS,
    "[[",
    "]]",
    '"""',
    "'''",
    "[" * 100,
    "(" * 100,
    "-" * 100,
    "{" * 100,
    "a." * 100,
    "9" * 100,
    "x" * 100,
    "^20^20",
    "^999999999",
    "/0",
    "*0",
    "^-1",
    "1e999999999",
    "0x" + "f" * 50,
    "inf",
    "nan",
    "true",
    "1979-05-27T07:32:00Z",
    "sqrt(",
    "tr(",
    "dot(",
    "outer(",
    ", m)",
    "[prompt]\n",
    "[design]\n",
    "[limits.x]\n",
    "\\u0041",
    "\\",
    "query = ",
    "= 1",
    "i*",
    "\n\n# \n",
]


def mutated(text, chooser):
    """A text with a few characters deleted, inserted, swapped, doubled or replaced."""
    for _ in range(chooser.choice([1, 1, 1, 2, 3, 8])):
        at = chooser.randrange(len(text) + 1)
        to = min(len(text), at + chooser.choice([1, 1, 2, 5, 40]))
        way = chooser.randrange(6)
        if way == 0:
            text = text[:at] + text[to:]
        elif way == 1:
            text = text[:at] + chooser.choice(PIECES) + text[at:]
        elif way == 2:
            text = text[:at] + chooser.choice(PIECES) + text[to:]
        elif way == 3:
            text = text[:at] + text[at:to] * chooser.choice([2, 3, 50]) + text[to:]
        elif way == 4:
            text = text[:at] + text[at:to][::-1] + text[to:]
        else:
            other = chooser.randrange(len(text) + 1)
            text = text[:other] + text[at:to] + text[other:]
    return text
