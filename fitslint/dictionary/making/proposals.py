"""Keywords for a phrase, built of an authority's abbreviations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise, product

from fitslint.dictionary.files.load import load_dictionary
from fitslint.dictionary.making.abbreviations import (
    Abbreviation,
    AbbreviationTable,
    find_level,
    load_abbreviations,
    split_words,
)
from fitslint.dictionary.matching.entry import Entry

_DICTIONARY = "subaru/basic"
_NAME_MAX = 8
_READINGS_MAX = 24
"""Readings of an ambiguous phrase that are tried, and orders of each."""

_NOISE_WORDS = frozenset(
    (
        *("a", "an", "and", "are", "as", "axis", "by", "from", "into", "is", "it", "its", "nth"),
        *("or", "over", "per", "that", "the", "this", "to", "when", "where", "which", "with"),
        *("after", "at", "before", "during", "measured", "projected", "typical", "used", "using"),
    )
)
_OWNER_WORDS = frozenset(("of", "in", "on", "for", "inside"))
"""What follows one of these owns what stands before it: the position of M2 is M2-POS."""
_TIME_WORDS = frozenset(("after", "at", "before", "during"))
"""An exposure after one of these says when, not of what."""
_AXES = {"x": "1", "y": "2", "z": "3"}
"""The basic dictionary numbers axes: X of the position of M2 is M2-POS1."""

# What is dear in a name: no hyphen, an order other than the best, a word kept beside its thing.
_BARE, _SWAPPED, _QUALIFIED = 2.0, 2.0, 1.5

PartChoices = tuple[Abbreviation, ...]
"""The abbreviations that some words may stand for."""


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word that stands for no abbreviation, and words like it that do."""

    word: str
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhraseReading:
    """What a phrase says: for each part the abbreviations it may be, an index, and the rest."""

    parts: tuple[PartChoices, ...]
    number: str
    unknown: tuple[UnknownWord, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A keyword for a phrase."""

    name: str
    parts: tuple[tuple[str, Abbreviation], ...]
    """Each part as it is written in the name."""
    cost: float
    """How much was cut; smaller is better."""
    entry: Entry | None = None
    """The keyword of the basic dictionary that has this name already."""
    same_meaning: bool = False
    """Whether that keyword means what the phrase says."""

    @property
    def meaning(self) -> str:
        """What the keyword of the basic dictionary means; empty when there is none."""
        return _describe_entry(self.entry) if self.entry else ""


def parse_phrase(phrase: str) -> PhraseReading:
    """The abbreviations that the words of ``phrase`` stand for, the longest match first."""
    parts, number, strange = _parse_words(phrase)
    unknown = tuple(UnknownWord(word, _suggest_phrases(word)) for word in dict.fromkeys(strange))
    return PhraseReading(parts, number, unknown)


def propose(phrase: str, prefix: str = "", limit: int = 6) -> list[Proposal]:
    """Keywords for what ``phrase`` says, the best first; none when it says nothing known.

    A keyword of the basic dictionary that means the same comes first, one that means something
    else comes last. ``prefix`` is the device's, such as ``F_``; words that :func:`read` does not
    know are left out.
    """
    reading = parse_phrase(phrase)
    room = _NAME_MAX - len(prefix) - len(reading.number)
    found: dict[str, Proposal] = {}
    choices = product(*reading.parts) if reading.parts else iter(())
    for choice in islice(choices, _READINGS_MAX):
        for parts, extra, qualified in _arrange_parts(choice):
            for name, cost, written in _build_names(parts, room, bool(prefix), qualified):
                whole = f"{prefix}{name}{reading.number}"
                known = found.get(whole)
                if known is None or extra + cost < known.cost:
                    pairs = tuple(zip(written, parts, strict=True))
                    made = _build_proposal(whole, pairs, extra + cost, reading)
                    if made.same_meaning or not qualified:
                        found[whole] = made
    return _select_best(list(found.values()), limit)


def _parse_words(phrase: str) -> tuple[tuple[PartChoices, ...], str, list[str]]:
    known = load_abbreviations()
    # A unit in brackets says nothing about the name.
    words = split_words(re.sub(r"\([^()]*\)|\[[^][]*\]", " ", phrase))
    segments: list[list[PartChoices]] = [[]]
    number, strange, at = "", [], 0
    while at < len(words):
        size, found = _match_longest(known, words, at)
        word, index = (words[at], "") if found else _split_index(words[at])
        found = found or known.phrases.get((word,), ())
        if found:
            if not (found[0].short == "EXP" and at and words[at - 1] in _TIME_WORDS):
                segments[-1].append(found)
            number += index
        elif word in _OWNER_WORDS:
            segments.append([])
        elif word.isdigit() or word in _AXES:
            number += _AXES.get(word, word)
        elif word in _NOISE_WORDS:
            number += index
        else:
            strange.append(words[at])
        at += size
    parts = dict.fromkeys(part for segment in reversed(segments) for part in segment)
    acts = any(part[0].category == "Action" for part in parts)
    # Start and end are those of the exposure, whether the phrase says so or not.
    kept = tuple(part for part in parts if not (acts and part[0].short == "EXP"))
    return kept, number, strange


def _match_longest(known: AbbreviationTable, words: list[str], at: int) -> tuple[int, PartChoices]:
    """How many words from ``at`` on mean something together, and what."""
    for size in range(min(known.longest, len(words) - at), 0, -1):
        found = known.phrases.get(tuple(words[at : at + size]))
        if found:
            return size, found
    return 1, ()


def _split_index(word: str) -> tuple[str, str]:
    """A word and the index that is written at its end."""
    match = re.fullmatch("([a-z]+)([0-9]+)", word)
    return (match[1], match[2]) if match else (word, "")


def _suggest_phrases(word: str) -> tuple[str, ...]:
    import difflib

    known = [" ".join(phrase) for phrase in load_abbreviations().phrases]
    return tuple(difflib.get_close_matches(word, known, 3, 0.6))


def _arrange_parts(
    choice: tuple[Abbreviation, ...],
) -> Iterator[tuple[tuple[Abbreviation, ...], float, bool]]:
    """Orders in which parts may stand, what each costs, and whether it goes against the levels."""
    best = tuple(sorted(choice, key=lambda row: (find_level(row), row.last)))
    yield best, 0.0, False
    for at, (first, second) in enumerate(pairwise(best)):
        if find_level(first) == find_level(second) and first.last == second.last:
            yield (*best[:at], second, first, *best[at + 2 :]), _SWAPPED, False
    # SLTC-RA: what directly follows the thing in the phrase may stay with it.
    for first, second in pairwise(choice):
        if first is best[0] and len(best) > 2 and second.category == "Statistics/Unit":
            rest = tuple(row for row in best if row not in {first, second})
            yield (first, second, *rest), _QUALIFIED, True


def _build_names(
    parts: tuple[Abbreviation, ...], room: int, device: bool, qualified: bool
) -> Iterator[tuple[str, float, tuple[str, ...]]]:
    """Names of at most ``room`` characters, what each costs, and its parts as written."""
    for written, cost in _spell_parts(parts, room):
        letters, hyphen = sum(map(len, written)), 2 if qualified else 1
        # Names of the basic dictionary have a hyphen, those of instruments mostly not.
        bare = 0.0 if device or len(parts) == 1 else _BARE
        yield "".join(written), cost + bare, written
        if len(parts) > hyphen and letters < room:
            name = "".join(written[:hyphen]) + "-" + "".join(written[hyphen:])
            yield name, cost + (_BARE if device else 0.0), written


def _spell_parts(
    parts: tuple[Abbreviation, ...], room: int, place: int = 0
) -> Iterator[tuple[tuple[str, ...], float]]:
    """Ways to write ``parts`` from ``place`` on in at most ``room`` letters, and their costs."""
    if place == len(parts):
        yield (), 0.0
        return
    # The first part says what it is about, the last one which: the middle is cut first.
    weight = 2.0 if place == 0 else 1.5 if place == len(parts) - 1 else 1.0
    left = room - (len(parts) - place - 1)
    for text, cost in parts[place].list_forms():
        if len(text) <= left:
            for rest, more in _spell_parts(parts, room - len(text), place + 1):
                yield (text, *rest), weight * cost + more


def _build_proposal(
    name: str, parts: tuple[tuple[str, Abbreviation], ...], cost: float, reading: PhraseReading
) -> Proposal:
    """The proposal, with the keyword of the basic dictionary that has its name."""
    match = load_dictionary(_DICTIONARY).lookup(name)
    if match is None:
        return Proposal(name, parts, cost)
    text = f"{match.entry.more.get('comment', '')}; {_describe_entry(match.entry)}"
    said = {row.short for part in _parse_words(text)[0] for row in part}
    # What stands there in full needs no words: POS in FOC-POS, "where the instrument sits".
    said.update(row.short for text, row in parts if len(text) >= len(row.short))
    same = all(said.intersection(row.short for row in part) for part in reading.parts)
    return Proposal(name, parts, cost, match.entry, same)


def _select_best(found: list[Proposal], limit: int) -> list[Proposal]:
    """The proposals worth showing: those that mean the same, the free ones, what is taken."""
    found.sort(key=lambda proposal: (not proposal.same_meaning, proposal.cost, proposal.name))
    usable = [proposal for proposal in found if proposal.same_meaning or proposal.entry is None]
    kept = [
        proposal
        for proposal in usable
        if proposal.same_meaning or not any(_beats(better, proposal) for better in usable)
    ]
    least = kept[0].cost if kept else 0.0
    taken = [
        proposal
        for proposal in found
        if proposal not in usable and (not kept or proposal.cost <= least)
    ]
    return kept[:limit] + taken[:2]


def _beats(one: Proposal, other: Proposal) -> bool:
    """Whether ``one`` says the same in the same order with nothing cut that ``other`` keeps."""
    if one.cost >= other.cost or [row for _, row in one.parts] != [row for _, row in other.parts]:
        return False
    pairs = zip(one.parts, other.parts, strict=True)
    return all(len(text) >= len(less) for (text, _), (less, _) in pairs)


def _describe_entry(entry: Entry) -> str:
    texts: Mapping[str, str] = entry.more.get("description", {})
    return texts.get("en") or entry.name
