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

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.kappa.fetch import FetchRequest
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.fetch.limits import FetchLimits
from fitslint.pipeline.fetch.session import Login
from fitslint.pipeline.kappa.published_models import (
    FETCH_ROUTES,
    FetchedModel,
    fetch_model,
    find_model_source,
)
from fitslint.report.escape import escape_text
from fitslint.text import plural

if TYPE_CHECKING:
    from rich.progress import Progress

PASSWORD = "FITSLINT_PASSWORD"
_MODELS_SHOWN = 10
"""Parameter files that are named."""
_SHA = re.compile(r"[0-9a-fA-F]{64}")


def run_fetch(request: FetchRequest) -> ExitCode:
    """Fetch the model and say what is there.

    Raises
    ------
    Usage
        when the options cannot be.
    """
    _validate_request(request)
    place = find_model_source(request.target)
    user = request.user
    login = None if user is None else Login(user, lambda host: _find_password(user, host))
    with _DownloadBar(place.file) as bar:
        found = fetch_model(
            place, Path(request.out) / place.folder, source=request.source, url=request.url,
            file=request.file, sha256=request.sha256, cookies=request.cookies, login=login,
            limits=FetchLimits(read=request.timeout, connect=request.timeout), progress=bar,
        )  # fmt: skip
    for note in found.notes:
        sys.stderr.write(f"fitslint: note: {escape_text(note)}\n")
    sys.stdout.write(_format_result(found))
    return ExitCode.OK


def _validate_request(request: FetchRequest) -> None:
    try:
        find_model_source(request.target)
    except PipelineError as error:
        raise UsageError(str(error)) from None
    if request.source not in FETCH_ROUTES:
        raise UsageError(f"--from is one of {', '.join(FETCH_ROUTES)}, not {request.source!r}")
    if request.sha256 is not None and not _SHA.fullmatch(request.sha256):
        raise UsageError("--sha256 takes 64 hexadecimal digits")
    if request.file is not None and (request.url or request.cookies or request.user):
        raise UsageError(
            "--file takes a tarball that is here; leave --url, --cookies and --user out"
        )
    if not math.isfinite(request.timeout):
        raise UsageError("--timeout takes seconds")


def _find_password(user: str, host: str) -> str:
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
        return getpass.getpass(f"Password of {escape_text(user)} at {escape_text(host)}: ")
    except EOFError:
        raise PipelineError("there is no password") from None


def _format_result(found: FetchedModel) -> str:
    archive = found.archive
    fate = f"fetched from {archive.url}" if archive.is_fresh else "is there"
    models = [path for path in found.files if path.suffix == ".par"]
    count = len(found.files)
    files = f"{count} {plural(count, 'file')}"
    lines = [
        f"{archive.path}: {fate}, {archive.size} bytes, SHA-256 {archive.sha256}",
        f"{archive.path.parent}: {files}, of them {len(models)} .par",
        *(f"  {path}" for path in models[:_MODELS_SHOWN]),
    ]
    return "".join(f"{escape_text(line)}\n" for line in lines)


class _DownloadBar:
    """A bar of the bytes that are there, on a terminal; nothing in a pipe."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._bar: Progress | None = None

    def __enter__(self) -> _DownloadBar:
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show ``done`` of ``total`` bytes; 0: not known."""
        if self._bar is None:
            if not sys.stderr.isatty():
                return
            self._bar = _build_bar()
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


def _build_bar() -> Progress:
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
