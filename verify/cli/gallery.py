"""The command that prints the design files that ship: ``python -m verify gallery``."""

from __future__ import annotations

import sys

import click

from verify.cli import completion
from verify.cli.streams import reader_may_leave


@click.command("gallery")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=completion.design)
def gallery(names: tuple[str, ...]) -> None:
    """List the design files that ship with the verifier, or print the files called NAME.

    \b
      python -m verify gallery rag > rag.toml     a file to start from
    """
    from theory.language import gallery as shipped

    if sys.stdout is None:
        return  # closed by the caller
    texts = [shipped.text(name) for name in names]
    with reader_may_leave():
        if texts:
            sys.stdout.write("\n".join(texts))
            return
        width = max(map(len, shipped.names()))
        for name in shipped.names():
            print(f"{name:{width}}  {shipped.shipped(name).design.title}")
