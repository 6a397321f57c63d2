"""The grammar of formulas.

::

    sum      = product { ("+" | "-") product }
    product  = unary { ("*" | "/") unary }
    unary    = "-" unary | power
    power    = primary { "'" } [ "^" exponent ] { "'" }
    exponent = "-" exponent | primary [ "^" exponent ]
    primary  = number | name | ("sqrt" | "tr") "(" sum ")" | "(" sum ")"
             | ("dot" | "outer") "(" sum "," sum ")"

So ``-a^2`` is ``-(a^2)``, ``a/b/c`` is ``(a/b)/c`` and ``2^2^3`` is ``2^(2^3)``. A product is
always written with ``*``, and ``A'`` is the transpose of A. An exponent is a constant: a whole
number, or 1/2 or -1/2; or it depends on the example, as in ``rho^(n + 1 - i)``: whole multiples of
``i`` and ``n``, and a whole number.
"""

from __future__ import annotations

from fractions import Fraction

from theory.errors import UnknownName
from theory.language.formulas import bounds
from theory.language.formulas.places import Place, Unreadable
from theory.language.formulas.tokens import Token, TokenKind, tokens
from theory.language.formulas.tree import (
    IndexPower,
    Name,
    Negative,
    Number,
    Pairing,
    Power,
    Product,
    Sum,
    TraceNode,
    Transpose,
    Tree,
    names,
)

HALF = Fraction(1, 2)
PAIRINGS = ("dot", "outer")
"""Functions of two vectors."""
FUNCTIONS = ("sqrt", "tr", *PAIRINGS)
OPERAND = "a number, a name, '-' or '('"
EXPONENTS = f"a whole number from -{bounds.EXPONENT} to {bounds.EXPONENT}, or 1/2 or -1/2"
INDEX = "i"
VARYING = f"whole multiples, up to {bounds.EXPONENT}, of i, n and 1, such as n + 1 - i"
SOMEWHERE = Place("formula")
# Beyond this no step on the way to an exponent may go.
_FAR = 1000


def parse(text: str, place: Place = SOMEWHERE) -> Tree:
    """The tree of a formula; names are not looked at yet.

    Parameters
    ----------
    text
        The formula.
    place
        Where its first character stands.

    Raises
    ------
    Unreadable
        With the place, what was found, and what was expected.

    Examples
    --------
    >>> parse("-2^2") == parse("-(2^2)") != parse("(-2)^2")
    True
    >>> parse("2 alpha")
    Traceback (most recent call last):
    ...
    theory.language.formulas.places.Unreadable: formula:1:3: found 'alpha' after '2'; expected an \
operator (+ - * / ^) or the end; a product is written with *
    """
    return _Parser(tokens(text, place)).formula()


class _Parser:
    def __init__(self, found: list[Token]):
        self.tokens = found
        self.at = 0
        self.depth = 0
        self.exponents = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def sees(self, symbols: str) -> bool:
        return self.next.kind is TokenKind.SYMBOL and self.next.text in symbols

    def formula(self) -> Tree:
        tree = self.sum()
        if self.next.kind is not TokenKind.END:
            raise self.misplaced("the end")
        return tree

    def misplaced(self, closing: str) -> Unreadable:
        """What stands after a complete operand, where an operator should."""
        previous, operator = self.tokens[self.at - 1], "an operator (+ - * / ^)"
        if self.sees(")"):
            return Unreadable(self.next.place, f"found ')' without its '('; expected {closing}")
        problem = f"found {self.next} after {previous}; expected {operator} or {closing}"
        if self.next.kind is TokenKind.END:
            problem = f"found {self.next}; expected {operator} or {closing}"
        elif previous.kind is TokenKind.NAME and self.sees("("):
            hint = UnknownName("function", previous.text, FUNCTIONS)
            problem += f"; a product is written with * ({hint})"
        elif previous.kind is TokenKind.NUMBER and self.next.text.lower().startswith("e"):
            problem += "; a product is written with *, and numbers have no exponents"
        else:
            problem += "; a product is written with *"
        return Unreadable(self.next.place, problem)

    def deeper(self, place: Place) -> None:
        self.depth += 1
        if self.depth > bounds.NESTING:
            raise Unreadable(
                place,
                f"found a formula nested deeper than {bounds.NESTING}; expected less",
            )

    def sum(self) -> Tree:
        first = self.next.place
        parts = [(False, self.product())]
        while self.sees("+-"):
            negative = self.take().text == "-"
            parts.append((negative, self.product()))
        return parts[0][1] if len(parts) == 1 else Sum(tuple(parts), first)

    def product(self) -> Tree:
        first = self.next.place
        factors = [(False, self.unary())]
        while self.sees("*/"):
            divides = self.take().text == "/"
            if self.sees("*"):
                raise Unreadable(
                    self.next.place, f"found '*' again; expected {OPERAND} (a power is written ^)"
                )
            factors.append((divides, self.unary()))
        return factors[0][1] if len(factors) == 1 else Product(tuple(factors), first)

    def unary(self) -> Tree:
        if not self.sees("-"):
            return self.power()
        place = self.take().place
        self.deeper(place)
        inside = self.unary()
        self.depth -= 1
        return Negative(inside, place)

    def power(self) -> Tree:
        first = self.next.place
        base = self.transposed(self.primary(), first)
        if not self.sees("^"):
            return base
        self.take()
        place = self.next.place
        self.deeper(place)
        self.exponents += 1
        written = self.exponent()
        self.exponents -= 1
        self.depth -= 1
        if INDEX in names(written):
            return IndexPower(base, *varying(written), first)
        exponent = constant(written)
        whole = exponent.denominator == 1 and abs(exponent) <= bounds.EXPONENT
        if not (whole or abs(exponent) == HALF):
            raise Unreadable(place, f"found the exponent {exponent}; expected {EXPONENTS}")
        return self.transposed(Power(base, exponent, first), first)

    def transposed(self, tree: Tree, first: Place) -> Tree:
        """A tree, transposed as often as it is written; twice is not at all.

        What is written after an exponent transposes the power.
        """
        count = 0
        while not self.exponents and self.sees("'"):
            self.take()
            count += 1
        return Transpose(tree, first) if count % 2 else tree

    def exponent(self) -> Tree:
        if not self.sees("-"):
            return self.power()
        place = self.take().place
        self.deeper(place)
        inside = self.exponent()
        self.depth -= 1
        return Negative(inside, place)

    def primary(self) -> Tree:
        token = self.take()
        if token.kind is TokenKind.NUMBER:
            return Number(Fraction(token.text), token.place)
        if token.kind is TokenKind.NAME and token.text not in FUNCTIONS:
            return Name(token.text, token.place)
        if token.kind is TokenKind.NAME:
            if not self.sees("("):
                raise Unreadable(
                    self.next.place, f"found {self.next} after {token.text}; expected '('"
                )
            if token.text in PAIRINGS:
                return self.pairing(token)
            inside = self.parentheses(self.take())
            if token.text == "tr":
                return TraceNode(inside, token.place)
            return Power(inside, HALF, token.place)
        if token.kind is TokenKind.SYMBOL and token.text == "(":
            return self.parentheses(token)
        raise Unreadable(token.place, f"found {token}; expected {OPERAND}")

    def pairing(self, function: Token) -> Tree:
        opening = self.take()
        self.deeper(opening.place)
        left = self.sum()
        if not self.sees(","):
            raise self.misplaced(f"',' and a second vector for {function.text}")
        self.take()
        right = self.sum()
        self.close(opening)
        return Pairing(left, right, function.text == "outer", function.place)

    def parentheses(self, opening: Token) -> Tree:
        self.deeper(opening.place)
        inside = self.sum()
        self.close(opening)
        return inside

    def close(self, opening: Token) -> None:
        if not self.sees(")"):
            raise self.misplaced(f"')' for the '(' at column {opening.place.column}")
        self.take()
        self.depth -= 1


