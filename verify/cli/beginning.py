"""What a first user is told: what one can do, the version, and how to cite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

COMMANDS = (
    ("theorem1", "put a statement on trial; list names them all"),
    ("gallery", "design files to start from"),
    ("derive DESIGN.toml", "the optimum of a data design of your own"),
    ('claim DESIGN.toml --risk "..."', "is your formula for it right?"),
    ("DESIGN.toml", "what the file itself claims"),
    ("latex theorem1", "the formulas, to paste into a paper"),
    ("report --out DIR", "all of it as pages to read offline"),
    ("certify theorem1 --out DIR", "why, as a file that others can check"),
)
"""What one can do, as on a command line, and what that is for."""
TITLE = "A theory verifier for in-context linear estimation."
MORE = "  COMMAND --help, or --help alone, says the rest."

PAPER = """\
@inproceedings{li2024finegrained,
  title     = {Fine-grained Analysis of In-context Linear Estimation:
               Data, Architecture, and Beyond},
  author    = {Li, Yingcong and Rawat, Ankit Singh and Oymak, Samet},
  booktitle = {Advances in Neural Information Processing Systems},
  volume    = {37},
  year      = {2024},
  note      = {arXiv:2407.10005},
}"""
SOFTWARE = """\
@software{{icl-verify,
  title   = {{icl-verify: a theory verifier for in-context linear estimation}},
  author  = {{{{The icl-verify contributors}}}},
  version = {{{version}}},
  year    = {{{year}}},
}}"""


def in_ten_lines() -> str:
    """What one can do.

    >>> print(in_ten_lines().splitlines()[1])
      python -m verify theorem1                        put a statement on trial; list names them all
    """
    width = max(len(command) for command, _ in COMMANDS)
    lines = [f"  python -m verify {command:{width}}  {what}" for command, what in COMMANDS]
    return "\n".join([TITLE, *lines, MORE])


def bibtex() -> str:
    """BibTeX of the paper whose statements are verified, and of this software.

    >>> bibtex().count("@")
    2
    """
    import theory

    software = SOFTWARE.format(version=theory.__version__, year=theory.__released__[:4])
    return f"{PAPER}\n\n{software}"


def _version() -> str:
    import theory

    return f"verify, version {theory.__version__}"


def _printing(option: str, text: Callable[[], str], what: str) -> Callable[[Any], Any]:
    """An option that prints a text in place of all else."""

    def told(context: click.Context, _: click.Parameter, asked: bool) -> None:
        if asked and not context.resilient_parsing:
            click.echo(text())
            context.exit()

    return click.option(
        option, is_flag=True, is_eager=True, expose_value=False, callback=told, help=what
    )


version = _printing("--version", _version, "Show the version and exit.")
cite = _printing("--cite", bibtex, "Print BibTeX of the paper and of this program, and exit.")
