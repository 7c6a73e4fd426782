"""HIERARCH keywords of the European Southern Observatory against its dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from fitslint.dictionary import Dictionary, load_dictionary
from fitslint.dictionary.matching.entry import Entry
from fitslint.dictionary.matching.spelling import count_edits
from fitslint.model.card import Card
from fitslint.model.finding import Level
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.text import phrase

CLAUSE = "ESO Data Interface Control Document"
_HIERARCH = "HIERARCH"
_ESO_PREFIX = "HIERARCH ESO "
_EXTRA_CATEGORIES = frozenset(
    (
        *("ACQ", "AOS", "ARC", "COU", "DEL", "DO", "DRS", "FT", "GEN"),
        *("LGS", "MET", "PAF", "RTC", "TCS", "WFS"),
    )
)
"""Categories that headers have and the dictionary gives no keywords of."""
_TYPE_WORDS = {
    "string": phrase("a string in quotes"),
    "date": phrase("a date in quotes"),
    "logical": phrase("T or F"),
    "integer": phrase("an integer"),
    "real": phrase("a real number"),
    "complex": phrase("a complex number"),
}
_VALUE_TYPES = ("string", "logical", "integer", "real", "complex")
_OTHER_VALUE_TYPES = {"date": ("string",), "real": ("real", "integer")}
_SINGLE_WORD_KEYWORD = "ESO DPR CATG"
"""The list of its values is closed; lists of other keywords are open and their words joined."""


def load_eso_dictionary() -> Dictionary:
    """The keywords, read when a file has the first of them."""
    return load_dictionary("fits/eso")


@cache
def list_eso_categories() -> frozenset[str]:
    """The words that may stand behind HIERARCH ESO."""
    names = (name.split() for name in load_eso_dictionary().names)
    return _EXTRA_CATEGORIES | {words[1].rstrip("ijn") for words in names if words[0] == "ESO"}


@rule(
    "LS112",
    "eso-category",
    clause=CLAUSE,
    level="style",
    catalogue_rows=("L012",),
    needs=(_HIERARCH,),
    summary_ja="HIERARCH ESO の次の語が ESO の辞書の区分にない",
    message={
        "": "{category} is no category of ESO keywords{many}",
        "near": "{category} is no category of ESO keywords; perhaps {near} was meant{many}",
    },
)
def eso_category(header: Header) -> Iterator[Flag]:
    """The word behind HIERARCH ESO is no category of the observatory's dictionaries.

    ## Why it matters
    The category says who answers for a keyword and which dictionary explains it; programs ask for
    the whole name and do not find one that is misspelt.

    ## Example
    ```fits
    HIERARCH ESO DPC CATG = 'SCIENCE'
    ```
    Use instead:
    ```fits
    HIERARCH ESO DPR CATG = 'SCIENCE'
    ```
    """
    strange: dict[str, list[str]] = {}
    for name in header.layout.index:
        if name.startswith(_ESO_PREFIX):
            category = name.split()[2].upper().rstrip("0123456789")
            if category not in list_eso_categories():
                strange.setdefault(category, []).append(name)
    for category, names in strange.items():
        card = header.find_card(names[0])
        if card is None:
            continue
        near = _find_nearest(category, list_eso_categories())
        level: Level | None = "conv" if near else None
        many = phrase(" ({count} keywords)", count=len(names)) if len(names) > 1 else ""
        yield flag(
            card, card.form.name, message="near" if near else "", level=level,
            category=category, near=near, many=many,
        )  # fmt: skip


def _find_nearest(word: str, known: Iterable[str]) -> str:
    """The only known word that is one step from ``word``; empty when there are none or several."""
    close = [
        candidate
        for candidate in known
        if len(candidate) > 2 and count_edits(word, candidate, 1) == 1
    ]
    return close[0] if len(close) == 1 else ""


@rule(
    "LS115",
    "eso-value",
    clause=CLAUSE,
    level="conv",
    catalogue_rows=("L012",),
    kinds=("hierarch",),
    types=_VALUE_TYPES,
    summary_ja="HIERARCH ESO キーワードの値の型または語が ESO の辞書と違う",
    message={
        "": "{keyword} is written as {written}; ESO headers have {wanted}",
        "value": "{keyword} is {value}; ESO headers have {wanted}",
        "word": "{keyword} has the word {word}, which is not in the list",
        "near": "{keyword} has the word {word}; perhaps {near} was meant",
    },
)
def eso_value(card: Card) -> Iterator[Flag]:
    """The value of an ESO keyword is of another type or not among the words of the dictionary.

    ## Why it matters
    The archive sorts exposures by these words, and pipelines choose what to do by them.

    ## Example
    ```fits
    HIERARCH ESO DPR CATG = 'Science'
    HIERARCH ESO TPL NEXP = '4       '
    ```
    Use instead:
    ```fits
    HIERARCH ESO DPR CATG = 'SCIENCE'
    HIERARCH ESO TPL NEXP = 4
    ```
    """
    name = card.keyword.removeprefix(f"{_HIERARCH} ")
    match = load_eso_dictionary().lookup(name) if name.startswith("ESO ") else None
    if match is None:
        return
    entry, written = match.entry, card.form.type
    if written not in _OTHER_VALUE_TYPES.get(entry.type, (entry.type,)):
        # Languages without integers write 4.0 for 4, and no reader minds.
        level: Level | None = "style" if (entry.type, written) == ("integer", "real") else None
        yield flag(
            card,
            level=level,
            keyword=name,
            written=_TYPE_WORDS[written],
            wanted=_TYPE_WORDS[entry.type],
        )
    elif entry.enum and written == "string":
        yield from _flag_words(card, name, entry)


def _flag_words(card: Card, name: str, entry: Entry) -> Iterator[Flag]:
    """Flags on words that are not among those of the entry."""
    if card.folded:
        yield flag(card)  # which word it is shows on the real card only
        return
    value, known = str(card.value).strip(" "), [str(allowed) for allowed in entry.enum]
    if not value or value in known:
        return
    if name == _SINGLE_WORD_KEYWORD:
        yield flag(card, message="value", keyword=name, value=f"'{value}'", wanted=", ".join(known))
        return
    for word in value.split(","):
        if word not in known:
            upper = word.strip(" ").upper()
            near = upper if upper in known else _find_nearest(upper, known)
            yield flag(
                card, message="near" if near else "word", level="conv" if near else "style",
                keyword=name, word=f"'{word}'", near=near,
            )  # fmt: skip


@rule(
    "LS116",
    "eso-keyword",
    clause=CLAUSE,
    level="style",
    catalogue_rows=("L012",),
    needs=(_HIERARCH,),
    summary_ja="HIERARCH ESO キーワードの綴りが ESO の辞書の語と 1 文字違う",
    message="{keyword} is in no dictionary of ESO; perhaps {near} was meant",
)
def eso_keyword(header: Header) -> Iterator[Flag]:
    """An ESO keyword is one letter away from one that the dictionary has, and is not in it.

    ## Why it matters
    Pipelines ask for a keyword by its whole name and take a default where it is absent. Each
    instrument has keywords of its own, so that most names that are not in the list are right: only
    what looks like a slip is mentioned.

    ## Example
    ```fits
    HIERARCH ESO TPL NEPX = 4
    ```
    Use instead:
    ```fits
    HIERARCH ESO TPL NEXP = 4
    ```
    """
    names = [name for name in header.layout.index if name.startswith(_ESO_PREFIX)]
    for name in names:
        keyword = name.removeprefix(f"{_HIERARCH} ")
        if load_eso_dictionary().lookup(keyword) is not None:
            continue
        near = _find_slip(tuple(keyword.split()))
        card = header.find_card(name)
        if near and card is not None and f"{_HIERARCH} {near}" not in header:
            yield flag(card, card.form.name, keyword=keyword, near=near)


@cache
def _list_plain_names() -> frozenset[tuple[str, ...]]:
    """The names without an index, word by word."""
    return frozenset(
        tuple(name.split()) for name in load_eso_dictionary().names if name == name.upper()
    )


def _find_slip(words: tuple[str, ...]) -> str:
    """The only known name of the same category that has all words but the last, one step away."""
    known = {name[-1] for name in _list_plain_names() if name[:-1] == words[:-1]}
    near = _find_nearest(words[-1], known) if len(words[-1]) > _SHORT else ""
    return " ".join((*words[:-1], near)) if near else ""


_SHORT = 3
"""Letters; shorter words are one step from too many others."""
