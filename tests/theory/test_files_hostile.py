"""Untrusted text: whatever comes in, a design or an error with a place comes out, and quickly."""

import ast
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st

from tests.examples import examples
from tests.theory.claim_texts import risk_claim, weight_claim
from tests.theory.hostile_text import BOTH, FORMULAS, RUNS, VALID, mutated
from theory.designs.design import Design
from theory.errors import InputError
from theory.language import files, formulas
from theory.language.files.bounds import FILE
from theory.language.files.reading import EXAMPLE, DesignFile, parse_design, read_design
from theory.language.formulas import bounds
from theory.language.formulas.places import Unreadable
from theory.text.latex import latex

NASTY = Path(__file__).parent / "nasty"
SOURCES = [Path(package.__file__).parent for package in (formulas, files)]
LIMIT = 4.0
"""Seconds of this process that one input may take, while garbage of a long run is collected too."""

LEAST = {"files": 1_100, "formulas": 3_000, "structures": 1_000, "bytes": 600}
"""How many inputs of each kind have to be refused."""


def spaced(text):
    """Words, as they stand between spaces."""
    return re.findall(r"\S+", text)


class Tally(Counter):
    """What came out: how many inputs were refused, and how many read."""

    def of(self, reading, *arguments):
        """Read one input; anything but an error with a place, or a result in time, fails."""
        begin = time.process_time()
        try:
            found = reading(*arguments)
        except InputError as error:
            assert isinstance(error, Unreadable), repr(error)
            file, line, column, *problem = str(error).split(":", 3)
            assert file and int(line) > 0 and int(column) > 0 and problem
            assert str(error).isprintable() and len(str(error)) < 1000
            self["refused"] += 1
            found = None
        else:
            self["read"] += 1
        took = time.process_time() - begin
        assert took < LIMIT, f"{took} s for {arguments}"
        return found


def is_design(found):
    """What was read is a design, whole."""
    if found is not None:
        assert isinstance(found, DesignFile) and isinstance(found.design, Design)
        assert found.design.features.terms and repr(found)


def test_mutated_files():
    tally = Tally()

    @examples(10)
    @given(st.sampled_from(VALID), st.integers(0, 2**32))
    def mutate(text, seed):
        chooser = random.Random(seed)
        for _ in range(5):
            is_design(tally.of(parse_design, mutated(text, chooser)))

    mutate()
    # a comment or a title changed is a design still
    assert tally["refused"] > LEAST["files"] and tally["read"] > 25


def test_mutated_formulas():
    tally = Tally()

    @examples(13)
    @given(st.sampled_from(FORMULAS), st.integers(0, 2**32))
    def mutate(text, seed):
        chooser = random.Random(seed)
        for _ in range(10):
            claim = chooser.choice([risk_claim, weight_claim, weight_claim])
            found = tally.of(claim, mutated(text, chooser), BOTH)
            assert found is None or isinstance(found, sympy.Expr | sympy.MatrixExpr)

    mutate()
    assert tally["refused"] > LEAST["formulas"] and tally["read"] > 150


def test_it_is_five_thousand_in_all():
    assert sum(LEAST.values()) >= 5_000


KEYS = spaced("""
    design prompt gaussians example parameters covariances limits predictor name title query
    features task noise label_scale query_noise scale alpha q b e n d 'a' "x.y" é 1
    gaussians.prompt limits.x a.b.c.d examples count range whole where
""")
PLAIN = spaced("""
    "q" "I" "psd" "e" "alpha*q" "1/n" "d/nu" "oo" "i" 'sigma' "\\u0041" "\\q" "9^9^9" "" "open 'open
    "n-k" "n/3" "a<=b" "d>n" "<" "<=="
    0 1 -1 1.5 -0.0 1e9 inf nan true false 1979-05-27 07:32:00 0x1f 1_000 +1 1__0 x \'\'\'y\'\'\'
    10000000000000000000000000000000000000000
""")


