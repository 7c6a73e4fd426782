"""``fitslint set``, ``rename``, ``delete`` and ``move``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.outputs import is_colour_on
from fitslint.cli.repair.fix_reporters import DiffReporter
from fitslint.cli.settings import load_settings, parse_options
from fitslint.dictionary.load import DictionaryError
from fitslint.engine.ruleset import UnknownSelector
from fitslint.repair.edit.apply import edit_file
from fitslint.repair.edit.keywords import CardPosition, KeywordEdit
from fitslint.repair.fixer import WriteOptions
from fitslint.repair.model import RepairError
from fitslint.report.escape import escape_text


def parse_assignments(
    words: Sequence[str], comment: str | None, hdu: str, card: int | None, place: CardPosition
) -> list[KeywordEdit]:
    """The changes that ``KEY=VALUE`` words ask for.

    Raises
    ------
    Usage
        when a word has no equals sign, or a comment is given for several.
    """
    if comment is not None and len(words) > 1:
        raise UsageError("'--comment' is for one keyword; set them one by one")
    changes = []
    for word in words:
        keyword, equals, value = word.partition("=")
        if not (keyword.strip() and equals):
            raise UsageError(f"{word!r} is not KEY=VALUE")
        changes.append(KeywordEdit("set", keyword.strip(), value, comment, place, hdu, card))
    return changes


def run_edit(
    path: str,
    changes: Sequence[KeywordEdit],
    writing: WriteOptions,
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
    settings = load_settings(parse_options(**options), config, search=search).settings
    try:
        done = edit_file(path, changes, settings, writing)
    except (UnknownSelector, DictionaryError) as error:
        raise UsageError(str(error)) from None
    except RepairError as error:
        reason = error.describe_for(path)
        sys.stderr.write(f"fitslint: {escape_text(path)}: {escape_text(reason)}\n")
        return ExitCode.FOUND
    for note in done.notes:
        sys.stderr.write(f"fitslint: {escape_text(path)}: {escape_text(note)}\n")
    form = DiffReporter(is_colour_on("auto", sys.stdout))
    sys.stdout.write(
        form.render_hunks(path, done.hunks) or f"{escape_text(path)}: nothing to change\n"
    )
    return ExitCode.OK
