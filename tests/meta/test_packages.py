"""Everything that belongs to a package is installed with it."""

import ast
import configparser
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    path.relative_to(ROOT)
    for top in ("theory", "numerics", "verify")
    for path in sorted((ROOT / top).rglob("*"))
    if path.is_file() and path.parent.name != "__pycache__"
]
FOLDERS = sorted({path.parent for path in FILES if path.suffix == ".py"})


@pytest.fixture(scope="module")
def setup() -> configparser.ConfigParser:
    read = configparser.ConfigParser()
    read.read(ROOT / "setup.cfg")
    return read


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_folders_are_found_as_packages(folder: Path, setup: configparser.ConfigParser) -> None:
    included = setup["options.packages.find"]["include"].split()
    assert any(fnmatch(".".join(folder.parts), pattern) for pattern in included)
    assert (ROOT / folder / "__init__.py").is_file()


def test_data_belong_to_their_packages(setup: configparser.ConfigParser) -> None:
    patterns = {
        package: [pattern.strip() for pattern in listed.split(",")]
        for package, listed in setup["options.package_data"].items()
    }
    data = [path for path in FILES if path.suffix != ".py"]
    assert data
    for path in data:
        package = next(folder for folder in path.parents if folder in FOLDERS)
        inside, known = path.relative_to(package), patterns.get(".".join(package.parts), [])
        assert any(fnmatch(inside.as_posix(), pattern) for pattern in known), path


def test_all_that_writes_json_refuses_what_is_no_json() -> None:
    writers = [
        (path, call)
        for path in FILES
        if path.suffix == ".py" and "json.dump" in (text := (ROOT / path).read_text("utf-8"))
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("json.dump", "json.dumps")
    ]
    assert writers
    for path, call in writers:
        assert "allow_nan=False" in map(ast.unparse, call.keywords), f"{path}:{call.lineno}"