def any_value(chooser, depth=0):
    """A TOML value of any kind, nested here and there."""
    way = chooser.randrange(8)
    if way == 0 and depth < 4:
        inside = [any_value(chooser, depth + 1) for _ in range(chooser.randrange(4))]
        return f"[{', '.join(inside)}]"
    if way == 1 and depth < 2:
        return f"{{{chooser.choice(KEYS)} = {any_value(chooser, depth + 1)}}}"
    return chooser.choice(PLAIN)


def any_sections(chooser):
    """Sections and keys of any kind, in any place."""
    lines = []
    for _ in range(chooser.randrange(12)):
        if chooser.randrange(3) == 0:
            name = chooser.choice(KEYS)
            lines.append(chooser.choice((f"[{name}]", f"[{name}]", f"[[{name}]]", "[[examples]]")))
        else:
            lines.append(f"{chooser.choice(KEYS)} = {any_value(chooser)}")
    return lines


def test_random_structures():
    tally = Tally()

    @examples(5)
    @given(st.sampled_from(VALID), st.integers(0, 2**32))
    def structure(text, seed):
        chooser = random.Random(seed)
        for _ in range(3):
            found = any_sections(chooser)
            is_design(tally.of(parse_design, "\n".join(found)))
            lines = text.splitlines()
            at = chooser.randrange(len(lines) + 1)
            is_design(tally.of(parse_design, "\n".join([*lines[:at], *found, *lines[at:]])))
            replaced = [
                f"{line.partition('=')[0]}= {any_value(chooser)}"
                if "=" in line and chooser.randrange(8) == 0
                else line
                for line in lines
            ]
            is_design(tally.of(parse_design, "\n".join(replaced)))

    structure()
    assert tally["refused"] > LEAST["structures"]


def test_random_bytes(tmp_path):
    tally = Tally()
    path = tmp_path / "design.toml"

    @examples(8)
    @given(st.binary(max_size=300), st.text(max_size=300))
    @example(b"\xff\xfe[\x00d\x00", "\ud800")
    def read(content, text):
        path.write_bytes(content)
        is_design(tally.of(read_design, path))
        is_design(tally.of(parse_design, text))
        tally.of(risk_claim, text[::-1], BOTH)

    read()
    assert tally["refused"] > LEAST["bytes"]


def corpus():
    """The files of the corpus, each with what its first line says of it."""
    found = []
    for path in sorted(NASTY.glob("*.toml")):
        place, _, problem = path.read_text().splitlines()[0].removeprefix("# ").partition(" ")
        found.append(pytest.param(path, place, problem, id=path.stem))
    return found


@pytest.mark.parametrize(("path", "place", "problem"), corpus())
def test_the_corpus(path, place, problem):
    tally = Tally()
    assert tally.of(read_design, path) is None and problem
    with pytest.raises(Unreadable) as found:
        read_design(path)
    assert str(found.value).startswith(f"{path}:{place}: "), str(found.value)
    assert problem in str(found.value)


ROOM = FILE - 2_500


