"""Positions on the sky that a header states beside its world coordinates."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import dataclass
from fitslint.wcs.precession import fk4_to_fk5, fk5_to_fk4, precess_fk5

Position = tuple[float, float]
"""Longitude and latitude, or right ascension and declination, in degrees."""

_FK5_SINCE = 1984.0
_HOUR_DEGREES = 15.0
_NO_EQUINOX = frozenset(("ICRS", "GAPPT"))
_GALACTIC = (
    (-0.0548755604162154, -0.8734370902348850, -0.4838350155487132),
    (0.4941094278755837, -0.4448296299600112, 0.7469822444972189),
    (-0.8676661490190047, -0.1980763734312015, 0.4559837761750669),
)
"""From ICRS to galactic coordinates (ESA 1997, The Hipparcos Catalogue, volume 1, 1.5.3)."""


@dataclass(frozen=True, slots=True)
class PositionKeywords:
    """A pair of keywords for a position, and how it is to be read.

    Attributes
    ----------
    ra, dec : str
    role : {"pointing", "target", "image"}
        of the telescope, of the object, or of the middle of the image.
    equinox : str
        the keyword of its equinox; ``2000`` where the name of the pair, or the program that writes
        it, fixes it; empty where EQUINOX of the header holds.
    """

    ra: str
    dec: str
    role: str
    equinox: str = ""


POSITION_KEYWORDS = (
    PositionKeywords("RA", "DEC", "pointing"),
    PositionKeywords("RA2000", "DEC2000", "pointing", "2000"),
    PositionKeywords("RA_PNT", "DEC_PNT", "pointing"),
    PositionKeywords("RA_NOM", "DEC_NOM", "pointing"),
    PositionKeywords("RA_APER", "DEC_APER", "pointing"),
    PositionKeywords("TELRA", "TELDEC", "pointing", "TELEQUIN"),
    PositionKeywords("OBSRA", "OBSDEC", "pointing"),
    PositionKeywords("RA_DEG", "DEC_DEG", "pointing"),
    PositionKeywords("RA_HMS", "DEC_DMS", "pointing"),
    PositionKeywords("RA_RQST", "DEC_RQST", "pointing"),
    PositionKeywords("RA_REF", "DEC_REF", "pointing", "2000"),
    PositionKeywords("RADEG", "DECDEG", "pointing"),
    PositionKeywords("RA_OBS", "DEC_OBS", "pointing"),
    PositionKeywords("RA_MEAN", "DEC_MEAN", "pointing"),
    PositionKeywords("TELRAD", "TELDECD", "pointing"),
    PositionKeywords("RABASE", "DECBASE", "pointing"),
    PositionKeywords("NOMRA", "NOMDEC", "pointing"),
    PositionKeywords("RA_TEL", "DEC_TEL", "pointing"),
    PositionKeywords("TEL_RA", "TEL_DEC", "pointing"),
    PositionKeywords("OBS_RA", "OBS_DEC", "pointing"),
    PositionKeywords("RA_D", "DEC_D", "pointing"),
    PositionKeywords("BORE-RA", "BORE-DEC", "pointing", "2000"),
    PositionKeywords("XS-RAPT", "XS-DECPT", "pointing"),
    PositionKeywords("CENTRA", "CENTDEC", "image"),
    PositionKeywords("RA_CENT", "DEC_CENT", "image"),
    PositionKeywords("OBJCTRA", "OBJCTDEC", "target", "2000"),
    PositionKeywords("OBJRA", "OBJDEC", "target", "OBJEQUIN"),
    PositionKeywords("OBJRAD", "OBJDECD", "target", "OBJEQUIN"),
    PositionKeywords("RA_TARG", "DEC_TARG", "target", "2000"),
    PositionKeywords("RA_OBJ", "DEC_OBJ", "target"),
    PositionKeywords("TARGRA", "TARGDEC", "target"),
    PositionKeywords("TARG_RA", "TARG_DEC", "target"),
    PositionKeywords("CAT-RA", "CAT-DEC", "target", "CAT-EQUI"),
)
"""Of FITS 4.0, OGIP/93-005, ESO, NOAO, STScI, Spitzer, CFHT, Subaru, AIPS, MaxIm DL, surveys."""

_SEXAGESIMAL = compile_late(
    r" *([-+]?) *([0-9]{1,3})(?:[: hd°]+)([0-9]{1,2})"
    r"(?:[: m']+([0-9]{1,2}(?:\.([0-9]*))?)[s\"]?)? *"
)
_DECIMAL = compile_late(r" *[-+]?[0-9]{1,3}(?:\.([0-9]*))?(?:[Ee][-+]?[0-9]+)? *")
_UNIT = compile_late(r"^\s*\[\s*([^\]]*?)\s*\]")
_HOURS = compile_late(r"(?:h|hr|hrs|hour|hours|hh[: ]?mm.*|h[: ]m[: ]s.*)", re.IGNORECASE)
_IN_HOURS = compile_late(
    r"(?:\b(?:in|decimal) ?|\()(?:hours|hour|hrs|hr)\b(?! angle)|\(h\)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class StatedPosition:
    """A position that a header states, in degrees of its own system.

    Attributes
    ----------
    keywords : (str, str)
    role : {"pointing", "target", "image"}
    position : (float, float)
        right ascension and declination in degrees, as stated.
    system : str
        ICRS, FK5 or FK4.
    equinox : float, optional
    unit : {"deg", "h", "sexagesimal"}
        how the right ascension is written.
    half_digit : float
        arcsec by which its digits leave it open.
    """

    keywords: tuple[str, str]
    role: str
    position: Position
    system: str
    equinox: float | None
    unit: str
    half_digit: float

    @property
    def icrs(self) -> Position | None:
        """The position in ICRS; None where its system is not known."""
        return convert_to_icrs(self.position, self.system, self.equinox)


@dataclass(frozen=True, slots=True)
class StatedAngle:
    """An angle of a card in degrees, how it is written, and half a unit of its last digit."""

    degrees: float
    unit: str
    half_digit: float


def list_positions(header: Header) -> list[StatedPosition]:
    """Positions that the keywords of :data:`POSITION_KEYWORDS` state, in the order of that table.

    A pair of which one cannot be read, or that stands for none (both 0, or beyond the sphere), is
    left out.
    """
    pairs = header.layout.compute_once("positions stated", lambda layout: tuple(
        pair for pair in POSITION_KEYWORDS
        if pair.ra in layout.index and pair.dec in layout.index
    ))  # fmt: skip
    found = []
    for pair in pairs:
        position = read_position(header, pair)
        if position is not None:
            found.append(position)
    return found


def read_position(header: Header, pair: PositionKeywords) -> StatedPosition | None:
    """The position of one pair of keywords; None where it states none."""
    cards = header.find_card(pair.ra), header.find_card(pair.dec)
    if cards[0] is None or cards[1] is None:
        return None
    across = read_stated_angle(cards[0], is_ascension=True)
    up = read_stated_angle(cards[1], is_ascension=False)
    if across is None or up is None:
        return None
    ra, dec = across.degrees, up.degrees
    if not (-360.0 <= ra <= 360.0 and -90.0 <= dec <= 90.0) or ra == dec == 0:
        return None
    system, equinox = find_stated_frame(header, pair)
    open_by = max(across.half_digit * math.cos(math.radians(dec)), up.half_digit) * 3600
    return StatedPosition(
        (pair.ra, pair.dec), pair.role, (ra % 360.0, dec), system, equinox, across.unit, open_by
    )


def read_stated_angle(card: Card, *, is_ascension: bool) -> StatedAngle | None:
    """The angle of a card: degrees, hours by its unit, or sexagesimal.

    A number is in degrees but where the unit of its comment is hours. A right ascension in two or
    three parts is in hours where they can be.
    """
    value = card.value
    if isinstance(value, str):
        return _read_text(value, is_ascension=is_ascension)
    number = card.number_value
    if number is None or not math.isfinite(number):
        return None
    digits = _DECIMAL.fullmatch(card.text)
    half = 0.5 * 10.0 ** -len(digits[1] or "") if digits else 0.0
    in_hours = is_ascension and is_in_hours(card.comment)
    factor = _HOUR_DEGREES if in_hours else 1.0
    return StatedAngle(number * factor, "h" if in_hours else "deg", half * factor)


def is_in_hours(comment: str) -> bool:
    """Whether a comment gives hours as the unit of a number."""
    unit = _UNIT.match(comment)
    if unit is not None:
        return _HOURS.fullmatch(unit[1]) is not None
    return _IN_HOURS.search(comment) is not None


def _read_text(text: str, *, is_ascension: bool) -> StatedAngle | None:
    parts = _SEXAGESIMAL.fullmatch(text)
    if parts is None:
        return None
    minutes, seconds = int(parts[3]), float(parts[4] or 0)
    if minutes >= 60 or seconds > 60:
        return None
    size = int(parts[2]) + minutes / 60 + seconds / 3600
    half = 0.5 / 60 if parts[4] is None else 0.5 * 10.0 ** -len(parts[5] or "") / 3600
    factor = _HOUR_DEGREES if is_ascension and int(parts[2]) < 24 else 1.0
    signed = -size if parts[1] == "-" else size
    return StatedAngle(signed * factor, "sexagesimal", half * factor)


def find_stated_frame(header: Header, pair: PositionKeywords) -> tuple[str, float | None]:
    """The system and equinox of a stated position.

    RADESYS and EQUINOX (RADECSYS and EPOCH) of the header where the pair has no equinox of its own,
    in a keyword or in its comment.
    """
    if pair.equinox == "2000":
        return "FK5", 2000.0
    own = read_year(header, pair.equinox) if pair.equinox else None
    if own is not None:
        return ("FK4" if own < _FK5_SINCE else "FK5"), own
    frame = find_header_frame(header)
    card = header.find_card(pair.ra)
    said = set(_COMMENT_YEAR.findall(card.comment)) if card is not None else set()
    if len(said) != 1:
        return frame
    fixed = _FRAMES[said.pop()]
    return frame if fixed[1] == _FIXED_YEAR and frame in _MODERN_FRAMES else fixed


def find_header_frame(header: Header) -> tuple[str, float | None]:
    """RADESYS and EQUINOX as they hold for the primary coordinates, defaults filled in."""
    equinox = read_year(header, "EQUINOX")
    if equinox is None:
        equinox = read_year(header, "EPOCH")
    system = (header.string("RADESYS") or header.string("RADECSYS") or "").strip(" ").upper()
    if not system:
        system = "ICRS" if equinox is None else "FK4" if equinox < _FK5_SINCE else "FK5"
    if system in _NO_EQUINOX:
        return system, None
    if equinox is None:
        equinox = 1950.0 if system.startswith("FK4") else 2000.0
    return system, equinox


_COMMENT_YEAR = compile_late(r"\b(J2000|B1950)(?![0-9])")
_FIXED_YEAR = 2000.0
_FRAMES = {"J2000": ("FK5", _FIXED_YEAR), "B1950": ("FK4", 1950.0)}
_MODERN_FRAMES = (("ICRS", None), ("FK5", _FIXED_YEAR))
_YEAR = compile_late(r" *[JB]?([0-9]{4}(?:\.[0-9]*)?) *")


def read_year(header: Header, keyword: str) -> float | None:
    """A year, as a number or as a text such as J2000; None where there is none."""
    value = header.value(keyword)
    if isinstance(value, str):
        year = _YEAR.fullmatch(value)
        return float(year[1]) if year else None
    return header.number(keyword)


def convert_to_icrs(position: Position, system: str, equinox: float | None) -> Position | None:
    """A position in degrees of a system, in ICRS to 0.03 arcsec (0.6 arcsec from FK4).

    None for a system that is not known. FK5 of J2000 is taken for ICRS.
    """
    if system in ("ICRS", "GAPPT"):
        return position
    if system == "GALACTIC":
        return _rotate_back(position)
    if system.startswith("FK5"):
        if equinox is None or equinox == 2000:
            return position
        found = precess_fk5(*position, equinox, 2000.0)
    elif system.startswith("FK4"):
        found = fk4_to_fk5(*position, 1950.0 if equinox is None else equinox)
    else:
        return None
    return found if math.isfinite(found[0]) else None


def convert_from_icrs(position: Position, system: str, equinox: float | None) -> Position | None:
    """A position in ICRS in degrees of another system, as exact as the other way."""
    if system in ("ICRS", "GAPPT"):
        return position
    if system == "GALACTIC":
        return _rotate(position, _GALACTIC)
    if system.startswith("FK5"):
        if equinox is None or equinox == 2000:
            return position
        found = precess_fk5(*position, 2000.0, equinox)
    elif system.startswith("FK4"):
        found = fk5_to_fk4(*position, 1950.0 if equinox is None else equinox)
    else:
        return None
    return found if math.isfinite(found[0]) else None


def _rotate_back(position: Position) -> Position:
    return _rotate(position, tuple(zip(*_GALACTIC, strict=True)))


def _rotate(position: Position, rows: Sequence[Sequence[float]]) -> Position:
    along, up = math.radians(position[0]), math.radians(position[1])
    vector = math.cos(along) * math.cos(up), math.sin(along) * math.cos(up), math.sin(up)
    x, y, z = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in rows)
    return math.degrees(math.atan2(y, x)) % 360, math.degrees(math.atan2(z, math.hypot(x, y)))
