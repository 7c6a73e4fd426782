"""The commands and their options; what they do is in the modules beside this one.

A command only reads its options: it returns what is to be done, and :func:`run` does it outside
the parser, which has its own ideas about Ctrl-C and closed pipes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from fitslint.cli.completion import complete_output, complete_rule, complete_rules
from fitslint.cli.dictionary import dict_app
from fitslint.cli.dictionary.completion import complete_dictionaries
from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.help_text import tidy_help

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Check FITS headers: which column of which card of which HDU, why, and what to write.",
)
config_app = typer.Typer(rich_markup_mode=None, help="Show the settings and their schema.")
app.add_typer(config_app, name="config")
app.add_typer(dict_app, name="dict")

_COMPLETION_VARIABLE = "_FITSLINT_COMPLETE"
"""The variable by which a shell asks what may come next."""
Words = list[str] | None
Lang = Annotated[str, typer.Option("--lang", metavar="LANG", help="Summaries: en or ja.")]
Action = Callable[[], object]
"""What a command will do; it may return an exit code."""


def _print_version(asked: bool) -> None:
    if asked:
        from fitslint._version import __version__

        sys.stdout.write(f"fitslint {__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Check FITS headers: which column of which card of which HDU, why, and what to write."""


@app.command()
def check(
    paths: Annotated[
        Words,
        typer.Argument(
            metavar="PATH",
            help="Files, folders, globs, @lists, or - for standard input; "
            "without any, the current folder.",
        ),
    ] = None,
    *,
    select: Annotated[
        Words,
        typer.Option(
            metavar="RULES",
            autocompletion=complete_rules,
            help="Rules to run: codes, prefixes, names; with commas.",
        ),
    ] = None,
    ignore: Annotated[
        Words,
        typer.Option(metavar="RULES", autocompletion=complete_rules, help="Rules to leave out."),
    ] = None,
    extend_select: Annotated[
        Words,
        typer.Option(
            metavar="RULES",
            autocompletion=complete_rules,
            help="Rules to run besides those selected.",
        ),
    ] = None,
    severity: Annotated[
        Words, typer.Option(metavar="RULES=LEVEL", help="Severity: error, warning or info.")
    ] = None,
    per_file_ignores: Annotated[
        Words, typer.Option(metavar="GLOB=RULES", help="Rules to leave out in some files.")
    ] = None,
    profile: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="standard (default), strict or lenient; and/or an authority: subaru, "
            "subaru/focas, norh, products, none (default: what the file tells).",
        ),
    ] = "",
    dictionary: Annotated[
        Words,
        typer.Option(
            metavar="ID|FILE",
            autocompletion=complete_dictionaries,
            help="Keyword dictionaries that hold; with commas.",
        ),
    ] = None,
    dictionary_path: Annotated[
        Words,
        typer.Option(
            metavar="FILE|FOLDER", help="Your own dictionaries, which files tell like ours."
        ),
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option(metavar="LEVEL", help="Exit 1 from here: error (default), warning or info."),
    ] = "",
    exclude: Annotated[
        Words, typer.Option(metavar="GLOB", help="Files and folders to pass over.")
    ] = None,
    output: Annotated[
        Words,
        typer.Option(
            metavar="FORMAT[=FILE]",
            autocompletion=complete_output,
            help="full (default), concise, json or jsonl; repeatable.",
        ),
    ] = None,
    corrections: Annotated[
        str | None, typer.Option(metavar="FILE", help="Apply these corrections first, in memory.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--every", help="Every place of what is told once a file.")
    ] = False,
    show_infos: Annotated[
        bool, typer.Option("--show-infos", help="Show findings of severity info as text, too.")
    ] = False,
    follow_links: Annotated[
        bool,
        typer.Option("--follow-links", help="Follow links that lead out of a named folder."),
    ] = False,
    only_fits: Annotated[
        bool,
        typer.Option("--only-fits", help="Pass over named files that are no FITS files."),
    ] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Count findings by rule.")
    ] = False,
    color: Annotated[str, typer.Option(metavar="WHEN", help="auto, always or never.")] = "auto",
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Configuration file (default: the nearest one)."),
    ] = None,
    no_config: Annotated[
        bool, typer.Option("--no-config", help="Read no configuration file.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", metavar="N", help="Worker processes (default: the cores)."),
    ] = None,
    max_findings: Annotated[
        int | None,
        typer.Option(metavar="N", help="Findings kept of one rule in one file (default: 100)."),
    ] = None,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Time for one file (default: 30).")
    ] = None,
    max_header_bytes: Annotated[
        int | None, typer.Option(metavar="N", help="Bytes of one header (default: 64 MiB).")
    ] = None,
) -> Action:
    """Check the headers of files and folders; nothing is changed.

    A lens model of Lenstool (a file .par) is checked too when it is named; in folders only FITS
    files are looked for.

    Exit 0: nothing at or over --fail-on; 1: something; 2: usage or internal error; 3: some input
    could not be judged, whatever was found in others.
    """
    from fitslint.cli.check import run_check
    from fitslint.cli.check_parser import build_request

    request = build_request(
        paths or [], output=output, statistics=statistics, config=config, no_config=no_config,
        color=color, corrections=corrections, show_infos=show_infos, follow_links=follow_links,
        only_fits=only_fits, every=every, select=select, ignore=ignore,
        extend_select=extend_select, severity=severity, per_file_ignores=per_file_ignores,
        profile=profile, dictionary=dictionary, dictionary_path=dictionary_path, fail_on=fail_on,
        jobs=jobs, exclude=exclude, max_findings=max_findings, timeout=timeout,
        max_header_bytes=max_header_bytes,
    )  # fmt: skip
    return partial(run_check, request)


