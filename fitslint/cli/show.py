"""``fitslint show``: headers as a person reads them, whatever state they are in."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from fitslint.cli.errors import ExitCode, UsageError, require_choice
from fitslint.cli.options import (
    COLOR,
    CONFIG,
    HDU,
    NO_CONFIG,
    PROFILE,
    Options,
    Words,
    argument,
    option,
)

if TYPE_CHECKING:
    from fitslint.config.settings import Limits, Settings
    from fitslint.model.file import FitsFile
    from fitslint.model.finding import FileReport
    from fitslint.model.header import Header
    from fitslint.report.show.views import ShowQuery
    from fitslint.syntax.scan_reader import ReadData

_FORMATS = ("text", "jsonl")
_READ = ("ok", "truncated")


class ShowOptions(Options):
    """The options of ``fitslint show``."""

    paths: Words = argument("Files, globs, @lists, or - for standard input.", "PATH")
    hdu: str = HDU
    grep: str | None = option(
        "Only keywords whose card has this regular expression, in any case.", "PATTERN"
    )
    format: str = option("text, or jsonl: an object a file.", "NAME", default="text")
    show_infos: bool = option("Show findings of severity info as text, too.")
    color: str = COLOR
    profile: str = PROFILE
    config: Path | None = CONFIG
    no_config: bool = NO_CONFIG


def show_headers(options: ShowOptions) -> ExitCode:
    """Show headers: the layout of the file, columns of tables, cards with what is wrong with them.

    Strings over CONTINUE cards are shown in one piece, and a card that is not legal as it stands.
    FILE[1] and FILE[NAME] mean an HDU as they do for CFITSIO, where no file has that name.

    Exit 0: shown; 1: --grep or --hdu found nothing; 2: usage or internal error; 3: some input
    could not be read.
    """
    from fitslint.cli.outputs import is_colour_on
    from fitslint.cli.settings import load_settings
    from fitslint.report.show.views import ShowQuery
    from fitslint.source.walk import FileWalk

    require_choice("--format", options.format, _FORMATS)
    settings = load_settings(options, options.config, search=not options.no_config).settings
    query = ShowQuery(
        options.hdu, _compile_pattern(options.grep), "info" if options.show_infos else "warning"
    )
    colour = is_colour_on(options.color, sys.stdout)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    shower = _Shower(settings, query, colour=colour, width=width)
    with shower.checker.timer:
        for number, path in enumerate(FileWalk(options.paths or ())):
            if number and options.format == "text" and query.pattern is None:
                sys.stdout.write("\n")
            shower.show(path, as_json=options.format == "jsonl")
    if shower.unread:
        return ExitCode.NOT_CHECKED
    is_asked = query.pattern is not None or bool(query.label)
    return ExitCode.FOUND if is_asked and not shower.shown else ExitCode.OK


def _compile_pattern(text: str | None) -> re.Pattern[str] | None:
    try:
        return None if text is None else re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"--grep {text!r} is no regular expression: {error}") from None


class _Shower:
    """Reads and judges one file after the other, and writes what is shown of it."""

    def __init__(self, settings: Settings, query: ShowQuery, *, colour: bool, width: int) -> None:
        from fitslint.engine.checker import FileChecker

        self.checker = FileChecker(settings, read=self._read)
        self.unread = self.shown = 0
        self._query, self._colour, self._width = query, colour, width
        self._file: FitsFile | None = None
        self._headers: list[Header] = []
        """Of the file, as they were read: of a very long one only the beginning is judged."""

    def show(self, path: str, *, as_json: bool) -> None:
        """Show a file."""
        from fitslint.source.nearby import find_extended_name

        query = self._query
        extended = None if query.label else find_extended_name(path)
        if extended and extended[1]:
            path, label = extended
            query = query.choose_hdu(label)
        self._file = None
        report = self._check(path)
        self.unread += report.status not in _READ
        file = self._file if report.status in _READ else None
        if file is not None:
            for hdu, header in zip(file.hdus, self._headers, strict=True):
                hdu.header = header
        for line in self._render(report, file, query, as_json=as_json):
            sys.stdout.write(line + "\n")

    def _check(self, path: str) -> FileReport:
        from fitslint.engine.checker import STDIN, STDIN_NAME
        from fitslint.source.files import read_stream

        def read(stream: BinaryIO, limits: Limits, read_data: ReadData | None = None) -> FitsFile:
            return self._keep(read_stream(stream, STDIN_NAME, limits, read_data))

        if path == STDIN:
            return self.checker.check_source(sys.stdin.buffer, read)
        return self.checker.check(path)

    def _read(self, path: str, limits: Limits, read_data: ReadData | None = None) -> FitsFile:
        from fitslint.source.files import read_file

        return self._keep(read_file(path, limits, read_data))

    def _keep(self, file: FitsFile) -> FitsFile:
        self._file = file
        self._headers = [hdu.header for hdu in file.hdus]
        return file

    def _render(
        self, report: FileReport, file: FitsFile | None, query: ShowQuery, *, as_json: bool
    ) -> Iterator[str]:
        from fitslint.report.show.json_lines import render_json_line
        from fitslint.report.show.text import ShowRenderer

        if as_json:
            line, hdus = render_json_line(report, file, query)
            self.shown += hdus
            yield line
            return
        renderer = ShowRenderer(query, colour=self._colour, width=self._width)
        yield from renderer.render_file(report, file)
        self.shown += renderer.hdus
