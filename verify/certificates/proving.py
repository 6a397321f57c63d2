"""A proof that a weight is optimal and a risk its own, for all sizes, in the checker's letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy

from theory.errors import Underivable
from theory.language.formulas.tree import Name, Power, Tree, children
from theory.language.formulas.writing import written
from verify.certificates.challenge import Assertion
from verify.certificates.checker import ASSERTION, Algebra, Case, Rejected, Sum, along, term
from verify.certificates.ideals import Multiples, Word, cyclic_multiples, multiples
from verify.certificates.notation import product_text, scalar_of, terms_of, trace_symbol

HALF = Fraction(1, 2)


def inverted(tree: Tree) -> Iterator[Tree]:
    """What a formula takes inverses of by a negative power, the inner ones first.

    >>> from theory.language.formulas.parser import parse
    >>> from theory.language.formulas.printing import printed
    >>> [printed(one) for one in inverted(parse("(A + B^-1)^-1*C^(-1/2)"))]
    ['B', 'A + B^-1', 'sqrt(C)']
    """
    for child in children(tree):
        yield from inverted(child)
    if isinstance(tree, Power) and tree.exponent < 0:
        yield tree.base if tree.exponent.denominator == 1 else replace(tree, exponent=HALF)


def rooted(tree: Tree, matrices: Iterable[str]) -> set[str]:
    """The covariances of which a formula takes roots."""
    found = set().union(*(rooted(child, matrices) for child in children(tree)))
    if isinstance(tree, Power) and tree.exponent.denominator == 2 and isinstance(tree.base, Name):
        found |= {tree.base.name} & set(matrices)
    return found


class Proof:
    """A certificate that grows; the checker's own algebra says what is left to show.

    Parameters
    ----------
    challenge
        The challenge without conditions; those that are needed are added to it.
    roots
        Covariances of which the formulas take roots.
    """

    def __init__(self, challenge: dict[str, Any], roots: Iterable[str]):
        self.challenge, self.roots = challenge, sorted(roots)
        self.case = Case(challenge, self.roots)
        self.inverses: list[str] = []

    @property
    def algebra(self) -> Algebra:
        return self.case.algebra

    def inverse(self, text: str) -> None:
        """List a matrix that has an inverse, with a condition where that is not seen."""
        found = self.algebra.read(text)
        words = {word for _, word in found}
        if not any(words):
            return
        try:
            self.algebra.inverse(found)
        except Rejected:
            self._list(text, words)

    def _list(self, text: str, words: set[Word]) -> None:
        single = next(iter(words)) if len(words) == 1 else ()
        names = {x.lstrip("√") for x in single if not x.startswith("#")}
        where = self.challenge["where"]
        for conditions in ([], sorted(names - {*where}), [text]):
            for one in conditions:
                where.append(one)
                self.algebra.assume(self.algebra.read(one))
            try:
                self.case.add_inverse(text)
            except Rejected:
                continue
            self.inverses.append(text)
            return
        raise Underivable(f"the inverse of {text} is not seen to exist")

    def weight(self, formula: str | tuple[str, ...]) -> dict[str, Any]:
        """The proof that a weight is stationary, or coefficients of several steps."""
        if not isinstance(formula, str):
            return {"formula": list(formula), "gradient": "0"}
        weight = self.algebra.read(formula)
        return {"formula": formula, "gradient": self._zero(self._gradient(weight))}

    def see(self, weight: dict[str, Any] | None) -> None:
        """Let the checker know the weight, as it does first."""
        self.case.show(weight)

    def _gradient(self, weight: Sum) -> Sum:
        """The matrix G with ``tr(G' V)`` the slope of the risk in every direction V."""
        own, total = self.algebra, Sum()
        slope = along(own.risk, [weight], [own.any_way], own)[1]
        for (monomial, _), c in slope.items():
            (trace,) = (x for x, _ in monomial if {"V", "V'"} & {*x.split(" ")})
            word = tuple(trace.split(" ")[1:])
            at = next(k for k, x in enumerate(word) if x in ("V", "V'"))
            rest = word[at + 1 :] + word[:at]
            outer = own.turned(rest) if word[at] == "V" else rest
            factors = tuple(one for one in monomial if one[0] != trace)
            total = total + term(c, factors, outer)
        return total

    def difference(self, asserted: Assertion) -> str:
        """The proof that a formula is the risk, or the excess, of a stationary or given weight."""
        own, given = self.algebra, asserted.at is not None
        free = own.free if given else {}
        best = [own.read(asserted.at, **free)] if given else own.weights
        exact = self.case.exact(asserted.quantity, own, best, given)
        return self._zero_scalar(own.read(asserted.formula, **free) - exact)

    def seen(self, asserted: Assertion) -> None:
        """See that the checker sees it, where it has nothing to be told."""
        self.case.check({}, *(asserted.data[key] for key in ASSERTION.split()))

    def divisors(self) -> None:
        """Conditions for what formulas divide by and what may be zero."""
        for x, p in self.algebra.below.items():
            if x not in self.case.made and not self.algebra.nonzero(p):
                self.challenge["where"].append(written(scalar_of(p, self.algebra)))
                self.algebra.assume(p)

    def _relations(self) -> dict[str, dict[Word, sympy.Expr]]:
        found = {}
        for k in range(1, len(self.inverses) + 1):
            sides = ["L", "R"] if f"#{k}" not in self.algebra.one_sided else ["L", "R", "L'", "R'"]
            for side in sides:
                terms = terms_of(self.algebra.names[f"#{k}{side}"], self.algebra)
                mark = {sympy.Symbol("@"): sympy.Integer(1)}
                found[f"#{k}{side}"] = {w: c.xreplace(mark) for w, c in terms.items()}
        return found

    def _zero(self, found: Sum) -> str:
        if self.algebra.zero(found):
            return "0"
        return _text(multiples(terms_of(found, self.algebra), self._relations()))

    def _zero_scalar(self, found: Sum) -> str:
        if self.algebra.zero(found):
            return "0"
        d = sympy.Symbol("d")
        terms: dict[Word, sympy.Expr] = {}
        for (monomial, word), c in self.algebra.reduced(found).items():
            traces = [x for x, _ in monomial if x.startswith("tr ") and "#" in x]
            if len(traces) > 1 or any(k > 1 for x, k in monomial if x in traces):
                raise Underivable("a product of traces of inverses")
            rest = Sum({(tuple(one for one in monomial if one[0] not in traces), word): c})
            of = tuple(traces[0].split(" ")[1:]) if traces else ()
            factor = scalar_of(rest, self.algebra) / (1 if traces else d)
            terms[of] = terms.get(of, sympy.Integer(0)) + factor

        def first(word: Word) -> tuple[Word, sympy.Expr]:
            if word and not any(x.startswith("#") for x in word):
                return (), trace_symbol(self.algebra.cyclic(word)) / d
            return self.algebra.cyclic(word), sympy.Integer(1)

        def turns(word: Word) -> Iterator[Word]:
            for one in (word, self.algebra.turned(word)):
                yield from (one[k:] + one[:k] for k in range(len(one)))

        return _text(cyclic_multiples(terms, self._relations(), turns, first), "tr({})")


def _text(found: Multiples, form: str = "{}") -> str:
    parts = []
    for (left, name, right), c in found.items():
        product = "*".join(
            [
                *(product_text(w) for w in (left,) if w),
                name,
                *(product_text(w) for w in (right,) if w),
            ]
        )
        parts.append(f"({written(c)})*{form.format(product)}")
    return " + ".join(parts) or "0"