def filled(unit, separator=""):
    """As many units as a formula takes, numbered where they ask for it."""
    parts = [unit.format(k=k) for k in range(2, bounds.FORMULA)]
    while len(separator.join(parts)) > bounds.FORMULA - 40:
        parts = parts[: len(parts) * 9 // 10]
    return separator.join(parts)


def features(formula):
    """A file whose features are this."""
    return EXAMPLE.replace("alpha*q + e", formula)


LARGE = {
    "brackets": "a = " + "[" * ROOM,
    "braces": "a = " + "{a=" * (ROOM // 3),
    "sections": "[a]\n" * (ROOM // 4),
    "new sections": "".join(f"[a{k}]\n" for k in range(ROOM // 9)),
    "a dotted key": ".".join("a" * (ROOM // 2)) + " = 1",
    "a dotted section": "[" + ".".join("a" * (ROOM // 2)) + "]",
    "many dotted keys": "".join(f"a.b{k}.c = 1\n" for k in range(ROOM // 14)),
    "a number": "a = " + "9" * ROOM,
    "a long number": "a = " + "9" * 64,
    "a hexadecimal number": "a = 0x" + "f" * ROOM,
    "a decimal": "a = 0." + "9" * ROOM,
    "an exponent": "a = 1e999999999",
    "a string": 'a = "' + "x" * ROOM + '"',
    "escapes": 'a = "' + "\\\\" * (ROOM // 2) + '"',
    "open strings": 'a = "x\n' * (ROOM // 7),
    "quotes": '"' * ROOM,
    "apostrophes": "'" * ROOM,
    "a list": "a = [" + "1," * (ROOM // 2) + "]",
    "a list of lists": "a = [" + "[1]," * (ROOM // 4) + "]",
    "comments": "#\n" * (ROOM // 2),
    "spaces": " " * ROOM,
    "a comment": "#" + "x" * ROOM,
    "carriage returns": "\r" * ROOM,
    "a long name": f"[design]\n{'x' * ROOM} = 1",
    "many parameters": EXAMPLE + "[covariances]\n" + "".join(f'S{k} = "psd"\n' for k in range(999)),
    "many limits": EXAMPLE + "".join(f'[limits.l{k}]\nn = "d"\n' for k in range(600)),
    "large limits": EXAMPLE
    + "".join(f'[limits.l{k}]\nn = "{filled("{{k}}*d*x", "+")}"\n' for k in range(6)),
    "many terms": features("+".join(["q"] * 900)),
    "terms of terms": features("*".join(["(n + d + alpha + i + 1)^4"] * 20) + "*(q + e)"),
    "64 large terms": features(
        "*".join(f"(n + d*{k} + alpha)" for k in range(9))
        + f"*({'+'.join(['q/(n + alpha)'] * 64)})"
    ),
    "roots": features(f"e*sqrt(alpha*({filled('sqrt({k})', '+')}))"),
    "roots that nearly cancel": features(
        "e*sqrt(alpha*("
        + "+".join(f"sqrt({k + 1}) + sqrt({k - 1}) - 2*sqrt({k})" for k in range(99_000, 99_050))
        + "))"
    ),
    "a long fraction": features("e*(" + "+".join(f"{k}/(n*d + {k})" for k in range(1, 13)) + ")"),
    "decimals": features("e*(" + "+".join("0." + "1" * 29 for _ in range(60)) + ")"),
    "products": features(f"e*({filled('(n+{k})', '*')})"),
    "sums": features(f"e*({filled('{k}*n', '-')})"),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_files(name):
    text = LARGE[name]
    assert len(text.encode()) <= FILE
    is_design(Tally().of(parse_design, text))


DEEP = bounds.NESTING
NESTS = {
    "parentheses": ("(n + 2*", "n", ")", DEEP),
    "roots": ("sqrt(n + 2*", "n", ")", bounds.ROOTS),
    "fractions": ("1/(n + 2*", "n", ")", DEEP),
    "powers": ("(n + 1/", "n", ")^-1", DEEP - 1),
    "inverses": ("(Sigma_x + 2*", "Sigma_beta", ")^-1", bounds.POWERS),
    "inverses of I": ("(n*I + 2*", "I", ")^-1", bounds.POWERS),
    "traces": ("tr(Sigma_x)*tr(I*", "n*I", ")", 1),
    "traces of traces": ("tr(I + Sigma_x*", "Sigma_x", ")*I", 10),
    "signs": ("-", "n", "", DEEP),
    "exponents": ("1^", "1", "", DEEP),
}


@pytest.mark.parametrize("name", NESTS)
def test_what_nests_deeper_is_refused(name):
    before, inside, after, depth = NESTS[name]
    for deeper in (1, 2, 3, 500):
        text = before * (depth + deeper) + inside + after * (depth + deeper)
        found = Tally().of(weight_claim, text[: bounds.FORMULA], BOTH)
        assert found is None or name.startswith("traces")


def test_nesting_stays_far_from_the_limit_of_recursion():
    """What nests as deep as may be is read and printed with half of the frames there are."""
    deepest = [b * depth + inside + a * depth for b, inside, a, depth in NESTS.values()]
    code = f"""
import sys, time
from tests.theory.claim_texts import weight_claim
from theory.text.latex import latex
from tests.theory.test_files_hostile import BOTH
weight_claim("sqrt(n)*Sigma_x^-1", BOTH)
sys.setrecursionlimit(500)
for text in {deepest!r}:
    begin = time.process_time()
    found = weight_claim(text, BOTH)
    print(len(latex(found)), len(str(found)), found.subs("n", 2))
    assert time.process_time() - begin < {LIMIT}, text
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-500:]
    assert len(done.stdout.splitlines()) == len(NESTS)


def test_nothing_runs(tmp_path):
    """No payload does what it says, and nothing is compiled, run or opened on its behalf."""
    marker = tmp_path / "ran"
    seen = []
    watching = [False]

    def watch(event, _arguments):
        if watching[0] and event in {"compile", "exec", "open", "os.system", "subprocess.Popen"}:
            seen.append(event)

    for text in VALID:  # what is imported lazily is imported now
        parse_design(text)
    for text in FORMULAS:
        weight_claim(text, BOTH)
    sys.addaudithook(watch)
    tally = Tally()
    for payload in RUNS:
        text = payload.replace("{}", str(marker)).replace("{{", "{").replace("}}", "}")
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        design = EXAMPLE.replace("alpha*q + e", quoted)
        limit = EXAMPLE.replace("d/nu", quoted)
        name = EXAMPLE.replace("retrieval", quoted)
        key = EXAMPLE.replace("alpha =", f'"{quoted}" =')
        bounds_of = EXAMPLE.replace("[0, 1]", f'[0, "{quoted}"]')
        watching[0] = True
        try:
            tally.of(risk_claim, text, BOTH)
            tally.of(weight_claim, text, BOTH)
            for changed in (design, limit, name, key, bounds_of):
                tally.of(parse_design, changed)
        finally:
            watching[0] = False
    assert seen == [] and not marker.exists()
    assert tally["refused"] > 6 * len(RUNS)


def test_the_audit_can_see():
    """The hook of the test above would notice."""
    seen = []
    on = [True]
    sys.addaudithook(lambda event, _: seen.append(event) if on[0] else None)
    compile("1", "x", "eval")
    open(os.devnull).close()
    on[0] = False
    assert {"compile", "open"} <= set(seen)


FORBIDDEN = spaced("""
    eval exec compile __import__ globals locals vars setattr input breakpoint sympify S parse_expr
    parse_latex lambdify simplify nsimplify pickle marshal subprocess system popen importlib ctypes
    var Function
    """)


@pytest.mark.parametrize(
    "path", [p for s in SOURCES for p in sorted(s.glob("*.py"))], ids=lambda p: p.stem
)
def test_the_source_calls_nothing_that_runs_text(path):
    for node in ast.walk(ast.parse(path.read_text())):
        name = {
            ast.Name: lambda node: node.id,
            ast.Attribute: lambda node: node.attr,
            ast.alias: lambda node: node.name,
        }.get(type(node), lambda node: "")(node)
        of_patterns = isinstance(node, ast.Attribute) and ast.unparse(node) == "re.compile"
        forbidden = name.rpartition(".")[2] in FORBIDDEN and not of_patterns
        assert not forbidden, (path.name, node.lineno, name)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr":
            assert isinstance(node.args[1], ast.Constant), (path.name, node.lineno)


def test_what_is_read_can_be_printed():
    for text in FORMULAS:
        assert latex(weight_claim(text, BOTH))
