"""A file as a sequence of HDUs, and what was wrong with its structure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from fitslint.model.finding import Status
from fitslint.model.header import Header

Container = Literal["fits", "gzip", "text"]


@dataclass(slots=True)
class Hdu:
    """Header and data unit; offsets in bytes of the uncompressed stream."""

    number: int
    """Counted from 1."""
    header: Header
    data_offset: int
    data_bytes: int | None
    """Size that the header declares, without padding; None when it cannot be known."""
    present: int | None = None
    """Bytes that the file really has from ``data_offset`` on, where that is fewer than needed."""

    @property
    def kind(self) -> str:
        """primary, groups, image, table, bintable, compressed-image, compressed-table, extension.

        ``extension`` is one of a type the standard does not define; ``unknown`` is a header that
        starts with neither SIMPLE nor XTENSION (a header text, or a header found after a fault).
        """
        return self.header.kind


@dataclass(frozen=True, slots=True)
class Problem:
    """A structural fact that the reader met: an id, where, and its figures.

    ============== ========================================================= =====================
    kind           meaning                                                   params
    ============== ========================================================= =====================
    not-fits       the stream does not start with a FITS header               looks_like
    bom            a byte order mark stands before the first card             length
    wrapper        gzip, bzip2, xz, zip, tar where the suffix says otherwise  found, suffix
    no-end         a header without END card                                  cards
    header-limit   the header reached the size limit without END              limit
    header-cut     the file ends inside a header                              missing
    partial-block  the file length is not a multiple of 2880                  size, excess
    data-cut       the data unit is not completely there                      expected, actual
    no-padding     all data are there and only the padding is missing         missing
    overflow       the declared size is absurd                                declared, size
    unsized        the size of a data unit cannot be computed                 (keyword)
    trailing       bytes after the last HDU                                   size, what
    no-xtension    an HDU after the first does not start with XTENSION        found
    second-simple  a second FITS file follows                                 -
    shifted        a header was found off the block boundary                  expected, actual
    recovered      the reader skipped to the next plausible header            skipped
    hdu-limit      reading stopped after so many HDUs                         limit
    inflate-limit  decompression stopped at the limit                         limit
    bad-gzip       the compressed stream is damaged                           detail
    ============== ========================================================= =====================
    """

    kind: str
    hdu: int | None = None
    byte: int | None = None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class FitsFile:
    """What the reader made of an input; any bytes give one."""

    path: str
    status: Status = "ok"
    container: Container = "fits"
    size: int | None = None
    """Bytes of the uncompressed stream, None when they were not counted."""
    hdus: list[Hdu] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    reason: str | None = None
    cut: list[str] = field(default_factory=list)
