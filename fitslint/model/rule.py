"""A rule: its identity, what it asks for, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from fitslint.model.card import Card
from fitslint.model.finding import Edit, Level, Safety
from fitslint.model.form import CardForm
from fitslint.model.records import NamedTuple, dataclass, field
from fitslint.model.safety import grade_fix
from fitslint.text import ENGLISH, get_language

if TYPE_CHECKING:
    from fitslint.model.data_facts import Fact

Scope = Literal["card", "header", "file", "model", "waivers", "data", "archive", "tree"]
Once = Literal["", "fact", "rule"]
Part = Literal["", "field"]
Reads = Literal[
    "shape", "value", "layout", "values", "file", "model", "waivers", "data", "archive", "tree",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flag:
    """What a rule yields: where, which of its messages, with which parameters, and a repair.

    Exactly one of ``card`` and ``keyword`` says the place; neither means the whole HDU or file. In
    a text file without cards it is ``line``, with the keyword that stands there.
    ``start``/``end`` are columns counted from 0, half open; None means the whole card.
    """

    card: Card | None = None
    keyword: str | None = None
    start: int | None = None
    end: int | None = None
    message: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    make_edits: Callable[[], Edit | Iterable[Edit] | None] | None = None
    """Builds the edits when the flag is kept: of very many in one file most are only counted."""
    title: str = ""
    safety: Safety | None = None
    hdu: int | None = None
    """HDU number counted from 1, for flags of file rules; card and header rules leave it."""
    byte: int | None = None
    level: Level | None = None
    """Overrides the level of the rule (a date dd/mm/yy is a warning under an error rule)."""
    clause: str | None = None
    line: int | None = None
    """The line of a text file, counted from 1."""
    image: bytes | None = None
    """That line as it stands."""
    path: str = ""
    """The file of an archive or a rerun, for rules across files."""

    def build_edits(self) -> tuple[Edit, ...]:
        """Its edits, at hand or built now."""
        if self.make_edits is None:
            return self.edits
        made = self.make_edits()
        return () if made is None else (made,) if isinstance(made, Edit) else tuple(made)


class Subcheck(NamedTuple):
    """One question of a header rule: the keywords that the answer depends on, and what it asks."""

    needs: tuple[str, ...]
    argument: Any
    precheck: Callable[[Any], bool] | None = None
    """True when surely nothing is wrong, asked of the header."""
    cacheable: bool = True
    """Whether the answer hangs on the cards of ``needs`` alone."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what its function says, and what :data:`fitslint.rules.api.rule` is told of it.

    The decorator takes the fields from ``code`` on; there is no other list of them.
    """

    check: Callable[..., Iterator[Flag]]
    summary: str
    """The first line of its docstring."""
    scope: Scope
    """What it is called with: the name of its first parameter."""
    module: str
    """Where it stands."""
    code: str
    """Two letters and three digits, never reused."""
    name: str
    """Reads well after "allow"."""
    clause: str
    """Sections of FITS 4.0, or the convention that demands it."""
    level: Level
    """What the standard says; the profile turns it into a severity."""
    summary_ja: str
    message: str | dict[str, str]
    """The sentence with ``{parameters}`` of the flag, or several by id."""
    reads: Reads | Literal[""] = ""
    """How much the engine may remember; the decorator puts the first of its scope for an empty
    one."""
    catalogue_rows: tuple[str, ...] = ()
    """Rows of the catalogue of checks that the rule answers."""
    fix: Safety | None = None
    changes: tuple[str, ...] = ()
    """Keywords or templates (``own`` for that of the finding) whose value a safe fix is meant to
    change in readers: the standard leaves no doubt of it, and they were wrong."""
    keywords: tuple[str, ...] = ()
    """Names and templates (``CRVALia``) of the cards a card rule is called for; empty means all."""
    registered_only: bool = False
    """A card rule that is called for keywords of the dictionaries of FITS only."""
    hangs_on: Part = ""
    """What decides the answer of a card rule on the shapes of all keywords: the ``field`` (keyword
    and value). To the others one keyword is like another, and to all of them so are one comment
    of plain words and one keyword that no dictionary and no rule names. Rules for registered
    keywords hang on the field."""
    needs: tuple[str, ...] = ()
    """A header rule is called only when one of these names or templates is present."""
    needs_name: Callable[[str], object] | None = None
    """The same by a test of one name: true when the rule may have something to say of it."""
    min_present: int = 1
    """How many of the keywords that a header rule needs must be there before it is called."""
    needs_one_of: tuple[tuple[str, ...], ...] = ()
    """Groups of names; a header rule is called only when each group has one in the header."""
    multi_hdu_only: bool = False
    """A file rule that has nothing to say of a file with one HDU."""
    hdus: tuple[str, ...] = ()
    """HDU kinds that the rule is for; empty means all."""
    kinds: tuple[str, ...] = ()
    """Card kinds that a card rule is for; empty means all."""
    types: tuple[str, ...] = ()
    """Value types that a card rule is for; empty means all."""
    faults: tuple[str, ...] = ()
    """Faulty productions that a card rule is for: ``*`` for any, an empty one for legal cards; none
    means all cards."""
    requires: tuple[str, ...] = ()
    """Codes of rules that must have found nothing in the same HDU."""
    once: Once = ""
    """What of a file is told once, with the number of places: a ``fact`` (the same keyword and
    message), or whatever the ``rule`` says by one of its messages."""
    precheck: Callable[[Any], bool] | None = None
    """True when surely nothing is wrong, which spares the call: asked of the value text for value
    rules, of the image of a faulty card for rules on shapes, of the header for header rules on
    values, of the file for file rules, of the archive for rules across files."""
    precheck_needs: tuple[str, ...] | None = None
    """The names and templates of the cards that the quick answer of a header rule hangs on, beside
    the layout and the structure, where they are fewer than those that the rule needs."""
    precheck_for_keyword: Callable[[str], Callable[[bytes], bool]] | None = None
    """The same made for a keyword."""
    authority: str = ""
    """The authority whose files the rule is for (``subaru``), ``*`` for those of any authority;
    empty for all files."""
    dictionary_only: bool = False
    """A card rule that is called for keywords of the authority's dictionaries only."""
    precheck_for_entry: Callable[[Any], Callable[[bytes], bool] | None] | None = None
    """The same made for a match, for rules on ``entries``; None leaves the keyword out."""
    subchecks: Callable[[Any, Any], Iterable[Subcheck]] | None = None
    """For header rules: what is asked one by one of headers of an authority and a layout."""
    facts: tuple[Fact, ...] = ()
    """What a data rule wants to be known of the data unit."""

    @property
    def messages(self) -> dict[str, str]:
        """Its sentences by id."""
        return {"": self.message} if isinstance(self.message, str) else self.message

    @property
    def is_conditional(self) -> bool:
        """Whether a header rule is called only when a keyword that it names is there."""
        return bool(self.needs or self.needs_name)

    def is_for_hdu(self, kind: str, families: Container[str] | None = None) -> bool:
        """Whether the rule is for HDUs of this kind, of an authority of these families."""
        if self.hdus and kind not in self.hdus:
            return False
        if not self.authority:
            return True
        return families is not None and (self.authority == "*" or self.authority in families)

    def is_for_form(self, form: CardForm) -> bool:
        """Whether a card rule is for cards of this form."""
        return (
            (not self.kinds or form.kind in self.kinds)
            and (not self.types or form.type in self.types)
            and (
                not self.faults
                or (form.fault or "") in self.faults
                or ("*" in self.faults and form.fault is not None)
            )
        )

    @property
    def repair(self) -> Safety | None:
        """The grade of its fixes, where a flag or the profile does not say otherwise."""
        return self.fix and grade_fix(self.fix, conforming=self.level == "style")

    @property
    def told_summary(self) -> str:
        """The summary in the language of the process."""
        return self.summary if get_language() == ENGLISH else self.summary_ja

    @property
    def doc(self) -> str:
        """The help page as written."""
        return self.check.__doc__ or ""
