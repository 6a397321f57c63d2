"""Thin public faces: what is exported is there, documented, and complete."""

import ast
import importlib
import inspect
import pkgutil

import pytest

FACES = ("theory", "numerics")


@pytest.mark.parametrize("name", FACES)
def test_all_is_what_is_public(name):
    """What a face imports, for type checkers alone where it is lazy, it exports from there."""
    face = importlib.import_module(name)
    imports = [n for n in ast.walk(ast.parse(inspect.getsource(face))) if type(n) is ast.ImportFrom]
    ours = [node for node in imports if node.module.startswith(f"{name}.")]
    homes = {alias.name: node.module for node in ours for alias in node.names}
    assert sorted(face.__all__) == sorted(homes)
    for key, home in homes.items():
        assert getattr(face, key) is getattr(importlib.import_module(home), key)
    with pytest.raises(AttributeError):
        getattr(face, "nothing")  # noqa: B009


@pytest.mark.parametrize("name", FACES)
def test_public_names_have_docstrings(name):
    face = importlib.import_module(name)
    for key in face.__all__:
        value = getattr(face, key)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert (inspect.getdoc(value) or "").strip(), key


@pytest.mark.parametrize("name", ["theory", "numerics", "verify"])
def test_modules_say_what_they_hold(name):
    package = importlib.import_module(name)
    for info in pkgutil.walk_packages(package.__path__, f"{name}."):
        if not info.name.endswith("__main__"):
            module = importlib.import_module(info.name)
            assert (module.__doc__ or "").strip(), info.name
