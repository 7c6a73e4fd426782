"""The commands of ``fitslint dict`` and their options; what they do is in the modules beside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from fitslint.cli.dictionary.completion import complete_dictionary, complete_keyword
from fitslint.cli.errors import UsageError
from fitslint.dictionary.load import DictionaryError

dict_app = typer.Typer(
    rich_markup_mode=None,
    help="Keyword dictionaries: look into them, judge them, make and convert them. "
    "A dictionary is named by its id (subaru/focas) or by a TOML file.",
)
Action = Callable[[], object]
Words = list[str] | None
Format = Annotated[str, typer.Option("--format", metavar="NAME", help="text (default) or json.")]
Lang = Annotated[str, typer.Option("--lang", metavar="LANG", help="Descriptions: en or ja.")]
Where = Annotated[
    Words,
    typer.Option(
        "--in", metavar="ID|FILE", help="Dictionaries to look in; repeatable.",
        autocompletion=complete_dictionary,
    ),
]  # fmt: skip


def _defer(function: Callable[..., object], *arguments: Any) -> Action:
    """What a command will do; a dictionary that cannot be used ends it with a sentence."""

    def run_action() -> object:
        try:
            return function(*arguments)
        except DictionaryError as error:
            raise UsageError(str(error)) from None

    return run_action


@dict_app.command("list")
def prepare_list(form: Format = "text") -> Action:
    """List the dictionaries of this distribution."""
    from fitslint.cli.dictionary.show import print_dictionaries

    return _defer(print_dictionaries, form)


@dict_app.command()
def show(
    keyword: Annotated[
        list[str],
        typer.Argument(
            metavar="KEYWORD",
            help="Keyword, or template (CRVALia).",
            autocompletion=complete_keyword,
        ),
    ],
    *,
    where: Where = None,
    lang: Lang = "en",
    form: Format = "text",
) -> Action:
    """Show what every dictionary says of a keyword, side by side; exit 1 when none knows it."""
    from fitslint.cli.dictionary.show import print_keyword

    return _defer(print_keyword, " ".join(keyword), where or [], lang, form)


@dict_app.command()
def search(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="Words; all have to occur.")],
    *,
    where: Where = None,
    lang: Lang = "en",
    form: Format = "text",
) -> Action:
    """Search names, comments, descriptions, units and categories; exit 1 when nothing is found."""
    from fitslint.cli.dictionary.show import print_matches

    return _defer(print_matches, " ".join(text), where or [], lang, form)


@dict_app.command()
def lint(
    given: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|ID",
            help="Dictionaries: TOML files or ids.",
            autocompletion=complete_dictionary,
        ),
    ],
    form: Format = "text",
) -> Action:
    """Judge dictionaries; exit 1 with errors or warnings, 2 when one cannot be used at all."""
    from fitslint.cli.dictionary.lint import print_lint

    return _defer(print_lint, given, form)


@dict_app.command()
def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="A", help="The dictionary as it was.", autocompletion=complete_dictionary
        ),
    ],
    new: Annotated[
        str,
        typer.Argument(
            metavar="B", help="The dictionary as it is.", autocompletion=complete_dictionary
        ),
    ],
    form: Format = "text",
) -> Action:
    """Show what a revision changed; exit 1 when a keyword changed its meaning, type or unit."""
    from fitslint.cli.dictionary.lint import print_diff

    return _defer(print_diff, old, new, form)


@dict_app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="ID", help="Its id: observatory/instrument.")],
) -> Action:
    """Print a dictionary to begin with, with comments."""
    from fitslint.cli.dictionary.create import print_skeleton

    return _defer(print_skeleton, name)


@dict_app.command()
def infer(
    paths: Annotated[
        list[str], typer.Argument(metavar="FILES", help="Files, folders, globs, @lists, or -.")
    ],
    *,
    name: Annotated[str, typer.Option("--id", metavar="ID", help="Its id.")] = "my/keywords",
    every: Annotated[
        bool, typer.Option("--all", help="Keywords that the FITS standard reserves as well.")
    ] = False,
    exclude: Annotated[
        Words, typer.Option(metavar="GLOB", help="Files and folders to pass over.")
    ] = None,
) -> Action:
    """Print a draft dictionary learnt from the headers of files."""
    from fitslint.cli.dictionary.create import print_draft

    return _defer(print_draft, paths, name, every, exclude or [])


@dict_app.command("import")
def prepare_import(
    form: Annotated[
        str, typer.Argument(metavar="FORMAT", help="solarnet, dkist, crds (.tpn) or eso (.dic).")
    ],
    path: Annotated[str, typer.Argument(metavar="FILE", help="The file.")],
    name: Annotated[
        str, typer.Option("--id", metavar="ID", help="Its id (default: of the file name).")
    ] = "",
) -> Action:
    """Print a dictionary of another format as TOML; what could not be taken over is counted."""
    from fitslint.cli.dictionary.create import print_import

    return _defer(print_import, form, path, name)


@dict_app.command()
def export(
    given: Annotated[
        str,
        typer.Argument(
            metavar="ID|FILE", help="The dictionary.", autocompletion=complete_dictionary
        ),
    ],
    to: Annotated[str, typer.Option("--to", metavar="FORMAT", help="json or jsonschema.")] = "json",
) -> Action:
    """Print a dictionary as JSON, or as a JSON Schema of the headers that it describes."""
    from fitslint.cli.dictionary.create import print_export

    return _defer(print_export, given, to)
