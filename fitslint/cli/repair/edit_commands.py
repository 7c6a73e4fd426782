"""The commands that edit headers by hand, and their options."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from fitslint.cli.errors import UsageError
from fitslint.cli.repair.options import (
    Action,
    After,
    Backup,
    Before,
    CardOption,
    Config,
    Dictionaries,
    DryRun,
    FileName,
    FollowLinks,
    HduOption,
    Ignore,
    InPlace,
    Keyword,
    LogFile,
    NoConfig,
    Profile,
    build_writing,
)


def prepare_set(
    file: FileName,
    words: Annotated[
        list[str],
        typer.Argument(metavar="KEY=VALUE", help="Keywords and values; KEY= is undefined."),
    ],
    *,
    comment: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Comment (default: the one it has).")
    ] = None,
    before: Before = "",
    after: After = "",
    hdu: HduOption = "",
    card: CardOption = None,
    ignore: Ignore = None,
    profile: Profile = "",
    dictionary: Dictionaries = None,
    config: Config = None,
    no_config: NoConfig = False,
    dry_run: DryRun = False,
    in_place: InPlace = False,
    backup: Backup = None,
    follow_links: FollowLinks = False,
    log: LogFile = None,
) -> Action:
    """Set keywords, in fixed format and with the type that the dictionaries give them.

    COMMENT and HISTORY add a card. Refused, with exit 1, when the result would not conform.
    """
    from fitslint.cli.repair.edit import parse_assignments, run_edit
    from fitslint.repair.edit.keywords import CardPosition

    changes = parse_assignments(words, comment, hdu, card, CardPosition(before, after))
    return partial(
        run_edit, file, changes,
        build_writing(quiet=dry_run, in_place=in_place, backup=backup, follow=follow_links, log=log),
        {"ignore": ignore, "profile": profile, "dictionary": dictionary},
        config, search=not no_config,
    )  # fmt: skip


def prepare_rename(
    file: FileName,
    old: Keyword,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    *,
    hdu: HduOption = "",
    card: CardOption = None,
    ignore: Ignore = None,
    profile: Profile = "",
    dictionary: Dictionaries = None,
    config: Config = None,
    no_config: NoConfig = False,
    dry_run: DryRun = False,
    in_place: InPlace = False,
    backup: Backup = None,
    follow_links: FollowLinks = False,
    log: LogFile = None,
) -> Action:
    """Rename a keyword; its value and comment stay as they are."""
    from fitslint.cli.repair.edit import run_edit
    from fitslint.repair.edit.keywords import KeywordEdit

    changes = [KeywordEdit("rename", old, new, hdu=hdu, card=card)]
    return partial(
        run_edit, file, changes,
        build_writing(quiet=dry_run, in_place=in_place, backup=backup, follow=follow_links, log=log),
        {"ignore": ignore, "profile": profile, "dictionary": dictionary},
        config, search=not no_config,
    )  # fmt: skip


def prepare_delete(
    file: FileName,
    keyword: Keyword,
    *,
    hdu: HduOption = "",
    card: CardOption = None,
    ignore: Ignore = None,
    profile: Profile = "",
    dictionary: Dictionaries = None,
    config: Config = None,
    no_config: NoConfig = False,
    dry_run: DryRun = False,
    in_place: InPlace = False,
    backup: Backup = None,
    follow_links: FollowLinks = False,
    log: LogFile = None,
) -> Action:
    """Delete a keyword."""
    from fitslint.cli.repair.edit import run_edit
    from fitslint.repair.edit.keywords import KeywordEdit

    changes = [KeywordEdit("delete", keyword, hdu=hdu, card=card)]
    return partial(
        run_edit, file, changes,
        build_writing(quiet=dry_run, in_place=in_place, backup=backup, follow=follow_links, log=log),
        {"ignore": ignore, "profile": profile, "dictionary": dictionary},
        config, search=not no_config,
    )  # fmt: skip


def prepare_move(
    file: FileName,
    keyword: Keyword,
    *,
    before: Before = "",
    after: After = "",
    hdu: HduOption = "",
    card: CardOption = None,
    ignore: Ignore = None,
    profile: Profile = "",
    dictionary: Dictionaries = None,
    config: Config = None,
    no_config: NoConfig = False,
    dry_run: DryRun = False,
    in_place: InPlace = False,
    backup: Backup = None,
    follow_links: FollowLinks = False,
    log: LogFile = None,
) -> Action:
    """Move a keyword before or behind another one."""
    from fitslint.cli.repair.edit import run_edit
    from fitslint.repair.edit.keywords import CardPosition, KeywordEdit

    if bool(before) == bool(after):
        raise UsageError("say one of --before KEY and --after KEY")
    changes = [
        KeywordEdit("move", keyword, position=CardPosition(before, after), hdu=hdu, card=card)
    ]
    return partial(
        run_edit, file, changes,
        build_writing(quiet=dry_run, in_place=in_place, backup=backup, follow=follow_links, log=log),
        {"ignore": ignore, "profile": profile, "dictionary": dictionary},
        config, search=not no_config,
    )  # fmt: skip
