"""Named families of exact covariances: what a configuration or a command line can say in a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from theory.errors import InputError, UnknownName

Rows = list[list[Fraction]]
LONGEST = 32
"""The longest parameter of a family that is read, in characters."""


def family(name: str, d: int) -> Rows:
    """A d x d covariance by name: ``eye``, ``power:p`` or ``equicorrelated:c``.

    ``power:p`` is diagonal with the eigenvalues ``k^-p`` for ``k = 1..d`` (p a whole number);
    ``equicorrelated:c`` has 1 on the diagonal and c elsewhere. A factor in front scales:
    ``2*eye``.

    Raises
    ------
    InputError
        If there is no such family, or its parameter is missing, malformed or out of range.

    Examples
    --------
    >>> family("equicorrelated:1/2", 2)
    [[Fraction(1, 1), Fraction(1, 2)], [Fraction(1, 2), Fraction(1, 1)]]
    >>> [row[k] for k, row in enumerate(family("2*power:1", 3))]
    [Fraction(2, 1), Fraction(1, 1), Fraction(2, 3)]
    """
    scale, times, rest = name.rpartition("*")
    kind, colon, parameter = rest.partition(":")
    if kind not in FAMILIES:
        raise UnknownName("family of covariances", kind, FAMILIES)
    needs, rows = FAMILIES[kind]
    if bool(colon) != bool(needs):
        expected = f"{kind}:{needs}" if needs else kind
        raise InputError(f"write {expected!r} for this family of covariances, got {name!r}")
    factor = _number(name, scale) if times else Fraction(1)
    if factor < 0:
        raise InputError(f"a covariance cannot be negative, got {name!r}")
    made = rows(d, _number(name, parameter) if needs else Fraction(0))
    return [[factor * entry for entry in row] for row in made]


def _number(name: str, text: str) -> Fraction:
    try:
        if len(text) > LONGEST or "e" in text.lower():
            raise ValueError
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        given, whole = (
            t if len(t) <= 2 * LONGEST else t[: 2 * LONGEST] + "..." for t in (text, name)
        )
        raise InputError(
            f"{given!r} in {whole!r} is no number such as 2, 0.3 or 2/5 (at most {LONGEST} "
            "characters, no exponent)"
        ) from None


def _eye(d: int, _: Fraction) -> Rows:
    return [[Fraction(int(j == k)) for k in range(d)] for j in range(d)]


def _power(d: int, p: Fraction) -> Rows:
    if p.denominator != 1 or abs(p) > 8:
        raise InputError(f"the power of a spectrum must be a whole number from -8 to 8, got {p}")
    return [
        [Fraction(j + 1) ** -int(p) if j == k else Fraction(0) for k in range(d)] for j in range(d)
    ]


def _equicorrelated(d: int, c: Fraction) -> Rows:
    least = Fraction(-1, d - 1) if d > 1 else Fraction(-1)
    if not least <= c <= 1:
        raise InputError(f"the correlation must lie in [{least}, 1] for d = {d}, got {c}")
    return [[Fraction(1) if j == k else c for k in range(d)] for j in range(d)]


FAMILIES: Mapping[str, tuple[str, Callable[[int, Fraction], Rows]]] = {
    "eye": ("", _eye),
    "power": ("p", _power),
    "equicorrelated": ("c", _equicorrelated),
}
"""By name: what its parameter is called (nothing if it has none), and its rows."""
