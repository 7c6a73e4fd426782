"""``fitslint set``, ``rename``, ``delete`` and ``move``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from fitslint.cli.errors import ExitCode, Usage
from fitslint.cli.given import given, load
from fitslint.cli.outputs import colour_on
from fitslint.cli.repair.telling import Diff
from fitslint.dictionary.load import DictionaryError
from fitslint.engine.ruleset import UnknownSelector
from fitslint.repair.byhand import edit
from fitslint.repair.fixing import Writing
from fitslint.repair.hand import Change, Place
from fitslint.repair.model import RepairError
from fitslint.report.escape import visible


def assignments(
    words: Sequence[str], comment: str | None, hdu: str, card: int | None, place: Place
) -> list[Change]:
    """The changes that ``KEY=VALUE`` words ask for.

    Raises
    ------
    Usage
        when a word has no equals sign, or a comment is given for several.
    """
    if comment is not None and len(words) > 1:
        raise Usage("'--comment' is for one keyword; set them one by one")
    changes = []
    for word in words:
        keyword, equals, value = word.partition("=")
        if not (keyword.strip() and equals):
            raise Usage(f"{word!r} is not KEY=VALUE")
        changes.append(Change("set", keyword.strip(), value, comment, place, hdu, card))
    return changes


def carry_out(
    path: str,
    changes: Sequence[Change],
    writing: Writing,
    options: dict[str, object],
    config: Path | None,
    *,
    search: bool,
) -> ExitCode:
    """Make the changes and show them; a refusal is a sentence and exit 1.

    Raises
    ------
    Usage
        when the settings make no sense.
    """
    settings = load(given(**options), config, search=search).settings
    try:
        done = edit(path, changes, settings, writing)
    except (UnknownSelector, DictionaryError) as error:
        raise Usage(str(error)) from None
    except RepairError as error:
        said = str(error).removeprefix(f"{path}: ").removeprefix(f"{path} ")
        sys.stderr.write(f"fitslint: {visible(path)}: {visible(said)}\n")
        return ExitCode.FOUND
    for note in done.notes:
        sys.stderr.write(f"fitslint: {visible(path)}: {visible(note)}\n")
    form = Diff(colour_on("auto", sys.stdout))
    sys.stdout.write(form.changes(path, done.hunks) or f"{visible(path)}: nothing to change\n")
    return ExitCode.OK
