"""A draft dictionary made of what was learnt from an archive."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from fitslint.dictionary.files.load import load_standard
from fitslint.dictionary.making.cleanup import clean_dictionary
from fitslint.dictionary.making.infer import KeywordLearner, KeywordUse
from fitslint.model.value import unquote
from fitslint.text import count_noun, say

ENUM_FILES_MIN = 5
"""Files that have to be seen before a list of values is believed."""
ENUM_VALUES_MAX = 8
"""Longest list that is believed."""
_LETTERS = ("n", "ij", "ijk", "ijkl")
_DIGITS = re.compile("[0-9]+")
_SIGNATURE_KEYWORDS = ("TELESCOP", "INSTRUME")


def build_draft(learner: KeywordLearner, name: str, *, reserved: bool = False) -> str:
    """The text of a dictionary with the id ``name``.

    Parameters
    ----------
    learner : Learner
        what was learnt.
    name : str
        the id.
    reserved : bool
        whether keywords that the FITS standard reserves are in it as well.
    """
    keywords = []
    required = False
    for family, (use, members) in sorted(_group_families(learner.uses).items()):
        if not reserved and load_standard().lookup(members[0]):
            continue
        table = _build_table(family, use, members, learner.files)
        required = required or "importance" in table
        keywords.append(table)
    files = count_noun(learner.files, "file")
    head: dict[str, Any] = {
        "id": name,
        "version": "0.1.0",
        "title": say("Keywords of {files}", files=files),
        "authority": say("to be filled in"),
        "edition": "draft",
        "note": say("learnt from {files} by fitslint dict infer", files=files),
    }
    signs = dict(_find_signatures(learner))
    if signs:
        head["recognises"] = {"header": signs}
    if required:
        head["importance"] = {"required": "true"}
    comment = say("A draft: every entry wants to be looked at.")
    return clean_dictionary(head, keywords, (comment,)).text


def _group_families(uses: Mapping[str, KeywordUse]) -> dict[str, tuple[KeywordUse, list[str]]]:
    """Uses by keyword or template, with the keywords that each stands for."""
    groups: dict[str, list[str]] = {}
    for name in uses:
        groups.setdefault(_DIGITS.sub("#", name), []).append(name)
    found: dict[str, tuple[KeywordUse, list[str]]] = {}
    for members in groups.values():
        template = _find_template(members) if len(members) > 1 else None
        whole = {(_infer_type(uses[name]), _infer_unit(uses[name])) for name in members}
        if template is None or len(whole) > 1:
            found.update((name, (uses[name], [name])) for name in members)
            continue
        found[template] = (_merge_uses([uses[name] for name in members]), members)
    return found


def _merge_uses(uses: list[KeywordUse]) -> KeywordUse:
    """The use of a family; a comment that only some of its keywords have says nothing of all."""
    whole = KeywordUse()
    for use in uses:
        whole.merge(use)
    whole.sample = uses[0].sample
    said = {_DIGITS.sub("n", _find_usual_comment(use)) for use in uses}
    whole.comments = Counter({said.pop(): 1}) if len(said) == 1 else Counter()
    return whole


def _find_usual_comment(use: KeywordUse) -> str:
    return max(use.comments, key=lambda comment: use.comments[comment], default="")


def _find_template(members: list[str]) -> str | None:
    """The template of keywords that differ in their digits; None when they have no common one."""
    columns = list(zip(*(_DIGITS.findall(name) for name in members), strict=True))
    if len(columns) > len(_LETTERS):
        return None
    marks = []
    for texts, letter in zip(columns, _LETTERS[len(columns) - 1], strict=True):
        widths = {len(text) for text in texts}
        if any(text[0] == "0" and len(text) > 1 for text in texts):
            if len(widths) > 1:
                return None
            marks.append(letter * widths.pop())
        else:
            marks.append(letter if len(set(texts)) > 1 else texts[0])
    rest = iter(marks)
    return _DIGITS.sub(lambda _: next(rest), members[0])


def _build_table(name: str, use: KeywordUse, members: list[str], files: int) -> dict[str, Any]:
    kind = _infer_type(use)
    table: dict[str, Any] = {"name": name, "type": kind, "status": "project"}
    if len(members) > 1:
        table["index"] = _infer_index(name, members)
    values = _infer_enumeration(use, kind)
    if values:
        table["enum"] = values
    unit = _infer_unit(use)
    if unit and kind in ("integer", "real"):
        table["unit"] = unit
    if files and use.first_hdu_files == files:
        table["importance"] = "required"
    comment = _find_usual_comment(use)
    if comment:
        table["comment"] = comment
    sample = use.sample
    if sample and kind not in ("any", "complex"):
        table["sample"] = sample
    table["note"] = _describe_use(use, kind, members, files, values)
    return table


def _infer_type(use: KeywordUse) -> str:
    kinds = {kind for kind in use.types if kind not in ("undefined", "none")}
    if kinds == {"integer", "real"}:
        return "real"
    if len(kinds) != 1:
        return "any"
    kind = kinds.pop()
    return "date" if kind == "string" and use.all_dates and use.sample else kind


def _infer_unit(use: KeywordUse) -> str:
    """The unit that at least half of the comments give."""
    unit = max(use.units, key=lambda unit_text: (bool(unit_text), use.units[unit_text]), default="")
    return unit if unit and use.units[unit] * 2 >= use.cards else ""


def _infer_index(name: str, members: list[str]) -> dict[str, list[int]]:
    """Lowest and highest index of every placeholder."""
    letters = [run[0] for run in re.findall("[a-z]+|[0-9]+", name)]
    columns = zip(*(_DIGITS.findall(member) for member in members), strict=True)
    return {
        letter: [min(map(int, texts)), max(map(int, texts))]
        for letter, texts in zip(letters, columns, strict=True)
        if letter.isalpha()
    }


def _infer_enumeration(use: KeywordUse, kind: str) -> list[str | int]:
    if kind not in ("string", "integer") or use.values is None:
        return []
    seen = sum(use.values.values())
    few = (
        1 < len(use.values) <= ENUM_VALUES_MAX
        and use.files >= ENUM_FILES_MIN
        and seen >= 3 * len(use.values)
    )
    return sorted(use.values, key=lambda value: (isinstance(value, str), value)) if few else []


def _describe_use(
    use: KeywordUse, kind: str, members: list[str], files: int, values: list[str | int]
) -> str:
    whole = count_noun(files, "file")
    parts = [say("in {number} of {files}", number=use.files, files=whole)]
    if len(members) > 1:
        parts.append(
            say("{number} keywords, {first} to {last}", number=len(members), first=members[0],
                last=members[-1])
        )  # fmt: skip
    if kind == "any" and use.types:
        parts.append(say("types: {counts}", counts=_list_counts(use.types)))
    if values and use.values:
        counts = {value: use.values[value] for value in values}
        parts.append(say("values: {counts}", counts=_list_counts(counts)))
    elif use.low is not None:
        same = use.low == use.high
        template = "always {low:g}" if same else "values {low:g} to {high:g}"
        parts.append(say(template, low=use.low, high=use.high))
    if kind in ("string", "date") and use.values and len(use.values) == 1:
        parts.append(say("always {value!r}", value=next(iter(use.values))))
    if use.types["undefined"]:
        cards = count_noun(use.types["undefined"], "card")
        parts.append(say("without value in {cards}", cards=cards))
    if "primary" not in use.kinds and use.kinds:
        parts.append(say("only in {kinds}", kinds=tuple(sorted(use.kinds))))
    return say("; ").join(parts)


def _list_counts(counts: Mapping[Any, int]) -> tuple[str, ...]:
    return tuple(f"{word} {count}" for word, count in counts.items())


def _find_signatures(learner: KeywordLearner) -> Iterator[tuple[str, list[str]]]:
    """Keywords that tell the files of the archive: there in all of them with one value."""
    for name in _SIGNATURE_KEYWORDS:
        use = learner.uses.get(name)
        if use and use.first_hdu_files == learner.files and use.values and len(use.values) == 1:
            text = unquote(use.sample).strip() if use.sample[:1] == "'" else ""
            if text and not re.search(r"[*?\[\]]", text):
                yield name, [text]
