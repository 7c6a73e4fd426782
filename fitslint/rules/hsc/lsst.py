"""Files of LSST's software: archives of objects, masks, and what headers say that is not so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fitslint.model.card import Card
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.header import Header
from fitslint.model.records import replace as in_hdu
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule

_ARCHIVES = "LSST afw, archives"
_INDEX, _TABLE = "ARCHIVE_INDEX", "ARCHIVE_DATA"
_SCALES = ("calibrationMean", "calibrationErr")
_EPOCH = ("1969-12-31", "1970-01-01")
_JOINT = ("jointcal_wcs", "wcs", "CALEXP")
_JOINT_FRAME = ("FK5", "FK4")
_PLANES = ("IMAGE", "MASK", "VARIANCE")
_PREFIX = "MP_"
_EXPOSURES = ("CORR", "CALEXP")
_OF_LSST = frozenset(("AR_NAME", "AR_HDU", "EXTTYPE", "TIME-MID"))


def _precheck_names(file: FitsFile) -> bool:
    """Whether neither the keywords nor the name of a file are of LSST's software."""
    for hdu in file.hdus:
        if not hdu.header.layout.index.keys().isdisjoint(_OF_LSST):
            return False
    return not _is_joint_solution(file.path)


@rule(
    "HS115",
    "name-that-misleads",
    clause=_ARCHIVES,
    level="style",
    once="fact",
    needs=("AR_NAME", "AR_HDU", "TIME-MID", "RADESYS"),
    precheck=_precheck_names,
    summary_ja="LSST のソフトウェアが書く単位または値が、その意味と異なる",
    message={
        "unit": "{column} is told in {unit}, and is in nanojansky for a count",
        "frame": "{keyword} = {value}, but joint solutions rest on a catalogue in ICRS",
        "time": "{keyword} = {value} is the zero of a clock: no time was set",
        "exposure": "EXPTIME is 0: no time of exposure was set",
        "error": "the error of FLUXMAG0 stands under a name that only readers of HIERARCH find",
    },
)
def name_that_misleads(file: FitsFile) -> Iterator[Flag]:
    """A unit, frame or time that LSST's software writes does not say what it means.

    ## Why it matters
    A program that trusts the header multiplies by the wrong unit, or takes coordinates to another
    equinox once more. Readers of hscPipe's own files know better; others do not.

    ## Example
    ```fits bintable
    NAXIS1  =                    8
    TFIELDS =                    1
    TTYPE1  = 'calibrationMean'
    TFORM1  = '1D      '
    TUNIT1  = 'count   '
    EXTTYPE = 'ARCHIVE_DATA'
    AR_NAME = 'PhotoCalib'
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    8
    TFIELDS =                    1
    TTYPE1  = 'calibrationMean'
    TFORM1  = '1D      '
    TUNIT1  = 'nJy/count'
    EXTTYPE = 'ARCHIVE_DATA'
    AR_NAME = 'PhotoCalib'
    ```
    """
    is_joint = _is_joint_solution(file.path)
    is_lsst = any(_find_kind(hdu) == _INDEX for hdu in file.hdus)
    for hdu in file.hdus:
        header = hdu.header
        if header.string("AR_NAME") == "PhotoCalib":
            yield from _flag_units(hdu)
        frame = header.find_card("RADESYS") if is_joint else None
        if frame is not None and (frame.text or "").strip("' ") in _JOINT_FRAME:
            yield _flag(hdu, frame, "frame", keyword="RADESYS", value=frame.value)
        if is_lsst:
            yield from _flag_defaults(hdu)


def _is_joint_solution(path: str) -> bool:
    if not path.rpartition("/")[2].startswith(_JOINT):
        return False
    from fitslint.hscpipe.names import parse_product_path  # most files are of other telescopes

    name = parse_product_path(path)
    return name is not None and name.kind in _JOINT


