"""The options of ``fitslint kappa fetch``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from fitslint.cli.command import Action, defer_call

Word = str | None


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """The options as they were given."""

    target: str
    out: str
    source: str
    url: str | None
    file: str | None
    sha256: str | None
    cookies: str | None
    user: str | None
    timeout: float


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fetch")(prepare_fetch)


def prepare_fetch(
    target: Annotated[str, typer.Argument(metavar="NAME", help="a1689 or cl0024.")],
    *,
    out: Annotated[
        str, typer.Option(metavar="DIR", help="Folder that gets Abell1689/ or CL0024/.")
    ] = ".",
    source: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="WORD",
            help="official, wayback, or auto: the archive when the official place fails.",
        ),
    ] = "auto",
    url: Annotated[
        Word, typer.Option(metavar="URL", help="Address of the tarball, where it is known.")
    ] = None,
    file: Annotated[
        Word, typer.Option(metavar="FILE", help="A tarball that was saved with a browser.")
    ] = None,
    sha256: Annotated[
        Word, typer.Option(metavar="HEX", help="SHA-256 of the tarball, to be held against it.")
    ] = None,
    cookies: Annotated[
        Word, typer.Option(metavar="FILE", help="Cookies of a browser that is signed in.")
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0.1, help="Longest silence of a server."),
    ] = 60.0,
    user: Annotated[
        Word,
        typer.Option(
            metavar="NAME",
            help="Sign in; the password comes from FITSLINT_PASSWORD, ~/.netrc or a prompt.",
        ),
    ] = None,
) -> Action:
    """Fetch the published Lenstool model of a cluster and unpack it.

    What broke off is continued; what is there is not fetched again. Exit 0: it is there; 2: usage;
    3: it cannot be fetched.
    """
    request = FetchRequest(target, out, source, url, file, sha256, cookies, user, timeout)
    return defer_call("fitslint.cli.kappa.fetch_report", "run_fetch", request)
