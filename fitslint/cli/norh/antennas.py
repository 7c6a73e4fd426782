"""``fitslint norh ant`` and ``sz``: antennas and their pairs, and those that are not used."""

from __future__ import annotations

import sys
from pathlib import Path

from fitslint.cli.errors import UsageError
from fitslint.cli.norh.lists import OVERWRITE, write_new_file
from fitslint.cli.options import Options, argument, option
from fitslint.cli.report_lines import print_lines


class AntennaOptions(Options):
    """The options of ``fitslint norh ant``."""

    antennas: list[str] = argument("Names or numbers; two make a pair.", "ANT...", default=[])
    pair: int | None = option("The antennas of a pair of this number.", "N")


def print_antennas(options: AntennaOptions) -> None:
    """Tell the names, numbers and places of antennas, and the number and baseline of a pair.

    N01 to N28, E28 to E01 and W01 to W28 are numbered 0 to 83, in the order of the ephemeris files;
    numbers of antennas and pairs are assumed, and the places reconstructed. Exit 0: told; 2: there
    is no such antenna or pair.
    """
    from fitslint.pipeline.norh import antennas
    from fitslint.pipeline.norh.constants import UNIT_SPACING
    from fitslint.pipeline.norh.errors import NorhError

    try:
        numbers = [antennas.find_antenna(word) for word in options.antennas]
        if options.pair is not None:
            numbers += antennas.split_pair(options.pair)
        pair = antennas.number_pair(*numbers) if len(numbers) == 2 else None
    except NorhError as error:
        raise UsageError(str(error)) from None
    places = antennas.load_places()
    metres = UNIT_SPACING / 100
    for at in numbers or range(len(places)):
        west, north = places[at]
        print_lines([
            f"{antennas.ANTENNAS[at]}  {at:2d}  {west * metres:8.2f} m west"
            f"  {north * metres:7.2f} m north"
        ])  # fmt: skip
    if pair is not None:
        first, second = sorted(numbers)
        west, north = (b - a for a, b in zip(places[first], places[second], strict=True))
        print_lines([f"pair {pair}: {west:+d} d west, {north:+d} d north"])


class SzOptions(Options):
    """The options of ``fitslint norh sz``."""

    day: str = argument("Day in Japan (1999-03-01).", "DATE")
    antennas: list[str] = argument("Antennas that are not to be used.", "ANT...", default=[])
    outdir: Path = option("Folder of the file.", "DIR", default=Path())
    overwrite: bool = OVERWRITE


def write_sz(options: SzOptions) -> None:
    """Write the Sun at three noons and the bad antennas of a day, as an SZ file tells them.

    The layout of the archive's sz00YYMMDD001 is not published; szYYMMDD.toml has its content, the
    numbers of fitslint norh track and a flag for each of the 84 antennas. Exit 0: written; 2: no
    such day or antenna, or the file cannot be written.
    """
    from datetime import date

    from fitslint.pipeline.norh.antennas import find_antenna
    from fitslint.pipeline.norh.bad_antennas import build_sz_file, name_sz_file
    from fitslint.pipeline.norh.errors import NorhError

    try:
        day = date.fromisoformat(options.day)
        text = build_sz_file(day, [find_antenna(word) for word in options.antennas])
    except NorhError as error:
        raise UsageError(str(error)) from None
    except (ValueError, OverflowError):
        raise UsageError(f"{options.day[:20]!r} is no date; write 1999-03-01") from None
    path = options.outdir / name_sz_file(day)
    write_new_file(path, text.encode(), overwrite=options.overwrite)
    from fitslint.report.escape import escape_text

    sys.stdout.write(f"{escape_text(str(path))}\n")
