"""``fitslint wcs``: where headers put their pixels, and how far their descriptions are apart."""

from __future__ import annotations

import math
import os
import sys
from collections import Counter
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, TextIO

from fitslint.cli.errors import ExitCode, UsageError, print_error
from fitslint.cli.options import HDU, Options, Words, argument, option, parse_position_option
from fitslint.model.records import dataclass

if TYPE_CHECKING:
    from fitslint.cli.report_file import ReportFile
    from fitslint.report.wcs_report import FileCoordinates, WcsQuery
    from fitslint.report.wcs_sketch import WcsSketch

_FORMATS = ("text", "json")
_TOLERANCE = 0.1
"""Pixels by which two descriptions of one header may differ."""


class WcsOptions(Options):
    """The options of ``fitslint wcs``."""

    paths: Words = argument(
        "Files, folders, globs, @lists, or - for standard input; without any, the current folder.",
        "PATH",
        default=None,
    )
    at: Words = option("Where this pixel, counted from 1, is; repeatable.", "X,Y")
    world: Words = option(
        "Which pixel is there: degrees, 13:11:29.5,-1:20, or in the units of axes that are not"
        " on the sky; repeatable.",
        "LON,LAT",
    )
    sketch: str | None = option("Draw the footprints over each other: .png or .svg.", "FILE")
    hdu: str = HDU
    tolerance: float = option(
        "Exit 1 where descriptions differ by more.", "PIXELS", default=_TOLERANCE
    )
    output: Words = option("text (default) or json; repeatable.", "FORMAT[=FILE]")


@dataclass(slots=True)
class _WcsOutput:
    """A format, and where it goes."""

    form: str
    stream: TextIO
    file: ReportFile | None = None
    files: int = 0


def show_wcs(options: WcsOptions) -> ExitCode:
    """Show where headers put their pixels: every description of coordinates, and how they differ.

    Exit 0: all descriptions agree; 1: one cannot be computed, or two put a pixel further apart
    than --tolerance, where that is not explained (as CDELTi beside CDi_j, or by
    WCSNAME); 2: usage or internal error; 3: some input could not be read, or
    none of it has a place to sketch.
    """
    from fitslint.cli.interrupts import Interruption, acknowledge_signal, hold_signals
    from fitslint.cli.wcs_inputs import count_file, read_coordinates, start_counts
    from fitslint.report.wcs_report import WcsQuery

    query = WcsQuery(
        tuple(_parse_pixel(text) for text in options.at or ()),
        tuple(_parse_world(text) for text in options.world or ()),
    )
    if not options.tolerance >= 0:
        raise UsageError(f"--tolerance is a number of pixels from 0, not {options.tolerance:g}")
    sketch = None if options.sketch is None else _prepare_sketch(options.sketch)
    counts, misfits = start_counts(), 0
    with ExitStack() as stack:
        outputs = _open_outputs(options, stack)
        try:
            for file in read_coordinates(options.paths or ["."], options.hdu):
                with hold_signals():
                    count_file(file, counts, options.tolerance)
                    misfits += _refuse_pixels(file, query) + _refuse_positions(file, query)
                    for output in outputs:
                        _write_file(output, file, query, options.tolerance)
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
    is_drawn = _write_sketch(sketch, options.sketch) if sketch and options.sketch else True
    if counts["not_read"] or not is_drawn:
        return ExitCode.NOT_CHECKED
    if misfits:
        return ExitCode.USAGE
    is_faulty = counts["not_computed"] or counts["disagreements"]
    return ExitCode.FOUND if is_faulty else ExitCode.OK


def _parse_pixel(text: str) -> tuple[float, ...]:
    try:
        pixel = tuple(float(word) for word in text.split(","))
    except ValueError:
        pixel = ()
    if len(pixel) < 1 or not all(map(math.isfinite, pixel)):
        raise UsageError(f"--at takes pixel coordinates such as 512,512.5, not {text!r}")
    return pixel


def _parse_world(text: str) -> tuple[float, ...]:
    """Numbers as they stand, which axes that are not on the sky may have; else a position."""
    try:
        numbers = tuple(float(word) for word in text.split(","))
    except ValueError:
        numbers = ()
    if numbers and all(map(math.isfinite, numbers)):
        return numbers
    return parse_position_option("--world", text)


