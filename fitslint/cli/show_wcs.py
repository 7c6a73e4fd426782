"""``fitslint wcs``: from the options to the tables, the picture and the exit code."""

from __future__ import annotations

import math
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, TextIO

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.interrupts import Interruption, acknowledge_signal, hold_signals
from fitslint.cli.position import parse_position_option
from fitslint.cli.report_file import ReportFile
from fitslint.cli.wcs import WcsRequest
from fitslint.config.settings import Limits
from fitslint.engine.checker import STDIN, STDIN_NAME, FileTimeout, FileTimer
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.records import dataclass
from fitslint.report.wcs_report import (
    FileCoordinates,
    HduCoordinates,
    WcsQuery,
    render_wcs_end,
    render_wcs_json,
    render_wcs_start,
    render_wcs_text,
)
from fitslint.source.files import read_file, read_stream
from fitslint.source.journals import describe_journal, find_journal
from fitslint.source.walk import FileWalk
from fitslint.text import suggest
from fitslint.wcs.summary import summarize_header

if TYPE_CHECKING:
    from fitslint.report.wcs_sketch import WcsSketch

_FORMATS = ("text", "json")
_READ = ("ok", "truncated")
"""A file whose data are cut has its headers."""
_COUNTS = ("files", "hdus", "descriptions", "not_computed", "disagreements", "not_read")


@dataclass(slots=True)
class _WcsOutput:
    """A format, and where it goes."""

    form: str
    stream: TextIO
    file: ReportFile | None = None
    files: int = 0


def show_wcs(request: WcsRequest) -> ExitCode:
    """Write what the headers of files say about their coordinates.

    Raises
    ------
    UsageError
        when the request makes no sense; nothing was read then.
    """
    query = WcsQuery(
        tuple(_parse_pixel(text) for text in request.at),
        tuple(parse_position_option("--world", text) for text in request.world),
    )
    if not request.tolerance >= 0:
        raise UsageError(f"--tolerance is a number of pixels from 0, not {request.tolerance:g}")
    sketch = None if request.sketch is None else _prepare_sketch(request.sketch)
    counts = Counter(dict.fromkeys(_COUNTS, 0))
    with ExitStack() as stack:
        outputs = _open_outputs(request, stack)
        try:
            for file in _read_files(request):
                with hold_signals():
                    _count_file(file, counts, request.tolerance)
                    for output in outputs:
                        _write_file(output, file, query, request.tolerance)
                    if sketch is not None:
                        sketch.add_file(file, query)
        except Interruption:
            acknowledge_signal()
            with hold_signals():
                for output in outputs:
                    if output.file is None:
                        _finish_output(output, counts, interrupted=True)
            raise
        for output in outputs:
            _finish_output(output, counts, interrupted=False)
    if sketch is not None and request.sketch is not None:
        _write_sketch(sketch, request.sketch)
    if counts["not_read"]:
        return ExitCode.NOT_CHECKED
    found = counts["not_computed"] or counts["disagreements"]
    return ExitCode.FOUND if found else ExitCode.OK


def _parse_pixel(text: str) -> tuple[float, ...]:
    try:
        pixel = tuple(float(word) for word in text.split(","))
    except ValueError:
        pixel = ()
    if len(pixel) < 1 or not all(map(math.isfinite, pixel)):
        raise UsageError(f"--at takes pixel coordinates such as 512,512.5, not {text!r}")
    return pixel


def _prepare_sketch(path: str) -> WcsSketch:
    suffix = path.rpartition(".")[2].lower()
    if suffix not in ("png", "svg"):
        raise UsageError(f"--sketch takes a file .png or .svg, not {path!r}")
    from fitslint.report.wcs_sketch import WcsSketch

    return WcsSketch(suffix)


def _write_sketch(sketch: WcsSketch, path: str) -> None:
    if not sketch.footprints:
        raise UsageError("--sketch: no header tells a footprint; nothing is drawn")
    with closing(ReportFile(path)) as file:
        file.stream.flush()
        file.stream.buffer.write(sketch.draw())
        file.finish()


