"""Headers that astropy holds in memory, read without importing astropy or changing them."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from fitslint.model.errors import NotCheckableError
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.syntax.headers import make_header

_END = b"END".ljust(CARD_SIZE)


class AstropyHeader(Protocol):
    """What is asked of a header object."""

    cards: Iterable[object]


def read_objects(source: object) -> FitsFile:
    """The file that an HDUList, an HDU or a Header would be; data units are not looked at.

    Raises
    ------
    NotCheckableError
        when ``source`` is none of them.
    """
    headers = _list_headers(source)
    file = FitsFile(_find_name(source))
    offset = 0
    for number, header in enumerate(headers, 1):
        raw = b"".join(map(_render_card, header.cards))
        size = len(raw) + CARD_SIZE
        fill = b" " * (-size % BLOCK_SIZE)
        made = make_header(raw, offset=offset, hdu=number, end=_END, fill=fill)
        data = made.structure.data_bytes
        start = offset + size + len(fill)
        file.hdus.append(Hdu(number, made, start, data))
        offset = start + -(-(data or 0) // BLOCK_SIZE) * BLOCK_SIZE
    file.size = offset
    return file


def _list_headers(source: object) -> Sequence[AstropyHeader]:
    if hasattr(source, "cards") and hasattr(source, "tostring"):
        return [cast(AstropyHeader, source)]
    if hasattr(source, "header"):
        return _list_headers(source.header)
    hdus = list(iter(source)) if isinstance(source, list) else []
    if hdus and all(hasattr(hdu, "header") for hdu in hdus):
        return [hdu.header for hdu in hdus]
    raise NotCheckableError(
        "a path, bytes, a binary file object, an HDUList, an HDU or a Header can be checked, "
        f"not {type(source).__name__}"
    )


def _find_name(source: object) -> str:
    filename = getattr(source, "filename", None)
    name = filename() if callable(filename) else None
    return name if isinstance(name, str) else f"<{type(source).__name__}>"


def _render_card(card: object) -> bytes:
    """The card as it is in the file, or as it would be written.

    ``str(card)`` repairs a card that does not conform, so only cards that have no image of their
    own, or whose image is out of date, are asked for it, and then a copy of them.
    """
    image = getattr(card, "_image", None)
    if not isinstance(image, str) or getattr(card, "_modified", True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = str(copy.copy(card))
    raw = image.encode("latin-1", "replace")
    return raw.ljust(-(-len(raw) // CARD_SIZE) * CARD_SIZE)
