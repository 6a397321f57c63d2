"""Design files: all that the format promises, every error with its place, and the way back."""

import os
import socket
import time
import tracemalloc
from fractions import Fraction
from io import BytesIO
from threading import Thread

import pytest
import sympy

from theory.designs.combinations import vector
from theory.designs.design import Design
from theory.designs.parameter import Parameter
from theory.errors import UnknownName
from theory.language.files import bounds
from theory.language.files.reading import parse_design, read_design
from theory.language.formulas.places import Unreadable, plain
from theory.limits.leading import Regime
from theory.scalars.symbols import d, i, n

alpha, sigma = sympy.symbols("alpha sigma")

# The format as it is promised, comments included.
PROMISED = """\
[design]
name  = "rag"
title = "Retrieval-augmented prompts"

[parameters]                  # scalars, each with its range
alpha = [0, 1]
sigma = [0, "oo"]

[covariances]                 # optional: named symmetric positive semi-definite d x d matrices
Sigma_beta = "psd"

[gaussians.prompt]            # independent centred Gaussian vectors in R^d, one per prompt
q = "I"
b = "Sigma_beta"
[gaussians.example]           # one fresh, independent copy per example
e = "I"

[prompt]
query       = "q"
features    = "alpha*q + sqrt(1 - alpha^2)*e"
task        = "b"             # may use i and n:  "(i/n)*b1 + (1 - i/n)*b2"
label_scale = "1"
noise       = "sigma"
query_task  = "b"             # these three default to the examples' own, and must be given
query_label_scale = "1"       # where the examples' own depends on i
query_noise = "sigma"

[limits.proportional]         # optional: a regime for --limit
alpha = "a/sqrt(d)"
n     = "d/nu"
"""


def test_the_promised_file():
    a, nu = sympy.symbols("a nu")
    found = parse_design(PROMISED)
    assert found.design == Design(
        name="rag",
        title="Retrieval-augmented prompts",
        prompt=(("q", "I"), ("b", "Sigma_beta")),
        example=(("e", "I"),),
        query=vector("q"),
        features=alpha * vector("q") + sympy.sqrt(1 - alpha**2) * vector("e"),
        task=vector("b"),
        parameters=(Parameter("alpha", sympy.Integer(0), sympy.Integer(1)), Parameter("sigma")),
        covariances=("Sigma_beta",),
        label_scale=sympy.Integer(1),
        noise=sigma,
        query_task=vector("b"),
        query_label_scale=sympy.Integer(1),
        query_noise=sigma,
    )
    substitution = ((alpha, a / sympy.sqrt(d)), (n, d / nu))
    assert found.limits == (Regime("proportional", substitution, found.design.parameters),)
    assert found.limit("proportional").constants == (a, nu)
    assert found.scale == 1
    with pytest.raises(UnknownName, match="unknown limit of rag 'porportional'; did you mean pro"):
        found.limit("porportional")


def test_a_drifting_task_and_the_scale_of_predictions():
    text = PROMISED.replace('b = "Sigma_beta"', 'b1 = "Sigma_beta"\nb2 = "I"').replace(
        '"b"             # may use', '"(i/n)*b1 + (1 - i/n)*b2" #'
    )
    text = text.replace('query_task  = "b"', 'query_task = "b1"') + '[predictor]\nscale = "1/n"\n'
    found = parse_design(text)
    assert found.design.task == (i / n) * vector("b1") + (1 - i / n) * vector("b2")
    assert found.design.task_of_query == vector("b1")
    assert found.scale == 1 / n


