"""The laws of a repair, as sentences about those that a plan breaks."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from functools import cache

from fitslint.config.settings import Settings
from fitslint.model.file import FitsFile
from fitslint.model.finding import SEVERITIES, FileReport
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.repair.model import Plan
from fitslint.repair.options import FixOptions
from fitslint.source.files import read_bytes
from fitslint.syntax.checksum import add_words, has_checksum_card
from fitslint.syntax.scan import pad_size
from tests.repair.planning import SourcePlanner

ROUNDS = 3
_KEYWORD = re.compile(r"[A-Z0-9_-]+( [A-Z0-9_-]+)*")
SAFE = FixOptions()
STYLE = FixOptions(style=True)
UNSAFE = FixOptions(unsafe=True, style=True)


@cache
def planner(*select: str) -> SourcePlanner:
    return SourcePlanner(Settings(select=select))


@cache
def _judge():
    from fitslint.engine.linter import Linter

    return Linter(Settings())


def judged(data: bytes, name: str) -> tuple[FitsFile, FileReport]:
    file = read_bytes(data, name, Settings().limits)
    return file, _judge().lint(file)


def applied(data: bytes, plan: Plan) -> bytes:
    """The stream after the patches, put together in another way than the engine does."""
    out = bytearray(data)
    for patch in reversed(plan.patches):
        assert patch.old == bytes(out[patch.start : patch.end])
        out[patch.start : patch.end] = patch.new
    return bytes(out)


def broken(data: bytes, name: str, options: FixOptions = SAFE, rounds: int = ROUNDS):
    """Every law that the plan for ``data`` breaks, and the plan."""
    plan = planner().plan(data, options, name)
    return list(_broken(data, name, options, plan, rounds)), plan


def _broken(data: bytes, name: str, options: FixOptions, plan: Plan, rounds: int) -> Iterator[str]:
    new = applied(data, plan)
    if plan.rounds > rounds:
        codes = [f"{repair.round}:{repair.finding.code}" for repair in plan.repairs]
        yield f"{plan.rounds} rounds: {codes}"
    if (len(data), len(new)) != (plan.size, plan.new_size):
        yield "the sizes are not those of the plan"
    for left, right in zip(plan.patches, plan.patches[1:], strict=False):
        if left.end > right.start:
            yield f"patches overlap: {left} {right}"
    if plan.has_changes != bool(plan.repairs):
        yield "patches and repairs disagree"
    again = planner().plan(new, options, name)
    if again.has_changes:
        codes = [repair.finding.code for repair in again.repairs]
        yield f"a second run repairs {codes}"
    for unit in plan.units:
        if data[unit.old : unit.old + unit.length] != new[unit.new : unit.new + unit.length]:
            yield f"the data of HDU {unit.hdu} are not the same"
    if not plan.has_changes:
        return
    yield from _judged_worse(data, new, name, plan)
    yield from _cards_lost(data, new, name, plan)
    yield from _sums_changed(data, new, name, plan)
    yield from _left(plan, options)
    # Of mandatory keywords that are repeated each reader takes another one.
    doubtful = any(finding.code == "MK124" for finding in plan.remaining)
    # An END that holds more than END is read on from by one and not by the other.
    doubtful |= any(repair.finding.code == "FS109" for repair in plan.repairs)
    if not (name.endswith(".hdr") or options.unsafe or doubtful):
        yield from readers_differ(data, new, named(plan) | set(_owners(data, plan)))


def _judged_worse(data: bytes, new: bytes, name: str, plan: Plan) -> Iterator[str]:
    # A fix may bring what weighs less than what it mends: the date that can now be read.
    least = max(SEVERITIES.index(repair.finding.severity) for repair in plan.repairs)
    (_, before), (_, after) = judged(data, name), judged(new, name)
    had = Counter((finding.code, finding.hdu) for finding in before.findings)
    has = Counter((finding.code, finding.hdu) for finding in after.findings)
    cut = {cap.code for cap in before.truncated}
    for finding in after.findings:
        key = finding.code, finding.hdu
        heavy = SEVERITIES.index(finding.severity) >= least
        if heavy and has[key] > had[key] and finding.code not in cut:
            yield f"{finding.code} is new: {finding.message}"


def named(plan: Plan) -> set[str]:
    """The keywords of the cards that the repairs take away or bring."""
    names = {"CHECKSUM"}
    for repair in plan.repairs:
        for edit in repair.finding.fix.edits:
            at = edit.start - repair.offset
            old = repair.before[at : at + edit.end - edit.start]
            for text in (old, edit.new):
                cards = (
                    text.split(b"\n") if b"\n" in text or len(text) % CARD_SIZE else _cards(text)
                )
                names.update(map(_name, cards))
        if repair.finding.keyword:
            names.add(repair.finding.keyword)
        for other in plan.repairs:  # of one card, each rewrote its own columns
            if (other.round, other.offset) == (repair.round, repair.offset):
                mixed = zip(repair.before, repair.after, other.after, strict=False)
                names.add(_name(bytes(b if b != a else c for a, b, c in mixed)))
    return names


def _owners(data: bytes, plan: Plan) -> Iterator[str]:
    """Keywords of long strings of which a patch changes a card, as readers cut them short."""
    for patch in plan.patches:
        for card in range(patch.start, patch.end + CARD_SIZE, CARD_SIZE):
            at = card
            while at >= CARD_SIZE and data[at : at + 8] == b"CONTINUE":
                at -= CARD_SIZE
            if at < card:
                yield _name(data[at : at + CARD_SIZE])
            if data[at + CARD_SIZE : at + CARD_SIZE + 8] == b"CONTINUE":
                yield _name(data[at : at + CARD_SIZE])


def _cards(data: bytes) -> Iterator[bytes]:
    return (data[at : at + CARD_SIZE] for at in range(0, len(data), CARD_SIZE))


def _name(card: bytes) -> str:
    if card.startswith(b"HIERARCH"):
        return " ".join(card.split(b"=", 1)[0].decode("latin-1").split())
    return card[:8].decode("latin-1").rstrip()


def _cards_lost(data: bytes, new: bytes, name: str, plan: Plan) -> Iterator[str]:
    (before, _), (after, _) = judged(data, name), judged(new, name)
    if len(after.hdus) < len(before.hdus):
        yield "an HDU is lost"
    names = named(plan)
    for old, fixed in zip(before.hdus, after.hdus, strict=False):
        cards = [_untouched(hdu.header, names) for hdu in (old, fixed)]
        if cards[0] != cards[1]:
            yield f"other cards of HDU {old.number} changed"
        whole = [(hdu.data_offset - hdu.header.offset) % BLOCK_SIZE == 0 for hdu in (old, fixed)]
        if not fixed.header.is_text and whole[0] and not whole[1]:
            yield f"the header of HDU {fixed.number} is no whole number of blocks"


def _sums_changed(data: bytes, new: bytes, name: str, plan: Plan) -> Iterator[str]:
    """HDUs whose CHECKSUM held before and does not now, or was wrong by another amount."""
    (before, _), (after, report) = judged(data, name), judged(new, name)
    left = {finding.hdu for finding in report.findings if finding.code == "CK103"}
    renewed = {
        repair.finding.hdu for repair in plan.repairs if repair.finding.code == "CK103"
    } - left
    for old, fixed in zip(before.hdus, after.hdus, strict=False):
        if old.header.is_text or old.header.starts:
            continue
        if has_checksum_card(old.header) and has_checksum_card(fixed.header):
            sums = [
                add_words(whole[hdu.header.offset : hdu.data_offset + pad_size(hdu.data_bytes)])
                for whole, hdu in ((data, old), (new, fixed))
                if hdu.data_bytes is not None
            ]
            # A CHECKSUM that was asked to be written anew holds now, with the sum in DATASUM.
            if len(set(sums)) > 1 and old.number not in renewed:
                yield f"the checksum of HDU {old.number} is wrong by another amount"


def _untouched(header, names):
    raw = header.raw
    return [
        raw[at * CARD_SIZE : at * CARD_SIZE + CARD_SIZE]
        for at, name in enumerate(header.names)
        if name not in names and _KEYWORD.fullmatch(name)
    ]


def _left(plan: Plan, options: FixOptions) -> Iterator[str]:
    refused = {(finding.code, finding.hdu, finding.keyword) for finding, _ in plan.refused}
    for finding in plan.remaining:
        fixable = finding.fix and finding.fix.safety in options.safeties
        if fixable and (finding.code, finding.hdu, finding.keyword) not in refused:
            yield f"{finding.code} {finding.keyword} is left, and its fix was not refused"


# ---- other readers -----------------------------------------------------------------------------


def readers_differ(data: bytes, new: bytes, names: set[str]) -> Iterator[str]:
    """Keywords not in ``names`` that astropy or fitsio reads otherwise."""
    # A name that is none is cut where the reader pleases.
    names = {word.upper() for name in names for word in (name, *name.split(" ")[:1])}
    names |= {name.removeprefix("HIERARCH ") for name in names}
    names |= {re.sub(r"[^A-Z0-9_-]", "_", name) for name in names}
    for reader, read in (("astropy", _astropy), ("fitsio", _fitsio)):
        before = read(data)
        if before is None:
            continue
        after = read(new)
        if after is None or len(after) < len(before):
            yield f"{reader} does not open it any more"
            continue
        for number, (old, fixed) in enumerate(zip(before, after, strict=False), 1):
            for key in sorted(old.keys() - names):
                if _KEYWORD.fullmatch(key) and (
                    key not in fixed or repr(old[key]) != repr(fixed[key])
                ):
                    yield f"{reader}: {key} of HDU {number} was {old[key]!r}, is {fixed.get(key)!r}"


def _astropy(data: bytes):
    from astropy.io import fits

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with fits.open(
                _stream(data), lazy_load_hdus=False, disable_image_compression=True
            ) as hdus:
                return [_values(hdu.header) for hdu in hdus]
        except Exception:  # the original does not open
            return None


def _stream(data: bytes):
    import io

    return io.BytesIO(data)


def _values(header):
    values = {}
    for card in header.cards:
        try:
            values.setdefault(card.keyword.upper(), str(card.value))
        except Exception:  # a card that astropy cannot read
            values.setdefault(str(card._image)[:8].rstrip().upper(), None)
    return values


def _fitsio(data: bytes):
    """What fitsio reads; asked doubtful, as bytes of another file's messages make it fail."""
    return _fitsio_once(data) or _fitsio_once(data)


def _fitsio_once(data: bytes):
    import tempfile

    import fitsio

    with tempfile.NamedTemporaryFile(suffix=".fits", dir="/dev/shm") as file:
        file.write(data)
        file.flush()
        try:
            with fitsio.FITS(file.name) as hdus:
                return [_records(hdu.read_header()) for hdu in hdus]
        except Exception:  # the original does not open
            return None


def _records(header):
    values = {}
    for record in header.records():
        name = record.get("name")
        if name and name not in ("COMMENT", "HISTORY", "CONTINUE"):
            values.setdefault(name.upper(), record.get("value"))
    return values
