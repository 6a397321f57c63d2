"""Claims about the designs that ship, each with the judgement that it has to get.

They are right and wrong ones of the papers and of their kind: what a user of
``python -m verify claim`` might type. None of them was chosen for its time.
"""

from __future__ import annotations

from dataclasses import dataclass

from theory.catalogue import statement
from theory.language.formulas.writing import written

JUDGEMENTS = ("exact", "right in the limit", "refuted", "undecided")


@dataclass(frozen=True)
class Claim:
    """Formulas about a design that ships, and what the judgement has to be.

    Parameters
    ----------
    design
        The name of the file.
    what
        What is claimed, in words.
    weight, risk
        The formulas; without any, the claims of the file itself.
    limit
        The limit that the claim is made in, if any.
    changes
        What is replaced in the text of the file before, and by what.
    """

    design: str
    what: str
    weight: str | None = None
    risk: str | None = None
    limit: str | None = None
    changes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        formulas = {"weight": self.weight, "risk": self.risk}
        names = " and ".join(name for name, formula in formulas.items() if formula is not None)
        where = "" if self.limit is None else f", in the limit {self.limit}"
        return f"{names + ': ' if names else ''}{self.what}{where}"


def claims() -> dict[str, tuple[Claim, ...]]:
    """A dozen claims for each judgement, or a few more."""
    return dict(zip(JUDGEMENTS, (_exact(), _in_the_limit(), _refuted(), _undecided()), strict=True))


def formula(id: str, quantity: str) -> str:
    """A scalar formula of the catalogue in the grammar of claims.

    >>> formula("corollary1", "weight")
    '1/(d + n + 1)'
    """
    return written(getattr(statement(id).claim, quantity).expression)


PROPORTIONAL = "proportional"
KAPPA = "(alpha^2*d + 1)"
SECOND = "(tr(Sigma_x*Sigma_beta) + sigma^2)"
SIGMA = "(Sigma_x^(1/2)*Sigma_beta*Sigma_x^(1/2))"
RESOLVENT = f"((n + 1)*I + {SECOND}*{SIGMA}^-1)^-1"
THEOREM_1 = f"Sigma_x^(-1/2)*{RESOLVENT}*Sigma_x^(-1/2)"
THEOREM_1_RISK = f"{SECOND} - n*tr({SIGMA}*{RESOLVENT})"
WITHOUT_ROOTS = f"((n + 1)*Sigma_x + {SECOND}*Sigma_beta^-1)^-1"
WITHOUT_ROOTS_RISK = (
    f"{SECOND} - n*tr(Sigma_beta*Sigma_x*Sigma_beta*Sigma_x"
    f"*({SECOND}*I + (n + 1)*Sigma_beta*Sigma_x)^-1)"
)
SHIFTED_RISK = (
    "tr(Sigma_q*Sigma_beta) + sigma^2 - n*tr(Sigma_q*Sigma_beta*Sigma_x*Sigma_beta"
    f"*({SECOND}*I + (n + 1)*Sigma_x*Sigma_beta)^-1)"
)
AHN = "n*((n + 1)*Sigma + tr(Sigma)*I)^-1"
AHN_RISK = "tr(Sigma) - n*tr(Sigma^2*((n + 1)*Sigma + tr(Sigma)*I)^-1)"
MAHANKALI = "1/(n + d + 1 + sigma^2)"
MAHANKALI_RISK = "d + sigma^2 - n*d/(n + d + 1 + sigma^2)"
GROWING = "n + d + 1 + sigma^2*(n + 1)*(2*n + 1)/6"
RISING = "n + d + 1 + sigma^2*(n + 1)/(2*n)"
DRIFT = "(4*d*n^2 + 2*d + 3*n^3 + 4*n^2 + 3*n + 2)"
RAG = (
    "(alpha^2*(d + 1) + 1)/((n - 1)*(alpha^4*(d^2 + 4*d + 5) + alpha^2*(2*d + 2) + 1)"
    " + alpha^2*(d^2 + d*sigma^2 + 5*d + sigma^2 + 6) + d + sigma^2 + 2)"
)
COMMUTATOR = "(Sigma_x*Sigma_beta - Sigma_beta*Sigma_x)"
FAR_ROOT = "(sqrt((n - 10^20)^2) + n - 10^20)"
"""Zero up to n = 10^20, and not beyond."""
UP_TO_14 = "*".join(f"(d - {k})" for k in range(1, 15))
"""Zero for d = 1 to 14."""
WITH_A_LIMIT = (
    ('noise = "sigma"', 'noise = "sigma"\n[limits.proportional]\nn = "d/nu"\nsigma = "sqrt(s*d)"'),
)
EITHER_SIGN = (('sigma = [0, "oo"]', 'sigma = ["-oo", "oo"]'),)
ALPHA_IS_ZERO = (("alpha = [0, 1]", "alpha = [0, 0]"),)


