"""Options that several commands which change files have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fitslint.cli.dictionary.completion import complete_dictionaries
from fitslint.cli.errors import UsageError

if TYPE_CHECKING:
    from fitslint.repair.fixer import WriteOptions
    from fitslint.repair.model import Mode

Action = Callable[[], object]
Words = list[str] | None
Profile = Annotated[
    str, typer.Option(metavar="NAME", help="standard, strict or lenient; and/or an authority.")
]
Dictionaries = Annotated[
    Words,
    typer.Option(
        metavar="ID|FILE",
        autocompletion=complete_dictionaries,
        help="Keyword dictionaries that hold; with commas.",
    ),
]
DictionaryPath = Annotated[
    Words,
    typer.Option(metavar="FILE|FOLDER", help="Your own dictionaries, which files tell like ours."),
]
Ignore = Annotated[Words, typer.Option(metavar="RULES", help="Rules to leave out.")]
Config = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Configuration file (default: the nearest one)."),
]
NoConfig = Annotated[bool, typer.Option("--no-config", help="Read no configuration file.")]
InPlace = Annotated[
    bool, typer.Option("--in-place", help="Write into the file, under an undo journal.")
]
Backup = Annotated[
    str | None, typer.Option(metavar="SUFFIX", help="Keep the old file under NAME + SUFFIX.")
]
FollowLinks = Annotated[
    bool, typer.Option("--follow-links", help="Also files that are links or have several names.")
]
LogFile = Annotated[
    str | None, typer.Option(metavar="FILE", help="Add what is changed to a repair log.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write nothing.")]
HduOption = Annotated[
    str, typer.Option("--hdu", metavar="N|NAME", help="HDU by number from 1, or by EXTNAME.")
]
CardOption = Annotated[
    int | None, typer.Option("--card", metavar="N", help="Which card, where there are twins.")
]
Before = Annotated[str, typer.Option(metavar="KEY", help="Put the card before this one.")]
After = Annotated[str, typer.Option(metavar="KEY", help="Put the card behind this one.")]
FileName = Annotated[str, typer.Argument(metavar="FILE", help="The FITS file.")]
Keyword = Annotated[str, typer.Argument(metavar="KEY", help="Keyword.")]


def build_writing(
    *,
    quiet: bool,
    in_place: bool,
    backup: str | None,
    follow: bool,
    log: str | None,
    output_dir: str | None = None,
    diff: bool = False,
    corrections: bool = False,
) -> WriteOptions:
    """How results are to be written.

    Raises
    ------
    Usage
        when the options contradict each other.
    """
    from fitslint.repair.fixer import WriteOptions

    if in_place and output_dir is not None:
        raise UsageError("--in-place and --output-dir exclude each other")
    if backup is not None and output_dir is not None:
        raise UsageError("--backup is of no use with --output-dir: the files stay as they are")
    if quiet:
        return WriteOptions("none", diff=diff, corrections=corrections)
    mode: Mode = "in-place" if in_place else "copy" if output_dir is not None else "replace"
    return WriteOptions(mode, output_dir, backup, follow, log)
