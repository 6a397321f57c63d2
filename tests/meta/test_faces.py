"""Thin public faces: what is exported is there, documented, and complete."""

import importlib
import inspect
import pkgutil

import pytest

FACES = ("theory", "numerics")


@pytest.mark.parametrize("name", FACES)
def test_all_is_what_is_public(name):
    face = importlib.import_module(name)
    public = {
        key
        for key, value in vars(face).items()
        if not key.startswith("_") and not inspect.ismodule(value) and key != "annotations"
    }
    assert sorted(face.__all__) == sorted(public)


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