def test_what_may_be_left_out():
    found = parse_design(
        """
        design.name = "plain"
        gaussians.prompt.q = 'I'
        prompt = { }""".replace("prompt = { }", "[prompt]\nquery = 'q'\nfeatures = 'q'\ntask = 'q'")
    ).design
    assert found.title == "plain" and found.example == () and found.parameters == ()
    assert (found.label_scale, found.noise) == (1, 0)
    assert found.query_task is None and found.query_noise is None


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("[0, 1]", 0, 1),
        ('[0, "oo"]', 0, sympy.oo),
        ('["-oo", "oo"]', -sympy.oo, sympy.oo),
        ('["-1/2", "1/2"]', Fraction(-1, 2), Fraction(1, 2)),
        ("[-3, 0x10]", -3, 16),
        ("[0.1, 0.3]", Fraction(1, 10), Fraction(3, 10)),
        ('["0.1", "3/10"]', Fraction(1, 10), Fraction(3, 10)),
        ("[1, 1]", 1, 1),
        ("[ # low\n 0,\n 1, # high\n]", 0, 1),
    ],
)
def test_ranges(written, low, high):
    found = parse_design(PROMISED.replace("[0, 1]", written)).design.parameters[0]
    assert (found.low, found.high) == (low, high)
    assert not found.low.has(sympy.Float) and not found.high.has(sympy.Float)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2", 2),
        ("0.5", sympy.Rational(1, 2)),
        ("'sigma*i'", sigma * i),
        ('"""sigma"""', sigma),
        ("'''sigma'''", sigma),
        ('"\\u0073igma"', sigma),
        ('"sqrt(d)*sigma"', sympy.sqrt(d) * sigma),
    ],
)
def test_ways_to_write_a_scalar(value, expected):
    text = PROMISED.replace('noise       = "sigma"', f"noise = {value}")
    assert parse_design(text).design.noise == expected


def test_windows_line_ends_and_marks():
    assert parse_design("\ufeff" + PROMISED.replace("\n", "\r\n")) == parse_design(PROMISED)
    text = PROMISED.replace("alpha*q", "alhpa*q").replace("\n", "\r\n")
    with pytest.raises(Unreadable, match=r"^design\.toml:20:16: "):
        parse_design(text)


def test_files(tmp_path):
    path = tmp_path / "rag.toml"
    path.write_text(PROMISED)
    assert read_design(path) == read_design(str(path)) == parse_design(PROMISED)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    assert read_design(link) == parse_design(PROMISED)


def test_what_is_no_file(tmp_path):
    pipe, plug = tmp_path / "pipe", tmp_path / "socket"
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(plug))
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (bounds.FILE + 1))
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"# one\n# caf\xe9")
    opened = os.listdir("/proc/self/fd")
    for path, problem in [
        (tmp_path / "none.toml", ": No such file or directory; expected a regular file"),
        (tmp_path, ": found no regular file; expected one, or a pipe"),
        (pipe, ": found an empty pipe; expected one with a writer, read only once"),
        (plug, ": No such device or address; expected a regular file"),
        ("/dev/zero", ": found no regular file; expected one, or a pipe"),
        (large, ": found a longer file; expected at most 16384 bytes"),
        (latin, ":2:6: found the byte 0xe9; expected UTF-8"),
        (tmp_path / ("x" * 300), ": File name too long; expected a regular file"),
        ("a\x00b", ": found no path; expected that of a regular file"),
    ]:
        with pytest.raises(Unreadable) as found:
            read_design(path)
        assert str(found.value) == plain(str(path)) + problem
    assert os.listdir("/proc/self/fd") == opened


def test_a_large_file_is_not_read_into_memory(tmp_path):
    path = tmp_path / "large.toml"
    path.touch()
    os.truncate(path, 2**26)
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match="found a longer file"):
            read_design(path)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_pipe_is_read_once():
    """Of a writer that is slow, too: what comes until it closes the pipe is the file."""
    read, write = os.pipe()

    def slowly():
        with os.fdopen(write, "wb") as stream:
            for part in (PROMISED[:100], PROMISED[100:]):
                time.sleep(0.1)
                stream.write(part.encode())
                stream.flush()

    writer = Thread(target=slowly)
    writer.start()
    assert read_design(f"/dev/fd/{read}") == parse_design(PROMISED)
    writer.join()
    with pytest.raises(Unreadable, match="found an empty pipe; expected one with a writer, read o"):
        read_design(f"/dev/fd/{read}")
    os.close(read)


def test_files_that_are_open():
    found = read_design(BytesIO(PROMISED.encode()))
    assert found == parse_design(PROMISED)
    with pytest.raises(Unreadable, match=r"^<stream>: found a longer file; expected at most"):
        read_design(BytesIO(b"#" * (bounds.FILE + 1)))
    with pytest.raises(Unreadable, match=r"^<stream>:1:1: found the byte 0xff; expected UTF-8"):
        read_design(BytesIO(b"\xff"))
