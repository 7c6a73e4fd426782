"""``--output FORMAT[=FILE]``: which formats go where."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from fitslint.cli.errors import Usage
from fitslint.config.options import nearest
from fitslint.report.format import Format, Totals
from fitslint.report.formats import NAMES, make

COLORS = ("auto", "always", "never")
DEFAULT = "full"


@dataclass(slots=True)
class Sink:
    """A format and the stream that it is written to."""

    format: Format
    stream: TextIO
    begun: bool = False

    def write(self, text: str) -> None:
        """Write the text of some files."""
        if text:
            if self.begun:
                self.stream.write(self.format.separator)
            self.stream.write(text)
            self.begun = True

    def finish(self, totals: Totals) -> None:
        """Write what stands at the end."""
        self.stream.write(self.format.tail(totals, any_file=self.begun))
        self.stream.flush()


def colour_on(wish: str, stream: TextIO) -> bool:
    """Whether ``stream`` gets colours under ``--color wish``.

    Raises
    ------
    Usage
        when the wish is not one of auto, always and never.
    """
    if wish not in COLORS:
        raise Usage(f"'--color' is one of {', '.join(COLORS)}, not {wish!r}{nearest(wish, COLORS)}")
    if wish != "auto":
        return wish == "always"
    # https://no-color.org: any value that is not empty
    quiet = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not quiet


def open_sinks(wanted: Sequence[str], color: str, stack: ExitStack) -> list[Sink]:
    """The sinks of ``--output``; files are closed with ``stack``.

    Raises
    ------
    Usage
        when a format is unknown, two write to one place, or a file cannot be written.
    """
    colour = colour_on(color, sys.stdout)
    pairs = [_parsed(spec) for spec in wanted or [DEFAULT]]
    places = [os.path.realpath(target) if target else "" for _, target in pairs]
    for (_, target), place in zip(pairs, places, strict=True):
        if places.count(place) > 1:
            where = repr(target) if target else "standard output"
            raise Usage(f"two outputs cannot both go to {where}; give one a file: FORMAT=FILE")
    sinks = []
    for name, target in pairs:
        stream = stack.enter_context(_opened(target)) if target else sys.stdout
        sinks.append(Sink(make(name, colour=colour and not target), stream))
    for sink in sinks:
        sink.stream.write(sink.format.head())
    return sinks


def _parsed(spec: str) -> tuple[str, str]:
    name, _, target = spec.partition("=")
    if name not in NAMES:
        raise Usage(f"no output format {name!r}{nearest(name, NAMES)}")
    return name, "" if target == "-" else target


def _opened(target: str) -> TextIO:
    path = Path(target)
    try:
        if path.is_file():
            with path.open("rb") as old:
                if old.read(8) in (b"SIMPLE  ", b"XTENSION"):
                    raise Usage(f"{target!r} is a FITS file and is not overwritten by a report")
        return path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise Usage(f"cannot write {target!r}: {error.strerror}") from None
