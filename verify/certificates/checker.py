"""Check a certificate against its challenge: ``python -I checker.py CHALLENGE CERTIFICATE``.

Exit code 0: accepted; 1: rejected, with the first step that fails; 2: unreadable, or too large.
One file, the standard library only, written from docs/certificates.md. It takes on trust:

* Isserlis' theorem: the mean of a product of centred Gaussians is a sum over all pairings;
* in a law that no direction is special for, a multiple of the identity is as good as any weight,
  and sample weights that are equal within groups of examples as any others (both by convexity);
* where all drawn vectors change their signs, so does what linear attention and H3 predict beside a
  step, and labels do not: it adds its mean square to the risk;
* the risk is the mean square of something affine in the weight W, so that a stationary W is a
  minimiser: ``L(W + V) = L(W) + <gradient, V> + E(x' V X' y)^2``; there L is its part without W
  plus half of what is linear in W;
* what is equal for polynomials, with letters for roots and inverses, and for words in matrices
  that need not commute, is equal for numbers and matrices of every size;
* a row u' times a matrix times a column v is a number, and a projection is its own square;
* sums and products of non-negative numbers are not negative; for positive semi-definite S and T
  nor are ``u u'``, ``u S u'`` and inverses, the trace of S T, and the eigenvalues of S T;
* a quotient of polynomials in t goes like that of its leading terms as t grows, also where other
  terms hold what is bounded; the inverse of what goes to an invertible matrix goes to its inverse.
"""

import hashlib
import json
import re
import sys
from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import chain, combinations_with_replacement, product
from math import comb, isqrt, prod

BYTES, DEPTH, POWER, SIZE, BITS, WORK = 1_000_000, 40, 60, 6, 10_000, 1_000_000
LENGTH, LETTERS, STEPS, ORDERS, HALF = 200, 100, 3, 4, Fraction(1, 2)
TOKEN = re.compile(r"\d[\d.]{0,398}\d|\d|[A-Za-z_]\w*'?|#\d+[LR]?'?|[-+*/^(),]", re.ASCII)
NAME = re.compile(r"[A-Za-z]\w{0,31}", re.ASCII)
END = re.compile(r"[nd\d ()*/^+.-]+", re.ASCII)
QUANTITIES = ("weight", "risk", "excess", "test_risk")
LEAST = ("pgd_risk", "wpgd_risk", "att_risk", "ssm_risk")
FUNCTIONS = {"I", "tr", "sqrt", "dot", "outer"}
TAKEN = {"n", "d", "i", "V", "W", *FUNCTIONS, *QUANTITIES, *LEAST}
DESIGN = "parameters whole[] conditions[] covariances projections fixed[] scalars test"
DRAWN = "prompt example query examples[]"
LAW = "features[] label[] noise"
ASSERTION = "quantity at relation formula verdict limit error"
OPPOSITE = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}
POINT = "numbers vectors factors roots inverses[] weight claimed exact"
MOMENTS = "icl-moments/1"
ONE = ("·", "")  # the other end of a noise
POSITIONS = ("%0:0", "%1:0")  # where an example may know its place


class Unreadable(Exception):
    """Not of the form that the specification gives, or larger than it allows."""


class Rejected(Exception):
    """Something that does not hold."""


class Unlisted(Rejected):
    """A root or an inverse of a matrix that the certificate does not have."""


def expect(holds, what, error=Rejected):
    if not holds:
        raise error(what)


class Sum(dict):
    """A polynomial in words: (monomial, word) with rational coefficients; scalars have no words.

    A monomial is a sorted tuple of (letter, power); a word is a tuple of letters, or, where
    matrices are numbers, the one unit (row, column). Of a fixed vector u the column is the letter
    or (row, ""), and the row the letter u' or ("", column).
    """

    work = 0

    @staticmethod
    def of(terms, work):
        spend(work)
        total, found = {}, Sum()
        for key, c in terms:
            total[key] = total.get(key, 0) + c
        for key, c in total.items():
            size = max(c.numerator.bit_length(), c.denominator.bit_length())
            expect(size <= BITS and len(key[1]) <= LENGTH, "too large a formula", Unreadable)
            if c:
                found[key] = c if c.denominator > 1 else c.numerator  # quick where it is whole
        return found

    @staticmethod
    def total(parts):
        parts = [*parts]
        return Sum.of(chain(*(part.items() for part in parts)), sum(map(len, parts)))

    def __add__(self, other):
        return Sum.total((self, term(other)))

    def __sub__(self, other):
        return self + term(other) * -1

    def __mul__(self, other):
        other = term(other)
        terms = (
            ((joined(m + o) if m and o else m + o, both), c * e)
            for ((m, word), c), ((o, tail), e) in product(self.items(), other.items())
            if (both := tied(word, tail)) is not None
        )
        return Sum.of(terms, len(self) * len(other))

    def __pow__(self, power):
        expect(power <= POWER, "too high a power", Unreadable)
        return prod([self] * power, start=term(1))

    def by_power(self, x):
        """What stands before each power of a letter."""
        found = {}
        for (m, word), c in self.items():
            power = dict(m).get(x, 0)
            rest = tuple(one for one in m if one[0] != x) if power else m
            found.setdefault(power, Sum())[rest, word] = c
        return found

    def each(self, x, value):
        """With ``value(k)`` in the place of the letter x to the power k."""
        return Sum.total(part * value(k) for k, part in self.by_power(x).items())

    def letters(self):
        return {x for m, _ in self for x, _ in m}

    def has_words(self):
        return any(word for _, word in self)


def spend(work):
    Sum.work += work
    expect(Sum.work <= WORK, "too much work", Unreadable)


def term(c, monomial=(), word=()):
    return c if isinstance(c, Sum) else Sum({(monomial, word): c} if c else {})


def letter(x, power=1):
    return term(1, ((x, power),))


def joined(powers):
    total = dict(powers)
    if len(total) < len(powers):
        total = {}
        for x, k in powers:
            total[x] = total.get(x, 0) + k
        powers = ((x, k) for x, k in total.items() if k)
    return tuple(sorted(powers))


def tied(word, tail):
    """Two words in a row; nothing for the product of two units that is zero."""
    if word and tail and type(word[0]) is tuple:
        both = word[0][0], tail[0][1]
        expect((word[0][1] == "") == (tail[0][0] == ""), "matrices that do not fit together")
        return None if word[0][1] != tail[0][0] else () if both == ("", "") else (both,)
    return word + tail


def shared(p):
    """The powers of letters that divide all terms of a polynomial."""
    least = {x: min(dict(m).get(x, 0) for m, _ in p) for x in p.letters()}
    return {x: k for x, k in least.items() if k}


