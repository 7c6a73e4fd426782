"""Products of the Radioheliograph: the blocks of HeliogFITS 2.0, conformed, checked, written.

Time, kind and ephemeris come from the first input; what was assumed stands in keywords and HISTORY.
A product is judged as ``fitslint check`` does, with and without ``--profile norh``, before its file
is there.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fitslint._version import __version__
from fitslint.api.check import check
from fitslint.model.form import BLOCK_SIZE
from fitslint.model.header import Header
from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.norh.clock import format_ut
from fitslint.pipeline.norh.constants import ASTRONOMICAL_UNIT
from fitslint.pipeline.norh.errors import NorhError, OutputError
from fitslint.pipeline.norh.sun import DECIMALS
from fitslint.pipeline.table_file import CardRow, build_table_file
from fitslint.products.conform import conform_bytes
from fitslint.products.digest import compute_sha256
from fitslint.products.kinds import ProductKind, find_product_kind
from fitslint.products.text import replace_unprintable
from fitslint.products.user_facts import CardValue, parse_facts
from fitslint.rules.norh.sun import RADIUS_AT_1_AU
from fitslint.syntax.write_cards import format_card, format_card_value
from fitslint.syntax.write_hdu import close_header, fill_block

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fitslint.pipeline.norh.beam import Beam
    from fitslint.pipeline.norh.image import Axis, SolarImage

PROGRAM = f"fitslint heliograph {__version__}"
"""PROGNAME of all products."""
OBSERVATION = (
    "DATE-OBS", "TIME-OBS", "STRT-OBS", "END-OBS", "JSTDATE", "JSTTIME", "JST-STRT", "JST-END",
    "STARTFRM", "ENDFRM", "POLARIZ", "ATT-10DB", "OBS-MODE", "OBS-FREQ", "FRM-STAT", "DATA-TYP",
    "OBJECT", "TELESCOP", "ORIGIN", "HDRIDENT",
)  # fmt: skip
_COORDINATES = {"CRVAL": 2, "CRPIX": 2, "CDELT": 5, "CTYPE": 0}
_DECIMALS = DECIMALS | {f"{root}{at}": _COORDINATES[root] for root in _COORDINATES for at in (1, 2)}
_BLOCK = (*OBSERVATION, *_DECIMALS, "PROGNAME", "BUNIT")
"""Cards in the order of appendix B; all others follow the standard's and the product's own."""
_LENGTHS = ("CRVAL1", "CRVAL2", "CDELT1", "CDELT2")
_STRUCTURE = ("SIMPLE", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "EXTEND", "BSCALE", "BZERO", "BLANK",
              "CHECKSUM", "DATASUM", "PRODUCT", "CREATOR", "DATE")  # fmt: skip
_NAME_MAX = 60


@dataclass(frozen=True, slots=True)
class Product:
    """A file that is to be written.

    Attributes
    ----------
    kind : str
        ``norh-image``, ``norh-mask`` or ``norh-table``.
    pixels : ndarray or None
        of the primary HDU; None of a table.
    cards : mapping of str to value
        of HeliogFITS 2.0 and of the product's dictionary, in any order.
    history : sequence of str
        what was done and assumed.
    inputs : sequence of str
        paths of the files that it comes from.
    raw_cards : bytes
        cards of the input that are kept as they are.
    extensions : sequence of bytes
        HDUs that follow.
    """

    kind: str
    pixels: Any
    cards: Mapping[str, CardValue]
    history: Sequence[str] = ()
    inputs: Sequence[str] = ()
    raw_cards: bytes = b""
    extensions: Sequence[bytes] = ()


def build_observation(image: SolarImage) -> dict[str, CardValue]:
    """Time, kind and ephemeris of an image, for what is made of it.

    What of the ephemeris the header lacks is that of the time of the image.
    """
    found: dict[str, CardValue] = {}
    for keyword in (*OBSERVATION, *DECIMALS):
        value = image.header.value(keyword)
        if isinstance(value, str):
            found[keyword] = replace_unprintable(value.rstrip())
        elif isinstance(value, int | float) and image.number(keyword) is not None:
            found[keyword] = value
    missing = [keyword for keyword in DECIMALS if keyword not in found]
    if missing:
        from fitslint.pipeline.norh.sun import compute_ephemeris

        cards = compute_ephemeris(image.middle).list_cards()
        found |= {keyword: cards[keyword] for keyword in missing}
    found |= {"OBS-FREQ": image.frequency, "HDRIDENT": "HeliogFITS 2.0", "PROGNAME": PROGRAM}
    program = replace_unprintable(image.text("IMGPROG") or image.text("PROGNAME"))
    if program:
        found["IMGPROG"] = program
    return found | build_times(image)


def build_times(first: SolarImage, last: SolarImage | None = None) -> dict[str, CardValue]:
    """The times in the form of the standard, of an image or from one to another."""
    last = first if last is None else last
    middle = first.middle + (last.middle - first.middle) / 2
    return {
        "DATE-BEG": format_ut(first.start), "DATE-AVG": format_ut(middle),
        "DATE-END": format_ut(last.end), "TIMESYS": "UTC",
    }  # fmt: skip


def build_geometry(x: Axis, y: Axis) -> dict[str, CardValue]:
    """The coordinates of pixels in arcsec from the centre of the Sun."""
    found: dict[str, CardValue] = {}
    for at, axis in enumerate((x, y), 1):
        found |= {
            f"CRVAL{at}": axis.value, f"CRPIX{at}": axis.reference, f"CDELT{at}": axis.step,
            f"CTYPE{at}": ("solar-west", "solar-north")[at - 1], f"CUNIT{at}": "arcsec",
        }  # fmt: skip
    return found


def build_observer(image: SolarImage) -> dict[str, CardValue]:
    """Where the Sun is seen from, for helioprojective coordinates; the distance is that of SOLR."""
    latitude = image.number("SOLB")
    if "SOLR" not in image.header or latitude is None:
        return {}
    radius = image.radius
    distance = RADIUS_AT_1_AU / radius * ASTRONOMICAL_UNIT / 100
    return {
        "RSUN_OBS": radius, "HGLN_OBS": 0.0, "HGLT_OBS": latitude,
        "DSUN_OBS": float(f"{distance:.6g}"),
    }  # fmt: skip


def build_beam_cards(beam: Beam) -> dict[str, CardValue]:
    """BMAJ, BMIN and BPA in degrees, and what they were computed of."""
    major, minor = beam.axes
    return {
        "BMAJ": float(f"{major / 3600:.8g}"), "BMIN": float(f"{minor / 3600:.8g}"),
        "BPA": round(beam.position_angle, 3), "BEAMSRC": beam.source,
    }  # fmt: skip


def build_derived(image: SolarImage, kind: str, unit: str) -> dict[str, CardValue]:
    """All cards of what is computed pixel by pixel of an image."""
    from fitslint.pipeline.norh.beam import compute_beam

    return {
        **build_observation(image),
        **build_geometry(image.x, image.y),
        **build_observer(image),
        **build_beam_cards(compute_beam(image)),
        "DATA-TYP": kind,
        "BUNIT": unit,
    }


def list_helioprojective(x: Axis, y: Axis) -> Iterator[tuple[str, CardValue]]:
    """Version A of the coordinates: HPLN-TAN and HPLT-TAN in degrees (Thompson 2006)."""
    for at, axis, ctype in ((1, x, "HPLN-TAN"), (2, y, "HPLT-TAN")):
        yield f"CTYPE{at}A", ctype
        yield f"CUNIT{at}A", "deg"
        yield f"CRPIX{at}A", axis.reference
        yield f"CRVAL{at}A", axis.value / 3600
        yield f"CDELT{at}A", axis.step / 3600


def copy_other_cards(header: Header, cards: Mapping[str, CardValue]) -> bytes:
    """The cards of a header beside those that are given anew and those of structure."""
    known = {*_BLOCK, *_STRUCTURE, *cards}
    known.update(f"{keyword}A" for keyword in _DECIMALS if keyword.startswith("C"))
    known.update(f"CUNIT{at}A" for at in (1, 2))
    kept = (
        card.raw
        for name, card in zip(header.names, header.cards, strict=True)
        if name not in known and name.strip() and all(32 <= byte < 127 for byte in card.raw)
    )
    return b"".join(kept)


def build_image_hdu(
    name: str, comment: str, pixels: NDArray[Any], image: SolarImage, unit: str = ""
) -> bytes:
    """Pixels on the grid of an image that stand behind the primary ones."""
    from astropy.io import fits

    said = "unit of the pixels" if unit else "dimensionless"
    header = fits.Header([("EXTNAME", name, comment), ("BUNIT", unit, said)])
    geometry = build_geometry(image.x, image.y)
    for keyword, value in (*geometry.items(), *list_helioprojective(image.x, image.y)):
        header[keyword] = (value, "arcsec" if keyword in _LENGTHS else "")
    hdu = fits.ImageHDU(pixels, header)
    hdu.add_checksum(when="HDU checksum")
    buffer = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(buffer)
    return buffer.getvalue()[BLOCK_SIZE:]


def build_table_extension(
    name: str, rows: NDArray[Any], units: Mapping[str, str], reference: datetime | None = None
) -> bytes:
    """A binary table; ``reference`` is the time from which a column TIME counts, in UTC."""
    cards: list[CardRow] = []
    if reference is not None:
        cards = [
            ("TIMESYS", "UTC", "time system"),
            ("DATEREF", format_ut(reference), "time from which TIME counts"),
            ("TIMEUNIT", "s", "unit of time"),
        ]
    title = ("EXTNAME", name, "name of the table")
    return build_table_file((), rows, title, units, cards)[BLOCK_SIZE:]


def render_product(product: Product) -> bytes:
    """The file that a product becomes.

    Raises
    ------
    NorhError
        when the header would not conform: a keyword of the input is missing or wrong.
    """
    kind = find_product_kind(product.kind)
    digests = [_digest(path) for path in product.inputs]
    data = _assemble(kind, product)
    facts: dict[str, object] = {
        key: value for key, value in product.cards.items() if key not in _BLOCK
    }
    if digests:
        facts["inputs"] = digests
    facts["history"] = [replace_unprintable(line) for line in product.history]
    known = parse_facts(kind, facts)
    result = conform_bytes(data, kind, known, 1, complete=False)
    if result.unknown:
        names = ", ".join(fact.keyword for fact in result.unknown)
        raise NorhError(f"the header of the image lacks {names}; fitslint set writes them")
    made = result.data or data
    for report in (result.report, check(made, profile="norh")):
        for error in report.errors:
            raise NorhError(f"the header would not conform: {error.code} {error.message}")
    return made


def _digest(path: str) -> tuple[str, str]:
    try:
        return replace_unprintable(Path(path).name)[:_NAME_MAX], compute_sha256(path)
    except (OSError, ValueError) as error:
        raise NorhError(f"cannot be read: {error}", path=path) from None


def _assemble(kind: ProductKind, product: Product) -> bytes:
    """The primary HDU with the blocks in their order, and the extensions behind it."""
    pixels = product.pixels
    if pixels is not None:
        pixels = np.ascontiguousarray(pixels, ">i4" if kind.is_integer else ">f4")
    axes = () if pixels is None else pixels.shape[::-1]
    bitpix = 8 if pixels is None else 32 if kind.is_integer else -32
    cards: list[tuple[str, CardValue]] = [
        ("SIMPLE", True), ("BITPIX", bitpix), ("NAXIS", len(axes)),
        *((f"NAXIS{at}", length) for at, length in enumerate(axes, 1)),
    ]  # fmt: skip
    if product.extensions:
        cards.append(("EXTEND", True))
    cards += [(name, product.cards[name]) for name in _BLOCK if name in product.cards]
    cards += _list_alternate(product.cards)
    header = b"".join(_format(kind, *card) for card in cards) + product.raw_cards
    parts = [close_header(header)]
    if pixels is not None:
        parts.append(fill_block(pixels.tobytes()))
    return b"".join([*parts, *product.extensions])


def _list_alternate(cards: Mapping[str, CardValue]) -> list[tuple[str, CardValue]]:
    """Version A of the coordinates where the first ones are solar-west and solar-north."""
    from fitslint.pipeline.norh.image import Axis

    if cards.get("CTYPE1") != "solar-west":
        return []
    x, y = (
        Axis(0, *(float(cards[f"{root}{at}"]) for root in ("CRPIX", "CRVAL", "CDELT")))
        for at in (1, 2)
    )
    return list(list_helioprojective(x, y))


def _format(kind: ProductKind, keyword: str, value: CardValue) -> bytes:
    comment = kind.find_comment(keyword)
    text = format_card_value(value)
    places = _DECIMALS.get(keyword)
    if places and isinstance(value, int | float) and round(value, places) == value:
        text = f"{value:.{places}f}"
    card = format_card(keyword, text, comment) or format_card(keyword, text)
    if card is None:
        raise NorhError(f"{keyword} is too long for a card: {text[:40]}")
    return card


def write_products(files: Mapping[str, Product], *, overwrite: bool = False) -> None:
    """Write products: all of them, or none where one cannot be.

    Raises
    ------
    NorhError
        when a header would not conform.
    OutputError
        when a file is there already, is an input or cannot be written.
    """
    for path, product in files.items():
        place = Path(path)
        if place.exists() and any(place.samefile(input_path) for input_path in product.inputs):
            raise OutputError("this is an input; give the product another name", path=path)
        if os.path.lexists(path) and not overwrite:
            raise OutputError("there is such a file already; --overwrite replaces it", path=path)
    rendered = {path: render_product(product) for path, product in files.items()}
    try:
        for path, data in rendered.items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            write_atomic(Path(path), data)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", path=path) from None
