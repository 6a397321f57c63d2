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

import hashlib
import json
import re
import sys
from fractions import Fraction
from itertools import product
from math import comb, isqrt, prod

BYTES, DEPTH, POWER, SIZE, BITS, WORK = 1_000_000, 40, 60, 6, 10_000, 1_000_000
LENGTH, LETTERS, DIGITS = 200, 100, 400
TOKEN = re.compile(r"\d+(?:\.\d+)?|[A-Za-z_]\w*|#\d+[LR]?'?|[-+*/^()]", re.ASCII)
TAKEN = {"n", "d", "i", "I", "V", "W", "tr", "sqrt"}

NAME = re.compile(r"[A-Za-z]\w{0,31}", re.ASCII)
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

    def by_power(self, x):
        """What stands before each power of a letter."""
        found = {}
        for (m, word), c in self.items():
            rest = tuple(one for one in m if one[0] != x)
            found.setdefault(dict(m).get(x, 0), Sum())[rest, word] = c
        return found

    def each(self, x, value):
        """With ``value(k)`` in the place of the letter x to the power k."""
        return Sum.total(part * value(k) for k, part in self.by_power(x).items())

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


class Algebra:
    """What formulas are read in: names, and letters: √ roots, ÷ divisors, # inverses."""

    def __init__(self, names, ranges, spelling, positive=()):
        self.names, self.spelling = {"I": term(1), **names}, {"I": (), **spelling}
        self.ranges = {x: ends for x, ends in ranges.items() if ends != (None, None)}
        self.positive, self.squares, self.below = positive, {}, {}
        self.matrices, self.inverses, self.unit, self.roots = {}, [], term(1), [term(1)]
        self.one_sided, self.psd, self.given, self.regular = {"W", "V"}, set(), [], []

    def read(self, text, **more):
        """The value of a formula, by the grammar of the specification."""
        left = TOKEN.findall(text)[::-1]
        expect("".join(left[::-1]) == text.replace(" ", ""), f"no formula: {text}", Unreadable)
        known = {**self.names, **more}

        def take(*wanted):
            return left.pop() if left and left[-1] in wanted else ""

        def series(depth):
            found = factors(depth)
            while sign := take("+", "-"):
                found = found + factors(depth) * int(sign + "1")
            return found

        def factors(depth):
            found = unary(depth)
            while sign := take("*", "/"):
                other = unary(depth)
                found = found * (self.inverse(other) if sign == "/" else other)
            return found

        def unary(depth):
            expect(depth <= DEPTH, "nested too deep", Unreadable)
            if take("-"):
                return unary(depth + 1) * -1
            found = primary(depth)
            return power(found) if take("^") else found

        def power(base):
            inside, negative, top = take("("), take("-"), int(left.pop())
            if inside and take("/"):
                expect((top, left.pop()) == (1, "2"), "another root", Unreadable)
                base = self.root(base)
            expect(not inside or take(")"), "an exponent", Unreadable)
            return (self.inverse(base) if negative else base) ** top

        def primary(depth):
            token = left.pop()
            if token == "(" or (token in ("tr", "sqrt") and take("(")):
                found = series(depth + 1)
                expect(take(")"), "a parenthesis", Unreadable)
                return {"(": lambda p: p, "tr": self.trace, "sqrt": self.root}[token](found)
            if token[0].isdigit():
                expect(len(token) <= DIGITS, "too long a number", Unreadable)
                return term(Fraction(token))
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
            most, q = max(p.by_power(x), default=0), self.below[x]
            p = p.each(x, lambda k, most=most, q=q: q ** (most - k))
            bottom = bottom * q**most
        return self.reduced(p), bottom

    def zero(self, p):
        return not self.cleared(p)[0]

    def inverse(self, found):
        if found.has_words():
            known = [y for y, p in self.inverses if self.zero(p - self.unit * found)]
            expect(known, "the inverse of a matrix that the certificate does not list")
            return known[0]
        top, bottom = self.cleared(found)
        expect(top, "a division by zero")
        for x in top.letters() & set(self.squares) if len(top) == 1 else ():
            top, bottom = self.reduced(top * letter(x)), bottom * letter(x)
        if not top.letters():
            return bottom * (1 / top[(), ()])
        return bottom * self.named("÷", top, self.below)

    def add(self, inverse, p):
        new = not any(self.zero(p - q) for _, q in self.inverses)
        expect(new, "an inverse is listed twice")
        self.inverses.append((inverse, p))

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
        halves = {x: k // 2 for x, k in shared(top).items() if self.part(letter(x)) > 0}
        top = lowered(top, {x: 2 * k for x, k in halves.items()})
        outside = outside * term(1, joined(halves.items()))
        c = max(top.values()) if len(top) == 1 else Fraction(1)
        whole = Fraction(isqrt(abs(c.numerator)), isqrt(c.denominator))
        if whole**2 == c:
            top, outside = top * (1 / c), outside * whole
        if not top or top == term(1):
            return outside * top
        return outside * self.named("√", top, self.squares)

    def part(self, p):
        """2 for positive, 1 for not negative, 0 for not seen, -1 and -2 likewise.

        Ranges are put in by some u that is not negative: ``low + u``, ``high - u``, or both
        ``(low + high u) / (1 + u)`` and the high end. Then the coefficients tell.
        """
        top, bottom = self.cleared(p)
        cases = [top * bottom]
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
        rest = lowered(p, powers)
        found = [rest * (1 / rest[min(rest)])] if rest.letters() else []
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
        roots = {x for q in ends for x in q.letters() & set(self.squares)}
        expect(not any("@t" in self.inside(letter(x)) for x in roots), "a root that grows")
        last = [max(q.by_power("@t").items(), default=(0, q)) for q in ends]
        (degree, top), (lower, bottom) = last
        return top, bottom, degree - lower

    def stays(self, p):
        """Whether something is not negative, in a limit as t grows."""
        top, bottom, _ = self.leading(p)
        return self.part(p) > 0 or self.part(top * bottom) == 2

    def grounded(self, free=()):
        """Divisors do not vanish and roots are of what is not negative, but for those that are
        free: so letters stand for numbers, and identities between them for those of numbers."""
        for x, p in self.below.items():
            holds = x in free or self.nonzero(self.leading(p)[0])
            expect(holds, f"not seen not to be zero: {shown(p)}")
        for x, p in self.squares.items():
            expect(x in free or self.stays(p), f"not seen not to be negative: {shown(p)}")

    def is_psd(self, word):
        """``u u'`` or ``u S u'``, with S positive semi-definite."""
        middle = word[len(word) // 2 : len(word) - len(word) // 2]
        return word == self.turned(word) and all(x in self.psd for x in middle)

    def is_product(self, word):
        """Of two positive semi-definite matrices, up to a rotation."""
        turns = [(*word[k:], *word[:k]) for k in range(len(word))]
        return any(self.is_psd(w[:k]) and self.is_psd(w[k:]) for w in turns for k in range(len(w)))


def shared(p):
    """The powers of letters that divide all terms of a polynomial."""
    least = {x: min(dict(m).get(x, 0) for m, _ in p) for x in p.letters()}
    return {x: k for x, k in least.items() if k}


def lowered(p, powers):
    """A polynomial divided by such powers."""
    lower = tuple((x, -k) for x, k in powers.items())
    return Sum({(joined(m + lower), word): c for (m, word), c in p.items()})


def put_in(p, x, top, bottom):
    """A polynomial at ``x = top / bottom``, times a power of the bottom."""
    most = max(p.by_power(x), default=0)
    most += 3 if most and bottom != term(1) else 0
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
        for (c, ms, u), (e, ns, v) in product(left, right):
            yield c * e * size, ((u, (*ms[::-1], *word, *ns), v),), ()

    def times(left, right):
        return [(c * e, a + b, x + y) for (c, a, x), (e, b, y) in product(left, right)]

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
    n, total = algebra.names["n"], []

    def powers_up_to(k):
        rest = (n + 1) ** (k + 1) - 1
        for m in range(k):
            rest = rest - powers_up_to(m) * comb(k + 1, m)
        return rest * Fraction(1, k + 1)

    for a, part in algebra.reduced(p).by_power("@i").items():
        for b, rest in part.by_power("@j").items():
            expect(a + b <= 12, "too high a power of i", Unreadable)
            expect(not {"@i", "@j"} & algebra.inside(rest), "a sum that has no closed form")
            size = powers_up_to(a) if sums else term(1)
            if sums == "ij":
                size = size * powers_up_to(b) - powers_up_to(a + b)
            total.append(rest * size)
    return Sum.total(total)


def risk_at(risk, weight, algebra):
    """The risk at a weight, which may hold letters of its own."""
    known = {**algebra.matrices, "W": weight, "W'": algebra.transposed(weight)}
    total = []
    for words, c in risk.items():
        for word in words:
            factors = (known.get(x, term(1, (), (x,))) for x in word)
            c = c * algebra.trace(prod(factors, start=algebra.names["I"]))
        total.append(c)
    return Sum.total(total)


def along(risk, weight, direction, algebra):
    """The risk at ``weight + e direction``: what stands before e^0, e^1 and e^2."""
    found = risk_at(risk, weight + direction * letter("@e"), algebra).by_power("@e")
    return [found.get(power, Sum()) for power in range(3)]


class Case:
    """A challenge, read in the letters that a certificate uses: roots, and inverses of matrices."""

    def __init__(self, challenge, roots):
        names = "design predictor where[] assertions[] format"
        design, predictor, where, self.assertions = fields(challenge, names, "icl-challenge/1")
        (self.scale,) = fields(predictor, "scale name", "pgd")
        self.design, self.where, self.names = design, where, names_of(design)
        covariances, parameters = design["covariances"], design["parameters"]
        known = {*roots} <= {*covariances} and len({*roots}) == len(roots)
        expect(known, "roots: an unknown covariance, or one twice")
        self.ranges = {"n": (1, None), **{x: closed(ends) for x, ends in parameters.items()}}
        sizes = dict.fromkeys(("d", "@i", "@j"), (1, None))
        spelling = {x: ("√" + x,) * 2 if x in roots else (x,) for x in covariances}
        own = self.algebra = Algebra(self.letters(), {**sizes, **self.ranges}, spelling)
        own.names |= {x: term(1, (), word) for x, word in spelling.items()}
        own.roots += [term(1, (), spelling[x][:1]) for x in roots]
        own.psd |= {x for word in spelling.values() for x in word}
        self.risk = risk_of(design, self.scale, own)
        self.free = {*own.below, *own.squares}  # the design is there where these are numbers
        for text in where:
            own.assume(own.read(text))

    def letters(self):
        """Sizes and parameters; of a range that is one number, this number."""
        single = [(x, low) for x, (low, high) in self.ranges.items() if low == high]
        numbers = {x: term(low) for x, low in single if low is not None}
        return {x: letter(x) for x in ("d", *self.ranges)} | numbers

    def room(self, names):
        """How far n and parameters are from the ends of their ranges."""
        for x, (low, high) in self.ranges.items():
            yield from [names[x] - low] if low is not None else []
            yield from [names[x] * -1 + high] if high is not None else []

    def add_inverse(self, text):
        """A matrix that has an inverse wherever the conditions of the challenge hold."""
        own, k, parts = self.algebra, len(self.algebra.inverses) + 1, {}
        found = own.read(text)
        expect(found.has_words(), f"inverse {k}: of a scalar")
        for (m, word), c in found.items():
            parts[word] = parts.get(word, Sum()) + term(c, m)
        signs = {word: own.part(c) for word, c in parts.items()}
        letters = {x for p in own.regular for _, word in p if len(p) == 1 for x in word}
        letters |= {f"#{one}{t}" for one in range(1, k) for t in ("", "'")}
        psd = all(own.is_psd(word) and sign > 0 for word, sign in signs.items())
        strong = [word for word in parts if signs[word] == 2 and {*word} <= letters]
        rest = [word for word in parts if word]
        holds = (
            any(own.zero(found - p) for p in own.regular)
            or (len(parts) == 1 and {*rest[0]} <= letters and own.nonzero(parts[rest[0]]))
            or (psd and strong)
            or (() in strong and len(rest) == 1 and signs[rest[0]] > 0 and own.is_product(*rest))
        )
        expect(holds, f"inverse {k}: not seen to exist")
        own.one_sided |= set() if own.zero(found - own.transposed(found)) else {f"#{k}"}
        own.psd |= {f"#{k}"} if psd else set()
        y = term(1, (), (f"#{k}",))
        own.add(y, found)
        own.names |= {f"#{k}": y, f"#{k}'": own.transposed(y)}
        for side, zero in (("L", y * found - 1), ("R", found * y - 1)):
            own.names[f"#{k}{side}"] = zero * letter("@")
            own.names[f"#{k}{side}'"] = own.transposed(zero) * letter("@")

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
            self.weight, v = own.read(self.formula), term(1, (), ("V",))
            slope = along(self.risk, self.weight, v, own)[1]
            holds = self.vanishes(slope, own.trace(own.transposed(v) * own.read(text)))
            expect(holds, "weight: not stationary")
        expect(len(steps) == len(self.assertions) > 0, "steps: not one for each assertion")
        for k, (assertion, step) in enumerate(zip(self.assertions, steps, strict=True), 1):
            try:
                self.check(assertion, step)
            except Rejected as error:
                raise Rejected(f"step {k}: {error}") from error
        own.grounded(self.free)

    def check(self, assertion, step):
        names = "quantity formula verdict limit error"
        quantity, formula, verdict, limit, error = fields(assertion, names)
        kinds = quantity in ("weight", "risk", "excess") and (limit is not None or error is None)
        expect(kinds, "another quantity, or an error without a limit", Unreadable)
        if verdict == "refuted" and limit is None:
            return self.at_a_point(quantity, formula, *fields(step, STEP))
        expect(self.weight is not None, "there is no weight")
        proved = limit is None and quantity != "weight"
        texts = fields(step, "difference" if proved else "")
        if limit is not None:
            return self.in_a_limit(quantity, formula, verdict, *fields(limit, "put where[]"), error)
        expect(verdict == "exact", "another verdict", Unreadable)
        if not proved:
            return expect(formula == self.formula, "another weight")
        own = self.algebra
        gap = own.scalar(formula) - self.exact(quantity, self.risk, self.weight, own)
        return expect(self.vanishes(gap, *map(own.scalar, texts)), "another value")

    def exact(self, quantity, risk, weight, algebra):
        if quantity == "weight":
            return weight
        noise = algebra.scalar(self.design["query_noise"])
        fixed, linear, _ = along(risk, Sum(), weight, algebra)
        return fixed + linear * Fraction(1, 2) - (noise**2 if quantity == "excess" else 0)

    def in_a_limit(self, quantity, formula, verdict, puts, where, error):
        expect({*puts} <= {*self.ranges} and not self.design["covariances"], "another limit")
        words = {x for text in puts.values() for x in TOKEN.findall(text) if NAME.fullmatch(x)}
        constants = words - {*self.names, *TAKEN}
        letters = {**self.letters(), **{x: letter(x) for x in constants}, "d": letter("@t", 2)}
        names = {x: letters[x] for x in letters if x not in puts}
        ranges = {x: v for x, v in self.algebra.ranges.items() if x not in {*puts, "d"}}
        own = Algebra(names, ranges, {}, {"@t", *constants})
        own.names = own.names | {x: own.scalar(text) for x, text in puts.items()}
        risk = risk_of(self.design, self.scale, own)
        for text in (*self.where, *where):
            own.assume(own.scalar(text))
        expect(all(map(own.stays, self.room(own.names))), "the limit may leave the ranges")
        weight, claimed = own.scalar(self.formula), own.scalar(formula)
        exact = self.exact(quantity, risk, weight, own)
        top, below, degree = own.leading(exact)
        expect(own.nonzero(top), f"not seen not to be zero: {shown(top)}")
        if quantity == "weight":  # no other one is as good
            bent = along(risk, Sum(), term(1), own)[2]
            expect(own.nonzero(own.leading(bent)[0]), "other weights may be as good")
        gap, refuted = claimed - exact, False
        expect(own.zero(gap) == (error is None), "another error")
        if error is not None:
            own_top, own_below, own_degree = own.leading(gap)
            # roots may depend on each other: what holds one is not zero where that is seen
            apart = not own.inside(own_top) & set(own.squares) or own.nonzero(own_top)
            expect(apart, f"not seen not to be zero: {shown(own_top)}")
            coefficient, power = fields(error, "coefficient power")
            expect(2 * rational(power) == own_degree - degree, "another power of d")
            coefficient = own.scalar(coefficient) * top * own_below
            expect(own.zero(coefficient - own_top * below), "another coefficient")
            refuted = own_degree >= degree
        expect(verdict == ("refuted" if refuted else "right in the limit"), "another verdict")
        own.grounded()

    def at_a_point(self, quantity, formula, numbers, factors, roots, inverses, weight, *told):
        numbers = {x: rational(v) for x, v in numbers.items()}
        expect(numbers.keys() == {"d", *self.ranges}, "other names")
        n, size, covariances = numbers["n"], numbers["d"], self.design["covariances"]
        expect(n.denominator == size.denominator == 1 <= size <= SIZE, "a size")
        expect(all(left >= 0 for left in self.room(numbers)), "a range")
        expect(sorted([*factors, *roots]) == sorted(covariances), "other covariances")
        names = {x: term(v) for x, v in numbers.items()}
        own = Algebra(names, {"@i": (1, n), "@j": (1, n)}, {x: (x,) for x in covariances})
        own.unit = diagonal(["1"] * int(size))
        own.roots.append(own.unit)
        for x, (rows, squares) in {**factors, **roots}.items():
            half, middle = grid(rows, size), diagonal(squares)
            expect(len(squares) == size and all(v > 0 for v in middle.values()), "no covariance")
            found = half * middle * own.transposed(half)
            own.roots += [found] if x in roots else []
            own.matrices[x] = found * found if x in roots else found
        own.names |= own.matrices
        for left, right in inverses:
            y, p = grid(left, size), grid(right, size)
            expect(y * p == own.unit, "no inverse")
            own.add(y, p)
        for p in map(own.read, self.where):
            holds = own.inverse(p) if p.has_words() else own.nonzero(p)
            expect(holds, "a condition does not hold here")
        risk, best = risk_of(self.design, self.scale, own), grid(weight, size)
        cells = product(range(int(size)), repeat=2)
        any_way = Sum.total(term(1, ((f"@{cell}", 1),), (cell,)) for cell in cells)
        expect(own.zero(along(risk, best, any_way, own)[1]), "the weight is not stationary")
        claimed, exact = own.read(formula), self.exact(quantity, risk, best, own)
        own.grounded()
        if quantity == "weight":
            claimed, told = own.unit * claimed, [grid(value, size) for value in told]
            wrong = not own.zero(along(risk, claimed, any_way, own)[1])
        else:
            told = [term(rational(value)) for value in told]
            wrong = claimed != exact
        expect(wrong and told == [claimed, exact], "other values, or the claim is right here")


def shown(p):
    terms = ["*".join([str(c), *(f"{x}^{k}" for x, k in m)]) for (m, _), c in p.items()]
    return " + ".join(terms)[:200]


def rational(text):
    expect(re.fullmatch(r"-?\d{1,400}(/\d{1,400})?", text, re.ASCII), "a number", Unreadable)
    return Fraction(text)


def closed(ends):
    """A range, without one end or both where that is null."""
    low, high = (v if v is None else rational(v) for v in listed(ends))
    expect(None in (low, high) or low <= high, "an empty range", Unreadable)
    return low, high


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


def names_of(design):
    """The names in a design, which are distinct and free, and known where they are used."""
    parameters, matrices, prompt, example, *_ = fields(design, DESIGN)
    names = [*parameters, *matrices, *prompt, *example]
    distinct = all(map(NAME.fullmatch, names)) and len({*names} - TAKEN) == len(names)
    known = {*prompt.values(), *example.values()} <= {*matrices, "I"}
    for role in ("query", "features", "task", "query_task"):
        vectors = {*prompt, *(example if role == "features" else ())}
        for _, before, vector in map(listed, design[role]):
            known = known and vector in vectors and {*listed(before)} <= {*matrices}
            expect(len(before) < LENGTH, "too many matrices", Unreadable)
    expect(distinct and known, "names", Unreadable)
    return names


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
