"""Expectations of scalars and of matrices of any shape."""

from __future__ import annotations

from theory.algebra.calculus import derivative
from theory.algebra.moments import expectation
from theory.algebra.polynomials import MatrixPolynomial, TracePolynomial, letter
from theory.algebra.words import Letter, Space, fixed

Polynomial = TracePolynomial | MatrixPolynomial


def probe(rows: Space, cols: Space) -> Letter:
    """The matrix by which a scalar is differentiated to give a matrix; no other has its name."""
    return fixed("?", rows, cols)


def form(value: Polynomial) -> TracePolynomial:
    """A scalar as it is; the trace of a matrix with a test letter.

    Two matrices are equal where their forms are: vectors in a word may make numbers of parts of it,
    which a form sees.

    >>> from theory.algebra.words import D, ONE
    >>> x = letter(fixed("x", D, ONE))
    >>> left, right = x @ x.mT @ x @ x.mT, (x.mT @ x).trace() * (x @ x.mT)
    >>> left == right, form(left) == form(right)
    (False, True)
    """
    if isinstance(value, TracePolynomial):
        return value
    return (letter(probe(value.rows, value.cols)).mT @ value).trace()


def mean(value: Polynomial, most: int | None = None) -> Polynomial:
    """The exact expectation over all Gaussian letters, of the shape that the value has.

    ``most`` is as for :func:`~theory.algebra.moments.expectation`.

    >>> from theory.algebra.words import D, N, gaussian
    >>> X, A = letter(gaussian("X", N, D)), letter(fixed("A", N, N))
    >>> mean(X.mT @ A @ X)
    1 tr(A)
    >>> mean((X.mT @ A @ X).trace())
    d tr(A)
    """
    found = expectation(form(value), most)
    if isinstance(value, TracePolynomial):
        return found
    return derivative(found, probe(value.rows, value.cols))
