"""Formulas as people read them in a terminal: Unicode or ASCII, fractions over lines.

SymPy's pretty printer, with our names: a power is raised in its line, a short fraction stays in its
line, and terms stand in the order in which LaTeX has them.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sympy
from sympy.printing.pretty.pretty import PrettyPrinter
from sympy.printing.pretty.pretty_symbology import pretty_use_unicode
from sympy.printing.pretty.stringpict import prettyForm, stringPict

from theory.algebra.invariants import paired, trace_of
from theory.text.formulas import Formula
from theory.text.latex import STAR, terms_of, traced
from theory.text.plain import GREEK, lowered, plain, raised, words
from theory.text.rows import Mathematics, Prose, Row, row

SMALL = 9
"""The most characters of a fraction that is written in its line."""


class _PrettyPrinter(PrettyPrinter):
    """Pictures of expressions; ``flat`` keeps them in one line."""

    def __init__(self, unicode: bool, flat: bool = False):
        super().__init__({"use_unicode": unicode, "wrap_line": False})
        self.unicode, self.flat = unicode, flat

    def _text(self, text: str, binding: int = prettyForm.ATOM) -> prettyForm:
        return prettyForm(text, binding=binding)

    def _print_Symbol(self, expr: Any, bold_name: bool = False) -> prettyForm:
        if (written := trace_of(expr.name)) is not None:
            return self._print(written)
        vectors = paired(expr.name)
        squared = self.unicode and vectors is not None and vectors[0] == vectors[1]
        binding = prettyForm.POW if squared else prettyForm.ATOM
        return self._text(name(expr.name, self.unicode), binding)

    def _print_MatrixSymbol(self, expr: Any) -> prettyForm:
        return self._text(name(expr.name, self.unicode))

    _print_Dummy = _print_Symbol

    def _print_Identity(self, expr: Any) -> prettyForm:
        return self._text("I")

    def _print_Indexed(self, expr: Any) -> prettyForm:
        index = ",".join(map(str, expr.indices))
        return self._text(name(f"{expr.base.label}_{index}", self.unicode))

    def _print_Transpose(self, expr: Any) -> prettyForm:
        return self._right(self._grouped(expr.arg), "ᵀ" if self.unicode else "'")

    def _print_Entry(self, expr: Any) -> prettyForm:
        return self._print(expr.args[0])

    def _print_Diagonal(self, expr: Any) -> prettyForm:
        return self._call("diag", self._print(expr.args[0]))

    def _print_Trace(self, expr: Any) -> prettyForm:
        return self._call("tr", self._print(traced(expr)))

    def _call(self, function: str, inside: prettyForm) -> prettyForm:
        picture = prettyForm(*stringPict(*inside.parens()).left(function))
        picture.binding = prettyForm.ATOM
        return picture

    def _right(self, picture: prettyForm, text: str) -> prettyForm:
        made = prettyForm(*picture.right(text))
        made.binding = prettyForm.POW
        return made

    def _grouped(self, expr: Any) -> prettyForm:
        """In parentheses, unless it is one piece."""
        picture = self._print(expr)
        if picture.binding == prettyForm.ATOM:
            return picture
        return prettyForm(*picture.parens(), binding=prettyForm.ATOM)

    def _print_Pow(self, expr: Any) -> prettyForm:
        base, power = expr.base, expr.exp
        if self.unicode and base.is_Symbol and power.is_Integer and power > 1:
            one, other = paired(base.name) or ("", "vector")
            if one == other:  # the square of a length
                length = name(base.name).removesuffix("²")
                return self._text(length + raised(str(2 * power)), prettyForm.POW)
        if power.is_Rational and power < 0 and not base.is_Matrix:
            return self._fraction(sympy.Integer(1), base**-power)
        if power == sympy.Rational(1, 2):
            if base.is_Pow and base.exp == 2:
                return prettyForm(*self._print(base.base).parens("|", "|"), binding=prettyForm.ATOM)
            if not base.is_Matrix:
                root = "√" if self.unicode and not base.is_Add else "sqrt"
                inside = self._print(base)
                if root == "√" and inside.binding == prettyForm.ATOM:
                    return self._text(f"√{inside}")
                return self._call("sqrt", inside)
        picture, exponent = self._grouped(base), str(self._flat(power))
        if picture.height() == 1:
            return self._right(picture, raised(exponent, self.unicode))
        return picture ** self._text(exponent)

    def _print_MatPow(self, expr: Any) -> prettyForm:
        return self._print_Pow(expr)

    _print_Inverse = _print_MatPow

    def _print_Rational(self, expr: Any) -> prettyForm:
        binding = prettyForm.ATOM if expr.q == 1 and expr >= 0 else prettyForm.MUL
        return self._text(str(expr), binding)

    _print_Integer = _print_Rational

    def _flat(self, expr: Any) -> prettyForm:
        return _PrettyPrinter(self.unicode, flat=True)._print(expr)

    def _fraction(self, above: Any, below: Any) -> prettyForm:
        if self.flat or (_is_small(above) and _is_small(below)):
            top, bottom = self._flat(above), self._flat(below)
            if self.flat or top.width() + bottom.width() < SMALL:
                top = top if top.binding <= prettyForm.MUL else _parens(top)
                bottom = bottom if bottom.binding in PIECES else _parens(bottom)
                return self._text(f"{top}/{bottom}", prettyForm.MUL)
        lines = stringPict.stack(self._print(above), stringPict.LINE, self._print(below))
        return prettyForm(*lines, binding=prettyForm.MUL)

    def _print_Mul(self, expr: Any) -> prettyForm:
        if expr.could_extract_minus_sign():
            return self._minus(self._factor(-expr))
        above, below = sympy.fraction(expr, exact=True)
        if below != 1:
            return self._fraction(above, below)
        return self._product(map(self._factor, expr.as_ordered_factors()))

    def _print_MatMul(self, expr: Any) -> prettyForm:
        scalar, matrices = expr.as_coeff_matrices()
        if scalar.could_extract_minus_sign():
            return self._minus(self._factor(-expr))
        factors = [*([] if scalar == 1 else [scalar]), *matrices]
        return self._product(map(self._factor, factors))

    def _factor(self, expr: Any) -> prettyForm:
        picture = self._print(expr)
        return _parens(picture) if picture.binding > prettyForm.MUL else picture

    def _product(self, factors: Iterable[prettyForm]) -> prettyForm:
        between = "·" if self.unicode else "*"
        pieces = [piece for factor in factors for piece in (between, factor)][1:]
        return prettyForm(*stringPict.next(*pieces), binding=prettyForm.MUL)

    def _minus(self, picture: prettyForm) -> prettyForm:
        return prettyForm(*picture.left("-"), binding=prettyForm.NEG)

    def _print_Add(self, expr: Any, order: Any = None) -> prettyForm:
        return prettyForm(*stringPict.next(*self.terms(expr)), binding=prettyForm.ADD)

    _print_MatAdd = _print_Add

    def terms(self, expr: Any) -> list[prettyForm]:
        """The terms of a sum with their signs."""
        (minus, first), *rest = terms_of(expr)
        found = [self._minus(self._factor(first)) if minus else self._print(first)]
        return found + [
            prettyForm(*self._factor(term).left(" - " if minus else " + ")) for minus, term in rest
        ]

    def _print_Sum(self, expr: Any) -> prettyForm:
        if not self.flat:
            return super()._print_Sum(expr)
        inside, (index, low, high) = expr.args[0], expr.limits[0]
        ends = f"{self._flat(index)} = {self._flat(low)}..{self._flat(high)}"
        return self._call("sum", prettyForm(*self._print(inside).right(f", {ends}")))

    _print_Product = _print_Sum

    def _print_Function(self, expr: Any, **_: Any) -> prettyForm:
        arguments = ", ".join(str(self._flat(a)) for a in expr.args)
        return self._call(
            FUNCTIONS.get(expr.func.__name__, expr.func.__name__), self._text(arguments)
        )

    _print_laguerre = _print_assoc_laguerre = _print_Function


FUNCTIONS = {"laguerre": "Laguerre", "assoc_laguerre": "Laguerre"}
PIECES = (prettyForm.ATOM, prettyForm.FUNC, prettyForm.POW)
"""What needs no parentheses under a stroke."""


def _is_small(expr: Any) -> bool:
    """Whether it may be short enough for a fraction in its line."""
    return expr.is_Atom or all(a.is_Atom or (a.is_Pow and a.base.is_Atom) for a in expr.args)


def _parens(picture: prettyForm) -> prettyForm:
    return prettyForm(*picture.parens(), binding=prettyForm.ATOM)


def name(symbol: str, unicode: bool = True) -> str:
    """A symbol's name.

    >>> name("Sigma_x"), name("L_ATT_star"), name("r_1"), name("alpha", unicode=False)
    ('Σₓ', 'L*_ATT', 'r₁', 'alpha')
    >>> name("dot(m, m)"), name("dot(m, m)", unicode=False)
    ('‖m‖²', 'dot(m, m)')
    """
    if unicode and (vectors := paired(symbol)) is not None:
        one, other = (name(vector) for vector in vectors)
        return f"‖{one}‖²" if one == other else f"⟨{one}, {other}⟩"
    if symbol.endswith(STAR):
        head, _, model = symbol.removesuffix(STAR).partition("_")
        return f"{name(head, unicode)}*{f'_{model}' if model else ''}"
    head, *below = symbol.split("_")
    if not unicode:
        return symbol
    letter = re.fullmatch(r"([A-Za-z]+)(\d*)", head)
    if letter and letter[1] in GREEK:
        head = GREEK[letter[1]] + (lowered(letter[2]) if letter[2] else "")
    return head + "".join(lowered(GREEK.get(part, part)) for part in below)


def _picture(what: Mathematics, unicode: bool, flat: bool = False) -> prettyForm:
    if isinstance(what, str):
        return prettyForm(plain(what, unicode))
    if isinstance(what, Row):
        return prettyForm(*stringPict.next(*(_picture(p, unicode, flat) for p in what.parts)))
    return _PrettyPrinter(unicode, flat)._print(what)


@contextmanager
def _signs(unicode: bool) -> Iterator[None]:
    """SymPy's brackets and strokes in Unicode or ASCII, while this lasts."""
    before = pretty_use_unicode(unicode)
    try:
        yield
    finally:
        pretty_use_unicode(before)


