"""A file as a sequence of HDUs, and what was wrong with its structure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from fitslint.model.finding import Status
from fitslint.model.header import Header
from fitslint.model.records import dataclass, field

if TYPE_CHECKING:
    from fitslint.model.data_facts import DataFacts

Container = Literal["fits", "gzip", "bzip2", "xz", "compress", "text"]
"""What the stream of a file was unpacked from; ``fits`` and ``text`` were not packed."""


@dataclass(slots=True)
class Hdu:
    """Header and data unit; offsets in bytes of the uncompressed stream."""

    number: int
    """Counted from 1."""
    header: Header
    data_offset: int
    data_bytes: int | None
    """Size that the header declares, without padding; None when it cannot be known."""
    present_bytes: int | None = None
    """Bytes that the file really has from ``data_offset`` on, where that is fewer than needed."""
    data: DataFacts | None = None
    """What reading the data told; None where they were not read, or could not be."""

    @property
    def kind(self) -> str:
        """primary, groups, image, table, bintable, compressed-image, compressed-table, extension.

        ``extension`` is one of a type the standard does not define; ``unknown`` is a header that
        starts with neither SIMPLE nor XTENSION (a header text, or a header found after a fault).
        """
        return self.header.kind

    @property
    def extname(self) -> str:
        """EXTNAME without blanks at its end; empty where there is none."""
        return (self.header.string("EXTNAME") or "").rstrip(" ")


@dataclass(frozen=True, slots=True)
class StructuralProblem:
    """A structural fact that the reader met: an id, where, and its figures.

    ============= =================================================== ==========================
    kind          meaning                                             params
    ============= =================================================== ==========================
    not-fits      the stream does not start with a FITS header        looks_like
    no-simple     the first header does not start with SIMPLE         found
    prefix        foreign bytes stand before the first header         length, looks_like
    bom           a byte order mark stands before the first card      length
    wrapper       compressed, and the suffix says otherwise           found, suffix
    line-breaks   LF inside a header, or a header text called .fits   count, cr; text
    long-line     a line of a header text is longer than a card       columns, text
    no-end        a header without END card                           cards
    header-limit  the header reached the size limit without END       limit
    header-cut    the file ends inside a header                       cards
    end-text      END is followed by something (at its byte)          card, text
    end-value     END is written with an equals sign                  card, (text)
    fill          the fill after END is not blank                     count, what, whole
    lost-cards    cards stand in the fill after END                   count, first, starts
    drift         cards leave the 80-byte grid                        card, shift, times
    partial-block the last header block is not filled                 size, excess
    data-cut      the data unit is not completely there               expected, actual, followed
    no-padding    all data are there and only the padding is missing  missing
    overflow      the declared size is absurd                         declared, size
    unsized       the size of a data unit cannot be computed          -
    trailing      bytes after the last HDU                            size (or None), what
    no-xtension   an HDU after the first does not start with XTENSION found
    second-simple a second FITS file follows                          -
    shifted       a header was found off the block boundary           expected, actual
    recovered     the reader skipped to the next plausible header     skipped, what
    hdu-limit     reading stopped after so many HDUs                  limit
    inflate-limit decompression stopped at the limit                  detail
    bad-wrapper   the compressed stream is damaged                    detail
    wrapper-rest  other bytes follow the compressed stream            container
    io            the device failed                                   detail
    ============= =================================================== ==========================
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
    problems: list[StructuralProblem] = field(default_factory=list)
    reason: str | None = None
    limits_hit: list[str] = field(default_factory=list)
