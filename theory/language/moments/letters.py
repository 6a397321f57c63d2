"""What the names in a moment stand for: Gaussian and fixed matrices, their sizes and scalars."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import sympy

from theory.algebra.polynomials import MatrixPolynomial, letter
from theory.algebra.words import ONE, Kind, Letter, Space, fixed, gaussian, ones, symmetric
from theory.designs.design import IDENTITY
from theory.errors import UnknownName
from theory.language.formulas import bounds
from theory.language.formulas.parser import FUNCTIONS
from theory.language.formulas.places import Place, Unreadable, shown

MOST = 1000
"""The largest size that is a number."""
LETTERS = 24
"""How many names may be declared."""
KINDS = {
    "gaussian": "gaussian(rows, columns, S, M, R)",
    "matrix": "matrix(rows, columns)",
    "vector": "vector(size)",
    "symmetric": "symmetric(size)",
    "covariance": "covariance(size)",
    "ones": "ones(size)",
    "scalar": "scalar()",
}
"""What a name may be, each as it is written."""
NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{bounds.NAME - 1}}}")
NOTHING = "0"
"""What is written for the mean of a centred matrix."""


class Let(NamedTuple):
    """A name, and the text that says what it stands for."""

    name: str
    text: str
    place: Place


@dataclass(frozen=True)
class Letters:
    """What the names of a moment stand for.

    Parameters
    ----------
    matrices
        Letters by name, the covariances that the Gaussian ones use among them.
    sizes
        By name: spaces whose dimension is a symbol.
    scalars
        Names of fixed scalars.
    means
        Of Gaussian matrices whose mean is not zero, by name.
    covariances
        Names of the symmetric matrices that are positive semi-definite.
    """

    matrices: Mapping[str, Letter] = field(default_factory=dict)
    sizes: Mapping[str, Space] = field(default_factory=dict)
    scalars: frozenset[str] = frozenset()
    means: Mapping[str, MatrixPolynomial] = field(default_factory=dict)
    covariances: frozenset[str] = frozenset()

    @property
    def gaussians(self) -> tuple[str, ...]:
        """Names of the random matrices."""
        return tuple(name for name, a in self.matrices.items() if a.is_gaussian)

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the fixed matrices whose entries are not known."""
        fixed = (name for name, a in self.matrices.items() if not a.is_gaussian)
        return tuple(name for name in fixed if self.matrices[name].kind is not Kind.ONES)

    @property
    def names(self) -> tuple[str, ...]:
        """All names that may stand in a formula."""
        return (*self.matrices, *self.sizes, *self.scalars)


def letters(lets: Iterable[Let]) -> Letters:
    """Read what names stand for.

    ``gaussian(n, d, S, M, R)`` is n x d with ``E[X_ia X_jb] - M_ia M_jb = R_ij S_ab``: independent
    rows of covariance S where R is left out; S left out, or ``I``, is the identity. The mean M is a
    matrix of that shape, or a vector, that of every row; ``0`` is none. Of a column,
    ``gaussian(d, 1, S, m)``, S is the covariance, d x d. Covariances that are not declared are
    covariances of the size needed, and means are vectors.

    Raises
    ------
    Unreadable
        With the place, what was found, and what was expected.

    Examples
    --------
    >>> found = letters([Let("X", "gaussian(n, d, S)", Place("X")), Let("A", "matrix(n, n)",
    ...     Place("A"))])
    >>> found.matrices["X"].column_covariance, found.covariances, list(found.sizes)
    (S, frozenset({'S'}), ['n', 'd'])
    """
    lets = list(lets)
    if len(lets) > LETTERS:
        raise Unreadable(lets[LETTERS].place, f"found more than {LETTERS} names; expected fewer")
    reading = _LetterReading()
    for kind in (False, True):  # Gaussian matrices use the others
        for let in lets:
            reading.take(let, kind)
    return reading.letters


class _Argument(NamedTuple):
    text: str
    place: Place


