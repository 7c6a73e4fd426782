"""The commands that edit headers by hand, and their options."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from fitslint.cli.errors import Usage
from fitslint.cli.repair.options import (
    After,
    Backup,
    Before,
    CardOption,
    Config,
    Deed,
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
    writing,
)


def set_keywords(
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
) -> Deed:
    """Set keywords, in fixed format and with the type that the dictionaries give them.

    COMMENT and HISTORY add a card. Refused, with exit 1, when the result would not conform.
    """
    from fitslint.cli.repair.byhand import assignments, carry_out
    from fitslint.repair.hand import Place

    changes = assignments(words, comment, hdu, card, Place(before, after))
    return partial(
        carry_out, file, changes,
        writing(quiet=dry_run, in_place=in_place, backup=backup, follow=follow_links, log=log),
        {"ignore": ignore, "profile": profile, "dictionary": dictionary},
        config, search=not no_config,
    )  # fmt: skip


def rename(
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
) -> Deed:
    """Rename a keyword; its value and comment stay as they are."""
    from fitslint.cli.repair.byhand import carry_out
    from fitslint.repair.hand import Change

    changes = [Change("rename", old, new, hdu=hdu, card=card)]
    return partial(
        carry_out, file, changes,
        writing(quiet=dry_run, in_place=in_place, backup=backup, follow=follow_links, log=log),
        {"ignore": ignore, "profile": profile, "dictionary": dictionary},
        config, search=not no_config,
    )  # fmt: skip


def delete(
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
) -> Deed:
    """Delete a keyword."""
    from fitslint.cli.repair.byhand import carry_out
    from fitslint.repair.hand import Change

    changes = [Change("delete", keyword, hdu=hdu, card=card)]
    return partial(
        carry_out, file, changes,
        writing(quiet=dry_run, in_place=in_place, backup=backup, follow=follow_links, log=log),
        {"ignore": ignore, "profile": profile, "dictionary": dictionary},
        config, search=not no_config,
    )  # fmt: skip


def move(
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
) -> Deed:
    """Move a keyword before or behind another one."""
    from fitslint.cli.repair.byhand import carry_out
    from fitslint.repair.hand import Change, Place

    if bool(before) == bool(after):
        raise Usage("say one of --before KEY and --after KEY")
    changes = [Change("move", keyword, place=Place(before, after), hdu=hdu, card=card)]
    return partial(
        carry_out, file, changes,
        writing(quiet=dry_run, in_place=in_place, backup=backup, follow=follow_links, log=log),
        {"ignore": ignore, "profile": profile, "dictionary": dictionary},
        config, search=not no_config,
    )  # fmt: skip
