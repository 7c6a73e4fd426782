"""What a safe fix may not do, read by the letter of the standard before and after it.

The grade of a fix is what its rule promises; this holds the promise in the very file, whatever the
rule says: no keyword that could be read is lost but an identical duplicate, and no value that could
be read becomes another one, unless the rule declares whose value it is meant to change. And where a
keyword stands twice, no card says something new that contradicts the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from fitslint.model.card import Card
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.finding import Edit, Finding
from fitslint.model.form import CARD_SIZE, CardForm
from fitslint.model.header import Header
from fitslint.model.rule import Rule
from fitslint.model.value import Value
from fitslint.repair.stream import PatchedReader
from fitslint.text import say, shorten

OWN_KEYWORD = "own"
"""In the keywords that a rule declares: the one that the finding is about."""
_LENGTH_SHOWN = 40
_CONTINUE = b"CONTINUE"
_Parse = Callable[[bytes], CardForm]
_Readings = dict[str, list[Value]]


def find_loss(
    finding: Finding, rule: Rule | None, stream: PatchedReader, before: FitsFile, after: FitsFile
) -> str | None:
    """What a reader by the letter would lose by the fix of ``finding``, as a sentence.

    ``stream`` and the edits of the fix are those of ``before``.
    """
    edits = finding.fix.edits if finding.fix else ()
    if rule is not None and any(rule.faults) and _is_own_card(finding, edits):
        # It is faulty, so nothing of it could be read; what it says now must not contradict.
        header = after.hdus[(finding.hdu or 1) - 1].header
        now: _Readings = {}
        _collect_readings(edits[0].new, header.is_text, header.parse, now)
        return _find_contradiction({}, now, header)
    for number, own in _group_by_header(edits, before.hdus).items():
        hdu = before.hdus[number]
        header = hdu.header
        if "END" in header and any(len(edit.new) != edit.end - edit.start for edit in own):
            return say("a card that begins with END would move, at which readers may stop")
        if any(_may_break_continue(edit, stream, header.parse) for edit in own):
            return say("CONTINUE follows, and would continue another card or no string")
        old: _Readings = {}
        for edit in own:
            _collect_readings(
                stream.read_at(edit.start, edit.end - edit.start), header.is_text, header.parse, old
            )
        new: _Readings = {}
        for edit in own:
            _collect_readings(edit.new, header.is_text, header.parse, new)
        loss = _find_change(old, new, after.hdus[number], _make_change_test(finding, rule))
        loss = loss or _find_contradiction(old, new, after.hdus[number].header)
        if loss:
            return loss
    return None


def _is_own_card(finding: Finding, edits: Sequence[Edit]) -> bool:
    """Whether edits rewrite the card of a finding and nothing else."""
    if len(edits) != 1 or finding.byte is None:
        return False
    start = finding.byte - (finding.column or 1) + 1
    return (edits[0].start, edits[0].end) == (start, start + CARD_SIZE)


def _may_break_continue(edit: Edit, stream: PatchedReader, parse: _Parse) -> bool:
    """Whether an edit puts another card before a CONTINUE, or takes its string away."""
    if stream.read_at(edit.end, len(_CONTINUE)) != _CONTINUE:
        return False
    if len(edit.new) != edit.end - edit.start or len(edit.new) != CARD_SIZE:
        return True
    old = parse(stream.read_at(edit.start, CARD_SIZE))
    return old.type == "string" and parse(edit.new).type != "string"


def _group_by_header(edits: Sequence[Edit], hdus: Sequence[Hdu]) -> Mapping[int, list[Edit]]:
    """The edits on headers, by position of their HDU."""
    groups: dict[int, list[Edit]] = {}
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        while at + 1 < len(hdus) and hdus[at + 1].header.offset <= edit.start:
            at += 1
        if hdus and edit.start < hdus[at].data_offset:
            groups.setdefault(at, []).append(edit)
    return groups


def _make_change_test(finding: Finding, rule: Rule | None) -> Callable[[str], bool]:
    """Whether the value of a keyword is one that the rule is meant to change."""
    names = set(rule.changes) if rule else set()
    if OWN_KEYWORD in names and finding.keyword:
        names.add(finding.keyword)
    patterns = [_compile_template(name) for name in names - {OWN_KEYWORD}]
    return lambda keyword: any(pattern.fullmatch(keyword) for pattern in patterns)


@lru_cache(maxsize=256)
def _compile_template(template: str) -> re.Pattern[str]:
    """A keyword or a template: ``a`` is a version letter at the end, another letter an index."""
    head = template.removesuffix("a")
    body = "".join(
        "[0-9]+" if part.islower() else re.escape(part) for part in re.split("([a-z]+)", head)
    )
    return re.compile(body + ("[A-Z]?" if head != template else ""))


def _collect_readings(data: bytes, text: bool, parse: _Parse, readings: _Readings) -> None:
    """Add what the cards in ``data`` say, as far as they are legal."""
    owner: list[Value] | None = None
    for image in _split_images(data, text):
        card = Card(image, parse(image))
        kind, form = card.form.kind, card.form
        if kind == "end":
            break
        if kind == "continue" and owner and isinstance(owner[-1], str) and owner[-1][-1:] == "&":
            owner[-1] = owner[-1][:-1] + str(card.value or "")
            continue
        owner = None
        if form.legal and kind in ("value", "hierarch", "continue"):
            owner = readings.setdefault(card.keyword, [])
            owner.append(card.value)


def _split_images(data: bytes, text: bool) -> Iterator[bytes]:
    if text:
        return (
            line.rstrip(b"\r").ljust(CARD_SIZE)[:CARD_SIZE]
            for line in data.split(b"\n")
            if line.strip()
        )
    return (data[at : at + CARD_SIZE] for at in range(0, len(data) - CARD_SIZE + 1, CARD_SIZE))


def _find_change(
    old: _Readings, new: _Readings, hdu: Hdu, declared: Callable[[str], bool]
) -> str | None:
    for keyword, values in old.items():
        now = new.get(keyword, [])
        for at, value in enumerate(values):
            if at < len(now) and _is_same_value(value, now[at]):
                continue
            if declared(keyword) or (at >= len(now) and _has_twin(hdu, keyword, value)):
                continue
            if at >= len(now):
                return say("{keyword} would be lost, which can be read", keyword=keyword)
            return say(
                "{keyword} is read as {value} and would be read as {then}, which is no safe fix",
                keyword=keyword,
                value=_format_value(value),
                then=_format_value(now[at]),
            )
    return None


def _find_contradiction(old: _Readings, new: _Readings, header: Header) -> str | None:
    """A keyword that would say something new, beside another card that says otherwise.

    Of repeated keywords one reader takes the first card and another the last: whoever could read
    the other card alone might have the new value in its place.
    """
    for keyword, values in new.items():
        twins = header.find_cards(keyword)
        if len(twins) <= len(values):
            continue
        for value in values:
            if value is None or any(
                _is_same_value(before, value) for before in old.get(keyword, [])
            ):
                continue
            for twin in twins:
                if twin.form.legal and not _is_compatible(twin.value, value):
                    return say(
                        "{keyword} would be read as {value}, and another card of that name says "
                        "{twin}",
                        keyword=keyword,
                        value=_format_value(value),
                        twin=_format_value(twin.value),
                    )
    return None


def _is_compatible(value: Value, other: Value) -> bool:
    """Whether a card says what a value is, or begins it."""
    if isinstance(value, str) and isinstance(other, str) and value[-1:] == "&":
        return other.startswith(value[:-1])
    return _is_same_value(value, other)


def _has_twin(hdu: Hdu, keyword: str, value: Value) -> bool:
    """Whether a header has another card that says the same."""
    return any(
        _is_same_value(value, card.value)
        for card in hdu.header.find_cards(keyword)
        if card.form.legal
    )


def _is_same_value(value: Value, other: Value) -> bool:
    """Whether two values are one to a reader; a value that was undefined binds nobody."""
    if value is None:
        return True
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, str) and isinstance(other, str):
        return value.rstrip(" ") == other.rstrip(" ")
    return value == other


def _format_value(value: Value) -> str:
    words = {None: "no value", True: "T", False: "F"}
    text = words[value] if value is None or isinstance(value, bool) else repr(value)
    return shorten(text, _LENGTH_SHOWN)
