"""Whose dictionaries hold for a file: as the settings say, or as the file tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from fitslint.dictionary.recognition.chain import DictionaryChain, load_chain
from fitslint.dictionary.recognition.recognise import FRAMEID, Recogniser, get_recogniser
from fitslint.dictionary.values.header_values import make_value_reader
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.file import FitsFile
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.syntax.cards import FOLD

if TYPE_CHECKING:
    from fitslint.dictionary.recognition.user_dictionaries import UserDictionaries

NO_DICTIONARY = "none"
"""In place of a dictionary: no authority but the standard."""
EvidenceSpans = tuple[tuple[int, int], ...]
"""First byte of a card, and how many of its bytes count as they are; the rest counts folded."""
PrefixTests = list[tuple[int, int, Callable[[bytes, int, int], object]]]
"""Columns 9-80 of a card, and what they begin with where a header can be recognised by it."""
HDUS_INSPECTED = 4
"""HDUs whose headers are asked for an authority."""
_MEMO_MAX = 2048
_FRAMEID_EVIDENCE = f"{FRAMEID} = "
_FRAMEID_COLUMNS = len("FRAMEID = 'FCSA")
"""Columns of FRAMEID that tell the instrument; the number behind them is new in every file."""
_KEYWORD_COLUMNS = 8
"""Columns of a keyword: of some only counts whether they have a value."""


class DictionaryResolver:
    """Finds which authority the headers of a file follow, and remembers what it learnt.

    Parameters
    ----------
    requested : tuple of str
        ids or paths of dictionaries that hold whatever the file says; a family (``subaru``) lets
        the file tell which of its dictionaries; ``none`` turns dictionaries off; empty asks the
        file.
    paths : tuple of str
        files and folders with dictionaries of the user that take part when a file is asked.

    Raises
    ------
    DictionaryError
        when a dictionary does not exist or cannot be used.
    """

    def __init__(self, requested: tuple[str, ...], paths: tuple[str, ...] = ()) -> None:
        self._is_off = requested == (NO_DICTIONARY,)
        own = _load_own(paths) if not self._is_off else None
        every = Recogniser("", own) if own else get_recogniser("")
        family = requested[0] if len(requested) == 1 and requested[0] in every.families else ""
        self._recogniser = Recogniser(family, own) if own else get_recogniser(family)
        self._requested: DictionaryChain | None = None
        if requested and not self._is_off and not family:
            self._requested = load_chain(requested, "asked for", own)
        self._evidence_names = (
            frozenset(self._recogniser.keywords) if not self._is_off else frozenset()
        )
        self._columns_by_name = dict.fromkeys(
            _list_spellings(self._recogniser.presence_keywords), _KEYWORD_COLUMNS
        )
        self._columns_by_name |= dict.fromkeys(
            _list_spellings(self._recogniser.kind_keywords), CARD_SIZE
        )
        self._columns_by_name |= dict.fromkeys(self._evidence_names, CARD_SIZE) | {
            FRAMEID: _FRAMEID_COLUMNS
        }
        self._evidence_by_layout: BoundedDict[
            int, tuple[Layout, EvidenceSpans, PrefixTests | None]
        ] = BoundedDict.create(_MEMO_MAX)
        self._memo: BoundedDict[tuple[object, ...], DictionaryChain | None] = BoundedDict.create(
            _MEMO_MAX
        )

    def resolve(self, file: FitsFile) -> DictionaryChain | None:
        """Give every header of ``file`` its authority; None when it follows none."""
        if self._is_off:
            return None
        chain = self._requested
        where = file.hdus[0].header if chain and file.hdus else None
        for hdu in () if chain else file.hdus[:HDUS_INSPECTED]:
            chain = self._resolve_header(hdu.header)
            if chain:
                where = hdu.header
                break
        if chain is None and file.hdus:
            chain = self._resolve_file_name(file.path)
            where = file.hdus[0].header
        if chain:
            for hdu in file.hdus:
                hdu.header.authority = chain if hdu.header is where else chain.non_binding
        return chain

    @staticmethod
    def describe_evidence(chain: DictionaryChain, file: FitsFile) -> str:
        """What of ``file`` tells the dictionaries that :meth:`resolve` gave it."""
        if not chain.why.startswith(_FRAMEID_EVIDENCE):
            return chain.why
        # Files of one instrument share a chain, whose number is that of the first of them.
        _, separator, kind = chain.why.rpartition("; ") if not chain.suits_file else ("", "", "")
        header = next(hdu.header for hdu in file.hdus if hdu.header.authority is chain)
        return f"{_FRAMEID_EVIDENCE}{(header.string(FRAMEID) or '').strip()!r}{separator}{kind}"

    def _resolve_header(self, header: Header) -> DictionaryChain | None:
        known = self._evidence_by_layout.get(id(header.layout))
        if known is None:
            known = header.layout, *self._find_evidence(header.layout)
            self._evidence_by_layout[id(header.layout)] = known
        places, hints = known[1], known[2]
        if not places:
            return None
        raw = header.raw
        if hints is not None:
            for at, end, match in hints:
                if match(raw, at, end):
                    break
            else:
                return None
        key = tuple([
            raw[at : at + CARD_SIZE] if kept == CARD_SIZE
            else raw[at : at + kept] + raw[at + kept : at + CARD_SIZE].translate(FOLD)
            for at, kept in places
        ])  # fmt: skip
        try:
            return self._memo[key]
        except KeyError:
            found = self._recogniser.recognise(header.string, "", make_value_reader(header))
        self._memo[key] = found
        return found

    def _resolve_file_name(self, path: str) -> DictionaryChain | None:
        name = path.rpartition("/")[2]
        told = self._recogniser.has_filename_form(name) and _NAME.fullmatch(name)
        found = self._recogniser.recognise(_return_none, path) if told else None
        if found is None and self._recogniser.family:
            return self._recogniser.load_base_chain()
        return found

    def _find_evidence(self, layout: Layout) -> tuple[EvidenceSpans, PrefixTests | None]:
        """Where the cards are that tell an authority, and what at least one of them begins with."""
        index = layout.index
        if self._evidence_names.isdisjoint(index):
            return (), None
        names = sorted(self._columns_by_name.keys() & index.keys())
        places = tuple((index[name][0] * CARD_SIZE, self._columns_by_name[name]) for name in names)
        if FRAMEID in index:
            return places, None
        hints = [
            (index[name][0] * CARD_SIZE + 8, index[name][0] * CARD_SIZE + CARD_SIZE, match)
            for name, match in self._recogniser.value_prefixes.items()
            if name in index
        ]
        return places, hints


def _list_spellings(names: Iterable[str]) -> Iterator[str]:
    """Names under which the values of keywords may stand in a header."""
    for name in names:
        yield from (name, f"Z{name}", f"HIERARCH {name}")


def _load_own(paths: tuple[str, ...]) -> UserDictionaries | None:
    if not paths:
        return None
    from fitslint.dictionary.recognition.user_dictionaries import find_user_dictionaries

    return find_user_dictionaries(paths)


_NAME = compile_late(r"[a-z0-9_]{6,40}(\.[A-Za-z0-9.]{1,12})?")
"""What a name has to be like before the forms that authorities prescribe are asked about it."""


def _return_none(_keyword: str) -> None:
    return None