@app.command()
def rules(
    coverage: Annotated[
        bool, typer.Option("--coverage", help="The catalogue of checks and what answers each.")
    ] = False,
    format: Annotated[str, typer.Option(metavar="NAME", help="text or json.")] = "text",
    lang: Lang = "en",
) -> Action:
    """List the rules."""
    from fitslint.cli.rules import print_coverage, print_rules

    return partial(print_coverage if coverage else print_rules, format, lang)


@app.command()
def rule(
    name: Annotated[
        str,
        typer.Argument(
            metavar="CODE|NAME", autocompletion=complete_rule, help="Code or name of a rule."
        ),
    ],
    lang: Lang = "en",
) -> Action:
    """Explain a rule: why, an example, what to write instead."""
    from fitslint.cli.rules import print_rule

    return partial(print_rule, name, lang)


@app.command()
def abbrev(
    phrase: Annotated[str, typer.Argument(metavar="PHRASE", help="What the keyword says.")],
    prefix: Annotated[str, typer.Option(metavar="TEXT", help="Device prefix, such as F_.")] = "",
    format: Annotated[str, typer.Option(metavar="NAME", help="text or json.")] = "text",
) -> Action:
    """Propose keywords built of the Subaru abbreviations."""
    from fitslint.cli.abbrev import propose_keywords as propose

    return partial(propose, phrase, prefix, format)


@config_app.command()
def show(
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Configuration file (default: the nearest one)."),
    ] = None,
    no_config: Annotated[
        bool, typer.Option("--no-config", help="Read no configuration file.")
    ] = False,
) -> Action:
    """Print the settings in force as TOML, each with where it is from."""
    from fitslint.cli.settings import load_settings
    from fitslint.config.dump import dump_settings

    return lambda: sys.stdout.write(dump_settings(load_settings({}, config, search=not no_config)))


@config_app.command()
def schema() -> Action:
    """Print the JSON Schema of the configuration."""
    from fitslint.config.schema_files import CONFIG_SCHEMA, read_schema_text

    return partial(sys.stdout.write, read_schema_text(CONFIG_SCHEMA))


def run(arguments: list[str]) -> ExitCode:
    """Run a command line; the exit code.

    Raises
    ------
    Usage
        when the arguments make no sense.
    """
    deed = _parse_arguments(arguments)
    code = deed() if callable(deed) else deed
    return code if isinstance(code, ExitCode) else ExitCode.OK


def _parse_arguments(arguments: list[str]) -> object:
    if arguments[:1] != ["check"]:
        # A check is spared the options of the commands that change files.
        from fitslint.cli import conform, demo, wcs
        from fitslint.cli.kappa import app as kappa
        from fitslint.cli.repair import app as repair

        for one in (repair, conform, kappa, demo, wcs):
            one.add_to(app)
    command = typer.main.get_command(app)
    tidy_help(command)
    try:
        return command.main(arguments, prog_name="fitslint", standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as error:
        if os.environ.get(_COMPLETION_VARIABLE) or error.code in (0, None):
            return ExitCode.USAGE if error.code else ExitCode.OK  # what a shell asked for is told
        # The only one left to the parser in this mode: nobody reads its help any more.
        raise BrokenPipeError from None
    except Exception as error:
        # The parser's errors have no common public base across Typer's versions, only this method.
        if not hasattr(error, "format_message"):
            raise
        from fitslint.cli.parser_errors import describe_parser_error

        raise UsageError(describe_parser_error(error, arguments)) from None
