"""``fitslint audit fix``: the safe fixes of an audit, planned and done."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from fitslint.cli.audit.ask import FOLDER, open_audit, print_counts
from fitslint.cli.completion import complete_rules
from fitslint.cli.errors import ExitCode
from fitslint.cli.options import (
    BACKUP,
    CONFIG,
    DRY_RUN,
    FOLLOW_LINKS,
    IN_PLACE,
    NO_CONFIG,
    Options,
    Words,
    configuration_option,
    option,
)
from fitslint.text import count_noun, say

if TYPE_CHECKING:
    from fitslint.audit.fix_plan import PlannedFix

_LOG_NAME = "repairs.jsonl"


class AuditFixOptions(Options):
    """The options of ``fitslint audit fix``."""

    folder: Path = FOLDER
    plan: bool = option("Only tell what would be fixed.")
    fix_only: Words = option(
        "Fix the findings of these rules only.", "RULES", complete=complete_rules
    )
    log: str | None = option("Repair log (default: repairs.jsonl in the audit).", "FILE")
    dry_run: bool = DRY_RUN
    in_place: bool = IN_PLACE
    backup: str | None = BACKUP
    follow_links: bool = FOLLOW_LINKS
    jobs: int | None = configuration_option("jobs", "Worker processes (default: 4 a core).")
    config: Path | None = CONFIG
    no_config: bool = NO_CONFIG


def run_audit_fix(options: AuditFixOptions) -> ExitCode:
    """Make the safe fixes that an audit found, every one told to a repair log.

    Each file is read and judged again first, so that one that has changed since is safe.
    `fitslint fix --undo LOG` takes all back. Exit codes are those of `fitslint fix`.
    """
    from fitslint.cli.settings import split_option_words

    only = [one for words in options.fix_only or () for one in split_option_words(words)]
    with open_audit():
        from fitslint.audit.database import AuditDatabase
        from fitslint.audit.fix_plan import count_fixable, list_fixable, plan_fixes, write_names

        with AuditDatabase(options.folder) as database:
            planned = plan_fixes(database, only)
            codes = [one.code for one in planned]
            files, remote = count_fixable(database, codes)
            _print_plan(planned, files, remote)
            if options.plan or files == remote:
                return ExitCode.OK
            with NamedTemporaryFile(prefix="fitslint-", suffix=".list") as names:
                count = write_names(list_fixable(database, codes), names.file)
                names.flush()
                _print_kept(files - remote - count)
                return _fix_listed(options, f"@{names.name}", codes)


def _print_plan(planned: list[PlannedFix], files: int, remote: int) -> None:
    fixes = sum(one.findings for one in planned)
    sys.stdout.write(
        say("{fixes} in {files}", fixes=count_noun(fixes, "safe fix"),
            files=count_noun(files, "file")) + "\n"
    )  # fmt: skip
    if remote:
        sys.stdout.write(
            say("{count:,} of them are remote and stay as they are", count=remote) + "\n"
        )
    rows = [(one.code, one.name, f"{one.findings:,}", f"{one.files:,}") for one in planned]
    if rows:
        print_counts(("rule", "name", "fixes", "files"), rows, 2)


def _print_kept(count: int) -> None:
    if count:
        template = "{count:,} of them are backups or copies of repairs and stay as they are"
        sys.stdout.write(say(template, count=count) + "\n")


def _fix_listed(options: AuditFixOptions, names: str, codes: list[str]) -> ExitCode:
    """Fix the files of a list by the one road of repair."""
    from fitslint.cli.fix.command import FixCommandOptions, run_fix

    sys.stdout.write("\n")
    log = options.log or str(options.folder / _LOG_NAME)
    return run_fix(
        FixCommandOptions(
            paths=[names], fix_only=codes, log=None if options.dry_run else log,
            dry_run=options.dry_run, in_place=options.in_place, backup=options.backup,
            follow_links=options.follow_links, jobs=options.jobs, config=options.config,
            no_config=options.no_config,
        )
    )  # fmt: skip
