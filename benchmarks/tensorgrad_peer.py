"""Worker: times a Gaussian moment in tensorgrad. Runs in tensorgrad's environment, not in ours.

Reads ``{"k": ..., "n": ..., "S": ..., "plain": ..., "repeats": ...}`` from standard input, and
prints the seconds of each run (the first one first) and the value of the moment at n and S; where
it is plain, S is left out of the moment and only has the size d.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from typing import Any

import numpy as np
import sympy
from tensorgrad import Delta, Expectation, Product, Sum, Tensor, Variable
from tensorgrad.functions import _PowerFunction
from tensorgrad.tensor import Function, Rename

n, d = sympy.symbols("n d")


def moment(k: int, plain: bool = False) -> Tensor:
    """``E tr((X'X S)^k)``, as tensorgrad leaves it after full simplification; plain: without S."""
    X = Variable("X", i=n, j=d)
    S = Variable("S", a=d, b=d).with_symmetries("a b")
    factors = []
    for t in range(k):
        # sum over i, c: X[i, b_t] X[i, c_t] S[c_t, b_t+1]; without S, c_t is b_t+1
        after = f"b{(t + 1) % k}"
        factors += [X.rename(i=f"i{t}", j=f"b{t}")]
        factors += [X.rename(i=f"i{t}", j=after if plain else f"c{t}")]
        factors += [] if plain else [S.rename(a=f"c{t}", b=after)]
    return Expectation(Product(factors), X).full_simplify()


Value = tuple[np.ndarray, tuple[str, ...]]


def value(tensor: Tensor, sizes: dict[sympy.Symbol, int], S: np.ndarray) -> Value:
    """An array of integers and the names of its axes; tensorgrad's own needs an older torch.

    Raises TypeError for any node but those of a finished polynomial, so that an expectation or a
    derivative that was left standing does not pass.
    """
    if isinstance(tensor, Rename):
        array, edges = value(tensor.tensor, sizes, S)
        return array, tuple(tensor.mapping.get(e, e) for e in edges)
    if isinstance(tensor, Variable) and tensor.name == "S":
        return S, tuple(tensor.edges)  # symmetric: the order of its axes does not matter
    if isinstance(tensor, Delta):
        size, order = sizes[tensor.size], len(tensor.edges)
        if order == 0:
            return np.array(size), ()
        array = np.zeros((size,) * order, dtype=int)
        array[(range(size),) * order] = 1
        return array, tuple(tensor.edges)
    if isinstance(tensor, Product):
        return contracted([value(f, sizes, S) for f in tensor.factors], tuple(tensor.edges))
    if isinstance(tensor, Sum):
        edges = tuple(tensor.edges)
        terms = [contracted([value(t, sizes, S)], edges)[0] for t in tensor.terms]
        return sum(w * t for w, t in zip(tensor.weights, terms, strict=True)), edges
    if isinstance(tensor, Function) and isinstance(tensor.signature, _PowerFunction):
        (inner,) = tensor.inputs
        array, edges = value(inner, sizes, S)
        return array ** int(tensor.signature.k), edges
    raise TypeError(f"not a finished polynomial: {type(tensor).__name__}")


def contracted(values: list[Value], edges: tuple[str, ...]) -> Value:
    """The product of arrays, summed over all axes but ``edges``."""
    labels: dict[str, int] = {}
    operands: list[Any] = []
    for array, names in values:
        operands += [array, [labels.setdefault(e, len(labels)) for e in names]]
    return np.einsum(*operands, [labels[e] for e in edges]), edges


def main() -> None:
    """Answer one question."""
    question = json.load(sys.stdin)
    S = np.array(question["S"])
    seconds, values = [], set()
    for _ in range(1 + question["repeats"]):
        start = time.process_time()
        found = moment(question["k"], question["plain"])
        seconds.append(time.process_time() - start)
        values.add(int(value(found, {n: question["n"], d: len(S)}, S)[0]))
    (only,) = values
    print(json.dumps({"seconds": seconds, "value": only, "torch": version("torch")}))


if __name__ == "__main__":
    main()
