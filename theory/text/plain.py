"""Notation as text: what LaTeX pieces look like where there is no LaTeX.

A small closed table: notation that is not in it is shown as it is.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

GREEK = {
    **{"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "theta": "θ", "kappa": "κ"},
    **{"lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ", "sigma": "σ", "tau": "τ"},
    **{"omega": "ω", "Gamma": "Γ", "Sigma": "Σ", "Omega": "Ω", "Delta": "Δ", "Lambda": "Λ"},
    **{"epsilon": "ε", "zeta": "ζ", "eta": "η", "iota": "ι", "pi": "π", "phi": "φ", "chi": "χ"},
    **{"psi": "ψ", "Theta": "Θ", "Xi": "Ξ", "Pi": "Π", "Phi": "Φ", "Psi": "Ψ", "upsilon": "υ"},
}
SIGNS = {
    "le": ("≤", "<="),
    "ge": ("≥", ">="),
    "ne": ("≠", "!="),
    "in": ("∈", "in"),
    "notin": ("∉", "not in"),
    "sim": ("~", "~"),
    "approx": ("≈", "~="),
    "propto": ("∝", "~"),
    "to": ("→", "->"),
    "iff": ("⟺", "<=>"),
    "succ": ("≻", ">"),
    "infty": ("∞", "oo"),
    "nabla": ("∇", "grad"),
    "partial": ("∂", "d"),
    "otimes": ("⊗", "(x)"),
    "cdot": ("·", "*"),
    "times": ("×", "x"),
    "dots": ("...", "..."),
    "sum": ("Σ", "sum"),
    "star": ("*", "*"),
    "ast": ("*", "*"),
    "top": ("ᵀ", "'"),
    "|": ("‖", "||"),
    "langle": ("⟨", "<"),
    "rangle": ("⟩", ">"),
    "min": ("min", "min"),
    "max": ("max", "max"),
    "lim": ("lim", "lim"),
}
"""Signs in Unicode and in ASCII."""
RAISED = dict(zip("0123456789+-()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ", strict=True))
LOWERED = dict(
    zip("0123456789+-()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
LOWERED |= dict(zip("βγρφχ", "ᵦᵧᵨᵩᵪ", strict=True))
BLANKS = {",", ";", " ", "quad", "qquad"}
SHOWN = {"mathbb", "mathrm", "mathcal", "mathbf", "text", "operatorname"}
"""Commands whose argument is shown as it is."""
_TOKEN = re.compile(r"\\([A-Za-z]+|.)|([{}^_&])|([^\\{}^_&]+)", re.DOTALL)


def plain(notation: str, unicode: bool = True) -> str:
    r"""A piece of notation as text.

    >>> plain(r"\lambda_{\min}(\nabla^2 L) \ge 0"), plain(r"\frac{a + b}{c}^\top", unicode=False)
    ('λ_min(∇² L) ≥ 0', "(a + b)/c'")
    """
    tokens = [(m[1], m[2] or m[3] or "") for m in _TOKEN.finditer(notation)]
    made = re.sub(r" {2,}", " ", _PlainReading(tokens, unicode).all())
    return re.sub(r" (?=[,;)])|(?<=[\[∂∇]) | (?=\])", "", made)


def words(text: str, unicode: bool = True) -> str:
    r"""Words with notation between dollar signs, as text.

    >>> words(r"where $\sigma^2 > 0$")
    'where σ² > 0'
    """
    return re.sub(r"\$([^$]+)\$", lambda found: plain(found[1], unicode), text)


def raised(text: str, unicode: bool = True) -> str:
    """An exponent.

    >>> raised("2"), raised("-1/2"), raised("2", unicode=False)
    ('²', '^(-1/2)', '^2')
    """
    if unicode and all(c in RAISED for c in text):
        return "".join(RAISED[c] for c in text)
    return f"^{text}" if text.isalnum() else f"^({text})"


def lowered(text: str, unicode: bool = True) -> str:
    """A subscript.

    >>> lowered("x"), lowered("ATT"), lowered("1", unicode=False)
    ('ₓ', '_ATT', '_1')
    """
    short = len(text) < 3 or text.isdigit()
    if unicode and short and all(c in LOWERED for c in text):
        return "".join(LOWERED[c] for c in text)
    return f"_{text}" if re.fullmatch(r"\w+|\(.*\)", text) else f"_({text})"


class _PlainReading:
    """Tokens from left to right, once."""

    def __init__(self, tokens: Iterable[tuple[str | None, str]], unicode: bool):
        self.tokens, self.unicode = deque(tokens), unicode

    def all(self) -> str:
        """Up to the end of the group."""
        made = ""
        while self.tokens:
            command, text = self.tokens.popleft()
            if text == "}":
                break
            made += self._one(command, text)
        return made

    def argument(self) -> str:
        """What follows: a group, a command, or one character."""
        while self.tokens:
            command, text = self.tokens.popleft()
            if command is None and text[1:]:
                self.tokens.appendleft((None, text[1:]))
                text = text[0]
            if command is not None or not text.isspace():
                return self._one(command, text)
        return ""

    def _one(self, command: str | None, text: str) -> str:
        if command is not None:
            return self._command(command)
        if text == "{":
            return self.all()
        if text == "^":
            inside = self.argument()
            whole = inside in ("*", "ᵀ", "'", "*ᵀ", "*'")
            return inside if whole else raised(inside, self.unicode)
        if text == "_":
            return lowered(self.argument(), self.unicode)
        return ", " if text == "&" else text

    def _command(self, command: str) -> str:
        if command == "frac":
            return "/".join(_group(self.argument().replace("∂ ", "∂")) for _ in range(2))
        if command == "binom":
            return f"C({self.argument()}, {self.argument()})"
        if command == "sqrt":
            return f"sqrt({self.argument()})"
        if command == "hat":
            return self.argument() + ("\u0302" if self.unicode else "_hat")
        if command in ("begin", "end"):
            self.argument()
            return "[" if command == "begin" else "]"
        if command in SHOWN:
            return self.argument()
        if command in ("left", "right", "!"):
            return ""
        if command in BLANKS or command == "\n":
            return " "
        if command == "\\":
            return "; "
        if command in GREEK:
            return GREEK[command] if self.unicode else command
        if command in SIGNS:
            return SIGNS[command][not self.unicode]
        return command if len(command) == 1 else f"\\{command}"


def _group(text: str) -> str:
    return f"({text})" if re.search(r"[ +*/-]", text) else text
