"""Frames and exposures: what names them names one thing."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from operator import itemgetter

from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.archive.tables import (
    ONE_EXPOSURE,
    RAW_FRAME,
    SECOND,
    ArchiveTables,
    flag_file,
    lacks_raw_frames,
    lacks_values,
)

_CLAUSE = "Subaru basic dictionary 10.1.2"


def _select_strangers(column: str, names: str, apart_seconds: float) -> str:
    """Files that share a name with an exposure that began at another time."""
    return f"""
        WITH named AS (
            SELECT path, {column} AS name, mjd_start AS start, coalesce(exptime, 0) AS seconds
            FROM files WHERE {names} AND {RAW_FRAME} AND isfinite(mjd_start)
        ), firsts AS (
            SELECT name, min(start) AS start, arg_min(path, (start, path)) AS path,
                   max(seconds) AS seconds
            FROM named GROUP BY name
            HAVING max(start) - min(start) > ({apart_seconds} + max(seconds)) * {SECOND}
        )
        SELECT named.path, name, firsts.path, (named.start - firsts.start) / {SECOND}
        FROM named JOIN firsts USING (name)
        WHERE named.start - firsts.start > ({apart_seconds} + firsts.seconds) * {SECOND}
        ORDER BY named.path"""


def _describe_span(seconds: float) -> str:
    """``3.2 d``, ``12 s``."""
    days = seconds * SECOND
    return f"{days:.1f} d" if days >= 1 else f"{seconds:.0f} s"


@rule(
    "AR201",
    "frame-of-two-exposures",
    clause=_CLAUSE,
    level="project",
    precheck=lacks_raw_frames,
    summary_ja="一つの FRAMEID が二つの露出を指している",
    message="the frame {frame} is {other} too, which began {span} before; a frame has a number of "
    "its own",
)
def frame_of_two_exposures(archive: ArchiveTables) -> Iterator[Flag]:
    """FRAMEID names frames that were taken at different times.

    Raw frames of Subaru are looked at (the fourth letter is A): what is made of a frame keeps its
    number. Copies of one frame began at one time, and are not meant; starts count as different when
    they are further apart than the exposure time and a minute.

    ## Why it matters
    Archives and pipelines find a frame by its number, and take the one for the other.

    ## Example
    ```archive
    @file SUPA00000010.fits
    FRAMEID = 'SUPA00000010'
    MJD-STR =          52582.30000
    EXPTIME =                120.0
    @file copy.fits
    FRAMEID = 'SUPA00000010'
    MJD-STR =          52582.40000
    EXPTIME =                120.0
    ```
    Use instead:
    ```archive
    @file SUPA00000010.fits
    FRAMEID = 'SUPA00000010'
    MJD-STR =          52582.30000
    EXPTIME =                120.0
    @file copy.fits
    FRAMEID = 'SUPA00000020'
    MJD-STR =          52582.40000
    EXPTIME =                120.0
    ```
    """
    sql = _select_strangers("frame_id", RAW_FRAME, **archive.thresholds["AR201"])
    for path, frame, other, seconds in archive.select(sql):
        yield flag_file(path, "FRAMEID", frame=frame, other=other, span=_describe_span(seconds))


@rule(
    "AR202",
    "exposure-of-two-times",
    clause=_CLAUSE,
    level="project",
    precheck=lacks_raw_frames,
    summary_ja="一つの EXP-ID に、開始時刻の異なるフレームが属している",
    message="the exposure {exposure} has {other} too, which began {span} before; frames of one "
    "exposure begin together",
)
def exposure_of_two_times(archive: ArchiveTables) -> Iterator[Flag]:
    """EXP-ID groups frames that were taken at different times.

    Raw frames of Subaru are looked at. Starts count as different when they are further apart than
    the exposure time and a minute.

    ## Why it matters
    What is put together by EXP-ID, the chips of a mosaic, is not one exposure then.

    ## Example
    ```archive
    @file SUPA00000010.fits
    FRAMEID = 'SUPA00000010'
    EXP-ID  = 'SUPE00000010'
    MJD-STR =          52582.30000
    @file SUPA00000011.fits
    FRAMEID = 'SUPA00000011'
    EXP-ID  = 'SUPE00000010'
    MJD-STR =          52582.40000
    ```
    Use instead:
    ```archive
    @file SUPA00000010.fits
    FRAMEID = 'SUPA00000010'
    EXP-ID  = 'SUPE00000010'
    MJD-STR =          52582.30000
    @file SUPA00000011.fits
    FRAMEID = 'SUPA00000011'
    EXP-ID  = 'SUPE00000010'
    MJD-STR =          52582.30000
    ```
    """
    sql = _select_strangers("exp_id", ONE_EXPOSURE, **archive.thresholds["AR202"])
    for path, exposure, other, seconds in archive.select(sql):
        yield flag_file(
            path, "EXP-ID", exposure=exposure, other=other, span=_describe_span(seconds)
        )


_SHARED = {
    "OBJECT": "object", "PROP-ID": "prop_id", "OBSERVER": "observer", "OBS-MOD": "obs_mode",
    "DATA-TYP": "data_type", "DATE-OBS": "date_obs", "TELESCOP": "telescope",
}  # fmt: skip
"""What frames of one exposure have alike, and the column of it; filters differ from arm to arm."""
_EXPOSED = f"exposed AS (SELECT * FROM files WHERE {RAW_FRAME} AND {ONE_EXPOSURE})"
_DISAGREEING = f"""
    WITH {_EXPOSED}, valued AS (
        SELECT exp_id, COLUMN AS value, count(*) AS frames, min(path) AS path
        FROM exposed WHERE COLUMN IS NOT NULL GROUP BY exp_id, value
    ), compared AS (
        SELECT *, first_value(value) OVER by_exposure AS usual,
               first_value(path) OVER by_exposure AS other
        FROM valued WHERE exp_id IN (SELECT exp_id FROM valued GROUP BY exp_id HAVING count(*) > 1)
        WINDOW by_exposure AS (PARTITION BY exp_id ORDER BY frames DESC, path)
    )
    SELECT path, 'KEYWORD', value, usual, other, exp_id FROM compared WHERE value <> usual
    ORDER BY path, value"""
_TIMES = f"""
    WITH {_EXPOSED}
    SELECT arg_max(path, exptime) AS path, 'EXPTIME', CAST(max(exptime) AS VARCHAR) AS value,
           CAST(min(exptime) AS VARCHAR), arg_min(path, exptime), exp_id
    FROM exposed WHERE isfinite(exptime) GROUP BY exp_id
    HAVING max(exptime) - min(exptime) > PART * max(exptime) + SECONDS ORDER BY path, value"""


@rule(
    "AR203",
    "exposure-disagrees",
    clause=_CLAUSE,
    level="project",
    precheck=lacks_raw_frames,
    summary_ja="同じ露出のフレームのヘッダが食い違っている",
    message="{keyword} is {value} here and {usual} in {other}, another frame of the exposure "
    "{exposure}",
    catalogue_rows=("B006",),
)
def exposure_disagrees(archive: ArchiveTables) -> Iterator[Flag]:
    """Frames of one exposure differ in what they must share.

    OBJECT, PROP-ID, OBSERVER, OBS-MOD, DATA-TYP, DATE-OBS, TELESCOP and EXPTIME (by more than one
    percent) of raw frames of Subaru with one EXP-ID. The file with the rarer value is flagged.

    ## Why it matters
    One of the headers is wrong, and only the others show it.

    ## Example
    ```archive
    @file SUPA00000010.fits
    FRAMEID = 'SUPA00000010'
    EXP-ID  = 'SUPE00000010'
    OBJECT  = 'M 31    '
    @file SUPA00000011.fits
    FRAMEID = 'SUPA00000011'
    EXP-ID  = 'SUPE00000010'
    OBJECT  = 'M 31    '
    @file SUPA00000012.fits
    FRAMEID = 'SUPA00000012'
    EXP-ID  = 'SUPE00000010'
    OBJECT  = 'FLAT    '
    ```
    Use instead:
    ```archive
    @file SUPA00000010.fits
    FRAMEID = 'SUPA00000010'
    EXP-ID  = 'SUPE00000010'
    OBJECT  = 'M 31    '
    @file SUPA00000011.fits
    FRAMEID = 'SUPA00000011'
    EXP-ID  = 'SUPE00000010'
    OBJECT  = 'M 31    '
    @file SUPA00000012.fits
    FRAMEID = 'SUPA00000012'
    EXP-ID  = 'SUPE00000010'
    OBJECT  = 'M 31    '
    ```
    """
    # One question for each keyword: all at once would take as many times the memory.
    questions = [
        _DISAGREEING.replace("KEYWORD", keyword).replace("COLUMN", column)
        for keyword, column in _SHARED.items()
    ]
    limits = archive.thresholds["AR203"]
    times = _TIMES.replace("PART", f"{limits['exptime_part']}").replace(
        "SECONDS", f"{limits['exptime_seconds']}"
    )
    rows = heapq.merge(*map(archive.select, [*questions, times]), key=itemgetter(0, 1, 2))
    for path, keyword, value, usual, other, exposure in rows:
        yield flag_file(path, keyword, value=value, usual=usual, other=other, exposure=exposure)


_TWICE = """
    WITH present AS (
        SELECT * FROM files
        WHERE data_bytes > 0 AND NOT coalesce(regexp_full_match(datasum, '[0 ]*'), false)
    ), summed AS (
        SELECT path, header_hash, coalesce(
            'data ' || data_digest,
            'sums ' || datasum || ' ' || data_shape || ' ' || coalesce(
                date_obs || ' ' || time_obs, CAST(mjd_start AS VARCHAR),
                CASE WHEN date_obs LIKE '%T%' THEN date_obs END)) AS digest
        FROM present
        UNION ALL
        SELECT path, header_hash, 'whole ' || etag || ' ' || size AS digest
        FROM present
        WHERE path LIKE 's3://%' AND regexp_full_match(etag, '"?[0-9a-f]{32}(-[0-9]+)?"?')
    ), firsts AS (
        SELECT digest, min(path) AS other, arg_min(header_hash, path) AS header_hash
        FROM summed WHERE digest IS NOT NULL GROUP BY digest HAVING count(*) > 1
    ), found AS (
        SELECT path, other, summed.header_hash = firsts.header_hash AS is_copy
        FROM summed JOIN firsts USING (digest) WHERE path <> other
    )
    SELECT path, arg_min(other, (NOT is_copy, other)), bool_or(is_copy)
    FROM found GROUP BY path ORDER BY path"""
"""By three sums, each with what makes it surer: an object that is a copy has more than one."""


@rule(
    "AR204",
    "data-twice",
    clause="-",
    level="style",
    precheck=lacks_values("data_shape"),
    summary_ja="同じデータを持つファイルがほかにもある",
    message={
        "copy": "headers and data are those of {other}",
        "data": "the data are those of {other}, under another header",
    },
)
def data_twice(archive: ArchiveTables) -> Iterator[Flag]:
    """A file has the data of another.

    Data are compared by the digest of their bytes where the audit read them (`--data`); else by
    DATASUM of all HDUs, together with the shapes of the data and the time of observation, since 32
    bits are few for a large archive. Objects of S3 are copies, too, where size and ETag are the
    same and the ETag is a sum of what they hold (MD5, or of the parts of an upload). That of a web
    server is none: it is made of size and time. Data that are zero all over are not compared.

    ## Why it matters
    Space, and sums over an archive that count the same photons twice.

    ## Example
    ```archive
    @file a.fits
    BITPIX  =                    8
    NAXIS   =                    1
    NAXIS1  =                    4
    DATE-OBS= '2002-11-04T10:11:12.13'
    DATASUM = '2004384122'
    @unit wxyz
    @file b.fits
    BITPIX  =                    8
    NAXIS   =                    1
    NAXIS1  =                    4
    DATE-OBS= '2002-11-04T10:11:12.13'
    DATASUM = '2004384122'
    OBJECT  = 'M 31    '
    @unit wxyz
    ```
    Use instead:
    ```archive
    @file a.fits
    BITPIX  =                    8
    NAXIS   =                    1
    NAXIS1  =                    4
    DATE-OBS= '2002-11-04T10:11:12.13'
    DATASUM = '2004384122'
    @unit wxyz
    @file b.fits
    BITPIX  =                    8
    NAXIS   =                    1
    NAXIS1  =                    4
    DATE-OBS= '2002-11-04T10:14:12.13'
    DATASUM = '2004384097'
    @unit wxya
    ```
    """
    for path, other, is_copy in archive.select(_TWICE):
        yield flag_file(path, None, message="copy" if is_copy else "data", other=other)