def line(what: Mathematics, unicode: bool = True) -> str:
    """Mathematics in one line.

    >>> n, d, s = sympy.symbols("n d sigma")
    >>> line(d - n * d / (n + d + s**2)), line(1 / (n + s**2), unicode=False)
    ('d - d·n/(d + n + σ²)', '1/(n + sigma^2)')
    """
    with _signs(unicode):
        return re.sub(r" {2,}", " ", str(_picture(what, unicode, flat=True))).strip()


def in_words(text: Prose, unicode: bool = True) -> str:
    r"""A sentence as text.

    >>> from theory.text.rows import Sentence
    >>> in_words(Sentence(("for ", sympy.Symbol("alpha"), r" in $[0, \infty)$")))
    'for α in [0, ∞)'
    """
    if isinstance(text, str):
        return words(text, unicode)
    return "".join(
        words(p, unicode) if isinstance(p, str) else line(p, unicode) for p in text.parts
    )


def picture(formula: Formula | Mathematics, width: int, unicode: bool = True) -> list[str]:
    """A formula in lines of at most that width; long sums go on in the next line.

    >>> n, d = sympy.symbols("n d")
    >>> print(*picture(Formula("L", d - n * d / (n + d + 1)), 40), sep="\\n")
               d·n
    L = d - ─────────
            d + n + 1
    """
    if not isinstance(formula, Formula):
        formula = Formula(formula, "", "")
    meaning = (formula.meaning, " = ") if formula.meaning else ()
    with _signs(unicode):
        relation = _picture(row(f" {formula.relation} ", *meaning), unicode)
        note = [_picture(row("   ", formula.note), unicode)] if formula.note else []
        left, right = _terms(formula.left, unicode), _terms(formula.right, unicode)
        whole = [*left, relation, *right, *note]
        if sum(p.width() for p in whole) <= width:
            return _lines(prettyForm(*stringPict.next(*whole)))
        if max(p.width() for p in whole) + len(INDENT) <= width and len(left) == 1:
            head = prettyForm(*stringPict.next(*left, relation))
            return _packed([head, *right, *note], width)
        left = _terms(formula.left, unicode, flat=True)
        right = _terms(formula.right, unicode, flat=True)
        texts = [str(p) for p in (*left, relation, *right, *note)]
        if not len(texts[0]) > width / 2:
            texts = ["".join(texts[: len(left) + 1]), *texts[len(left) + 1 :]]
    return [line for text in _joined(texts, width) for line in _wrapped(text, width)]


