"""The predictors on one prompt, literally as defined: loops, ``+`` and ``*`` only.

These are the naive twins of :mod:`numerics.models` and :mod:`numerics.stacks`, to be audited at
sight. Arguments are indexable (nested lists, arrays, tensors) of anything that can be added and
multiplied, ``Fraction`` included: ``x`` the query (d), ``X`` the features (n x d, a row per
example), ``y`` the labels (n).
"""

from __future__ import annotations

from typing import Any


def pgd(x: Any, X: Any, y: Any, W: Any) -> Any:
    """``x' W X' y`` with ``W`` d x d.

    >>> pgd([1, 2], [[3, 4]], [5], [[1, 10], [100, 1000]])
    43215
    """
    return wpgd(x, X, y, W, [1] * len(y))


def wpgd(x: Any, X: Any, y: Any, W: Any, omega: Any) -> Any:
    """``x' W X' (omega * y)`` with ``W`` d x d and ``omega`` of length n.

    >>> wpgd([1], [[2], [3]], [5, 7], [[1]], [10, 100])
    2200
    """
    total = 0
    for a in range(len(x)):
        for b in range(len(x)):
            for i in range(len(y)):
                total = total + x[a] * W[a][b] * X[i][b] * omega[i] * y[i]
    return total


def att(x: Any, X: Any, y: Any, W_q: Any, W_k: Any, W_v: Any, h: Any) -> Any:
    """``(z' W_q W_k' Z0') Z0 W_v h`` with matrices d+1 x d+1 and ``h`` of length d+1.

    >>> att([2], [[3]], [5], [[1, 0], [0, 0]], [[1, 0], [0, 0]], [[0, 0], [1, 0]], [1, 0])
    30
    """
    z, Z0 = tokens(x, X, y)
    query, keys, values = row(z, W_q), [row(t, W_k) for t in Z0], [row(t, W_v) for t in Z0]
    total = 0
    for key, value in zip(keys, values, strict=True):
        total = total + dot(query, key) * dot(value, h)
    return total


def ssm(x: Any, X: Any, y: Any, W_q: Any, W_k: Any, W_v: Any, h: Any, f: Any) -> Any:
    """``((z' W_q) * ((Z0 W_k * Z0 W_v) conv f)_last) h``, ``f = (f_1, ..., f_n)`` the filter.

    Lag 0 of the causal convolution meets the query's own, zero row only.

    >>> one = [[1, 0], [0, 0]]
    >>> ssm([2], [[3], [4]], [5, 6], one, one, [[0, 0], [1, 0]], [1, 0], [1, 10])
    348
    """
    z, Z0 = tokens(x, X, y)
    query, keys, values = row(z, W_q), [row(t, W_k) for t in Z0], [row(t, W_v) for t in Z0]
    last = len(Z0) - 1
    total = 0
    for k in range(len(h)):
        convolved = 0
        for i in range(last):
            lag = last - i
            convolved = convolved + f[lag - 1] * keys[i][k] * values[i][k]
        total = total + query[k] * convolved * h[k]
    return total


def stack(x: Any, X: Any, y: Any, a: Any, w: Any, v: Any) -> Any:
    """Layers of attention ``a_l x_t' x_i`` with the values ``w_l y_i + v_l u_i``, added to u.

    Every u begins at 0; the prediction is that of the query, which no token attends to.

    >>> stack([2], [[3]], [5], [1, 10], [1, 0], [0, 1])
    2730
    """
    rows, moved = [*X, x], [0] * (len(y) + 1)
    for scale, of_label, of_moved in zip(a, w, v, strict=True):
        values = [of_label * y[i] + of_moved * moved[i] for i in range(len(y))]
        moved = [
            moved[t] + sum(scale * dot(rows[t], X[i]) * values[i] for i in range(len(y)))
            for t in range(len(rows))
        ]
    return moved[-1]


def tokens(x: Any, X: Any, y: Any) -> tuple[list[Any], list[list[Any]]]:
    """The query token ``z = [x; 0]`` and ``Z0``: rows ``[x_i; y_i]`` and a zero row for the query.

    >>> tokens([1], [[2], [3]], [4, 5])
    ([1, 0], [[2, 4], [3, 5], [0, 0]])
    """
    examples = [[*X[i], y[i]] for i in range(len(y))]
    return [*x, 0], [*examples, [0] * (len(x) + 1)]


def row(z: Any, W: Any) -> list[Any]:
    """The row vector ``z' W``.

    >>> row([1, 2], [[3, 4], [5, 6]])
    [13, 16]
    """
    return [sum(z[a] * W[a][b] for a in range(len(z))) for b in range(len(W[0]))]


def dot(u: Any, v: Any) -> Any:
    """``u' v``.

    >>> dot([1, 2], [3, 4])
    11
    """
    return sum(u[a] * v[a] for a in range(len(u)))
