"""Frames in time: numbers that run with it, and detectors that do one thing at a time."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.archive.tables import (
    RAW_FRAME,
    SECOND,
    ArchiveTables,
    flag_file,
    lacks_raw_frames,
    lacks_values,
)

_CLAUSE = "Subaru basic dictionary 10.1.2"


@rule(
    "AR401",
    "frame-out-of-order",
    clause=_CLAUSE,
    level="project",
    precheck=lacks_raw_frames,
    summary_ja="FRAMEID の順番と時刻の順番が合わない",
    message={
        "early": "the frame {frame} begins {seconds:.0f} s before {other}, which has the number in "
        "front of it; its number or its time is wrong",
        "late": "the frame {frame} begins {seconds:.0f} s after {other}, which has the next "
        "number; its number or its time is wrong",
    },
)
def frame_out_of_order(archive: ArchiveTables) -> Iterator[Flag]:
    """A frame lies between two others by its number and not by its time.

    Raw frames of Subaru of one instrument, DET-ID and OBS-MOD are looked at (arms of an instrument
    expose beside each other), with both neighbours within a hundred numbers and a day, which are in
    order themselves. A minute is allowed.

    ## Why it matters
    Numbers are given as frames are taken. Where one falls out of the row, the clock that wrote the
    header stood, or the file was renamed.

    ## Example
    ```archive
    @file FCSA00000010.fits
    FRAMEID = 'FCSA00000010'
    MJD-STR =          52582.30000
    @file FCSA00000011.fits
    FRAMEID = 'FCSA00000011'
    MJD-STR =          52582.10000
    @file FCSA00000012.fits
    FRAMEID = 'FCSA00000012'
    MJD-STR =          52582.32000
    ```
    Use instead:
    ```archive
    @file FCSA00000010.fits
    FRAMEID = 'FCSA00000010'
    MJD-STR =          52582.30000
    @file FCSA00000011.fits
    FRAMEID = 'FCSA00000011'
    MJD-STR =          52582.31000
    @file FCSA00000012.fits
    FRAMEID = 'FCSA00000012'
    MJD-STR =          52582.32000
    ```
    """
    limits = archive.thresholds["AR401"]
    sql = f"""
        WITH frames AS (
            SELECT frame_id AS frame, left(frame_id, 4) AS series,
                   any_value(det_id) AS det_id, any_value(obs_mode) AS obs_mode,
                   CAST(substr(frame_id, 5) AS BIGINT) AS number, min(mjd_start) AS start,
                   arg_min(path, (mjd_start, path)) AS path
            FROM files WHERE {RAW_FRAME} AND isfinite(mjd_start) GROUP BY frame_id
        ), placed AS (
            SELECT *, lag(start) OVER neighbours AS before, lead(start) OVER neighbours AS after,
                   number - lag(number) OVER neighbours AS up,
                   lead(number) OVER neighbours - number AS down,
                   lag(frame) OVER neighbours AS front, lead(frame) OVER neighbours AS next
            FROM frames WINDOW neighbours AS (
                PARTITION BY series, det_id, obs_mode ORDER BY number)
        )
        SELECT path, frame, start < before, abs(start - CASE WHEN start < before THEN before
                   ELSE after END) / {SECOND}, CASE WHEN start < before THEN front ELSE next END
        FROM placed
        WHERE up <= {limits["numbers"]} AND down <= {limits["numbers"]}
            AND after BETWEEN before AND before + 1
            AND (start < before - {limits["seconds"]} * {SECOND}
                 OR start > after + {limits["seconds"]} * {SECOND})
        ORDER BY path"""
    for path, frame, is_early, seconds, other in archive.select(sql):
        message = "early" if is_early else "late"
        yield flag_file(path, "FRAMEID", message=message, frame=frame, seconds=seconds, other=other)


@rule(
    "AR402",
    "exposures-overlap",
    clause=_CLAUSE,
    level="project",
    precheck=lacks_raw_frames,
    summary_ja="同じ検出器の二つの露出の時間が重なっている",
    message="this exposure begins {seconds:.0f} s before the end of {other}, which is of the same "
    "detector",
)
def exposures_overlap(archive: ArchiveTables) -> Iterator[Flag]:
    """A detector takes two exposures at once.

    Raw frames of Subaru of one instrument and DET-ID with different EXP-ID (or, without one,
    FRAMEID) are compared by the times of their beginning and end. Two seconds are allowed, and
    exposures that begin together are not meant.

    ## Why it matters
    One of the times is wrong: EXPTIME, the start or the end.

    ## Example
    ```archive
    @file FCSA00000010.fits
    INSTRUME= 'FOCAS   '
    DET-ID  =                    1
    FRAMEID = 'FCSA00000010'
    MJD-STR =          52582.30000
    MJD-END =          52582.31000
    @file FCSA00000012.fits
    INSTRUME= 'FOCAS   '
    DET-ID  =                    1
    FRAMEID = 'FCSA00000012'
    MJD-STR =          52582.30500
    MJD-END =          52582.31500
    ```
    Use instead:
    ```archive
    @file FCSA00000010.fits
    INSTRUME= 'FOCAS   '
    DET-ID  =                    1
    FRAMEID = 'FCSA00000010'
    MJD-STR =          52582.30000
    MJD-END =          52582.30400
    @file FCSA00000012.fits
    INSTRUME= 'FOCAS   '
    DET-ID  =                    1
    FRAMEID = 'FCSA00000012'
    MJD-STR =          52582.30500
    MJD-END =          52582.31500
    ```
    """
    limits = archive.thresholds["AR402"]
    sql = f"""
        WITH exposed AS (
            SELECT instrument, det_id, coalesce(exp_id, frame_id) AS exposure,
                   min(mjd_start) AS start, max(mjd_end) AS stop, min(path) AS path
            FROM files
            WHERE {RAW_FRAME} AND instrument IS NOT NULL AND det_id IS NOT NULL
                AND isfinite(mjd_start) AND mjd_end BETWEEN mjd_start AND mjd_start + 1
            GROUP BY instrument, det_id, exposure HAVING max(mjd_start) - start < {SECOND}
        ), placed AS (
            SELECT *, lag(start) OVER neighbours AS before, lag(stop) OVER neighbours AS busy,
                   lag(path) OVER neighbours AS other
            FROM exposed
            WINDOW neighbours AS (PARTITION BY instrument, det_id ORDER BY start, exposure)
        )
        SELECT path, (busy - start) / {SECOND}, other FROM placed
        WHERE busy - start > {limits["seconds"]} * {SECOND}
            AND start - before > {limits["seconds"]} * {SECOND}
        ORDER BY path"""
    for path, seconds, other in archive.select(sql):
        yield flag_file(path, None, seconds=seconds, other=other)


@rule(
    "AR403",
    "norh-frames-and-times",
    clause="HeliogFITS 2.0 B.1 (1)",
    level="project",
    precheck=lacks_values("start_frame"),
    summary_ja="NoRH の画像のフレーム番号と時刻の関係が、同じ日の他の画像と合わない",
    message="STARTFRM {frame} and STRT-OBS {time} are {seconds:.0f} s away from what the {count} "
    "images of that day agree on",
)
def norh_frames_and_times(archive: ArchiveTables) -> Iterator[Flag]:
    """Frame number and time of an image of the Radioheliograph do not go together.

    Frames of the steady observation, one a second, are counted over the day. Images of one day
    (JST) tell when it began; where three or more, and two of three of them, agree within a second,
    one that is off by more is flagged. Two or more that agree with each other on another beginning
    are of another schedule of that day, and are not meant.

    ## Why it matters
    Frames are found in the raw data by number: the image is of another moment than it says.

    ## Example
    ```archive
    @files 3 ifa98050903202{n}.fits
    TELESCOP= 'radioheliograph'
    DATE-OBS= '1998-05-09'
    STRT-OBS= '03:20:21.254'
    END-OBS = '03:20:26.254'
    STARTFRM=                16499
    ENDFRM  =                16503
    @file ifa980509_034021.fits
    TELESCOP= 'radioheliograph'
    DATE-OBS= '1998-05-09'
    STRT-OBS= '03:40:21.254'
    END-OBS = '03:40:26.254'
    STARTFRM=                16799
    ENDFRM  =                16803
    ```
    Use instead:
    ```archive
    @files 3 ifa98050903202{n}.fits
    TELESCOP= 'radioheliograph'
    DATE-OBS= '1998-05-09'
    STRT-OBS= '03:20:21.254'
    END-OBS = '03:20:26.254'
    STARTFRM=                16499
    ENDFRM  =                16503
    @file ifa980509_034021.fits
    TELESCOP= 'radioheliograph'
    DATE-OBS= '1998-05-09'
    STRT-OBS= '03:40:21.254'
    END-OBS = '03:40:26.254'
    STARTFRM=                17699
    ENDFRM  =                17703
    ```
    """
    limits = archive.thresholds["AR403"]
    sql = f"""
        WITH timed AS (
            SELECT path, start_frame, start_time, end_frame - start_frame + 1 AS frames,
                   epoch(TRY_CAST(left(date_obs, 10) || ' ' || start_time AS TIMESTAMP)) AS start,
                   epoch(TRY_CAST(left(date_obs, 10) || ' ' || end_time AS TIMESTAMP)) AS stop
            FROM files WHERE start_frame IS NOT NULL AND start_time IS NOT NULL
        ), steady AS (
            SELECT path, start_frame, start_time, start - start_frame AS zero,
                   floor((start + 9 * 3600) / 86400) AS day
            FROM timed
            WHERE frames > 0 AND (stop - start + CASE WHEN stop < start THEN 86400 ELSE 0 END)
                / frames BETWEEN 0.9 AND 1.1
        ), days AS (
            SELECT *, median(zero) OVER (PARTITION BY day) AS usual FROM steady
        ), agreed AS (
            SELECT *, max(start_frame) OVER alike > min(start_frame) OVER alike AS is_schedule,
                   count(*) OVER (PARTITION BY day) AS files,
                   count(*) FILTER (abs(zero - usual) <= {limits["agreed_seconds"]})
                       OVER (PARTITION BY day) AS agreeing
            FROM days WINDOW alike AS (PARTITION BY day ORDER BY zero
                RANGE BETWEEN {limits["agreed_seconds"]} PRECEDING
                AND {limits["agreed_seconds"]} FOLLOWING)
        )
        SELECT path, start_frame, start_time, abs(zero - usual), agreeing FROM agreed
        WHERE files >= {limits["files"]} AND 3 * agreeing >= 2 * files
            AND abs(zero - usual) > {limits["apart_seconds"]} AND NOT is_schedule
        ORDER BY path"""
    for path, frame, time, seconds, count in archive.select(sql):
        yield flag_file(path, "STARTFRM", frame=frame, time=time, seconds=seconds, count=count)
