"""``--output FORMAT[=FILE]``: which formats go where."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import TextIO

from fitslint.cli.errors import Usage
from fitslint.cli.report_file import ReportFile
from fitslint.model.finding import Severity
from fitslint.model.records import dataclass
from fitslint.report.format import Format, Totals
from fitslint.report.formats import NAMES, make
from fitslint.text import suggest

COLORS = ("auto", "always", "never")
DEFAULT = "full"


@dataclass(slots=True)
class Sink:
    """A format and the stream that it is written to."""

    format: Format
    stream: TextIO
    file: ReportFile | None = None
    started: bool = True
    """Whether what stands before the first file is written."""
    begun: bool = False

    def write(self, text: str) -> None:
        """Write the text of some files.

        Raises
        ------
        Usage
            when it cannot be written.
        """
        if text:
            with self._name_output():
                self._start()
                if self.begun:
                    self.stream.write(self.format.separator)
                self.stream.write(text)
            self.begun = True

    @property
    def waits(self) -> bool:
        """Whether nothing of it is seen before it is finished."""
        return self.file is not None and self.file.waits

    def _start(self) -> None:
        if not self.started:
            self.started = True
            self.stream.write(self.format.head())

    def finish(self, totals: Totals) -> None:
        """Write what stands at the end, and put a file in its place.

        Raises
        ------
        Usage
            when it cannot be written.
        """
        with self._name_output():
            self._start()
            self.stream.write(self.format.tail(totals, any_file=self.begun))
            self.stream.flush()
            if self.file is not None:
                self.file.finish()

    @contextmanager
    def _name_output(self) -> Iterator[None]:
        """Say which output it was that could not be written."""
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            where = repr(self.file.target) if self.file else "standard output"
            raise Usage(f"cannot write {where}: {error.strerror or error}") from None


def colour_on(wish: str, stream: TextIO) -> bool:
    """Whether ``stream`` gets colours under ``--color wish``.

    Raises
    ------
    Usage
        when the wish is not one of auto, always and never.
    """
    if wish not in COLORS:
        raise Usage(f"'--color' is one of {', '.join(COLORS)}, not {wish!r}{suggest(wish, COLORS)}")
    if wish != "auto":
        return wish == "always"
    # https://no-color.org: any value that is not empty
    quiet = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not quiet


def open_sinks(
    wanted: Sequence[str], color: str, stack: ExitStack, least: Severity = "info"
) -> list[Sink]:
    """The sinks of ``--output``; files are closed with ``stack``.

    Text for people shows findings from ``least`` upwards.

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
        form = make(name, colour=colour and not target, least=least)
        file = stack.enter_context(closing(ReportFile(target))) if target else None
        sinks.append(Sink(form, file.stream if file else sys.stdout, file, started=False))
    return sinks


def _parsed(spec: str) -> tuple[str, str]:
    name, _, target = spec.partition("=")
    if name not in NAMES:
        hint = suggest(name, NAMES) or f"; there are {', '.join(NAMES)}"
        raise Usage(f"no output format {name!r}{hint}")
    return name, "" if target == "-" else target
