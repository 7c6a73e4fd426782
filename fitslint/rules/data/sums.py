"""DATASUM and CHECKSUM against the bytes (FITS 4.0 section 4.4.2.7 and Appendix J)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.data_facts import DataFacts
from fitslint.model.form import BLOCK_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.syntax.checksum import MODULUS, add_words

_PLAIN_SUM = compile_late(r" *([0-9]{1,10}) *")


def _read_datasum(header: Header) -> int | None:
    """The number of DATASUM; None where there is none, or it cannot be a sum."""
    match = _PLAIN_SUM.fullmatch(header.string("DATASUM") or "")
    return int(match[1]) if match and int(match[1]) <= MODULUS else None


def _sum_header(header: Header) -> int | None:
    """The sum of a header as it stands in the file; None where it is not whole."""
    if header.is_text or header.starts is not None or header.end is None:
        return None
    whole = header.raw + header.end + header.fill
    return None if len(whole) % BLOCK_SIZE else add_words(whole)


def _is_zero(total: int) -> bool:
    """Whether a ones-complement sum is zero, plus or minus."""
    return total % MODULUS == 0


@rule(
    "CK102",
    "datasum-wrong",
    clause="4.4.2.7",
    level="must",
    catalogue_rows=("H002", "H004"),
    needs=("DATASUM",),
    facts=("sum",),
    summary_ja="DATASUM がデータ部の和と一致しない",
    message={
        "": "DATASUM is {stored}, but the data unit sums to {computed}; no repair writes a new sum,"
        " which would hide damage",
        "changed": "DATASUM is {stored}, but the data unit sums to {computed}; CHECKSUM goes with"
        " the former: the data were changed or damaged after both were written, and no repair"
        " writes a new sum, which would hide that",
        "stale": "DATASUM is {stored}, but the data unit sums to {computed}; CHECKSUM holds for the"
        " whole HDU: DATASUM alone is wrong",
    },
)
def datasum_wrong(data: DataFacts) -> Iterator[Flag]:
    r"""The data unit does not add up to DATASUM.

    ## Why it matters
    The data are not those that the program saw that wrote the sum: a disk, a transfer or another
    program changed them. Where CHECKSUM still goes with the old DATASUM the header was not touched,
    and the copy of another archive may be whole. Sums are compared as ones-complement numbers, of
    which 0 and 4294967295 are the same; the text of CHECKSUM is not compared, as one sum has many
    encodings.

    ## Example
    ```fits
    NAXIS   =                    1
    NAXIS1  =                    4
    DATASUM = '16909061'
    CHECKSUM= '                '
    @unit \x01\x02\x03\x04
    ```
    Use instead:
    ```fits
    NAXIS   =                    1
    NAXIS1  =                    4
    DATASUM = '16909060'
    CHECKSUM= '                '
    @unit \x01\x02\x03\x04
    ```
    """
    header, computed = data.header, data.word_sum
    stored = _read_datasum(header)
    if stored is None or computed is None or _is_zero(stored - computed):
        return
    message = ""
    own = _sum_header(header) if (header.string("CHECKSUM") or "").strip() else None
    if own is not None and _is_zero(own + stored):
        message = "changed"
    elif own is not None and _is_zero(own + computed):
        message = "stale"
    card = header.find_cards("DATASUM")[0]
    yield flag(card, message=message, stored=stored, computed=computed)


@rule(
    "CK104",
    "checksum-wrong",
    clause="4.4.2.7",
    level="must",
    catalogue_rows=("H003", "H004"),
    needs=("CHECKSUM",),
    facts=("sum",),
    summary_ja="HDU の和が CHECKSUM と合わない",
    message="the header and its data unit, which sums to {computed}, do not add up to zero:"
    " CHECKSUM does not hold",
)
def checksum_wrong(data: DataFacts) -> Iterator[Flag]:
    r"""The words of the HDU do not add up to -0, and no DATASUM tells why.

    ## Why it matters
    The header or the data were changed after the checksum was written. Without a DATASUM nobody can
    tell which. (Where there is one, CK102 and CK103 say what is wrong.)

    ## Example
    ```fits
    NAXIS   =                    1
    NAXIS1  =                    4
    DATASUM = '        '
    CHECKSUM= 'hcHjjc9ghcEghc9g'
    @unit \x01\x02\x03\x04
    ```
    Use instead:
    ```fits
    @seal
    NAXIS   =                    1
    NAXIS1  =                    4
    DATASUM = '        '
    CHECKSUM= '0000000000000000'
    @unit \x01\x02\x03\x04
    ```
    """
    header = data.header
    if _read_datasum(header) is not None or not (header.string("CHECKSUM") or "").strip():
        return
    own = _sum_header(header)
    if own is None or data.word_sum is None or _is_zero(own + data.word_sum):
        return
    yield flag(header.find_cards("CHECKSUM")[0], computed=data.word_sum)