def varying(tree: Tree) -> tuple[int, int, int]:
    """An exponent that depends on the example, by its multiples of i and n, and the number.

    >>> varying(parse("2*(n - i) + 1"))
    (-2, 2, 1)
    """
    found = _linear(tree)
    if any(part.denominator > 1 or abs(part) > bounds.EXPONENT for part in found):
        raise Unreadable(tree.place, f"found an exponent of another kind; expected {VARYING}")
    of_i, of_n, number = map(int, found)
    return of_i, of_n, number


def _linear(tree: Tree) -> tuple[Fraction, ...]:
    zero, one = Fraction(0), Fraction(1)
    match tree:
        case Name("i"):
            return one, zero, zero
        case Name("n"):
            return zero, one, zero
        case Negative(inside):
            return tuple(-part for part in _linear(inside))
        case Sum(parts):
            terms = [(-1 if negative else 1, _linear(part)) for negative, part in parts]
            return tuple(sum((sign * term[k] for sign, term in terms), zero) for k in range(3))
        case Product(factors):
            held = [(by, f) for by, f in factors if names(f)]
            if len(held) == 1 and not held[0][0]:
                rest = tuple(factor for factor in factors if not names(factor[1]))
                scale = constant(Product(((False, Number(one, tree.place)), *rest), tree.place))
                return tuple(scale * part for part in _linear(held[0][1]))
    if names(tree):
        raise Unreadable(tree.place, f"found an exponent of another kind; expected {VARYING}")
    return zero, zero, constant(tree)


def constant(tree: Tree) -> Fraction:
    """The value of a small constant, as an exponent is one.

    Raises :class:`~theory.language.formulas.places.Unreadable` where it is none, or grows large on
    the way.

    >>> constant(parse("3 - 1/2"))
    Fraction(5, 2)
    """
    match tree:
        case Number(value):
            pass
        case Negative(inside):
            value = -constant(inside)
        case Sum(parts):
            terms = [(-1 if negative else 1) * constant(part) for negative, part in parts]
            value = sum(terms, Fraction(0))
        case Product(factors):
            value = Fraction(1)
            for divides, factor in factors:
                by = constant(factor)
                if divides and by == 0:
                    raise Unreadable(factor.place, "found a division by zero in an exponent")
                value = value / by if divides else value * by
        case Power(base, exponent) if exponent.denominator == 1:
            by = constant(base)
            if by == 0 and exponent < 0:
                raise Unreadable(tree.place, "found a division by zero in an exponent")
            value = by ** int(exponent)
        case Name(name):
            hint = ""
            if name == "n":
                hint = (
                    "; a power that is one number for all examples has no rational form in n: give "
                    "it a name of its own in [parameters]"
                )
            problem = f"found {name!r} in an exponent; expected {EXPONENTS}{hint}"
            raise Unreadable(tree.place, problem)
        case _:
            raise Unreadable(tree.place, f"found a function in an exponent; expected {EXPONENTS}")
    if max(abs(value.numerator), value.denominator) > _FAR:
        raise Unreadable(tree.place, f"found too large an exponent; expected {EXPONENTS}")
    return value
