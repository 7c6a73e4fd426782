"""``fitslint kappa fetch``: what it does, and what it says."""

from __future__ import annotations

import getpass
import math
import netrc
import os
import re
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, Usage
from fitslint.cli.kappa.fetch import Request
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.fetch.limits import Limits
from fitslint.pipeline.fetch.session import Login
from fitslint.pipeline.kappa.fetching import SOURCES, Fetched, fetch, place_of
from fitslint.report.escape import visible
from fitslint.text import plural

if TYPE_CHECKING:
    from rich.progress import Progress

PASSWORD = "FITSLINT_PASSWORD"
_MODELS = 10
"""Parameter files that are named."""
_SHA = re.compile(r"[0-9a-fA-F]{64}")


def carry_out(request: Request) -> ExitCode:
    """Fetch the model and say what is there.

    Raises
    ------
    Usage
        when the options cannot be.
    """
    _possible(request)
    place = place_of(request.target)
    user = request.user
    login = None if user is None else Login(user, lambda host: _password(user, host))
    with _Bar(place.file) as bar:
        found = fetch(
            place, Path(request.out) / place.folder, source=request.source, url=request.url,
            file=request.file, sha256=request.sha256, cookies=request.cookies, login=login,
            limits=Limits(read=request.timeout, connect=request.timeout), progress=bar,
        )  # fmt: skip
    for note in found.notes:
        sys.stderr.write(f"fitslint: note: {visible(note)}\n")
    sys.stdout.write(_told(found))
    return ExitCode.OK


def _possible(request: Request) -> None:
    try:
        place_of(request.target)
    except PipelineError as error:
        raise Usage(str(error)) from None
    if request.source not in SOURCES:
        raise Usage(f"--from is one of {', '.join(SOURCES)}, not {request.source!r}")
    if request.sha256 is not None and not _SHA.fullmatch(request.sha256):
        raise Usage("--sha256 takes 64 hexadecimal digits")
    if request.file is not None and (request.url or request.cookies or request.user):
        raise Usage("--file takes a tarball that is here; leave --url, --cookies and --user out")
    if not math.isfinite(request.timeout):
        raise Usage("--timeout takes seconds")


def _password(user: str, host: str) -> str:
    """The password of a user, from the environment, from netrc or from who sits there."""
    found = os.environ.get(PASSWORD)
    if found is not None:
        return found
    try:
        entry = netrc.netrc().authenticators(host)
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
        entry = None
    if entry and entry[0] == user and entry[2]:
        return entry[2]
    if not sys.stdin.isatty():
        raise PipelineError(f"there is no password: set {PASSWORD}, or write it into ~/.netrc")
    try:
        return getpass.getpass(f"Password of {visible(user)} at {visible(host)}: ")
    except EOFError:
        raise PipelineError("there is no password") from None


def _told(found: Fetched) -> str:
    archive = found.archive
    fate = f"fetched from {archive.url}" if archive.fresh else "is there"
    models = [path for path in found.files if path.suffix == ".par"]
    count = len(found.files)
    files = f"{count} {plural(count, 'file')}"
    lines = [
        f"{archive.path}: {fate}, {archive.size} bytes, SHA-256 {archive.sha256}",
        f"{archive.path.parent}: {files}, of them {len(models)} .par",
        *(f"  {path}" for path in models[:_MODELS]),
    ]
    return "".join(f"{visible(line)}\n" for line in lines)


class _Bar:
    """A bar of the bytes that are there, on a terminal; nothing in a pipe."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._bar: Progress | None = None

    def __enter__(self) -> _Bar:
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show ``done`` of ``total`` bytes; 0: not known."""
        if self._bar is None:
            if not sys.stderr.isatty():
                return
            self._bar = _made()
            self._bar.add_task(self._title, total=None)
            # Not before the first byte: a password may be asked for until then.
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total or None)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def _made() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(),
        TransferSpeedColumn(), TimeRemainingColumn(), console=Console(file=sys.stderr),
        transient=True,
    )  # fmt: skip
