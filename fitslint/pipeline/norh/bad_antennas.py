"""What an SZ file tells (A.4): the Sun at three noons, and which antennas are not to be used.

The layout of the archive's sz00YYMMDD001 is not published; the same content is written as TOML
under another name, so that neither is taken for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from fitslint.pipeline.norh.antennas import ANTENNAS, ARM_SIZE
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.track import compute_noon, list_noon_values
from fitslint.pipeline.toml_file import read_toml

_DECIMALS = (4, 2, 2, 4, 4)


def name_sz_file(day: date) -> str:
    """Name of the file of a day in Japan."""
    return f"sz{day:%y%m%d}.toml"


def build_sz_file(day: date, bad: Sequence[int]) -> str:
    """The text of the file of a day in Japan.

    Parameters
    ----------
    bad : sequence of int
        numbers of antennas that are not to be used.
    """
    lines = [
        f"# The Sun at noon in Japan and the antennas of the Radioheliograph for {day}.",
        "# [declination (deg), hour angle (s), radius (arcsec), P (deg), B0 (deg)]",
        f"date = {day}",
        "",
        "[noon]",
    ]
    for name, shift in (("before", -1), ("day", 0), ("after", 1)):
        values = list_noon_values(compute_noon(day + timedelta(days=shift)))
        told = ", ".join(f"{value:.{n}f}" for value, n in zip(values, _DECIMALS, strict=True))
        lines.append(f"{name} = [{told}]")
    lines += ["", "[antennas]  # 0: used, 1: not; in the order of the archive", "unused = ["]
    for at in range(0, len(ANTENNAS), ARM_SIZE):
        flags = ", ".join(str(int(number in bad)) for number in range(at, at + ARM_SIZE))
        lines.append(f"    {flags},  # {ANTENNAS[at]} to {ANTENNAS[at + ARM_SIZE - 1]}")
    return "\n".join([*lines, "]", ""])


def read_sz_file(path: str) -> tuple[int, ...]:
    """Numbers of the antennas that such a file says are not to be used.

    Raises
    ------
    PipelineError
        when it cannot be read or has no flag of every antenna.
    """
    table = read_toml(path).get("antennas")
    flags = table.get("unused") if isinstance(table, dict) else None
    if (
        not isinstance(flags, list)
        or len(flags) != len(ANTENNAS)
        or any(flag not in (0, 1) for flag in flags)
    ):
        raise NorhError(f"unused in [antennas] is {len(ANTENNAS)} flags of 0 or 1", path=path)
    return tuple(at for at, flag in enumerate(flags) if flag)