def _open_outputs(request: WcsRequest, stack: ExitStack) -> list[_WcsOutput]:
    outputs: list[_WcsOutput] = []
    targets: list[str] = []
    for spec in request.output or ["text"]:
        form, _, target = spec.partition("=")
        if form not in _FORMATS:
            raise UsageError(f"no output format {form!r}{suggest(form, _FORMATS)}")
        target = "" if target == "-" else target
        place = os.path.realpath(target) if target else ""
        if place in targets:
            raise UsageError("two outputs cannot both go to one place; give one a file")
        targets.append(place)
        file = stack.enter_context(closing(ReportFile(target))) if target else None
        output = _WcsOutput(form, file.stream if file else sys.stdout, file)
        if form == "json":
            output.stream.write(render_wcs_start(request.tolerance))
        outputs.append(output)
    return outputs


def _write_file(
    output: _WcsOutput, file: FileCoordinates, query: WcsQuery, tolerance: float
) -> None:
    if output.form == "json":
        separator = ",\n" if output.files else ""
        output.stream.write(separator + render_wcs_json(file, query))
    else:
        output.stream.write(render_wcs_text(file, query, tolerance))
    output.files += 1


def _finish_output(output: _WcsOutput, counts: Counter[str], *, interrupted: bool) -> None:
    if output.form == "json":
        output.stream.write(render_wcs_end(dict(counts), interrupted=interrupted))
    if output.file is not None:
        output.file.finish()
    else:
        output.stream.flush()


def _read_files(request: WcsRequest) -> Iterator[FileCoordinates]:
    limits = Limits()
    with FileTimer(limits.seconds) as timer:
        for path in FileWalk(request.paths):
            timer.started = time.monotonic()
            file = _read_coordinates(path, request.hdu, limits)
            timer.started = 0.0
            yield file


def _read_coordinates(path: str, hdu: str | None, limits: Limits) -> FileCoordinates:
    """The coordinates of one input; never raises because of what it holds."""
    name = STDIN_NAME if path == STDIN else path
    try:
        if path != STDIN and find_journal(path):
            return FileCoordinates(name, "unreadable", describe_journal(path))
        file = (
            read_stream(sys.stdin.buffer, STDIN_NAME, limits)
            if path == STDIN
            else read_file(path, limits)
        )
        return _summarize_file(name, file, hdu)
    except FileTimeout:
        return FileCoordinates(name, "timeout", f"not read within {limits.seconds:g} s")
    except Exception as error:
        if os.environ.get("FITSLINT_DEBUG"):
            raise
        sentence = f"internal error: {type(error).__name__}: {error}"
        return FileCoordinates(name, "crashed", " ".join(sentence.split())[:300])


def _summarize_file(name: str, file: FitsFile, wanted: str | None) -> FileCoordinates:
    result = FileCoordinates(name, file.status, file.reason)
    chosen = [hdu for hdu in file.hdus if wanted is None or _is_wanted(hdu, wanted)]
    for hdu in chosen:
        summary = summarize_header(hdu.header)
        if summary is not None:
            result.hdus.append(HduCoordinates(hdu.number, _read_extname(hdu), summary))
    if file.status == "ok" and wanted is not None and not chosen:
        result.status, result.reason = "unreadable", f"it has no HDU {wanted!r}"
    return result


def _is_wanted(hdu: Hdu, wanted: str) -> bool:
    return wanted == str(hdu.number) or wanted.upper() == _read_extname(hdu).upper() != ""


def _read_extname(hdu: Hdu) -> str:
    return (hdu.header.string("EXTNAME") or "").rstrip(" ")


def _count_file(file: FileCoordinates, counts: Counter[str], tolerance: float) -> None:
    counts["files"] += 1
    counts["not_read"] += file.status not in _READ
    for hdu in file.hdus:
        counts["hdus"] += 1
        counts["descriptions"] += len(hdu.summary.descriptions)
        counts["not_computed"] += hdu.summary.count_failures()
        counts["disagreements"] += hdu.summary.count_disagreements(tolerance)
