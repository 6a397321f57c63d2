"""Options of the command line."""

import click
import pytest

from tests.verify.command_line import call, refused
from verify import cli

SINGLE = [
    (name, option.opts[0])
    for name, command in cli.main.commands.items()
    for option in command.params
    if isinstance(option, click.Option) and not (option.is_flag or option.multiple)
]


def test_there_are_such_options():
    assert {("claim", "--unless"), ("trial", "--level"), ("figure", "--out")} <= {*SINGLE}


@pytest.mark.parametrize(("command", "option"), SINGLE)
def test_an_option_of_one_value_is_given_once(command, option):
    assert refused(command, option, "1", option, "2") == f"{option} is given twice."
    assert refused(command, f"{option}=1", option, "1") == f"{option} is given twice."


def test_a_formula_without_quotes_is_told_to_have_some():
    for line in ("claim rag.toml --risk d - n*d", "derive rag.toml --set n = 4"):
        assert "stands in quotes" in refused(*line.split())
    assert "quotes" not in refused("list", "theorem1")


def test_flags_may_be_repeated():
    assert call("list", "--papers", "--papers")[0] == cli.Exit.HOLDS
