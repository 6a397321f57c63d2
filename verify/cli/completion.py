"""What a shell offers for a word that is begun: names of ours, or files."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

ASKED = "_ICL_VERIFY_COMPLETE"
"""What a shell sets to ask for them."""
Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _of(words: Callable[[], Iterable[str]], *kinds: str) -> Completion:
    """Of these words those that begin so, and what the shell finds of these kinds."""

    def offered(
        _context: click.Context, _parameter: click.Parameter, begun: str
    ) -> list[CompletionItem]:
        items = [CompletionItem(word) for word in words() if word.startswith(begun)]
        return items + [CompletionItem(begun, type=kind) for kind in kinds]

    return offered


def _statements() -> list[str]:
    from theory.catalogue.headings import IDS, papers

    return ["all", *IDS, *papers()]


def _designs() -> list[str]:
    from theory.language import gallery

    return list(gallery.names())


what = _of(_statements, "file")
file = _of(tuple, "file")
folder = _of(tuple, "dir")
design = _of(_designs)
