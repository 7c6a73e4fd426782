"""The first cards: SIMPLE, BITPIX, NAXIS, the axes, and nothing between them."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, flag_missing, rule
from fitslint.rules.hdu_kinds import EXTENSION_KINDS, KNOWN_KINDS, PRIMARY_KINDS
from fitslint.rules.mandatory.order import (
    AXES_MAX,
    LEGAL_BITPIX,
    find_order_violations,
    flag_order,
    group_runs,
    list_mandatory,
    reorder_keywords,
)
from fitslint.text import phrase

_PRIMARY_ONLY = ("SIMPLE", "EXTEND", "BLOCKED")
ORDER_MESSAGE = "{keyword} is card {number} of the header and must be card {wanted}"


@rule(
    "MK101",
    "simple-not-true",
    clause="4.4.1.1",
    level="must",
    catalogue_rows=("M001",),
    hdus=PRIMARY_KINDS,
    needs=("SIMPLE",),
    summary_ja="SIMPLE の値が T でない",
    message="SIMPLE = F declares that the file does not conform to the FITS standard",
)
def simple_not_true(header: Header) -> Iterator[Flag]:
    """SIMPLE is not T.

    ## Why it matters
    SIMPLE = T in the first card is how every reader knows a FITS file. With F the writer says that
    the file departs from the standard, and nobody can know in which way.

    ## Example
    ```fits
    SIMPLE  =                    F
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    ```
    """
    card = header.find_card("SIMPLE")
    if card is not None and header.structure.simple is False:
        yield flag(card)


@rule(
    "MK102",
    "bitpix",
    clause="4.4.1.1",
    level="must",
    catalogue_rows=("M002",),
    hdus=KNOWN_KINDS,
    fix="safe",
    summary_ja="BITPIX が二番目にないか、8、16、32、64、-32、-64 のいずれでもない",
    message={
        "absent": "BITPIX is absent; it must be the second card",
        "value": "BITPIX = {bitpix} bits is none of 8, 16, 32, 64, -32, -64",
        "order": ORDER_MESSAGE,
    },
)
def bitpix(header: Header) -> Iterator[Flag]:
    """BITPIX is not the second keyword or has a value that the standard does not define.

    ## Why it matters
    BITPIX gives the size and the type of every data value. Without it nothing after this header
    can be found.

    ## Example
    ```fits
    SIMPLE  =                    T
    NAXIS   =                    0
    BITPIX  =                    8
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    BITPIX  =                    8
    NAXIS   =                    0
    ```
    """
    card = header.find_card("BITPIX")
    if card is None:
        yield flag_missing("BITPIX", message="absent")
        return
    value = header.structure.bitpix
    # What is no integer at all is told by the rules on values, here and below.
    if value is not None and value not in LEGAL_BITPIX:
        yield flag(card, message="value", bitpix=value)
    yield from flag_order(header, ("BITPIX",))


@rule(
    "MK103",
    "naxis",
    clause="4.4.1.1",
    level="must",
    catalogue_rows=("M003",),
    hdus=KNOWN_KINDS,
    fix="safe",
    summary_ja="NAXIS が三番目にないか、0 から 999 の整数でない",
    message={
        "absent": "NAXIS is absent; it must be the third card",
        "value": "NAXIS = {naxis} is not in the range 0 to 999 axes",
        "order": ORDER_MESSAGE,
    },
)
def naxis(header: Header) -> Iterator[Flag]:
    """NAXIS is not the third keyword or not an integer from 0 to 999.

    ## Why it matters
    NAXIS says how many NAXISn keywords follow; a reader that cannot trust it cannot tell the size
    of the data unit.

    ## Example
    ```fits
    SIMPLE  =                    T
    BITPIX  =                    8
    NAXIS1  =                    0
    NAXIS2  =                    0
    NAXIS   =                    2
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                    0
    NAXIS2  =                    0
    ```
    """
    card = header.find_card("NAXIS")
    if card is None:
        yield flag_missing("NAXIS", message="absent")
        return
    value = header.structure.naxis
    if value is not None and not 0 <= value <= AXES_MAX:
        yield flag(card, message="value", naxis=value)
    yield from flag_order(header, ("NAXIS",))


@rule(
    "MK104",
    "axis-lengths",
    clause="4.4.1.1",
    level="must",
    catalogue_rows=("M004",),
    hdus=KNOWN_KINDS,
    requires=("MK103",),
    fix="safe",
    summary_ja="NAXISn が欠けている、順序が違う、または負でない整数でない",
    message={
        "absent": "NAXIS{axis} is absent although NAXIS = {naxis}",
        "several": "NAXIS{axis} to NAXIS{last} are absent although NAXIS = {naxis}",
        "value": "NAXIS{axis} = {length} is negative; an axis has 0 or more elements",
        "order": ORDER_MESSAGE,
    },
)
def axis_lengths(header: Header) -> Iterator[Flag]:
    """A NAXISn keyword is absent, out of order, or not a non-negative integer.

    ## Why it matters
    The axis lengths multiply to the size of the data unit; one that is absent or negative leaves
    every following HDU unreachable.

    ## Example
    ```fits
    SIMPLE  =                    T
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS2  =                    0
    NAXIS1  =                    0
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                    0
    NAXIS2  =                    0
    ```
    """
    count = header.structure.naxis or 0
    if count > AXES_MAX:  # MK103 has that, and 10^60 axes cannot be looked up
        return
    present = header.layout.map_indices("NAXIS")
    for axis, last in group_runs([n for n in range(1, count + 1) if n not in present]):
        message = "absent" if axis == last else "several"
        yield flag_missing(f"NAXIS{axis}", message=message, axis=axis, last=last, naxis=count)
    for axis, length in enumerate(header.structure.axes[:count], 1):
        if axis in present and length is not None and length < 0:
            yield flag(header.card(present[axis]), message="value", axis=axis, length=length)
    yield from flag_order(header, [f"NAXIS{n}" for n in range(1, count + 1)])


@rule(
    "MK105",
    "surplus-axis",
    clause="4.4.1.1",
    level="must",
    catalogue_rows=(
        "M005",
        "D-19",
    ),
    hdus=KNOWN_KINDS,
    requires=("MK103",),
    fix="unsafe",
    summary_ja="NAXIS を超える番号の NAXISn がある",
    message="{keyword} describes an axis that does not exist: NAXIS = {naxis}",
)
def surplus_axis(header: Header) -> Iterator[Flag]:
    """A NAXISn keyword has an index that is not in the range 1 to NAXIS.

    ## Why it matters
    The standard forbids it, and readers disagree on whether the extra axis counts. Where NAXIS is
    the number that is wrong, the card is the only record of the axis.

    ## Example
    ```fits
    NAXIS   =                    0
    NAXIS1  =                  100
    ```
    Use instead:
    ```fits
    NAXIS   =                    0
    ```
    """
    count = header.structure.naxis
    if count is None:
        return
    for axis, position in header.layout.map_indices("NAXIS").items():
        if not 1 <= axis <= count:
            card = header.card(position)
            yield flag(
                card,
                (0, 8),
                fix=delete_card(card),
                title=phrase("remove the surplus axis keyword"),
                keyword=f"NAXIS{axis}",
                naxis=count,
            )


@rule(
    "MK106",
    "among-mandatory",
    clause="4.4.1",
    level="must",
    catalogue_rows=("M006",),
    hdus=KNOWN_KINDS,
    fix="safe",
    summary_ja="必須キーワードの間に別のキーワードが入っている",
    message="{keyword} stands among the mandatory keywords; move it behind {last}",
)
def among_mandatory(header: Header) -> Iterator[Flag]:
    """Another keyword stands among the mandatory ones.

    ## Why it matters
    The first keywords of a header have a fixed order without gaps; simple readers count cards.

    ## Example
    ```fits
    SIMPLE  =                    T
    BITPIX  =                    8
    OBJECT  = 'M31     '
    NAXIS   =                    0
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    BITPIX  =                    8
    NAXIS   =                    0
    OBJECT  = 'M31     '
    ```
    """
    # What may not stand in this kind of HDU at all is no matter of order (MK117, MK118).
    foreign = _PRIMARY_ONLY if header.kind in EXTENSION_KINDS else ("XTENSION",)
    found = [
        at for at in find_order_violations(header).intruders if header.names[at] not in foreign
    ]
    if not found:
        return
    last = next(name for name in reversed(list_mandatory(header)) if name in header)
    for position in found:
        edits = reorder_keywords(header) if position == found[0] else ()
        yield flag(
            header.card(position),
            (0, 8),
            fix=edits,
            title=phrase("put the mandatory keywords in order") if edits else "",
            keyword=header.names[position] or phrase("a blank keyword"),
            last=last,
        )