def _flag_units(hdu: Hdu) -> Iterator[Flag]:
    for number, column in hdu.header.map_indices("TTYPE").items():
        unit = hdu.header.find_card(f"TUNIT{number}")
        if unit is not None and column.value in _SCALES and unit.value == "count":
            yield _flag(hdu, unit, "unit", column=column.value, unit="count")


def _flag_defaults(hdu: Hdu) -> Iterator[Flag]:
    """What LSST's software writes where nothing was set."""
    header = hdu.header
    time, exposure = header.find_card("TIME-MID"), header.find_card("EXPTIME")
    if time is not None and str(time.value).startswith(_EPOCH):
        yield _flag(hdu, time, "time", keyword="TIME-MID", value=time.value)
        if exposure is not None and exposure.number_value == 0:
            yield _flag(hdu, exposure, "exposure")
    error = header.find_card("FLUXMAG0ERR") or header.find_card("HIERARCH FLUXMAG0ERR")
    if error is not None:
        yield _flag(hdu, error, "error")


def _flag(hdu: Hdu, card: Card, message: str, **params: Any) -> Flag:
    return in_hdu(flag(card, message=message, **params), hdu=hdu.number)


def _find_kind(hdu: Hdu) -> str:
    return (hdu.header.string("EXTTYPE") or "").strip()


@rule(
    "HS116",
    "archive-broken",
    clause=_ARCHIVES,
    level="must",
    needs=("AR_HDU", "AR_NCAT"),
    multi_hdu_only=True,
    summary_ja="AR_HDU が ARCHIVE_INDEX を指していない、または表の数が AR_NCAT と異なる",
    message={
        "hdu": "AR_HDU = {number}, and the index of the archive (ARCHIVE_INDEX) is HDU {wanted}",
        "absent": "AR_HDU = {number}, and the file has no index of an archive (ARCHIVE_INDEX)",
        "count": "AR_NCAT = {told}, and the archive has {found} tables, the index among them",
        "order": "AR_CATN = {told} in the table that is number {number} of its archive",
    },
)
def archive_broken(file: FitsFile) -> Iterator[Flag]:
    """AR_HDU does not lead to the index of an archive, or tables of it are missing.

    AR_HDU counts HDUs from 1. AR_NCAT counts the index and the tables behind it, each of which has
    its place from 0 on in AR_CATN. Files of one HDU are headers that were taken out of others.

    ## Why it matters
    PSF, aperture correction, coordinates and flux scale lie in these tables. LSST's software
    follows the numbers, and takes another table or fails.

    ## Example
    ```fits
    AR_HDU  =                    3
    @hdu bintable
    EXTTYPE = 'ARCHIVE_INDEX'
    AR_CATN =                    0
    AR_NCAT =                    1
    ```
    Use instead:
    ```fits
    AR_HDU  =                    2
    @hdu bintable
    EXTTYPE = 'ARCHIVE_INDEX'
    AR_CATN =                    0
    AR_NCAT =                    1
    ```
    """
    indices = [hdu for hdu in file.hdus if _find_kind(hdu) == _INDEX]
    for hdu in file.hdus:
        card = hdu.header.find_card("AR_HDU")
        number = card.number_value if card is not None else None
        if card is None or number is None or number in [each.number for each in indices]:
            continue
        if indices:
            yield _flag(hdu, card, "hdu", number=f"{number:g}", wanted=indices[0].number)
        else:
            yield _flag(hdu, card, "absent", number=f"{number:g}")
    for index in indices:
        yield from _flag_tables(file, index)


def _flag_tables(file: FitsFile, index: Hdu) -> Iterator[Flag]:
    tables = [index]
    for hdu in file.hdus[index.number :]:
        if _find_kind(hdu) != _TABLE:
            break
        tables.append(hdu)
    card = index.header.find_card("AR_NCAT")
    if card is not None and card.number_value is not None and card.number_value != len(tables):
        yield _flag(index, card, "count", told=f"{card.number_value:g}", found=len(tables))
        return
    for at, hdu in enumerate(tables):
        place = hdu.header.find_card("AR_CATN")
        if place is not None and place.number_value is not None and place.number_value != at:
            yield _flag(hdu, place, "order", told=f"{place.number_value:g}", number=at)


