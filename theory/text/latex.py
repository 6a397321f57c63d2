"""LaTeX in the notation of the docs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import sympy
from sympy import Identity
from sympy.printing.latex import LatexPrinter

from theory.algebra.invariants import paired, trace_of
from theory.designs.domain import Condition
from theory.text.rows import Mathematics, Prose, Row

STAR = "_star"
"""What the name of an optimal value ends in: ``L_ATT_star`` is attention's least risk."""
NAMES = {"1_n": r"\mathbf{1}", "Omega": r"\Omega", "n_max": r"n_{\max}"}


class _LatexPrinter(LatexPrinter):
    """Our notation; sums in brackets that are wider than ``width`` stand in several lines."""

    def __init__(self, width: int = 0) -> None:
        super().__init__({"fold_frac_powers": True, "mat_symbol_style": "plain"})
        self.width = width

    def _print_Identity(self, expr: Any, exp: Any = None) -> str:
        return "I"

    def _print_Entry(self, expr: Any) -> str:
        return self._print(expr.args[0])

    def _print_Diagonal(self, expr: Any) -> str:
        return rf"\operatorname{{diag}}_i\left({self._print(expr.args[0])}\right)"

    def _print_Transpose(self, expr: Any) -> str:
        if isinstance(expr.arg, sympy.MatrixSymbol) and expr.arg.name.endswith(STAR):
            return self._print(expr.arg).removesuffix(r"^\star") + r"^{\star\top}"
        return self.parenthesize(expr.arg, sympy.printing.precedence.PRECEDENCE["Pow"]) + r"^\top"

    def _print_Trace(self, expr: Any, exp: Any = None) -> str:
        body = rf"\operatorname{{tr}}\left({self._print(traced(expr))}\right)"
        return body if exp is None else rf"{body}^{{{exp}}}"

    def _print_MatMul(self, expr: Any) -> str:
        # SymPy asks every factor for its sign, which takes most of the time
        first, *rest = expr.args
        if first.is_Matrix:
            return " ".join(map(self._factor, expr.args))
        minus = "- " if _sign(expr) else ""
        first = -first if minus else first
        factors = rest if first == 1 else [first, *rest]
        alone = self._print_level < 2 and isinstance(rest[0], Identity) and not first.is_Atom
        apart = r"\, " if alone else " "
        return minus + apart.join(map(self._factor, factors))

    def _factor(self, expr: Any) -> str:
        """A factor of a product, in parentheses where it is a sum."""
        body = self._print(expr)
        is_sum = expr.is_Add or isinstance(expr, sympy.MatAdd)
        return rf"\left({body}\right)" if is_sum else body

    def _print_MatPow(self, expr: Any) -> str:
        body = self._print(expr.base)
        if not isinstance(expr.base, sympy.MatrixSymbol):
            body = rf"\left({body}\right)"
        return rf"{body}^{{{expr.exp}}}"

    def _print_MatAdd(self, expr: Any) -> str:
        return self._sum(self.terms(expr))

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        return self._sum(self.terms(expr))

    def terms(self, expr: Any) -> list[str]:
        """The terms of a sum with their signs."""
        if not (expr.is_Add or expr.is_MatAdd):
            return [self._print(expr)]
        (minus, first), *rest = terms_of(expr)
        found = [self._print(-first) if minus else self._print(first)]
        return found + [(" - " if minus else " + ") + self._factor(term) for minus, term in rest]

    def _sum(self, terms: list[str]) -> str:
        """A sum, in several lines where it is too wide for its brackets."""
        whole = "".join(terms)
        if not self.width or self._print_level < 2 or glyphs(whole) <= self.width:
            return whole
        return stacked(packed(terms, self.width))

    def _print_Pow(self, expr: Any) -> str:
        if expr.base.is_Symbol and expr.exp.is_Integer and expr.exp > 0:
            vectors = paired(expr.base.name)
            if vectors is not None:
                return self._inner(*vectors, power=int(expr.exp))
        # the root of a square is an absolute value
        if expr.exp == sympy.Rational(1, 2) and expr.base.is_Pow and expr.base.exp == 2:
            return rf"\left|{self._print(expr.base.base)}\right|"
        return super()._print_Pow(expr)

    def _print_Inverse(self, expr: Any) -> str:
        return self._print_MatPow(expr)

    def _print_Symbol(self, expr: Any, *args: Any, **options: Any) -> str:
        if (vectors := paired(expr.name)) is not None:
            return self._inner(*vectors)
        if (written := trace_of(expr.name)) is not None:
            return self._print(written)
        if expr.name.endswith(STAR):
            return self._star(expr.name.removesuffix(STAR))
        printed = NAMES.get(expr.name) or super()._print_Symbol(expr, *args, **options)
        name, sign, below = printed.partition("_{")
        below = _WORD_BELOW.sub(UPRIGHT, below.replace(" ", r"\, "))
        return _WORD.sub(UPRIGHT, name) + sign + below

    def _inner(self, one: str, other: str, power: int = 1) -> str:
        """An inner product of two vectors; of one with itself its squared length."""
        first, second = (self._print(sympy.Symbol(name)) for name in (one, other))
        if one == other:
            return rf"\|{first}\|^{{{2 * power}}}"
        raised = "" if power == 1 else f"^{{{power}}}"
        return rf"\langle {first}, {second} \rangle{raised}"

    def _star(self, name: str) -> str:
        """An optimal value, of a model perhaps."""
        head, _, model = name.partition("_")
        below = rf"_{{\mathrm{{{model}}}}}" if model else ""
        return rf"{self._print_Symbol(sympy.Symbol(head))}^\star{below}"

    # L is the risk.
    def _print_laguerre(self, expr: Any, exp: Any = None) -> str:
        return super()._print_laguerre(expr, exp).replace("L_", r"\mathcal{L}_", 1)

    def _print_assoc_laguerre(self, expr: Any, exp: Any = None) -> str:
        return super()._print_assoc_laguerre(expr, exp).replace("L_", r"\mathcal{L}_", 1)

    def _print_MatrixSymbol(self, expr: Any) -> str:
        return self._print_Symbol(sympy.Symbol(expr.name))

    def _print_Rational(self, expr: Any) -> str:
        if expr.q == 1:
            return str(expr.p)
        return super()._print_Rational(expr)