class _LetterReading:
    def __init__(self) -> None:
        self.letters = Letters()
        self.declared: set[str] = set()

    def take(self, let: Let, gaussians: bool) -> None:
        """Read what a name stands for, if it is Gaussian, or if it is not."""
        found = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*\(([^()]*)\)\s*", let.text, re.ASCII)
        expected = f"expected {', '.join(KINDS.values())}"
        if found is None or len(let.text) > bounds.FORMULA:
            raise Unreadable(let.place, f"found {shown(let.text)} for {let.name}; {expected}")
        kind = found[1]
        if kind not in KINDS:
            hint = UnknownName("kind", kind, KINDS)
            raise Unreadable(let.place.after(found.start(1)), f"{hint}; {expected}")
        if (kind == "gaussian") is not gaussians:
            return
        self.check_name(let)
        self.declared.add(let.name)
        texts = found[2].split(",") if found[2].strip() else []
        arguments, at = [], found.start(2)
        for text in texts:
            blank = len(text) - len(text.lstrip())
            arguments.append(_Argument(text.strip(), let.place.after(at + blank)))
            at += len(text) + 1
        least, most = NUMBERS[kind]
        if not least <= len(arguments) <= most:
            raise Unreadable(
                let.place, f"found {len(arguments)} arguments of {kind}; expected {KINDS[kind]}"
            )
        READ[kind](self, let.name, arguments)

    def check_name(self, let: Let) -> None:
        if not NAME.fullmatch(let.name) or let.name in (*FUNCTIONS, IDENTITY):
            raise Unreadable(
                let.place,
                f"found {shown(let.name)} as a name; expected a letter and then letters, digits or "
                f"_, at most {bounds.NAME}, and none of {', '.join((*FUNCTIONS, IDENTITY))}",
            )
        if let.name in self.declared:
            raise Unreadable(let.place, f"found {let.name!r} twice; expected it once")
        if let.name in self.letters.names:
            was = "a size" if let.name in self.letters.sizes else "a covariance or a mean"
            raise Unreadable(
                let.place, f"found {let.name!r}, which is {was} already; expected another name"
            )

    def size(self, argument: _Argument) -> Space:
        """A size by its name, or a number."""
        text, place = argument
        if text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST and len(text) < 9:
            number = int(text)
            return ONE if number == 1 else Space(str(number), sympy.Integer(number))
        if not NAME.fullmatch(text) or text in (*FUNCTIONS, IDENTITY):
            raise Unreadable(
                place,
                f"found {shown(text)} as a size; expected a name such as n, or a whole number from "
                f"1 to {MOST}",
            )
        if text in self.letters.matrices or text in self.letters.scalars or text in self.declared:
            raise Unreadable(
                place, f"found {text!r} as a size, which is something else; expected another name"
            )
        space = Space(text, sympy.Symbol(text))
        self.letters = replace(self.letters, sizes={**self.letters.sizes, text: space})
        return space

    def add(self, name: str, made: Letter, covariance: bool = False) -> Letter:
        self.letters = replace(
            self.letters,
            matrices={**self.letters.matrices, name: made},
            covariances=self.letters.covariances | ({name} if covariance else set()),
        )
        return made

    def gaussian(self, name: str, arguments: list[_Argument]) -> None:
        rows, columns = self.size(arguments[0]), self.size(arguments[1])
        given = dict(zip(("S", "M", "R"), arguments[2:], strict=False))
        column = columns == ONE
        if column and "R" in given:
            raise Unreadable(
                given["R"].place,
                "found a covariance of the rows of a single column; expected gaussian(size, 1, S, "
                "M), with S the covariance of the column",
            )
        own = self.covariance(given.get("S"), rows if column else columns)
        other = self.covariance(given.get("R"), rows)
        made = gaussian(name, rows, columns, *((own, None) if column else (other, own)))
        if "M" in given and given["M"].text != NOTHING:
            mean = self.mean(given["M"], rows, columns)
            self.letters = replace(self.letters, means={**self.letters.means, name: mean})
        self.add(name, made)

    def covariance(self, argument: _Argument | None, space: Space) -> Letter | None:
        """A symmetric matrix on a space; None for the identity."""
        if argument is None or argument.text == IDENTITY:
            return None
        known = self.named(argument, "a covariance", f"a name, or {IDENTITY}")
        if known is None:
            return self.add(argument.text, symmetric(argument.text, space), covariance=True)
        if not known.is_symmetric or known.rows != space:
            raise Unreadable(
                argument.place,
                f"found {_described(known)}, as a covariance; expected one of size {space}",
            )
        self.add(argument.text, known, covariance=True)
        return known

    def mean(self, argument: _Argument, rows: Space, columns: Space) -> MatrixPolynomial:
        """A matrix of the whole shape, or a vector for every row."""
        known = self.named(argument, "a mean", f"a name, or {NOTHING}")
        column = columns == ONE
        if known is None:
            known = self.add(argument.text, fixed(argument.text, rows if column else columns, ONE))
        if (known.rows, known.cols) == (rows, columns):
            return letter(known)
        if (known.rows, known.cols) == (columns, ONE):
            return letter(ones(rows)) @ letter(known).mT
        either = "" if column else f", or a vector of size {columns}"
        raise Unreadable(
            argument.place,
            f"found {_described(known)}, as a mean; expected a matrix {rows} x {columns}{either}",
        )

    def named(self, argument: _Argument, role: str, expected: str) -> Letter | None:
        """The fixed matrix of this name, if it is known."""
        text, place = argument
        taken = {*self.letters.sizes, *self.letters.scalars, *self.letters.gaussians}
        if not NAME.fullmatch(text) or text in FUNCTIONS or text in taken:
            raise Unreadable(place, f"found {shown(text)} as {role}; expected {expected}")
        if text in self.letters.matrices:
            return self.letters.matrices[text]
        if text in self.declared:  # it is the Gaussian matrix that is read just now
            raise Unreadable(place, f"found {shown(text)} as {role}; expected {expected}")
        return None

    def matrix(self, name: str, arguments: list[_Argument]) -> None:
        self.add(name, fixed(name, *map(self.size, arguments)))

    def vector(self, name: str, arguments: list[_Argument]) -> None:
        self.add(name, fixed(name, self.size(arguments[0]), ONE))

    def symmetric(self, name: str, arguments: list[_Argument]) -> None:
        self.add(name, symmetric(name, self.size(arguments[0])))

    def psd(self, name: str, arguments: list[_Argument]) -> None:
        self.add(name, symmetric(name, self.size(arguments[0])), covariance=True)

    def ones(self, name: str, arguments: list[_Argument]) -> None:
        self.add(name, ones(self.size(arguments[0])))

    def scalar(self, name: str, arguments: list[_Argument]) -> None:
        self.letters = replace(self.letters, scalars=self.letters.scalars | {name})


def _described(a: Letter) -> str:
    kind = "symmetric" if a.is_symmetric else "not symmetric"
    return f"{a}, which is {a.rows} x {a.cols} and {kind}"


NUMBERS = {
    "gaussian": (2, 5),
    "matrix": (2, 2),
    "vector": (1, 1),
    "symmetric": (1, 1),
    "covariance": (1, 1),
    "ones": (1, 1),
    "scalar": (0, 0),
}
"""How many arguments each kind has, at least and at most."""
READ: dict[str, Callable[[_LetterReading, str, list[_Argument]], None]] = {
    "gaussian": _LetterReading.gaussian,
    "matrix": _LetterReading.matrix,
    "vector": _LetterReading.vector,
    "symmetric": _LetterReading.symmetric,
    "covariance": _LetterReading.psd,
    "ones": _LetterReading.ones,
    "scalar": _LetterReading.scalar,
}