@rule(
    "HS119",
    "mask-planes-broken",
    clause="LSST afw, masked images",
    level="must",
    needs=("EXTTYPE",),
    multi_hdu_only=True,
    summary_ja="MASK に MP_* がない、二つの面が同じビットを使う、または三つの画像の大きさが異なる",
    message={
        "none": "the mask has no MP_ keyword, so that nothing tells what its bits mean",
        "twice": "{keyword} and {other} are both bit {bit}",
        "beyond": "{keyword} is bit {bit}, and the pixels of the mask have {bits} bits",
        "size": "{name} has {size} pixels, and IMAGE has {wanted}",
    },
)
def mask_planes_broken(file: FitsFile) -> Iterator[Flag]:
    """The bits of a mask have no names, or two the same, or the mask is not as large as its image.

    HDUs are known by EXTTYPE, as LSST's software writes it.

    ## Why it matters
    Which pixels are saturated or hit by cosmic rays is told by bits whose numbers stand in MP_
    keywords, and differ from file to file. A wrong one uses bad pixels, or throws good ones away.

    ## Example
    ```fits image
    BITPIX  =                   16
    EXTTYPE = 'MASK    '
    MP_BAD  =                    0
    MP_SAT  =                   16
    ```
    Use instead:
    ```fits image
    BITPIX  =                   16
    EXTTYPE = 'MASK    '
    MP_BAD  =                    0
    MP_SAT  =                    1
    ```
    """
    from fitslint.hscpipe.names import parse_product_path  # most files are of other telescopes

    name = parse_product_path(file.path)
    is_exposure = name is not None and name.kind in _EXPOSURES
    planes = {}
    for hdu in file.hdus:
        said = [(hdu.header.string("EXTTYPE") or "").strip()]
        said += [(hdu.header.string("EXTNAME") or "").strip()] if is_exposure else []
        planes.update({each: hdu for each in said if each in _PLANES and each not in planes})
    mask = planes.get("MASK")
    if mask is not None:
        yield from (in_hdu(found, hdu=mask.number) for found in _flag_bits(mask.header))
    image = planes.get("IMAGE")
    for plane, hdu in planes.items():
        if image is not None and _measure(hdu) != _measure(image):
            params = {"name": plane, "size": _measure(hdu), "wanted": _measure(image)}
            yield Flag(hdu=hdu.number, message="size", params=params)


def _flag_bits(header: Header) -> Iterator[Flag]:
    bits = header.structure.bitpix or 0
    names = [name for name in header.names if name.removeprefix("HIERARCH ").startswith(_PREFIX)]
    cards = [card for name in dict.fromkeys(names) if (card := header.find_card(name)) is not None]
    if not cards:
        yield Flag(message="none")
    taken: dict[float, Card] = {}
    for card in cards:
        bit = card.number_value
        if bit is None:
            continue
        if bit in taken:
            yield flag(
                card, message="twice", keyword=card.keyword, other=taken[bit].keyword,
                bit=f"{bit:g}",
            )  # fmt: skip
        elif not 0 <= bit < bits:
            yield flag(card, message="beyond", keyword=card.keyword, bit=f"{bit:g}", bits=bits)
        taken.setdefault(bit, card)


def _measure(hdu: Hdu) -> str:
    """Pixels along both axes, of what is packed those of the image."""
    letter = "ZNAXIS" if "ZNAXIS" in hdu.header else "NAXIS"
    sizes = hdu.header.map_indices(letter).items()
    return " x ".join(str(card.value) for _, card in sorted(sizes))