def _joined(texts: list[str], width: int) -> list[str]:
    """Texts side by side, as many to a line as fit."""
    rows: list[str] = []
    for text in texts:
        if rows and len(rows[-1]) + len(text) <= width:
            rows[-1] += text
        else:
            rows.append(INDENT + text.lstrip() if rows else text)
    return rows


def _wrapped(text: str, width: int) -> list[str]:
    """A line that is still too long, in several."""
    inside = " " * (len(text) - len(text.lstrip())) + INDENT
    return textwrap.wrap(
        text,
        max(width, 20),
        subsequent_indent=inside,
        break_long_words=False,
        break_on_hyphens=False,
    )


INDENT = "    "
"""What lines begin with that a formula goes on in."""


def _terms(side: Mathematics, unicode: bool, flat: bool = False) -> list[prettyForm]:
    if isinstance(side, sympy.Basic) and (side.is_Add or side.is_MatAdd):
        return _PrettyPrinter(unicode, flat).terms(side)
    return [_picture(side, unicode, flat)]


def _packed(pictures: list[prettyForm], width: int) -> list[str]:
    """Pictures side by side, as many to a line as fit."""
    rows: list[prettyForm] = []
    for one in pictures:
        if rows and rows[-1].width() + one.width() <= width:
            rows[-1] = prettyForm(*rows[-1].right(one))
        else:
            rows.append(prettyForm(*one.left(INDENT)) if rows else one)
    return [text for one in rows for text in _lines(one)]


def _lines(picture: prettyForm) -> list[str]:
    return [text.rstrip() for text in str(picture).splitlines()]
