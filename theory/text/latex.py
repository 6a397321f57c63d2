"""LaTeX in the notation of the docs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter

from theory.designs.combinations import Combination
from theory.designs.design import Design
from theory.designs.domain import Condition
from theory.scalars.symbols import i

RELATIONS = r",\quad "
"""What separates the relations of a list in one formula."""

NAMES = {"1_n": r"\mathbf{1}", "Omega": r"\Omega", "n_max": r"n_{\max}"}


class _Printer(LatexPrinter):
    def __init__(self) -> None:
        super().__init__({"fold_frac_powers": True, "mat_symbol_style": "plain"})

    def _print_Identity(self, expr: Any, exp: Any = None) -> str:
        return "I"

    def _print_Transpose(self, expr: Any) -> str:
        if isinstance(expr.arg, sympy.MatrixSymbol) and expr.arg.name.endswith("_star"):
            return self._print(expr.arg).removesuffix(r"^\star") + r"^{\star\top}"
        return self.parenthesize(expr.arg, sympy.printing.precedence.PRECEDENCE["Pow"]) + r"^\top"

    def _print_Trace(self, expr: Any, exp: Any = None) -> str:
        # The inverse last: "tr(S^2 B^{-1})".
        factors = list(expr.arg.args) if isinstance(expr.arg, sympy.MatMul) else [expr.arg]
        while len(factors) > 1 and any(map(_is_inverse, factors)) and not _is_inverse(factors[-1]):
            factors = factors[1:] + factors[:1]
        body = self._print(sympy.MatMul(*factors) if len(factors) > 1 else factors[0])
        body = rf"\operatorname{{tr}}\left({body}\right)"
        return body if exp is None else rf"{body}^{{{exp}}}"

    def _print_MatMul(self, expr: Any) -> str:
        # SymPy asks every factor for its sign, which takes most of the time
        first, *rest = expr.args
        if first.is_Matrix:
            return " ".join(map(self._factor, expr.args))
        minus = "- " if _sign(expr) else ""
        first = -first if minus else first
        factors = rest if first == 1 else [first, *rest]
        return minus + " ".join(map(self._factor, factors))

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
        # Multiples of the identity last, negative terms after positive ones.
        terms = sorted(expr.args, key=lambda a: (_sign(a), a.has(sympy.Identity)))
        out = self._print(terms[0])
        for term in terms[1:]:
            out += " - " + self._print(-term) if _sign(term) else " + " + self._print(term)
        return out

    def _print_Pow(self, expr: Any) -> str:
        # the root of a square is an absolute value
        if expr.exp == sympy.Rational(1, 2) and expr.base.is_Pow and expr.base.exp == 2:
            return rf"\left|{self._print(expr.base.base)}\right|"
        return super()._print_Pow(expr)

    def _print_Inverse(self, expr: Any) -> str:
        return self._print_MatPow(expr)

    def _print_Symbol(self, expr: Any, *args: Any, **options: Any) -> str:
        printed = NAMES.get(expr.name) or super()._print_Symbol(expr, *args, **options)
        return _WORD.sub(r"\\mathrm{\g<0>}", printed)

    # L is the risk.
    def _print_laguerre(self, expr: Any, exp: Any = None) -> str:
        return super()._print_laguerre(expr, exp).replace("L_", r"\mathcal{L}_", 1)

    def _print_assoc_laguerre(self, expr: Any, exp: Any = None) -> str:
        return super()._print_assoc_laguerre(expr, exp).replace("L_", r"\mathcal{L}_", 1)

    def _print_MatrixSymbol(self, expr: Any) -> str:
        name = expr.name.removesuffix("_star")
        printed = NAMES.get(name) or self._print_Symbol(sympy.Symbol(name))
        return printed if name == expr.name else rf"{printed}^\star"

    def _print_Rational(self, expr: Any) -> str:
        if expr.q == 1:
            return str(expr.p)
        return super()._print_Rational(expr)

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        # A positive term first: "d - n w" and never "-n w + d".
        terms = self._as_ordered_terms(expr, order=order)
        terms.sort(key=lambda t: t.could_extract_minus_sign())
        out = self._print(terms[0])
        for term in terms[1:]:
            negative = term.could_extract_minus_sign()
            out += (" - " if negative else " + ") + self._grouped(-term if negative else term)
        return out

    def _grouped(self, term: Any) -> str:
        body = self._print(term)
        return rf"\left({body}\right)" if term.is_Add else body


def _is_inverse(expr: Any) -> bool:
    return isinstance(expr, sympy.MatPow) and not isinstance(expr.base, sympy.MatrixSymbol)


def _sign(expr: Any) -> bool:
    """Whether a matrix term is printed with a minus sign."""
    if not isinstance(expr, sympy.MatMul) or expr.args[0].is_Matrix:
        return False
    return bool(expr.args[0].could_extract_minus_sign())


def latex(expr: Any) -> str:
    """A SymPy expression in LaTeX, without dollar signs.

    Examples
    --------
    >>> import sympy
    >>> n, d = sympy.symbols("n d")
    >>> latex(d - n * d / (n + d + 1))
    'd - \\\\frac{d n}{d + n + 1}'
    >>> S = sympy.MatrixSymbol("Sigma_x", d, d)
    >>> latex(S ** sympy.Rational(-1, 2))
    '\\\\Sigma_{x}^{-1/2}'
    >>> latex(sympy.Symbol("noise"))
    '\\\\mathrm{noise}'
    """
    return _SIMPLE.sub(r"(\1)", _Printer().doprint(expr))


# A name of several letters must not look like their product.
_WORD = re.compile(r"^[A-Za-z]{2,}")

# Parentheses around a flat sum need not grow: "(n + 1)".
_SIMPLE = re.compile(r"\\left\(([\w\s+-]*)\\right\)")


def weight_latex(weight: sympy.Expr) -> str:
    """A weight in LaTeX; a scalar stands for that multiple of the identity.

    >>> weight_latex(1 / sympy.Symbol("n"))
    '\\\\frac{1}{n}\\\\, I'
    """
    return latex(weight) + ("" if weight.is_Matrix else r"\, I")


def told(condition: Condition) -> str:
    """A condition in LaTeX.

    >>> told(Condition(sympy.Symbol("sigma"), "> 0"))
    '\\\\sigma > 0'
    """
    return f"{latex(condition.expression)} {condition.relation}"


def equation(left: Any, right: Any) -> str:
    """``left = right`` in LaTeX; strings are taken as LaTeX already."""
    sides = (s if isinstance(s, str) else latex(s) for s in (left, right))
    return " = ".join(sides)


def design_latex(design: Design) -> str:
    """How a design draws its prompt."""
    drawn = vectors_latex(design.prompt, design.example)
    return RELATIONS.join([*drawn, *combinations_latex(design)])


def vectors_latex(
    prompt: Iterable[tuple[str, str]], example: Iterable[tuple[str, str]] = ()
) -> list[str]:
    """Gaussian vectors with their covariances, those of one covariance together.

    >>> vectors_latex([("q", "I"), ("b", "Sigma")], [("e", "I")])
    ['q, e_i \\\\sim \\\\mathcal{N}(0, I)', 'b \\\\sim \\\\mathcal{N}(0, \\\\Sigma)']
    """
    by_covariance: dict[str, list[str]] = {}
    for name, covariance in prompt:
        by_covariance.setdefault(covariance, []).append(_name(name))
    for name, covariance in example:
        by_covariance.setdefault(covariance, []).append(_drawn(name))
    return [
        f"{', '.join(names)} \\sim \\mathcal{{N}}(0, {_name(covariance)})"
        for covariance, names in by_covariance.items()
    ]


def combinations_latex(design: Design) -> list[str]:
    """Query, features, tasks and labels of a design."""
    fresh = {v for v, _ in design.example}
    task, scale, noise = design.task, design.label_scale, design.noise
    along = "_i" if task.symbols & {i} else ""
    lines = [
        f"x = {_combination(design.query, fresh)}",
        f"x_i = {_combination(design.features, fresh)}",
        rf"\beta{along} = {_combination(task, fresh)}",
        "y_i = " + _label(scale, "x_i", rf"\beta{along}", noise, r"\xi_i"),
    ]
    if design.query_task is not None:
        lines.append(f"\\beta_0 = {_combination(design.query_task, fresh)}")
    own = "\\beta" if design.query_task is None else "\\beta_0"
    label = _label(design.label_scale_of_query, "x", own, design.noise_of_query, "\\xi_0")
    return [*lines, f"y = {label}"]


def _name(name: str) -> str:
    return "I" if name == "I" else latex(sympy.Symbol(name))


def _drawn(name: str) -> str:
    """The vector of example i."""
    plain = _name(name)
    return plain[:-1] + ", i}" if plain.endswith("}") and "_{" in plain else plain + "_i"


def _combination(combination: Combination, fresh: set[str]) -> str:
    out = ""
    for term in combination.terms:
        c = term.coefficient
        negative = c.as_coeff_Mul()[0] < 0
        c = -c if negative else c
        body = "" if c == 1 else (rf"\left({latex(c)}\right) " if c.is_Add else latex(c) + r"\, ")
        body += " ".join(_name(m) for m in term.matrices)
        own = _drawn(term.vector) if term.vector in fresh else _name(term.vector)
        body += (" " if term.matrices else "") + own
        sign = " - " if negative else " + "
        out += body if not out and not negative else sign + body
    return out.strip()


def _label(scale: sympy.Expr, x: str, task: str, noise: sympy.Expr, xi: str) -> str:
    head = "" if scale == 1 else latex(scale) + r"\, "
    tail = "" if noise == 0 else " + " + ("" if noise == 1 else latex(noise) + r"\, ") + xi
    return rf"{head}{x}^\top {task}{tail}"
