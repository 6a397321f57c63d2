"""Moments of Gaussian matrices from text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from theory.algebra import symbolic
from theory.algebra.words import ONE
from theory.language.formulas.definitions import Definition
from theory.language.formulas.parser import parse
from theory.language.formulas.places import Place, Unreadable
from theory.language.formulas.size_bounds import size_bound
from theory.language.moments.letters import Let, Letters, letters
from theory.records.claimed_expectation import claiming
from theory.records.expectation import Expectation
from theory.text.latex import latex
from theory.text.provenance import Provenance


def moment(expression: str, /, *, claim: str | None = None, **lets: str) -> Expectation:
    """The expectation of a product of Gaussian and fixed matrices and vectors, with symbolic sizes.

    Parameters
    ----------
    expression
        A formula: names, sizes and numbers, ``+ - * ^``, ``'`` for transposes, ``tr(...)``; ``^-1``
        of fixed matrices.
    claim
        A formula for the expectation, in the fixed matrices, to stand beside it.
    lets
        What each name stands for: ``gaussian(n, d, S, M, R)``, ``matrix(n, d)``, ``vector(d)``,
        ``symmetric(d)``, ``covariance(d)``, ``ones(n)``, ``scalar()``; see
        :func:`~theory.language.moments.letters.letters`.

    Returns
    -------
    Expectation
        It prints itself, as LaTeX in a notebook; ``value`` and ``expression`` are exact.

    Raises
    ------
    InputError
        With the place, what was found, and what was expected.

    Examples
    --------
    >>> moment("X'*A*X", X="gaussian(n, d, S)", A="matrix(n, n)")
    E[Xᵀ·A·X] = tr(A)·S
    >>> moment("x'*x", x="gaussian(d, 1, S)").expression
    Trace(S)
    """
    found = [Let(name, text, Place(name)) for name, text in lets.items()]
    return expectation_of(expression, found, claim)


def expectation_of(
    expression: str,
    lets: Iterable[Let],
    claim: str | None = None,
    places: Mapping[str, Place] = {},
    where: Mapping[str, str] = {},
) -> Expectation:
    """The same from declarations with their places; ``places`` are those of the two formulas.

    ``where`` has abbreviations in the claim, for matrices.
    """
    known = letters(lets)
    tree = parse(expression, places.get("expression", Place("moment")))
    size_bound(tree, frozenset(known.matrices))
    found = Expectation(
        id="moment",
        title=expression.strip(),
        says="",
        provenance=Provenance.DERIVED,
        assumptions=tuple(_assumptions(known)),
        tree=tree,
        letters=known,
    )
    assert found.product is not None  # what cannot be read is told now
    if not known.gaussians:
        raise Unreadable(tree.place, "found no Gaussian matrix; expected one that --let declares")
    if claim is None:
        return found
    meant = [
        Definition(name, parse(text, Place(name)), Place(name)) for name, text in where.items()
    ]
    return claiming(found, parse(claim, places.get("claim", Place("claim"))), meant)


def _assumptions(known: Letters) -> Iterator[str]:
    for name in known.gaussians:
        a = known.matrices[name]
        sides = [
            "I" if c is None else latex(symbolic.symbol(c))
            for c in (a.row_covariance, a.column_covariance)
        ]
        covariance = sides[0] if a.cols == ONE else rf"{sides[0]} \otimes {sides[1]}"
        mean_of = known.means.get(name)
        centre = "0" if mean_of is None else latex(symbolic.matrix(mean_of))
        yield (
            rf"${latex(symbolic.symbol(a))} \sim \mathcal{{N}}({centre}, {covariance})$ is "
            f"${latex(a.rows.dimension)} \\times {latex(a.cols.dimension)}$"
        )
    if len(known.gaussians) > 1:
        yield "Gaussian matrices of different names are independent"
