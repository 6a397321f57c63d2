"""The public face is complete, and the layer stands on theory and torch alone."""

import subprocess
import sys

import numerics


def test_all_names_what_is_public() -> None:
    modules = {name for name, value in vars(numerics).items() if type(value) is type(sys)}
    public = {name for name in vars(numerics) if not name.startswith("_")} - modules
    assert set(numerics.__all__) == public | {"device"}


def test_importing_it_does_not_import_verify() -> None:
    script = "import sys, numerics; sys.exit('verify' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
