"""A second checker of certificates, written from docs/certificates.md and from nothing else.

It has nothing in common with `verify/certificates/checker.py` but that page, so a mistake in one of
the two shows as a disagreement. A scalar is one polynomial, in which inverses of divisors are
letters like others; it vanishes if it does once they are cleared. Zero factors in `gradient` and
`difference` are seen by evaluating these formulas twice: with the factors put to zero nothing may
be left.

    python -I tests/certificates/second_checker.py CHALLENGE CERTIFICATE

Exit codes: 0 accepted, 1 rejected, 2 a file is not as specified, or too large.
"""

import contextlib
import functools
import hashlib
import itertools
import json
import math
import operator
import re
import sys
from fractions import Fraction
from pathlib import Path


class Unreadable(Exception):
    """A file is not as specified, or asks for too much."""


class Rejected(Exception):
    """The certificate does not show what the challenge asserts."""


class NotListed(Rejected):
    """The inverse or root of a matrix is taken that is not listed, or not yet."""


def need(holds, message):
    """What a proof needs."""
    if not holds:
        raise Rejected(message)


def want(holds, message):
    """What the format wants."""
    if not holds:
        raise Unreadable(message)


# Polynomials and matrices


FREE = ("W", "W'")
"""A weight that may be any, and its transpose."""


class Letter(str):
    """A name, or the root of `square`, the inverse of `divisor`, or the trace of `word`.

    `inside` holds the scalars of the matrices whose inverses stand in the word."""

    square = divisor = word = None
    inside = ()

    def __new__(cls, text, **of):
        letter = super().__new__(cls, text)
        letter.__dict__.update(of)
        return letter

    def holds(self, names):
        """Whether one of the names occurs in it, at any depth."""
        inside = [self.square or self.divisor or Poly(), *self.inside]
        return self in names or any(poly.holds(*names) for poly in inside)

    def has_trace(self):
        """Whether it is a trace, or one occurs in it."""
        return self.word is not None or (self.square or self.divisor or Poly()).has_trace()


class Work:
    """How many products of terms, pairs of ends and turns of words may still be taken."""

    left = 0

    @classmethod
    def spend(cls, number):
        cls.left -= number
        want(cls.left >= 0, "too much work")


def collect(kind, parts):
    """The sum of dictionaries of terms."""
    result = kind()
    for part in parts:
        for key, value in part.items():
            result[key] = result[key] + value if key in result else value
    return kind({key: value for key, value in result.items() if value})


def raised(value, power):
    """A product of equal factors."""
    return math.prod([value] * power, start=Poly.of(1))


