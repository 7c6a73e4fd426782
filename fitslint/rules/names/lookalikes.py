"""Names that come too near to a reserved one (section 4.4.3)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from fitslint.dictionary import Entry, find_nearest_keyword, load_standard
from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, insert_after, rule
from fitslint.rules.edits import rename_card
from fitslint.rules.names.registered import find_keyword_entry, find_standard_entry, is_mandatory
from fitslint.syntax.dates import parse_date
from fitslint.text import phrase

_NAME_LENGTH_MAX = 8
_NAME_LENGTH_MIN = 5
_NAME_PARTS = compile_late(r"([A-Z][A-Z_-]*)([0-9]*)([A-Z]?)")
# Names of their own right, from widespread conventions, that lie one letter off a reserved name.
_OWN_TEXT = """
BLANKS CNPIX CPIX CRTYPE CRUNIT DATASUMS EPOCHS EQUINOXS EXPEND EXPNAME EXPTIME EXPOSURE EXTNAMX
LATPOLE OBSGEODX OBSGEODY OBSGEODZ
OBJECTS OBSERVE OBSERVAT ORIGINAL SAMPLE TIMESYSR TIMEUNITS TSTARTF
TSTARTI TSTOPF TSTOPI TIMEZERO TIMEDELS TIMEOFF TIMEREF TSTEP XPOSURES CDELTM CREATE CREATORS
PCOUNTS GCOUNTS DATAMODE DATAMEAN DATAMED DATAMAN DATAMI DATASEC DATASET DATASETS MJDSTART CROT
CROTAT CTYP OBJECTRA OBSGEO TUNITS SIMPLEX TFORMAT TDIMS TRPOS TRDIR BFSCALE GROUP
DATAMDN
"""
_OWN_NAMES = frozenset(_OWN_TEXT.split())
_OWN_PREFIXES = ("WAT", "IP_", "OBS_")
_UNDERSCORE_NAMES = (
    *("DATE_OBS", "DATE_BEG", "DATE_AVG", "DATE_END", "TIME_OBS", "TIME_END"),
    *("MJD_OBS", "MJD_BEG", "MJD_AVG", "MJD_END"),
    *("OBSGEO_X", "OBSGEO_Y", "OBSGEO_Z", "OBSGEO_B", "OBSGEO_L", "OBSGEO_H"),
)
_HYPHEN_NAMES = tuple(name.replace("_", "-") for name in _UNDERSCORE_NAMES)
_COMPARABLE_VALUE = compile_late(r"\d{4}-\d\d-\d\d(?:T[\d:.]*)?|[+-]?\d+\.?\d*")
"""A date or number of a twin that can be compared; the rest is for other rules."""
_LIKE_RESERVED = compile_late(
    r"(?P<root>TNULL|TTYPE|TFORM|TUNIT|TSCAL|TZERO|TDISP|TBCOL|TDIM|TDMIN|TDMAX|TLMIN|TLMAX|NAXIS|"
    r"CRPIX|CRVAL|CDELT|CTYPE|CUNIT)[A-Z_-][A-Z0-9_-]*"
    r"|(?P<axis>CROTA|CRVAL|CRPIX|CDELT|CTYPE|CUNIT)"
    r"|(?:P[VS]|T[PV]|CD|PC)[1-9][0-9]?[A-Z]?"
)
"""A family of column or axis keywords with another end, an axis or a matrix without its numbers."""
_MATRIX = compile_late(r"(?:PC|CD)[1-9][0-9]?_[1-9][0-9]?")


def _is_near_reserved(name: str) -> bool:
    return (
        _NAME_LENGTH_MIN <= len(name) <= _NAME_LENGTH_MAX and _find_near_keyword(name) is not None
    )


@rule(
    "KN107",
    "misspelt-reserved-name",
    clause="4.4.2, 4.4.3",
    level="conv",
    fix="unsafe",
    catalogue_rows=("K007", "Q016"),
    reads="layout",
    needs_name=_is_near_reserved,
    once="fact",
    summary_ja="予約キーワードによく似た名前である (綴りの違いの可能性)",
    message="{keyword} is no reserved keyword; {near} was probably meant",
)
def misspelt(header: Header) -> Iterator[Flag]:
    """A keyword name is one letter off a reserved name.

    ## Why it matters
    A misspelt name is a legal private keyword, so nothing complains, and the reserved one is
    missing. Only long names are compared; DATEOBS or OBJECT2 beside DATE-OBS and OBJECT is fine,
    and so is a series such as MJD-OBS2 and MJD-OBS3.

    ## Example
    ```fits
    DATEOBS = '2004-01-02'         / start of the exposure
    ```
    Use instead:
    ```fits
    DATE-OBS= '2004-01-02'         / start of the exposure
    ```
    """
    found = {
        name: near
        for name in filter(_is_near_reserved, header.layout.index)
        if (near := _find_near_keyword(name)) and near[1].may_stand_in(header.kind)
    }
    for name, near in found.items():
        if (near[0] in header and _is_variant(name, near[0])) or _is_in_series(
            name, near[1], found
        ):
            continue
        for card in header.find_cards(name):
            yield flag(
                card,
                (0, len(name)),
                fix=_rename_card(card, name, near[0])
                if _may_hold_value(card, near[1], header.kind)
                else None,
                title=phrase("call it {near}", near=near[0]),
                keyword=name,
                near=near[0],
            )


def _is_variant(name: str, near: str) -> bool:
    """Whether the name, beside the reserved one, is a copy or another of its kind."""
    return name == near.replace("-", "") or (name.startswith(near) and name[len(near) :].isdigit())


@lru_cache(maxsize=32_768)
def _find_near_keyword(name: str) -> tuple[str, Entry] | None:
    """The reserved keyword that ``name`` misspells, and its entry."""
    parts = _NAME_PARTS.fullmatch(name)
    if (
        not parts
        or parts[1] in _OWN_NAMES
        or name.startswith(_OWN_PREFIXES)
        or find_keyword_entry(name)
    ):
        return None
    stem = parts[1]
    if len(stem) < _NAME_LENGTH_MIN or "_" in stem or load_standard().find_near_match(name):
        return None
    if (
        parts[2] and not parts[3] and find_standard_entry(stem)
    ):  # LONPOLE2: an index where none belongs
        entry = find_standard_entry(stem)
        return (stem, entry) if entry and len(stem) > _NAME_LENGTH_MIN and name[-1] > "1" else None
    found = find_nearest_keyword(load_standard(), name)
    entry = find_standard_entry(found) if found else None
    if found is None or entry is None or found[0] != name[0] or not _is_typo(stem, found, entry):
        return None
    return found, entry


def _is_typo(stem: str, found: str, entry: Entry) -> bool:
    """Whether the difference is one that slips in, and not a name of its own."""
    other = re.sub(r"[a-z]+$", "", entry.name) if entry.name != found else found
    if entry.name[0].islower() or len(other) < _NAME_LENGTH_MIN:
        return False
    if len(stem) != len(other):
        # A letter too many or one missing; a new letter at the end makes a plural or a version.
        return not stem.startswith(other) or stem[-1] == other[-1]
    differ = [at for at in range(len(stem)) if stem[at] != other[at]]
    if not differ:  # NAXIS1A: a version letter is no slip of the pen
        return False
    swapped = len(differ) == 2
    telling = len(stem) > 6 or entry.status == "mandatory"
    return swapped or (telling and 0 < differ[0] < len(stem) - 1)


def _may_hold_value(card: Card, entry: Entry | None, kind: str) -> bool:
    """Whether the value of ``card`` would do under the reserved name."""
    expected, value = entry.resolve_type(kind) if entry else "string", card.value
    if not card.form.legal or value is None or value in ("", " "):
        return False
    if expected == "date":
        return isinstance(value, str) and parse_date(value) is not None
    if expected in ("real", "integer"):
        return card.form.type in ("integer", expected)
    return expected in ("any", card.form.type)


def _is_in_series(name: str, entry: Entry, found: Collection[str]) -> bool:
    """Whether others differ from ``name`` in the last character only, where no index belongs."""
    if entry.name[-1:].islower():
        return False
    return any(other != name and other[:-1] == name[:-1] for other in found)


def _rename_card(card: Card, name: str, new: str) -> Edit | None:
    return None if is_mandatory(name) or is_mandatory(new) else rename_card(card, new)


@rule(
    "KN108",
    "underscore-twin",
    clause="4.4.2.2",
    level="conv",
    fix="unsafe",
    catalogue_rows=("K008",),
    reads="values",
    needs=(*_UNDERSCORE_NAMES, *_HYPHEN_NAMES),
    needs_one_of=(_UNDERSCORE_NAMES,),
    once="fact",
    summary_ja="予約キーワードのハイフンの代わりにアンダースコアが使われている",
    message={
        "": "{keyword} is a private name; readers look for {twin}, which is absent",
        "differs": "{keyword} = {value} is a private name; readers look for {twin}, which is"
        " {other}",
    },
)
def underscore_twin(header: Header) -> Iterator[Flag]:
    """A keyword has an underscore where the reserved name, absent or different, has a hyphen.

    ## Why it matters
    DATE_OBS means nothing to a reader of the standard. Keep it for your own programs if they need
    it, and add DATE-OBS with the same value if that is what the date means.

    ## Example
    ```fits
    DATE_OBS= '2004-01-02'         / start of the exposure
    ```
    Use instead:
    ```fits
    DATE_OBS= '2004-01-02'         / start of the exposure
    DATE-OBS= '2004-01-02'         / start of the exposure
    ```
    """
    for name in _UNDERSCORE_NAMES:
        card, twin = header.find_card(name), name.replace("_", "-")
        if card is None:
            continue
        other = header.find_card(twin)
        if other is not None:
            if _is_different(card.text, other.text):
                yield flag(card, message="differs", keyword=name, twin=twin, value=card.text,
                           other=other.text)  # fmt: skip
            continue
        image = card.replace_keyword(twin)
        yield flag(
            card,
            (0, len(name)),
            fix=insert_after(card, image)
            if _may_hold_value(card, find_standard_entry(twin), header.kind)
            else None,
            title=phrase("add {twin}", twin=twin),
            keyword=name,
            twin=twin,
        )


def _is_different(first: str, second: str) -> bool:
    """Whether two dates or numbers surely differ, and not only in precision or a zone."""
    one, two = (text.strip("' ").removesuffix("Z") for text in (first, second))
    if not _COMPARABLE_VALUE.fullmatch(one) or not _COMPARABLE_VALUE.fullmatch(two):
        return False
    return not (one.startswith(two.rstrip("0.")) or two.startswith(one.rstrip("0.")))


def _begins_like_reserved(name: str) -> bool:
    return (
        _LIKE_RESERVED.fullmatch(name) is not None
        and not find_keyword_entry(name)
        and not _find_near_keyword(name)
    )


@rule(
    "KN109",
    "collides-with-reserved-pattern",
    clause="4.4.3",
    level="conv",
    catalogue_rows=("K009",),
    reads="layout",
    needs_name=_begins_like_reserved,
    once="fact",
    summary_ja="独自のキーワードが予約された名前の形と紛らわしい",
    message={
        "": "{keyword} begins like the reserved {pattern} and does not follow its form",
        "axis": "{keyword} has no axis number: readers know only {pattern}, and ignore it",
    },
)
def collides(header: Header) -> Iterator[Flag]:
    """A private keyword begins like a family of reserved keywords and does not follow its form.

    ## Why it matters
    Checkers and readers that look at the first letters take TNULLABL for TNULLn and PV1 for a
    projection parameter without its number; a CROTA without the number of its axis is a rotation
    that nobody applies, unless a matrix gives it too. Names that begin with DATE are left alone.

    ## Example
    ```fits bintable
    TNULLABL=                    T / columns may hold nulls
    ```
    Use instead:
    ```fits bintable
    NULLABLE=                    T / columns may hold nulls
    ```
    """
    for name in filter(_begins_like_reserved, header.layout.index):
        found = _LIKE_RESERVED.fullmatch(name)
        root, axis = found.group("root", "axis") if found else (None, None)
        card = header.find_card(name)
        if card is None or card.form.kind != "value":
            continue
        pattern = f"{root}n" if root else f"{re.sub('[0-9].*', '', name)}i_m"
        if axis:
            pattern = f"{name}i"
        yield flag(
            card,
            (0, len(name)),
            message="axis" if axis else "",
            level="style" if axis and _has_axis_description(name, header) else None,
            keyword=name,
            pattern=pattern,
        )


def _has_axis_description(name: str, header: Header) -> bool:
    """Whether a keyword with its axis number, or a matrix, says what one without it would."""
    matrix = name == "CROTA" and any(map(_MATRIX.fullmatch, header.layout.index))
    return matrix or bool(header.layout.map_indices(name))
