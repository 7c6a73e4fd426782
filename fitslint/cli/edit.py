"""``fitslint set``, ``rename``, ``delete`` and ``move``: headers edited by hand."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.completion import complete_dictionaries, complete_rules
from fitslint.cli.errors import ExitCode, UsageError, print_error
from fitslint.cli.options import (
    BACKUP,
    CONFIG,
    DRY_RUN,
    FOLLOW_LINKS,
    HDU,
    IN_PLACE,
    LOG_FILE,
    NO_CONFIG,
    PROFILE,
    Options,
    Words,
    argument,
    build_write_options,
    configuration_option,
    option,
)
from fitslint.text import say

if TYPE_CHECKING:
    from fitslint.repair.edit.keywords import KeywordEdit

_BEFORE = option("Put the card before this one.", "KEY")
_AFTER = option("Put the card behind this one.", "KEY")
_KEYWORD = argument("Keyword.", "KEY")


class EditOptions(Options):
    """What all of these commands have."""

    file: str = argument("The FITS file.", "FILE")
    hdu: str = HDU
    card: int | None = option("Which card, where there are twins.", "N")
    ignore: Words = configuration_option("ignore", complete=complete_rules)
    profile: str = PROFILE
    dictionary: Words = configuration_option("dictionary", complete=complete_dictionaries)
    config: Path | None = CONFIG
    no_config: bool = NO_CONFIG
    dry_run: bool = DRY_RUN
    in_place: bool = IN_PLACE
    backup: str | None = BACKUP
    follow_links: bool = FOLLOW_LINKS
    log: str | None = LOG_FILE


class SetOptions(EditOptions):
    """The options of ``fitslint set``."""

    words: list[str] = argument("Keywords and values; KEY= is undefined.", "KEY=VALUE")
    comment: str | None = option("Comment (default: the one it has).", "TEXT")
    before: str = _BEFORE
    after: str = _AFTER


class RenameOptions(EditOptions):
    """The options of ``fitslint rename``."""

    old: str = _KEYWORD
    new: str = argument("Its new name.", "NEW")


class DeleteOptions(EditOptions):
    """The options of ``fitslint delete``."""

    keyword: str = _KEYWORD


class MoveOptions(EditOptions):
    """The options of ``fitslint move``."""

    keyword: str = _KEYWORD
    before: str = _BEFORE
    after: str = _AFTER


def set_keywords(options: SetOptions) -> ExitCode:
    """Set keywords, in fixed format and with the type that the dictionaries give them.

    COMMENT and HISTORY add a card. Refused, with exit 1, when the result would not conform.
    """
    from fitslint.repair.edit.keywords import CardPosition, KeywordEdit

    if options.comment is not None and len(options.words) > 1:
        raise UsageError(say("'--comment' is for one keyword; set them one by one"))
    position = CardPosition(options.before, options.after)
    edits = []
    for word in options.words:
        keyword, equals, value = word.partition("=")
        if not (keyword.strip() and equals):
            raise UsageError(say("{word!r} is not KEY=VALUE", word=word))
        edits.append(
            KeywordEdit(
                "set", keyword.strip(), value, options.comment, position, options.hdu, options.card
            )
        )
    return _edit(options, edits)


def rename_keyword(options: RenameOptions) -> ExitCode:
    """Rename a keyword; its value and comment stay as they are."""
    from fitslint.repair.edit.keywords import KeywordEdit

    edit = KeywordEdit("rename", options.old, options.new, hdu=options.hdu, card=options.card)
    return _edit(options, [edit])


def delete_keyword(options: DeleteOptions) -> ExitCode:
    """Delete a keyword."""
    from fitslint.repair.edit.keywords import KeywordEdit

    return _edit(
        options, [KeywordEdit("delete", options.keyword, hdu=options.hdu, card=options.card)]
    )


def move_keyword(options: MoveOptions) -> ExitCode:
    """Move a keyword before or behind another one."""
    from fitslint.repair.edit.keywords import CardPosition, KeywordEdit

    if bool(options.before) == bool(options.after):
        raise UsageError(say("say one of --before KEY and --after KEY"))
    position = CardPosition(options.before, options.after)
    edit = KeywordEdit(
        "move", options.keyword, position=position, hdu=options.hdu, card=options.card
    )
    return _edit(options, [edit])


def _edit(options: EditOptions, edits: Sequence[KeywordEdit]) -> ExitCode:
    """Make the changes and show them; a refusal is a sentence and exit 1."""
    from fitslint.cli.fix.report import DiffReporter
    from fitslint.cli.outputs import is_colour_on
    from fitslint.cli.settings import load_settings
    from fitslint.dictionary.files.load import DictionaryError
    from fitslint.engine.ruleset import UnknownSelectorError
    from fitslint.repair.edit.apply import edit_file
    from fitslint.repair.model import RepairError
    from fitslint.report.escape import escape_text

    path = options.file
    writing = build_write_options(
        quiet=options.dry_run, in_place=options.in_place, backup=options.backup,
        follow=options.follow_links, log=options.log,
    )  # fmt: skip
    settings = load_settings(options, options.config, search=not options.no_config).settings
    try:
        result = edit_file(path, edits, settings, writing)
    except (UnknownSelectorError, DictionaryError) as error:
        raise UsageError(str(error)) from None
    except RepairError as error:
        print_error(f"{path}: {error.describe_for(path)}")
        return ExitCode.FOUND
    for note in result.notes:
        print_error(f"{path}: {note}")
    reporter = DiffReporter(is_colour_on("auto", sys.stdout))
    unchanged = f"{escape_text(path)}: {say('nothing to change')}\n"
    sys.stdout.write(reporter.render_hunks(path, result.hunks) or unchanged)
    return ExitCode.OK
