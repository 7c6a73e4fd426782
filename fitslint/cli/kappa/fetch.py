"""``fitslint kappa fetch``: the published model of a cluster."""

from __future__ import annotations

import math
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError, print_error
from fitslint.cli.options import Options, argument, option
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.pipeline.kappa.published_models import FetchedModel

PASSWORD = "FITSLINT_PASSWORD"
_MODELS_SHOWN = 10
"""Parameter files that are named."""


class FetchOptions(Options):
    """The options of ``fitslint kappa fetch``."""

    target: str = argument("a1689 or cl0024.", "NAME")
    out: str = option("Folder that gets Abell1689/ or CL0024/.", "DIR", default=".")
    source: str = option(
        "official, wayback, or auto: the archive when the official place fails.",
        "WORD",
        "--from",
        default="auto",
    )
    url: str | None = option("Address of the tarball, where it is known.", "URL")
    file: str | None = option("A tarball that was saved with a browser.", "FILE")
    sha256: str | None = option("SHA-256 of the tarball, to be held against it.", "HEX")
    cookies: str | None = option("Cookies of a browser that is signed in.", "FILE")
    timeout: float = option("Longest silence of a server.", "SECONDS", default=60.0, minimum=0.1)
    user: str | None = option(
        "Sign in; the password comes from FITSLINT_PASSWORD, ~/.netrc or a prompt.", "NAME"
    )


def run_fetch(options: FetchOptions) -> ExitCode:
    """Fetch the published Lenstool model of a cluster and unpack it.

    What broke off is continued; what is there is not fetched again. Exit 0: it is there; 2: usage;
    3: it cannot be fetched.
    """
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.fetch.limits import FetchLimits
    from fitslint.pipeline.fetch.session import Login
    from fitslint.pipeline.kappa.published_models import fetch_model, find_model_source

    _validate_options(options)
    origin = find_model_source(options.target)
    user = options.user
    login = None if user is None else Login(user, lambda host: _find_password(user, host))
    with ProgressBar() as bar:
        fetched = fetch_model(
            origin, Path(options.out) / origin.folder, source=options.source, url=options.url,
            file=options.file, sha256=options.sha256, cookies=options.cookies, login=login,
            limits=FetchLimits(read=options.timeout, connect=options.timeout),
            progress=bar.begin_download(origin.file),
        )  # fmt: skip
    for note in fetched.notes:
        print_error(f"note: {note}")
    print_lines(_format_result(fetched))
    return ExitCode.OK


def _validate_options(options: FetchOptions) -> None:
    from fitslint.pipeline.errors import PipelineError
    from fitslint.pipeline.kappa.published_models import FETCH_ROUTES, find_model_source

    try:
        find_model_source(options.target)
    except PipelineError as error:
        raise UsageError(str(error)) from None
    if options.source not in FETCH_ROUTES:
        raise UsageError(f"--from is one of {', '.join(FETCH_ROUTES)}, not {options.source!r}")
    if options.sha256 is not None and not re.fullmatch("[0-9a-fA-F]{64}", options.sha256):
        raise UsageError("--sha256 takes 64 hexadecimal digits")
    if options.file is not None and (options.url or options.cookies or options.user):
        raise UsageError(
            "--file takes a tarball that is here; leave --url, --cookies and --user out"
        )
    if not math.isfinite(options.timeout):
        raise UsageError("--timeout takes seconds")


def _find_password(user: str, host: str) -> str:
    """The password of a user, from the environment, from netrc or from who sits there."""
    import getpass
    import netrc

    from fitslint.pipeline.errors import PipelineError
    from fitslint.report.escape import escape_text

    password = os.environ.get(PASSWORD)
    if password is not None:
        return password
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


def _format_result(fetched: FetchedModel) -> list[str]:
    from fitslint.report.escape import escape_text
    from fitslint.text import count_noun, phrase, say

    archive = fetched.archive
    outcome = (
        phrase("fetched from {url}", url=archive.url) if archive.is_fresh else phrase("is there")
    )
    models = [path for path in fetched.files if path.suffix == ".par"]
    files = count_noun(len(fetched.files), "file")
    lines = [
        say("{path}: {outcome}, {size} bytes, SHA-256 {sha256}", path=archive.path, outcome=outcome,
            size=archive.size, sha256=archive.sha256),
        say("{path}: {files}, of them {count} .par", path=archive.path.parent, files=files,
            count=len(models)),
        *(f"  {path}" for path in models[:_MODELS_SHOWN]),
    ]  # fmt: skip
    return [escape_text(line) for line in lines]
