"""Keywords, values, offsets and data sizes are those that astropy and fitsio read."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.header import Header
from fitslint.source.files import read_file

fits = pytest.importorskip("astropy.io.fits")

_RECORD = re.compile(r"'[A-Za-z_][\w.]*: +[-+0-9.DE]+ *'")


@cache
def _files(corpus: Path) -> tuple[tuple[Path, FitsFile], ...]:
    """The corpus files that are FITS from the first HDU to the last."""
    read = ((path, read_file(str(path))) for path in sorted(corpus.rglob("*")) if path.is_file())
    return tuple((p, f) for p, f in read if f.status == "ok" and f.hdus and not f.problems)


def _headers(corpus: Path) -> Iterator[tuple[str, Header]]:
    for path, file in _files(corpus):
        for hdu in file.hdus:
            yield f"{path.relative_to(corpus)}#{hdu.number}", hdu.header


def _same(ours: object, theirs: object) -> bool:
    """Equal in type and value; an integer written for a float keyword is an integer for both."""
    if isinstance(ours, float) and isinstance(theirs, float):
        return ours == theirs or (math.isnan(ours) and math.isnan(theirs))
    return type(ours) is type(theirs) and ours == theirs


def _astropy_value(card: Card) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = fits.Card.fromstring(card.raw).value
    return None if isinstance(value, fits.card.Undefined) else value


def _exception(card: Card) -> str | None:
    """Why astropy may read another value from a legal card."""
    if card.form.type == "string" and _RECORD.fullmatch(card.text):
        return "astropy takes every string 'field: number' for a record-valued card"
    if card.value == " ":
        return "astropy does not keep a blank string apart from a null string (4.2.1.1)"
    return None


def test_legal_values_are_those_of_astropy(corpus):
    wrong, compared = [], 0
    seen: set[bytes] = set()
    for where, header in _headers(corpus):
        for card in header.cards:
            if card.form.kind not in ("value", "hierarch") or not card.form.legal:
                continue
            if card.raw in seen:
                continue
            seen.add(card.raw)
            theirs = _astropy_value(card)
            compared += 1
            if not _same(card.value, theirs) and _exception(card) is None:
                wrong.append(f"{where} card {card.number} {card.raw!r}: {card.value!r} {theirs!r}")
    assert not wrong, "\n".join(wrong)
    assert compared > 10_000


def test_keywords_stand_in_the_order_of_astropy(corpus):
    wrong = []
    for where, header in _headers(corpus):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = [
                fits.Card.fromstring(header.raw[at : at + 80]).keyword
                for at in range(0, len(header.raw), 80)
            ]
        ours = [name.removeprefix("HIERARCH ") for name in header.names]
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=True), 1):
            card = header.card(number - 1)
            same = mine.upper() == other.upper() or other.startswith(f"{mine}.")
            if card.form.legal and not same:
                wrong.append(f"{where} card {number}: {mine!r} {other!r}")
    assert not wrong, "\n".join(wrong)


def test_offsets_and_sizes_are_those_of_astropy(corpus):
    wrong, compared = [], 0
    for path, file in _files(corpus):
        if file.container == "text":
            continue  # a header alone: for us it has no data, for astropy they are missing
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with fits.open(path, disable_image_compression=True) as hdus:
                    places = [(hdu.fileinfo(), hdu.size) for hdu in hdus]
        except (OSError, AttributeError, KeyError, TypeError, ValueError):
            continue  # SIMPLE = F, and the few headers that astropy refuses
        theirs = [(at["hdrLoc"], at["datLoc"], size) for at, size in places]
        ours = [(hdu.header.offset, hdu.data_offset, hdu.data_bytes) for hdu in file.hdus]
        compared += 1
        if ours != theirs:
            wrong.append(f"{path.relative_to(corpus)}: {ours} {theirs}")
    assert not wrong, "\n".join(wrong)
    assert compared > 100


def test_values_are_those_of_fitsio(corpus):
    fitsio = pytest.importorskip("fitsio")
    wrong, compared = [], 0
    for path, file in _files(corpus):
        try:
            with fitsio.FITS(str(path)) as theirs:
                lists = [theirs[n].read_header_list() for n in range(len(theirs))]
        except (OSError, ValueError):
            continue  # CFITSIO cannot open header texts, nor a few files with faulty headers
        for hdu, records in zip(file.hdus, lists, strict=True):
            by_name: dict[str, list[object]] = {}
            for record in records:
                by_name.setdefault(str(record["name"]), []).append(record["value"])
            for card in hdu.header.cards:
                found = _fitsio_value(card, hdu.header, by_name)
                compared += found is not None
                if found is not None and not _agrees(card, found[0]):
                    wrong.append(f"{path.name}#{hdu.number} {card.raw!r}: {found[0]!r}")
    assert not wrong, "\n".join(wrong)
    assert compared > 10_000


def _fitsio_value(
    card: Card, header: Header, by_name: dict[str, list[object]]
) -> tuple[object] | None:
    """The value fitsio gives for a legal card of an unrepeated keyword, in a tuple; else None."""
    name = card.keyword
    simple = card.form.kind == "value" and card.form.legal and len(header.find_cards(name)) == 1
    continued = header.names[card.number : card.number + 1] == ("CONTINUE",)
    values = by_name.get(name, ())
    return (values[0],) if simple and not continued and len(values) == 1 else None


def _agrees(card: Card, theirs: object) -> bool:
    ours = card.value
    if isinstance(ours, str):
        # fitsio strips blanks and turns a null string into None or ''.
        return str(theirs or "").strip() == ours.strip() or str(theirs) == card.text
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, rel_tol=1e-14) or ours == theirs
    if ours is None:
        return theirs is None or theirs == ""
    return ours == theirs or str(theirs).strip() == card.text
