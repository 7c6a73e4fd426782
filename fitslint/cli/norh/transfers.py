"""``fitslint norh trans``: which raw files images need."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError, print_error, require_choice
from fitslint.cli.norh.lists import FREQUENCIES, FREQUENCY, OVERWRITE, write_new_file
from fitslint.cli.options import FORMAT, FORMATS, Options, argument, option

if TYPE_CHECKING:
    from datetime import datetime

    from fitslint.pipeline.norh.schedules import Recording


class TransferOptions(Options):
    """The options of ``fitslint norh trans``."""

    times: list[str] = argument("Times in UT; with --step the first and the last.", "TIME...")
    step: float | None = option("Seconds between times.", "SECONDS")
    freq: str = FREQUENCY
    event: bool = option("Event mode.")
    info: list[str] = option("Lists infoYYMMs, or folders with them.", "FILE|DIR", default=[])
    all: bool = option("Also more than 100,000 times.")
    script: Path | None = option("Write the list that the script norh_trans reads.", "FILE")
    overwrite: bool = OVERWRITE
    format: str = FORMAT


def print_transfers(options: TransferOptions) -> ExitCode:
    """Tell the raw and ephemeris files that images of some times need, and where they are.

    Nothing is fetched. Which file has a time is told by lists infoYYMMs; without one a schedule is
    taken to begin at 07:45 in Japan, which is said. (The manual has ss17990828027 for 00:56:42 UT;
    by that start it is 014.) Exit 0: told; 1: a time is in no schedule or event; 2: usage; 3: a
    list cannot be read.
    """
    from fitslint.pipeline.norh.clock import parse_time
    from fitslint.pipeline.norh.errors import NorhError
    from fitslint.pipeline.norh.transfers import (
        NAMES_MAX,
        format_transfer_list,
        list_times,
        list_transfers,
    )

    require_choice("--freq", options.freq, FREQUENCIES)
    require_choice("--format", options.format, FORMATS)
    try:
        times = [parse_time(text) for text in options.times]
        if options.step is not None:
            if len(times) != 2:
                raise UsageError("with --step say two times: the first and the last")
            limit = None if options.all else NAMES_MAX
            times = list_times(times[0], times[1], options.step, limit)
    except NorhError as error:
        raise UsageError(str(error)) from None
    rows = _read_rows(options, times)
    if rows is None:
        print_error("without --info: schedules are taken to begin at 07:45 in Japan")
    try:
        found = list_transfers(times, rows, f"{options.freq}GHz", is_event=options.event)
    except NorhError as error:
        print_error(str(error))
        return ExitCode.FOUND
    if options.script is not None:
        lines = "".join(f"{line}\n" for line in format_transfer_list(found))
        write_new_file(
            options.script, lines.encode(), overwrite=options.overwrite, inputs=options.info or ()
        )
    if options.format == "json":
        sys.stdout.write(json.dumps([asdict(each) for each in found], indent=2) + "\n")
    else:
        for each in found:
            places = " ".join(f"{place}/{each.name}" for place in each.places)
            sys.stdout.write(f"{each.name} {each.schedule}".rstrip() + f"  {places}\n")
    return ExitCode.OK


def _read_rows(options: TransferOptions, times: list[datetime]) -> list[Recording] | None:
    """The runs of the lists; None without lists."""
    from fitslint.pipeline.norh.schedules import join_recordings, read_recordings
    from fitslint.pipeline.norh.text_lists import find_month_files

    if not options.info:
        return None
    name = f"infoYYMM{'e' if options.event else 's'}"
    paths, missing = find_month_files(options.info, "info", name, (min(times), max(times)))
    for each in missing:
        print_error(f"{each} is not there; the archive has it in data/info")
    rows = []
    for path in paths:
        found, problems = read_recordings(path)
        rows += found
        for problem in problems[:20]:
            print_error(str(problem))
    return join_recordings(rows)
