"""``python -m verify``, and the script ``icl-verify``.

Nothing in the caller's working folder takes the place of a module: files there are called
``theory.py`` or ``queue.py`` for reasons of their own.
"""

import atexit
import gc
import os
import sys
from importlib.util import find_spec

HOME = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
"""The folder that our packages are in."""
USAGE, INTERNAL, UNDECIDED = 2, 3, 4
"""As in ``verify.cli.exits``; 1, which the interpreter would end with, means refuted."""
ALLOCATIONS = 200_000
"""Until garbage is looked for: importing SymPy makes no garbage, and takes a fifth less time."""


def main() -> None:
    """Run the command line, on our own packages, and exit."""
    gc.set_threshold(ALLOCATIONS)
    atexit.register(gc.freeze)  # nor at the end: that took a quarter of the time of `latex`
    leave_out_the_working_folder()
    for package in ("theory", "numerics"):
        found = place(package)
        if found != HOME:
            other = f"expected {package} in {HOME}, where verify is; found it in {found}"
            print(f"Error: {other}: take that off PYTHONPATH", file=sys.stderr)
            sys.exit(USAGE)
    try:
        from verify.cli import run
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(UNDECIDED)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        print(f"Error: the verifier cannot be loaded: {why}", file=sys.stderr)
        sys.exit(INTERNAL)
    run()


def leave_out_the_working_folder() -> None:
    """Import nothing from it, here and in processes begun from here, unless we live there."""
    try:
        here = os.getcwd()
    except OSError:  # it is gone, and on no path
        here = HOME
    if not sys.flags.safe_path and sys.path[0] in {"", here} and os.path.realpath(here) != HOME:
        del sys.path[0]
    os.environ["PYTHONSAFEPATH"] = "1"


def place(package: str) -> str | None:
    """The folder that a package would be imported from."""
    spec = find_spec(package)
    if spec is None:
        return None
    paths = list(spec.submodule_search_locations or [spec.origin or ""])
    return os.path.dirname(os.path.realpath(paths[0]))


if __name__ == "__main__":
    main()
