"""How a rule is written: the decorator, and the helpers that make flags and edits.

A rule is one generator function. The name of its first parameter says what it is called with:

``card``    a :class:`~fitslint.model.card.Card` (and, if it takes a second parameter, its
            :class:`~fitslint.model.header.Header`), for every card that matches the rule's
            ``keywords``, ``kinds``, ``types``, ``faults`` and ``hdus`` (with
            ``registered_only``: whose keyword is reserved or of a registered convention);
``header``  a :class:`~fitslint.model.header.Header`, once for every HDU of its ``hdus`` that has
            one (or ``min_present`` so many) of the keywords that it ``needs`` or that
            ``needs_name`` holds of, and one of each group of keywords in ``needs_one_of``;
            With ``subchecks`` the rule is called with a header and, one after the other, the
            arguments that ``subchecks(authority, layout)`` gives, whatever it ``needs``;
``file``    a :class:`~fitslint.model.file.FitsFile`, once a file that has one of the keywords that
            it ``needs`` (and, when ``multi_hdu_only`` is set, more than one HDU); without
            ``needs`` once a file that had structural problems;
``model``   a :class:`~fitslint.rules.lens.model_file.ModelFile`, once a parameter file of Lenstool;
``waivers`` a :class:`~fitslint.rules.archive.waiver_use.WaiverUse`, once a run that has waivers;
``archive`` an :class:`~fitslint.rules.archive.tables.ArchiveTables`, once an archive: what is known
            of all its files, as tables that it asks in SQL; its flags come in the order of paths;
``tree``    a :class:`~fitslint.rules.rerun.tree.RerunTree`, once a rerun of hscPipe: its products
            by names and folders, and what is measured of them; its flags name a path;
``data``    a :class:`~fitslint.model.data_facts.DataFacts`, once for every HDU of its ``hdus`` that
            has one of the keywords that it ``needs``, where data units are read. It says in
            ``facts`` what has to be known of the bytes, which are read once for all rules; such
            rules live in ``rules/data/``.

``authority`` keeps a rule to the files of an authority (``subaru``; ``*`` for any): the header then
has an ``authority``, whose ``lookup`` gives the entry of a keyword. A card rule with
``dictionary_only`` is called for the keywords that the dictionaries of the authority define.

``reads`` says how much the engine may remember (design: a memo is a cache, not a meaning):

``shape``   (card rules, the default) the answer depends on the keyword and the folded rest of the
            card only. The rule is asked with ``card.folded`` set, where digits read 0 and letters
            a or A; when it flags that, it is asked again about the real card, whose flags count.
            A shape must be flagged whenever *any* real card of that shape is wrong. Running text
            (strings with letters, commentary) may read as one run of a, blanks included.
``value``   (card rules) the answer depends on the value; ``keywords`` or ``dictionary_only`` is
            mandatory, and ``precheck`` (or what ``precheck_for_keyword`` makes for a keyword,
            ``precheck_for_entry`` for a match) may tell from the value text alone that nothing is
            wrong.
``layout``  (header rules, the default) the answer depends on the sequence of names, the structure
            and the HDU kind only.
``values``  (header rules) the answer depends on the values of the cards that it ``needs``; where
            those are new in every file, ``precheck`` may tell from the header that nothing is
            wrong. Where it looks at few of them only, ``precheck_needs`` names these: as long as
            they stay what they were, it is not asked again.
``file``    (file rules; ``precheck`` may tell from the file that nothing is wrong).
``model``   (model rules).
``waivers`` (rules on waivers).
``archive`` (rules across files; ``precheck`` may tell from the archive that nothing is wrong).
``tree``    (rules on reruns).
``data``    (data rules).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Concatenate, ParamSpec

from fitslint.model.card import Card
from fitslint.model.finding import Edit, Level, Safety
from fitslint.model.form import CARD_SIZE
from fitslint.model.late import compile_late
from fitslint.model.records import replace
from fitslint.model.rule import Flag, Reads, Rule, Scope

REGISTRY: dict[str, Rule] = {}
"""All rules by code."""

_CODE = compile_late(r"[A-Z]{2}[0-9]{3}")
_READS: dict[Scope, tuple[Reads, ...]] = {
    "card": ("shape", "value"),
    "header": ("layout", "values"),
    "file": ("file",),
    "model": ("model",),
    "waivers": ("waivers",),
    "archive": ("archive",),
    "data": ("data",),
    "tree": ("tree",),
}

RuleFunction = Callable[..., Iterator[Flag]]
_Declared = ParamSpec("_Declared")


def _make_decorator(
    make: Callable[Concatenate[RuleFunction, str, Scope, str, _Declared], Rule],
) -> Callable[_Declared, Callable[[RuleFunction], RuleFunction]]:
    """What takes the fields of a rule that its function does not say, and registers both."""

    def build_decorator(
        *values: _Declared.args, **named: _Declared.kwargs
    ) -> Callable[[RuleFunction], RuleFunction]:
        def register(check: RuleFunction) -> RuleFunction:
            names = check.__code__.co_varnames[: check.__code__.co_argcount]
            scope: Scope = names[0]  # type: ignore[assignment]
            summary = (check.__doc__ or "").strip().split("\n", 1)[0].strip()
            called = _adapt_to_header(check) if scope == "card" and len(names) == 1 else check
            declared = make(called, summary, scope, check.__module__, *values, **named)
            problem = _find_declaration_fault(declared)
            if problem:
                raise ValueError(f"rule {declared.code}: {problem}")
            REGISTRY[declared.code] = replace(
                declared,
                reads=declared.reads or _READS[scope][0],
                hangs_on=declared.hangs_on or ("field" if declared.registered_only else ""),
            )
            return check

        return register

    return build_decorator


rule = _make_decorator(Rule)
"""Registers a rule: ``@rule(code, name, clause=…, …)`` with the fields of
:class:`~fitslint.model.rule.Rule` from ``code`` on. Raises ValueError when the declaration
contradicts itself or the docstring has no summary."""


def _adapt_to_header(check: RuleFunction) -> RuleFunction:
    """A rule on the card alone, callable with card and header as the engine does."""

    @functools.wraps(check)
    def check_card(card: Card, _header: object) -> Iterator[Flag]:
        return check(card)

    return check_card


def _find_declaration_fault(declared: Rule) -> str | None:
    if not _CODE.fullmatch(declared.code):
        return "the code is two letters and three digits"
    if declared.code in REGISTRY:
        return "the code is taken"
    if not declared.summary:
        return "the docstring has no summary"
    if declared.reads and declared.reads not in _READS[declared.scope]:
        return f"reads={declared.reads!r} does not fit its first parameter"
    if declared.reads == "value" and not (declared.keywords or declared.dictionary_only):
        return "a value rule names its keywords"
    return None


def flag(
    card: Card,
    span: tuple[int, int] | None = None,
    *,
    message: str = "",
    fix: Edit | Sequence[Edit] | Callable[[], Edit | Sequence[Edit] | None] | None = None,
    title: str = "",
    safety: Safety | None = None,
    level: Level | None = None,
    clause: str | None = None,
    **params: Any,
) -> Flag:
    """A flag on a card; ``span`` in columns from 0, half open (default: its value, or the card).

    A fix that costs something to build is handed over as a function that is called, if at all, when
    the rule has ended.
    """
    start, end = span if span is not None else (card.form.value or (0, CARD_SIZE))
    make_edits = fix if callable(fix) else None
    edits: tuple[Edit, ...] = ()
    if fix is not None and make_edits is None:
        edits = (fix,) if isinstance(fix, Edit) else tuple(fix)  # type: ignore[arg-type]
    return Flag(
        card=card,
        start=start,
        end=end,
        message=message,
        params=params,
        edits=edits,
        make_edits=make_edits,
        title=title,
        safety=safety,
        level=level,
        clause=clause,
    )


def flag_missing(
    keyword: str | None,
    *,
    message: str = "",
    fix: Edit | Sequence[Edit] | None = None,
    title: str = "",
    safety: Safety | None = None,
    hdu: int | None = None,
    byte: int | None = None,
    level: Level | None = None,
    clause: str | None = None,
    **params: Any,
) -> Flag:
    """A flag on a keyword that is not there, or (``keyword=None``) on the HDU or file."""
    edits = () if fix is None else (fix,) if isinstance(fix, Edit) else tuple(fix)
    return Flag(
        keyword=keyword,
        message=message,
        params=params,
        edits=edits,
        title=title,
        safety=safety,
        hdu=hdu,
        byte=byte,
        level=level,
        clause=clause,
    )


def replace_card(card: Card, image: bytes | str) -> Edit:
    """The edit that writes ``image`` (padded to 80 columns) over ``card``."""
    new = image.encode("latin-1", "replace") if isinstance(image, str) else image
    return Edit(card.offset, card.offset + CARD_SIZE, new.ljust(CARD_SIZE)[:CARD_SIZE])


def replace_columns(card: Card, span: tuple[int, int], new: bytes | str) -> Edit | None:
    """The edit that replaces the columns ``span`` and keeps the rest.

    What follows moves; blanks at the end of the card give way. None when text would be lost.
    """
    text = new.encode("latin-1", "replace") if isinstance(new, str) else new
    image = (card.raw[: span[0]] + text + card.raw[span[1] :]).rstrip(b" ")
    return replace_card(card, image) if len(image) <= CARD_SIZE else None


def delete_card(card: Card) -> Edit:
    """The edit that removes ``card``."""
    return Edit(card.offset, card.offset + CARD_SIZE, b"")


def insert_before(card: Card, image: bytes | str) -> Edit:
    """The edit that puts a new card before ``card``."""
    new = image.encode("latin-1", "replace") if isinstance(image, str) else image
    return Edit(card.offset, card.offset, new.ljust(CARD_SIZE)[:CARD_SIZE])


def insert_after(card: Card, image: bytes | str) -> Edit:
    """The edit that puts a new card after ``card``."""
    new = image.encode("latin-1", "replace") if isinstance(image, str) else image
    end = card.offset + CARD_SIZE
    return Edit(end, end, new.ljust(CARD_SIZE)[:CARD_SIZE])
