"""Which statements and designs have a certificate, and what the checker says of it."""

from __future__ import annotations

import ast
import io
import json
import tokenize
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.markdown import code, escaped, sentence, table
from verify.certificates import checker
from verify.certificates.subjects import Subject, shipped
from verify.certificates.writing import Certified, checked, put_in
from verify.settings import Settings

PARTS = {
    "polynomials in words": "Sum spend term letter joined tied shared",
    "formulas": "read any_shape scalar trace settled square column shape vector cyclic turned"
    " transposed bounded",
    "roots and divisors": "reduced cleared zero inverse add named root",
    "signs over ranges": "part quadratic seen is_psd is_product assume factors nonzero inside"
    " leading stays fits even grounded put_in follows sign product is_definite",
    "the risk": "risk_of averaged over_examples along exact least sides chains",
    "covariances and inverses": "name define signs add_inverse know vanishes invertible",
    "limits": "in_a_limit expand near",
    "moments": "Moment",
    "points": "at_a_point differ grid diagonal",
    "files and what they hold": "rational listed fields covariances_of load main shown expect",
}
"""The checker's functions by what they are for; what is not named is the check of steps."""
REST = "the steps, and constants"


def tables() -> dict[str, str]:
    """The table of certificates of all that ships, and that of the checker's parts, by name."""
    source = Path(checker.__file__).read_text(encoding="utf-8")
    lengths = Counter({REST: len(lines_of_code(source))})
    for part, names in PARTS.items():
        for name in names.split():
            lengths[part] += len(lines_of_code(source, name))
    lengths[REST] -= sum(lengths[part] for part in PARTS)
    parts = [(part, str(lengths[part])) for part in (*PARTS, REST)]
    parts.append(("all", str(lengths.total())))
    return {
        "checker": table(("part", "lines of code"), parts),
        "certificates": table(
            ("statement or design", "certified", "where these have an inverse", "kB", "checker"),
            map(_row, shipped()),
        ),
    }


def lines_of_code(source: str, name: str = "") -> set[int]:
    """The lines of a file, or of one of its functions or classes, that are no comment or layout.

    >>> lines_of_code("import os\\ndef f():\\n    # nothing\\n    return 1\\n", "f")
    {2, 4}
    """
    found, defined = _code(source)
    return found & defined[name] if name else found


@cache
def _code(source: str) -> tuple[set[int], dict[str, set[int]]]:
    """The lines of a file that are code, and those that its functions and classes are in."""
    tree = ast.parse(source)
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    defined = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    told = (node.body[0] for node in defined if ast.get_docstring(node))
    words = {line for node in told for line in _lines(node)}
    layout = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    found: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in {*layout, tokenize.ENDMARKER}:
            found |= set(range(token.start[0], token.end[0] + 1))
    named = (node for node in reversed(defined) if not isinstance(node, ast.Module))
    return found - words, {node.name: _lines(node) for node in named}


def _lines(node: ast.stmt) -> set[int]:
    return set(range(node.lineno, (node.end_lineno or 0) + 1))


def _row(subject: Subject) -> tuple[str, ...]:
    name = (
        code(subject.name)
        if subject.claim or subject.file is None
        else f"design {code(subject.name)}"
    )
    _, found = subject.certified(Settings())
    if found.challenge is None or found.certificate is None:
        return name, "none", sentence(escaped("; ".join(found.missing))), "", ""
    where = json.loads(found.challenge).get("where", [])
    shown = ", ".join(map(_short, where)) or "no conditions"
    size = (len(found.challenge) + len(found.certificate)) / 1000
    missing = [f"no certificate: {one}" for one in found.missing]
    what = "; ".join([*_counted(found), *missing])
    return name, escaped(what), shown, f"{size:.1f}", _said(subject.name, found)


def _counted(found: Certified) -> list[str]:
    """Which quantities are exact, right in a limit or refuted."""
    found_in = {one.verdict: [] for one in found.assertions}
    for one in found.assertions:
        found_in[one.verdict].append(one.quantity)
    return [f"{verdict}: {', '.join(quantities)}" for verdict, quantities in found_in.items()]


def _short(formula: str) -> str:
    return code(formula if len(formula) <= 60 else formula[:57] + "...")


def _said(name: str, found: Certified) -> str:
    with TemporaryDirectory() as folder:
        put_in(Path(folder), name, found)
        rejected = checked(Path(folder), name)
    return rejected or "accepted"
