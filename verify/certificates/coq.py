"""Identities of a certificate as a file for Coq, whose ``field`` proves them over the rationals."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from theory.errors import TheoryError, Underivable
from theory.language.formulas.parser import parse
from theory.language.formulas.printing import printed
from theory.language.formulas.tree import (
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    Tree,
)
from verify.certificates import checker
from verify.certificates.checker import Case, Rejected, Unreadable, along, letter
from verify.certificates.writing import Certified
from verify.files import put

HEAD = """\
(* Identities that the certificate of this challenge rests on, by its SHA-256:
   {digest}
   Over the rational numbers, with what is divided by not zero. That the polynomials are the risk
   and its derivatives, Coq is not told: the checker computes them. A parameter has a _ behind. *)
Require Import QArith Field.
Open Scope Q_scope.

Ltac apart := repeat split; intro; match goal with E : ?e == 0, H : ~ ?p == 0 |- _ =>
  solve [apply H; transitivity e; [ring | exact E]] end.
"""


def identities(challenge: str, certificate: str) -> tuple[str, tuple[str, ...]]:
    """The text of a file for Coq 8.16, and what of a certificate is not in it, with the reason.

    The derivatives of the risk vanish at the certified weight, a multiple of the identity or the
    coefficients of several steps, and what is claimed exactly for a risk is its value there.

    Raises :class:`~theory.errors.Underivable` where there is no identity between numbers.

    Examples
    --------
    >>> from theory.language.gallery import shipped
    >>> from verify.certificates.writing import certified_optimum
    >>> found = certified_optimum(shipped("isotropic-noiseless"))
    >>> text, missing = identities(found.challenge, found.certificate)
    >>> print(text[text.index("Lemma claim") :], missing)
    Lemma claim2 (n d : Q) : ~ d + n + 1 == 0 ->
      risk n d (1/(d + n + 1)) == d*(d + 1)/(d + n + 1).
    Proof. intros; unfold risk; field; apart. Qed.
     ()
    """
    asked, given = json.loads(challenge), json.loads(certificate)
    if asked["format"] == checker.MOMENTS:
        raise Underivable("a moment is an identity of matrices, not of numbers")
    if asked["design"]["covariances"] or asked["design"]["fixed"]:
        raise Underivable(
            "with covariances or fixed vectors it is an identity of matrices, not of numbers"
        )
    file = _File(Case(asked, []))
    if given["weight"] is not None:
        file.add_slopes(given["weight"]["formula"])
    missing = []
    for k, one in enumerate(asked["assertions"], 1):
        if one["quantity"] == "weight" and one["verdict"] == "exact":
            continue  # it is the one of the certificate
        name = f"{one['quantity']}, {one['verdict']}"
        if one["verdict"] != "exact" or one["limit"] is not None:
            missing.append(f"{name}: it is no equality for all sizes")
            continue
        try:
            file.add_claim(k, one)
        except Underivable as error:
            missing.append(f"{name}: {error}")
    if not file.lemmas:
        raise Underivable("; ".join(missing))
    return "\n".join([HEAD.format(digest=given["challenge"]), *file.lemmas]), tuple(missing)


def put_beside(folder: Path, name: str, found: Certified) -> tuple[str, ...]:
    """Write the file beside a certificate, or take it away; what is not in it, with the reason."""
    path, text = folder / f"{module_name(name)}.v", None
    if found.challenge is None or found.certificate is None:
        missing: tuple[str, ...] = ("there is no certificate",)
    else:
        try:
            text, missing = identities(found.challenge, found.certificate)
        except (TheoryError, Rejected, Unreadable) as error:
            missing = (str(error),)
    if text is None:
        path.unlink(missing_ok=True)
    else:
        put(path, partial(Path.write_text, data=text))
    return missing


def module_name(name: str) -> str:
    """A name that Coq takes, of letters, digits and ``_``; different ones for different names.

    ``-`` is ``__``, and what else Coq does not take, as well as ``_``, is its code in two ``_``.

    >>> module_name("corollary1"), module_name("two-steps"), module_name("two_steps")
    ('corollary1', 'two__steps', 'two_5f_steps')
    """
    return re.sub(
        r"^\d|[^A-Za-z0-9]",
        lambda c: "__" if c[0] == "-" else f"_{ord(c[0]):x}_",
        name,
        flags=re.ASCII,
    )


class _File:
    """Lemmas about the risk of a design as a polynomial in the weights ``w1``, ``w2``, ..."""

    def __init__(self, case: Case):
        self.case, self.own = case, case.algebra
        self.weights = [f"w{k}" for k in case.depths]
        self.at = [self.own.unit * letter(f"@{w}") for w in self.weights]
        fixed = {x for x in case.ends if self.own.names[x] != letter(x)}
        order = ["n", "d", *(x for x in case.ends if x not in {"n", "d", *fixed})]
        self.names = {x: x if x in ("n", "d") else f"{x}_" for x in order}
        self.variables = " ".join(self.names.values())
        self.names["I"] = "1"
        self.defined: set[str] = set()
        self.below: list[Tree] = []  # what a lemma divides by
        self.lemmas: list[str] = []
        self.best: list[Tree] = []

    def add_slopes(self, formula: str | list[str]) -> None:
        """That the derivative by each weight vanishes at these."""
        self.best = [parse(one) for one in ([formula] if isinstance(formula, str) else formula)]
        ways = [self.own.unit * letter(f"@v{w}") for w in self.weights]
        slope = along(self.own.risk, self.at, ways, self.own)[1]
        for k, w in enumerate(self.weights, 1):
            part = slope.by_power(f"@v{w}").get(1, checker.Sum())
            self._add(f"stationary{k}", f"slope{k}", part, self.best, parse("0"))

    def add_claim(self, k: int, one: dict[str, Any]) -> None:
        """That the risk, or what is like it, has the claimed value at the weight."""
        own, quantity = self.own, one["quantity"]
        if self.case.is_weighted and quantity in ("pgd_risk", "att_risk"):
            raise Underivable("it is of equal weights, and the file is about the best ones")
        weights = self.best if one["at"] is None else [parse(one["at"])]
        risk = own.risk_at_test if quantity == "test_risk" else own.risk
        value = along(risk, self.at, [checker.Sum()] * len(self.at), own)[0]
        if quantity == "excess":
            value = value - own.scalar(self.case.design["query"]["noise"]) ** 2
        self._add(f"claim{k}", quantity, value, weights, parse(one["formula"]))

    def _add(
        self, name: str, of: str, value: checker.Sum, weights: list[Tree], claimed: Tree
    ) -> None:
        value, self.below = self.own.reduced(value), []
        arguments = " ".join(f"({self._formula(one)})" for one in weights)
        right, body = self._formula(claimed), self._polynomial(value)
        below = [self.own.below[x] for x in sorted(self.own.inside(value) & {*self.own.below})]
        below += [self.own.cleared(self.own.scalar(printed(one)))[0] for one in self.below]
        conditions = dict.fromkeys(f"~ {self._polynomial(p)} == 0" for p in below if p.letters())
        given = "".join(f"{one} ->\n  " for one in conditions)
        if of not in self.defined:
            variables = f"{self.variables} {' '.join(self.weights)}"
            self.lemmas.append(f"Definition {of} ({variables} : Q) : Q :=\n  {body}.\n")
            self.defined.add(of)
        self.lemmas.append(
            f"Lemma {name} ({self.variables} : Q) : {given}"
            f"{of} {self.variables} {arguments} == {right}.\n"
            f"Proof. intros; unfold {of}; field; apart. Qed.\n"
        )

    def _polynomial(self, p: checker.Sum) -> str:
        terms = []
        for (monomial, _), c in p.items():
            factors = [self._letter(x) + (f"^{k}" if k > 1 else "") for x, k in monomial]
            terms.append("*".join([_number(c), *factors] if c != 1 or not factors else factors))
        return " + ".join(terms) or "0"

    def _letter(self, x: str) -> str:
        if x in self.own.below:
            return f"(/({self._polynomial(self.own.below[x])}))"
        if x in self.own.squares:
            raise Underivable("a root stays in it, and the identity is none of rational numbers")
        return x[1:] if x[0] == "@" else self.names[x]

    def _formula(self, tree: Tree) -> str:
        """A formula in the notation of Coq, whose ``+ - * /`` bind as ours do."""
        match tree:
            case Number(value):
                return _number(value)
            case Name(name) if name in self.names:
                return self.names[name]
            case Name(name) if name in self.case.ends:
                return f"({self._polynomial(self.own.names[name])})"
            case Negative(inside):
                return f"(-{self._piece(inside)})"
            case Sum(parts):
                signs = ("-" if minus else "+" for minus, _ in parts)
                text = " ".join(
                    f"{s} {self._piece(t)}" for s, (_, t) in zip(signs, parts, strict=True)
                )
                return text.removeprefix("+ ") if text[0] == "+" else f"0 {text}"
            case Product(factors):
                self.below += [one for below, f in factors if below for one in _factors(f)]
                text = "".join(f"{'/' if below else '*'}{self._piece(f)}" for below, f in factors)
                return text[1:] if text[0] == "*" else f"1{text}"
            case Power(base, power) if power.denominator == 1:
                self.below += _factors(base) if power < 0 else ()
                whole = self._formula(base)
                whole = whole if isinstance(base, Name) else f"({whole})"
                return f"{whole}^{power}" if power >= 0 else f"(/{whole}^{-power})"
        raise Underivable(f"{printed(tree)} is not rational in sizes and parameters")

    def _piece(self, tree: Tree) -> str:
        text = self._formula(tree)
        return f"({text})" if isinstance(tree, Sum | Product) else text


def _number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value) if value >= 0 else f"({value})"
    return f"({value.numerator} # {value.denominator})"


def _factors(tree: Tree) -> Iterator[Tree]:
    """The factors of a divisor, but for what it divides by itself: one vanishes where it does."""
    match tree:
        case Product(factors):
            for divides, factor in factors:
                yield from () if divides else _factors(factor)
        case Power(base) | Negative(base):
            yield from _factors(base)
        case _:
            yield tree
