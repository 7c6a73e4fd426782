"""``fitslint fix`` and its options, and the commands that change files as the parser knows them."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from fitslint.cli.completion import complete_rules
from fitslint.cli.errors import UsageError
from fitslint.cli.repair.edit_commands import (
    prepare_delete,
    prepare_move,
    prepare_rename,
    prepare_set,
)
from fitslint.cli.repair.options import (
    Action,
    Backup,
    Config,
    Dictionaries,
    DictionaryPath,
    DryRun,
    FollowLinks,
    Ignore,
    InPlace,
    LogFile,
    NoConfig,
    Profile,
    Words,
    build_writing,
)


def add_to(app: typer.Typer) -> None:
    """Add the commands that change files to the command line."""
    app.command("fix")(prepare_fix)
    app.command("set")(prepare_set)
    app.command("rename")(prepare_rename)
    app.command("delete")(prepare_delete)
    app.command("move")(prepare_move)


def prepare_fix(
    paths: Annotated[
        Words,
        typer.Argument(
            metavar="PATH", help="Files, folders, globs, @lists; without any, the current folder."
        ),
    ] = None,
    *,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what would change, card by card; write nothing.")
    ] = False,
    dry_run: DryRun = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="Apply unsafe fixes too.")
    ] = False,
    style: Annotated[
        bool, typer.Option("--style", help="Also rewrite cards that conform (matters of style).")
    ] = False,
    fix_only: Annotated[
        Words,
        typer.Option(
            metavar="RULES",
            autocompletion=complete_rules,
            help="Fix the findings of these rules only.",
        ),
    ] = None,
    interactive: Annotated[
        bool, typer.Option("--interactive", help="Ask for every fix, on a terminal.")
    ] = False,
    data: Annotated[
        bool, typer.Option("--data", help="Let fixes change bytes of data units (padding, fill).")
    ] = False,
    in_place: InPlace = False,
    output_dir: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Write what is repaired there, and leave the files."),
    ] = None,
    backup: Backup = None,
    follow_links: FollowLinks = False,
    log: LogFile = None,
    undo: Annotated[
        str | None,
        typer.Option(metavar="LOG", help="Take back what the log tells, of PATH or of all."),
    ] = None,
    recover: Annotated[
        bool, typer.Option("--recover", help="Only roll back what a crash left half written.")
    ] = False,
    corrections: Annotated[
        str | None, typer.Option(metavar="FILE", help="Apply these corrections first, in memory.")
    ] = None,
    emit_corrections: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write corrections (.toml, .jsonl), not the files."),
    ] = None,
    select: Annotated[
        Words,
        typer.Option(metavar="RULES", autocompletion=complete_rules, help="Rules to run and fix."),
    ] = None,
    ignore: Ignore = None,
    extend_select: Annotated[
        Words, typer.Option(metavar="RULES", help="Rules besides those selected.")
    ] = None,
    severity: Annotated[
        Words, typer.Option(metavar="RULES=LEVEL", help="Severity: error, warning or info.")
    ] = None,
    per_file_ignores: Annotated[
        Words, typer.Option(metavar="GLOB=RULES", help="Rules to leave out in some files.")
    ] = None,
    profile: Profile = "",
    dictionary: Dictionaries = None,
    dictionary_path: DictionaryPath = None,
    fail_on: Annotated[
        str, typer.Option(metavar="LEVEL", help="Exit 1 when such a finding is left (error).")
    ] = "",
    exclude: Annotated[
        Words, typer.Option(metavar="GLOB", help="Files and folders to pass over.")
    ] = None,
    output: Annotated[
        Words,
        typer.Option(metavar="FORMAT[=FILE]", help="Report what is left: full, concise, json …"),
    ] = None,
    color: Annotated[str, typer.Option(metavar="WHEN", help="auto, always or never.")] = "auto",
    show_infos: Annotated[
        bool, typer.Option("--show-infos", help="Show findings of severity info that are left.")
    ] = False,
    only_fits: Annotated[
        bool,
        typer.Option("--only-fits", help="Pass over named files that are no FITS files."),
    ] = False,
    config: Config = None,
    no_config: NoConfig = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", metavar="N", help="Worker processes (default: 4 a core)."),
    ] = None,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Time to plan one file (default: 30).")
    ] = None,
) -> Action:
    """Repair headers where only one reading is possible; data are not changed.

    Exit 0: fixed, or nothing to do; 1: findings at or over --fail-on are left; 2: usage or internal
    error; 3: something could not be read, judged or written, and is as it was.
    """
    from fitslint.cli.settings import parse_options

    if config is not None and no_config:
        raise UsageError("--config and --no-config exclude each other")
    if undo is not None:
        from fitslint.cli.repair.undo import run_undo as take_back

        return partial(take_back, undo, paths or [], follow=follow_links)
    if recover:
        from fitslint.cli.repair.undo import run_recover as put_right

        return partial(put_right, paths or ["."], exclude or [])
    from fitslint.cli.repair.fix import FixRequest, run_fix
    from fitslint.repair.options import FixOptions

    quiet = diff or dry_run or emit_corrections is not None
    how = build_writing(
        quiet=quiet, in_place=in_place, output_dir=output_dir, backup=backup, follow=follow_links,
        log=log, diff=diff, corrections=emit_corrections is not None,
    )  # fmt: skip
    only = tuple(word.strip() for words in fix_only or [] for word in words.split(",") if word)
    fixes = FixOptions(unsafe=unsafe_fixes, only=only, data=data, style=style)
    options = parse_options(
        select=select, ignore=ignore, extend_select=extend_select, severity=severity,
        per_file_ignores=per_file_ignores, profile=profile, dictionary=dictionary,
        dictionary_path=dictionary_path, fail_on=fail_on, jobs=jobs, exclude=exclude,
        timeout=timeout,
    )  # fmt: skip
    return partial(
        run_fix,
        FixRequest(
            paths or ["."], fixes, how, options, output or [], interactive, corrections,
            emit_corrections, config, not no_config, color, show_infos, only_fits,
        ),
    )  # fmt: skip
