"""Good headers with the redundancy that real ones have, made from a seed."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

from tests.sky.geometry import (
    Matrix,
    Position,
    compute_altitude,
    compute_sidereal_hours,
    format_degrees,
    format_hours,
    place_pixel,
    to_old,
    turn_matrix,
)

Value = str | int | float | bool
SITES = ((-155.4761, 19.8255, 4163.0), (-70.8065, -30.1691, 2207.0), (133.6, 34.57, 372.0))
SHAPES = ((2048, 4096), (1024, 1024), (512, 768), (4096, 2048), (3000, 2000), (256, 256))
SIP = {"A_2_0": 2e-6, "A_1_1": -1.5e-6, "B_0_2": 3e-6, "B_1_1": 1e-6}


@dataclass
class SkyHeader:
    """A header in the making, and what is true of it."""

    shape: tuple[int, int]
    matrix: Matrix
    origin: Position
    reference: Position
    """In the system of the header."""
    j2000: Position
    is_old: bool
    cards: dict[str, Value] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)

    @property
    def scale(self) -> float:
        """Degrees of a pixel."""
        a, b, c, d = self.matrix
        return math.sqrt(abs(a * d - b * c))

    def put(self, keyword: str, value: Value, comment: str = "") -> None:
        """Add or replace a card."""
        self.cards[keyword] = value
        if comment:
            self.comments[keyword] = comment

    def corners(self, edge: float) -> list[Position]:
        """Positions of the corners, ``edge`` pixels outside of the outermost centres."""
        low, right, top = 1 - edge, self.shape[0] + edge, self.shape[1] + edge
        return [
            place_pixel(pixel, self.origin, self.matrix, self.reference)
            for pixel in ((low, low), (right, low), (right, top), (low, top))
        ]

    def write(self) -> bytes:
        """The bytes of a header with an array of no interest."""
        lines = [_write_card(name, value, self.comments.get(name, ""))
                 for name, value in self.cards.items()]  # fmt: skip
        raw = "".join([line for card in lines for line in card] + ["END".ljust(80)]).encode()
        return raw.ljust(-(-len(raw) // 2880) * 2880)


def _write_card(name: str, value: Value, comment: str) -> list[str]:
    note = f" / {comment}" if comment else ""
    if isinstance(value, str) and len(value) > 66:
        parts = [value[at : at + 60] for at in range(0, len(value), 60)]
        heads = [f"{name:<8}= ", *["CONTINUE  "] * (len(parts) - 1)]
        ends = ["&'"] * (len(parts) - 1) + ["'"]
        return [f"{head}'{part}{end}".ljust(80)
                for head, part, end in zip(heads, parts, ends, strict=True)]  # fmt: skip
    if isinstance(value, bool):
        text = f"{'T' if value else 'F':>20}"
    elif isinstance(value, str):
        text = f"'{value:<8}'".ljust(20)
    elif isinstance(value, int):
        text = f"{value:>20d}"
    else:
        text = f"{value:>20.13G}"
        text = text if "." in text or "E" in text else f"{value:>20.1f}"
    return [f"{name:<8}= {text}{note}"[:80].ljust(80)]


def make_header(seed: int) -> SkyHeader:
    """A good header; the same one for the same seed."""
    draw = random.Random(seed)
    shape = draw.choice(SHAPES)
    scale = draw.choice((0.05, 0.168, 0.2, 0.27, 0.5, 1.01, 1.7)) * draw.uniform(0.97, 1.03) / 3600
    angle = draw.choice(
        (0.0, draw.uniform(-0.5, 0.5), draw.uniform(0, 360), 90 + draw.uniform(-2, 2))
    )
    parity = -1 if draw.random() < 0.9 else 1
    matrix = turn_matrix(scale, angle, parity, draw.uniform(-0.2, 0.2))
    middle = ((shape[0] + 1) / 2, (shape[1] + 1) / 2)
    beside = (
        middle[0] + draw.uniform(-1, 1) * shape[0],
        middle[1] + draw.uniform(-1, 1) * shape[1],
    )
    origin = draw.choice((middle, middle, beside))
    is_old = draw.random() < 0.1
    position = draw.uniform(1, 359), draw.uniform(-75, 75)
    position = (round(position[0], 6), round(position[1], 6))
    header = SkyHeader(
        shape, matrix, origin, to_old(position) if is_old else position, position, is_old
    )
    header.cards |= {
        "SIMPLE": True, "BITPIX": 16, "NAXIS": 2, "NAXIS1": shape[0], "NAXIS2": shape[1],
    }  # fmt: skip
    _add_frame(header, draw)
    _add_coordinates(header, draw, angle)
    _add_positions(header, draw)
    _add_outlines(header, draw, angle)
    _add_observation(header, draw)
    return header


def _add_frame(header: SkyHeader, draw: random.Random) -> None:
    if header.is_old:
        header.put("RADESYS", "FK4")
        header.put("EQUINOX", 1950.0)
    else:
        kind = draw.choice(("ICRS", "FK5", "alone", "none"))
        if kind in ("ICRS", "FK5"):
            header.put("RADESYS", kind)
        if kind in ("FK5", "alone"):
            header.put("EQUINOX", 2000.0)


def _add_coordinates(header: SkyHeader, draw: random.Random, angle: float) -> None:
    sip = draw.random() < 0.15
    suffix = "-SIP" if sip else ""
    put = header.put
    put("CTYPE1", "RA---TAN" + suffix)
    put("CTYPE2", "DEC--TAN" + suffix)
    for axis in (1, 2):
        put(f"CRVAL{axis}", header.reference[axis - 1])
        put(f"CRPIX{axis}", header.origin[axis - 1])
    form = "CD" if sip else draw.choice(("CD", "CD", "CD+CDELT", "PC", "CROTA", "CD+CROTA"))
    a, b, c, d = header.matrix
    steps = math.copysign(math.hypot(a, c), a * d - b * c), math.hypot(b, d)
    if "CROTA" in form:  # no skew in this form
        sense = 1 if steps[0] > 0 else -1
        header.matrix = a, b, c, d = turn_matrix(header.scale, angle, sense)
        steps = sense * header.scale, header.scale
    if form.startswith("CD"):
        for name, value in zip(("CD1_1", "CD1_2", "CD2_1", "CD2_2"), header.matrix, strict=True):
            put(name, value)
    if form == "PC":
        for name, value, step in zip(
            ("PC1_1", "PC1_2", "PC2_1", "PC2_2"), header.matrix, (steps[0],) * 2 + (steps[1],) * 2,
            strict=True,
        ):  # fmt: skip
            put(name, value / step)
    if form != "CD":
        put("CDELT1", steps[0])
        put("CDELT2", steps[1])
    if "CROTA" in form:
        # Paper II, section 6.1: the sense hangs on the sign of CDELT2 and of nothing else
        put("CROTA2", math.degrees(math.atan2(-b, d)))
    if sip:
        _add_sip(header)


def _add_sip(header: SkyHeader) -> None:
    header.put("A_ORDER", 2)
    header.put("B_ORDER", 2)
    grade = 1000 / max(header.shape)
    for name, value in SIP.items():
        header.put(name, value * grade)
    header.put("AP_ORDER", 2)
    header.put("BP_ORDER", 2)
    for name, value in SIP.items():
        header.put(f"{name[0]}P{name[1:]}", -value * grade)


def _add_positions(header: SkyHeader, draw: random.Random) -> None:
    put = header.put
    noise = draw.gauss(0, 5) / 3600
    ra, dec = header.reference
    dec += noise
    if draw.random() < 0.7:
        if draw.random() < 0.6:
            put("RA", format_hours(ra))
            put("DEC", format_degrees(dec))
        else:
            put("RA", round(ra, 5), "[deg] pointing")
            put("DEC", round(dec, 5), "[deg] pointing")
    if draw.random() < 0.4:
        put("RA2000", format_hours(header.j2000[0]))
        put("DEC2000", format_degrees(header.j2000[1] + noise))
    if draw.random() < 0.2:
        put("OBJCTRA", format_hours(header.j2000[0], 0).replace(":", " "))
        put("OBJCTDEC", format_degrees(header.j2000[1], 0).replace(":", " "))
    if draw.random() < 0.2 and not header.is_old:
        put("RA_TARG", round(ra, 6))
        put("DEC_TARG", round(header.reference[1], 6))


def _add_outlines(header: SkyHeader, draw: random.Random, angle: float) -> None:
    put = header.put
    if draw.random() < 0.3:
        put("PIXSCALE", round(header.scale * 3600, 3), "[arcsec] nominal scale")
    if draw.random() < 0.25:
        put("FOCALLEN", round(9e-6 / math.radians(header.scale) * 1e3, 0), "[mm]")
        put("XPIXSZ", 9.0, "[um]")
    if draw.random() < 0.2:
        put("ORIENTAT", round(angle, 2), "position angle of image y axis (deg. e of n)")
    if draw.random() < 0.35 and not header.is_old and "A_ORDER" not in header.cards:
        edge = draw.choice((0.5, 0.0))
        text = " ".join(f"{ra:.9f} {dec:.9f}" for ra, dec in header.corners(edge))
        put("S_REGION", f"POLYGON ICRS {text}")
    if draw.random() < 0.15 and "CD1_1" in header.cards:
        names = [
            name
            for name in header.cards
            if name[:2] == "CD" or name[:5] in ("CTYPE", "CRVAL", "CRPIX")
        ]
        for name in (*names, "RADESYS", "EQUINOX"):
            if name in header.cards:
                put(f"{name}A", str(header.cards[name]).removesuffix("-SIP")
                    if name[:5] == "CTYPE" else header.cards[name])  # fmt: skip


def _add_observation(header: SkyHeader, draw: random.Random) -> None:
    longitude, latitude, height = draw.choice(SITES)
    day, second = draw.randrange(365), round(draw.uniform(0, 86399), 3)
    mjd = 59215 + day + second / 86400
    sidereal = compute_sidereal_hours(mjd, longitude)
    altitude = compute_altitude(header.j2000, sidereal, latitude)
    if draw.random() < 0.4:
        header.put("DATE-OBS", _format_date(day, second))
        header.put("EXPTIME", draw.choice((30.0, 120.0)))
        if draw.random() < 0.7:
            header.put("OBSGEO-L", longitude)
            header.put("OBSGEO-B", latitude)
            header.put("OBSGEO-H", height)
        header.put("UT-STR", format_hours(second / 240))
        header.put("LST-STR", format_hours(sidereal * 15))
        if altitude > 25:
            header.put("AIRMASS", round(1 / math.sin(math.radians(altitude)), 3))
            header.put("ALTITUDE", round(altitude, 3), "[deg] altitude of telescope")


def _format_date(day: int, second: float) -> str:
    import datetime

    date = datetime.date(2021, 1, 1) + datetime.timedelta(days=day)
    return f"{date.isoformat()}T{format_hours(second / 240)}"
