"""Check a certificate against its challenge: ``python -I checker.py CHALLENGE CERTIFICATE``.

Exit code 0: accepted; 1: rejected, with the first step that fails; 2: unreadable, or too large.
One file, the standard library only, written from docs/certificates.md. It takes on trust:

* Isserlis' theorem: the mean of a product of centred Gaussians is a sum over all pairings;
* the risk is the mean square of something affine in the weight W, so that a stationary W is a
  minimiser: ``L(W + V) = L(W) + <gradient, V> + E(x' V X' y)^2``; there L is its part without W
  plus half of what is linear in W;
* what is equal for polynomials, with letters for roots and inverses, and for words in matrices
  that need not commute, is equal for numbers and matrices of every size;
* sums and products of non-negative numbers are not negative; for positive semi-definite S and T
  nor are ``u u'``, ``u S u'`` and inverses, the trace of S T, and the eigenvalues of S T;
* a quotient of polynomials in t goes like that of its leading terms as t grows.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from fractions import Fraction
from math import comb, isqrt

BYTES, DEPTH, POWER, SIZE, BITS, WORK = 1_000_000, 40, 60, 6, 10_000, 1_000_000
LENGTH, LETTERS = 200, 100
TOKEN = re.compile(r"\d+(?:\.\d+)?|[A-Za-z_]\w*|#\d+[LR]?'?|[-+*/^()]", re.ASCII)
RANK = {"+": 0, "-": 0, "*": 1, "/": 1, "^": 2}
NAME = re.compile(r"[A-Za-z]\w{0,31}\Z", re.ASCII)
TAKEN = {"n", "d", "i", "I", "V", "W", "tr", "sqrt"}
VECTORS = ("query", "features", "task", "query_task")
DESIGN = """parameters covariances[] prompt example query[] features[] task[] query_task[]
    label_scale noise query_label_scale query_noise"""
STEP = "numbers factors roots inverses[] weight claimed exact"


class Unreadable(Exception):
    """Not of the form that the specification gives, or larger than it allows."""


class Rejected(Exception):
    """Something that does not hold."""


def expect(holds, what, error=Rejected):
    if not holds:
        raise error(what)


class Sum(dict):
    """A polynomial in words: (monomial, word) with rational coefficients; scalars have no words.

    A monomial is a sorted tuple of (letter, power); a word is a tuple of letters, or, where
    matrices are numbers, the one unit (row, column).
    """

    work = 0

    def __add__(self, other):
        return Sum.total((self, other if isinstance(other, Sum) else term(other)))

    def __sub__(self, other):
        return self + other * -1

    def __mul__(self, other):
        total, other = {}, other if isinstance(other, Sum) else term(other)
        spend(1 + len(self) * len(other))
        for (m, word), c in self.items():
            for (o, tail), e in other.items():
                both = word + tail
                if word and tail and type(word[0]) is tuple:
                    if word[0][1] != tail[0][0]:
                        continue
                    both = ((word[0][0], tail[0][1]),)
                key = (joined(m + o) if m and o else m or o, both)
                total[key] = total.get(key, 0) + c * e
        for (_, word), c in total.items():
            size = max(c.numerator.bit_length(), c.denominator.bit_length())
            expect(size <= BITS and len(word) <= LENGTH, "too large a formula", Unreadable)
        return Sum({key: c for key, c in total.items() if c})

    def __pow__(self, power):
        expect(power <= POWER, "too high a power", Unreadable)
        return term(1) if power == 0 else self * self ** (power - 1)

    @staticmethod
    def total(parts):
        found = {}
        for part in parts:
            spend(1 + len(part))
            for key, c in part.items():
                found[key] = found.get(key, 0) + c
        return Sum({key: c for key, c in found.items() if c})

    def each(self, x, value):
        """With ``value(k)`` in the place of the letter x to the power k."""
        parts = ((term(c, without(m, x), w), dict(m).get(x, 0)) for (m, w), c in self.items())
        return Sum.total(part * value(k) for part, k in parts)

    def degree(self, x):
        return max((dict(m).get(x, 0) for m, _ in self), default=0)

    def letters(self):
        return {x for m, _ in self for x, _ in m}

    def has_words(self):
        return any(word for _, word in self)


def term(c, monomial=(), word=()):
    return Sum({(monomial, word): Fraction(c)} if c else {})


def letter(x, power=1):
    return term(1, ((x, power),))


def spend(work):
    Sum.work += work
    expect(Sum.work <= WORK, "too much work", Unreadable)


def joined(powers):
    total = {}
    for x, k in powers:
        total[x] = total.get(x, 0) + k
    return tuple(sorted((x, k) for x, k in total.items() if k))


def without(monomial, *letters):
    return tuple(one for one in monomial if one[0] not in letters)


class Algebra:
    """What formulas are read in: names, and letters: √ roots, ÷ divisors, # inverses."""

    def __init__(self, names, ranges, spelling, positive=()):
        self.names, self.ranges, self.spelling, self.positive = names, ranges, spelling, positive
        self.squares, self.below, self.matrices, self.roots, self.inverses = {}, {}, {}, [], []
        self.one_sided, self.psd, self.given = {"W", "V"}, set(), []

    def read(self, text, **more):
        """The value of a formula."""
        left = TOKEN.findall(text)[::-1]
        expect("".join(left[::-1]) == text.replace(" ", ""), f"no formula: {text}", Unreadable)

        def take(*wanted):
            return left.pop() if left and left[-1] in wanted else ""

        def series(depth, least=0):
            expect(depth < DEPTH, "nested too deep", Unreadable)
            found = series(depth + 1, 2) * -1 if take("-") else primary(depth)
            while left and RANK.get(left[-1], -1) >= least:
                sign = left.pop()
                if sign == "^":
                    found = power(found)
                elif sign in "+-":
                    found = found + series(depth, 1) * int(sign + "1")
                else:
                    other = series(depth, 2)
                    found = found * (self.inverse(other) if sign == "/" else other)
            return found

        def power(base):
            inside, negative, top = take("("), take("-"), int(left.pop())
            if inside and take("/"):
                expect((top, left.pop()) == (1, "2"), "another root", Unreadable)
                base = self.root(base)
            ends = (not inside or take(")")) and left[-1:] != ["^"]
            expect(ends, "an exponent", Unreadable)
            one = self.names["I"] if base.has_words() else term(1)
            return one * (self.inverse(base) if negative else base) ** top

        def primary(depth):
            token = left.pop()
            if token == "(" or (token in ("tr", "sqrt") and take("(")):
                found = series(depth + 1)
                expect(take(")"), "a parenthesis", Unreadable)
                return {"(": lambda p: p, "tr": self.trace, "sqrt": self.root}[token](found)
            if token[0].isdigit():
                return term(Fraction(token))
            known = {**self.names, **more}
            expect(token in known, f"an unknown name, {token}")
            return known[token]

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
                return int(word[0][0] == word[0][1])
            first = self.cyclic(word)
            return letter("tr " + " ".join(first)) if first else self.names["d"]

        return Sum.total(term(c, m) * one(word) for (m, word), c in found.items())

    def cyclic(self, word):
        """The first of a word's rotations and of those of its transpose: their traces are one."""
        spend(len(word) ** 2)
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
        for x, q in reversed(self.squares.items()):
            p = p.each(x, lambda k, x=x, q=q: q ** (k // 2) * letter(x) ** (k % 2))
        return p

    def cleared(self, p):
        """A numerator and a denominator."""
        bottom = term(1)
        for x in p.letters() & set(self.below):
            most, q = p.degree(x), self.below[x]
            p = p.each(x, lambda k, most=most, q=q: q ** (most - k))
            bottom = bottom * q**most
        return self.reduced(p), bottom

    def zero(self, p):
        return not self.cleared(p)[0]

    def inverse(self, found):
        if found.has_words():
            known = [y for y, p in self.inverses if self.zero(p - found)]
            expect(known, "the inverse of a matrix that the certificate does not list")
            return known[0]
        top, bottom = self.cleared(found)
        expect(top, "a division by zero")
        for x in top.letters() & set(self.squares) if len(top) == 1 else ():
            top, bottom = self.reduced(top * letter(x)), bottom * letter(x)
        if not top.letters():
            return bottom * (1 / top[(), ()])
        return bottom * self.named("÷", top, self.below)

    def named(self, sign, p, table):
        """The letter that stands for p in a table."""
        name = next((x for x, q in table.items() if p == q), f"{sign}{len(table)}")
        expect(len(table) < LETTERS, "too many roots or divisors", Unreadable)
        table[name] = p
        return letter(name)

    def root(self, found):
        for r in self.roots:
            if r * r == found:
                return r
        expect(not found.has_words(), "the root of a matrix that the certificate does not list")
        top, bottom = self.cleared(found)
        expect(self.part(bottom) == 2, "the root of a fraction of unknown sign")
        top, outside = top * bottom, self.inverse(bottom)
        if len(top) == 1:
            (((m, _), c),) = top.items()
            expect(m or c > 0, "the root of a negative number")
            whole = Fraction(isqrt(abs(c.numerator)), isqrt(c.denominator))
            whole = whole if whole**2 == c else Fraction(1)
            even = [(x, k // 2) for x, k in m if self.part(letter(x)) > 0]
            outside = outside * term(whole, joined(even))
            top = term(c / whole**2, joined([*m, *((x, -2 * k) for x, k in even)]))
        if not top or top == term(1):
            return outside * top
        return outside * self.named("√", top, self.squares)

    def part(self, p):
        """2 for positive, 1 for not negative, 0 for not seen, -1 and -2 likewise; no fractions.

        Ranges are put in by some u that is not negative: ``low + u``, ``high - u``, or both
        ``(low + high u) / (1 + u)`` and the high end. Then the coefficients tell.
        """
        cases = [p]
        for x, (low, high) in self.ranges.items():
            both, u = None not in (low, high), letter(x)
            value = u * high + low if both else u + low if high is None else u * -1 + high
            ends = [q.each(x, lambda k, high=high: high**k) for q in cases if both]
            cases = [put_in(q, x, value, u + 1 if both else term(1)) for q in cases] + ends
        signs = list(map(self.seen, cases))
        return min(signs) if min(signs) > 0 else max(signs) if max(signs) < 0 else 0

    def seen(self, p):
        traces = (x for x in p.letters() if x[:3] == "tr " and self.is_product(x[3:].split(" ")))
        known = {*self.ranges, *self.squares, *self.positive, *traces}
        for sign in (1, -1):
            if p.letters() <= known and all(c * sign > 0 for c in p.values()):
                return sign * (1 + any(all(x in self.positive for x, _ in m) for m, _ in p))
        return 0

    def nonzero(self, p):
        """Whether a polynomial has no zero in the ranges, or by a condition of the challenge."""
        seen = abs(self.part(p)) == 2 or any(q in (p, p * -1) for q in self.given)
        shared = {x for x in p.letters() if all(x in dict(m) for m, _ in p)}
        apart = [self.squares.get(x, letter(x)) for x in shared]
        apart += [rest] if (rest := without_common(p, shared)).letters() else []
        return seen or (apart not in ([], [p]) and all(map(self.nonzero, apart)))

    def inside(self, p):
        """The letters of a polynomial, and those under its roots and divisors."""
        under = ({**self.squares, **self.below}.get(x, Sum()) for x in p.letters())
        return p.letters().union(*map(self.inside, under))

    def is_psd(self, word):
        """``u u'`` or ``u S u'``, with S positive semi-definite."""
        middle = word[len(word) // 2 : len(word) - len(word) // 2]
        return word == self.turned(word) and all(x in self.psd for x in middle)

    def is_product(self, word):
        """Of two positive semi-definite matrices, up to a rotation."""
        turns = [(*word[k:], *word[:k]) for k in range(len(word))]
        return any(self.is_psd(w[:k]) and self.is_psd(w[k:]) for w in turns for k in range(len(w)))


def without_common(p, letters):
    """A polynomial without the powers of letters that all of its terms have."""
    least = {x: min(dict(m)[x] for m, _ in p) for x in letters}
    lowered = (
        (joined([*m, *((x, -k) for x, k in least.items())]), w, c) for (m, w), c in p.items()
    )
    return Sum({(m, w): c for m, w, c in lowered})


def put_in(p, x, top, bottom):
    """A polynomial at ``x = top / bottom``, times a power of the bottom."""
    most = p.degree(x) + 3 if bottom != term(1) and p.degree(x) else p.degree(x)
    return p.each(x, lambda k: top**k * bottom ** (most - k))


def pairings(ports):
    """All ways to pair ports of equal names."""
    if not ports:
        yield {}
    for k, other in enumerate(ports[1:], 1):
        spend(1)
        if ports[0][0] == other[0]:
            for found in pairings(ports[1:k] + ports[k + 1 :]):
                yield {**found, ports[0]: other, other: ports[0]}


def risk_of(design, scale, algebra):
    """The risk: products of traces, as sorted tuples of words, with polynomials in front.

    Its terms are graphs. An edge ``u' word v`` ends in two ports, Gaussian vectors; a pairing of
    all ports leaves cycles, and each is the trace of a word.
    """
    vectors = {**design["prompt"], **design["example"]}

    def scalar(text, k):
        return algebra.scalar(text, **({"i": letter("@" + k)} if k else {}))

    def spelt(names):
        return tuple(x for name in names for x in algebra.spelling[name])

    def combination(role, k):
        fresh = design["example"]
        return [(scalar(c, k), spelt(ms), v + "@" + k * (v in fresh)) for c, ms, v in design[role]]

    def between(left, word, right, size):
        return [
            (c * e * size, ((u, (*ms[::-1], *word, *ns), v),), ())
            for c, ms, u in left
            for e, ns, v in right
        ]

    def times(left, right):
        return [(c * e, a + b, x + y) for c, a, x in left for e, b, y in right]

    def label(features, which, k):
        size, noise = (scalar(design[which + key], k) for key in ("label_scale", "noise"))
        signal = between(features, (), combination(which + "task", k), size)
        return [*signal, (noise, (), ("xi@" + k,))]

    def prediction(k):
        rows = combination("features", k)
        return times(between(query, ("W",), rows, scalar(scale, "")), label(rows, "", k))

    def traces(edges, mate):
        left, found = set(range(len(edges))), []
        while left:
            edge, end, word = min(left), 0, ()
            while edge in left:
                left.remove(edge)
                word += algebra.turned(edges[edge][1]) if end else edges[edge][1]
                name, edge, end = mate[edges[edge][2 - end], edge, 2 - end]
                word += spelt([vectors[name.partition("@")[0]]])
                expect(len(word) <= LENGTH, "too large a formula", Unreadable)
            found.append(algebra.cyclic(word))
        return tuple(sorted(found))

    query = combination("query", "")
    target, first, second = label(query, "query_", ""), prediction("i"), prediction("j")
    total, counted = {}, {}
    for expression, sums, sign in (
        (times(target, target), "", 1),
        (times(target, first), "i", -2),
        (times(first, first), "i", 1),
        (times(first, second), "ij", 1),
    ):
        for c, edges, noises in expression:
            if any(noises.count(x) % 2 for x in noises):
                continue
            if edges not in counted:
                ports = tuple((e[end], k, end) for k, e in enumerate(edges) for end in (0, 2))
                counted[edges] = [traces(edges, mate) for mate in pairings(ports)]
            size = over_examples(c, sums, algebra) * sign if counted[edges] else c
            for key in counted[edges]:
                total[key] = total.get(key, Sum()) + size
    return {key: algebra.reduced(c) for key, c in total.items()}


def over_examples(p, sums, algebra):
    """The sum over all i, or over all i and j that differ, or p itself."""
    n, total = algebra.names["n"], Sum()

    def powers_up_to(k):
        rest = (n + 1) ** (k + 1) - 1
        for m in range(k):
            rest = rest - powers_up_to(m) * comb(k + 1, m)
        return rest * Fraction(1, k + 1)

    for (m, _), c in algebra.reduced(p).items():
        a, b = (dict(m).get(x, 0) for x in ("@i", "@j"))
        expect(a + b <= 12, "too high a power of i", Unreadable)
        rest = term(c, without(m, "@i", "@j"))
        inside = algebra.inside(rest)
        expect(not {"@i", "@j"} & inside, "a sum over the examples has no closed form")
        if sums == "ij":
            rest = rest * (powers_up_to(a) * powers_up_to(b) - powers_up_to(a + b))
        total = total + (rest * powers_up_to(a) if sums == "i" else rest)
    return total


def risk_at(risk, weight, algebra):
    """The risk at a weight, which may hold letters of its own."""
    known = {**algebra.matrices, "W": weight, "W'": algebra.transposed(weight)}
    total = []
    for words, c in risk.items():
        for word in words:
            found = algebra.names["I"]
            for x in word:
                found = found * known.get(x, term(1, (), (x,)))
            c = c * algebra.trace(found)
        total.append(c)
    return Sum.total(total)


def slope(risk, weight, direction, algebra):
    along = risk_at(risk, weight + direction * letter("@e"), algebra)
    return along.each("@e", lambda k: int(k == 1))


def least(risk, weight, algebra):
    """The risk at a stationary weight."""
    along = risk_at(risk, weight * letter("@e"), algebra)
    return along.each("@e", lambda k: (1, Fraction(1, 2), 0)[k])


class Case:
    """A challenge, read in the letters that a certificate uses: roots, and inverses of matrices."""

    def __init__(self, challenge, roots):
        names = "design predictor where[] assertions[] format"
        design, predictor, where, self.assertions = fields(challenge, names, "icl-challenge/1")
        self.design, self.scale = checked(design), fields(predictor, "scale name", "pgd")[0]
        covariances = design["covariances"]
        known = set(roots) <= set(covariances) and len(set(roots)) == len(roots)
        expect(known, "roots: an unknown covariance, or one twice")
        self.ranges = {
            x: (low and rational(low), high and rational(high))
            for x, (low, high) in design["parameters"].items()
            if {low, high} != {None}
        }
        empty = any(None not in pair and pair[0] > pair[1] for pair in self.ranges.values())
        expect(not empty, "an empty range", Unreadable)
        spelling = {x: ("√" + x,) * 2 if x in roots else (x,) for x in covariances} | {"I": ()}
        names = {x: letter(x) for x in ("n", "d", *design["parameters"])}
        names |= {x: term(1, (), word) for x, word in spelling.items()}
        sizes = dict.fromkeys(("n", "d", "@i", "@j"), (1, None))
        own = self.algebra = Algebra(names, {**sizes, **self.ranges}, spelling)
        own.roots = [term(1), *(term(1, (), spelling[x][:1]) for x in roots)]
        own.psd |= {x for word in spelling.values() for x in word}
        self.risk = risk_of(design, self.scale, own)
        self.free = {*own.below, *own.squares}  # the design is there where these are numbers
        self.where, conditions = where, list(map(own.read, where))
        own.given = [own.cleared(p)[0] for p in conditions if not p.has_words()]
        self.invertible = [p for p in conditions if p.has_words()]

    def add_inverse(self, text):
        """A matrix that has an inverse wherever the conditions of the challenge hold."""
        own, k, parts = self.algebra, len(self.algebra.inverses) + 1, {}
        found = own.read(text)
        for (m, word), c in found.items():
            parts[word] = parts.get(word, Sum()) + term(c, m)
        new = not any(own.zero(found - p) for _, p in own.inverses)
        expect(new and found.has_words(), f"inverse {k}: of a scalar, or listed twice")
        ends = {word: own.cleared(c) for word, c in parts.items()}
        signs = {word: own.part(top * bottom) for word, (top, bottom) in ends.items()}
        letters = {x for p in self.invertible for _, word in p if len(p) == 1 for x in word}
        letters |= {f"#{one}{t}" for one in range(1, k) for t in ("", "'")}
        psd = all(own.is_psd(word) and sign > 0 for word, sign in signs.items())
        rest = [w for w in parts if w]
        holds = any(own.zero(found - p) for p in self.invertible)
        holds = holds or (psd and any(signs[w] == 2 and set(w) <= letters for w in parts))
        if len(parts) == 1:
            holds = holds or (set(*parts) <= letters and own.nonzero(*parts.values()))
        if len(rest) == 1 and signs.get((), 0) == 2 and signs[rest[0]] > 0:
            holds = holds or own.is_product(rest[0])
        expect(holds, f"inverse {k}: not seen to exist")
        own.one_sided |= set() if own.zero(found - own.transposed(found)) else {f"#{k}"}
        own.psd |= {f"#{k}"} if psd else set()
        y = term(1, (), (f"#{k}",))
        own.inverses.append((y, found))
        own.names |= {f"#{k}": y, f"#{k}'": own.transposed(y)}
        for side, product in (("L", y * found - 1), ("R", found * y - 1)):
            own.names[f"#{k}{side}"] = product * letter("@")
            own.names[f"#{k}{side}'"] = own.transposed(product) * letter("@")

    def vanishes(self, p, found):
        """Whether p is this sum of multiples of ``Y P - 1`` and ``P Y - 1``, marked by a letter."""
        expect(all("@" in dict(m) for m, _ in found), "not multiples of what is zero")
        return self.algebra.zero(p - found.each("@", lambda k: 1))

    def prove(self, weight, steps):
        own, self.weight, self.formula = self.algebra, None, None
        needed = weight is not None or (len(own.roots) == 1 and not own.inverses)
        expect(needed, "letters that nothing uses")
        if weight is not None:
            self.formula, text = fields(weight, "formula gradient")
            self.weight = own.read(self.formula)
            one, along = term(1, (), ("V",)), own.transposed(term(1, (), ("V",)))
            found = self.vanishes(
                slope(self.risk, self.weight, one, own), own.trace(along * own.read(text))
            )
            expect(found, "weight: not stationary")
        expect(len(steps) == len(self.assertions) > 0, "steps: not one for each assertion")
        for k, (assertion, step) in enumerate(zip(self.assertions, steps, strict=True), 1):
            try:
                self.check(assertion, step)
            except Rejected as error:
                raise Rejected(f"step {k}: {error}") from error
        for x, p in own.below.items():
            expect(x in self.free or own.nonzero(p), f"not seen not to be zero: {shown(p)}")
        self.real(own, self.free)

    def real(self, own, free):
        """Roots are of what is not negative: then letters are numbers, and identities hold."""
        for x, p in own.squares.items():
            expect(x in free or own.part(p) > 0, f"not seen not to be negative: {shown(p)}")

    def check(self, assertion, step):
        names = "quantity formula verdict limit error"
        quantity, formula, verdict, limit, error = fields(assertion, names)
        expect(quantity in ("weight", "risk", "excess"), "another quantity", Unreadable)
        expect(limit is not None or error is None, "an error without a limit", Unreadable)
        if verdict == "refuted" and limit is None:
            return self.at_a_point(quantity, formula, *fields(step, STEP))
        expect(self.weight is not None, "there is no weight")
        if limit is not None:
            fields(step, "")
            return self.in_a_limit(quantity, formula, verdict, *fields(limit, "put where[]"), error)
        expect(verdict == "exact", "another verdict", Unreadable)
        if quantity == "weight":
            fields(step, "")
            return expect(formula == self.formula, "another weight")
        exact = self.exact(quantity, self.risk, self.weight, self.algebra)
        gap, (text,) = self.algebra.scalar(formula) - exact, fields(step, "difference")
        return expect(self.vanishes(gap, self.algebra.scalar(text)), "another value")

    def exact(self, quantity, risk, weight, algebra):
        if quantity == "weight":
            return weight
        noise = algebra.scalar(self.design["query_noise"])
        return least(risk, weight, algebra) - (noise * noise if quantity == "excess" else 0)

    def in_a_limit(self, quantity, formula, verdict, puts, where, error):
        known = {"n", "d", *self.design["parameters"]}
        expect(set(puts) <= known - {"d"} and not self.design["covariances"], "another limit")
        constants = {x for text in puts.values() for x in TOKEN.findall(text) if NAME.match(x)}
        constants -= {*known, "sqrt"}
        expect(not constants & TAKEN, "the name of a constant", Unreadable)
        names = {x: letter(x) for x in {*constants, *known} - {*puts}}
        names |= {"d": letter("@t", 2), "I": term(1)}
        ranges = {x: v for x, v in {"n": (1, None), **self.ranges}.items() if x not in puts}
        ranges |= dict.fromkeys(("@i", "@j"), (1, None))
        own = Algebra(names, ranges, {"I": ()}, {"@t", *constants})
        own.names = names | {x: own.scalar(text) for x, text in puts.items()}
        risk = risk_of(self.design, self.scale, own)
        free = set(own.squares)
        own.given = [own.cleared(own.scalar(text))[0] for text in where]
        inside = [own.names["n"] - 1]
        for x, (low, high) in self.ranges.items():
            inside += [] if low is None else [own.names[x] - low]
            inside += [] if high is None else [own.names[x] * -1 + high]
        for p in inside:
            top, below, _ = (Sum(), term(1), 0) if own.zero(p) else leading(p, own)
            stays = own.part(top * below) > 0 and own.nonzero(below)
            expect(stays, "the limit may leave the ranges")
        weight, claimed = own.scalar(self.formula), own.scalar(formula)
        exact = self.exact(quantity, risk, weight, own)
        self.real(own, free)
        top, below, degree = leading(exact, own)
        for p in (top, below, leading(claimed, own)[1]):
            expect(own.nonzero(p), f"not seen not to be zero: {shown(p)}")
        gap = claimed - exact
        if own.zero(gap) or error is None:
            right = own.zero(gap) and error is None and verdict == "right in the limit"
            return expect(right, "another error")
        own_top, own_below, own_degree = leading(gap, own)
        # roots may depend on each other: what holds one is not zero where that is seen
        apart = not own.inside(own_top) & set(own.squares) or own.nonzero(own_top)
        expect(apart, f"not seen not to be zero: {shown(own_top)}")
        coefficient, power = fields(error, "coefficient power")
        expect(2 * rational(power) == own_degree - degree, "another power of d")
        coefficient = own.scalar(coefficient) * top * own_below
        expect(own.zero(coefficient - own_top * below), "another coefficient")
        right = "right in the limit" if own_degree < degree else "refuted"
        return expect(verdict == right, "another verdict")

    def at_a_point(self, quantity, formula, numbers, factors, roots, inverses, *values):
        numbers = {x: rational(v) for x, v in numbers.items()}
        expect(set(numbers) == {"n", "d", *self.design["parameters"]}, "other names")
        n, size = numbers["n"], numbers["d"]
        expect(n.denominator == size.denominator == 1 <= min(n, size) and size <= SIZE, "a size")
        for x, (low, high) in self.ranges.items():
            expect(low is None or low <= numbers[x], "a range")
            expect(high is None or numbers[x] <= high, "a range")
        covariances, one = self.design["covariances"], diagonal(["1"] * int(size))
        expect(sorted([*factors, *roots]) == sorted(covariances), "other covariances")
        names = {x: term(v) for x, v in numbers.items()} | {"I": one}
        own = Algebra(names, {}, {x: (x,) for x in covariances} | {"I": ()})
        own.roots = [term(1), one]
        for x, (rows, squares) in {**factors, **roots}.items():
            half, middle = grid(rows, size), diagonal(squares)
            expect(len(squares) == size and all(v > 0 for v in middle.values()), "no covariance")
            found = half * middle * own.transposed(half)
            own.roots += [found] if x in roots else []
            own.matrices[x] = found * found if x in roots else found
        own.names |= own.matrices
        for left, right in inverses:
            y, p = grid(left, size), grid(right, size)
            new = all(p != q for _, q in own.inverses)
            expect(y * p == one and new, "no inverse, or one listed twice")
            own.inverses.append((y, p))
        for p in map(own.read, self.where):
            scalar = not p.has_words() and (own.nonzero(p) or (p and not p.letters()))
            expect(scalar or any(p == q for _, q in own.inverses), "a condition does not hold here")
        risk, weight = risk_of(self.design, self.scale, own), grid(values[0], size)
        units = [(r, c) for r in range(int(size)) for c in range(int(size))]
        any_way = Sum.total(term(1, ((f"@{unit}", 1),), (unit,)) for unit in units)
        expect(own.zero(slope(risk, weight, any_way, own)), "the weight is not stationary")
        claimed, exact = own.read(formula), self.exact(quantity, risk, weight, own)
        if quantity == "weight":
            claimed = one * claimed
            told = grid(values[1], size), grid(values[2], size)
            expect(told == (claimed, exact), "other values")
            wrong = not own.zero(slope(risk, claimed, any_way, own))
            return expect(wrong, "the claim is right here")
        told = term(rational(values[1])), term(rational(values[2]))
        return expect(told == (claimed, exact) and claimed != exact, "other values, or equal ones")


def leading(p, algebra):
    """The leading coefficients in t above and below, and the degree."""
    ends, found = algebra.cleared(p), []
    expect(ends[0], "zero has no leading term")
    for q in ends:
        roots = q.letters() & set(algebra.squares)
        grows = any("@t" in algebra.inside(letter(x)) for x in roots)
        expect(not grows, "a root that grows")
        most = q.degree("@t")
        found.append(q.each("@t", lambda k, most=most: int(k == most)))
    return *found, ends[0].degree("@t") - ends[1].degree("@t")


def shown(p):
    terms = ["*".join([str(c), *(f"{x}^{k}" for x, k in m)]) for (m, _), c in p.items()]
    return " + ".join(terms)[:200]


def rational(text):
    expect(re.fullmatch(r"-?\d{1,400}(/\d{1,400})?", text, re.ASCII), "a number", Unreadable)
    return Fraction(text)


def grid(rows, size):
    expect(len(rows) == size and all(len(row) == size for row in rows), "another size")
    cells = ((r, c, rational(v)) for r, row in enumerate(rows) for c, v in enumerate(row))
    return Sum({((), ((r, c),)): v for r, c, v in cells if v})


def diagonal(values):
    return Sum({((), ((k, k),)): rational(v) for k, v in enumerate(values) if rational(v)})


def fields(found, names, form=None):
    """The values of an object that has these keys and no others; the last one's may be known.

    Those named ``key[]`` are lists.
    """
    lists, names = [x[:-2] for x in names.split() if "[]" in x], names.replace("[]", "").split()
    holds = isinstance(found, dict) and set(found) == {*names}
    holds = holds and all(isinstance(found[x], list) for x in lists)
    expect(holds, f"not {names}", Unreadable)
    values = [found[name] for name in names]
    expect(form is None or values[-1] == form, f"not {form}", Unreadable)
    return values if form is None else values[:-1]


def checked(design):
    """A design whose names are known, distinct and free."""
    fields(design, DESIGN)
    names = [x for key in ("parameters", "covariances", "prompt", "example") for x in design[key]]
    expect(all(map(NAME.match, names)) and len({*names} - TAKEN) == len(names), "names", Unreadable)
    pairs = [isinstance(one, list) for one in design["parameters"].values()]
    expect(all(pairs), "a range", Unreadable)
    for role in VECTORS:
        vectors = {*design["prompt"], *(design["example"] if role == "features" else ())}
        for _, matrices, vector in design[role]:
            known = vector in vectors and set(matrices) <= set(design["covariances"])
            known = known and isinstance(matrices, list) and len(matrices) < LENGTH
            expect(known, f"{role}: an unknown name", Unreadable)
    return design


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
        names = "roots[] inverses[] weight steps[] challenge format"
        roots, inverses, weight, steps, digest = fields(given, names, "icl-certificate/1")
        expect(b"#" not in raw, "a name of a certificate in the challenge", Unreadable)
        expect(digest == hashlib.sha256(raw).hexdigest(), "the certificate of another challenge")
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
