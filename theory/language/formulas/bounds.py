"""How large an untrusted formula, and what is read from it, may be."""

FORMULA = 2_000
"""Characters of a formula."""
NESTING = 20
"""How deep a formula may nest: parentheses, calls, signs in front and exponents count.

Low enough that nothing which walks over the formula, SymPy included, comes near the interpreter's
limit on recursion.
"""
DEPTH = 4 * NESTING
"""How deep the tree of a formula may be once its definitions are written out."""
NAME = 32
"""Characters of a name."""
DIGITS = 30
"""Digits of one number."""
ROOT = 9
"""Digits of the numerator times the denominator of a number under a root.

Every square factor of so small a number is found at once, so that sums of roots of numbers vanish
only where SymPy sees it.
"""
ROOTS = 2
"""How deep roots may nest: at given sizes they are roots of roots of numbers, on which SymPy spends
minutes.
"""
POWERS = 4
"""How deep powers of sums and products of matrices may nest: each doubles the time SymPy takes."""
EXPONENT = 20
"""The largest exponent, either sign."""
TERMS = 1_000_000
"""Terms of a formula's numerator or denominator, written out."""
DEGREE = 100
"""Degree of a formula's numerator or denominator, in all names together."""
LENGTH = 300
"""Digits of a formula's numbers, written out."""
VECTOR_TERMS = 64
"""Terms of a linear combination of vectors, written out."""
LABEL_TERMS, DOTS = 8, 4
"""Terms of a label, written out, and dot products in one of them."""
FACTORS = 8
"""Covariances in front of one vector."""
SHOWN = 40
"""Characters that an error shows of what it found."""
