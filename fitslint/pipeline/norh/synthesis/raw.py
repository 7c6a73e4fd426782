"""Raw data: correlations of all pairs, a frame of a second each (0.1 s in event mode).

The layout of the raw files of the archive is not published. Their size fits 3486 pairs by cosine
and sine by two polarisations in 16 bits; those of fitslint are tables of the same content, and a
file of any other layout is read by what a table of it says (``layout.py``).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.form import BLOCK_SIZE
from fitslint.pipeline.norh.antennas import ANTENNAS, PAIRS
from fitslint.pipeline.norh.clock import JST_AHEAD, find_japanese_day, parse_time
from fitslint.pipeline.norh.constants import FULL_CORRELATION
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.product import Product
from fitslint.pipeline.norh.schedules import get_frame_step, number_file
from fitslint.pipeline.norh.synthesis.array import FIRST, SECOND, Complexes, Mask
from fitslint.pipeline.norh.synthesis.moment import Moment, build_moment_cards
from fitslint.pipeline.norh.synthesis.scene import MAX_FRAMES
from fitslint.pipeline.table_file import CardRow, build_table_file

RAW_TYPE = "raw_visibility"
"""DATA-TYP of raw data."""
LIMIT = FULL_CORRELATION - 1
"""The end of the scale on either side."""
_MAX_BYTES = 1 << 26
"""Of a file of raw data, which takes 17 MB."""
_RECEIVERS = {"17GHz": {"R": 1, "L": -1}, "34GHz": {"I": 0}}
_LAYOUT_HINT = (
    "the layout of the raw data of the archive is not published; --layout FILE.toml describes it"
)


def list_receivers(frequency: str) -> Mapping[str, int]:
    """Columns of raw data at a frequency, with the sign of V in each."""
    return _RECEIVERS[frequency]


@dataclass(frozen=True, slots=True, eq=False)
class RawFrames:
    """Correlations of one schedule.

    Parameters
    ----------
    frequency : str
        ``17GHz`` or ``34GHz``.
    start : datetime
        UT, when the frame ``first`` began.
    first : int
        number of a frame.
    numbers : array of int, shape (n,)
        numbers of the frames that are here, ascending.
    records : mapping of str to array of int16, shape (n, 2, 3486)
        by receiver: cosine and sine of all pairs, 32768 being a full correlation.
    path : str
        of the file.
    is_event : bool
        whether frames are those of event mode, which are shorter than a second.
    """

    frequency: str
    start: datetime
    first: int
    numbers: NDArray[np.int64]
    records: Mapping[str, NDArray[np.int16]]
    path: str = ""
    is_event: bool = False

    @property
    def integration(self) -> float:
        """Seconds of a frame."""
        return get_frame_step(find_japanese_day(self.start), is_event=self.is_event)

    def find_start(self, frame: int) -> datetime:
        """UT at which a frame begins."""
        return self.start + (frame - self.first) * timedelta(seconds=self.integration)

    def average(self, frame: int, count: int) -> dict[str, Complexes]:
        """Mean correlations of ``count`` frames that are here, from ``frame`` on: ``r+l``, ``r-l``.

        Raises
        ------
        NorhError
            when they are not all here.
        """
        self.require_frames(frame, count)
        at = int(np.searchsorted(self.numbers, frame))
        means = {
            name: (stored[at : at + count].astype(float).mean(axis=0) / FULL_CORRELATION)
            for name, stored in self.records.items()
        }
        seen = {name: mean[0] + 1j * mean[1] for name, mean in means.items()}
        if "I" in seen:
            return {"r+l": seen["I"]}
        return {"r+l": (seen["R"] + seen["L"]) / 2, "r-l": (seen["R"] - seen["L"]) / 2}

    def require_frames(self, frame: int, count: int) -> None:
        """See to it that ``count`` frames, from ``frame`` on, are here.

        Raises
        ------
        NorhError
            when they are not.
        """
        first, end = np.searchsorted(self.numbers, (frame, frame + count))
        if end - first != count:
            raise NorhError(
                f"frame {frame} is not here, or fewer than {count} from it on; there are "
                f"{self.numbers[0]} to {self.numbers[-1]}, {len(self.numbers)} in all",
                path=self.path,
            )

    def find_saturated(self, frame: int, count: int) -> Mask:
        """Pairs with a number at the end of the scale in ``count`` frames from ``frame`` on.

        With a low Sun short baselines are foreshortened and see it as nearly a point, so that their
        correlations come near to full.
        """
        at = int(np.searchsorted(self.numbers, frame))
        found = np.zeros(PAIRS, bool)
        for stored in self.records.values():
            part = stored[at : at + count]
            found |= ((part >= LIMIT) | (part <= -LIMIT)).any(axis=(0, 1))
        return found

    def find_silent(self) -> Mask:
        """Antennas all of whose correlations are 0."""
        heard = np.zeros(len(ANTENNAS), bool)
        for stored in self.records.values():
            pairs = stored.any(axis=(0, 1))
            heard[FIRST[pairs]] = True
            heard[SECOND[pairs]] = True
        return ~heard


def build_raw_product(raw: RawFrames, history: Sequence[str]) -> Product:
    """The file of raw data: a row of a table a frame, cosines and sines of all pairs in it."""
    count, numbers = len(raw.numbers), raw.numbers
    columns = [("FRAME", ">i4"), ("TIME", ">f8")]
    rows = np.zeros(count, [*columns, *((name, ">i2", (2 * PAIRS,)) for name in raw.records)])
    midnight = datetime.combine((raw.start + JST_AHEAD).date(), datetime.min.time()) - JST_AHEAD
    rows["FRAME"] = numbers
    begin = (raw.start - midnight).total_seconds()
    rows["TIME"] = begin + (numbers - raw.first) * raw.integration
    cards: list[CardRow] = []
    for number, (name, stored) in enumerate(raw.records.items(), 3):
        rows[name] = stored.reshape(count, 2 * PAIRS)
        cards.append((f"TSCAL{number}", 1 / FULL_CORRELATION, "cosine, then sine, by pair"))
    title = ("EXTNAME", "RAW", "correlations; TIME is of the day in Japan")
    table = build_table_file((), rows, title, {"TIME": "s"}, cards)[BLOCK_SIZE:]
    last = int(numbers[-1])
    begin_of, end = raw.find_start(int(numbers[0])), raw.find_start(last + 1)
    moment = Moment(begin_of, end, int(numbers[0]), last, raw.is_event)
    polarisation = "r|l" if "R" in raw.records else "r+l"
    cards_of_product = build_moment_cards(moment, raw.frequency, polarisation, RAW_TYPE)
    return Product("norh-table", None, cards_of_product, history, extensions=[table])


def read_raw(path: str) -> RawFrames:
    """Raw data of fitslint.

    Raises
    ------
    NorhError
        when it is no such file.
    """
    import warnings

    from astropy.io import fits

    try:
        with Path(path).open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise NorhError(f"cannot be read: {error.strerror}", path=path) from None
    if not data.startswith(b"SIMPLE") or len(data) > _MAX_BYTES:
        raise NorhError(f"no raw data of fitslint; {_LAYOUT_HINT}", path=path)
    try:
        with warnings.catch_warnings(action="ignore"), fits.open(io.BytesIO(data)) as hdus:
            header = hdus[0].header
            if header.get("DATA-TYP") != RAW_TYPE:
                raise NorhError(
                    f"no raw data: DATA-TYP is not {RAW_TYPE!r}; {_LAYOUT_HINT}", path=path
                )
            return _read_table(path, header, hdus[1])
    except (OSError, ValueError, TypeError, LookupError, AttributeError, fits.VerifyError):
        raise NorhError("the table of its raw data cannot be read", path=path) from None


def _read_table(path: str, header: Any, table: Any) -> RawFrames:
    frequency = header.get("OBS-FREQ")
    if frequency not in _RECEIVERS:
        raise NorhError(f"OBS-FREQ is {frequency!r}; raw data are of 17GHz or 34GHz", path=path)
    numbers = np.asarray(table.data["FRAME"], np.int64)
    if not 0 < len(numbers) <= MAX_FRAMES or (np.diff(numbers) <= 0).any():
        raise NorhError(f"FRAME is not 1 to {MAX_FRAMES} ascending numbers", path=path)
    records = {}
    for name in _RECEIVERS[frequency]:
        column = table.columns[name]
        if column.format != f"{2 * PAIRS}I":
            raise NorhError(f"column {name} is not {2 * PAIRS}I", path=path)
        # The numbers as they are stored; astropy would scale them all at once.
        stored = np.asarray(table.data.view(np.ndarray)[name])
        records[name] = stored.reshape(len(numbers), 2, PAIRS)
    start = parse_time(f"{header['DATE-OBS']}T{header['STRT-OBS']}")
    is_event = header.get("FRM-STAT") == "event"
    return RawFrames(frequency, start, int(header["STARTFRM"]), numbers, records, path, is_event)


def join_frames(parts: Sequence[RawFrames]) -> RawFrames:
    """Files of one schedule as one, in the order of their frames.

    Raises
    ------
    NorhError
        when they are of different frequencies or schedules, or have a frame in common.
    """
    first, *others = sorted(parts, key=lambda part: int(part.numbers[0]))
    for other in others:
        gap = (other.start - first.find_start(other.first)).total_seconds()
        same = (other.frequency, other.is_event) == (first.frequency, first.is_event)
        if not same or abs(gap) > first.integration / 2:
            said = f"is of another schedule, mode or frequency than {first.path}"
            raise NorhError(said, path=other.path)
    numbers = np.concatenate([part.numbers for part in (first, *others)])
    if (np.diff(numbers) <= 0).any():
        raise NorhError("the files have frames in common; name each once", path=first.path)
    records = {
        name: np.concatenate([part.records[name] for part in (first, *others)])
        for name in first.records
    }
    return replace(first, numbers=numbers, records=records)


def choose_raw_name(raw: RawFrames) -> str:
    """What a file of raw data would be called in the archive: by the day in Japan."""
    japanese = raw.start + JST_AHEAD
    if raw.is_event:
        return f"se{raw.frequency[:2]}{japanese:%y%m%d%H%M%S}.fits"
    return f"ss{raw.frequency[:2]}{japanese:%y%m%d}{number_file(int(raw.numbers[0])):03d}.fits"


def find_raw_files(stem: str, folder: Path) -> list[str]:
    """Files of raw data that a deck names, with or without the numbers of its files.

    Raises
    ------
    NorhError
        when there are none.
    """
    place = folder / stem
    if place.is_file():
        return [str(place)]
    found = sorted(str(path) for path in place.parent.glob(f"{place.name}*") if path.is_file())
    if not found:
        raise NorhError(f"there is no raw data {stem!r} in {folder}; name the files on the command")
    return found
