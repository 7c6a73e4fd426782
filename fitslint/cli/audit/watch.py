"""``fitslint audit watch``: an archive checked as it grows."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.audit.ask import FOLDER, open_audit
from fitslint.cli.audit.run import AuditRuleOptions, prepare_filters
from fitslint.cli.errors import ExitCode, UsageError, print_error
from fitslint.cli.options import option
from fitslint.text import count_noun, say

if TYPE_CHECKING:
    from fitslint.audit.post import Poster
    from fitslint.audit.watch import WatchedBatch, Watcher

_SEVERITIES = ("error", "warning", "info")


class WatchOptions(AuditRuleOptions):
    """The options of ``fitslint audit watch``."""

    folder: Path = FOLDER
    post: str = option("Send new findings there as lines of JSON.", "URL")
    settle: float = option(
        "Seconds for which a file has to stay as it is (default: 2).", "S", default=2.0
    )
    until_idle: float | None = option("End when nothing has landed for so many seconds.", "S")


def run_watch(options: WatchOptions) -> ExitCode:
    """Check files of an audit's folders as they land or change, and add them to the audit.

    What happened before is made up for first. With --post every finding waits on disk until the
    address has taken it. Ctrl-C ends it; the next run or watch goes on from there.

    Exit 0: ended by --until-idle; 2: there is no audit, or it cannot be watched; 3: findings still
    wait to be sent.
    """
    from fitslint.cli.settings import load_settings

    settings = load_settings(options, options.config, search=not options.no_config).settings
    settings = prepare_filters(settings)
    with open_audit():
        from fitslint.audit.manifest import Manifest
        from fitslint.audit.post import Poster
        from fitslint.audit.run import AuditRun
        from fitslint.audit.watch import Watcher

        manifest = Manifest(options.folder)
        roots = tuple(manifest.facts["roots"])
        watcher = Watcher(AuditRun(roots, os.fspath(options.folder), settings), options.settle)
        poster = None
        if options.post:
            poster = Poster(options.folder, options.post, manifest.facts["next_shard"])
        try:
            return _follow(watcher, poster, options.until_idle)
        except OSError as error:
            raise UsageError(
                say("the watch stopped: {place}: {reason}; the next run goes on from there",
                    place=error.filename or options.folder, reason=error.strerror or error)
            ) from None  # fmt: skip


def _follow(watcher: Watcher, poster: Poster | None, until_idle: float | None) -> ExitCode:
    """Tell and send what comes of each batch, until nothing comes any more."""
    last, told = time.monotonic(), ""
    with closing(watcher.watch(poster)) as batches:
        for noticed in batches:
            is_last = until_idle is not None and time.monotonic() - last >= until_idle
            is_behind = is_last and noticed is None and watcher.is_behind
            batch = watcher.list_anew() if is_behind else noticed
            if batch is not None and (batch.files or batch.gone or batch.shards):
                _tell(batch)
                last = time.monotonic()
                if poster is not None:
                    poster.queue_shards(batch.shards)
            if poster is not None:
                poster.send(time.monotonic())
                told = _tell_problem(poster, told)
            if until_idle is not None and is_last and time.monotonic() - last >= until_idle:
                break
    return ExitCode.NOT_CHECKED if poster is not None and poster.waiting else ExitCode.OK


def _tell(batch: WatchedBatch) -> None:
    words = [count_noun(batch.counts.get(one, 0), one) for one in _SEVERITIES]
    files = count_noun(batch.files, "file")
    sys.stdout.write(say("{files}: {words}", files=files, words=tuple(words)) + "\n")
    if batch.gone:
        sys.stdout.write(say("{files} gone", files=count_noun(batch.gone, "file")) + "\n")
    sys.stdout.flush()


def _tell_problem(poster: Poster, told: str) -> str:
    """Say once why findings are not taken; what was said."""
    if poster.problem and poster.problem != told:
        print_error(
            say("{url} did not take the findings: {problem}; they wait, and it is tried again",
                url=poster.url, problem=poster.problem)
        )  # fmt: skip
    return poster.problem
