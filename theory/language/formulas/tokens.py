"""A formula cut into numbers, names and symbols."""

from __future__ import annotations

import string
import unicodedata
from enum import Enum
from typing import NamedTuple

from theory.language.formulas import bounds
from theory.language.formulas.places import Place, Unreadable, shown

LETTERS = frozenset(string.ascii_letters)
DIGITS = frozenset(string.digits)
WORD = LETTERS | DIGITS | {"_"}
SYMBOLS = frozenset("+-*/^()',")
WANTED = "expected numbers, names, + - * / ^, parentheses, or sqrt, tr, dot or outer of something"

# What looks like a symbol, or means the same, and is not ASCII.
MEANT = {
    "−": "-",
    "–": "-",
    "—": "-",
    "·": "*",
    "×": "*",
    "∗": "*",
    "⋅": "*",
    "÷": "/",
    "∕": "/",
    "²": "^2",
    "³": "^3",
    "√": "sqrt(...)",
    "ᵀ": "'",
    "⊤": "'",
    "′": "'",
    "’": "'",
    "[": "(",
    "]": ")",
    "{": "(",
    "}": ")",
    "\n": "a formula on one line",
}


class TokenKind(Enum):
    """What a token is."""

    NUMBER = "number"
    NAME = "name"
    SYMBOL = "symbol"
    END = "end"


class Token(NamedTuple):
    """A piece of a formula."""

    kind: TokenKind
    text: str
    place: Place

    def __str__(self) -> str:
        return "the end of the formula" if self.kind is TokenKind.END else shown(self.text)


def tokens(text: str, place: Place) -> list[Token]:
    """Cut a formula; the last token is the end.

    Raises :class:`~theory.language.formulas.places.Unreadable` at the first character that fits
    nowhere.

    Examples
    --------
    >>> [t.text for t in tokens("2.5*sigma^2", Place("--risk"))]
    ['2.5', '*', 'sigma', '^', '2', '']
    """
    if len(text) > bounds.FORMULA:
        raise Unreadable(
            place.after(bounds.FORMULA),
            f"found a formula of {len(text)} characters; expected at most {bounds.FORMULA}",
        )
    found = []
    at = 0
    while at < len(text):
        here, character = place.after(at), text[at]
        if character in " \t":
            at += 1
        elif character in SYMBOLS:
            found.append(Token(TokenKind.SYMBOL, character, here))
            at += 1
        elif character in LETTERS:
            end = _end(text, at, WORD)
            if end - at > bounds.NAME:
                raise Unreadable(
                    here,
                    f"found a name of {end - at} characters, {shown(text[at:end])}; expected at "
                    f"most {bounds.NAME}",
                )
            found.append(Token(TokenKind.NAME, text[at:end], here))
            at = end
        elif character in DIGITS:
            end = _number(text, at, here)
            found.append(Token(TokenKind.NUMBER, text[at:end], here))
            at = end
        else:
            raise Unreadable(here, f"found {_described(character)}; {WANTED}")
    return [*found, Token(TokenKind.END, "", place.after(len(text)))]


def _end(text: str, at: int, allowed: frozenset[str]) -> int:
    while at < len(text) and text[at] in allowed:
        at += 1
    return at


def _number(text: str, at: int, here: Place) -> int:
    """Where the number that begins here ends."""
    end = _end(text, at, DIGITS)
    digits = end - at
    if text[end : end + 1] == ".":
        whole, end = end, _end(text, end + 1, DIGITS)
        if end == whole + 1:
            raise Unreadable(
                here.after(whole - at), "found '.' after a number; expected digits, as in 0.5"
            )
        digits = end - at - 1
    if digits > bounds.DIGITS:
        raise Unreadable(
            here, f"found a number of {digits} digits; expected at most {bounds.DIGITS}"
        )
    return end


def _described(character: str) -> str:
    """A character that fits nowhere, and what was probably meant."""
    name = unicodedata.name(character, "")
    meant = MEANT.get(character, "")
    for size in ("SMALL", "CAPITAL"):
        greek = name.removeprefix(f"GREEK {size} LETTER ")
        if greek != name and greek.isalpha():
            meant = greek.lower() if size == "SMALL" else greek.capitalize()
    if character == ".":
        meant = "a digit before the point, as in 0.5"
    code = "" if character.isascii() else f" (U+{ord(character):04X} {name})".replace(" )", ")")
    return repr(character) + code + (f" (write {meant})" if meant else "")
