"""What is wrong with one header as a piece of the file: its END, its fill, its grid."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import Problem
from fitslint.model.form import BLOCK, CARD
from fitslint.model.header import Header
from fitslint.syntax.scan_cards import SPACE, end_is_value, plausible, strong
from fitslint.syntax.scan_header import Extent


def header_problems(header: Header, extent: Extent) -> Iterator[Problem]:
    """Every structural fact about a header that was not sound."""
    hdu = header.hdu
    for drift in extent.drifts[:1]:
        params = {"card": drift.card, "shift": drift.shift, "times": len(extent.drifts)}
        yield Problem("drift", hdu, header.offset + drift.at, params)
    if header.names.count("END"):
        position = header.names.index("END")
        yield Problem("end-value", hdu, header.start_of(position), {"card": position + 1})
    if b"\n" in extent.raw:
        params = {"count": extent.raw.count(b"\n"), "cr": b"\r\n" in extent.raw}
        yield Problem("line-breaks", hdu, header.offset + extent.raw.index(b"\n"), params)
    if extent.end is None:
        yield _no_end(header, extent)
        return
    at = header.start_of(len(header))
    text = extent.end[3:]
    if text.strip(b" "):
        kind = "end-value" if end_is_value(extent.end) else "end-text"
        shown = text.decode("latin-1").strip()
        yield Problem(kind, hdu, at, {"card": len(header) + 1, "text": shown})
    yield from _fill(extent, hdu, at + CARD)
    have = extent.stop - CARD - len(extent.raw) - len(extent.fill)
    if not extent.drifts and have > 0:
        size = header.offset + extent.stop - have
        yield Problem("partial-block", hdu, size, {"size": size, "excess": BLOCK - have})


def _no_end(header: Header, extent: Extent) -> Problem:
    stop = header.offset + extent.stop
    if extent.how == "limit":
        return Problem("header-limit", header.hdu, stop, {"limit": extent.stop})
    # A last block that is whole and blank at its end was finished by its writer.
    blank_at_end = extent.stop > len(extent.raw) + CARD
    if extent.how == "file" and (extent.stop % BLOCK or not blank_at_end):
        return Problem("header-cut", header.hdu, stop, {"cards": len(header)})
    return Problem("no-end", header.hdu, stop, {"cards": len(header)})


def _fill(extent: Extent, hdu: int, at: int) -> Iterator[Problem]:
    fill = extent.fill
    if not fill.strip(b" "):
        return
    lost = [
        i
        for i in range(0, len(fill) - CARD + 1, CARD)
        if fill[i : i + CARD].strip(SPACE) and plausible(fill, i)
    ]
    if any(strong(fill, i) for i in lost):
        first = fill[lost[0] : lost[0] + 8].decode("latin-1").split("=")[0].rstrip()
        params = {"count": len(lost), "first": first, "starts": [at + i for i in lost]}
        yield Problem("lost-cards", hdu, at + lost[0], params)
        rest = [fill[i : i + CARD] for i in range(0, len(fill), CARD) if i not in lost]
        fill = b"".join(rest)
    whole = fill is extent.fill
    foreign = fill.translate(None, b" ")
    if foreign:
        where = at + min(extent.fill.index(byte) for byte in set(foreign))
        params = {"count": len(foreign), "what": _what(foreign), "whole": whole}
        yield Problem("fill", hdu, where, params)


def _what(foreign: bytes) -> str:
    if not foreign.strip(b"\x00"):
        return "NUL"
    if not foreign.strip(SPACE):
        return "white space other than blanks"
    return "text" if all(0x20 < byte < 0x7F for byte in foreign) else "junk"