def _refuse_positions(file: FileCoordinates, query: WcsQuery) -> int:
    """Say which positions of ``--world`` are none of the first description of an HDU."""
    refused = 0
    for hdu in file.hdus:
        first = hdu.summary.descriptions[0].wcs if hdu.summary.descriptions else None
        for position in query.positions if first is not None else ():
            text = ",".join(f"{number:g}" for number in position)
            wanted = 2 if first is None or first.is_celestial else first.axes
            if len(position) != wanted:
                refused += 1
                print_error(
                    f"--world {text} is no position in {file.path}, HDU {hdu.number}: it takes"
                    f" {wanted} numbers"
                )
            elif first is not None and first.is_celestial and abs(position[1]) > 90:
                refused += 1
                print_error(
                    f"--world {text} is no position in {file.path}, HDU {hdu.number}: a latitude"
                    " is between -90 and 90 degrees"
                )
    return refused


def _refuse_pixels(file: FileCoordinates, query: WcsQuery) -> int:
    """Say which pixels of ``--at`` are none of the first description of an HDU; their number."""
    from fitslint.report.wcs_report import names_axes

    refused = 0
    for hdu in file.hdus:
        first = hdu.summary.descriptions[0].wcs if hdu.summary.descriptions else None
        for pixel in query.pixels if first is not None else ():
            if first is not None and not names_axes(first, pixel):
                refused += 1
                text = ",".join(f"{number:g}" for number in pixel)
                print_error(
                    f"--at {text} is no pixel of {file.path}, HDU {hdu.number}: coordinates of"
                    f" {first.axes} axes take as many numbers"
                )
    return refused


def _prepare_sketch(path: str) -> WcsSketch:
    suffix = path.rpartition(".")[2].lower()
    if suffix not in ("png", "svg"):
        raise UsageError(f"--sketch takes a file .png or .svg, not {path!r}")
    from fitslint.report.wcs_sketch import WcsSketch

    return WcsSketch(suffix)


def _write_sketch(sketch: WcsSketch, path: str) -> bool:
    """Whether there was anything to draw."""
    from fitslint.cli.report_file import ReportFile

    if not sketch.footprints:
        print_error("--sketch: no header tells a footprint; nothing is drawn")
        return False
    with closing(ReportFile(path)) as file:
        file.stream.flush()
        file.stream.buffer.write(sketch.draw())
        file.finish()
    return True


def _open_outputs(options: WcsOptions, stack: ExitStack) -> list[_WcsOutput]:
    from fitslint.cli.report_file import ReportFile
    from fitslint.report.wcs_report import render_wcs_start
    from fitslint.text import suggest

    outputs: list[_WcsOutput] = []
    targets: list[str] = []
    for spec in options.output or ["text"]:
        form, _, target = spec.partition("=")
        if form not in _FORMATS:
            raise UsageError(f"no output format {form!r}{suggest(form, _FORMATS)}")
        target = "" if target == "-" else target
        path = os.path.realpath(target) if target else ""
        if path in targets:
            raise UsageError("two outputs cannot both go to one place; give one a file")
        targets.append(path)
        file = stack.enter_context(closing(ReportFile(target))) if target else None
        output = _WcsOutput(form, file.stream if file else sys.stdout, file)
        if form == "json":
            output.stream.write(render_wcs_start(options.tolerance))
        outputs.append(output)
    return outputs


def _write_file(
    output: _WcsOutput, file: FileCoordinates, query: WcsQuery, tolerance: float
) -> None:
    from fitslint.report.wcs_report import render_wcs_json, render_wcs_text

    if output.form == "json":
        separator = ",\n" if output.files else ""
        output.stream.write(separator + render_wcs_json(file, query))
    else:
        output.stream.write(render_wcs_text(file, query, tolerance))
    output.files += 1


def _finish_output(output: _WcsOutput, counts: Counter[str], *, interrupted: bool) -> None:
    from fitslint.report.wcs_report import render_wcs_end

    if output.form == "json":
        output.stream.write(render_wcs_end(dict(counts), interrupted=interrupted))
    if output.file is not None:
        output.file.finish()
    else:
        output.stream.flush()
