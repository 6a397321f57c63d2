"""A proof that a weight is optimal and a risk its own, for all sizes, in the checker's letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy

from theory.algebra.spectral import EIGENVALUE
from theory.errors import Underivable
from theory.language.formulas.tree import Name, Power, Tree, children
from theory.language.formulas.writing import written
from theory.scalars.rational import cancelled, factored
from verify.certificates.challenge import Assertion
from verify.certificates.checker import (
    ASSERTION,
    Algebra,
    Case,
    Rejected,
    Sum,
    along,
    letter,
    term,
)
from verify.certificates.ideals import Multiples, Rule, Word, completed, cyclic_reduced, reduced
from verify.certificates.notation import divided_text, product_text, scalar_of, terms_of

HALF = Fraction(1, 2)
LONGEST = 12
"""How many words an inverse may be a sum of, and how many traces are looked at in a row."""


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
    inverted
        Covariances of whose inverses others are made.
    """

    def __init__(self, challenge: dict[str, Any], roots: Iterable[str], inverted: Iterable[str]):
        self.challenge, self.roots = challenge, sorted(roots)
        self.case = Case(challenge, self.roots)
        self.inverses: list[str] = []
        self._expanded: dict[int, Rule] = {}
        for name in sorted(inverted):
            self.inverse(name)

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
            self._expand(len(self.inverses))
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
        return self._zero(self._gap(asserted))

    def _gap(self, one: Assertion) -> Sum:
        """Claimed minus exact."""
        told = one.quantity, one.at, one.relation, one.formula
        claimed, exact, _ = self.case.sides(self.algebra, *told)
        return claimed - exact

    def seen(self, asserted: Assertion, step: dict[str, Any]) -> None:
        """See that the checker sees it by this step."""
        self.case.check(step, *(asserted.data[key] for key in ASSERTION.split()))

    def in_limit(self, k: int) -> None:
        """See that the checker sees the k-th assertion, which is about a limit.

        Where it does not, leading coefficients become conditions whose factors do not vanish: it
        looks for no factors.
        """
        told = self.challenge["assertions"][k]
        values = [told[key] for key in ASSERTION.split()]
        try:
            self.case.check({}, *values)
            return
        except Rejected:
            own = self.case.in_a_limit(told["at"], told["limit"])
            _, exact, _ = self.case.sides(own, *values[:4])
            own.inverse(exact)
        for lead in [own.leading(divisor)[0] for divisor in own.below.values()]:
            if not own.nonzero(lead):
                factors = sympy.factor_list(scalar_of(lead, own))[1]
                if all(own.nonzero(own.scalar(written(factor))) for factor, _ in factors):
                    told["limit"]["where"].append(written(scalar_of(lead, own)))
        self.case.check({}, *values)

    def products(self, asserted: Assertion) -> list[list[str]]:
        """What the gap between a quantity and its bound is a product of, if that is needed."""
        own = self.algebra
        try:
            self.seen(asserted, {"products": []})
            return []
        except Rejected:
            covariances = self.challenge["design"]["covariances"]
            if self.inverses and len(covariances) == 1 and not self.roots:
                return self._traces(asserted, *covariances)
            gap = sympy.factor(scalar_of(self._gap(asserted), own))
        below = sympy.fraction(gap)[1]
        number, factors = sympy.factor_list(sympy.fraction(gap)[0])
        least = [own.scalar(text) for text in self.challenge["design"]["conditions"]]
        texts: list[str] = []
        for factor, power in factors:
            text, turned = written(factor), written(-factor)
            if power % 2 and own.scalar(turned) in least:
                number, text = -number, turned
            texts += [text] * power
        texts = [f"{written(number)}/({written(below)})", *texts]
        self.seen(asserted, {"products": [texts]})
        return [texts]

    def _traces(self, asserted: Assertion, name: str) -> list[list[str]]:
        """A gap that is the trace of a function of one covariance, as traces that are not negative:
        those of its powers between the last inverse as often as that stands anywhere.

        In a term with several traces the others stay as they are, first that of the covariance.
        """
        own, gap, last = self.algebra, self._gap(asserted), f"#{len(self.inverses)}"
        function, total, most = {name: EIGENVALUE}, sympy.Integer(0), 0
        for y, matrix in own.inverses:
            ((_, (inverse,)),) = y
            terms = terms_of(matrix, own).items()
            function[inverse] = 1 / sum(c * sympy.prod([function[x] for x in w]) for w, c in terms)
        for (monomial, _), c in gap.items():
            letters = [x for x, _ in monomial if x == "d" or x.startswith("tr ")]
            one = min(letters, key=lambda x: (x == f"tr {name}", x == "d"))
            word = one.split(" ")[1:]
            most = max(most, word.count(last))
            rest = term(c, monomial) * letter(one, -1)
            total += scalar_of(rest, own) * sympy.prod([function[x] for x in word])
        top, below = sympy.fraction(factored(total / function[last] ** most))
        lowest = sympy.Poly(below, EIGENVALUE).degree()
        parts = []
        for (k,), c in sympy.Poly(top, EIGENVALUE).terms():
            c = factored(c * EIGENVALUE**lowest / below)
            power = f"{name}^{k - lowest}"
            word = "*".join([last] * (most // 2) + [power] + [last] * (most - most // 2))
            parts.append(f"({written(c)})*tr({word})")
        text = " + ".join(parts)
        products = [[text], [self._zero(gap - own.read(text))]]
        self.seen(asserted, {"products": products})
        return products

    def divisors(self) -> None:
        """Conditions for what formulas divide by and what may be zero."""
        for x, p in self.algebra.below.items():
            if x not in self.case.made and not self.algebra.nonzero(p):
                self.challenge["where"].append(written(scalar_of(p, self.algebra)))
                self.algebra.assume(p)

    def _relations(self) -> dict[str, dict[Word, sympy.Expr]]:
        """What is zero, by its name in a certificate, as words with scalars in front."""
        found, mark = {}, {sympy.Symbol("@"): sympy.Integer(1)}
        for k in range(1, len(self.inverses) + 1):
            for side in ("L", "R") if k not in self._expanded else ():
                for name in {
                    f"#{k}{side}",
                    f"#{k}{side}'" if f"#{k}" in self.algebra.one_sided else f"#{k}{side}",
                }:
                    terms = terms_of(self.algebra.names[name], self.algebra)
                    found[name] = {w: c.xreplace(mark) for w, c in terms.items()}
        return found

    def _rules(self) -> list[Rule]:
        """What the checker knows of two letters in a row, and inverses that are sums of words."""
        minus = sympy.Integer(-1)
        pairs = [Rule(both, {one: minus}, {}) for both, one in self.algebra.pairs.items()]
        return [*pairs, *self._expanded.values()]

    def _expand(self, k: int) -> None:
        """Find the inverse of a matrix whose words make no others without end: with ``P Z = 1``
        the letter Y is Z, for ``Y - Z`` is ``(Y P - 1) Z``."""
        own = self.algebra
        _, matrix = own.inverses[-1]
        known, waiting = {(): None}, [()]
        while waiting and len(known) <= LONGEST:
            made = own.settled(matrix * term(1, (), waiting.pop()))
            new = [word for word in dict.fromkeys(w for _, w in made) if word not in known]
            known, waiting = {**known, **dict.fromkeys(new)}, [*waiting, *new]
        if waiting or f"#{k}" in own.one_sided:
            return
        images = [terms_of(matrix * term(1, (), word), own) for word in known]
        rows = [[one.get(word, sympy.Integer(0)) for one in images] for word in known]
        right = [sympy.Integer(not word) for word in known]
        solved = sympy.Matrix(rows).LUsolve(sympy.Matrix(right))
        terms = {w: c for w, c in zip(known, map(cancelled, solved), strict=True) if c != 0}
        why: Multiples = {((), f"#{k}L", word): c for word, c in terms.items()}
        self._expanded[k] = Rule((f"#{k}",), {word: -c for word, c in terms.items()}, why)

    def _zero(self, found: Sum) -> str:
        """A number or a matrix that is zero as a sum of multiples of what inverses satisfy."""
        if self.algebra.zero(found):
            return "0"
        for rules in completed(self._relations(), self._rules()):
            Sum.work = 0  # a search may take what the check of its result may not
            text = self._taken(found, rules)
            if self.case.vanishes(found, self.algebra.read(text)):
                return text
        raise Underivable("not seen to follow from what inverses satisfy")

    def _taken(self, found: Sum, rules: list[Rule]) -> str:
        """What rules take away: first from traces, one after the other, and then from words."""
        own, parts = self.algebra, []
        for _ in range(LONGEST):
            for x in sorted(x for x in found.letters() if x.startswith("tr ") and "#" in x):
                left, why = cyclic_reduced(tuple(x.split(" ")[1:]), rules, self._turns)
                if why:
                    break
            else:
                break
            terms = (f"({divided_text(c)})*tr({product_text(w)})" for w, c in left.items())
            value = own.read(" + ".join(terms) or "0")
            powers = [
                (part, letter(x, j) * value ** (k - 1 - j))
                for k, part in found.by_power(x).items()
                for j in range(k)
            ]
            factor = Sum.total(part * power for part, power in powers)
            parts.append(f"({_matrix_text(factor, own)})*({_text(why, 'tr({})')})")
            found = found.each(x, lambda k, value=value: value**k)
        if found.has_words():
            parts.append(_text(reduced(terms_of(found, own), rules)[1]))
        return " + ".join(parts) or "0"

    def _turns(self, word: Word) -> Iterator[Word]:
        """The words with the same trace, first the one that stands for all."""
        own = self.algebra
        yield own.cyclic(word)
        for one in (word, own.turned(word)):
            yield from (one[k:] + one[:k] for k in range(len(one)))


def _matrix_text(found: Sum, algebra: Algebra) -> str:
    parts = (f"({written(c)})*{product_text(w)}" for w, c in terms_of(found, algebra).items())
    return " + ".join(parts) or "0"


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
        parts.append(f"({divided_text(c)})*{form.format(product)}")
    return " + ".join(parts) or "0"
