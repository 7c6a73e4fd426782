"""``fitslint norh raw``: correlations of raw data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import UsageError
from fitslint.cli.norh.images import store_products
from fitslint.cli.norh.lists import OVERWRITE, refuse_inputs
from fitslint.cli.options import Options, argument, option
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.pipeline.norh.synthesis.raw import RawFrames


class RawOptions(Options):
    """The options of ``fitslint norh raw``."""

    file: str = argument("Raw data.", "FILE")
    layout: str | None = option("Layout of a file that is none of ours.", "FILE.toml")
    pair: str | None = option("Tell the correlations of two antennas (N01,E28).", "ANT,ANT")
    table: Path | None = option("Write it as a FITS table of ours.", "FILE")
    overwrite: bool = OVERWRITE


def print_raw(options: RawOptions) -> None:
    """Tell the frames, times and correlations of raw data.

    The layout of the archive's raw files is not published, and they cannot be read without --layout
    (record_bytes, header_bytes, endian, order, start, frequency). Exit 0: told; 2: usage; 3: the
    file or its layout cannot be used.
    """
    from fitslint.pipeline.norh.synthesis.layout import read_layout
    from fitslint.pipeline.norh.synthesis.raw import build_raw_product, read_raw

    pair = None if options.pair is None else _parse_pair(options.pair)
    raw = (
        read_raw(options.file)
        if options.layout is None
        else read_layout(options.file, options.layout)
    )
    if options.table is not None:
        history = [] if options.layout is None else ["read by a layout that somebody described"]
        refuse_inputs(options.table, filter(None, (options.file, options.layout)))
        product = build_raw_product(raw, history)
        store_products({str(options.table): product}, overwrite=options.overwrite)
    print_lines(_describe_raw(raw, pair))


def _parse_pair(text: str) -> int:
    from fitslint.pipeline.norh.antennas import find_antenna, number_pair
    from fitslint.pipeline.norh.errors import NorhError

    names = text.split(",")
    if len(names) != 2:
        raise UsageError("--pair has two antennas with a comma: N01,E28")
    try:
        return number_pair(*map(find_antenna, names))
    except NorhError as error:
        raise UsageError(str(error)) from None


def _describe_raw(raw: RawFrames, pair: int | None) -> Iterator[str]:
    from fitslint.pipeline.norh.antennas import ANTENNAS
    from fitslint.pipeline.norh.clock import JST_AHEAD, format_ut
    from fitslint.pipeline.norh.constants import FULL_CORRELATION
    from fitslint.text import count_noun

    first, last = int(raw.numbers[0]), int(raw.numbers[-1])
    yield (
        f"{raw.frequency} {' and '.join(raw.records)}: {count_noun(len(raw.numbers), 'frame')}, "
        f"{first} to {last}, from {format_ut(raw.find_start(first))} UT"
    )
    silent = [
        name for name, is_silent in zip(ANTENNAS, raw.find_silent(), strict=True) if is_silent
    ]
    if silent:
        yield f"antennas without correlations: {' '.join(silent)}"
    if pair is None:
        return
    yield "frame   time (JST)    " + "  ".join(f"cos {name}   sin {name}" for name in raw.records)
    for at, number in enumerate(raw.numbers.tolist()):
        time = format_ut(raw.find_start(number) + JST_AHEAD)[11:]
        values = [
            float(stored[at, part, pair]) / FULL_CORRELATION
            for stored in raw.records.values()
            for part in (0, 1)
        ]
        yield f"{number:<6}  {time:<12}  " + "  ".join(f"{value:+.5f}" for value in values)