def _exact() -> tuple[Claim, ...]:
    return (
        Claim("isotropic-noiseless", "Corollary 1", weight=formula("corollary1", "weight")),
        Claim("isotropic-noiseless", "Corollary 1", risk=formula("corollary1", "risk")),
        Claim("mahankali-2023", "the claim of the file, a weight"),
        Claim("mahankali-2023", "the risk that belongs to it", risk=MAHANKALI_RISK),
        Claim(
            "mahankali-2023",
            "a root of a square",
            weight="1/(n + d + 1 + sigma*sqrt(sigma^2))",
        ),
        Claim("growing-noise", "the optimum", weight=f"1/({GROWING})"),
        Claim("heteroscedastic", "the optimum", risk=f"d + sigma^2 - n*d/({RISING})"),
        Claim("drifting", "the optimum", weight=f"3*n*(n + 1)/{DRIFT}"),
        Claim("rag", "the optimum, without approximation", weight=RAG),
        Claim("ahn-2023", "the claim of the file, a weight"),
        Claim("ahn-2023", "the risk that belongs to it", risk=AHN_RISK),
        Claim("independent", "Theorem 1, with roots", weight=THEOREM_1),
        Claim("independent", "Theorem 1, with roots", risk=THEOREM_1_RISK),
        Claim("independent", "Theorem 1", weight=THEOREM_1, risk=THEOREM_1_RISK),
        Claim("independent", "without roots", weight=WITHOUT_ROOTS),
        Claim("covariate-shift", "Theorem 1's", weight=WITHOUT_ROOTS),
        Claim("covariate-shift", "the optimum", risk=SHIFTED_RISK),
    )


def _in_the_limit() -> tuple[Claim, ...]:
    theorem_2, theorem_3 = (
        {quantity: formula(id, quantity) for quantity in ("weight", "risk")}
        for id in ("theorem2", "theorem3")
    )
    return (
        Claim("rag", "Theorem 2", risk=theorem_2["risk"], limit=PROPORTIONAL),
        Claim("rag", "Theorem 2", weight=theorem_2["weight"], limit=PROPORTIONAL),
        Claim("rag", "Theorem 2, as if exact", risk=theorem_2["risk"]),
        Claim("rag", "Theorem 2, as if exact", **theorem_2),
        Claim("rag-unit", "Theorem 2's", risk=theorem_2["risk"], limit=PROPORTIONAL),
        Claim("task-aligned", "Theorem 3", risk=theorem_3["risk"], limit=PROPORTIONAL),
        Claim("task-aligned", "Theorem 3", weight=theorem_3["weight"], limit=PROPORTIONAL),
        Claim("task-aligned", "Theorem 3, as if exact", **theorem_3),
        Claim("task-aligned-normalised", "Theorem 3's", risk=theorem_3["risk"], limit=PROPORTIONAL),
        Claim("isotropic-noiseless", "without the 1", weight="1/(n + d)", limit=PROPORTIONAL),
        Claim("isotropic-noiseless", "without the 1, as if exact", risk="d - n*d/(n + d)"),
        Claim("drifting", "its leading term", weight="3/(4*d + 3*n)", limit=PROPORTIONAL),
        Claim("drifting-away", "n + 1 for n - 1, as if exact", weight=f"3*n*(n + 1)/{DRIFT}"),
        Claim("heteroscedastic", "as if exact", risk="d + sigma^2 - n*d/(n + d + sigma^2/2)"),
    )


