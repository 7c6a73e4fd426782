"""A file against the history of its instrument."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.archive.tables import RAW_FRAME, ArchiveTables, flag_file, lacks_values

_CLAUSE = "Subaru header rules 1.4.0 section 9.1"
_NAMED_MAX = 5
_CLASS = "instrument, ins_ver, obs_mode, data_type, det_id"


_STEPS = f"""
    WITH frames AS (
        SELECT instrument, ins_ver, coalesce(obs_mode, '') AS obs_mode,
               coalesce(data_type, '') AS data_type, coalesce(det_id, '') AS det_id,
               list_sort(groups) AS groups, path, mjd_start
        FROM files
        WHERE instrument IS NOT NULL AND ins_ver IS NOT NULL AND isfinite(mjd_start)
            AND len(groups) > 0 AND {RAW_FRAME}
    ), sets AS (
        SELECT {_CLASS}, groups, count(*) AS files, min(mjd_start) AS first,
               max(mjd_start) AS last, arg_min(path, (mjd_start, path)) AS path
        FROM frames GROUP BY {_CLASS}, groups
        QUALIFY count(*) OVER (PARTITION BY {_CLASS}) BETWEEN 2 AND SETS_MAX
    ), numbered AS (SELECT *, row_number() OVER () AS number FROM sets),
    names AS (SELECT DISTINCT "group", keyword FROM keywords WHERE keyword <> ''),
    members AS (
        SELECT DISTINCT number, keyword
        FROM (SELECT number, unnest(groups) AS "group" FROM numbered) JOIN names USING ("group")
    ), known AS (
        SELECT DISTINCT {_CLASS}, keyword FROM numbered JOIN members USING (number)
    ), sides AS (
        SELECT {_CLASS}, keyword,
               sum(files) FILTER (members.number IS NOT NULL) AS with_it,
               min(first) FILTER (members.number IS NOT NULL) AS with_it_first,
               max(last) FILTER (members.number IS NOT NULL) AS with_it_last,
               arg_min(path, (first, path)) FILTER (members.number IS NOT NULL) AS with_it_path,
               sum(files) FILTER (members.number IS NULL) AS without,
               min(first) FILTER (members.number IS NULL) AS without_first,
               max(last) FILTER (members.number IS NULL) AS without_last,
               arg_min(path, (first, path)) FILTER (members.number IS NULL) AS without_path
        FROM numbered JOIN known USING ({_CLASS}) LEFT JOIN members USING (number, keyword)
        GROUP BY {_CLASS}, keyword
    ), steps AS (
        SELECT ins_ver, keyword, without_last < with_it_first AS come,
               CASE WHEN without_last < with_it_first THEN with_it_path ELSE without_path END
                   AS path
        FROM sides
        WHERE with_it >= FILES_MIN AND without >= FILES_MIN
            AND (without_last < with_it_first OR with_it_last < without_first)
    )
    SELECT path, come, ins_ver, list(keyword ORDER BY keyword) FROM steps
    GROUP BY path, come, ins_ver ORDER BY path, come"""


@rule(
    "AR304",
    "version-kept",
    clause=_CLAUSE,
    level="project",
    precheck=lacks_values("ins_ver"),
    summary_ja="キーワードの組が変わったのに INS-VER が同じままである",
    message={
        "come": "{keywords} came with this file, and INS-VER is still {version}; a revision of the "
        "dictionary changes its text",
        "gone": "{keywords} are gone from this file on, and INS-VER is still {version}; a revision "
        "of the dictionary changes its text",
    },
    catalogue_rows=("S9-06",),
)
def version_kept(archive: ArchiveTables) -> Iterator[Flag]:
    """The keywords of an instrument changed for good, and INS-VER did not.

    Raw frames of Subaru of one instrument, INS-VER, OBS-MOD, DATA-TYP and DET-ID are compared. A
    keyword counts when all frames before a time lack it and all from then on have it, or the other
    way round, with ten files on either side. Keywords that come and go are not meant.

    ## Why it matters
    INS-VER is what tells programs by which dictionary a header was written.

    ## Example
    ```archive
    @files 10 a{n}.fits
    INSTRUME= 'FOCAS   '
    INS-VER = '1.0     '
    FRAMEID = 'FCSA00000{n}'
    MJD-STR =          52582.1{n}
    @files 10 b{n}.fits
    INSTRUME= 'FOCAS   '
    INS-VER = '1.0     '
    FRAMEID = 'FCSA00001{n}'
    MJD-STR =          52583.1{n}
    F_LAMP  = 'OFF     '
    ```
    Use instead:
    ```archive
    @files 10 a{n}.fits
    INSTRUME= 'FOCAS   '
    INS-VER = '1.0     '
    FRAMEID = 'FCSA00000{n}'
    MJD-STR =          52582.1{n}
    @files 10 b{n}.fits
    INSTRUME= 'FOCAS   '
    INS-VER = '1.1     '
    FRAMEID = 'FCSA00001{n}'
    MJD-STR =          52583.1{n}
    F_LAMP  = 'OFF     '
    ```
    """
    limits = archive.thresholds["AR304"]
    sql = _STEPS.replace("SETS_MAX", f"{limits['sets']}").replace("FILES_MIN", f"{limits['files']}")
    for path, is_come, version, keywords in archive.select(sql):
        more = len(keywords) - _NAMED_MAX
        told = ", ".join(keywords[:_NAMED_MAX]) + (f" (+{more})" if more > 0 else "")
        yield flag_file(
            path, "INS-VER", message="come" if is_come else "gone", keywords=told, version=version
        )


_NO_MEASURE = r"(.*(DATE|TIME|MJD|SEED|SUM|SIZE|BLANK|NULL|ID|NUM|SEQ|RUN|VER))|JD.*|Z.*|[PT]ZERO.*"
"""Keywords whose numbers count or mark something."""


@rule(
    "AR305",
    "far-from-history",
    clause="-",
    level="style",
    summary_ja="数値がその装置のそれまでの値から大きく外れている",
    message="{keyword} is {value:g} here; 98 of 100 of the {count} values of {instrument} lie from "
    "{low:g} to {high:g}",
)
def far_from_history(archive: ArchiveTables) -> Iterator[Flag]:
    """A number lies far outside of all that its instrument ever had.

    A history is a hundred values of a keyword in headers of images of an instrument, in one unit.
    Far is ten times the width in which 98 of 100 of them lie, beyond either end; a keyword whose
    values are all the same has no width, and is left alone. So are keywords that count or mark.

    ## Why it matters
    -9999 degrees are a sensor that failed, 1.0E+06 a decimal point that was lost.

    ## Example
    ```archive
    @files 200 a{n}.fits
    INSTRUME= 'FOCAS   '
    DET-TMP =               10{n} / [K]
    @file b.fits
    INSTRUME= 'FOCAS   '
    DET-TMP =             999999.0 / [K]
    ```
    Use instead:
    ```archive
    @files 200 a{n}.fits
    INSTRUME= 'FOCAS   '
    DET-TMP =               10{n} / [K]
    @file b.fits
    INSTRUME= 'FOCAS   '
    DET-TMP =              10040.0 / [K]
    ```
    """
    limits = archive.thresholds["AR305"]
    widths = limits["widths"]
    sql = f"""
        WITH numbers AS (
            SELECT instrument, keyword, coalesce(unit, '') AS unit, numbers, quantiles,
                   list_concat(lowest, highest) AS extremes
            FROM keywords
            WHERE instrument IS NOT NULL AND hdu_kind IN ('primary', 'image') AND numbers > 0
                AND value_type IN ('integer', 'real')
                AND NOT regexp_full_match(keyword, '{_NO_MEASURE}')
        ), histories AS (
            SELECT instrument, keyword, unit, sum(numbers) AS count,
                   min(quantiles[1]) FILTER (numbers >= {limits["values"]}) AS low,
                   max(quantiles[-1]) FILTER (numbers >= {limits["values"]}) AS high
            FROM numbers GROUP BY instrument, keyword, unit HAVING high > low
        ), extremes AS (
            SELECT DISTINCT instrument, keyword, unit, extreme.value AS value, extreme.path AS path
            FROM (SELECT instrument, keyword, unit, unnest(extremes) AS extreme FROM numbers)
        )
        SELECT path, keyword, value, instrument, count, low, high
        FROM extremes JOIN histories USING (instrument, keyword, unit)
        WHERE value < low - {widths} * (high - low) OR value > high + {widths} * (high - low)
        ORDER BY path, keyword, value"""
    for path, keyword, value, instrument, count, low, high in archive.select(sql):
        yield flag_file(
            path, keyword, value=value, instrument=instrument, count=int(count), low=low, high=high
        )
