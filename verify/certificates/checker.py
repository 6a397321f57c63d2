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
LENGTH, LETTERS = 200, 100
TOKEN = re.compile(r"\d[\d.]{0,398}\d|\d|[A-Za-z_]\w*'?|#\d+[LR]?'?|[-+*/^()]", re.ASCII)
NAME = re.compile(r"[A-Za-z]\w{0,31}", re.ASCII)
END = re.compile(r"[nd\d ()*/^+.-]+", re.ASCII)
TAKEN = {"n", "d", "i", "I", "V", "W", "tr", "sqrt"}
DESIGN = "parameters whole[] conditions[] covariances[] prompt example query examples[]"
LAW = "features[] label_scale noise task[]"
ASSERTION = "quantity at relation formula verdict limit error"
OPPOSITE = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}
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

    @staticmethod
    def of(terms):
        total = {}
        for key, c in terms:
            spend(1)
            total[key] = total.get(key, 0) + c
        for (_, word), c in total.items():
            size = max(c.numerator.bit_length(), c.denominator.bit_length())
            expect(size <= BITS and len(word) <= LENGTH, "too large a formula", Unreadable)
        return Sum({key: c for key, c in total.items() if c})

    @staticmethod
    def total(parts):
        return Sum.of(one for part in parts for one in part.items())

    def __add__(self, other):
        return Sum.total((self, term(other)))

    def __sub__(self, other):
        return self + term(other) * -1

    def __mul__(self, other):
        pairs = product(self.items(), term(other).items())
        return Sum.of(
            ((joined(m + o), both), c * e)
            for ((m, word), c), ((o, tail), e) in pairs
            if (both := tied(word, tail)) is not None
        )

    def __pow__(self, power):
        expect(power <= POWER, "too high a power", Unreadable)
        return prod([self] * power, start=term(1))

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


def spend(work):
    Sum.work += work
    expect(Sum.work <= WORK, "too much work", Unreadable)


def term(c, monomial=(), word=()):
    return c if isinstance(c, Sum) else Sum({(monomial, word): Fraction(c)} if c else {})


def letter(x, power=1):
    return term(1, ((x, power),))


def joined(powers):
    total = {}
    for x, k in powers:
        total[x] = total.get(x, 0) + k
    return tuple(sorted((x, k) for x, k in total.items() if k))


