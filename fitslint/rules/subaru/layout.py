"""What the order and the names of the cards of a Subaru header tell, and the kinds of its HDUs."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.subaru.common import BASIC_CLAUSE, FAMILY, RULES_CLAUSE
from fitslint.text import phrase

_AXIS = compile_late(r"NAXIS[1-9][0-9]*")
_MATRIX = compile_late(r"(?:PC|P2)([0-9]{3})([0-9]{3})")
_PIXEL_AXES = ("001", "002")
_NUMBERED = compile_late(r"(DET-A|DET-T|DET-P1|DET-P2|FILTER|FLT-A)([0-9]+)")
_DIGITS = 2
_KINDS = {
    "image": phrase("an IMAGE"),
    "bintable": phrase("a BINTABLE"),
    "compressed-table": phrase("a compressed table"),
    "compressed-image": phrase("a compressed image"),
    "extension": phrase("an unregistered"),
}
_COMPRESSED_PRIMARY = 2
"""HDU of the image in a file that was compressed as a whole: it was the primary HDU."""


@rule(
    "SB111",
    "extension-not-ascii-table",
    clause=RULES_CLAUSE,
    level="project",
    authority=FAMILY,
    hdus=tuple(_KINDS),
    once="rule",
    catalogue_rows=("S9-11",),
    summary_ja="ASCII TABLE 以外の拡張がある",
    message="this is {kind} extension; files of the Subaru Telescope have ASCII TABLE extensions"
    " only",
)
def extension_not_ascii_table(header: Header) -> Iterator[Flag]:
    """An extension is not an ASCII table.

    A tile-compressed image right behind an empty primary HDU is the primary image in another dress
    and is not meant.

    ## Why it matters
    The archive and the programs of the observatory read the primary array and ASCII tables; what
    is in other extensions they pass over.

    ## Example
    ```fits image
    XTENSION= 'IMAGE   '           / type of extension
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    ```
    Use instead:
    ```fits table
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    ```
    """
    card = header.find_card("XTENSION")
    if card and not (header.kind == "compressed-image" and header.hdu == _COMPRESSED_PRIMARY):
        yield flag(card, kind=_KINDS[header.kind])


@rule(
    "SB221",
    "extend-out-of-place",
    clause=BASIC_CLAUSE,
    level="project",
    authority=FAMILY,
    hdus=("primary",),
    needs=("EXTEND",),
    catalogue_rows=("D-21",),
    summary_ja="EXTEND が最後の NAXISn の直後にない",
    message="EXTEND is card {at}; it belongs directly behind {before}, which is card {last}",
)
def extend_out_of_place(header: Header) -> Iterator[Flag]:
    """EXTEND does not follow the last NAXISn directly.

    ## Why it matters
    Older editions of the standard put EXTEND there, the Subaru dictionary keeps to it, and
    programs of its time look for it there and nowhere else.

    ## Example
    ```fits
    SIMPLE  =                    T / FITS standard
    BITPIX  =                   16 / bits per pixel
    NAXIS   =                    2 / number of axes
    NAXIS1  =                    1 / length of axis 1
    NAXIS2  =                    1 / length of axis 2
    TELESCOP= 'Subaru  '           / telescope
    EXTEND  =                    F / no extensions
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T / FITS standard
    BITPIX  =                   16 / bits per pixel
    NAXIS   =                    2 / number of axes
    NAXIS1  =                    1 / length of axis 1
    NAXIS2  =                    1 / length of axis 2
    EXTEND  =                    F / no extensions
    TELESCOP= 'Subaru  '           / telescope
    ```
    """
    names, card = header.names, header.find_card("EXTEND")
    axes = [at for at, name in enumerate(names) if name == "NAXIS" or _AXIS.fullmatch(name)]
    if card and axes and card.number != axes[-1] + 2:
        before = names[axes[-1]]
        yield flag(card, (0, 8), at=card.number, before=before, last=axes[-1] + 1)


@rule(
    "SB224",
    "matrix-element-of-no-axis",
    clause=BASIC_CLAUSE,
    level="project",
    authority=FAMILY,
    catalogue_rows=("D-24",),
    summary_ja="PCiiijjj・P2iiijjj の添字が 001・002 でない",
    message="{keyword} has the index {index}; those of {family}iiijjj are 001 and 002",
)
def matrix_element_of_no_axis(header: Header) -> Iterator[Flag]:
    """An element of the coordinate matrix belongs to no axis of the image.

    ## Why it matters
    The matrix turns the two pixel axes of a frame; no program reads other elements of it.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    PC001003=           1.00000000 / element of the matrix
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    PC001002=           1.00000000 / element of the matrix
    ```
    """
    for name in header.layout.index:
        match = _MATRIX.fullmatch(name) if name[:1] == "P" else None
        wrong = [axis for axis in match.groups() if axis not in _PIXEL_AXES] if match else []
        card = header.find_card(name) if wrong else None
        if card:
            yield flag(card, (0, 8), keyword=name, index=wrong[0], family=name[:2])


@rule(
    "SB233",
    "number-of-one-digit",
    clause=BASIC_CLAUSE,
    level="project",
    authority=FAMILY,
    catalogue_rows=("D-33",),
    summary_ja="2 桁の番号を持つキーワードの番号が 2 桁でない",
    message="{keyword} has a number of {digits} digits; those of {family} have two: {wanted}",
)
def number_of_one_digit(header: Header) -> Iterator[Flag]:
    """A keyword with a two-digit number is written with another number of digits.

    These are FILTERnn, FLT-Ann, DET-Ann, DET-Tnn, DET-P1nn and DET-P2nn.

    ## Why it matters
    FILTER1 and FILTER01 are two keywords to every program; the archive knows the second.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    FILTER1 = 'SCFCFLBU01'         / filter
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    FILTER01= 'SCFCFLBU01'         / filter
    ```
    """
    for name in header.layout.index:
        match = _NUMBERED.fullmatch(name) if name[:1] in "DF" else None
        card = header.find_card(name) if match and len(match[2]) != _DIGITS else None
        if card and match:
            stem, digits = match.groups()
            wanted = f"{stem}{int(digits) % 100:02d}"
            yield flag(
                card, (0, 8), keyword=name, digits=len(digits), family=f"{stem}nn", wanted=wanted
            )
