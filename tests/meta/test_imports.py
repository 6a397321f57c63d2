"""Who may import whom."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("theory", ["torch", "numerics", "verify", "hypothesis", "rich", "click"]),
        ("numerics", ["verify", "hypothesis", "rich", "click"]),
        ("verify.cli", ["sympy", "torch", "theory", "numerics", "rich"]),
        ("verify.document, verify.trial, verify.report, verify.text", ["torch", "numerics"]),
    ],
)
def test_directions(package, forbidden):
    code = f"import sys, {package}; print(sorted(set({forbidden}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
