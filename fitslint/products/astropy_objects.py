"""Products that astropy holds in memory: their headers change, their data do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from fitslint.api.report import Report
from fitslint.model.errors import NotCheckableError
from fitslint.model.finding import FileReport
from fitslint.products.cards.changes import CardChange, decide_cards
from fitslint.products.cards.context import ProductContext
from fitslint.products.errors import ProductError
from fitslint.products.header_facts import find_image_hdu, find_primary_header, require_readable
from fitslint.products.kinds import ProductKind
from fitslint.products.linter import lint_product
from fitslint.products.missing import find_missing
from fitslint.products.pixels import find_pixel_problems, measure_array
from fitslint.products.prepare import choose_changes
from fitslint.products.result import ConformResult
from fitslint.products.user_facts import UserFacts
from fitslint.source.astropy_objects import read_objects

_TEXT = 72
"""Columns of a commentary card."""


def conform_objects(
    target: Any, kind: ProductKind, user_facts: UserFacts, hdu: int | str | None, *, complete: bool
) -> ConformResult:
    """Conform an HDUList or an image HDU of astropy.

    Raises
    ------
    ProductError
        when it holds no such image, or facts contradict each other or the header.
    TypeError
        when it is nothing of the kind.
    """
    hdus = _require_hdus(target)
    if kind.is_table:
        raise ProductError(f"a {kind.name} is conformed as a file or its bytes, not in memory")
    place = _find_image(target, hdus, hdu)
    holder = hdus[place]
    # What is refused is refused before anything is touched:
    file = read_objects(target)
    first = find_primary_header(file, place + 1)
    decide_cards(ProductContext(kind, file.hdus[place].header, user_facts, primary_header=first))
    # astropy brings scaled integers to their values when somebody looks, and the header with them.
    pixels = measure_array(holder.data)
    header = read_objects(target).hdus[place].header
    case = ProductContext(kind, header, user_facts, pixels, first)
    wanted = choose_changes(case, lambda: _has_valid_checksums(holder))
    missing = find_missing(_lint_trial(hdus, place, wanted).findings, place + 1)
    axes = [axis or 0 for axis in header.structure.axes]
    problems = find_pixel_problems(kind, axes, pixels)
    if (missing and complete) or any(problem.is_of_shape for problem in problems):
        wanted = []
    elif wanted:
        _change_header(target, hdus, holder, wanted)
    return ConformResult(
        kind.name, read_objects(target).path, place + 1, bool(wanted), None, wanted, missing,
        problems, Report(lint_product(read_objects(target))),
        holder.header,
    )  # fmt: skip


def _change_header(
    target: Any, hdus: Sequence[Any], holder: Any, wanted: Sequence[CardChange]
) -> None:
    """Change the header, or leave every header as it is."""
    before = [(hdu.header, hdu.header.copy()) for hdu in hdus]
    try:
        if hasattr(target, "update_extend"):
            target.update_extend()
        _write_cards(holder.header, wanted)
        holder.add_datasum(when="data unit checksum")
        holder.add_checksum(when="HDU checksum", override_datasum=True)
    except BaseException:
        for header, copy in before:
            header.clear()
            header.extend(copy.cards, strip=False, bottom=True)
        raise


def _require_hdus(target: Any) -> list[Any]:
    hdus = list(target) if isinstance(target, list) else [target]
    if not hdus or not all(hasattr(hdu, "add_checksum") for hdu in hdus):
        header = hasattr(target, "cards")
        raise TypeError(
            "a header alone cannot be conformed: give the HDU with its pixels"
            if header
            else "a path, bytes, or an HDUList or image HDU of astropy can be conformed, "
            f"not {type(target).__name__}"
        )
    return hdus


def _find_image(target: Any, hdus: Sequence[Any], hdu: int | str | None) -> int:
    """Place (from 0) of the image that is meant."""
    file = require_readable(read_objects(target))
    # astropy shows the header of the image that is packed, which holds no such thing.
    packed = [type(item).__name__ == "CompImageHDU" for item in hdus]
    if hdu is None:
        plain = (
            at for at, item in enumerate(hdus) if item.is_image and item.size and not packed[at]
        )
        hdu = next(plain, packed.index(True) if any(packed) else 0) + 1
    try:
        place = find_image_hdu(file, hdu).number - 1
    except NotCheckableError as error:
        raise TypeError(str(error)) from None
    if packed[place]:
        raise ProductError(f"HDU {place + 1} is a compressed image; unpack it first (funpack)")
    return place


@dataclass(frozen=True, slots=True)
class _HduStub:
    """What stands for an HDU whose header is tried."""

    header: Any


def _lint_trial(hdus: Iterable[Any], place: int, wanted: Sequence[CardChange]) -> FileReport:
    """What would be found in the headers, one of which changes."""
    tried = [_HduStub(hdu.header) for hdu in hdus]
    copy = tried[place].header.copy()
    _write_cards(copy, wanted)
    tried[place] = _HduStub(copy)
    return lint_product(read_objects(tried))


def _has_valid_checksums(holder: Any) -> bool:
    return bool(holder.verify_checksum() == 1 and holder.verify_datasum() == 1)


def _write_cards(header: Any, wanted: Iterable[CardChange]) -> None:
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
