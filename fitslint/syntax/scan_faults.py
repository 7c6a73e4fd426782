"""What is wrong with one header as a piece of the file: its END, its fill, its grid."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import StructuralProblem
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.model.header import Header
from fitslint.syntax.scan_cards import SPACE, has_end_value, has_value_indicator, may_be_card
from fitslint.syntax.scan_header import Extent


def find_header_problems(header: Header, extent: Extent) -> Iterator[StructuralProblem]:
    """Every structural fact about a header that was not sound."""
    hdu = header.hdu
    for drift in extent.drifts[:1]:
        params = {"card": drift.card, "shift": drift.shift, "times": len(extent.drifts)}
        yield StructuralProblem("drift", hdu, header.offset + drift.offset, params)
    if header.names.count("END"):
        position = header.names.index("END")
        yield StructuralProblem(
            "end-value", hdu, header.locate_card(position), {"card": position + 1}
        )
    if b"\n" in extent.raw:
        params = {"count": extent.raw.count(b"\n"), "cr": b"\r\n" in extent.raw}
        yield StructuralProblem("line-breaks", hdu, header.offset + extent.raw.index(b"\n"), params)
    if extent.end is None:
        yield _describe_no_end(header, extent)
        return
    at = header.locate_card(len(header))
    text = extent.end[3:]
    if text.strip(b" "):
        kind = "end-value" if has_end_value(extent.end) else "end-text"
        shown = text.decode("latin-1").strip()
        yield StructuralProblem(kind, hdu, at, {"card": len(header) + 1, "text": shown})
    yield from _find_fill_problems(extent, hdu, at + CARD_SIZE)
    have = extent.stop - CARD_SIZE - len(extent.raw) - len(extent.fill)
    if not extent.drifts and have > 0:
        size = header.offset + extent.stop - have
        yield StructuralProblem(
            "partial-block", hdu, size, {"size": size, "excess": BLOCK_SIZE - have}
        )


def _describe_no_end(header: Header, extent: Extent) -> StructuralProblem:
    stop = header.offset + extent.stop
    if extent.stop_reason == "limit":
        return StructuralProblem("header-limit", header.hdu, stop, {"limit": extent.stop})
    # A last block that is whole and blank at its end was finished by its writer.
    blank_at_end = extent.stop > len(extent.raw) + CARD_SIZE
    if extent.stop_reason == "file" and (extent.stop % BLOCK_SIZE or not blank_at_end):
        return StructuralProblem("header-cut", header.hdu, stop, {"cards": len(header)})
    return StructuralProblem("no-end", header.hdu, stop, {"cards": len(header)})


def _find_fill_problems(extent: Extent, hdu: int, at: int) -> Iterator[StructuralProblem]:
    fill = extent.fill
    if not fill.strip(b" "):
        return
    lost = [
        i
        for i in range(0, len(fill) - CARD_SIZE + 1, CARD_SIZE)
        if fill[i : i + CARD_SIZE].strip(SPACE) and may_be_card(fill, i)
    ]
    if any(has_value_indicator(fill, i) for i in lost):
        first = fill[lost[0] : lost[0] + 8].decode("latin-1").split("=")[0].rstrip()
        params = {"count": len(lost), "first": first, "starts": [at + i for i in lost]}
        yield StructuralProblem("lost-cards", hdu, at + lost[0], params)
        rest = [fill[i : i + CARD_SIZE] for i in range(0, len(fill), CARD_SIZE) if i not in lost]
        fill = b"".join(rest)
    whole = fill is extent.fill
    foreign = fill.translate(None, b" ")
    if foreign:
        where = at + min(extent.fill.index(byte) for byte in set(foreign))
        params = {"count": len(foreign), "what": _name_bytes(foreign), "whole": whole}
        yield StructuralProblem("fill", hdu, where, params)


def _name_bytes(foreign: bytes) -> str:
    if not foreign.strip(b"\x00"):
        return "NUL"
    if not foreign.strip(SPACE):
        return "white space other than blanks"
    return "text" if all(0x20 < byte < 0x7F for byte in foreign) else "junk"