def terms_of(expr: Any) -> list[tuple[bool, Any]]:
    """The terms of a sum, each with whether it is subtracted, as they are shown.

    A positive one first; multiples of the identity last.

    >>> n, d = sympy.symbols("n d")
    >>> terms_of(d - n)
    [(False, d), (True, n)]
    """
    if expr.is_MatAdd:
        terms = [(_sign(t), t) for t in expr.args]
        terms.sort(key=lambda one: (one[0], one[1].has(Identity)))
    else:
        terms = [(t.could_extract_minus_sign(), t) for t in expr.as_ordered_terms()]
        terms.sort(key=lambda one: one[0])
    return [(minus, -t if minus else t) for minus, t in terms]


def traced(expr: sympy.Trace) -> Any:
    """What a trace is of, with an inverse last where there is one: "tr(S^2 B^{-1})"."""
    factors = list(expr.arg.args) if isinstance(expr.arg, sympy.MatMul) else [expr.arg]
    while len(factors) > 1 and any(map(_is_inverse, factors)) and not _is_inverse(factors[-1]):
        factors = factors[1:] + factors[:1]
    return sympy.MatMul(*factors) if len(factors) > 1 else factors[0]


def _is_inverse(expr: Any) -> bool:
    return isinstance(expr, sympy.MatPow) and not isinstance(expr.base, sympy.MatrixSymbol)


def _sign(expr: Any) -> bool:
    """Whether a matrix term is printed with a minus sign."""
    if not isinstance(expr, sympy.MatMul) or expr.args[0].is_Matrix:
        return False
    return bool(expr.args[0].could_extract_minus_sign())


