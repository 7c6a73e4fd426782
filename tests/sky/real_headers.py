"""Faults planted in the real headers of a corpus: ``python -m tests.sky.real_headers FOLDER``.

Told apart are the faults that another card of the same header tells of, and those that nothing in
it does: half a pixel where nothing else describes the image cannot be seen by anybody.
"""

from __future__ import annotations

import math
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from fitslint.source.files import read_file
from fitslint.wcs.compare import compile_celestial, find_image_shape, measure_pixel_size
from fitslint.wcs.wcs import Wcs
from tests.sky.__main__ import judge_bytes

LEFT = ("SuprimeCam", "CISCO", "COMICS", "PTF/MOSAIC", "WFPC2", "ACS", "IRAC")
SCALED = (*LEFT, "Hyper Suprime-Cam", "FOCAS", "IRCS", "CIAO", "MegaPrime", "WFCAM")
ELEMENTS = ("CD1_1", "CD1_2", "CD2_1", "CD2_2")
POSITIONS = ("RA", "RA2000", "OBJCTRA", "RA_TARG", "OBJRA", "RA_OBJ", "RA_PNT", "RA_NOM", "OBSRA")
FIXED = ("RA2000", "OBJCTRA", "RA_TARG")
FOUND_MIN = 0.95


class RealHeader:
    """The cards of a header that describes the sky, and its coordinates."""

    def __init__(self, cards: list[bytes], wcs: Wcs, shape: tuple[int, int] | None) -> None:
        self.cards, self.wcs, self.shape = cards, wcs, shape
        self.is_text = shape is None

    def read(self, name: str) -> str:
        """The text of the value of a keyword; empty without one."""
        head = name.ljust(8).encode() + b"= "
        card = next((card for card in self.cards if card.startswith(head)), head)
        return card[10:].split(b" /")[0].strip().decode("latin-1")

    def number(self, name: str) -> float:
        """The number of a keyword; NaN without one."""
        try:
            return float(self.read(name).replace("D", "E"))
        except ValueError:
            return math.nan

    def change(self, name: str, value: float | str) -> None:
        """Write another value."""
        head = name.ljust(8).encode() + b"= "
        text = f"'{value:8}'" if isinstance(value, str) else f"{value:.12E}".rjust(20)
        self.cards = [
            (head + text.encode()).ljust(80) if card.startswith(head) else card
            for card in self.cards
        ]

    def write(self) -> bytes:
        """The bytes of a header of its own; lines of a text where there is no array."""
        if self.is_text:
            return b"\n".join([*self.cards, b"END", b""])
        raw = b"".join(self.cards) + b"END".ljust(80)
        return raw.ljust(-(-len(raw) // 2880) * 2880)

    def has(self, *names: str) -> bool:
        """Whether one of the keywords has a value that stands for something."""
        return any(self.read(name).strip("' ") not in ("", "0", "0.0") for name in names)


Fault = Callable[[RealHeader, random.Random], bool | None]
"""Plants a fault and says whether another card tells of it; None where it cannot be planted."""


def _sign(header: RealHeader, draw: random.Random) -> bool | None:
    names = [name for name in ELEMENTS if header.number(name)] or ["CDELT1", "CDELT2"]
    names = [name for name in names if abs(header.number(name)) > 0]
    size = max((abs(header.number(name)) for name in names), default=0.0)
    names = [name for name in names if abs(header.number(name)) > 0.3 * size]
    if not names:
        return None
    name = draw.choice(names)
    header.change(name, -header.number(name))
    a, b, c, d = (0.0 if math.isnan(x) else x for x in map(header.number, ELEMENTS))
    skew = abs(a * b + c * d) > math.sin(math.radians(15)) * math.hypot(a, c) * math.hypot(b, d) > 0
    is_left = header.read("INSTRUME").strip("' ") in LEFT
    stated = name.startswith("CD1") or name.startswith("CD2")
    twice = stated and header.has("CROTA2") and header.has("CDELT1")
    return bool(skew or is_left or header.wcs.system == "HP" or twice)


def _exchange(header: RealHeader, _: random.Random) -> bool | None:
    first, second = header.number("CRPIX1"), header.number("CRPIX2")
    if math.isnan(first + second) or abs(first - second) < 1:
        return None
    header.change("CRPIX1", second)
    header.change("CRPIX2", first)
    if header.shape is None or header.wcs.sky_axes != (0, 1):
        return False
    width, height = header.shape
    middle = abs(first - (width + 1) / 2) <= 1 and abs(second - (height + 1) / 2) <= 1
    return middle and abs(width - height) > 6 and abs(first - second) > 6


def _arcsec(header: RealHeader, _: random.Random) -> bool | None:
    names = [name for name in (*ELEMENTS, "CDELT1", "CDELT2") if header.number(name)]
    names = [name for name in names if not math.isnan(header.number(name))]
    if not names:
        return None
    for name in names:
        header.change(name, header.number(name) * 3600)
    size = measure_pixel_size(header.wcs)
    most = 180.0 if header.wcs.code in ("TAN", "TPV") else 1080.0
    wide = header.shape is not None and size * max(header.shape) > most
    known = header.read("INSTRUME").strip("' ") in SCALED
    stated = any(header.number(name) > 0 for name in ("PIXSCALE", "SECPIX", "PIXSCAL1"))
    return bool((wide or known or stated) and header.wcs.is_celestial)


def _half(header: RealHeader, draw: random.Random) -> bool | None:
    first, second = header.number("CRPIX1"), header.number("CRPIX2")
    if math.isnan(first + second):
        return None
    step = draw.choice((-0.5, 0.5, -1.0))
    header.change("CRPIX1", first + step)
    header.change("CRPIX2", second + step)
    if header.shape is None:
        return False
    middle = (first, second) == tuple((side + 1) / 2 for side in header.shape)
    even = all(side % 2 == 0 and side >= 8 for side in header.shape)
    return header.has("AMDX13", "S_REGION") or (middle and even and step == -1.0)


def _equinox(header: RealHeader, _: random.Random) -> bool | None:
    if header.number("EQUINOX") != 2000.0 or header.wcs.system != "RA":
        return None
    header.change("EQUINOX", 1950.0)
    for name in ("RADESYS", "RADECSYS"):
        if header.read(name):
            header.change(name, "FK4")
    return header.has(*FIXED) and "ICRS" not in header.read("RADESYS")


def _stale(header: RealHeader, _: random.Random) -> bool | None:
    types = header.read("CTYPE1").strip("' "), header.read("CTYPE2").strip("' ")
    if not all(one.endswith("-SIP") for one in types):
        return None
    for axis, one in enumerate(types, 1):
        header.change(f"CTYPE{axis}", one.removesuffix("-SIP"))
    return header.has("A_ORDER") and header.has("B_ORDER")


def _hours(header: RealHeader, _: random.Random) -> bool | None:
    value = header.number("CRVAL1")
    if header.wcs.system != "RA" or header.wcs.longitude != 0 or not value > 5:
        return None
    header.change("CRVAL1", value / 15)
    return header.has(*POSITIONS)


FAULTS: dict[str, Fault] = {
    "sign of one element": _sign, "CRPIX exchanged": _exchange, "arcsec for degrees": _arcsec,
    "half a pixel, or one": _half, "equinox 1950 for 2000": _equinox, "stale SIP": _stale,
    "RA in hours": _hours,
}  # fmt: skip


def list_headers(folder: Path) -> Iterator[tuple[str, list[bytes]]]:
    """The headers with a position on the sky, one of each sequence of keywords."""
    seen = set()
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.stat().st_size > 3e7:
            continue
        file = read_file(str(path))
        for hdu in file.hdus if file.status == "ok" else ():
            raw = hdu.header.raw
            cards = [raw[at : at + 80] for at in range(0, len(raw), 80)]
            key = tuple(card[:8] for card in cards)
            if key in seen or compile_celestial(hdu.header) is None or hdu.header.structure.zimage:
                continue
            seen.add(key)
            first = b"SIMPLE  =                    T".ljust(80)
            dropped = b"SIMPLE", b"XTENSION", b"PCOUNT", b"GCOUNT"
            bare = [card for card in cards if card[:8].rstrip() not in dropped]
            yield f"{path} {hdu.number}", [first, *bare]


def measure(folder: Path) -> tuple[Counter[str], Counter[str], Counter[str], list[str], int]:
    """Faults that are told of, those found, those that nothing tells of; alarms; headers."""
    told: Counter[str] = Counter()
    found: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    missed: list[str] = []
    count = 0
    for place, cards in list_headers(folder):
        header = read_file_of(cards)
        if header is None:
            continue
        count += 1
        before = list_findings(header.write())
        for number, (name, plant) in enumerate(FAULTS.items()):
            changed = RealHeader(list(cards), header.wcs, header.shape)
            tells = plant(changed, random.Random(count * 100 + number))
            if tells is None:
                continue
            new = list_findings(changed.write()) - before
            if not tells:
                silent[name] += 1
                continue
            told[name] += 1
            found[name] += bool(new)
            if not new:
                missed.append(f"{name}: {place}")
    return told, found, silent, missed, count


def read_file_of(cards: list[bytes]) -> RealHeader | None:
    """The header of cards, where it has coordinates by itself."""
    from fitslint.source.files import read_bytes

    bare = RealHeader(cards, None, None)  # type: ignore[arg-type]
    header = read_bytes(bare.write(), "example.hdr").hdus[0].header
    wcs = compile_celestial(header)
    if wcs is None or len(wcs.sky_axes) != 2:
        return None
    return RealHeader(cards, wcs, find_image_shape(header, wcs.sky_axes))


def list_findings(raw: bytes) -> Counter[tuple[str, str | None]]:
    """Rules on coordinates and the keywords that they name."""
    return Counter(
        (one.code, one.keyword)
        for one in judge_bytes(raw).findings
        if one.code.startswith(("WC", "WD", "WS", "WT"))
    )


def main() -> None:
    """Print the table."""
    told, found, silent, missed, count = measure(Path(sys.argv[1]))
    for name in FAULTS:
        share = 100 * found[name] / max(1, told[name])
        print(
            f"{name:24} {told[name]:4d} told of {found[name]:4d} found {share:6.1f} %"
            f" {silent[name]:4d} that nothing in the header tells of"
        )
    total = sum(told.values())
    print(f"{'all':24} {total:4d} told of {sum(found.values()):4d} found of {count} headers")
    print("\n".join(missed))


if __name__ == "__main__":
    main()
