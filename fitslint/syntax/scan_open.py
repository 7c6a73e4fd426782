"""The first bytes of a stream: FITS, a header text, or something else by its name."""

from __future__ import annotations

from fitslint.model.file import FitsFile, Problem
from fitslint.model.form import BLOCK, CARD
from fitslint.syntax.headers import make_header
from fitslint.syntax.scan_cards import looks_like_header, strong
from fitslint.syntax.scan_header import until_end
from fitslint.syntax.scan_looks import Look, look
from fitslint.syntax.scan_reader import WINDOW, Bounds, Reader
from fitslint.syntax.text import BOM, is_line_text, read_text

FITS_SUFFIXES = frozenset((".fits", ".fit", ".fts", ".fz", ".evt", ".img"))
"""Suffixes that promise a FITS file with its data."""
_PACKED_SUFFIXES = frozenset((".gz", ".bz2", ".xz", ".zip", ".z", ".zst", ".tar"))
_PREFIX_MAX = 16 * 1024


def suffix_of(path: str, *, inner: bool = True) -> str:
    """The suffix in lower case; with ``inner`` that of ``x.fits.gz`` is ``.fits``."""
    stem, suffix = _split(path)
    return _split(stem)[1] if inner and suffix in _PACKED_SUFFIXES else suffix


def _split(path: str) -> tuple[str, str]:
    name = path[path.rfind("/") + 1 :]
    stem, dot, suffix = name.rpartition(".")
    return (stem, f".{suffix.lower()}") if dot and stem else (name, "")


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
            file.problems.append(Problem("bom", 1, 0, {"length": at}))
        else:
            params = {"length": at, "looks_like": look(head[:at]).what}
            file.problems.append(Problem("prefix", 1, 0, params))
        return at
    if reader.fault is None:
        refuse(file, look(head))
    return None


def refuse(file: FitsFile, answer: Look) -> None:
    """Say what the stream is instead of FITS."""
    inside = "unpacked, " if file.container == "gzip" else ""
    file.status, file.reason = "not-fits", inside + answer.reason
    params = {"looks_like": answer.what, "unread": bool(answer.wrapper)}
    file.problems.append(Problem("not-fits", byte=0, params=params))
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
    data, at, how = until_end(reader, 0, bounds.header_bytes)
    if how == "file":
        return True
    stop = at // BLOCK * BLOCK + BLOCK
    if how != "end" or len(data) > stop or reader.read_at(stop, 1):
        return False
    if not simple or len(data) < stop:
        return True
    header = make_header(data[:at], offset=0, hdu=1, end=data[at : at + CARD], fill=b"")
    return header.structure.data_bytes != 0
