"""Products that astropy holds in memory: their headers change, their data do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from fitslint.api import Report
from fitslint.model.finding import FileReport
from fitslint.products.conformed import Conformed
from fitslint.products.decide.cards import Card, changes, dated
from fitslint.products.decide.case import Case
from fitslint.products.errors import ProductError
from fitslint.products.facts import image, inherited, sound
from fitslint.products.given import Given
from fitslint.products.judging import judged
from fitslint.products.kinds import Kind
from fitslint.products.pixels import of_array, problems
from fitslint.products.unknown import unknowns
from fitslint.source.memory import NotCheckable, read_objects

_TEXT = 72
"""Columns of a commentary card."""


def conform_objects(
    target: Any, kind: Kind, given: Given, hdu: int | str | None, *, complete: bool
) -> Conformed:
    """Conform an HDUList or an image HDU of astropy.

    Raises
    ------
    ProductError
        when it holds no such image, or facts contradict each other or the header.
    TypeError
        when it is nothing of the kind.
    """
    hdus = _hdus(target)
    place = _image(target, hdus, hdu)
    holder = hdus[place]
    # What is refused is refused before anything is touched:
    file = read_objects(target)
    first = inherited(file, place + 1)
    changes(Case(kind, file.hdus[place].header, given, inherited=first))
    # astropy brings scaled integers to their values when somebody looks, and the header with them.
    pixels = of_array(holder.data)
    header = read_objects(target).hdus[place].header
    case = Case(kind, header, given, pixels, first)
    wanted = changes(case)
    if wanted or "DATE" not in header or not _sealed(holder):
        wanted = dated(case, wanted)
    missing = unknowns(_drafted(hdus, place, wanted).findings, place + 1)
    if missing and complete:
        wanted = []
    elif wanted:
        _apply(target, hdus, holder, wanted)
    axes = [axis or 0 for axis in header.structure.axes]
    return Conformed(
        kind.name, read_objects(target).path, place + 1, bool(wanted), None, wanted, missing,
        problems(kind, axes, pixels), Report(judged(read_objects(target))),
        holder.header,
    )  # fmt: skip


def _apply(target: Any, hdus: Sequence[Any], holder: Any, wanted: Sequence[Card]) -> None:
    """Change the header, or leave every header as it is."""
    before = [(one.header, one.header.copy()) for one in hdus]
    try:
        if hasattr(target, "update_extend"):
            target.update_extend()
        _write(holder.header, wanted)
        holder.add_datasum(when="data unit checksum")
        holder.add_checksum(when="HDU checksum", override_datasum=True)
    except BaseException:
        for header, copy in before:
            header.clear()
            header.extend(copy.cards, strip=False, bottom=True)
        raise


def _hdus(target: Any) -> list[Any]:
    hdus = list(target) if isinstance(target, list) else [target]
    if not hdus or not all(hasattr(one, "add_checksum") for one in hdus):
        header = hasattr(target, "cards")
        raise TypeError(
            "a header alone cannot be conformed: give the HDU with its pixels"
            if header
            else "a path, bytes, or an HDUList or image HDU of astropy can be conformed, "
            f"not {type(target).__name__}"
        )
    return hdus


def _image(target: Any, hdus: Sequence[Any], hdu: int | str | None) -> int:
    """Place (from 0) of the image that is meant."""
    file = sound(read_objects(target))
    # astropy shows the header of the image that is packed, which holds no such thing.
    packed = [type(one).__name__ == "CompImageHDU" for one in hdus]
    if hdu is None:
        plain = (at for at, one in enumerate(hdus) if one.is_image and one.size and not packed[at])
        hdu = next(plain, packed.index(True) if any(packed) else 0) + 1
    try:
        place = image(file, hdu).number - 1
    except NotCheckable as error:
        raise TypeError(str(error)) from None
    if packed[place]:
        raise ProductError(f"HDU {place + 1} is a compressed image; unpack it first (funpack)")
    return place


@dataclass(frozen=True, slots=True)
class _Stand:
    """What stands for an HDU whose header is tried."""

    header: Any


def _drafted(hdus: Iterable[Any], place: int, wanted: Sequence[Card]) -> FileReport:
    """What would be found in the headers, one of which changes."""
    tried = [_Stand(one.header) for one in hdus]
    copy = tried[place].header.copy()
    _write(copy, wanted)
    tried[place] = _Stand(copy)
    return judged(read_objects(tried))


def _sealed(holder: Any) -> bool:
    return bool(holder.verify_checksum() == 1 and holder.verify_datasum() == 1)


def _write(header: Any, wanted: Iterable[Card]) -> None:
    """Put the cards into a header of astropy."""
    for keyword in ("CHECKSUM", "DATASUM"):
        header.remove(keyword, ignore_missing=True, remove_all=True)
    for card in wanted:
        if card.new is None:
            header.remove(card.keyword)
        elif card.keyword == "HISTORY":
            for line in wrap(str(card.new), _TEXT) or [""]:
                header.add_history(line)
        elif card.renames:
            header.insert(card.renames, (card.keyword, card.new, card.comment))
            header.remove(card.renames)
        else:
            header[card.keyword] = (card.new, card.comment)