def tied(word, tail):
    """Two words in a row; nothing for the product of two units that is zero."""
    if word and tail and type(word[0]) is tuple:
        return ((word[0][0], tail[0][1]),) if word[0][1] == tail[0][0] else None
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
        self.one_sided, self.psd, self.given, self.regular = {"W", "V"}, set(), [], []
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
        """The value of a formula, by the grammar of the specification."""
        left, known = TOKEN.findall(text)[::-1], {**self.names, **more}
        expect("".join(left[::-1]) == text.replace(" ", ""), f"no formula: {text}", Unreadable)
        functions = {"(": lambda p: p, "tr": self.trace, "sqrt": self.root}

        def take(*wanted):
            return left.pop() if left and left[-1] in wanted else ""

        def series(depth):
            found = [factors(depth)]
            while sign := take("+", "-"):
                found.append(factors(depth) * int(sign + "1"))
            return Sum.total(found)

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
                found = functions[token](series(depth + 1))
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
                return int(word[0][0] == word[0][1])
            first = self.cyclic(word)
            return letter("tr " + " ".join(first)) if first else self.names["d"]

        return Sum.total(term(c, m) * one(word) for (m, word), c in found.items())

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
        for x, q in reversed(self.squares.items()):
            p = p.each(x, lambda k, x=x, q=q: q ** (k // 2) * letter(x) ** (k % 2))
        return p

    def cleared(self, p):
        """A numerator and a denominator."""
        bottom = term(1)
        for x in p.letters() & {*self.below}:
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
        for x in top.letters() & {*self.squares} if len(top) == 1 else ():
            top, bottom = self.reduced(top * letter(x)), bottom * letter(x)
        if not top.letters():
            return bottom * (1 / top[(), ()])
        return bottom * self.named("÷", top, self.below)

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
        expect(not found.has_words(), "the root of a matrix that the certificate does not list")
        top, bottom = self.cleared(found)
        expect(self.part(bottom) == 2, "the root of a fraction of unknown sign")
        top, powers = top * bottom, shared(top * bottom).items()
        halves = [(x, k // 2) for x, k in powers if self.part(letter(x)) > 0]
        c = max(top.values()) if len(top) == 1 else Fraction(1)
        whole = Fraction(isqrt(abs(c.numerator)), isqrt(c.denominator))
        whole = whole if whole**2 == c != 0 else Fraction(1)
        top = top * term(1 / whole**2, tuple((x, -2 * k) for x, k in halves))
        outside = term(whole, joined(halves)) * self.inverse(bottom)
        return outside * (top if top in (Sum(), term(1)) else self.named("√", top, self.squares))

    def part(self, p):
        """2 for positive, 1 for not negative, 0 for not seen, -1 and -2 likewise.

        Ranges are put in by some u that is not negative: ``low + u``, ``high - u``, or both
        ``(low + high u) / (1 + u)`` and the high end. Then the coefficients tell.
        """
        top, bottom = self.cleared(p)
        cases = [top * bottom]
        for x, (low, high) in self.ranges.items():
            u, both = letter(x), None not in (low, high)
            top = u * high + low if both else u + low if high is None else term(high) - u
            inside = [put_in(q, x, top, u + 1 if both else term(1)) for q in cases]
            cases = inside + [put_in(q, x, term(high), term(1)) for q in cases if both]
        signs = list(map(self.seen, cases))
        return min(signs) if min(signs) > 0 else max(signs) if max(signs) < 0 else 0

    def seen(self, p):
        traces = (x for x in p.letters() if x[:3] == "tr " and self.is_product(x[3:].split(" ")))
        known = {*self.ranges, *self.squares, *self.positive, *traces}
        for sign in (1, -1):
            if p.letters() <= known and all(c * sign > 0 for c in p.values()):
                return sign * (1 + any(all(x in self.positive for x, _ in m) for m, _ in p))
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
        roots = (x for q in ends for x in q.letters() & {*self.squares})
        expect(not any("@t" in self.inside(letter(x)) for x in roots), "a root that grows")
        (most, top), (least, bottom) = (max(q.by_power("@t").items(), default=(0, q)) for q in ends)
        return top, bottom, most - least

    def stays(self, p):
        """Whether something is not negative, in a limit as t grows."""
        top, bottom, _ = self.leading(p)
        return self.part(p) > 0 or self.part(top * bottom) == 2

    def ordered(self, relation, gap):
        """Whether it is seen that a quantity is so related to what exceeds it by a gap.

        No relation: that the two differ.
        """
        if relation is None:
            return not self.zero(gap)
        return self.part(gap if relation[0] == "<" else gap * -1) > (len(relation) == 1)

    def grounded(self, free=()):
        """Divisors do not vanish and roots are of what is not negative, but for those that are
        free: so letters stand for numbers, and identities between them for those of numbers."""
        for x, p in self.below.items():
            holds = x in free or self.nonzero(self.leading(p)[0])
            expect(holds, f"not seen not to be zero: {shown(p)}")
        for x, p in self.squares.items():
            expect(x in free or self.stays(p), f"not seen not to be negative: {shown(p)}")


def put_in(p, x, top, bottom):
    """A polynomial at ``x = top / bottom``, times a power of the bottom."""
    most = max(p.by_power(x), default=0)
    most += 3 if most and bottom != term(1) else 0
    return p.each(x, lambda k: top**k * bottom ** (most - k))


def risk_of(design, scale, own):
    """The risk: products of traces, as sorted tuples of words, with polynomials in front.

    An edge ``u' word v`` ends in Gaussian vectors; ends of one vector are joined by its covariance
    in all ways, and what is closed is the trace of a word. Noises are letters.
    """
    vectors, groups = {**design["prompt"], **design["example"]}, design["examples"]

    def scalar(text, k):
        """Of the example k, which knows its place where all are alike."""
        return own.scalar(text, **({"i": letter("@" + k)} if k and len(groups) == 1 else {}))

    def combination(terms, k):
        fresh = design["example"]
        return [(scalar(c, k), tuple(ms), v + "@" + k * (v in fresh)) for c, ms, v in terms]

    def between(left, word, right):
        return [
            (c * e, [(u, (*ms[::-1], *word, *ns), v)])
            for (c, ms, u), (e, ns, v) in product(left, right)
        ]

    def times(left, right):
        return [(c * e, a + b) for (c, a), (e, b) in product(left, right)]

    def drawn(law, k):
        """The features of an example or of the query, and its label."""
        features, size, noise, task = fields(law, LAW)
        rows = combination(features, k)
        signal = times([(scalar(size, k), [])], between(rows, (), combination(task, k)))
        return rows, [*signal, (scalar(noise, k) * letter("@ξ" + k), [])]

    def prediction(law, k):
        rows, label = drawn(law, k)
        return times(times([(scalar(scale, ""), [])], between(query, ("W",), rows)), label)

    def closed(edges):
        if not edges:
            yield ()
            return
        (u, word, v), *rest = edges
        spend(1 + len(rest))
        covariance = vectors[v.partition("@")[0]]
        word += () if covariance == "I" else (covariance,)
        expect(len(word) <= LENGTH, "too large a formula", Unreadable)
        if u == v:
            yield from ((own.cyclic(word), *found) for found in closed(rest))
        for k, (a, tail, b) in enumerate(rest):
            others = rest[:k] + rest[k + 1 :]
            if a == v:
                yield from closed([(u, word + tail, b), *others])
            if b == v:
                yield from closed([(u, word + own.turned(tail), a), *others])

    query, target = drawn(design["query"], "")
    terms, total = [(times(target, target), term(1), term(1), False)], {}
    for (count, law), (others, their) in product(groups, groups):
        first, second = prediction(law, "i"), prediction(their, "j")
        count, others = own.scalar(count), own.scalar(others)
        terms.append((times(first, second), count, others, law is their))
        if law is their:
            terms.append((times(first, first), count, term(1), False))
            terms.append((times(times([(term(-2), [])], target), first), count, term(1), False))
    for expression, *sums in terms:
        for c, edges in expression:
            for x in ("@ξ", "@ξi", "@ξj"):  # the mean over noises
                c = c.each(x, lambda k: 1 - k % 2)
            found = [tuple(sorted(words)) for words in closed(edges)] if c else []
            size = over_examples(c, *sums, own) if found else c
            for words in found:
                total[words] = total.get(words, Sum()) + size
    return total


def over_examples(p, most, others, apart, own):
    """The sum over i up to one number and j up to another, without i = j where they are apart."""

    def powers(k, top):
        rest = (top + 1) ** (k + 1) - 1
        for m in range(k):
            rest = rest - powers(m, top) * comb(k + 1, m)
        return rest * Fraction(1, k + 1)

    total = []
    for a, part in own.reduced(p).by_power("@i").items():
        for b, rest in part.by_power("@j").items():
            expect(a + b <= 12, "too high a power of i", Unreadable)
            expect(not {"@i", "@j"} & own.inside(rest), "a sum that has no closed form")
            size = powers(a, most) * powers(b, others)
            total.append(rest * (size - powers(a + b, most) if apart else size))
    return Sum.total(total)


def along(risk, weight, direction, own):
    """The risk at ``weight + e direction``: what stands before e^0, e^1 and e^2."""
    weight = weight + direction * letter("@e")
    known = {**own.names, "W": weight, "W'": own.transposed(weight)}
    total = []
    for words, c in risk.items():
        traces = (own.trace(prod((known[x] for x in w), start=known["I"])) for w in words)
        total.append(prod(traces, start=c))
    found = Sum.total(total).by_power("@e")
    return [found.get(power, Sum()) for power in range(3)]


class Case:
    """A challenge, read in the letters that a certificate uses: roots, and inverses of matrices."""

    def __init__(self, challenge, roots):
        Sum.work, names = 0, "design predictor where[] assertions[] format"
        design, predictor, where, self.assertions = fields(challenge, names, "icl-challenge/2")
        (self.scale,) = fields(predictor, "scale name", "pgd")
        self.design, self.where, covariances = design, where, covariances_of(design)
        expect(sorted({*roots} & {*covariances}) == sorted(roots), "roots: unknown, or one twice")
        self.ends = {**design["parameters"], "n": ["1", None], "d": ["1", None]}
        own = self.algebra = Algebra({x: letter(x) for x in self.ends}, self.ends)
        own.ranges |= dict.fromkeys(("@i", "@j"), (1, None))
        for x in covariances:
            own.names[x] = term(1, (), ("√" + x,) * 2 if x in roots else (x,))
            own.psd |= {"√" + x, x}
        own.roots += [term(1, (), ("√" + x,)) for x in roots]
        self.risk = self.enter(own)
        self.free = {*own.below, *own.squares}  # the design is there where these are numbers
        for text in where:
            own.assume(own.read(text))

    def enter(self, own):
        """The risk where parameters are what an algebra calls them, which is in their ranges."""
        counts = [count for count, _ in self.design["examples"]]
        given = [*counts, *self.design["conditions"]] if own is not self.algebra else []
        gaps = list(map(own.scalar, given))
        for x, (low, high) in own.bounded(self.ends):
            gaps += [own.names[x] - low] if low is not None else []
            gaps += [high - own.names[x]] if high is not None else []
        expect(all(map(own.stays, gaps)), "not seen to be in the ranges")
        return risk_of(self.design, self.scale, own)

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
        zeros = {"": y, "L": (y * found - 1) * letter("@"), "R": (found * y - 1) * letter("@")}
        own.names |= {f"#{k}{side}": p for side, p in zeros.items()}
        own.names |= {f"#{k}{side}'": own.transposed(p) for side, p in zeros.items()}

    def vanishes(self, p, found):
        """Whether p is this sum of multiples of ``Y P - 1`` and ``P Y - 1``, marked by a letter."""
        expect(all("@" in dict(m) for m, _ in found), "not multiples of what is zero")
        return self.algebra.zero(p - found.each("@", lambda k: 1))

    def prove(self, weight, steps):
        own, self.weight, self.formula = self.algebra, None, None
        if weight is not None:
            self.formula, text = fields(weight, "formula gradient")
            self.weight, v = own.read(self.formula), term(1, (), ("V",))
            slope = along(self.risk, self.weight, v, own)[1]
            holds = self.vanishes(slope, own.trace(own.transposed(v) * own.read(text)))
            expect(holds, "weight: not stationary")
        expect(len(steps) == len(self.assertions) > 0, "steps: not one for each assertion")
        used = weight is not None or (len(own.roots) == 1 and not own.inverses)
        for k, (assertion, step) in enumerate(zip(self.assertions, steps, strict=True), 1):
            try:
                used = self.check(step, *fields(assertion, ASSERTION)) or used
            except Rejected as error:
                raise Rejected(f"step {k}: {error}") from error
        expect(used, "letters that nothing uses")
        own.grounded(self.free)

    def check(self, step, quantity, at, relation, formula, verdict, limit, error):
        """Checks a step; whether it is about all places or a limit, and uses what is listed."""
        own, equal = self.algebra, relation == "="
        kinds = quantity in ("weight", "risk", "excess")[at is not None :]
        bound = relation in OPPOSITE and quantity != "weight" and limit is None
        kinds = kinds and (equal or bound) and (limit is not None or error is None)
        expect(kinds, "another assertion", Unreadable)
        if verdict == "refuted" and limit is None:
            return self.at_a_point(quantity, at, relation, formula, *fields(step, STEP))
        expect(self.weight is not None or at is not None, "there is no weight")
        proved = limit is None and quantity != "weight" and equal
        texts = fields(step, "difference" if proved else "")
        if limit is not None:
            limit = fields(limit, "grows put where[]")
            self.in_a_limit(quantity, at, formula, verdict, *limit, error)
            return True
        expect(verdict == ("exact" if equal else "proved"), "another verdict", Unreadable)
        if quantity == "weight":
            expect(formula == self.formula, "another weight")
            return True
        free = {x: term(1, (), (x,)) for x in ("W", "W'")} if at is not None else {}
        weight = self.weight if at is None else own.read(at, **free)
        exact = self.exact(quantity, self.risk, weight, own, at is not None)
        gap, more = own.scalar(formula, **free) - exact, [own.read(x, **free) for x in texts]
        holds = self.vanishes(gap, *more) if equal else own.ordered(relation, gap)
        expect(holds, "another value")
        return True

    def exact(self, quantity, risk, weight, own, given):
        """The weight, or its risk, where it is stationary or given."""
        if quantity == "weight":
            return weight
        noise = own.scalar(self.design["query"]["noise"])
        start, direction = (weight, Sum()) if given else (Sum(), weight)
        fixed, linear, _ = along(risk, start, direction, own)
        return fixed + linear * Fraction(1, 2) - (noise**2 if quantity == "excess" else 0)

    def in_a_limit(self, quantity, at, formula, verdict, grows, puts, where, error):
        known = grows in ("n", "d") and {*puts} <= {*self.ends} - {grows}
        expect(known and not self.design["covariances"], "another limit")
        words = {x for text in puts.values() for x in TOKEN.findall(text) if NAME.fullmatch(x)}
        vectors = {*self.design["prompt"], *self.design["example"]}
        constants = words - {*self.algebra.names, *vectors, *TAKEN}
        names = {x: letter(x) for x in {*self.ends, *constants} - {*puts}}
        own = Algebra({**names, grows: letter("@t", 2)}, self.ends, {"@t", *constants})
        own.names |= {x: own.scalar(text) for x, text in puts.items()}
        risk = self.enter(own)
        for text in (*self.where, *where):
            own.assume(own.scalar(text))
        weight, claimed = own.scalar(self.formula if at is None else at), own.scalar(formula)
        exact = self.exact(quantity, risk, weight, own, at is not None)
        if quantity == "weight":  # no other one is as good
            bent = along(risk, Sum(), term(1), own)[2]
            expect(own.nonzero(own.leading(bent)[0]), "other weights may be as good")
        gap, power = (claimed - exact) * own.inverse(exact), Fraction(-1)
        expect(own.zero(gap) == (error is None), "another error")
        if error is not None:
            c, power = fields(error, "coefficient power")
            c, power = own.scalar(c), rational(power)
            top, below, degree = own.leading(gap)
            expect(degree == 2 * power, "another power of d")
            expect(own.zero(c * below - top), "another coefficient")
            # roots may depend on each other: what holds one is not zero where that is seen
            apart = not own.inside(top) & {*own.squares} or own.nonzero(top)
            expect(apart, f"not seen not to be zero: {shown(top)}")
        expect(verdict == ("right in the limit" if power < 0 else "refuted"), "another verdict")
        own.grounded()

    def at_a_point(self, quantity, at, relation, formula, numbers, factors, roots, *more):
        inverses, weight, *told = more
        numbers = {x: rational(v) for x, v in numbers.items()}
        expect(numbers.keys() == self.ends.keys(), "other names")
        size, covariances = numbers["d"], self.design["covariances"]
        expect(sorted([*factors, *roots]) == sorted(covariances), "other covariances")
        own = Algebra({x: term(v) for x, v in numbers.items()})
        whole = ["n", "d", *self.design["whole"], *(count for count, _ in self.design["examples"])]
        expect(all(c.denominator == 1 for x in whole for c in own.scalar(x).values()), "not whole")
        expect(size <= SIZE, "a size")
        own.ranges |= dict.fromkeys(("@i", "@j"), (1, numbers["n"]))
        own.unit = diagonal(["1"] * int(size))
        own.roots.append(own.unit)
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
        risk = self.enter(own)
        for p in map(own.read, self.where):
            holds = own.inverse(p) if p.has_words() else own.nonzero(p)
            expect(holds, "a condition does not hold here")
        cells = product(range(int(size)), repeat=2)
        any_way = Sum.total(term(1, ((f"@{cell}", 1),), (cell,)) for cell in cells)
        expect((weight is None) == (at not in (None, "W")), "another weight")
        rows = Sum() if weight is None else grid(weight, size)
        own.names |= {"W": rows, "W'": own.transposed(rows)} if at == "W" else {}
        best = rows if at is None else own.read(at)
        holds = at is not None or own.zero(along(risk, best, any_way, own)[1])
        expect(holds, "the weight is not stationary")
        claimed, exact = own.read(formula), self.exact(quantity, risk, best, own, at is not None)
        own.grounded()
        if quantity == "weight":
            claimed, told = own.unit * claimed, [grid(value, size) for value in told]
            wrong = not own.zero(along(risk, claimed, any_way, own)[1])
        else:
            told = [term(rational(value)) for value in told]
            wrong = own.ordered(OPPOSITE.get(relation), claimed - exact)
        expect(wrong and told == [claimed, exact], "other values, or the claim is right here")


def shown(p):
    terms = ["*".join([str(c), *(f"{x}^{k}" for x, k in m)]) for (m, _), c in p.items()]
    return " + ".join(terms)[:200]


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
    """Their names; all names are distinct and free, and known where they are used."""
    parameters, whole, _, matrices, prompt, example, query, groups = fields(design, DESIGN)
    names = [*parameters, *matrices, *prompt, *example]
    distinct = all(map(NAME.fullmatch, names)) and len({*names} - TAKEN) == len(names)
    known = {*prompt.values(), *example.values()} <= {*matrices, "I"} and {*whole} <= {*parameters}
    for _, law in [(None, query), *map(listed, groups)]:
        features, _, _, task = fields(law, LAW)
        for _, before, vector in map(listed, [*features, *task]):
            drawn = vector in prompt or (vector in example and law is not query)
            known = known and drawn and {*listed(before)} <= {*matrices}
            expect(len(before) < LENGTH, "too many matrices", Unreadable)
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
