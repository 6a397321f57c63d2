"""The public face is complete."""

import sys

import numerics


def test_all_names_what_is_public() -> None:
    modules = {name for name, value in vars(numerics).items() if type(value) is type(sys)}
    public = {name for name in vars(numerics) if not name.startswith("_")} - modules
    assert set(numerics.__all__) == public | {"device"}