class Poly(dict):
    """A polynomial: rational coefficients by monomial, a sorted tuple of letters with powers."""

    def __hash__(self):
        return hash(frozenset(self.items()))

    @classmethod
    def of(cls, number):
        return cls({(): number} if number else {})

    @classmethod
    def letter(cls, letter, power=1):
        return cls({((letter, power),): 1})

    def __add__(self, other):
        return collect(Poly, [self, other])

    def __neg__(self):
        return Poly({mono: -value for mono, value in self.items()})

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        if not isinstance(other, Poly):
            return NotImplemented
        Work.spend(len(self) * len(other))
        result, rooted = Poly(), []
        for (left, a), (right, b) in itertools.product(self.items(), other.items()):
            powers = dict(left)
            for letter, power in right:
                powers[letter] = powers.get(letter, 0) + power
            squares = [(x, k // 2) for x, k in powers.items() if x.square is not None and k > 1]
            powers.update({x: powers[x] % 2 for x, _ in squares})
            term = tuple(sorted((x, k) for x, k in powers.items() if k))
            value = result.get(term, 0) + a * b if not squares else a * b
            bits = max(value.numerator.bit_length(), value.denominator.bit_length())
            want(bits <= 10_000, "a coefficient is too long")
            value = value if value.denominator > 1 else value.numerator  # quick where it is whole
            if squares:
                factors = (raised(x.square, k) for x, k in squares)
                rooted.append(math.prod(factors, start=Poly({term: value})))
            else:
                result[term] = value
        return collect(Poly, [result, *rooted])

    def letters(self):
        return {letter for mono in self for letter, _ in mono}

    def holds(self, *names):
        return any(letter.holds(names) for letter in self.letters())

    def deep(self):
        """Its letters, and those that occur in them, at any depth."""
        for letter in self.letters():
            yield letter
            for poly in (letter.square or letter.divisor or Poly(), *letter.inside):
                yield from poly.deep()

    def has_trace(self):
        return any(letter.has_trace() for letter in self.letters())

    def by_power(self, letter):
        """Its coefficients by power of a letter."""
        result = {}
        for mono, value in self.items():
            rest = tuple(pair for pair in mono if pair[0] != letter)
            result.setdefault(dict(mono).get(letter, 0), Poly())[rest] = value
        return result

    def leading(self, letter):
        """The highest power of a letter and its coefficient."""
        return max(self.by_power(letter).items(), key=operator.itemgetter(0))

    def common(self):
        """The powers of letters that divide all of its terms."""
        powers = [dict(mono) for mono in self]
        letters = functools.reduce(operator.and_, (set(each) for each in powers))
        return {letter: min(each[letter] for each in powers) for letter in letters}

    def without(self, powers):
        """It, divided by a monomial that divides all of its terms."""
        lowered = [[(x, k - powers.get(x, 0)) for x, k in mono] for mono in self]
        terms = (tuple(pair for pair in mono if pair[1]) for mono in lowered)
        return Poly(zip(terms, self.values(), strict=True))

    def cleared(self):
        """Its numerator, and the powers of the inverses that this is multiplied by."""
        groups = {}
        for mono, value in self.items():
            inverses = tuple(pair for pair in mono if pair[0].divisor is not None)
            rest = tuple(pair for pair in mono if pair[0].divisor is None)
            groups.setdefault(inverses, Poly())[rest] = value
        if set(groups) <= {()}:
            return self, {}
        highest = {}
        for letter, power in itertools.chain.from_iterable(groups):
            highest[letter] = max(power, highest.get(letter, 0))
        parts = []
        for inverses, part in groups.items():
            lacking = [(x, k - dict(inverses).get(x, 0)) for x, k in highest.items()]
            parts.append(math.prod((raised(x.divisor, k) for x, k in lacking), start=part))
        numerator, more = collect(Poly, parts).cleared()
        return numerator, collect(dict, [highest, more])

    def vanishes(self):
        return not self.cleared()[0]

    def put(self, image):
        """It, with image(letter) in the place of each letter."""
        images = {letter: image(letter) for letter in self.letters()}
        return collect(
            Poly,
            [
                math.prod((raised(images[x], k) for x, k in mono), start=Poly.of(value))
                for mono, value in self.items()
            ],
        )


SQUARE = ("d", "d")


class Matrix(dict):
    """A sum of words: scalars by word, a tuple of letters; the empty word is the identity.

    `algebra` says what letters mean, `shape` has the numbers of rows and columns."""

    def __init__(self, terms, algebra, shape=SQUARE):
        super().__init__(terms)
        self.algebra, self.shape = algebra, shape

    def __add__(self, other):
        need(self.shape == other.shape, "summands of several shapes")
        return Matrix(collect(dict, [self, other]), self.algebra, self.shape)

    def __mul__(self, other):
        if isinstance(other, Poly):
            return other * self
        need(self.shape[1] == other.shape[0], "factors do not fit together")
        pairs = list(itertools.product(self.items(), other.items()))
        want(all(len(left + right) <= 200 for (left, _), (right, _) in pairs), "a word is too long")
        shape = self.shape[0], other.shape[1]
        parts = (
            self.algebra.shortened(left + right, a * b, shape) for (left, a), (right, b) in pairs
        )
        return self.algebra.gathered(parts, shape)

    def __rmul__(self, scalar):
        terms = {word: scalar * value for word, value in self.items()}
        return Matrix({x: value for x, value in terms.items() if value}, self.algebra, self.shape)


def same(one, other):
    """Whether two scalars or two matrices are equal, as the specification understands it."""
    difference = one + Poly.of(-1) * other
    parts = difference.values() if isinstance(difference, Matrix) else [difference]
    return all(part.vanishes() for part in parts)


def rank_of(rows):
    """The rank of a matrix of rational numbers."""
    rank = 0
    while rows := [row for row in rows if any(row)]:
        first, *rows = rows
        place = next(k for k, x in enumerate(first) if x)
        rows = [
            [x - row[place] / first[place] * y for x, y in zip(row, first, strict=True)]
            for row in rows
        ]
        rank += 1
    return rank


def rational_root(number):
    """The root of a rational number, or None."""
    if number < 0:
        return None
    root = Fraction(math.isqrt(number.numerator), math.isqrt(number.denominator))
    return root if root**2 == number else None


class Algebra:
    """What letters mean, and what is known of their signs and inverses.

    `ranges` has two ends by name, `constants` are positive. `not_zero` holds polynomials, `regular`
    conditions that are matrices, `inverted` the matrices whose inverses are `#1`, `#2`, ...

    Of letters of words `shapes` has those that are not d x d, `turning` those that are not their
    own transposes, `ranks` the traces of projections, or None, and `given` other traces by word."""

    def __init__(self, ranges=(), covariances=(), roots=(), constants=(), fixed=()):
        self.ranges, self.constants = dict(ranges), set(constants)
        self.covariances, self.rooted = set(covariances), set(roots)
        self.roots, self.divisors = [], {}
        self.inverted, self.symmetric, self.definite, self.invertible = [], set(), set(), set()
        self.not_zero, self.regular = set(), []
        self.turning, self.ranks, self.given = {*fixed, "W"}, {}, {}
        self.shapes = dict.fromkeys(fixed, ("d", "1"))
        self.formulas = {}  # by name of a covariance a function that reads its formula
        self.sizes = {}  # what stands for numbers of rows other than their names
        self.thin = False  # whether a matrix with one row and one column is one

    # Words

    def flip(self, letter):
        """The transpose of a letter."""
        plain = letter.removesuffix("'")
        own = plain not in self.turning if letter[0] not in "#@" else plain in self.symmetric
        return plain if own or plain != letter else letter + "'"

    def reverse(self, word):
        """The transpose of a word."""
        return tuple(self.flip(letter) for letter in reversed(word))

    def transpose(self, matrix):
        terms = {self.reverse(word): value for word, value in matrix.items()}
        return Matrix(terms, self, matrix.shape[::-1])

    def is_letter(self, name):
        """Whether it is a covariance without a formula, or a fixed vector or its row."""
        return name in self.covariances or name.removesuffix("'") in self.shapes

    def shape(self, letter):
        """Numbers of rows and columns of a letter."""
        found = self.shapes.get(letter.removesuffix("'"), SQUARE)
        return found[::-1] if letter.endswith("'") else found

    def letter(self, letter):
        """A letter of words as a matrix: a covariance with a root is this, twice."""
        if letter in self.formulas:
            return self.formulas[letter]()
        if letter.removesuffix("'") not in self.turning and letter[0] != "#":
            letter = letter.removesuffix("'")
        word = ("^" + letter,) * 2 if letter in self.rooted else (letter,)
        shape = self.shape(letter)
        return self.gathered([self.shortened(word, Poly.of(1), shape)], shape)

    def gathered(self, parts, shape):
        """The sum of words of a shape; a scalar if this has one row and one column."""
        terms = collect(dict, parts)
        scalar = shape == ("1", "1") and not self.thin
        return terms.get((), Poly()) if scalar else Matrix(terms, self, shape)

    def meets(self, left, right):
        """What two letters in a row are together, or None."""
        if left == right and left in self.ranks:
            return (left,)
        for one, other in ((left, right), (right, left)):
            if one[0] == "#":
                inverted = self.inverted[int(one.strip("#'")) - 1]
                of = self.reverse((other,)) if one.endswith("'") else (other,)
                if inverted == {of: Poly.of(1)}:
                    return ()
        return None

    def shortened(self, word, value, shape):
        """A term with letters that meet put together and what is a number before it."""
        short = []
        for letter in word:
            met = self.meets(short[-1], letter) if short else None
            short[len(short) - (met is not None) :] = [letter] if met is None else met
        word = tuple(short)
        sides = [shape[0], *(self.shape(letter)[0] for letter in word[1:]), shape[1]]
        thin = [k for k, side in enumerate(sides) if side == "1"] if word else []
        if len(thin) > 1:
            for start, end in itertools.pairwise(thin):
                value = value * self.trace_of(word[start:end])
            word = word[: thin[0]] + word[thin[-1] :]
        return {word: value}

    def turned(self, word):
        """One for all the words that have the same trace, which does not begin with a row."""
        back = self.reverse(word)
        Work.spend(len(word) ** 2)
        turns = [each[k:] + each[:k] for each in (word, back) for k in range(len(word) or 1)]
        return min(turns, key=lambda turn: (bool(turn) and self.shape(turn[0])[0] == "1", turn))

    def trace_of(self, word):
        """The trace of a word that is not empty."""
        while len(word) > 1 and (met := self.meets(word[-1], word[0])) is not None:
            word = met + word[1:-1]
        first = self.turned(word)
        if not first:
            return self.size("d")
        if first in self.given:
            return self.given[first]
        if len(first) == 1 and self.ranks.get(*first) is not None:
            return self.ranks[first[0]]
        inside = tuple(self.inside(first))
        return Poly.letter(Letter(" ".join(("tr", *first)), word=first, inside=inside))

    def inside(self, word):
        """The scalars of the matrices whose inverses stand in a word."""
        for letter in word:
            if letter[0] == "#":
                matrix = self.inverted[int(letter.strip("#'")) - 1]
                yield from matrix.values()
                for other in matrix:
                    yield from self.inside(other)

    def size(self, side):
        known = {"1": Poly.of(1)} | self.sizes
        return known[side] if side in known else Poly.letter(Letter(side))

    def trace(self, matrix):
        need(matrix.shape[0] == matrix.shape[1], "a trace of what is not square")
        size = self.size(matrix.shape[0])
        parts = [v * (self.trace_of(word) if word else size) for word, v in matrix.items()]
        return collect(Poly, parts)

    def semidefinite(self, word):
        middle = word[len(word) // 2] if len(word) % 2 else None
        known = {None, *self.definite, *self.covariances, *("^" + x for x in self.rooted)}
        return middle in known and word == self.reverse(word)

    def is_covariance(self, matrix):
        """Whether it shows that a matrix is symmetric and positive semi-definite."""
        signs = {word: self.sign_of(value) for word, value in matrix.items()}
        return all(self.semidefinite(word) and self.shows(signs[word], False) for word in signs)

    def product_of_two(self, word):
        """Whether a rotation of it is the product of two positive semi-definite words."""
        turns = [word[k:] + word[:k] for k in range(len(word) or 1)]
        cuts = itertools.product(turns, range(len(word) + 1))
        return any(self.semidefinite(w[:k]) and self.semidefinite(w[k:]) for w, k in cuts)

    # Roots and divisors

    def root(self, scalar):
        """The root of a scalar; squares of letters that are not negative stand before it."""
        numerator, inverses = scalar.cleared()
        if not numerator:
            return numerator
        need(all(map(self.not_negative, inverses)), "a root of a fraction of unknown sign")
        square = math.prod((Poly.letter(x, k) for x, k in inverses.items()), start=numerator)
        common = square.common().items()
        halves = {x: k // 2 for x, k in common if k > 1 and self.not_negative(x)}
        square = square.without({x: 2 * k for x, k in halves.items()})
        before = math.prod((Poly.letter(x, k) for x, k in halves.items()), start=Poly.of(1))
        if len(square) == 1 and (number := rational_root(*square.values())):
            before, square = before * Poly.of(number), Poly(dict.fromkeys(square, Fraction(1)))
        if square == Poly.of(1):
            return before
        known = next((root for root in self.roots if same(root.square, square)), None)
        if known is None:
            known = Letter(f"sqrt {len(self.roots)}", square=square)
            self.roots.append(known)
            want(len(self.roots) <= 100, "too many roots")
        return before * Poly.letter(known)

    def invert(self, scalar):
        """The inverse of a scalar, and the set of factors that it divides by."""
        numerator, inverses = scalar.cleared()
        need(numerator, "zero is divided by")
        letters = numerator.common()
        rest = numerator.without(letters)
        first = rest[max(rest)]
        inverse, divisors = Poly.of(Fraction(1, first)), set()
        for x, k in inverses.items():
            inverse = inverse * raised(x.divisor, k)
        if rest := Poly(
            {mono: Fraction(value, first) for mono, value in rest.items()} if len(rest) > 1 else {}
        ):
            divisors.add(rest)
            inverse = inverse * self.inverse_letter(rest)
        for x, k in letters.items():
            if x.square is None:
                divisors.add(Poly.letter(x))
                inverse = inverse * raised(self.inverse_letter(Poly.letter(x)), k)
            else:
                under, more = self.invert(x.square)
                divisors |= more
                inverse = inverse * raised(Poly.letter(x) * under, k)
        return inverse, divisors

    def inverse_letter(self, divisor):
        if divisor not in self.divisors:
            self.divisors[divisor] = Letter(f"1/ {len(self.divisors)}", divisor=divisor)
            want(len(self.divisors) <= 100, "too many divisors")
        return Poly.letter(self.divisors[divisor])

    # Signs

    def not_negative(self, letter):
        if letter.divisor is not None:
            return self.shows(letter.divisor, strict=True)
        if letter.word is not None:
            return self.product_of_two(letter.word)
        low, _ = self.ranges.get(letter, (Poly(), None))
        return letter.square is not None or (low is not None and self.shows(low, strict=False))

    def shows(self, poly, strict):
        """Whether it shows that a polynomial is not negative, or if strict that it is positive."""
        return self.in_ranges(poly, strict) or any(
            self.as_quadratic(poly.by_power(x), strict) for x in poly.letters()
        )

    def as_quadratic(self, coefficients, strict):
        """Whether a polynomial of degree two in a letter has a discriminant that shows the same."""
        if max(coefficients) != 2:
            return False
        end, middle, start = (coefficients.get(k, Poly()) for k in range(3))
        least = end * start * Poly.of(4) + -(middle * middle)
        ends = all(self.in_ranges(one, False) for one in (end, start))
        return ends and self.in_ranges(least, strict)

    def in_ranges(self, poly, strict):
        """Whether its coefficients show it once ranges are put in."""
        for x in poly.letters() & {x for x, ends in self.ranges.items() if ends != (None, None)}:
            return all(self.in_ranges(case, strict) for case in self.cases(poly, x))
        letters_count = all(self.not_negative(x) for x in poly.letters())
        positive = any(all(x in self.constants for x, _ in mono) for mono in poly)
        return letters_count and all(value > 0 for value in poly.values()) and positive >= strict

    def cases(self, poly, letter):
        """It, with what is not negative in the place of a letter with a range."""
        (low, high), by_power = self.ranges[letter], poly.by_power(letter)
        degree = max(by_power)

        def with_image(above, below, more=0):
            powers = [(k, degree + more - k) for k in by_power]
            parts = [by_power[k] * raised(above, k) * raised(below, rest) for k, rest in powers]
            return collect(Poly, parts)

        one = Poly.of(1)
        u = Poly.letter(Letter("u " + letter))
        if high is None:
            return [with_image(low + u, one)]
        if low is None:
            return [with_image(high - u, one)]
        return [with_image(low + high * u, one + u, 3), with_image(high, one)]

    def sign_of(self, scalar):
        """A polynomial that has the sign of a scalar, where divisors do not vanish."""
        numerator, inverses = scalar.cleared()
        odd = [x.divisor for x, k in inverses.items() if k % 2]
        return self.sign_of(math.prod(odd, start=numerator)) if odd else numerator

    def is_not_zero(self, divisor):
        return (
            divisor in self.not_zero
            or self.shows(divisor, strict=True)
            or self.shows(-divisor, strict=True)
        )

    def nowhere_zero(self, scalar):
        numerator, _ = scalar.cleared()
        return bool(numerator) and all(map(self.is_not_zero, self.invert(numerator)[1]))

    # Inverses of matrices

    def list_inverse(self, matrix, once=True):
        known = once and any(same(matrix, other) for other in self.inverted)
        need(not known, "an inverse is listed twice")
        self.inverted.append(matrix)
        if same(matrix, self.transpose(matrix)):
            self.symmetric.add(f"#{len(self.inverted)}")

    def assume(self, conditions):
        """Takes conditions for granted: scalars are not zero and matrices have inverses."""
        for value in conditions:
            if isinstance(value, Matrix):
                self.regular.append(value)
                words = [word for word, scalar in value.items() if not scalar.vanishes()]
                self.invertible |= set(*words) if len(words) == 1 else set()
            else:
                self.not_zero |= self.invert(value)[1]

    def prove_inverses(self):
        for k, matrix in enumerate(self.inverted, 1):
            need(self.has_inverse(matrix), f"#{k} is the inverse of what may have none")
            self.invertible |= {f"#{k}", f"#{k}'"}
            if self.is_covariance(matrix):
                self.definite.add(f"#{k}")

    def has_inverse(self, matrix):
        terms = {word: value for word, value in matrix.items() if not value.vanishes()}
        signs = {word: self.sign_of(value) for word, value in terms.items()}
        if any(same(matrix, Poly.of(sign) * each) for each in self.regular for sign in (1, -1)):
            return True
        if len(terms) == 1 and all(map(self.nowhere_zero, terms.values())):
            return set(*terms) <= self.invertible
        if not all(self.shows(sign, strict=False) for sign in signs.values()):
            return False
        strong = [
            word for word in terms if self.shows(signs[word], True) and set(word) <= self.invertible
        ]
        if strong and all(map(self.semidefinite, terms)):
            return True
        return len(terms) == 2 and () in strong and all(map(self.product_of_two, terms))


# Formulas

TOKEN = re.compile(r" *([0-9]+(\.[0-9]+)?|[A-Za-z]\w*'?|#[1-9][0-9]*[LR]?'?|[^ ])", re.ASCII)


def is_nothing(value):
    """Whether a number or a matrix is zero, and so of any shape."""
    return not any(map(any, value)) if isinstance(value, Rows) else not value


class Formula:
    """A formula, read by the grammar of the specification in a domain of scalars and matrices."""

    def __init__(self, text, domain):
        want(isinstance(text, str), "a formula that is no text")
        tokens = [match.group().lstrip(" ") for match in TOKEN.finditer(text)]
        self.tokens, self.domain, self.depth = tokens[::-1], domain, 0
        self.value = self.sum()
        want(not self.tokens, "something stands after a formula")

    def next(self, *expected):
        """The next token if it is one of those, or if there are none any; else nothing."""
        found = self.tokens and (not expected or self.tokens[-1] in expected)
        return self.tokens.pop() if found else ""

    def nested(self, part):
        """A part one level deeper."""
        self.depth += 1
        want(self.depth <= 40, "parentheses and signs are too deep")
        value = part()
        self.depth -= 1
        return value

    def sum(self):
        one, terms = self.domain.number(Fraction(1)), [self.product()]
        while sign := self.next("+", "-"):
            terms.append((one if sign == "+" else -one) * self.product())
        by_shape = {}
        for term in terms:
            shape = term.shape if isinstance(term, self.domain.matrix) else None
            by_shape.setdefault(shape, []).append(term)
        found = {shape: self.domain.total(parts) for shape, parts in by_shape.items()}
        if len(found) > 1:
            found = {shape: value for shape, value in found.items() if not is_nothing(value)}
        shapes = set(found) - {None}
        need(len(shapes) < 2, "summands of several shapes")
        if shapes:
            found = {x: self.domain.lift(value, *shapes) for x, value in found.items()}
        parts = [*found.values()] or [self.domain.number(Fraction(0))]
        return self.plain(self.domain.total(parts))

    def plain(self, value):
        """Nothing as a number, which fits everywhere."""
        nothing = isinstance(value, self.domain.matrix) and is_nothing(value)
        return self.domain.number(Fraction(0)) if nothing else value

    def product(self):
        value = self.unary()
        while sign := self.next("*", "/"):
            factor = self.unary()
            value = value * (factor if sign == "*" else self.domain.invert(factor))
            value = self.plain(value)
        return value

    def unary(self):
        if self.next("-"):
            return self.domain.number(Fraction(-1)) * self.nested(self.unary)
        value = self.primary()
        return self.power(value) if self.next("^") else value

    def power(self, value):
        inside, negative, digits = self.next("("), self.next("-"), self.next()
        want(re.fullmatch("[0-9]{1,400}", digits) and int(digits) <= 60, "an exponent")
        if inside and digits == "1" and self.next("/"):
            want(self.next("2"), "an exponent")
            value = self.domain.root(value)
        want(not inside or self.next(")"), "an exponent")
        value = self.domain.invert(value) if negative else value
        return math.prod([value] * int(digits), start=self.domain.number(Fraction(1)))

    def primary(self):
        token = self.next()
        if token[:1].isdigit():
            want(len(token) <= 400, "a number is too long")
            return self.domain.number(Fraction(token))
        if token in ("dot", "outer"):
            return self.of_columns(token)
        if token not in ("sqrt", "tr", "("):
            want(token[:1] == "#" or token[:1].isalpha(), f"found {token or 'the end'}")
            return self.domain.name(token)
        want(token == "(" or self.next("("), f"found {token} without a parenthesis")
        value = self.nested(self.sum)
        want(self.next(")"), "a parenthesis is not closed")
        if token == "tr":
            return self.domain.trace(self.domain.lift(value))
        return self.domain.root(value) if token == "sqrt" else value

    def of_columns(self, token):
        want(self.next("("), f"found {token} without a parenthesis")
        left = self.nested(self.sum)
        want(self.next(","), f"{token} of one")
        right = self.nested(self.sum)
        want(self.next(")"), "a parenthesis is not closed")
        sides = [x for x in (left, right) if not is_nothing(x)]
        columns = (isinstance(x, self.domain.matrix) and x.shape[1] == "1" for x in sides)
        need(all(columns), f"{token} of what is no column")
        if len(sides) < 2:
            return self.domain.number(Fraction(0))
        if token == "dot":
            return self.domain.transpose(left) * right
        return left * self.domain.transpose(right)


class Reader:
    """Values of formulas in an algebra; keeps what was divided by and what roots were taken of.

    `zeros` says what `#1L` and the like are: not allowed if None, zero if True, else their values.
    """

    matrix, number = Matrix, staticmethod(Poly.of)

    def __init__(self, algebra, names, parent=None):
        self.algebra, self.names, self.zeros = algebra, {"I": Poly.of(1), **names}, None
        self.one = Matrix({(): Poly.of(1)}, algebra)
        self.free = False  # whether W may occur
        self.plain = False  # without covariances with formulas
        self.inverts, self.roots = False, False  # of what matrices it met
        self.random = parent.random if parent else ()
        self.trace, self.transpose, self.letter = algebra.trace, algebra.transpose, algebra.letter
        self.divisors, self.squares = (parent.divisors, parent.squares) if parent else (set(), [])

    @staticmethod
    def of(poly):
        return poly

    def read(self, text, zeros=None):
        self.zeros = zeros
        value = Formula(text, self).value
        square = not isinstance(value, Matrix) or value.shape == SQUARE
        need(square, "a formula is a column or a row")
        return value

    def scalar(self, text, **how):
        value = self.settled(self.read(text, **how))
        need(isinstance(value, Poly), "a formula is a matrix where a scalar belongs")
        return value

    @staticmethod
    def settled(value):
        """A multiple of the identity as a scalar."""
        single = isinstance(value, Matrix) and value.shape == SQUARE and set(value) <= {()}
        return value.get((), Poly()) if single else value

    def lift(self, value, shape=SQUARE):
        if isinstance(value, Matrix):
            return value
        need(shape == SQUARE, "a scalar beside a column or a row")
        return value * self.one

    def total(self, values):
        first, *others = values
        if isinstance(first, Poly):
            return collect(Poly, [first, *others])
        return self.algebra.gathered(values, first.shape)

    def name(self, name):
        if self.free and name in FREE:
            return self.letter(name)
        if name[0] != "#":
            known = {} if self.plain else self.algebra.formulas
            if name in known or self.algebra.is_letter(name):
                return self.algebra.letter(name)
            need(name in self.names, f"unknown name {name}")
            return self.names[name]
        plain, side = re.fullmatch("(#[0-9]+)([LR]?)'?", name).groups()
        known = {f"#{k}" for k in range(1, len(self.algebra.inverted) + 1)}
        need(plain in known, f"unknown name {name}")
        if not side:
            flipped = name != plain and plain not in self.algebra.symmetric
            return self.algebra.letter(name if flipped else plain)
        need(self.zeros is not None, f"unknown name {name}")
        if self.zeros:
            return Matrix({}, self.algebra)
        pair = [self.algebra.letter(plain), self.algebra.inverted[int(plain[1:]) - 1]]
        value = math.prod(pair if side == "L" else reversed(pair), start=self.one)
        value = value + Poly.of(-1) * self.one
        return self.algebra.transpose(value) if name.endswith("'") else value

    def root(self, value):
        value = self.settled(value)
        if isinstance(value, Poly):
            if not value.holds(*self.random):
                self.squares.append(value)
            return self.algebra.root(value)
        name = next((x for x in self.algebra.covariances if value == self.algebra.letter(x)), None)
        need(name is not None, "a root of what is no covariance")
        self.roots = True
        if name not in self.algebra.rooted:
            raise NotListed(f"the root of {name} is not listed")
        return self.algebra.letter("^" + name)

    def invert(self, value):
        value = self.settled(value)
        if isinstance(value, Poly):
            need(not value.holds(*self.random), "a random scalar is divided by")
            inverse, divisors = self.algebra.invert(value)
            self.divisors |= divisors
            return inverse
        need(value.shape == SQUARE, "an inverse of a column or a row")
        self.inverts = True
        for k, other in enumerate(self.algebra.inverted, 1):
            if same(value, other):
                return self.algebra.letter(f"#{k}")
        raise NotListed("an inverse is not listed")


# Files

NAME = re.compile(r"[A-Za-z]\w{0,31}", re.ASCII)
RATIONAL = re.compile(r"-?\d{1,400}(/0*[1-9]\d{0,399})?", re.ASCII)
CLAIM, PROOF = re.compile("[^#]*"), re.compile(".*")  # formulas without and with names of inverses
SIZE = re.compile(r"[A-Za-z]\w{0,31}|1", re.ASCII)
END = re.compile(r"[nd0-9.+*/^() -]+", re.ASCII)  # formulas in n and d
ROWS = [[RATIONAL]]
FACTORS = {NAME: (ROWS, [RATIONAL])}
TAKEN = ["n", "d", "i", "I", "V", "W", "tr", "sqrt", "dot", "outer", "weight"]
QUANTITIES = ["risk", "excess", "test_risk"]
LEAST = ["pgd_risk", "wpgd_risk", "att_risk", "ssm_risk"]
HESSIAN = "hessian"
STEPS = 3
INDICES = [Letter(f"i {block}") for block in range(2 * STEPS)]
VECTORS = [(CLAIM, [NAME], NAME)]
LAW = {"features": VECTORS, "label": [(CLAIM, [(VECTORS, VECTORS)])], "noise": CLAIM}
DRAWN = {
    "prompt": {NAME: NAME},
    "example": {NAME: NAME},
    "query": LAW,
    "examples": [(CLAIM, LAW)],
}
DESIGN = {
    "parameters": {NAME: ([None, END], [None, END])},
    "whole": [NAME],
    "conditions": [CLAIM],
    "covariances": {NAME: [None, CLAIM]},
    "projections": {NAME: [None, CLAIM]},
    "fixed": [NAME],
    "scalars": {"prompt": {NAME: [CLAIM]}, "example": {NAME: [CLAIM]}},
    "test": [None, {"n": CLAIM, **DRAWN}],
    **DRAWN,
}
LIMIT = {"grows": {"n", "d"}, "put": {CLAIM: CLAIM}, "where": [CLAIM]}
ERROR = {"coefficient": CLAIM, "power": RATIONAL}
ASSERTION = {
    "quantity": {"weight", *QUANTITIES, *LEAST, HESSIAN},
    "at": [None, CLAIM],
    "relation": {"=", "<=", "<", ">=", ">"},
    "formula": [None, CLAIM, [CLAIM]],
    "verdict": {"exact", "proved", "right in the limit", "refuted"},
    "limit": [None, LIMIT],
    "error": [None, ERROR],
}
CHALLENGE = {
    "format": "icl-challenge/4",
    "design": DESIGN,
    "predictor": {
        "name": {"pgd", "polynomial", "weighted"},
        "scale": CLAIM,
        "steps": {"1", "2", "3"},
    },
    "where": [CLAIM],
    "assertions": [ASSERTION],
}
CERTIFICATE = {
    "format": "icl-certificate/1",
    "challenge": PROOF,
    "roots": [NAME],
    "inverses": [PROOF],
    "weight": [None, {"formula": [None, PROOF, [PROOF]], "gradient": PROOF}],
    "steps": [dict],
}
MOMENTS = {
    "format": "icl-moments/1",
    "moments": [
        {
            "matrices": {
                NAME: [
                    None,
                    ("gaussian", SIZE, SIZE, [None, NAME], [None, NAME]),
                    ("matrix", SIZE, SIZE),
                    ("symmetric", SIZE, SIZE),
                ]
            },
            "numbers": [NAME],
            "moment": CLAIM,
            "formula": CLAIM,
        }
    ],
}
DIFFERENCE = {"difference": PROOF}
PRODUCTS = {"products": [[PROOF]]}
BROKEN = {
    "=": operator.ne,
    "<=": operator.gt,
    "<": operator.ge,
    ">=": operator.lt,
    ">": operator.le,
}
POINT = {
    "numbers": {NAME: RATIONAL},
    "vectors": {NAME: [RATIONAL]},
    "factors": FACTORS,
    "roots": FACTORS,
    "inverses": [(ROWS, ROWS)],
    "weight": [None, ROWS, [RATIONAL]],
    "claimed": [None, ROWS, RATIONAL],
    "exact": [None, ROWS, RATIONAL],
}


def fits(value, shape):
    """Whether a value has a shape.

    A list of one shape is a list of such values, a tuple a list with a shape for each place. A list
    that begins with None and a set are alternatives. A name as a key stands for any names.
    """
    if shape is dict:
        return isinstance(value, dict)
    if isinstance(shape, set) or (isinstance(shape, list) and shape[0] is None):
        return any(fits(value, each) for each in shape)
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(each, shape[0]) for each in value)
    if isinstance(shape, tuple):
        return isinstance(value, list) and len(value) == len(shape) and all(map(fits, value, shape))
    if not isinstance(shape, dict):
        return value == shape
    if not isinstance(value, dict):
        return False
    first = next(iter(shape), None)
    if isinstance(first, re.Pattern):
        return all(fits(key, first) and fits(each, shape[first]) for key, each in value.items())
    return value.keys() == shape.keys() and all(fits(value[key], shape[key]) for key in shape)


def load(data, shape):
    """The value of a file in canonical form."""
    want(len(data) <= 1_000_000, "a file is too large")
    try:
        value = json.loads(data.decode("ascii"))
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":")) + "\n"
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON: {error}") from None
    want(canonical.encode() == data, "a file is not in canonical form")
    want(fits(value, shape), "a file has not the keys and values that are specified")
    return value


class Challenge:
    """What is asserted, of which design. Formulas stay texts, which any reader can read."""

    def __init__(self, value):
        self.design, self.scale = value["design"], value["predictor"]["scale"]
        self.of_matrix = value["predictor"]["name"] == "pgd"
        self.weighted = value["predictor"]["name"] == "weighted"
        steps = int(value["predictor"]["steps"])
        want(steps == 1 or not (self.of_matrix or self.weighted), "weights for several steps")
        groups = range(len(self.design["examples"]))
        if self.weighted:  # of each weight the chains of groups in which it stands
            self.chains = [[(group,)] for group in groups]
            alone = not (self.design["covariances"] or self.design["fixed"] or self.design["test"])
            need(alone, "sample weights in a design that is not the same in all directions")
            # examples of a group may only change places if they do not know theirs
            need(not self.holds_place(), "sample weights of examples that know their places")
        else:
            chains = (itertools.product(groups, repeat=step + 1) for step in range(steps))
            self.chains = list(map(list, chains))
        self.where, self.assertions = value["where"], value["assertions"]
        self.covariances, parameters = self.design["covariances"], self.design["parameters"]
        self.projections, self.fixed = self.design["projections"], self.design["fixed"]
        self.plain = [x for x, formula in self.covariances.items() if formula is None]
        want(
            set(self.projections) <= set(self.plain),
            "a projection is no covariance without a formula",
        )
        self.ends = {"n": ("1", None), "d": ("1", None), **parameters}
        self.random = self.design["scalars"]
        drawn = [*self.random["prompt"], *self.random["example"]]
        drawn += [*self.design["prompt"], *self.design["example"]]
        names = [*TAKEN, *QUANTITIES, *LEAST, *parameters, *self.covariances, *self.fixed, *drawn]
        self.names = set(names)
        want(len(self.names) == len(names), "names are not distinct")
        want(set(self.design["whole"]) <= set(parameters), "an unknown parameter is whole")
        test = self.design["test"]
        self.laws = [("n", self.design), *([] if test is None else [(test["n"], test)])]
        for _, law in self.laws:
            for kind in ("prompt", "example"):
                want(set(law[kind]) <= set(self.design[kind]), "an unknown vector at test")
                known = {*self.covariances, "I"}
                want(known.issuperset(law[kind].values()), "the covariance of a vector is unknown")
            self.check_law(law["query"], law["prompt"])
            for _, other in law["examples"]:
                self.check_law(other, {**law["prompt"], **law["example"]})
        algebra = Algebra()
        self.letters(algebra)
        for low, high in algebra.ranges.values():
            ordered = None in (low, high) or algebra.shows(high - low, strict=False)
            need(ordered, "a range is not seen to hold anything")

    def holds_place(self):
        """Whether the law of an example holds its index."""
        return any("i" in self.names_in(law) for _, law in self.design["examples"])

    def is_centred(self):
        """Whether features and labels are made of drawn vectors alone."""
        laws = [self.design["query"], *(law for _, law in self.design["examples"])]
        return not any(self.names_in(law) & set(self.fixed) for law in laws)

    @staticmethod
    def names_in(law):
        """The names in the coefficients of a law, and its vectors."""
        combinations = [side for _, dots in law["label"] for dot in dots for side in dot]
        terms = list(itertools.chain(law["features"], *combinations))
        texts = [law["noise"], *(c for c, _ in law["label"])]
        texts += [text for c, _, vector in terms for text in (c, vector)]
        return {match[1].rstrip("'") for text in texts for match in TOKEN.finditer(text)}

    def check_law(self, law, among):
        dots = [side for _, dots in law["label"] for dot in dots for side in dot]
        for _, matrices, vector in itertools.chain(law["features"], *dots):
            want(vector in among or vector in self.fixed, "an unknown vector in a law")
            want(set(matrices) <= set(self.covariances), "an unknown matrix in a law")
            want(len(matrices) < 200, "a word is too long")

    def weights(self, given):
        """The weight as a list, or what is given for each number of steps or group."""
        want(given is not None, "no weight")
        need(self.of_matrix or isinstance(given, list), "one weight for several steps")
        given = [given] if self.of_matrix else given
        need(len(given) == len(self.chains), "not one weight for each number of steps or group")
        return given

    def counts(self, read):
        """How many examples prompts have, and their groups, by a function that reads formulas."""
        for size, law in self.laws:
            n = read(size, {})
            yield from (n, *(read(count, {"n": n}) for count, _ in law["examples"]))

    def letters(self, algebra, given=()):
        """What names stand for, those that are given and letters, which get their ranges.

        A parameter of which the range is one number stands for this number."""
        names = {x: Poly.letter(Letter(x)) for x in self.ends} | dict(given)
        free = [x for x in self.ends if names[x] == Poly.letter(Letter(x))]
        reader = Reader(algebra, {x: names[x] for x in names if names[x] is not None})
        for x in free:
            low, high = (None if end is None else reader.scalar(end) for end in self.ends[x])
            if low is not None and low == high:
                names[x] = reader.names[x] = low
            else:
                algebra.ranges[x] = low, high
        return names

    def algebra(self, roots=(), ranges=(), constants=()):
        """An algebra with the letters of this design."""
        algebra = Algebra(ranges, self.plain, roots, constants, self.fixed)
        algebra.ranks = dict.fromkeys(self.projections)
        return algebra

    def settle(self, given, used):
        """Lets projections have their ranks, and covariances their values.

        `given` reads what are coefficients, `used` has the same names, and reads what are none."""
        told = {x: text for x, text in self.projections.items() if text is not None}
        ranks = {x: given.scalar(text) for x, text in told.items()}
        need(not any(rank.has_trace() for rank in ranks.values()), "a rank holds a trace")
        given.algebra.ranks |= ranks
        known, taking = {}, set()  # taking roots or inverses

        def value(name):
            if name not in known:
                reader = Reader(given.algebra, given.names)
                reader.plain = True
                found = reader.lift(reader.read(self.covariances[name]))
                kind = used if reader.inverts else given
                kind.divisors.update(reader.divisors)
                kind.squares.extend(reader.squares)
                known[name] = found
                taking.update([name] if reader.inverts or reader.roots else [])
            return known[name]

        formulas = {x: functools.partial(value, x) for x in self.covariances if x not in self.plain}
        given.algebra.formulas = formulas
        for name, each in formulas.items():
            with contextlib.suppress(NotListed):
                value = each()
                if name not in taking:
                    need(given.algebra.is_covariance(value), "a covariance is not seen to be one")
        for text in self.design["conditions"]:
            given.scalar(text)


# The risk


def partitions(places):
    """The ways in which places in sums over examples may be the same example: lists of blocks.

    A place begins with its group, and examples of two groups are never the same."""
    if not places:
        yield []
        return
    first, *rest = places
    for blocks in partitions(rest):
        yield [[first], *blocks]
        for k, block in enumerate(blocks):
            if block[0][0] == first[0]:
                yield [*blocks[:k], [first, *block], *blocks[k + 1 :]]


class Risk:
    """The risk of weights in three parts: sums of scalars times traces of words with @0, @1, ...

    The places of a product of sums over examples are the same example or not, in every way; then
    different examples are independent, and all that is left are means over one example each.
    """

    def __init__(self, challenge, reader, training=None):
        self.challenge, self.algebra = challenge, reader.algebra
        size, self.design = challenge.laws[-1 if training else 0]
        names = {**reader.names, "n": reader.scalar(size)}
        self.reader = Reader(self.algebra, names, reader)
        self.vectors = {**self.design["prompt"], **self.design["example"]}
        self.random = {
            kind: {x: [reader.scalar(text) for text in texts] for x, texts in moments.items()}
            for kind, moments in challenge.random.items()
        }
        self.sizes = [self.reader.scalar(count) for count, _ in self.design["examples"]]
        scale = self.reader.scalar(challenge.scale)
        x, label = self.law(self.design["query"])
        self.noise = self.reader.scalar(self.design["query"]["noise"])
        self.known = {}
        chains = [((), (), Poly.of(1))]
        for weight, groups in enumerate(challenge.chains):
            chains += [((weight,), chain, -scale) for chain in groups]
        self.fixed, self.linear, self.quadratic = parts = [], [], []
        for left, right in itertools.product(chains, repeat=2):
            places = [(g, 0, k) for k, g in enumerate(left[1])]
            places += [(g, 1, k) for k, g in enumerate(right[1])]
            for blocks in partitions(places):
                where = {place: b for b, block in enumerate(blocks) for place in block}
                groups = [block[0][0] for block in blocks]
                for (c, one), (e, other) in itertools.product(
                    self.side(left, 0, where, x, label), self.side(right, 1, where, x, label)
                ):
                    parts[len(left[0]) + len(right[0])].extend(
                        self.mean(one + other, c * e, functools.partial(self.over, groups))
                    )
        several = training is None and len(challenge.laws) > 1
        self.at_test = Risk(challenge, reader, self) if several else self

    def side(self, one, copy, where, x, label):
        """The label of the query, or a chain of examples from it: scalars and edges."""
        weights, chain, scale = one
        if not weights:
            return label
        edges, before, word = [], x, (f"@{weights[0]}",)
        for k, group in enumerate(chain):
            block = where[group, copy, k]
            if (group, block) not in self.known:
                self.known[group, block] = self.law(self.design["examples"][group][1], block)
            features, last = self.known[group, block]
            edges, before, word = [*edges, (before, word, features)], features, ()
        return [(scale * c, edges + more) for c, more in last]

    def law(self, law, block=None):
        """Features and label, of the example of a block if there is one.

        Of each vector of a combination its coefficient, its word, its covariance as a word, and
        which vector it is; of a fixed one its name and None. A label has scalars and edges;
        noises and random scalars are letters.
        Where there are several groups an example does not know its place."""
        known = {x: Poly.letter(Letter(f"{x} of all")) for x in self.random["prompt"]}
        if block is not None:
            known |= {x: Poly.letter(Letter(f"{x} of {block}")) for x in self.random["example"]}
            known |= {"i": Poly.letter(INDICES[block])} if len(self.sizes) == 1 else {}
        reader = Reader(self.algebra, {**self.reader.names, **known}, self.reader)
        reader.random = {letter for x in known if x != "i" for letter in known[x].letters()}
        self.algebra.ranges |= dict.fromkeys(reader.random, (None, None))

        def combination(terms):
            result = []
            for text, matrices, vector in terms:
                if vector in self.challenge.fixed:
                    result.append((reader.scalar(text), tuple(matrices), vector, None))
                    continue
                covariance = tuple(x for x in [self.vectors[vector]] if x != "I")
                which = vector, block if vector in self.design["example"] else None
                result.append((reader.scalar(text), tuple(matrices), covariance, which))
            return result

        noise = Poly.letter(Letter(f"noise of {block}")) * reader.scalar(law["noise"])
        label = [(noise, [])]
        for text, dots in law["label"]:
            edges = [(combination(left), (), combination(right)) for left, right in dots]
            label.append((reader.scalar(text), edges))
        return combination(law["features"]), label

    def over(self, groups, poly):
        """The mean over scalars, and the sum over different examples of these groups."""
        blocks = [None, *range(len(groups))]
        for block in blocks:
            kind, name = ("prompt", "all") if block is None else ("example", block)
            poly = self.averaged(poly, f"noise of {block}", [Poly(), Poly.of(1)])
            for x, moments in self.random[kind].items():
                poly = self.averaged(poly, f"{x} of {name}", moments)
        for mono in poly:
            want(sum(k for x, k in mono if x in INDICES) <= 12, "too high a power of i")
        hidden = [x for x in poly.letters() if x not in INDICES and x.holds(INDICES)]
        need(not hidden, "a sum has no closed form")
        return self.apart(poly, groups)

    def averaged(self, poly, name, moments):
        parts, letter = [], Letter(name)
        for power, rest in poly.by_power(letter).items():
            want(power <= len(moments), "a moment that is not given")
            need(not rest.holds(letter), "a random scalar under a root or a divisor")
            parts.append(rest * moments[power - 1] if power else rest)
        return collect(Poly, parts)

    def apart(self, poly, groups):
        """The sum over different examples: the last one over all, less where it is another."""
        if not groups:
            return poly
        *others, last = groups
        parts = poly.by_power(INDICES[len(others)])
        total = [rest * self.power_sum(k, self.sizes[last]) for k, rest in parts.items()]
        result = self.apart(collect(Poly, total), others)
        for b in (b for b, group in enumerate(others) if group == last):
            moved = [rest * Poly.letter(INDICES[b], k) if k else rest for k, rest in parts.items()]
            result = result - self.apart(collect(Poly, moved), others)
        return result

    def mean(self, edges, factor, over=lambda poly: poly):
        """The mean of a product of edges by Isserlis' theorem, summed over examples."""
        found = {}
        sides = [side for left, _, right in edges for side in (left, right)]
        for ends in itertools.product(*sides):
            coefficient = math.prod((end[0] for end in ends), start=factor)
            words = [
                self.algebra.reverse(ends[2 * k][1]) + middle + ends[2 * k + 1][1]
                for k, (_, middle, _) in enumerate(edges)
            ]
            drawn = [end for end in range(len(ends)) if ends[end][3] is not None]
            for partner in self.pairings(drawn, ends):
                found.setdefault(self.cycles(words, partner, ends), []).append(coefficient)
        return [(over(collect(Poly, parts)), cycles) for cycles, parts in found.items()]

    def pairings(self, left, ends):
        """The ways to pair ends that have the same vector: each a dictionary from end to end."""
        if not left:
            yield {}
            return
        first, *left = left
        Work.spend(1 + len(left))
        for other in left:
            if ends[first][3] == ends[other][3]:
                for more in self.pairings([end for end in left if end != other], ends):
                    yield {first: other, other: first, **more}

    def cycles(self, words, partner, ends):
        """The cycles that a pairing makes of edges; ends 2k and 2k + 1 are those of the k-th.

        From a fixed vector edges lead to another: the cycle has the row of the one and the column
        of the other."""
        result, unseen = [], set(range(len(words)))
        starts = [end for end in range(len(ends)) if end not in partner]
        for end in [*starts, *range(0, len(ends), 2)]:
            if end // 2 not in unseen:
                continue
            word = (ends[end][2] + "'",) if end not in partner else ()
            while end is not None and end // 2 in unseen:
                unseen.remove(end // 2)
                edge = words[end // 2]
                word += self.algebra.reverse(edge) if end % 2 else edge
                end ^= 1
                word += ends[end][2] if end in partner else (ends[end][2],)
                end = partner.get(end)
            result.append(self.algebra.turned(word))
        return tuple(sorted(result))

    def power_sum(self, power, size):
        """The sum of i^power over i = 1, ..., size."""
        total = raised(size + Poly.of(1), power + 1) - Poly.of(1)
        for lower in range(power):
            total = total - Poly.of(math.comb(power + 1, lower)) * self.power_sum(lower, size)
        return total * Poly.of(Fraction(1, power + 1))

    @staticmethod
    def product(word, domain, weights):
        special = {f"@{k}": weight for k, weight in enumerate(weights)}
        special |= {f"@{k}'": domain.transpose(weight) for k, weight in enumerate(weights)}
        factors = (special[x] if x in special else domain.letter(x) for x in word)
        return math.prod(factors, start=domain.one)

    def value(self, terms, domain, weights):
        """The sum of terms at weights."""
        return domain.total(
            math.prod(
                (domain.trace(self.product(word, domain, weights)) for word in cycles),
                start=domain.of(value),
            )
            for value, cycles in [(Poly(), ()), *terms]
        )

    def gradient(self, domain, weights, which=0):
        """The gradient of the risk in one of the weights."""
        parts, own = [domain.of(Poly()) * domain.one], f"@{which}"
        for value, cycles in self.linear + self.quadratic:
            for k, word in enumerate(cycles):
                others = [(value, cycles[:k] + cycles[k + 1 :])]
                for place in (k for k, letter in enumerate(word) if letter in (own, own + "'")):
                    rest = self.product(word[place + 1 :] + word[:place], domain, weights)
                    rest = domain.transpose(rest) if word[place] == own else rest
                    parts.append(self.value(others, domain, weights) * rest)
        return domain.total(parts)

    def is_only_one(self, domain, weights, of_matrix):
        """Whether no other weights are stationary at a point: the Hessian has full rank."""

        def slopes(at):
            found = [self.gradient(domain, at, k) for k in range(len(at))]
            return [x for row in found[0] for x in row] if of_matrix else map(domain.trace, found)

        zero = Fraction(0) * domain.one
        places = range(domain.d)
        if of_matrix:
            units = [
                [Rows([[Fraction((k, m) == (a, b)) for m in places] for k in places])]
                for a, b in itertools.product(places, repeat=2)
            ]
        else:
            units = [
                [domain.one if k == m else zero for m in range(len(weights))]
                for k in range(len(weights))
            ]
        start = list(slopes([zero] * len(weights)))
        rows = [list(map(operator.sub, slopes(unit), start)) for unit in units]
        return rank_of(rows) == len(rows)

    def least(self, quantity, domain, weights):
        """The least risk of a predictor, told by that of the one the challenge is about."""
        challenge = self.challenge
        family, of_model = {
            "pgd_risk": ("equal", False),
            "att_risk": ("equal", True),
            "wpgd_risk": ("any", False),
            "ssm_risk": ("any", True),
        }[quantity]
        need(not of_model or challenge.is_centred(), "a model may make use of a fixed vector")
        if challenge.weighted and family == "equal":
            ones = [domain.one for _ in weights]
            parts = (self.fixed, self.linear, self.quadratic)
            free, slope, bend = (self.value(terms, domain, ones) for terms in parts)
            quarter = domain.of(Poly.of(Fraction(-1, 4)))
            return free + quarter * slope * slope * domain.invert(bend)
        if not challenge.weighted:
            need(challenge.of_matrix, "a least risk beside several steps")
            exchanged = len(self.sizes) == 1 and not challenge.holds_place()
            need(family == "equal" or exchanged, "examples that may not change places")
        return self.exact("risk", domain, weights)

    def exact(self, quantity, domain, weights, given=False):
        """The weight, its risk or its excess, where it is stationary; or where it is given."""
        if quantity == "weight":
            return weights[0]
        if quantity == HESSIAN:
            return domain.of(Poly.of(2)) * self.value(self.quadratic, domain, weights)
        if quantity in LEAST:
            need(not given, "a least risk beside a weight that is given")
            return self.least(quantity, domain, weights)
        if quantity == "test_risk":
            return self.at_test.exact("risk", domain, weights, True)
        part = Fraction(1 if given else Fraction(1, 2))
        value = self.value(self.fixed, domain, weights)
        value = value + domain.of(Poly.of(part)) * self.value(self.linear, domain, weights)
        if given:
            value = value + self.value(self.quadratic, domain, weights)
        return value + domain.of(-self.noise * self.noise) if quantity == "excess" else value


# The steps


def quantities(formula):
    """The names of quantities that stand in the formula of a bound."""
    return {match[1] for match in TOKEN.finditer(formula)} & {*QUANTITIES, *LEAST}


class Proof:
    """The weight of a certificate, if it has one, seen to be stationary."""

    def __init__(self, challenge, roots, inverses, weight):
        self.challenge, self.text = challenge, weight and weight["formula"]
        self.algebra, self.inverses = challenge.algebra(roots), inverses
        names = challenge.letters(self.algebra)
        self.reader, given = Reader(self.algebra, names), Reader(self.algebra, names)
        challenge.settle(given, self.reader)
        self.conditions = [given.scalar(text) for text in challenge.design["conditions"]]
        self.risk = Risk(challenge, given)
        conditions = [self.reader.settled(self.reader.read(text)) for text in challenge.where]
        for text in inverses:
            matrix = self.reader.settled(self.reader.read(text))
            need(isinstance(matrix, Matrix), "a scalar is listed among the inverses")
            self.algebra.list_inverse(matrix)
        self.algebra.assume(conditions)
        self.algebra.prove_inverses()
        for each in self.algebra.formulas.values():
            need(self.algebra.is_covariance(each()), "a covariance is not seen to be one")
        if weight:
            texts, lift = challenge.weights(self.text), self.reader.lift
            values = [self.reader.settled(self.reader.read(text)) for text in texts]
            scalar = challenge.of_matrix or all(isinstance(value, Poly) for value in values)
            need(scalar, "a coefficient is a matrix")
            self.weights = list(map(lift, values))
            gradient = self.risk.gradient(self.reader, self.weights)
            if not challenge.of_matrix:
                for k in range(len(values)):
                    slope = self.reader.trace(self.risk.gradient(self.reader, self.weights, k))
                    need(slope.vanishes(), "a coefficient is not stationary")
                gradient = Poly() * self.reader.one
            self.is_zero(gradient, lift, weight["gradient"], "the gradient")

    def is_zero(self, value, kind, text, title):
        """Sees that a value is that of a formula of which each term has a factor that is zero."""
        found = kind(self.reader.read(text, zeros=False))
        left = self.reader.read(text, zeros=True)
        need(same(left, Poly() * left), f"{title} has a term without a zero factor")
        need(type(found) is type(value) and same(found, value), f"{title} is not what is said")

    def exact(self, quantity, at):
        if at is None:
            need(self.text, "there is no weight")
            return self.risk.exact(quantity, self.reader, self.weights)
        weight = self.reader.lift(self.reader.read(at))
        return self.risk.exact(quantity, self.reader, [weight], given=True)

    def check_exact(self, quantity, at, relation, formula, step):
        proved = quantity != "weight" and relation == "="
        bound = PRODUCTS if relation != "=" else {}
        want(fits(step, DIFFERENCE if proved else bound), "a step of another kind")
        if quantity == "weight":
            known = self.text and (formula == self.text or self.is_multiple(formula))
            need(known, "the weight is not that of the certificate")
            return
        self.reader.free = at is not None
        exact = self.exact(quantity, at)
        if not proved:
            self.reader.names |= {x: self.exact(x, at) for x in quantities(formula)}
        gap = self.reader.scalar(formula) - exact
        for x in (*QUANTITIES, *LEAST):
            self.reader.names.pop(x, None)
        if proved:
            self.is_zero(gap, self.reader.settled, step["difference"], "the difference")
        else:
            # `gap` is claimed minus exact
            sign, strict = 1 if relation[0] == "<" else -1, relation in ("<", ">")
            self.reader.free = quantity == HESSIAN
            if step["products"]:
                self.check_products(gap, sign, strict, step["products"])
            else:
                shown = self.algebra.sign_of(Poly.of(sign) * gap)
                need(self.algebra.shows(shown, strict), "a bound is not seen to hold")
        self.reader.free = False

    def is_multiple(self, texts):
        """Whether sample weights are those of the certificate but for a common factor.

        One that does not vanish anywhere is among them: a factor times zero is zero."""
        if not self.challenge.weighted:
            return False
        known = [self.reader.settled(weight) for weight in self.weights]
        claimed = [self.reader.scalar(text) for text in self.challenge.weights(texts)]
        pairs = list(zip(known, claimed, strict=True))
        crossed = (a * y - b * x for (a, x), (b, y) in itertools.combinations(pairs, 2))
        return any(map(self.algebra.nowhere_zero, claimed)) and all(x.vanishes() for x in crossed)

    def check_products(self, gap, sign, strict, products):
        """Sees that a gap is a sum of products, each of which has the sign, in one not zero."""
        parts, positive = [], False
        for texts in products:
            if re.search(r"#\d+[LR]", " ".join(texts)):  # it is zero
                read = [self.reader.settled(self.reader.read(x, zeros=False)) for x in texts]
                left = [self.reader.settled(self.reader.read(x, zeros=True)) for x in texts]
                need(any(same(x, Poly() * x) for x in left), "a term without a zero factor")
                need(all(isinstance(x, Poly) for x in read), "a matrix that is zero")
                parts.append(math.prod(read, start=Poly.of(1)))
                continue
            values = {text: self.reader.settled(self.reader.read(text)) for text in texts}
            squares = {
                text: self.reader.trace(value * self.reader.transpose(value))
                for text, value in values.items()
                if isinstance(value, Matrix)
            }
            values |= squares
            parts.append(math.prod((values[text] for text in texts), start=Poly.of(1)))
            signs = [
                self.sign_of_power(values[x], 2 if x in squares else texts.count(x)) for x in values
            ]
            known = math.prod((found for found, _ in signs), start=sign)
            need(known > 0, "a product may have the other sign")
            positive |= all(found for _, found in signs)
        need(same(collect(Poly, parts), gap), "the sum of the products is another")
        need(positive or not strict, "no product is seen not to be zero")

    def sign_of_power(self, value, power):
        """Of a factor that stands somewhere so often: its sign, and whether it is not zero."""
        for sign in (1, -1):
            found = self.algebra.sign_of(Poly.of(sign) * value)
            if self.algebra.shows(found, strict=True):
                return sign**power, True
        apart = self.algebra.nowhere_zero(value) or self.holds_weight_apart(value)
        if power % 2 == 0 or any(same(value, condition) for condition in self.conditions):
            return 1, apart
        for sign in (1, -1):
            found = self.algebra.sign_of(Poly.of(sign) * value)
            if self.algebra.shows(found, strict=False):
                return sign, apart
        raise Rejected("a factor of unknown sign")

    def holds_weight_apart(self, value):
        """Whether it is a trace with the weight between invertible words, and no more of it."""
        for letter in value.letters():
            word = letter.word or ()
            rest = [x for x in word if x not in FREE]
            once = all(word.count(x) == 1 for x in FREE)
            if once and value == Poly.letter(letter) and self.algebra.invertible.issuperset(rest):
                return self.algebra.product_of_two(word)
        return False

    def finish(self):
        """Sees that no divisor vanishes, and that roots are taken of what is not negative."""
        given, algebra = self.risk.reader, self.algebra
        vanish = [x for x in self.reader.divisors - given.divisors if not algebra.is_not_zero(x)]
        need(not vanish, "a divisor may vanish")
        for square in self.reader.squares:
            known = any(same(square, other) for other in given.squares)
            need(known or algebra.shows(algebra.sign_of(square), False), "a root may not be real")


class Limit:
    """A limit: `t` is the root of n or d, and all else a function of it and of what stays fixed."""

    t = Letter("t ")

    def __init__(self, proof, grows, put, where):
        challenge, self.proof = proof.challenge, proof
        traces = [x for x in put if NAME.fullmatch(x) is None]
        put, traces = {x: put[x] for x in put if x not in traces}, {x: put[x] for x in traces}
        need(set(put) <= {*challenge.ends} - {grows}, "what is put in is no parameter")
        texts = [*put.values(), *traces.values()]
        tokens = {match[1] for text in texts for match in TOKEN.finditer(text)}
        constants = {x for x in tokens if NAME.fullmatch(x)} - challenge.names
        ranges = dict.fromkeys((self.t, *INDICES), (Poly.of(1), None))
        alone = {text: challenge.ends[x] for x, text in put.items() if text in constants}
        self.algebra = challenge.algebra(proof.algebra.rooted, ranges, constants - set(alone))
        given = {x: Poly.letter(Letter(x)) for x in constants} | dict.fromkeys(put)
        letters = challenge.letters(self.algebra, {**given, grows: Poly.letter(self.t, 2)})
        self.reader = Reader(self.algebra, {x: of for x, of in letters.items() if x not in put})
        for x, ends in alone.items():  # such a constant has the range of what it is put for
            low, high = (None if end is None else self.reader.scalar(end) for end in ends)
            if low is not None and low == high:
                self.reader.names[x] = low
            else:
                self.algebra.ranges[Letter(x)] = low, high
        if "d" not in put:
            self.algebra.sizes = {"d": self.reader.names["d"]}
        given = {self.trace(x): self.reader.scalar(text) for x, text in traces.items()}
        need(len(given) == len(traces), "a trace is put in twice")
        values = {x: self.reader.scalar(text) for x, text in put.items()}
        for value in (*given.values(), *values.values()):
            late = "d" in put and value.holds(Letter("d"))  # the trace of the identity
            need(not value.has_trace() and not late, "a trace in what is put in")
        self.algebra.given = given
        self.reader.names |= values
        challenge.settle(self.reader, self.reader)
        changing = [*given.values(), *(x for x in self.algebra.ranks.values() if x is not None)]
        moving = any(value.holds(self.t) for value in changing)
        self.algebra.sizes = {"d": self.reader.names["d"]}
        self.traces = grows == "n" and "d" not in put and not moving
        for text in proof.inverses:
            self.algebra.list_inverse(self.reader.lift(self.reader.read(text)), once=False)
        self.algebra.definite = proof.algebra.definite
        self.series = {}
        for k, matrix in enumerate(self.algebra.inverted, 1):
            if self.traces and any(value.holds(self.t) for value in matrix.values()):
                self.expand(f"#{k}", matrix)
        self.images = {x: Poly.letter(x) for x in INDICES}
        rooms = [self.reader.scalar(text) for text in challenge.design["conditions"]]
        counts = list(challenge.counts(self.read))
        rooms += counts
        ranks = [rank for rank in self.algebra.ranks.values() if rank is not None]
        bound = [*rooms, *ranks, *(self.reader.names[x] for x in challenge.design["whole"])]
        sizes = [self.reader.names[x] for x in ("n", "d")]
        free = [value for value in sizes if self.is_free(value)]
        bound = [value for value in [*bound, *sizes] if value not in free]
        # letters that may depend on each other, or have few values
        self.bound = set(itertools.chain.from_iterable(value.deep() for value in bound))
        for rank in ranks:
            rooms += [rank, self.reader.names["d"] - rank]
        for x, (low, high) in challenge.ends.items():
            value = self.reader.names[x]
            rooms += [value - self.reader.scalar(low)] if low is not None else []
            rooms += [self.reader.scalar(high) - value] if high is not None else []
        loose = [self.algebra.sign_of(room) for room in rooms if not self.stays(room)]
        leads = [self.lead(sign)[1] for sign in loose]
        values = [Poly.of(Fraction(x)) for x in ("1", "2", "1/2")]
        need(any(self.are_positive(leads, value) for value in values), "a range may be left")
        conditions = (self.reader.read(text) for text in where + challenge.where)
        self.algebra.assume(map(self.reader.settled, conditions))

    def trace(self, text):
        """The word of a trace of powers of one covariance."""
        value = self.reader.scalar(text)
        (letter,) = value.letters() if len(value.letters()) == 1 else (None,)
        need(letter is not None and value == Poly.letter(letter), "what is put in is no trace")
        names = set(letter.word or ())
        need(len(names) == 1 and not names & {"#", *self.algebra.shapes}, "it is no trace")
        (name,) = names
        root = name.startswith("^")
        known = name.removeprefix("^") in self.algebra.covariances
        need(known and self.proof.challenge.projections.get(name) is None, "it is none")
        need(not root or len(letter.word) % 2 == 0, "it is of a root")
        return letter.word

    def read(self, text, more):
        return Reader(self.algebra, {**self.reader.names, **more}, self.reader).scalar(text)

    def lead(self, poly):
        """The power of t of the leading term, and its coefficient."""
        power, factor = poly.leading(self.t)
        others = [x for x in poly.letters() if x.square is not None or x.word is not None]
        need(self.traces or not any(x.has_trace() for x in others), "a trace may change")
        kept = [x for x in others if x in factor.letters() or not self.is_bounded(x)]
        need(not any(x.holds([self.t]) for x in kept), "a root or a trace holds what grows")
        return power, factor

    def is_bounded(self, letter):
        """Whether it is a trace of words in which all inverses that change have a series."""
        moving = {x.rstrip("'") for x in letter.word or () if self.changes(x)}
        return letter.word is not None and moving <= {*self.series}

    def changes(self, letter):
        return any(scalar.holds(self.t) for scalar in self.algebra.inside((letter,)))

    def expand(self, name, matrix):
        """The inverse Y of ``P = t^m (P0 + E)`` is ``t^-m Z - Z E Y`` where Z is that of P0.

        It is put in for Y again and again; E goes to zero, and t^m Y to Z."""
        algebra = self.algebra
        leads = {word: self.quotient(value) for word, value in matrix.items() if value}
        most = max(power for power, _, _ in leads.values())
        parts = {
            word: above * algebra.invert(below)[0]
            for word, (power, above, below) in leads.items()
            if power == most
        }
        near = Matrix(parts, algebra)
        before = algebra.inverted[: int(name[1:]) - 1]
        known = [k for k, other in enumerate(before, 1) if same(other, near)]
        if known and most >= 0:
            inverse, minus = algebra.letter(f"#{known[0]}"), Poly.of(-1)
            small = algebra.invert(Poly.letter(self.t, most))[0] if most else Poly.of(1)
            step, series = inverse * (small * matrix + minus * near), algebra.letter(name)
            for _ in range(4):
                series = small * inverse + minus * (step * series)
            self.series[name] = series

    def factor(self, letter):
        """A letter of a word, or its series."""
        series = self.series.get(letter.rstrip("'"))
        if series is None:
            return self.algebra.letter(letter)
        return self.algebra.transpose(series) if letter.endswith("'") else series

    def quotient(self, scalar):
        """The power of t, numerator and denominator of the leading term."""
        numerator, inverses = scalar.cleared()
        need(numerator, "zero has no leading term")
        power, above = self.lead(numerator)
        below = Poly.of(1)
        for x, k in inverses.items():
            more, factor = self.lead(x.divisor)
            need(self.algebra.nowhere_zero(factor), "a leading divisor may vanish")
            power, below = power - k * more, below * raised(factor, k)
        return power, above, below

    def is_free(self, size):
        """Whether a size is whole at many places.

        It is a polynomial in constants, one term in these and their inverses, or a letter."""
        letters, known = size.letters(), self.algebra.constants | {self.t}
        inverses = {x for x in letters if x.divisor in map(Poly.letter, known)}
        if letters <= (known | inverses if len(size) == 1 else known):
            return True
        (letter, *others) = letters
        open_end = self.algebra.ranges.get(letter, (None, Poly()))[1] is None
        return not others and size == Poly.letter(letter) and open_end

    def stays(self, scalar):
        """Whether something is not negative as d grows."""
        sign = self.algebra.sign_of(scalar)
        return self.algebra.shows(sign, False) or self.algebra.shows(self.lead(sign)[1], True)

    def are_positive(self, polys, value):
        """Whether polynomials are positive where all constants have this value."""
        constants = self.algebra.constants

        def image(letter):
            return value if letter in constants else Poly.letter(letter)

        return all(self.algebra.shows(poly.put(image), strict=True) for poly in polys)

    def image(self, letter):
        """What a letter of the proof is in the limit."""
        if letter not in self.images:
            self.images[letter] = image_of(letter, self.algebra, self.image, self.value)
        return self.images[letter]

    def value(self, letter):
        """A name or a trace in the limit."""
        if letter.word is None:
            return self.reader.names[letter]
        factors = map(self.factor, letter.word)
        return self.algebra.trace(math.prod(factors, start=self.reader.one))

    def check_matrix(self, exact, claimed, error):
        """A weight beside an optimal one, of which one is a matrix: it is right, or nothing is."""
        if isinstance(exact, Matrix):
            ((word, scalar),) = exact.items()
            need(scalar == Poly.of(1) and len(word) == 1, "the weight is no inverse")
            need(word[0] in self.series, "the weight is no inverse")
            over = self.algebra.inverted[int(word[0][1:]) - 1]
        else:
            over = self.algebra.invert(exact.put(self.image))[0] * self.reader.one
        gap = self.reader.lift(claimed) * over + Poly.of(-1) * self.reader.one
        gap = {word: value for word, value in gap.items() if not value.vanishes()}
        need(bool(gap) == (error is not None), "an error without a difference, or none")
        if error is not None:
            given = self.reader.lift(self.reader.read(error["coefficient"]))
            leads = {word: self.quotient(value) for word, value in gap.items()}
            most = max(power for power, _, _ in leads.values())
            need(Fraction(error["power"]) == Fraction(most, 2), "the error has another power")
            need(most < 0, "a matrix that is no small error")
            for word in {*leads, *given}:
                power, above, below = leads.get(word, (most, Poly(), Poly.of(1)))
                above = above if power == most else Poly()
                need(same(above, given.get(word, Poly()) * below), "another coefficient")
                need(not above or not any(map(self.changes, word)), "an inverse that changes")

    def check(self, quantity, at, formula, verdict, error):
        proof, holds = self.proof, self.algebra.nowhere_zero
        claimed = self.reader.settled(self.reader.read(formula))
        exact = self.reader.settled(proof.exact(quantity, at))
        if isinstance(exact, Matrix) or isinstance(claimed, Matrix):
            need(quantity == "weight", "a matrix in the place of a scalar")
            need(verdict == "right in the limit", "the verdict is another")
            self.check_matrix(exact, claimed, error)
            if isinstance(exact, Poly):
                self.check_only()
            self.finish()
            return
        exact = exact.put(self.image)
        power, above, below = self.quotient(exact)
        need(holds(above), "the exact quantity may have another order")
        chosen = quantity == "test_risk" and at is None
        if quantity == "weight" or chosen:  # if this does not vanish, no other weight is as good
            self.check_only()
        difference, rate = claimed - exact, -1
        need(difference.vanishes() == (error is None), "an error without a difference, or none")
        if error is not None:
            coefficient = self.reader.scalar(error["coefficient"])
            more, numerator, denominator = self.quotient(difference)
            rate = Fraction(more - power, 2)
            need(rate == Fraction(error["power"]), "the error has another power")
            need(same(numerator * below, coefficient * denominator * above), "another coefficient")
            rooted = any(x.square is not None for x in numerator.letters())
            need(not rooted or holds(numerator), "the coefficient may vanish")
            bound = numerator.has_trace() or numerator.holds(*self.bound)
            signs = (Poly.of(sign) * numerator for sign in (1, -1))
            seen = rate < 0 or not bound or any(self.algebra.shows(x, True) for x in signs)
            need(seen, "the coefficient may vanish wherever there is a place")
        need((rate < 0) == (verdict == "right in the limit"), "the verdict is another")
        self.finish()

    def check_only(self):
        """Sees that no other multiple of the identity is as good a weight."""
        risk, one = self.proof.risk, self.proof.reader.one
        curvature = risk.value(risk.quadratic, self.proof.reader, [one]).put(self.image)
        need(self.algebra.nowhere_zero(self.quotient(curvature)[1]), "others may be as good")

    def finish(self):
        """Sees that no divisor vanishes, and that roots are taken of what is not negative."""
        given, holds = self.proof.risk.reader, self.algebra.nowhere_zero
        for divisor in [*self.reader.divisors, *(x.put(self.image) for x in given.divisors)]:
            need(holds(self.quotient(divisor)[1]), "a divisor may vanish")
        for square in [*self.reader.squares, *(x.put(self.image) for x in given.squares)]:
            need(self.stays(square), "a root may not be real")


def image_of(letter, algebra, image, name):
    """A letter in another algebra, where letters have images and names their values."""
    if letter.square is not None:
        return algebra.root(letter.square.put(image))
    if letter.divisor is not None:
        return algebra.invert(letter.divisor.put(image))[0]
    return name(letter)


class Rows(list):
    """A matrix of rational numbers; `shape` says what it is, also where d is one."""

    def __init__(self, rows, shape=SQUARE):
        super().__init__(rows)
        self.shape = shape

    @classmethod
    def read(cls, texts, size):
        need([len(row) for row in texts] == [size] * size, "a matrix has another size")
        return cls([[Fraction(x) for x in row] for row in texts])

    def __add__(self, other):
        need(self.shape == other.shape, "summands of several shapes")
        rows = [list(map(operator.add, *both)) for both in zip(self, other, strict=True)]
        return Rows(rows, self.shape)

    def __mul__(self, other):
        if isinstance(other, Fraction):
            return Rows([[other * x for x in row] for row in self], self.shape)
        need(self.shape[1] == other.shape[0], "factors do not fit together")
        columns = list(zip(*other, strict=True))
        rows = [[sum(map(operator.mul, row, column)) for column in columns] for row in self]
        shape = self.shape[0], other.shape[1]
        return rows[0][0] if shape == ("1", "1") else Rows(rows, shape)

    __rmul__ = __mul__

    def is_in(self, others):
        """The places at which it stands in a list."""
        return [k for k, other in enumerate(others) if self == other and self.shape == SQUARE]


class Place:
    """A point: numbers in the place of names."""

    matrix, number = Rows, Fraction

    def __init__(self, challenge, step):
        self.numbers = {x: Fraction(value) for x, value in step["numbers"].items()}
        need(
            self.numbers.keys() == challenge.ends.keys(), "other names than those of the challenge"
        )
        need(1 <= self.numbers["d"] <= 6, "d is out of range")
        whole = [self.numbers[x] for x in ("n", "d", *challenge.design["whole"])]
        need(all(number.denominator == 1 for number in whole), "sizes are whole")
        self.d = int(self.numbers["d"])
        self.one = self.diagonal([Fraction(1)] * self.d)
        self.roots = {x: self.square(*pair) for x, pair in step["roots"].items()}
        self.matrices = {x: self.square(*pair) for x, pair in step["factors"].items()}
        names = sorted([*self.roots, *self.matrices])
        need(names == sorted(challenge.covariances), "each covariance has factors or a root")
        self.matrices |= {x: root * root for x, root in self.roots.items()}
        need(
            step["vectors"].keys() == set(challenge.fixed),
            "other vectors than those of the challenge",
        )
        for x, entries in step["vectors"].items():
            need(len(entries) == self.d, "a vector has another size")
            column = Rows([[Fraction(entry)] for entry in entries], ("d", "1"))
            self.matrices |= {x: column, x + "'": self.transpose(column)}
        self.inverses = []
        for pair in step["inverses"]:
            inverse, matrix = (Rows.read(rows, self.d) for rows in pair)
            need(inverse * matrix == self.one, "an inverse is none")
            need(all(matrix != other for _, other in self.inverses), "an inverse is given twice")
            self.inverses.append((inverse, matrix))
        self.check_covariances(challenge)
        rooms = [self.scalar(text) for text in challenge.design["conditions"]]
        counts = list(challenge.counts(self.read))
        self.most = max(counts)
        for x, (low, high) in challenge.ends.items():
            rooms += [self.numbers[x] - self.scalar(low)] if low is not None else []
            rooms += [self.scalar(high) - self.numbers[x]] if high is not None else []
        need(all(room >= 0 for room in rooms + counts), "a range or a condition does not hold")
        need(all(number.denominator == 1 for number in counts), "counts are whole")

    def check_covariances(self, challenge):
        """Sees that covariances have the values of their formulas, and projections their ranks."""
        every = self.matrices
        for x, formula in challenge.covariances.items():
            if formula is not None:
                self.matrices = {
                    name: every[name] for name in every if name not in challenge.covariances
                }
                self.matrices |= {name: every[name] for name in challenge.plain}
                need(self.lift(self.of_text(formula)) == every[x], "a covariance has another value")
                self.matrices = every
        for x, rank in challenge.projections.items():
            projection = self.matrices[x]
            need(projection * projection == projection, "a projection is none")
            need(rank is None or self.scalar(rank) == self.trace(projection), "another rank")

    def of_text(self, text):
        value = Formula(text, self).value
        need(isinstance(value, Fraction) or value.shape == SQUARE, "a formula is a column or a row")
        return value

    def scalar(self, text):
        value = self.of_text(text)
        need(isinstance(value, Fraction), "a formula is a matrix where a scalar belongs")
        return value

    def read(self, text, more):
        numbers, self.numbers = self.numbers, {**self.numbers, **more}
        value = self.scalar(text)
        self.numbers = numbers
        return value

    def diagonal(self, values):
        places = range(self.d)
        return Rows([[values[k] if k == m else Fraction(0) for k in places] for m in places])

    def square(self, texts, diagonal):
        left, values = Rows.read(texts, self.d), [Fraction(x) for x in diagonal]
        need(len(values) == self.d, "a diagonal has another size")
        need(min(values) >= 0, "a covariance is not positive semi-definite")
        return left * self.diagonal(values) * self.transpose(left)

    def lift(self, value, shape=SQUARE):
        need(isinstance(value, Rows) or shape == SQUARE, "a scalar beside a column or a row")
        return value if isinstance(value, Rows) else value * self.one

    def total(self, values):
        return functools.reduce(operator.add, values)

    def trace(self, matrix):
        need(matrix.shape == SQUARE, "a trace of a column or a row")
        return sum((row[k] for k, row in enumerate(matrix)), start=Fraction(0))

    def transpose(self, matrix):
        return Rows(map(list, zip(*matrix, strict=True)), matrix.shape[::-1])

    def letter(self, name):
        return self.roots[name[1:]] if name[0] == "^" else self.matrices[name]

    def name(self, name):
        values = {"I": Fraction(1), **self.numbers, **self.matrices}
        need(name in values, f"unknown name {name}")
        return values[name]

    def root(self, value):
        if isinstance(value, Rows):
            known = value.is_in(self.matrices[x] for x in self.roots)
            need(known, "a root is not given")
            return list(self.roots.values())[known[0]]
        root = rational_root(value)
        need(root is not None, "a root is not rational")
        return root

    def invert(self, value):
        if isinstance(value, Rows):
            known = value.is_in(matrix for _, matrix in self.inverses)
            need(known, "an inverse is not given")
            return self.inverses[known[0]][0]
        need(value, "zero is divided by")
        return 1 / value

    def of(self, poly):
        """The value of a polynomial."""

        def value(letter):
            if letter.square is not None:
                return self.root(self.of(letter.square))
            if letter.divisor is not None:
                return self.invert(self.of(letter.divisor))
            if letter.word is not None:
                return self.trace(math.prod(map(self.letter, letter.word), start=self.one))
            return self.numbers[letter]

        values = {letter: value(letter) for letter in poly.letters()}
        terms = (math.prod((values[x] ** k for x, k in mono), start=c) for mono, c in poly.items())
        return sum(terms, start=Fraction(0))

    def weight(self, told):
        if isinstance(told, str):
            return Fraction(told) * self.one
        return Rows.read(told, self.d)

    def check_design(self, given):
        """Sees that the coefficients are real numbers for each example."""
        here = Algebra(dict.fromkeys(INDICES, (Poly.of(1), Poly.of(self.most))))

        def value(letter):
            name = Poly.letter(letter)
            return name if letter in INDICES else Poly.of(self.of(name))

        def image(letter):
            return image_of(letter, here, image, value)

        for divisor in given.divisors:
            need(here.nowhere_zero(divisor.put(image)), "a coefficient has no value")
        for square in given.squares:
            need(here.shows(here.sign_of(square.put(image)), False), "a coefficient is not real")

    def check(self, challenge, risk, quantity, at, relation, formula, step):
        self.check_design(risk.reader)
        for text in challenge.where:
            value = self.of_text(text)
            known = isinstance(value, Fraction) or any(value == p for _, p in self.inverses)
            need(known and value, "a condition does not hold")
        need((step["weight"] is None) == (at not in (None, "W")), "two weights, or none")
        zero, given = Fraction(0) * self.one, at is not None
        weights = None
        if step["weight"] is not None:
            told = challenge.weights(step["weight"])
            shape = ROWS if challenge.of_matrix else RATIONAL
            want(all(fits(one, shape) for one in told), "a weight of another kind")
            weights = [self.weight(one) for one in told]
        if at == "W":
            self.matrices |= {"W": weights[0], "W'": self.transpose(weights[0])}
        weights = [self.lift(self.of_text(at))] if given else weights
        slopes = [risk.gradient(self, weights, k) for k in range(len(weights))]
        if challenge.of_matrix:
            need(given or slopes == [zero], "the weight is not stationary")
        else:
            need(not any(map(self.trace, slopes)), "a coefficient is not stationary")
        named = quantities(formula) if relation != "=" else set()
        if not given and "test_risk" in {quantity, *named}:
            only = risk.is_only_one(self, weights, challenge.of_matrix)
            need(only, "another weight is stationary as well")
        if relation != "=":
            self.numbers |= {x: risk.exact(x, self, weights, given) for x in named}
        claimed, exact = self.of_text(formula), risk.exact(quantity, self, weights, given)
        told = step["claimed"], step["exact"]
        if quantity == "weight":
            want(all(fits(each, ROWS) for each in told), "a weight has rows")
            claimed, told = self.lift(claimed), tuple(Rows.read(each, self.d) for each in told)
            need(risk.gradient(self, [claimed]) != zero, "the claimed weight is stationary as well")
        else:
            want(all(fits(each, RATIONAL) for each in told), f"a {quantity} is a number")
            told = tuple(map(Fraction, told))
        need(told == (claimed, exact), "the values are others")
        need(BROKEN[relation](exact, claimed), "the claim is right here")


class Moment(Reader):
    """The mean of a formula in Gaussian matrices, which may be rectangular."""

    def __init__(self, matrices, numbers, moment, formula):
        names = ["I", "tr", "sqrt", "dot", "outer", *matrices, *numbers]
        want(len(set(names)) == len(names), "names are not distinct")
        want(None not in matrices.values(), "a matrix without a kind")
        algebra = Algebra(dict.fromkeys(numbers, (None, None)))
        algebra.turning = {x for x, (kind, *_) in matrices.items() if kind != "symmetric"}
        for x, (kind, rows, columns, *_) in matrices.items():
            want({rows, columns} <= {*numbers, "1"}, "an unknown size")
            want(kind != "symmetric" or rows == columns, "a symmetric matrix is square")
            algebra.shapes[x] = rows, columns
        self.gaussian = {x: told[3:] for x, told in matrices.items() if told[0] == "gaussian"}
        for x, sides in self.gaussian.items():
            for side, size in zip(sides, algebra.shapes[x], strict=True):
                fits_it = side is None or matrices.get(side) == ["symmetric", size, size]
                need(fits_it, "a covariance is no symmetric matrix of this size")
        algebra.thin = True
        super().__init__(algebra, {x: Poly.letter(Letter(x)) for x in numbers})
        self.trace = self.traced
        self.texts = moment, formula

    def traced(self, matrix):
        need(isinstance(matrix, Matrix), "a trace of a scalar")
        return self.algebra.trace(matrix)

    def lift(self, value, shape=None):
        if isinstance(value, Matrix) or shape is None:
            return value
        need(not value or shape[0] == shape[1], "a scalar beside what is not square")
        return value * Matrix({(): Poly.of(1)}, self.algebra, shape)

    def settled(self, value):
        need(isinstance(value, Poly), "a root or an inverse of a matrix")
        random = any(map(self.is_random, value.letters()))
        need(not random, "a Gaussian matrix under a root or in a divisor")
        return value

    def is_random(self, letter):
        """Whether a Gaussian matrix stands in a scalar."""
        return letter.word is not None and bool(self.places(letter.word))

    def check(self):
        values = [Formula(text, self).value for text in self.texts]
        shapes = {value.shape for value in values if isinstance(value, Matrix)}
        if shapes:
            need(len(shapes) == 1, "matrices of different shapes")
            ((rows, columns),) = shapes
            self.algebra.shapes["?"] = columns, rows
            self.algebra.turning.add("?")
            any_other = self.algebra.letter("?")
            values = [self.lift(value, (rows, columns)) for value in values]
            values = [self.trace(any_other * value) for value in values]
        mean, formula = values
        need(not any(map(self.is_random, formula.letters())), "a Gaussian matrix in a mean")
        need(same(self.mean(mean), formula), "the mean is another")

    def mean(self, poly):
        """The mean of a polynomial in traces."""
        parts = []
        for mono, value in poly.items():
            random = [(x, k) for x, k in mono if self.is_random(x)]
            words = tuple(x.word for x, k in random for _ in range(k))
            rest = tuple(pair for pair in mono if pair not in random)
            parts.append(Poly({rest: value}) * self.paired(words))
        return collect(Poly, parts)

    def places(self, word):
        return [k for k, letter in enumerate(word) if letter.removesuffix("'") in self.gaussian]

    def first(self, word, place):
        """A word with the same trace, in which a Gaussian letter comes first, and not turned."""
        if word[place].endswith("'"):
            word, place = self.algebra.reverse(word), len(word) - 1 - place
        return word[place:] + word[:place]

    def trace_of(self, word):
        """The trace of a word without Gaussian letters: of none, of the identity of a size."""
        if isinstance(word, str):
            return self.algebra.size(word)
        thin = [k for k, letter in enumerate(word) if self.algebra.shape(letter)[0] == "1"]
        if not thin:
            return self.algebra.trace_of(word)
        word = word[thin[0] :] + word[: thin[0]]
        (value,) = self.algebra.shortened(word, Poly.of(1), ("1", "1")).values()
        return value

    def paired(self, words):
        """The mean of a product of traces of words; a size stands for a word without letters."""
        Work.spend(1 + sum(map(len, words)))
        found = [k for k, word in enumerate(words) if isinstance(word, tuple) and self.places(word)]
        if not found:
            return math.prod(map(self.trace_of, words), start=Poly.of(1))
        rest = [word for k, word in enumerate(words) if k != found[0]]
        letter, *a = self.first(words[found[0]], self.places(words[found[0]])[0])
        a, turn, (rows, columns) = tuple(a), self.algebra.reverse, self.algebra.shapes[letter]
        left, right = (() if side is None else (side,) for side in self.gaussian[letter])
        parts = []
        for k in self.places(a):
            b, c = a[:k], a[k + 1 :]
            if a[k] == letter:
                parts.append([left + turn(b) + right + c or rows, *rest])
            elif a[k] == letter + "'":
                parts.append([b + right or columns, left + c or rows, *rest])
        for m, other in enumerate(rest):
            for k in self.places(other) if isinstance(other, tuple) else ():
                if other[k].removesuffix("'") == letter:
                    joined = left + turn(a) + right + self.first(other, k)[1:] or rows
                    parts.append([joined, *rest[:m], *rest[m + 1 :]])
        return collect(Poly, map(self.paired, parts))


def check(challenge, certificate):
    """Raises Unreadable or Rejected unless the one shows what the other asserts; both are bytes."""
    Work.left = 5_000_000
    value, shown = load(challenge, [None, CHALLENGE, MOMENTS]), load(certificate, CERTIFICATE)
    digest, roots, inverses = shown["challenge"], shown["roots"], shown["inverses"]
    need(digest == hashlib.sha256(challenge).hexdigest(), "the challenge is another")
    if value["format"] == MOMENTS["format"]:
        need(not (roots or inverses or shown["weight"]), "letters that nothing uses")
        need(
            shown["steps"] == [{}] * len(value["moments"]) != [], "there is a step for each moment"
        )
        for moment in value["moments"]:
            Moment(**moment).check()
        return
    asserted = Challenge(value)
    rooted = set(asserted.plain) - set(asserted.projections)
    need(set(roots) <= rooted, "a root of what is no covariance, or a projection")
    need(len(set(roots)) == len(roots), "a root is listed twice")
    need(len(shown["steps"]) == len(asserted.assertions) > 0, "there is a step for each assertion")
    weight = shown["weight"]
    needed = weight or any(x["verdict"] != "refuted" or x["limit"] for x in asserted.assertions)
    proof = Proof(asserted, roots, inverses, weight) if needed else None
    need(proof or not (roots or inverses), "letters that nothing uses")
    for assertion, step in zip(asserted.assertions, shown["steps"], strict=True):
        quantity, at, relation, formula, verdict, limit, error = (
            assertion[key] for key in ASSERTION
        )
        want(limit or not error, "an error without a limit")
        want(quantity != "weight" or (at is None and relation == "="), "a weight is equal or not")
        want(not limit or relation == "=", "a bound in a limit")
        want(at is None or asserted.of_matrix, "a weight that is given for several steps")
        want(at is None or quantity not in LEAST, "a least risk at a weight that is given")
        bent = at == "W" and not limit and verdict != "refuted"
        want(quantity != HESSIAN or bent, "a Hessian of what has none")
        want(formula is not None, "an assertion without a formula")
        several = quantity == "weight" and not asserted.of_matrix
        want(isinstance(formula, list) == several, "formulas for another number of weights")
        want(not several or (verdict == "exact" and not limit), "an assertion about coefficients")
        if verdict == "refuted" and not limit:
            want(fits(step, POINT), "a step of another kind")
            rooted = set(step["roots"]) & set(asserted.plain) - set(asserted.projections)
            algebra = asserted.algebra(rooted)
            given = Reader(algebra, asserted.letters(algebra))
            asserted.settle(given, Reader(algebra, given.names))
            risk = Risk(asserted, given)
            Place(asserted, step).check(asserted, risk, quantity, at, relation, formula, step)
            continue
        if limit:
            want(step == {}, "a step of another kind")
            told = Limit(proof, limit["grows"], limit["put"], limit["where"])
            told.check(quantity, at, formula, verdict, error)
        else:
            want(verdict == ("exact" if relation == "=" else "proved"), "right in no limit")
            proof.check_exact(quantity, at, relation, formula, step)
    if proof:
        proof.finish()


def main(arguments):
    """The exit code for two paths; says why on the way."""
    try:
        want(len(arguments) == 2, "two files are needed: CHALLENGE CERTIFICATE")
        check(*(Path(path).read_bytes() for path in arguments))
    except Rejected as reason:
        print(f"rejected: {reason}")
        return 1
    except (Unreadable, OSError, RecursionError) as reason:
        print(f"unreadable: {reason}")
        return 2
    print("accepted")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