def glyphs(text: str) -> int:
    """About how many characters a formula in LaTeX shows."""
    return len(_MARKS.sub("", _COMMAND.sub("x", text)))


def packed(pieces: Iterable[str], width: int) -> list[str]:
    """Pieces in lines, as many to a line as fit."""
    lines: list[str] = []
    for piece in pieces:
        if lines and glyphs(lines[-1] + piece) <= width:
            lines[-1] += piece
        else:
            lines.append(f"{{}}{piece}" if lines else piece)
    return [line.strip() for line in lines]


def stacked(lines: Iterable[str]) -> str:
    """Lines below each other, inside of a formula."""
    body = " \\\\\n".join(f"& {line}" for line in lines)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def pieces(what: Mathematics, width: int) -> list[str]:
    """Mathematics, apart where a line may end."""
    if isinstance(what, sympy.Basic):
        printer = _LatexPrinter(width)
        printer._print_level = int(what.is_Add or what.is_MatAdd)  # terms are inside of a sum
        return [_SIMPLE.sub(r"(\1)", term) for term in printer.terms(what)]
    if isinstance(what, str):
        return [what]
    found, depth = [""], 0
    for part in what.parts:
        inside = pieces(part, width)
        if depth and len(inside) > 1 and glyphs("".join(inside)) > width:
            inside = [stacked(packed(inside, width))]
        apart = isinstance(part, str) and part.startswith((" + ", " - ")) and not depth
        first, *rest = inside if not depth else ["".join(inside)]
        found = [*found, first] if apart else [*found[:-1], found[-1] + first]
        found += rest
        if isinstance(part, str):
            depth += sum(part.count(c) for c in "({") - sum(part.count(c) for c in ")}")
    return [piece for piece in found if piece]


def latex(what: Mathematics) -> str:
    """Mathematics in LaTeX, without dollar signs.

    Examples
    --------
    >>> n, d = sympy.symbols("n d")
    >>> latex(d - n * d / (n + d + 1))
    'd - \\\\frac{d n}{d + n + 1}'
    >>> S = sympy.MatrixSymbol("Sigma_x", d, d)
    >>> latex(S ** sympy.Rational(-1, 2))
    '\\\\Sigma_{x}^{-1/2}'
    >>> latex(sympy.Symbol("noise"))
    '\\\\mathrm{noise}'
    """
    if isinstance(what, str):
        return what
    if isinstance(what, Row):
        return "".join(map(latex, what.parts))
    return _SIMPLE.sub(r"(\1)", _LatexPrinter().doprint(what))


def prose(text: Prose) -> str:
    """Words with their mathematics in LaTeX, between dollar signs.

    >>> from theory.text.rows import Sentence
    >>> prose(Sentence(("where ", sympy.Symbol("alpha"), " is small")))
    'where $\\\\alpha$ is small'
    """
    if isinstance(text, str):
        return text
    return "".join(p if isinstance(p, str) else f"${latex(p)}$" for p in text.parts)


_COMMAND, _MARKS = re.compile(r"\\[A-Za-z]+|\\."), re.compile(r"[{}^_ \\]")

# A name of several letters must not look like their product.
_WORD, _WORD_BELOW = re.compile(r"^[A-Za-z]{2,}"), re.compile(r"(?<!\\)\b[A-Za-z]{3,}\b")
"""What is a word, as a name and as a subscript, where two letters are two indices."""
UPRIGHT = r"\\mathrm{\g<0>}"

# Parentheses around a flat sum need not grow: "(n + 1)".
_SIMPLE = re.compile(r"\\left\(([\w\s+-]*)\\right\)")


def condition_latex(condition: Condition) -> str:
    """A condition in LaTeX.

    >>> condition_latex(Condition(sympy.Symbol("sigma"), "> 0"))
    '\\\\sigma > 0'
    """
    return f"{latex(condition.expression)} {condition.relation}"
