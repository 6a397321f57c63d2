"""Covariances as letters that do not commute, with inverses of sums of two words.

A matrix is a sum of words in letters to powers, which may be broken or negative, and in letters for
inverses: ``Y = (1 + r g)^-1`` for a word g and a scalar r. What ``Y (1 + r g) = 1`` says is used to
take g away beside Y, on either side, and what is left is compared word by word. A projection P is
its own square, and where g begins with it, ``P Y = Y - 1 + P``. All of it holds for
matrices of every size at which the inverses exist. Where two sums are equal, this may not see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy

from theory.designs.covariances import Projection
from theory.errors import Underivable
from theory.scalars.rational import cancelled, is_zero
from theory.scalars.symbols import d
from verify.judge.matrix_algebra import MatrixAlgebra

STEPS = 400
"""How often words are rewritten before this gives up."""


class NoInverse(Underivable):
    """A matrix that is inverted is singular, unless a projection is the identity."""


@dataclass(frozen=True)
class Inverse:
    """The letter ``(1 + ratio * word)^-1``; the word is the first of its rotations."""

    word: Word
    ratio: sympy.Expr


Syllable = tuple["str | Projection | Inverse", Fraction]
Word = tuple[Syllable, ...]
"""Letters with their powers; none is zero, and neighbours differ. A projection has the power 1."""


@dataclass(frozen=True)
class WordSum:
    """A sum of words with scalars in front."""

    terms: Mapping[Word, sympy.Expr]

    @staticmethod
    def sum(parts: Iterable[tuple[Word, sympy.Expr]]) -> WordSum:
        """Without what cancels, and with nothing left to rewrite."""
        total: dict[Word, list[sympy.Expr]] = {}
        waiting, steps = list(parts), 0
        while waiting:
            word, c = waiting.pop()
            found = _rewritten(word)
            if found is None:
                total.setdefault(word, []).append(c)
                continue
            steps += 1
            if steps > STEPS:
                raise Underivable("words become longer and longer")
            waiting += [(other, c * factor) for other, factor in found]
        summed = {word: cancelled(sympy.Add(*cs)) for word, cs in total.items()}
        return WordSum({word: c for word, c in summed.items() if c != 0})

    def __add__(self, other: WordSum) -> WordSum:
        return WordSum.sum([*self.terms.items(), *other.terms.items()])

    def __neg__(self) -> WordSum:
        return WordSum({word: -c for word, c in self.terms.items()})

    def __mul__(self, other: Any) -> WordSum:
        if not isinstance(other, WordSum):
            return WordSum.sum((word, c * other) for word, c in self.terms.items())
        return WordSum.sum(
            (joined(left, right), c * e)
            for left, c in self.terms.items()
            for right, e in other.terms.items()
        )

    @property
    def is_zero(self) -> bool:
        return all(map(is_zero, self.terms.values()))

    @property
    def transposed(self) -> WordSum:
        """Every letter is symmetric, but for inverses, whose words are turned round."""
        total = WordSum({})
        for word, c in self.terms.items():
            product = WordSum({(): c})
            for letter, power in reversed(word):
                if isinstance(letter, Inverse):
                    turned = _inverse_of(letter.word[::-1], letter.ratio)
                    for _ in range(int(power)):
                        product *= turned
                else:
                    product *= WordSum({((letter, power),): sympy.Integer(1)})
            total += product
        return total

    @property
    def inverse(self) -> WordSum:
        """Of one word, or of a sum of two; Underivable for others."""
        if any(isinstance(letter, Inverse) for word in self.terms for letter, _ in word):
            raise Underivable("an inverse of inverses")
        if len(self.terms) == 1:
            ((word, c),) = self.terms.items()
            return WordSum({inverted(word): 1 / c})
        if len(self.terms) != 2:
            raise Underivable(f"the inverse of {len(self.terms)} words")
        if () in self.terms:
            (word,) = (word for word in self.terms if word)
            if len(word) == 1 and isinstance(word[0][0], Projection):
                # (a + b P)^-1 = 1/a - b/(a (a + b)) P
                a, b = self.terms[()], self.terms[word]
                return WordSum({(): 1 / a, word: cancelled(-b / (a * (a + b)))})
        both = sorted(self.terms.items(), key=lambda term: (len(term[0]), str(term[0])))
        # c first + e second = (1 + e/c second first^-1) c first
        shorter, longer = (word for word, _ in both)
        if _is_projected(shorter) or (
            not _is_projected(longer)
            and any(power < 0 for _, power in joined(longer, inverted(shorter)))
        ):
            both.reverse()
        (first, c), (second, e) = both
        quotient = joined(second, inverted(first))
        return WordSum({inverted(first): 1 / c}) * _inverse_of(quotient, cancelled(e / c))


def joined(*words: Word) -> Word:
    """A product of words."""
    found: list[Syllable] = []
    for letter, power in (syllable for word in words for syllable in word):
        if found and found[-1][0] == letter:
            power += found.pop()[1]
        if isinstance(letter, Projection):
            power = Fraction(1)
        if power:
            found.append((letter, power))
    return tuple(found)


def inverted(word: Word) -> Word:
    """The inverse of a word without letters for inverses; NoInverse for projections."""
    for letter, _ in word:
        if isinstance(letter, Projection):
            raise NoInverse(
                f"it inverts the projection {letter.name}, or a product with it, which has an "
                f"inverse only where {letter.name} = I"
            )
    return tuple((letter, -power) for letter, power in reversed(word))


def _is_projected(word: Word) -> bool:
    """Whether a projection is among the letters."""
    return any(isinstance(letter, Projection) for letter, _ in word)


def _rotations(word: Word) -> Iterator[tuple[int, Word]]:
    """Places in a word, and the word with what is before each moved to its end."""
    for at in range(len(word)):
        yield at, joined(word[at:], word[:at])


def _order(found: tuple[int, Word]) -> tuple[int, int, str]:
    """Words of positive powers come first, and short ones."""
    word = found[1]
    return sum(power < 0 for _, power in word), len(word), str(word)


def _inverse_of(word: Word, ratio: sympy.Expr) -> WordSum:
    """``(1 + ratio * word)^-1``, by the letter of the word's first rotation.

    For ``word = p q``: ``(1 + r p q)^-1 = 1 - r p (1 + r q p)^-1 q``. Of a word and its inverse
    one is taken: ``(1 + r g)^-1 = 1 - (1 + 1/(r g))^-1``.
    """
    one = sympy.Integer(1)
    at, first = min(_rotations(word), key=_order)
    if not _is_projected(word) and (
        min(map(_order, _rotations(inverted(word)))) < _order((at, first))
    ):
        return WordSum({(): one}) + -_inverse_of(inverted(word), 1 / ratio)
    letter: Word = ((Inverse(first, ratio), Fraction(1)),)
    if not at:
        return WordSum({letter: one})
    return WordSum.sum([((), one), (joined(word[:at], letter, word[at:]), -ratio)])


def _rewritten(word: Word) -> list[tuple[Word, sympy.Expr]] | None:
    """A word as a sum of simpler ones; None where there is nothing to rewrite."""
    for at, (letter, _) in enumerate(word):
        if not isinstance(letter, Inverse):
            continue
        found = _on_the_left(word, at, letter)
        if found is not None:
            return found
        turned = _on_the_left(_turned(word), len(word) - 1 - at, _mirror(letter))
        if turned is not None:
            return [(_turned(other), c) for other, c in turned]
        if len(letter.word) == 1 and word[at + 1 : at + 2]:
            # a power of the one letter that it is made of: both commute
            (base, power), *rest = word[at + 1 :]
            if base == letter.word[0][0]:
                moved = joined(word[:at], ((base, power),), (word[at],), tuple(rest))
                return [(moved, sympy.Integer(1))]
    return None


def _turned(word: Word) -> Word:
    """A word read from its end, in letters whose own words are."""
    return tuple(
        (_mirror(letter) if isinstance(letter, Inverse) else letter, power)
        for letter, power in reversed(word)
    )


def _mirror(letter: Inverse) -> Inverse:
    return Inverse(letter.word[::-1], letter.ratio)


def _on_the_left(word: Word, at: int, letter: Inverse) -> list[tuple[Word, sympy.Expr]] | None:
    """What stands before an inverse Y of g, where g or the beginning of 1/g is its end.

    ``g Y = (1 - Y)/r``, and for ``g = p q`` ``1/p Y = 1/p - r q Y``, or ``p Y = Y - 1 + p`` where p
    is a projection.
    """
    before, own, after = word[:at], word[at], word[at + 1 :]
    less: Word = ((letter, own[1] - 1),)  # to the power zero it is left out
    here: Word = (own,)
    first, power = letter.word[0]
    if _ends_with(before, letter.word):
        size = len(letter.word)
        rest = joined(before[:-size], ((first, before[-size][1] - power),))
        scale = 1 / letter.ratio
        return [(joined(rest, less, after), scale), (joined(rest, here, after), -scale)]
    if before and before[-1][0] == first and isinstance(first, Projection):
        one, rest = sympy.Integer(1), before[:-1]
        return [
            (joined(rest, here, after), one),
            (joined(rest, less, after), -one),
            (joined(before, less, after), one),
        ]
    if before and before[-1][0] == first and before[-1][1] * power < 0:
        taken = min(abs(before[-1][1]), abs(power))
        taken = taken if power > 0 else -taken
        tail = joined(((first, -taken),), letter.word)
        rest = joined(before, ((first, taken),))
        return [
            (joined(before, less, after), sympy.Integer(1)),
            (joined(rest, tail, here, after), -letter.ratio),
        ]
    return None


def _ends_with(word: Word, end: Word) -> bool:
    """Whether a word ends with another one, of whose first letter it may hold more."""
    if len(word) < len(end) or not end:
        return False
    tail = word[len(word) - len(end) :]
    (letter, power), (wanted, least) = tail[0], end[0]
    more = letter == wanted and power * least > 0 and abs(power) >= abs(least)
    return more and tail[1:] == end[1:]


@dataclass(frozen=True)
class Rewriting(MatrixAlgebra):
    """The algebra in which a formula in covariances that do not commute is read.

    Examples
    --------
    >>> from theory.language.formulas.parser import parse
    >>> from theory.language.formulas.scope import Meaning
    >>> from theory.language.formulas.values import value
    >>> from theory.language.gallery.designs import independent
    >>> names = {"A": Meaning.MATRIX, "B": Meaning.MATRIX, "n": Meaning.SCALAR}
    >>> algebra = Rewriting(names, independent)
    >>> left, right = "(n*A + B^-1)^-1", "B*(n*A*B + I)^-1"
    >>> algebra.is_zero(value(parse(f"{left} - {right}"), algebra))
    True
    >>> algebra.is_zero(value(parse("A*B - B*A"), algebra))
    False
    """

    matrix = WordSum

    known: dict[Word, sympy.Symbol] = field(default_factory=dict)

    @property
    def one(self) -> WordSum:
        return WordSum({(): sympy.Integer(1)})

    def power(self, name: str, exponent: Fraction) -> WordSum:
        for one in self.design.projections:
            if one.name == name:
                return WordSum({((one, Fraction(1)),): sympy.Integer(1)})
        return WordSum({((name, exponent),): sympy.Integer(1)})

    def trace(self, found: WordSum) -> sympy.Expr:
        """In symbols for traces of words; that of a sum and of its transpose are one."""
        both = (self._trace(one) for one in (found, found.transposed))
        return cancelled(sympy.Add(*both) / 2)

    def _trace(self, found: WordSum) -> sympy.Expr:
        total, waiting, steps = [], list(found.terms.items()), 0
        while waiting:
            word, c = waiting.pop()
            turned = next(
                (
                    rewritten
                    for _, rotation in _rotations(word)
                    if (rewritten := _rewritten(rotation)) is not None and len(word) > 1
                ),
                None,
            )
            if turned is None:
                total.append(c * self._symbol(word))
                continue
            steps += 1
            if steps > STEPS:
                raise Underivable("words become longer and longer")
            waiting += [(other, c * factor) for other, factor in turned]
        return sympy.Add(*total)

    def _symbol(self, word: Word) -> sympy.Expr:
        if not word:
            return d
        _, first = min(_rotations(word), key=_order)
        if len(first) == 1 and isinstance(first[0][0], Projection) and first[0][0].rank is not None:
            return first[0][0].rank
        return self.known.setdefault(first, sympy.Dummy(f"tr_{len(self.known)}"))
