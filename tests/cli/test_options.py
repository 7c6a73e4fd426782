"""Options as commands declare them, and how the parser sees them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from fitslint.cli.check import CheckOptions
from fitslint.cli.command import add_command
from fitslint.cli.fix.command import FixCommandOptions
from fitslint.cli.options import CONVERTERS, Options, Words, argument, configuration_option, option
from fitslint.config.options import OPTIONS
from tests.cli.tool import environment, run


class Shared(Options):
    file: str = argument("The file.", "FILE")
    left: bool = option("Left.")
    ignore: Words = configuration_option("ignore")


class Narrow(Shared):
    word: str = argument("A word.", "WORD", default="x")
    ignore: Words = configuration_option("ignore", "Other words.")
    scale: float | None = option("Size.", "ARCSEC", "--scale-of", "-s")


def test_arguments_and_own_options_come_before_those_of_groups():
    assert list(Narrow.declared) == ["file", "word", "scale", "left", "ignore", "lang"]
    assert list(Shared.declared) == ["file", "left", "ignore", "lang"]


def test_a_declaration_is_completed_by_its_attribute():
    rows = Narrow.declared
    assert rows["left"].names == ("--left",)
    assert rows["scale"].names == ("--scale-of", "-s")
    assert rows["file"].names == ()
    assert rows["ignore"].help == "Other words."
    assert Shared.declared["ignore"].help == OPTIONS["ignore"].help
    options = Narrow(file="a.fits")
    assert (options.file, options.word, options.left) == ("a.fits", "x", False)
    assert (options.scale, options.ignore) == (None, None)


def test_values_are_those_of_declared_options():
    assert Narrow(file="a", left=True) == Narrow(left=True, file="a", word="x")
    assert Narrow(file="a") != Narrow(file="b")
    assert Narrow(file="a") != Shared(file="a")
    with pytest.raises(TypeError, match="Narrow has no option 'right'"):
        Narrow(right=True)


@pytest.mark.parametrize("options", [CheckOptions, FixCommandOptions])
def test_words_of_every_declared_option_can_be_converted(options):
    for row in options.declared.values():
        assert row.is_switch or row.is_list or row.type.removesuffix(" | None") in CONVERTERS


def test_a_type_that_the_parser_does_not_know_is_refused():
    class Odd(Options):
        speed: complex = option("Speed.")

    with pytest.raises(KeyError, match="complex"):
        add_command(typer.Typer(), "odd", Odd, print)


def test_every_option_of_files_that_the_command_line_has_is_declared_from_their_table():
    for name, row in OPTIONS.items():
        declared = CheckOptions.declared.get(name.replace("-", "_"))
        if declared is not None:
            assert (declared.help, declared.metavar) == (row.help, row.metavar)
            assert declared.names == (row.flags or (f"--{name}",))
    assert {name for name in OPTIONS if name.replace("-", "_") not in CheckOptions.declared} == {
        "max-hdus", "max-inflated-bytes", "max-scan-bytes",
    }  # fmt: skip


@pytest.mark.parametrize(
    "words", [["config", "show"], ["fix", "a.fits"], ["set", "a.fits", "A=1"]], ids=" ".join
)
def test_two_wishes_for_a_configuration_exclude_each_other(words, tmp_path):
    (tmp_path / "a.toml").write_text("")
    done = run(*words, "--config", "a.toml", "--no-config", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"fitslint: --config and --no-config exclude each other\n"


def test_help_loads_none_of_what_commands_do():
    code = (
        "import sys, fitslint.cli.app\n"
        "heavy = {'numpy', 'astropy', 'fitslint.engine', 'fitslint.products', 'fitslint.pipeline',"
        " 'fitslint.repair', 'fitslint.rules', 'rich.table'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env=environment(), cwd=Path(__file__).parent,
    )  # fmt: skip
    assert done.stdout == "[]\n"
