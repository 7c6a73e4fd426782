"""The first bytes of a stream: FITS, a header text, or something else by its name."""

from __future__ import annotations

from fitslint.model.file import FitsFile, StructuralProblem
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.syntax.header_text import BOM, is_line_text, read_header_text
from fitslint.syntax.headers import make_header
from fitslint.syntax.scan_cards import has_value_indicator, looks_like_header
from fitslint.syntax.scan_foreign import ForeignFormat, identify_format
from fitslint.syntax.scan_header import read_until_end
from fitslint.syntax.scan_reader import WINDOW, Reader, ScanBounds
from fitslint.text import phrase

FITS_SUFFIXES = frozenset((".fits", ".fit", ".fts", ".fz", ".evt", ".img"))
"""Suffixes that promise a FITS file with its data."""
_PACKED_SUFFIXES = frozenset((".gz", ".bz2", ".xz", ".zip", ".z", ".zst", ".tar"))
_PREFIX_MAX = 16 * 1024


def get_suffix(path: str, *, inner: bool = True) -> str:
    """The suffix in lower case; with ``inner`` that of ``x.fits.gz`` is ``.fits``."""
    stem, suffix = _split_suffix(path)
    return _split_suffix(stem)[1] if inner and suffix in _PACKED_SUFFIXES else suffix


def _split_suffix(path: str) -> tuple[str, str]:
    name = path[path.rfind("/") + 1 :]
    stem, dot, suffix = name.rpartition(".")
    return (stem, f".{suffix.lower()}") if dot and stem else (name, "")


def locate_first_header(reader: Reader, file: FitsFile, bounds: ScanBounds) -> int | None:
    """Where the first header starts; None for a header text (read here) and for no FITS."""
    head = reader.read_at(0, WINDOW)
    suffix = get_suffix(file.path)
    promised = suffix in FITS_SUFFIXES or not suffix
    if is_line_text(head):
        read_header_text(reader, file, bounds.header_bytes, bounds.hdus)
        if file.hdus:
            if suffix in FITS_SUFFIXES:
                file.problems.append(StructuralProblem("line-breaks", 1, CARD_SIZE, {"text": True}))
            return None
    simple = head.startswith(b"SIMPLE  =")
    if simple or head.startswith(b"XTENSION=") or looks_like_header(head):
        if not promised and _is_only_header(reader, bounds, simple):
            read_header_text(reader, file, bounds.header_bytes, bounds.hdus)
            return None
        if not simple:
            name = head[:8].decode("latin-1").rstrip()
            file.problems.append(StructuralProblem("no-simple", 1, 0, {"found": name}))
        return 0
    at = _find_after_prefix(head)
    if at:
        if head.startswith(BOM) and at == len(BOM):
            file.problems.append(StructuralProblem("bom", 1, 0, {"length": at}))
        else:
            params = {"length": at, "looks_like": phrase(identify_format(head[:at]).name)}
            file.problems.append(StructuralProblem("prefix", 1, 0, params))
        return at
    if reader.fault is None:
        mark_not_fits(file, identify_format(head))
    return None


def mark_not_fits(file: FitsFile, answer: ForeignFormat) -> None:
    """Say what the stream is instead of FITS."""
    inside = "" if file.container in ("fits", "text") else "unpacked, "
    file.status, file.reason = "not-fits", inside + answer.reason
    params = {"looks_like": phrase(answer.name), "unread": bool(answer.wrapper)}
    file.problems.append(StructuralProblem("not-fits", byte=0, params=params))
    suffix = get_suffix(file.path, inner=False)
    if answer.wrapper and suffix in FITS_SUFFIXES:
        params = {"found": answer.wrapper, "suffix": suffix}
        file.problems.append(StructuralProblem("wrapper", byte=0, params=params))


def _find_after_prefix(head: bytes) -> int:
    """Where SIMPLE and BITPIX stand behind foreign bytes, 0 when they do not."""
    at = head.find(b"SIMPLE  =", 0, _PREFIX_MAX)
    return (
        at
        if at > 0 and has_value_indicator(head, at) and head.startswith(b"BITPIX", at + CARD_SIZE)
        else 0
    )


def _is_only_header(reader: Reader, bounds: ScanBounds, simple: bool) -> bool:
    """Whether the stream is 80-column records and no more: nothing of a data unit is there."""
    data, at, how = read_until_end(reader, 0, bounds.header_bytes)
    if how == "file":
        return True
    stop = at // BLOCK_SIZE * BLOCK_SIZE + BLOCK_SIZE
    if how != "end" or len(data) > stop or reader.read_at(stop, 1):
        return False
    if not simple or len(data) < stop:
        return True
    header = make_header(data[:at], offset=0, hdu=1, end=data[at : at + CARD_SIZE], fill=b"")
    return header.structure.data_bytes != 0
