"""Commands whose options do not overrule each other."""

from __future__ import annotations

from collections import Counter

import click

QUOTED = "A formula with blanks stands in quotes, and NAME=NUMBER has none."


class Command(click.Command):
    """A command that refuses an option of one value given twice; click takes the last one.

    Words that are left over are mostly those of a formula without quotes, which is said.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, given = self.make_parser(ctx).parse_args(list(args))
        options = (one for one in given if isinstance(one, click.Option))
        counted = Counter(one for one in options if not (one.is_flag or one.multiple))
        for option, times in counted.items():
            if times > 1 and not ctx.resilient_parsing:
                raise click.UsageError(f"{option.opts[0]} is given twice.", ctx)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            of_names = any(isinstance(one, click.Option) and one.multiple for one in self.params)
            if of_names and "unexpected extra argument" in error.message:
                raise click.UsageError(f"{error.message}. {QUOTED}", ctx) from error
            raise
