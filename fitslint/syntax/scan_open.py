"""The first bytes of a stream: FITS, a header text, or something else by its name."""

from __future__ import annotations

from pathlib import PurePath

from fitslint.model.file import FitsFile, Problem
from fitslint.model.form import BLOCK, CARD
from fitslint.syntax.headers import make_header
from fitslint.syntax.scan_cards import looks_like_header, strong
from fitslint.syntax.scan_header import measure
from fitslint.syntax.scan_looks import Look, look
from fitslint.syntax.scan_reader import WINDOW, Bounds, Reader
from fitslint.syntax.text import BOM, is_line_text, read_text

FITS_SUFFIXES = frozenset((".fits", ".fit", ".fts", ".fz", ".evt", ".img"))
"""Suffixes that promise a FITS file with its data."""
_PACKED_SUFFIXES = frozenset((".gz", ".bz2", ".xz", ".zip", ".z", ".zst", ".tar"))
_PREFIX_MAX = 16 * 1024


def suffix_of(path: str, *, inner: bool = True) -> str:
    """The suffix in lower case; with ``inner`` that of ``x.fits.gz`` is ``.fits``."""
    pure = PurePath(path)
    suffix = pure.suffix.lower()
    if inner and suffix in _PACKED_SUFFIXES:
        suffix = PurePath(pure.stem).suffix.lower()
    return suffix


def opening(reader: Reader, file: FitsFile, bounds: Bounds) -> int | None:
    """Where the first header starts; None for a header text (read here) and for no FITS."""
    head = reader.read_at(0, WINDOW)
    suffix = suffix_of(file.path)
    promised = suffix in FITS_SUFFIXES or not suffix
    if is_line_text(head):
        read_text(reader, file, bounds.header_bytes, bounds.hdus)
        if file.hdus:
            if suffix in FITS_SUFFIXES:
                file.problems.append(Problem("line-breaks", 1, CARD, {"text": True}))
            return None
    simple = head.startswith(b"SIMPLE  =")
    if simple or head.startswith(b"XTENSION=") or looks_like_header(head):
        if not promised and _only_header(reader, bounds, simple):
            read_text(reader, file, bounds.header_bytes, bounds.hdus)
            return None
        if not simple:
            name = head[:8].decode("latin-1").rstrip()
            file.problems.append(Problem("no-simple", 1, 0, {"found": name}))
        return 0
    at = _behind_prefix(head)
    if at:
        if head.startswith(BOM) and at == len(BOM):
            file.problems.append(Problem("bom", byte=0, params={"length": at}))
        else:
            params = {"length": at, "looks_like": look(head[:at]).what}
            file.problems.append(Problem("prefix", byte=0, params=params))
        return at
    if reader.fault is None:
        refuse(file, look(head))
    return None


def refuse(file: FitsFile, answer: Look) -> None:
    """Say what the stream is instead of FITS."""
    inside = "unpacked, " if file.container == "gzip" else ""
    file.status, file.reason = "not-fits", inside + answer.reason
    file.problems.append(Problem("not-fits", byte=0, params={"looks_like": answer.what}))
    suffix = suffix_of(file.path, inner=False)
    if answer.wrapper and suffix in FITS_SUFFIXES:
        params = {"found": answer.wrapper, "suffix": suffix}
        file.problems.append(Problem("wrapper", byte=0, params=params))


def _behind_prefix(head: bytes) -> int:
    """Where SIMPLE and BITPIX stand behind foreign bytes, 0 when they do not."""
    at = head.find(b"SIMPLE  =", 0, _PREFIX_MAX)
    return at if at > 0 and strong(head, at) and head.startswith(b"BITPIX", at + CARD) else 0


def _only_header(reader: Reader, bounds: Bounds, simple: bool) -> bool:
    """Whether the stream is 80-column records and no more: nothing of a data unit is there."""
    extent = measure(reader, 0, bounds.header_bytes)
    behind = reader.read_at(extent.stop, 1)
    if behind or extent.how not in ("end", "file"):
        return False
    header = make_header(extent.raw, offset=0, hdu=1, end=extent.end, fill=extent.fill)
    whole = extent.end is not None and reader.ends_at(extent.stop) and extent.stop % BLOCK == 0
    return not (simple and whole and header.structure.data_bytes == 0)
