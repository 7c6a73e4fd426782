"""``fitslint norh sun``: the Sun from Nobeyama."""

from __future__ import annotations

import json
import sys

from fitslint.cli.errors import UsageError, print_error, require_choice
from fitslint.cli.options import FORMAT, FORMATS, Options, argument
from fitslint.cli.report_lines import print_lines


class SunOptions(Options):
    """The options of ``fitslint norh sun``."""

    times: list[str] = argument("Times in UT (2016-07-24T06:14:05).", "TIME...")
    format: str = FORMAT


def print_sun(options: SunOptions) -> None:
    """Tell the Sun at times in UT: the ephemeris keywords of a header, and where it truly stood.

    AZIMUTH and ALTITUDE of a header are those of the plane of the array, which slopes to the south,
    although the manual calls them those at Nobeyama; the true ones are told beside them. Exit 0:
    told; 2: a time is none, or not of 1950 to 2049.
    """
    from fitslint.pipeline.norh.clock import format_ut, parse_time
    from fitslint.pipeline.norh.errors import NorhError
    from fitslint.pipeline.norh.sun import compute_ephemeris

    require_choice("--format", options.format, FORMATS)
    try:
        times = [parse_time(text) for text in options.times]
        suns = [compute_ephemeris(time) for time in times]
    except NorhError as error:
        raise UsageError(str(error)) from None
    found = []
    for time, sun in zip(times, suns, strict=True):
        true = {"azimuth": sun.true_horizon.azimuth, "altitude": sun.true_horizon.altitude}
        true = {name: round(value, 4) for name, value in true.items()}
        found.append({"time": format_ut(time), **sun.list_cards(), "true": true})
        if doubt := sun.describe_doubt():
            print_error(f"warning: {format_ut(time)}: {doubt}")
        if options.format == "text":
            sys.stdout.write(f"{format_ut(time)} UT\n")
            sys.stdout.writelines(
                f"{name:<8} {value}\n" for name, value in sun.list_cards().items()
            )
            print_lines([f"true azimuth {true['azimuth']}, altitude {true['altitude']}"])
    if options.format == "json":
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