class Algebra:
    """What formulas are read in: names, and letters: √ roots, ÷ divisors, # inverses."""

    def __init__(self, names, ends=(), positive=()):
        self.names, self.positive, self.unit = {"I": term(1), **names}, positive, term(1)
        self.ranges, self.squares, self.below, self.inverses, self.roots = {}, {}, {}, [], [term(1)]
        self.one_sided, self.psd, self.given, self.regular = {"W", "V", "@W0"}, set(), [], []
        self.fixed, self.ranks, self.pairs, self.shapes = set(), {}, {}, {}
        self.order, self.still = "d", False
        self.weights, self.free, self.any_way = None, {}, term(1, (), ("V",))
        self.risk = self.risk_at_test = Sum()
        for x, (low, high) in self.bounded({x: v for x, v in dict(ends).items() if x in names}):
            if low is not None and low == high:
                self.names[x] = low
            elif (low, high) != (None, None):
                self.ranges[x] = low, high

    def bounded(self, ends):
        """Ranges by name, without one end or both where that is null."""
        for x, both in ends.items():
            ends = [v for v in listed(both) if v is not None]
            expect(all(map(END.fullmatch, ends)), "an end in other names", Unreadable)
            low, high = (v if v is None else self.scalar(v) for v in both)
            yield x, (low, high)

    def read(self, text, **more):
        """The value of a formula of a number, or of a square matrix."""
        return self.square(self.any_shape(text, **more))

    def any_shape(self, text, **more):
        """The value of a formula, by the grammar of the specification."""
        left, known = TOKEN.findall(text)[::-1], {**self.names, **more}
        expect("".join(left[::-1]) == text.replace(" ", ""), f"no formula: {text}", Unreadable)
        functions = {
            **{"(": lambda p: p, "tr": self.trace, "sqrt": self.root},
            "dot": lambda u, v: self.settled(self.transposed(self.column(u)) * self.column(v)),
            "outer": lambda u, v: self.column(u) * self.transposed(self.column(v)),
        }

        def take(*wanted):
            return left.pop() if left and left[-1] in wanted else ""

        def series(depth):
            found = [factors(depth)]
            while sign := take("+", "-"):
                found.append(factors(depth) * int(sign + "1"))
            return self.settled(Sum.total(found))

        def factors(depth):
            found = signed(depth)
            while sign := take("*", "/"):
                other = signed(depth)
                found = found * (self.inverse(other) if sign == "/" else other)
            return found

        def signed(depth):
            expect(depth <= DEPTH, "nested too deep", Unreadable)
            if take("-"):
                return signed(depth + 1) * -1
            token = left.pop()
            if token == "(" or (token in functions and take("(")):
                inside = [series(depth + 1)]
                while take(","):
                    inside.append(series(depth + 1))
                found = functions[token](*inside)
                expect(take(")"), "a parenthesis", Unreadable)
            else:
                expect(token[0].isdigit() or token in known, f"an unknown name, {token}")
                found = term(Fraction(token)) if token[0].isdigit() else known[token]
            return power(found) if take("^") else found

        def power(base):
            inside, negative, top = take("("), take("-"), int(left.pop())
            if inside and take("/"):
                expect((top, left.pop()) == (1, "2"), "another root", Unreadable)
                base = self.root(base)
            expect(not inside or take(")"), "an exponent", Unreadable)
            return (self.inverse(base) if negative else base) ** top

        found = series(0)
        expect(not left, f"no formula: {text}", Unreadable)
        return found

    def scalar(self, text, **more):
        found = self.read(text, **more)
        expect(not found.has_words(), f"no scalar: {text}")
        return found

    def trace(self, found):
        def one(word):
            if word and type(word[0]) is tuple:
                expect("" not in word[0], "no square matrix")
                return int(word[0][0] == word[0][1])
            while len(word) > 1 and (ends := (word[-1], word[0])) in self.pairs:
                word = (*self.pairs[ends], *word[1:-1])
            if not word:
                expect(self.order, "the trace of a number")
                return self.names[self.order]
            first = self.cyclic(word)
            return self.ranks[first] if first in self.ranks else letter("tr " + " ".join(first))

        found = self.square(self.settled(found))
        return Sum.total(term(c, m) * one(word) for (m, word), c in found.items())

    def settled(self, p):
        """With what two letters in a row are, and a number for a row up to the next column."""
        found = []
        for (m, word), c in p.items() if self.fixed or self.pairs else ():
            left = []
            for x in word:
                left.append(x)
                while (last := tuple(left[-2:])) in self.pairs:
                    left[-2:] = self.pairs[last]
                rows = [k for k, y in enumerate(left) if y[:-1] in self.fixed and y[-1] == "'"]
                if x in self.fixed and rows:
                    number = self.cyclic((*left[rows[-1] + 1 :], left[rows[-1]]))
                    m, left = joined((*m, ("tr " + " ".join(number), 1))), left[: rows[-1]]
            found.append(((m, tuple(left)), c))
        return Sum.of(found, len(found)) if found else p

    def square(self, p):
        """A number or a matrix with as many rows as columns, whose letters fit together."""
        expect(all(len({*self.shape(word)}) == 1 for _, word in p if word), "no square matrix")
        return p

    def column(self, p):
        """A matrix with one column."""
        one = all(word and (word[-1][1:] == ("",) or self.shape(word)[1] == "1") for _, word in p)
        expect(one, "no column")
        return p

    def shape(self, word):
        """How many rows and columns a word has."""
        rows, columns = zip(*(self.shapes.get(x, ("d", "d")) for x in word), strict=True)
        expect(rows[1:] == columns[:-1], "matrices that do not fit together")
        return rows[0], columns[-1]

    def vector(self, u, rows, columns="1"):
        """Lets it know the letter of a vector or a matrix, and of its transpose."""
        self.one_sided.add(u)
        for x, sizes in ((u, (rows, columns)), (u + "'", (columns, rows))):
            self.names[x], self.shapes[x] = term(1, (), (x,)), sizes

    def cyclic(self, word):
        """The first of a word's rotations and of those of its transpose: their traces are one."""
        spend(1 + len(word) ** 2)
        both = (word, self.turned(word))
        return min((w[k:] + w[:k] for w in both for k in range(len(w))), default=())

    def turned(self, word):
        """A word's transpose; covariances, and inverses of symmetric matrices, are symmetric."""

        def one(x):
            primed = x[:-1] if x[-1] == "'" else x + "'"
            return primed if primed.rstrip("'") in self.one_sided else x

        return tuple(x[::-1] if type(x) is tuple else one(x) for x in reversed(word))

    def transposed(self, found):
        return Sum({(m, self.turned(word)): c for (m, word), c in found.items()})

    def reduced(self, p):
        """With what stands under roots for their even powers; it may hold roots named before."""
        p = self.settled(p)
        for x, q in reversed(self.squares.items()):
            p = p.each(x, lambda k, x=x, q=q: q ** (k // 2) * letter(x) ** (k % 2))
        return p

    def cleared(self, p, is_odd=False):
        """A numerator and a denominator; or of this what it holds an odd number of times."""
        bottom = term(1)
        for x in p.letters() & {*self.below}:
            most, q = max(p.by_power(x), default=0), self.below[x]
            p = p.each(x, lambda k, most=most, q=q: q ** (most - k))
            bottom = bottom * q ** (most % 2 if is_odd else most)
        return self.reduced(p), bottom

    def zero(self, p):
        return not self.cleared(p)[0]

    def inverse(self, found):
        if found.has_words():
            known = [y for y, p in self.inverses if self.zero(p - self.unit * found)]
            expect(known, "the inverse of a matrix that the certificate does not list", Unlisted)
            return known[0]
        top, bottom = self.cleared(found)
        expect(top, "a division by zero")
        for x in top.letters() & {*self.squares} if len(top) == 1 else ():
            top, bottom = self.reduced(top * letter(x)), bottom * letter(x)
        over = self.named("÷", top, self.below) if top.letters() else Fraction(1, top[(), ()])
        return bottom * over

    def add(self, inverse, p):
        expect(all(not self.zero(p - q) for _, q in self.inverses), "an inverse is listed twice")
        self.inverses.append((inverse, p))

    def named(self, sign, p, table):
        """The letter that stands for p in a table."""
        name = next((x for x, q in table.items() if p == q), f"{sign}{len(table)}")
        expect(len(table) < LETTERS, "too many roots or divisors", Unreadable)
        table[name] = p
        return letter(name)

    def root(self, found):
        """One that is known, or of a polynomial, what are squares in front of it, a letter."""
        known = [r for r in self.roots if r * r == found]
        if known:
            return known[0]
        listed = not found.has_words()
        expect(listed, "the root of a matrix that the certificate does not list", Unlisted)
        top, bottom = self.cleared(found)
        expect(self.part(bottom) == 2, "the root of a fraction of unknown sign")
        top, powers = top * bottom, shared(top * bottom).items()
        halves = [(x, k // 2) for x, k in powers if k > 1 and self.part(letter(x)) > 0]
        c = max(top.values()) if len(top) == 1 else Fraction(1)
        whole = Fraction(isqrt(abs(c.numerator)), isqrt(c.denominator))
        whole = whole if whole**2 == c != 0 else Fraction(1)
        top = top * term(1 / whole**2, tuple((x, -2 * k) for x, k in halves))
        outside = term(whole, joined(halves)) * self.inverse(bottom)
        return outside * (top if top in (Sum(), term(1)) else self.named("√", top, self.squares))

    def part(self, p):
        """2 for positive, 1 for not negative, 0 for not seen, -1 and -2 likewise.

        Ranges are put in by some u that is not negative: ``low + u``, ``high - u``, or both
        ``(low + high u) / (1 + u)`` and the high end. Then the coefficients tell. Where the
        ranges that are left begin at numbers that are not negative, one sign stays one.
        """
        top, bottom = self.cleared(p, is_odd=True)
        return self.seen(top * bottom, [*self.ranges.items()]) or self.quadratic(top * bottom)

    def quadratic(self, p):
        """The same of ``a x^2 + b x + c`` for all x, if seen of a, c and ``4 a c - b^2``."""
        for x in sorted(p.letters()):
            powers = p.by_power(x)
            a, b, c = (powers.get(k, Sum()) for k in (2, 1, 0))
            if {2} <= {*powers} <= {0, 1, 2}:
                ranges = [*self.ranges.items()]
                first, last = (self.seen(q, ranges) for q in (a, c))
                least = self.seen(a * c * 4 - b * b, ranges) if first * last > 0 else 0
                if least > 0:
                    return least if first > 0 else -least
        return 0

    def seen(self, p, ranges):
        """The same of a polynomial, with some of the ranges to put in."""
        lows = {x: term(low) for x, (low, high) in ranges if high is None}
        plain = all(x in lows and lows[x] == term(abs(lows[x].get(((), ()), 0))) for x, _ in ranges)
        if ranges and not (plain and len({c > 0 for c in p.values()}) < 2):
            (x, (low, high)), *rest = ranges
            u, both = letter(x), None not in (low, high)
            top = u * high + low if both else u + low if high is None else term(high) - u
            cases = [put_in(p, x, top, u + 1 if both else term(1))]
            cases += [put_in(p, x, term(high), term(1))] if both and x in p.letters() else []
            signs = [self.seen(q, rest) for q in cases]
            return min(signs) if min(signs) > 0 else max(signs) if max(signs) < 0 else 0
        traces = (x for x in p.letters() if x[:3] == "tr " and self.is_product(x[3:].split(" ")))
        positive = {*self.positive, *(x for x, low in lows.items() if low)}
        known = {*self.ranges, *self.squares, *positive, *traces}
        for sign in (1, -1):
            if p.letters() <= known and all(c * sign > 0 for c in p.values()):
                return sign * (1 + any(all(x in positive for x, _ in m) for m, _ in p))
        return 0

    def is_psd(self, word):
        """``u u'`` or ``u S u'``, with S positive semi-definite."""
        middle = word[len(word) // 2 : len(word) - len(word) // 2]
        return word == self.turned(word) and all(x in self.psd for x in middle)

    def is_product(self, word):
        """Of two positive semi-definite matrices, up to a rotation."""
        turns = [(*word[k:], *word[:k]) for k in range(len(word))]
        return any(self.is_psd(w[:k]) and self.is_psd(w[k:]) for w in turns for k in range(len(w)))

    def assume(self, p):
        """Takes a condition of the challenge for granted."""
        top, _ = self.cleared(p)
        expect(top, "a condition that never holds")
        if top.has_words():
            self.regular.append(p)
        else:
            self.given += self.factors(top)

    def factors(self, p):
        """What vanishes where p does: letters that all terms share, and what is left without them.

        For roots what is under them, and all up to numbers.
        """
        powers = shared(p)
        rest = p * term(1, tuple((x, -k) for x, k in powers.items()))
        found = [rest * Fraction(1, rest[min(rest)])] if rest.letters() else []
        for x in powers:
            found += self.factors(self.squares[x]) if x in self.squares else [letter(x)]
        return found

    def nonzero(self, p):
        """Whether a polynomial has no zero in the ranges, or by a condition of the challenge."""
        return bool(p) and all(q in self.given or abs(self.part(q)) == 2 for q in self.factors(p))

    def inside(self, p):
        """The letters of a polynomial, and those under its roots and divisors."""
        under = ({**self.squares, **self.below}.get(x, Sum()) for x in p.letters())
        return p.letters().union(*map(self.inside, under))

    def leading(self, p):
        """The leading coefficients in t above and below, and the degree."""
        ends = self.cleared(p)
        (most, top), (least, bottom) = (max(q.by_power("@t").items(), default=(0, q)) for q in ends)
        roots = (letter(x) for q in ends for x in q.letters() & {*self.squares})
        inside = set().union(*map(self.inside, (top, bottom, *roots)))
        inside |= {x for _, word in top for x in word}
        expect(not any(x == "@t" or "@#" in x for x in inside), "roots or inverses that grow")
        return top, bottom, most - least

    def is_free(self, size):
        """Whether a size is whole at many places: n or d itself, or made of positive constants."""
        divisors = {x for x, q in self.below.items() if len(q) == 1}
        alone = len(size) == 1 or not size.letters() & divisors
        alone = alone and self.inside(size) <= divisors.union(self.positive)
        return alone or size in (letter("n"), letter("d"))

    def stays(self, p):
        """Whether something is not negative, in a limit as t grows."""
        top, bottom, _ = self.leading(p)
        return self.part(p) > 0 or self.part(top * bottom) == 2

    def fits(self, gaps):
        """Whether none is negative as t grows; where all constants are 1, 2 or 1/2 is enough."""
        left = [self.leading(p) for p in gaps if not self.stays(p)]
        some = ([self.even(top * bottom, v) for top, bottom, _ in left] for v in (1, 2, HALF))
        return any(all(self.part(p) == 2 for p in found) for found in some)

    def even(self, p, v):
        """A polynomial where all constants have one value."""
        for x in self.positive:
            p = p.each(x, lambda k: v**k)
        return p

    def grounded(self, free=()):
        """Divisors do not vanish and roots are of what is not negative, but for those that are
        free: so letters stand for numbers, and identities between them for those of numbers."""
        for x, p in self.below.items():
            holds = x in free or self.nonzero(self.leading(p)[0])
            expect(holds, f"not seen not to be zero: {shown(p)}")
        for x, p in self.squares.items():
            drawn = any(y[0] == "~" for y in p.letters())  # it is real where the design is
            expect(x in free or drawn or self.stays(p), f"not seen not to be negative: {shown(p)}")


def put_in(p, x, top, bottom):
    """A polynomial at ``x = top / bottom``, times a power of the bottom."""
    most = max(p.by_power(x), default=0)
    most += 3 if most and bottom != term(1) else 0
    return p.each(x, lambda k: top**k * bottom ** (most - k)) if most else p


def risk_of(design, scale, own, chains, **more):
    """The risk: products of traces, as sorted tuples of words, with polynomials in front.

    An edge ``u' word v`` ends in Gaussian vectors, of the prompt or of the example at a position:
    ``%1:0`` is the second one that is summed over, in the first group. Ends of one name are paired
    in all ways; that makes two positions one. What is closed is the trace of a word. Random
    scalars are letters, ``~tau%1:0``; more are what else formulas of the design know. For each
    weight there are chains of groups: of an example in each it sums what it predicts.
    """
    vectors, groups = {**design["prompt"], **design["example"], "ξ": "I"}, design["examples"]
    still = {ONE[0], *design["fixed"]}
    once, each = (
        {x: list(map(own.scalar, listed(m))) for x, m in found.items()}
        for found in fields(design["scalars"], "prompt example")
    )

    @cache
    def scalar(text, k):
        """Of the example k, which knows its place where all are alike."""
        known = {x: letter("~" + x) for x in once} | {x: letter(f"~{x}{k}") for x in each if k}
        if k and len(groups) == 1:
            known["i"] = letter(k)
        return own.scalar(text, **more, **known)

    def combination(terms, k):
        own_vectors, found = (design["example"] if k else ()), []
        for c, matrices, v in terms:
            known = v in own_vectors or v in design["prompt"] or v in design["fixed"]
            known = known and {*listed(matrices)} <= {*design["covariances"]}
            expect(known and len(matrices) < LENGTH, "unknown names", Unreadable)
            found.append((scalar(c, k), tuple(matrices), (v, k * (v in own_vectors))))
        return found

    def between(left, word, right):
        return [
            (c * e, [(u, (*ms[::-1], *word, *ns), v)])
            for (c, ms, u), (e, ns, v) in product(left, right)
        ]

    def times(left, right):
        return [(c * e, a + b) for (c, a), (e, b) in product(left, right)]

    def drawn(law, k):
        """The features of an example or of the query, and its label."""
        features, terms, noise = fields(law, LAW)
        label = [(scalar(noise, k), [(("ξ", k), (), ONE)])]
        for c, dots in terms:
            found = [(scalar(c, k), [])]
            for u, v in dots:
                found = times(found, between(combination(u, k), (), combination(v, k)))
            label += found
        return combination(features, k), label

    def part(weight, places):
        """The label of the query, or less what a chain of examples adds to its prediction."""
        if not places:
            return target
        found, before, word = [(scalar(scale, "") * -1, [])], query, (f"@W{weight}",)
        for k in places:
            rows, label = drawn(groups[int(k.partition(":")[2])][1], k)
            found, before, word = times(found, between(before, word, rows)), rows, ()
        return times(found, label)

    def parts(first):
        yield 0, []
        for weight, found in enumerate(chains):
            for places in found:
                yield weight, [f"%{first + k}:{g}" for k, g in enumerate(places)]

    def closed(edges, one):
        """All pairings: traces of words, and which position is which."""
        if not edges:
            yield (), one
            return
        (u, word, v), *rest = edges
        spend(1 + len(rest))
        if v[0] in still:
            u, word, v = v, own.turned(word), u
        if v[0] in still:
            number = () if v == ONE else (own.cyclic((*word, v[0], u[0] + "'")),)
            for found, same in closed(rest, one):
                yield (*number, *found), same
            return
        word += (vectors[v[0]],) * (vectors[v[0]] != "I")
        expect(len(word) <= LENGTH, "too large a formula", Unreadable)
        if paired(u, v):
            for found, same in closed(rest, merged(one, u, v)):
                yield (own.cyclic(word), *found), same
        for k, (a, tail, b) in enumerate(rest):
            others = rest[:k] + rest[k + 1 :]
            for end, way, last in ((a, tail, b), (b, own.turned(tail), a)):
                if paired(end, v):
                    edge = u, word + way, last
                    yield from closed([edge, *others], merged(one, end, v))

    def paired(u, v):
        return u[0] == v[0] and u[1].partition(":")[2] == v[1].partition(":")[2]

    def merged(one, u, v):
        return {k: one[u[1]] if same == one[v[1]] else same for k, same in one.items()}

    query, target = drawn(design["query"], "")
    counts, total = [own.scalar(count, **more) for count, _ in groups], {}

    @cache
    def powers(k, group):
        top = counts[int(group)]
        rest = (top + 1) ** (k + 1) - 1
        for m in range(k):
            rest = rest - powers(m, group) * comb(k + 1, m)
        return rest * Fraction(1, k + 1)

    chosen = zip(parts(0), parts(len(chains[-1][0])), strict=True)
    for left, right in combinations_with_replacement(chosen, 2):
        ((first, ks), _), (_, (second, others)), cases = left, right, {}
        for at, (c, edges) in enumerate(times(part(first, ks), part(second, others))):
            known, sizes = any("%" in x for x in own.inside(c)), {}  # what a position changes
            pairings = closed(edges, {k: k for k in ("", *ks, *others)}) if c else ()
            found = Counter((tuple(sorted(w)), tuple(one.items())) for w, one in pairings)
            for (words, one), often in found.items():
                if known and one not in cases:
                    same = ([dict(one)[k] for k in places] for places in (ks, others))
                    cases[one] = [c for c, _ in times(*map(part, (first, second), same))]
                if one not in sizes:
                    p = averaged(own.reduced(cases[one][at] if known else c), "", once)
                    places = {same for _, same in one if same}
                    sizes[one] = over_examples(p, places, powers, each, own)
                often *= 1 + (left is not right)
                total[words] = total.get(words, Sum()) + sizes[one] * often
    return total


def averaged(p, k, moments):
    """With moments in the place of powers of random scalars, of the example k."""
    for x, known in moments.items():
        p = p.each(f"~{x}{k}", lambda m, known=known: known[m - 1] if m else term(1))
    return p


def over_examples(p, places, powers, moments, own):
    """The mean of a sum over places, each up to the count of its group."""

    def summed(p, places):
        for k in places:
            p = averaged(p, k, moments).each(k, lambda m, k=k: powers(m, k.partition(":")[2]))
        return p

    def moved(p, k, same):
        for x in ("", *(f"~{x}" for x in moments)):
            p = p.each(x + k, lambda m, x=x: letter(x + same) ** m)
        return p

    p = own.reduced(p)
    hidden = set().union(*(own.inside(letter(x)) - {x} for x in p.letters()))
    expect(not any(x[0] in "%~" for x in hidden), "a sum that has no closed form")
    high = max((sum(k for x, k in m if x in places) for m, _ in p), default=0)
    expect(high <= 12, "too high a power of i", Unreadable)
    total = summed(p, places)
    if moments and len(places) > 1:
        a, b = places
        if a.partition(":")[2] == b.partition(":")[2]:  # what is one is not independent
            together = averaged(moved(p, b, a), a, moments)
            apart = moved(averaged(averaged(p, a, moments), b, moments), b, a)
            total = total + summed(together - apart, [a])
    return total


def along(risk, weights, directions, own):
    """The risk at each ``weight + e direction``: what stands before e^0, e^1 and e^2."""
    known, total = dict(own.names), []
    for k, (weight, direction) in enumerate(zip(weights, directions, strict=True)):
        moved = weight + direction * letter("@e")
        known |= {f"@W{k}": moved, f"@W{k}'": own.transposed(moved)}

    @cache
    def trace(word):
        return own.trace(prod((known[x] for x in word), start=known["I"]))

    for words, c in risk.items():
        expect({*chain(*words)} <= {*known}, "a covariance without a value")
        total.append(prod(map(trace, words), start=c))
    found = Sum.total(total).by_power("@e")
    return [found.get(power, Sum()) for power in range(3)]


class Case:
    """A challenge, read in the letters that a certificate uses: roots, and inverses of matrices."""

    def __init__(self, challenge, roots):
        Sum.work, names = 0, "design predictor where[] assertions[] format"
        design, predictor, where, self.assertions = fields(challenge, names, "icl-challenge/4")
        self.scale, steps, kind = fields(predictor, "scale steps name")
        steps, self.is_matrix, self.is_weighted = rational(steps), kind == "pgd", kind == "weighted"
        known = steps == 1 if self.is_matrix or self.is_weighted else kind == "polynomial"
        expect(known and steps in range(1, STEPS + 1), "another predictor", Unreadable)
        self.depths = range(1, int(steps) + 1)
        laws = [fields(law, LAW) for law in (design["query"], *(g[1] for g in design["examples"]))]
        words = {*TOKEN.findall(json.dumps(laws, allow_nan=False))}
        self.is_centred, self.in_any_order = not words & {*design["fixed"]}, "i" not in words
        if self.is_weighted:
            alone = not any(design[x] for x in ("covariances", "fixed", "test"))
            expect(
                alone and self.in_any_order,
                "sample weights where some direction or example is like no other",
            )
            self.depths = range(len(laws) - 1)
        self.design, self.where, self.covariances = design, where, covariances_of(design)
        free = {x for x, text in self.covariances.items() if text is None}
        free -= {*design["projections"]}
        expect(sorted({*roots} & free) == sorted(roots), "roots: unknown, or one twice")
        self.ends = {**design["parameters"], "n": ["1", None], "d": ["1", None]}
        self.laws = [("n", design)]
        if design["test"] is not None:
            size, *_ = fields(design["test"], f"n {DRAWN}")
            self.laws.append((size, {**design, **design["test"]}))
        own = self.algebra = Algebra({x: letter(x) for x in self.ends}, self.ends)
        own.ranges |= dict.fromkeys(POSITIONS, (1, None))
        own.free = {x: term(1, (), (x,)) for x in ("W", "W'")}
        self.name(own, roots)
        self.enter(own)
        # the design is there where these are numbers
        self.formula, self.inverses, self.made = None, [], {*own.below, *own.squares}
        for text in where:
            own.assume(own.read(text))

    def name(self, own, roots=(), traces=()):
        """Lets an algebra know covariances, with their roots, projections and fixed vectors."""
        own.fixed |= {*self.design["fixed"]}
        for u in own.fixed:
            own.vector(u, "d")
        for x in (x for x, text in self.covariances.items() if text is None):
            own.names[x] = term(1, (), ("√" + x,) * 2 if x in roots else (x,))
            own.psd |= {"√" + x, x}
        own.roots += [term(1, (), ("√" + x,)) for x in roots]
        own.pairs |= {(x, x): (x,) for x in self.design["projections"]}
        told = {f"tr({x})": rank for x, rank in self.design["projections"].items() if rank}
        for x, text in [*dict(traces).items(), *told.items()]:
            trace = own.scalar(x)
            ((((one, _),), _),) = trace
            word = (*one.split(" ")[1:],)
            known = trace == letter(one) and len({*word}) == 1 and word not in own.ranks
            expect(known and own.names.get(word[0]) == term(1, (), word[:1]), "no trace of a power")
            own.ranks[word] = own.scalar(text)
        traced = (x[:3] == "tr " for p in own.ranks.values() for x in own.inside(p))
        expect(not any(traced), "a trace that is told by others")
        self.define(own)

    def define(self, own):
        """Lets an algebra know the functions of others of which it knows all inverses."""
        for x, text in self.covariances.items():
            if x not in own.names:
                try:
                    found = own.read(text)
                except Unlisted:
                    continue
                expect(own.zero(found - own.transposed(found)), f"{x}: not symmetric")
                expect(self.signs(own, found)[2], f"{x}: not seen to be positive semi-definite")
                own.names[x] = found

    def signs(self, own, found):
        """The scalars before words, their signs, and whether the sum is semi-definite."""
        parts = {}
        for (m, word), c in found.items():
            parts[word] = parts.get(word, Sum()) + term(c, m)
        signs = {word: own.part(c) for word, c in parts.items()}
        return parts, signs, all(own.is_psd(word) and sign > 0 for word, sign in signs.items())

    def counts(self, own):
        """How many examples prompts have, and each of their groups."""
        for size, law in self.laws:
            n = own.scalar(size)
            yield from (n, *(own.scalar(count, n=n) for count, _ in law["examples"]))

    def enter(self, own):
        """The risks where parameters are what an algebra calls them, which is in their ranges."""
        ranks = [own.scalar(rank or "0") for rank in self.design["projections"].values()]
        least = [*map(own.scalar, self.design["conditions"]), *ranks]
        least += [own.names["d"] - rank for rank in ranks]
        gaps = [*self.counts(own), *least] if own is not self.algebra else []
        for x, (low, high) in own.bounded(self.ends):
            gaps += [own.names[x] - low] if low is not None else []
            gaps += [high - own.names[x]] if high is not None else []
        expect(own.fits(gaps), "not seen to be in the ranges")
        risks = [
            risk_of(law, self.scale, own, self.chains(law), n=own.scalar(size))
            for size, law in self.laws
        ]
        own.risk, own.risk_at_test = (risks * 2)[:2]

    def chains(self, law):
        """The chains of groups for each weight: one, or all that are so long."""
        groups = range(len(listed(law["examples"])))
        if self.is_weighted:
            return [[(g,)] for g in groups]
        return [[*product(groups, repeat=depth)] for depth in self.depths]

    def add_inverse(self, text):
        """A matrix that has an inverse wherever the conditions of the challenge hold."""
        own, k = self.algebra, len(self.algebra.inverses) + 1
        found = own.read(text)
        expect(found.has_words(), f"inverse {k}: of a scalar")
        parts, signs, psd = self.signs(own, found)
        letters = self.invertible()
        strong = [word for word in parts if signs[word] == 2 and {*word} <= letters]
        rest = [word for word in parts if word]
        holds = (
            any(own.zero(found - p) for p in own.regular)
            or (len(parts) == 1 and {*rest[0]} <= letters and own.nonzero(parts[rest[0]]))
            or (psd and strong)
            or (() in strong and len(rest) == 1 and signs[rest[0]] > 0 and own.is_product(*rest))
        )
        expect(holds, f"inverse {k}: not seen to exist")
        own.psd |= {f"#{k}"} if psd else set()
        self.inverses.append(text)
        self.know(own, k, found)

    def know(self, own, k, found):
        """Lets an algebra know the letter of an inverse."""
        own.one_sided |= set() if own.zero(found - own.transposed(found)) else {f"#{k}"}
        own.psd |= self.algebra.psd & {f"#{k}"}
        ((word, *more), y) = {word for _, word in found}, term(1, (), (f"#{k}",))
        if not more and len(word) == 1 and found == term(1, (), word):
            own.pairs |= {(*word, f"#{k}"): (), (f"#{k}", *word): ()}
        own.add(y, found)
        zeros = {"": y, "L": (y * found - 1) * letter("@"), "R": (found * y - 1) * letter("@")}
        for side, p in zeros.items():
            own.names |= {f"#{k}{side}": p, f"#{k}{side}'": own.transposed(p)}
        self.define(own)

    def slope(self, own, weights):
        """What the risk gains at weights, in every direction."""
        if self.is_matrix:
            ways = [own.any_way]
        else:
            ways = [own.unit * letter(f"@v{k}") for k in self.depths]
        found = along(own.risk, weights, ways, own)[1]
        if own is not self.algebra:  # at a point
            found = own.reduced(found)
            expect(not found.letters() & {*own.squares}, "a root that is not rational")
        return found

    def vanishes(self, p, found):
        """Whether p is this sum of multiples of ``Y P - 1`` and ``P Y - 1``, marked by a letter."""
        expect(all("@" in dict(m) for m, _ in found), "not multiples of what is zero")
        return self.algebra.zero(p - found.each("@", lambda k: 1))

    def weights(self, found, read):
        """One, or a list of what stands before each number of steps."""
        found = [found] if self.is_matrix else listed(found)
        expect(len(found) == len(self.depths), "not one weight for each number of steps, or group")
        return [read(one) for one in found]

    def show(self, weight):
        """That a weight is stationary."""
        own = self.algebra
        if weight is not None:
            self.formula, text = fields(weight, "formula gradient")
            own.weights = self.weights(self.formula, own.read if self.is_matrix else own.scalar)
            claimed = own.trace(own.transposed(own.any_way) * own.read(text))
            holds = self.vanishes(self.slope(own, own.weights), claimed)
            expect(holds, "weight: not stationary")

    def prove(self, weight, steps):
        own = self.algebra
        self.show(weight)
        expect(len(steps) == len(self.assertions) > 0, "steps: not one for each assertion")
        everywhere = weight is not None
        for k, (assertion, step) in enumerate(zip(self.assertions, steps, strict=True), 1):
            try:
                everywhere = self.check(step, *fields(assertion, ASSERTION)) or everywhere
            except Rejected as error:
                raise Rejected(f"step {k}: {error}") from error
        used = everywhere or (len(own.roots) == 1 and not own.inverses)
        expect(used, "letters that nothing uses")
        known = not everywhere or {*self.covariances} <= {*own.names}
        expect(known, "a covariance without a value")
        own.grounded(self.made)

    def check(self, step, quantity, at, relation, formula, verdict, limit, error):
        """Checks a step where it is about; whether that is no point, so that it uses all listed."""
        value, equal, given = quantity != "weight", relation == "=", at is not None
        bent = (quantity, at, limit, verdict == "refuted") == ("hessian", "W", None, False)
        kinds = bent or quantity in (QUANTITIES[1:] if given else (*QUANTITIES, *LEAST))
        kinds = kinds and (self.is_matrix or not given)
        kinds = kinds and (equal or (relation in OPPOSITE and value and limit is None))
        expect(kinds and (limit is not None or error is None), "another assertion", Unreadable)
        point = limit is None and verdict == "refuted"
        single = self.is_matrix or value
        expect(single or (limit is None and not point), "several weights", Unreadable)
        if point:
            own, told = self.at_a_point(at, *fields(step, POINT))
        else:
            own = self.algebra if limit is None else self.in_a_limit(at, limit)
            proof = "difference" if equal else "products[]"
            told = fields(step, proof if value and limit is None else "")
        expect(own.weights is not None or given, "there is no weight")
        if limit is None and not point and not value:
            same = formula == self.formula or (self.is_weighted and self.alike(formula))
            expect(verdict == "exact" and same, "another weight")
            return True
        claimed, exact, free = self.sides(own, quantity, at, relation, formula)
        if point:
            if not given and "test_risk" in (quantity, *TOKEN.findall(formula)):
                self.alone(own)
            self.differ(own, relation if value else None, claimed, exact, told)
        elif limit is not None:
            alone = not value or (quantity == "test_risk" and not given)
            self.near(own, alone, verdict, claimed, exact, error)
        else:
            expect(verdict == ("exact" if equal else "proved"), "another verdict", Unreadable)
            if equal:
                holds = self.vanishes(claimed - exact, own.read(*told, **free))
                expect(holds, "another value")
            else:
                self.follows(relation, claimed - exact, *told, own.free if bent else {})
        return not point

    def follows(self, relation, gap, products, free):
        """The sign of a gap is seen, or those of products whose sum it is."""
        own, way = self.algebra, 1 if relation[0] == "<" else -1
        found = [self.product(factors, free) for factors in products] or [(gap, self.sign(gap))]
        total = Sum.total(p.each("@", lambda k: 1) for p, _ in found)
        expect(own.zero(total - gap), "another sum of products")
        signs = [s * way for p, s in found if not own.zero(p.each("@", lambda k: 0**k))] or [1]
        expect(min(signs) > 0 and max(signs) >= 3 - len(relation), "a sign that is not seen")

    def sign(self, p):
        return self.algebra.part(p) or -self.algebra.part(p * -1)

    def product(self, factors, free):
        """A product, and its sign: of factors that are seen, squares, and conditions.

        A matrix F stands for the trace of F F'.
        """
        own, found, sign = self.algebra, term(1), 2
        least = [own.scalar(text) for text in self.design["conditions"]]
        for text, often in Counter(listed(factors)).items():
            p = own.read(text, **free)
            if is_square := p.has_words():
                p = own.trace(p * own.transposed(p))
            one = int(is_square) or self.sign(p) or int(p in least)
            one = one if often % 2 else abs(one) or 1
            apart = own.nonzero(own.cleared(p)[0]) or self.is_definite(p)
            one *= 1 + (abs(one) == 1 and apart)
            found, sign = found * p**often, sign * one // max(abs(sign), abs(one), 1)
        return found, sign

    def is_definite(self, p):
        """Whether it is the trace of ``W A W' B`` with A and B definite, up to a rotation."""
        own, known = self.algebra, {"W", "W'", *self.invertible()}
        words = (x[3:].split(" ") for x in p.letters() if x[:3] == "tr " and p == letter(x))
        return any(
            w.count("W") == w.count("W'") == 1 and {*w} <= known and own.is_product(w)
            for w in words
        )

    def invertible(self):
        """Letters of matrices that have inverses: those of conditions of one word, and inverses."""
        own = self.algebra
        letters = {x for p in own.regular for _, word in p if len(p) == 1 for x in word}
        return letters | {f"#{k}{t}" for k, _ in enumerate(own.inverses, 1) for t in ("", "'")}

    def alike(self, formulas):
        """Whether sample weights are the optimal ones up to a common factor."""
        own = self.algebra
        told = list(zip(self.weights(formulas, own.scalar), own.weights, strict=True))
        same = (own.zero(a * w - b * v) for a, v in told for b, w in told)
        return all(same) and any(own.nonzero(own.cleared(a)[0]) for a, _ in told)

    def sides(self, own, quantity, at, relation, formula):
        """What is claimed, what is so, and names that formulas may hold besides."""
        given = at is not None
        best = [own.read(at, **own.free)] if given else own.weights
        free, exact = own.free if given else {}, self.exact(quantity, own, best, given)
        if relation != "=":  # it may be told from other quantities
            names = {*TOKEN.findall(formula)} & {*QUANTITIES[1:], *(() if given else LEAST)}
            free = {**free, **{x: self.exact(x, own, best, given) for x in names}}
        read = own.read if quantity == "weight" else own.scalar
        return read(formula, **free), exact, free

    def exact(self, quantity, own, best, given):
        """The weight, or its risk, where it is stationary or given."""
        if quantity == "weight":
            return best[0]
        if quantity in LEAST:
            return self.least(quantity, own, best)
        if quantity == "hessian":
            return along(own.risk, [Sum()], best, own)[2] * 2
        noise = own.scalar(self.design["query"]["noise"])
        nothing = [Sum()] * len(best)
        if quantity == "test_risk":
            return along(own.risk_at_test, best, nothing, own)[0]
        fixed, linear, _ = along(own.risk, *((best, nothing) if given else (nothing, best)), own)
        return fixed + linear * HALF - (noise**2 if quantity == "excess" else 0)

    def least(self, quantity, own, best):
        """The least risk of a predictor, which is that of equal weights, or of the best there are.

        Where laws hold no fixed vectors attention reaches no less than PGD, and H3 than WPGD; and
        where examples may change places, equal weights are as good as others.
        """
        equal = quantity in ("pgd_risk", "att_risk")
        centred = quantity.endswith("pgd_risk") or self.is_centred
        expect(centred, "a fixed vector: attention and H3 may make use of it")
        if self.is_weighted and equal:
            nothing, ones = [Sum()] * len(best), [own.unit] * len(best)
            constant, linear, square = along(own.risk, nothing, ones, own)
            return constant - linear**2 * own.inverse(square * 4)
        alike = len(self.design["examples"]) == 1 and self.in_any_order
        known = self.is_weighted or (self.is_matrix and (equal or alike))
        expect(known, "another predictor, or sample weights that need not be equal")
        return self.exact("risk", own, best, False)

    def in_a_limit(self, at, limit):
        """The design, and its weights, as functions of what grows."""
        grows, puts, where = fields(limit, "grows put where[]")
        traces = {x: text for x, text in puts.items() if x[:3] == "tr("}
        words = {x for text in puts.values() for x in TOKEN.findall(text) if NAME.fullmatch(x)}
        drawn = {*self.design["prompt"], *self.design["example"], *self.covariances}
        known = grows in ("n", "d") and {*puts} - {*traces} <= {*self.ends} - {grows}
        expect(known, "another limit")
        constants = words - {*self.algebra.names, *drawn, *TAKEN}
        sizes = {x: text for x, text in puts.items() if x not in traces}
        alone = {text: self.ends[x] for x, text in sizes.items() if text in constants}
        names = {x: letter(x) for x in {*self.ends, *constants} - {*puts}}
        names[grows] = letter("@t", 2)
        own = Algebra(names, {**alone, **self.ends}, {"@t", *constants} - {*alone})
        own.names |= {x: own.scalar(text) for x, text in sizes.items()}
        own.still = grows == "n" and "d" not in puts
        self.name(own, traces=traces)
        own.still &= not any("@t" in own.inside(p) for p in own.ranks.values())
        for k, text in enumerate(self.inverses, 1):
            if "#" not in text:
                found = own.read(text)
                changes = any("@t" in own.inside(term(c, m)) for (m, _), c in found.items())
                (self.expand if changes else self.know)(own, k, found)
        self.enter(own)
        for text in (*self.where, *where):
            own.assume(own.read(text))
        if at is None and self.formula is not None:
            own.weights = self.weights(self.formula, own.read if self.is_matrix else own.scalar)
        return own

    def expand(self, own, k, found):
        """The inverse of a P that goes to P0, with the inverse Z, as t grows: ``Z - Z (P - P0) Y``
        with Y itself, which is bounded; or of one that does so divided by a power of t."""
        leads = {word: own.leading(p) for word, p in self.signs(own, found)[0].items()}
        most = max(degree for *_, degree in leads.values())
        near = Sum.total(
            top * own.inverse(bottom) * term(1, (), word)
            for word, (top, bottom, degree) in leads.items()
            if degree == most
        )
        if own.still and most >= 0 and any(own.zero(near - p) for _, p in own.inverses):
            small, y = own.inverse(letter("@t")) ** most, term(1, (), (f"@#{k}",))
            own.one_sided |= set() if own.zero(found - own.transposed(found)) else {f"@#{k}"}
            step = own.settled(own.inverse(near) * (found * small - near))
            for _ in range(ORDERS):
                y = own.settled(own.inverse(near) - step * y)
            own.names[f"#{k}"] = y * small
            own.add(y * small, found)
            own.add(found, y * small)

    def near(self, own, alone, verdict, claimed, exact, error):
        """The leading term of the relative error; where that matters no other weight is as good."""
        if alone and not exact.has_words():
            bent = along(own.risk, [Sum()], [term(1)], own)[2]
            expect(own.nonzero(own.leading(bent)[0]), "other weights may be as good")
        gap, power = own.settled(claimed * own.inverse(exact)) - own.unit, Fraction(-1)
        traces = {x for p in (claimed, exact) for x in own.inside(p) if x[:3] == "tr "}
        expect(own.still or not traces, "traces depend on d")
        expect(own.zero(gap) == (error is None), "another error")
        if error is not None:
            c, power = fields(error, "coefficient power")
            c, power = own.read(c), rational(power)
            top, below, degree = own.leading(gap)
            expect(degree == 2 * power, "another power of d")
            expect(own.zero(c * below - top), "another coefficient")
            # letters that depend on each other, or are whole, need not make it other than zero
            told = [*map(own.scalar, ["n", "d", *self.design["whole"], *self.design["conditions"]])]
            free = [*filter(own.is_free, told[:2])]
            told += [*self.counts(own), *own.ranks.values()]
            tied = set().union(*(own.inside(p) for p in told if p not in free))
            held = own.inside(top) - {*own.below}
            loose = power < 0 or not (held & tied or any(x[:3] == "tr " for x in held))
            expect(power < 0 or not (claimed + exact).has_words(), "a matrix, and no sign is seen")
            apart = own.nonzero(top) if held & {*own.squares} else loose or abs(own.part(top)) == 2
            expect(apart, f"not seen not to be zero: {shown(top)}")
        expect(verdict == ("right in the limit" if power < 0 else "refuted"), "another verdict")
        own.grounded()

    def at_a_point(self, at, numbers, vectors, factors, roots, inverses, weight, *told):
        """The design at numbers, with matrices in the place of letters."""
        numbers = {x: rational(v) for x, v in numbers.items()}
        expect(numbers.keys() == self.ends.keys(), "other names")
        size = numbers["d"]
        expect(sorted([*factors, *roots]) == sorted(self.covariances), "other covariances")
        expect(sorted(vectors) == sorted(self.design["fixed"]), "other vectors")
        own = Algebra({x: term(v) for x, v in numbers.items()})
        whole = [*map(own.scalar, ["n", "d", *self.design["whole"]]), *self.counts(own)]
        numbers = (not p.letters() and all(c.denominator == 1 for c in p.values()) for p in whole)
        expect(all(numbers), "not whole")
        expect(size <= SIZE, "a size")
        most = max(sum(p.values()) for p in self.counts(own))
        own.ranges |= dict.fromkeys(POSITIONS, (1, most))
        cells = [(cell,) for cell in product(range(int(size)), repeat=2)]
        own.any_way = Sum({(((f"@{word}", 1),), word): Fraction(1) for word in cells})
        own.unit = diagonal(["1"] * int(size))
        own.roots.append(own.unit)
        for x, column in vectors.items():
            expect(len(listed(column)) == size, "another size")
            found = enumerate(map(rational, column))
            own.names[x] = Sum({((), ((k, ""),)): v for k, v in found if v})
            own.names[x + "'"] = own.transposed(own.names[x])
            own.one_sided.add(x)
        for x, (rows, squares) in {**factors, **roots}.items():
            half, middle = grid(rows, size), diagonal(squares)
            expect(len(squares) == size and all(v > 0 for v in middle.values()), "no covariance")
            found = half * middle * own.transposed(half)
            own.roots += [found] if x in roots else []
            own.names[x] = found * found if x in roots else found
        for left, right in inverses:
            y, p = grid(left, size), grid(right, size)
            expect(y * p == own.unit, "no inverse")
            own.add(y, p)
        for x, text in self.covariances.items():
            holds = text is None or own.unit * own.read(text) == own.names[x]
            expect(holds, f"{x}: another covariance")
        for x, rank in self.design["projections"].items():
            p = own.names[x]
            same = rank is None or own.trace(p) == own.scalar(rank)
            expect(p * p == p and same, f"{x}: no projection of this rank")
        self.enter(own)
        for p in map(own.read, self.where):
            holds = own.inverse(p) if p.has_words() else own.nonzero(p)
            expect(holds, "a condition does not hold here")
        expect((weight is None) == (at not in (None, "W")), "another weight")
        if weight is not None:
            one = own.unit  # a number stands for its multiple of the identity
            value = (lambda v: grid(v, size)) if self.is_matrix else (lambda v: one * rational(v))
            own.weights = self.weights(weight, value)
            own.free = {"W": own.weights[0], "W'": own.transposed(own.weights[0])}
        expect(at is not None or own.zero(self.slope(own, own.weights)), "not stationary")
        own.basis = [Sum({((), x): 1}) for x in cells] if self.is_matrix else [own.unit]
        return own, told

    def alone(self, own):
        """That no other weight is stationary at a point: the slopes of all directions differ."""
        count, known = len(self.depths), []
        nothing = [Sum()] * count
        level = self.slope(own, nothing)
        for k, unit in product(range(count), own.basis):
            p = self.slope(own, [*nothing[:k], unit, *nothing[k + 1 :]]) - level
            for pivot, q in known:
                p = p - q * p.get(pivot, 0)
            expect(p, "the risk at test of one weight of several that are optimal in training")
            pivot = next(iter(p))
            known.append((pivot, p * Fraction(1, p[pivot])))

    def differ(self, own, relation, claimed, exact, told):
        """Both values are as told, and are not so related; a weight is not stationary."""
        own.grounded()
        if relation is None:
            claimed, told = own.unit * claimed, [grid(one, len(one)) for one in map(listed, told)]
            wrong = not own.zero(self.slope(own, [claimed]))
        else:
            told, gap = [term(rational(one)) for one in told], claimed - exact
            way, up = OPPOSITE.get(relation, "="), -1 if relation[0] == "<" else 1
            wrong = not own.zero(gap) if way == "=" else own.part(gap * up) >= 3 - len(way)
        expect(wrong and told == [claimed, exact], "other values, or the claim is right here")


class Moment:
    """A moment of Gaussian matrices, with E X_ia X_jb = R_ij C_ab, and what it is said to be."""

    def __init__(self, matrices, numbers, moment, formula):
        self.texts, self.covariances, names = (moment, formula), {}, [*matrices, *listed(numbers)]
        own = self.algebra = Algebra({x: letter(x) for x in numbers} | {"1": term(1)})
        own.order = None
        distinct = all(map(NAME.fullmatch, names)) and len({*names} - FUNCTIONS) == len(names)
        expect(distinct, "names", Unreadable)
        for x, (kind, rows, columns, *given) in matrices.items():
            known = {rows, columns} <= {*numbers, "1"} and {*given} - {None} <= {*matrices}
            expect(known, "an unknown size or covariance", Unreadable)
            own.vector(x, rows, columns)
            if kind == "gaussian":
                fits = (
                    (y, ["symmetric", size, size])
                    for y, size in zip(given, (rows, columns), strict=True)
                )
                expect(all(y is None or matrices[y] == kind for y, kind in fits), "a covariance")
                self.covariances[x] = [() if y is None else (y,) for y in given]
            else:
                known = kind == "matrix" or (kind == "symmetric" and rows == columns)
                expect(known and not given, "another kind", Unreadable)
            if kind == "symmetric":
                own.one_sided.remove(x)
                own.names[x + "'"] = own.names[x]

    def check(self):
        """That both are equal: their traces with any matrix are."""
        own = self.algebra
        both = [own.any_shape(text) for text in self.texts]
        fixed = [both[1], *own.below.values(), *own.squares.values()]
        names = {x for p in fixed for m, word in p for x in chain(word, *(y.split() for y, _ in m))}
        expect(not {x.rstrip("'") for x in names} & {*self.covariances}, "a Gaussian matrix")
        shapes = {own.shape(word) for p in both for _, word in p if word} or {("1", "1")}
        ((rows, columns), *others) = shapes
        expect(not others, "matrices of different sizes")
        own.vector("?", columns, rows)
        if rows == columns == "1":
            both = [
                Sum.total(
                    own.trace(term(c, m, word)) if word else term(c, m)
                    for (m, word), c in p.items()
                )
                for p in both
            ]
        else:
            both = [own.trace(p * own.names["?"]) for p in both]
        expect(own.zero(self.mean(both[0]) - self.mean(both[1])), "another value")

    def mean(self, p):
        """The mean of a polynomial in traces."""
        total = Sum()
        for (m, _), c in p.items():
            words = [tuple(x.split(" ")[1:]) for x, k in m if x[:3] == "tr " for _ in range(k)]
            total += self.paired(words) * term(c, tuple(one for one in m if one[0][:3] != "tr "))
        return total

    def paired(self, words):
        """The mean of a product of traces of words: the sum over all pairings."""
        own, drawn = self.algebra, None
        spend(1 + sum(map(len, words)))
        for k, word in enumerate(words):
            for at, x in enumerate(word):
                drawn = (k, at) if drawn is None and x.rstrip("'") in self.covariances else drawn
        if drawn is None:
            loops = (term(1, (), loop) for word in words for loop in self.loops(word))
            return prod(map(own.trace, loops), start=term(1))
        rest = words[: drawn[0]] + words[drawn[0] + 1 :]
        x, *inside = self.first(words[drawn[0]], drawn[1])
        (left, right), (rows, columns) = self.covariances[x], own.shapes[x]
        cases = []
        for k, y in enumerate(inside):
            before, behind = inside[:k], inside[k + 1 :]
            if y == x + "'":
                cases.append((rest, ((*before, *right), columns), ((*left, *behind), rows)))
            elif y == x:
                cases.append((rest, ((*left, *own.turned(before), *right, *behind), rows)))
        for k, word in enumerate(rest):
            for at, y in enumerate(word):
                if y.rstrip("'") == x:
                    behind = self.first(word, at)[1:]
                    found = (*left, *own.turned(inside), *right, *behind)
                    cases.append((rest[:k] + rest[k + 1 :], (found, rows)))
        total = Sum()
        for others, *new in cases:
            sizes = prod((own.names[size] for word, size in new if not word), start=term(1))
            total += self.paired([*others, *(word for word, _ in new if word)]) * sizes
        return total

    def loops(self, word):
        """The words with one row and one column of whose traces that of a word is a product."""
        starts = [k for k, x in enumerate(word) if self.algebra.shapes[x][0] == "1"] or [0]
        word, ends = word[starts[0] :] + word[: starts[0]], [*starts[1:], len(word) + starts[0]]
        return [word[a - starts[0] : b - starts[0]] for a, b in zip(starts, ends, strict=True)]

    def first(self, word, at):
        """A word with the same trace that begins with what stands there, not transposed."""
        word = word[at:] + word[:at]
        turned = self.algebra.turned(word)
        return word if word[0][-1] != "'" else (turned[-1], *turned[:-1])


def shown(p):
    if len(p) > 4:
        return f"a polynomial of {len(p)} terms in {', '.join(sorted(p.letters()))}"
    powers = ((c, [x if k == 1 else f"{x}^{k}" for x, k in m]) for (m, _), c in p.items())
    return " + ".join("*".join([str(c)] * (c != 1 or not m) + m) for c, m in powers)


def rational(text):
    expect(re.fullmatch(r"-?\d{1,400}(/\d{1,400})?", text, re.ASCII), "a number", Unreadable)
    return Fraction(text)


def grid(rows, size):
    expect([len(listed(row)) for row in listed(rows)] == [size] * int(size), "another size")
    cells = ((r, c, rational(v)) for r, row in enumerate(rows) for c, v in enumerate(row))
    return Sum({((), ((r, c),)): v for r, c, v in cells if v})


def diagonal(values):
    found = enumerate(map(rational, listed(values)))
    return Sum({((), ((k, k),)): v for k, v in found if v})


def listed(found):
    expect(isinstance(found, list), "no list", Unreadable)
    return found


def fields(found, names, form=None):
    """The values of an object that has these keys and no others; the last one's may be known.

    Those named ``key[]`` are lists.
    """
    keys = names.replace("[]", "").split()
    expect(isinstance(found, dict) and found.keys() == {*keys}, f"not {names}", Unreadable)
    values = [listed(found[x[:-2]]) if "[]" in x else found[x] for x in names.split()]
    expect(form is None or values[-1] == form, f"not {form}", Unreadable)
    return values if form is None else values[:-1]


def covariances_of(design):
    """By name what they are; all names are distinct and free, and known where vectors are drawn."""
    parameters, whole, _, matrices, projections, still, *more = fields(design, f"{DESIGN} {DRAWN}")
    scalars, test, *drawn = more
    random = [x for found in fields(scalars, "prompt example") for x in found]
    names = [*parameters, *matrices, *still, *random, *drawn[0], *drawn[1]]
    distinct = all(map(NAME.fullmatch, names)) and len({*names} - TAKEN) == len(names)
    known = {*whole} <= {*parameters}
    free = {x for x, text in matrices.items() if text is None}
    known = known and {*projections} <= free
    others = {x for text in matrices.values() if text is not None for x in TOKEN.findall(text)}
    known = known and not others & ({*matrices} - free)
    for law in [design, *([] if test is None else [test])]:
        for kind in ("prompt", "example"):
            known = known and {*law[kind]} <= {*design[kind]}
            known = known and {*law[kind].values()} <= {*matrices, "I"}
    expect(distinct and known, "names", Unreadable)
    return matrices


def load(path):
    """The bytes of a file, and what they say; they have to be canonical JSON."""
    with open(path, "rb") as file:
        raw = file.read(BYTES + 1)
    expect(len(raw) <= BYTES, "too large a file", Unreadable)
    found = json.loads(raw)
    again = json.dumps(found, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"
    expect(again.encode() == raw, "not canonical JSON", Unreadable)
    return raw, found


def main(challenge, certificate):
    try:
        (raw, asked), (_, given) = load(challenge), load(certificate)
        ordered = not {"weight", "steps"} <= {*asked}
        expect(ordered, "the first file is a certificate: the challenge comes first", Unreadable)
        names = "roots[] inverses[] weight steps[] challenge format"
        roots, inverses, weight, steps, digest = fields(given, names, "icl-certificate/1")
        expect(b"#" not in raw, "a name of a certificate in the challenge", Unreadable)
        expect(digest == hashlib.sha256(raw).hexdigest(), "the certificate of another challenge")
        if asked["format"] == MOMENTS:
            expect((roots, inverses, weight) == ([], [], None) and not any(steps), "letters")
            (found,) = fields(asked, "moments[] format", MOMENTS)
            expect(len(found) == len(steps) > 0, "steps: not one for each moment")
            Sum.work = 0
            for one in found:
                Moment(*fields(one, "matrices numbers moment formula")).check()
        else:
            case = Case(asked, roots)
            for text in inverses:
                case.add_inverse(text)
            case.prove(weight, steps)
    except Rejected as error:
        print(f"rejected: {error}")
        return 1
    except Exception as error:  # whatever is not as specified
        print(f"unreadable: {type(error).__name__}: {str(error)[:200]}")
        return 2
    print(f"accepted: {len(steps)} assertions")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print("usage: python -I checker.py CHALLENGE CERTIFICATE", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