def _refuted() -> tuple[Claim, ...]:
    theorem_2 = formula("theorem2", "risk")
    return (
        Claim("mahankali-2023", "without the 1", weight="1/(n + d + sigma^2)"),
        Claim("isotropic-noiseless", "with 1/n in the prediction", weight="n/(n + d + 1)"),
        Claim("growing-noise", "wrong noise", weight="1/(n + d + 1 + sigma^2*n*(n + 1)/2)"),
        Claim("rag", "independent data's", risk=MAHANKALI_RISK),
        Claim(
            "rag",
            "Theorem 2 with alpha for alpha^2",
            risk=theorem_2.replace("alpha^2", "alpha"),
            limit=PROPORTIONAL,
        ),
        Claim("task-aligned", "Theorem 2's", risk=theorem_2, limit=PROPORTIONAL),
        Claim("decaying-retrieval", "independent data's", weight=MAHANKALI),
        Claim("noisy-retrieval", "independent data's", risk=MAHANKALI_RISK),
        Claim("ahn-2023", "n for n + 1", weight="(Sigma + tr(Sigma)/n*I)^-1"),
        Claim("independent", "n for n + 1", weight=WITHOUT_ROOTS.replace("n + 1", "n")),
        Claim(
            "independent",
            "right where the covariances commute",
            risk=f"{WITHOUT_ROOTS_RISK} + tr({COMMUTATOR}^2)",
        ),
        Claim(
            "covariate-shift",
            "the query's covariance",
            weight=WITHOUT_ROOTS.replace("(n + 1)*Sigma_x", "(n + 1)*Sigma_q"),
        ),
        Claim(
            "retrieval-off-axis",
            "as if independent",
            weight="((n + 1)*Sigma_e + (tr(Sigma_e) + sigma^2)*I)^-1",
        ),
        Claim("rag-general", "Theorem 1's", weight=WITHOUT_ROOTS),
        Claim("task-aligned-general", "Theorem 1's", risk=WITHOUT_ROOTS_RISK),
        Claim("ahn-2023", "right up to d = 14", weight=f"{AHN} + {UP_TO_14}*tr(Sigma)*I"),
        Claim(
            "independent",
            "right up to d = 14",
            weight=f"{WITHOUT_ROOTS} + {UP_TO_14}*tr(Sigma_x)*I",
        ),
    )


def _undecided() -> tuple[Claim, ...]:
    zero = {"what": "zero, without a leading term", "limit": PROPORTIONAL}
    limited = {"limit": PROPORTIONAL, "changes": WITH_A_LIMIT}
    return (
        Claim("isotropic-noiseless", risk="0", **zero),
        Claim("rag", weight="0", **zero),
        Claim(
            "mahankali-2023",
            "a root of a fourth power",
            weight="1/(n + d + 1 + sqrt(sigma^4))",
            changes=EITHER_SIGN,
        ),
        Claim("mahankali-2023", "right up to n = 10^20", weight=f"{MAHANKALI} + {FAR_ROOT}"),
        Claim("rag", "a root of what is negative", weight=f"{RAG} + sqrt(alpha - 2)"),
        Claim(
            "noisy-retrieval",
            "right, with alpha = 0 alone",
            weight=MAHANKALI,
            changes=ALPHA_IS_ZERO,
        ),
        Claim(
            "noisy-retrieval",
            "right, with alpha = 0 alone",
            risk=MAHANKALI_RISK,
            changes=ALPHA_IS_ZERO,
        ),
        Claim("independent", "covariances", risk=f"{SECOND} - n*tr(Sigma_x)", **limited),
        Claim("independent", "no covariances", risk="d + sigma^2", **limited),
        Claim("rag-general", "no covariances", risk="d + sigma^2", **limited),
        Claim("ahn-2023", "right up to n = 10^20", weight=f"{AHN} + {FAR_ROOT}*I"),
        Claim(
            "independent",
            "right up to n = 10^20",
            risk=f"{WITHOUT_ROOTS_RISK} + {FAR_ROOT}*tr(Sigma_x)",
        ),
        Claim(
            "task-aligned-general",
            "right, with alpha = 0 alone",
            risk=WITHOUT_ROOTS_RISK,
            changes=ALPHA_IS_ZERO,
        ),
    )
