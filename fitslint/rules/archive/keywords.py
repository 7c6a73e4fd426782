"""Keywords over the years: neither type, unit nor meaning may change."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from fitslint.model.finding import Level
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.archive.tables import ArchiveTables, flag_file
from fitslint.units.decoration import find_bare_unit
from fitslint.units.spelling import is_readable_unit, is_same_unit

_CLAUSE = "Subaru header rules 1.4.0 section 9.1"
_IMAGES = "hdu_kind IN ('primary', 'image', 'compressed-image')"
"""Kinds of HDU of which an instrument has one sort; each table has keywords of its own."""
_PLAIN = f"""
    instrument IS NOT NULL AND first_path IS NOT NULL AND {_IMAGES}
    AND keyword NOT IN ('COMMENT', 'HISTORY', '', 'CONTINUE')"""
_OWNERS = """owners AS (
    SELECT instrument, max(telescope) AS telescope FROM files GROUP BY instrument)"""
_COORDINATES = "(CRVAL|CDELT|CRDER|CSYER|CD|PC|PV|CUNIT|CROTA)[0-9_]+[A-Z]?"
"""Coordinates are in units that CUNITi tells, whatever the instrument."""


def _choose_level(telescope: str | None) -> Level:
    """Only the observatory that forbids the change makes a fault of it."""
    return "project" if (telescope or "").strip().lower() == "subaru" else "style"


@rule(
    "AR301",
    "type-changed",
    clause=_CLAUSE,
    level="project",
    summary_ja="同じキーワードの値の型が途中で変わっている",
    message="{keyword} of {instrument} is a {kind} here ({cards} of {all} cards, first {date}) and "
    "a {usual} elsewhere",
    catalogue_rows=("S9-05",),
)
def type_changed(archive: ArchiveTables) -> Iterator[Flag]:
    """A keyword of an instrument has values of two types.

    Integers and reals count as numbers. Headers of images are looked at; the first file with the
    rarer type is flagged, once an instrument and keyword. For telescopes other than Subaru, which
    has no such rule, it is information.

    ## Why it matters
    A program that reads the whole archive fails on the few.

    ## Example
    ```archive
    @files 3 a{n}.fits
    INSTRUME= 'FOCAS   '
    TELESCOP= 'Subaru  '
    DATE-OBS= '2002-11-04'
    GAIN    =                  2.1
    @file b.fits
    INSTRUME= 'FOCAS   '
    TELESCOP= 'Subaru  '
    DATE-OBS= '2005-11-04'
    GAIN    = '2.1     '
    ```
    Use instead:
    ```archive
    @files 3 a{n}.fits
    INSTRUME= 'FOCAS   '
    TELESCOP= 'Subaru  '
    DATE-OBS= '2002-11-04'
    GAIN    =                  2.1
    @file b.fits
    INSTRUME= 'FOCAS   '
    TELESCOP= 'Subaru  '
    DATE-OBS= '2005-11-04'
    GAIN    =                    2
    ```
    """
    sql = f"""
        WITH {_OWNERS}, typed AS (
            SELECT instrument, keyword, sum(cards) AS cards,
                   CASE WHEN value_type IN ('integer', 'real') THEN 'number' ELSE value_type END
                       AS kind,
                   left(min(first_date), 10) AS date,
                   arg_min(first_path, (first_date, first_path)) AS path
            FROM keywords
            WHERE {_PLAIN} AND value_type IN ('string', 'logical', 'integer', 'real', 'complex')
            GROUP BY instrument, keyword, kind
        ), ranked AS (
            SELECT *, row_number() OVER by_keyword AS place, first_value(kind) OVER by_keyword
                AS usual, sum(cards) OVER (PARTITION BY instrument, keyword) AS total
            FROM typed
            WINDOW by_keyword AS (PARTITION BY instrument, keyword ORDER BY cards DESC, date, kind)
        )
        SELECT path, keyword, instrument, telescope, kind, usual, cards, total, date
        FROM ranked LEFT JOIN owners USING (instrument) WHERE place > 1 ORDER BY path, keyword"""
    for path, keyword, instrument, telescope, kind, usual, cards, total, date in archive.select(
        sql
    ):
        yield flag_file(
            path, keyword, level=_choose_level(telescope), kind=kind, usual=usual,
            instrument=instrument, cards=int(cards), all=int(total), date=date or "-",
        )  # fmt: skip


_COMMENTED = f"""
    WITH {_OWNERS}
    SELECT instrument, keyword, any_value(telescope), {{text}} AS text, sum(cards) AS cards,
           left(min(first_date), 10) AS date, arg_min(first_path, (first_date, first_path)) AS path
    FROM keywords LEFT JOIN owners USING (instrument)
    WHERE {_PLAIN} AND {{text}} IS NOT NULL AND {{text}} <> ''
    GROUP BY instrument, keyword, text ORDER BY instrument, keyword, cards DESC, date, text"""
_Row = tuple[Any, ...]


def _group_texts(archive: ArchiveTables, text: str) -> Iterator[list[_Row]]:
    """Rows of each keyword of an instrument that has several such texts, the usual one first."""
    rows = archive.select(_COMMENTED.format(text=text))
    for _, group in groupby(rows, itemgetter(0, 1)):
        members = list(group)
        if len(members) > 1:
            yield members


_UNIT = rf"""CASE WHEN NOT regexp_full_match(keyword, '{_COORDINATES}') THEN
    coalesce(unit, regexp_extract(meaning, '\(([^() ]+)\)\s*$', 1)) END"""


@rule(
    "AR302",
    "unit-changed",
    clause=_CLAUSE,
    level="project",
    summary_ja="同じキーワードの単位が途中で変わっている",
    message="{keyword} of {instrument} is in {unit} here (cards: {cards}, first {date}) and in "
    "{usual} elsewhere",
)
def unit_changed(archive: ArchiveTables) -> Iterator[Flag]:
    """A keyword of an instrument has values in two units.

    Units are those that comments tell in brackets at their head, or in parentheses at their end;
    spellings of one unit (`s`, `sec`) are the same, and what is no unit is none. Coordinates
    (CRVALi and their kin) are not meant. The first file
    with the rarer unit is flagged, once an instrument and keyword.

    ## Why it matters
    The rules of Subaru forbid it once there are data: a reader who knows one unit takes the other
    values for wrong ones, or worse, for right ones.

    ## Example
    ```archive
    @files 3 a{n}.fits
    INSTRUME= 'FOCAS   '
    TELESCOP= 'Subaru  '
    DATE-OBS= '2002-11-04'
    OUT-PRS =               620.30 / [hPa] pressure outside
    @file b.fits
    INSTRUME= 'FOCAS   '
    TELESCOP= 'Subaru  '
    DATE-OBS= '2005-11-04'
    OUT-PRS =               465.26 / [mm] pressure outside
    ```
    Use instead:
    ```archive
    @files 3 a{n}.fits
    INSTRUME= 'FOCAS   '
    TELESCOP= 'Subaru  '
    DATE-OBS= '2002-11-04'
    OUT-PRS =               620.30 / [hPa] pressure outside
    @file b.fits
    INSTRUME= 'FOCAS   '
    TELESCOP= 'Subaru  '
    DATE-OBS= '2005-11-04'
    OUT-PRS =               620.30 / pressure outside (hPa)
    ```
    """
    flags = []
    for members in _group_texts(archive, _UNIT):
        known = [row for row in members if is_readable_unit(_spell(row[3]))]
        for row in known[1:]:
            usual = known[0]
            if not is_same_unit(_spell(usual[3]), _spell(row[3])):
                flags.append(_flag_text(row, _choose_level(row[2]), unit=row[3], usual=usual[3]))
                break
    yield from sorted(flags, key=lambda flag: flag.path)


def _spell(unit: str) -> str:
    return find_bare_unit(unit) or unit


def _flag_text(row: _Row, level: Level, **params: Any) -> Flag:
    instrument, keyword, _, _, cards, date, path = row
    return flag_file(
        path, keyword, level=level, instrument=instrument,
        cards=int(cards), date=date or "-", **params,
    )  # fmt: skip


_WORD = compile_late(r"[a-z]{3,}")
_STEM = 4
"""Letters by which words count as the same: exposure, expos."""


@rule(
    "AR303",
    "meaning-changed",
    clause=_CLAUSE,
    level="style",
    summary_ja="同じキーワードのコメントが途中で別の意味になっている",
    message="the comment of {keyword} of {instrument} is {comment!r} here (cards: {cards}, "
    "first {date}) and {usual!r} elsewhere: is it the same thing?",
    catalogue_rows=("S9-02",),
)
def meaning_changed(archive: ArchiveTables) -> Iterator[Flag]:
    """A keyword of an instrument has comments that have no word in common.

    Words of three letters and more are compared by their first four. Both comments have two such
    words at least, and five cards each. Whether they mean the same, a person must tell.

    ## Why it matters
    A keyword that was used before may not get another meaning once there are data (rules of
    Subaru): old values are read as what the new ones are.

    ## Example
    ```archive
    @files 9 a{n}.fits
    INSTRUME= 'FOCAS   '
    DATE-OBS= '2002-11-04'
    F_FOC   =                 21.5 / Focus position of camera
    @files 5 b{n}.fits
    INSTRUME= 'FOCAS   '
    DATE-OBS= '2005-11-04'
    F_FOC   =                 1.20 / Seeing measured by autoguider
    ```
    Use instead:
    ```archive
    @files 9 a{n}.fits
    INSTRUME= 'FOCAS   '
    DATE-OBS= '2002-11-04'
    F_FOC   =                 21.5 / Focus position of camera
    @files 5 b{n}.fits
    INSTRUME= 'FOCAS   '
    DATE-OBS= '2005-11-04'
    F_FOC   =                 21.2 / camera focus
    ```
    """
    flags = []
    limits = archive.thresholds["AR303"]
    for members in _group_texts(archive, "meaning"):
        usual = members[0]
        words = _list_words(usual[3])
        for row in members[1:]:
            own = _list_words(row[3])
            if row[4] < limits["cards"] or min(len(words), len(own)) < limits["words"]:
                continue
            if words.isdisjoint(own):
                flags.append(_flag_text(row, "style", comment=row[3], usual=usual[3]))
                break
    yield from sorted(flags, key=lambda flag: flag.path)


def _list_words(comment: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _WORD.findall(comment.lower()))
