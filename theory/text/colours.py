"""Colours of what is drawn: they differ in lightness, so that they survive greyscale."""

EXACT, CLAIMED, REFERENCE = "#000000", "#D55E00", "#808080"
OTHERS = ("#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Of what is neither, in turn; told apart by colour-blind readers too."""
