"""Tracts of Hyper Suprime-Cam: all filters on one plane."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.archive.tables import ArchiveTables, flag_file, lacks_values

_COADD = r"^(.*/)?deepCoadd(?:-results)?/([^/]+)/([0-9]+)/"


@rule(
    "AR501",
    "tract-not-shared",
    clause="-",
    level="project",
    precheck=lacks_values("sky_position"),
    summary_ja="フィルタの異なる HSC の画像が、同じ番号で別の tract に載っている",
    message="tract {tract} of {filter} has its reference point at ({position}) and that of {other} "
    "in {usual}, so that patches of the two are of different parts of the sky; make one sky map "
    "from the images of all filters",
)
def tract_not_shared(archive: ArchiveTables) -> Iterator[Flag]:
    """Products of two filters have a tract of one number on two planes.

    What lies below one folder and has one number of a tract, by TRACT or by the folders of
    hscPipe, is compared by CRVAL1 and CRVAL2; within a filter they must agree, else they are not
    coordinates of a tract. The first file of the filter with fewer files is flagged.

    ## Why it matters
    A sky map that was made from the images of one filter fits no other: nothing can be measured in
    two filters at the same pixels.

    ## Example
    ```archive
    @file deepCoadd-results/HSC-I/0/a.fits
    FILTER  = 'HSC-I   '
    CRVAL1  =            175.78125
    CRVAL2  =             58.42500
    @file deepCoadd-results/HSC-I/0/b.fits
    FILTER  = 'HSC-I   '
    CRVAL1  =            175.78125
    CRVAL2  =             58.42500
    @file deepCoadd-results/HSC-R/0/a.fits
    FILTER  = 'HSC-R   '
    CRVAL1  =            175.77125
    CRVAL2  =             58.42500
    ```
    Use instead:
    ```archive
    @file deepCoadd-results/HSC-I/0/a.fits
    FILTER  = 'HSC-I   '
    CRVAL1  =            175.78125
    CRVAL2  =             58.42500
    @file deepCoadd-results/HSC-I/0/b.fits
    FILTER  = 'HSC-I   '
    CRVAL1  =            175.78125
    CRVAL2  =             58.42500
    @file deepCoadd-results/HSC-R/0/a.fits
    FILTER  = 'HSC-R   '
    CRVAL1  =            175.78125
    CRVAL2  =             58.42500
    ```
    """
    apart = archive.thresholds["AR501"]["degrees"]
    sql = f"""
        WITH named AS (
            SELECT path, sky_position AS position, regexp_matches(path, '{_COADD}') AS is_coadd,
                   TRY_CAST(split_part(trim(sky_position), ' ', 1) AS DOUBLE) AS ra,
                   TRY_CAST(split_part(trim(sky_position), ' ', -1) AS DOUBLE) AS dec,
                   tract AS told, filter AS told_filter, folder
            FROM files WHERE sky_position IS NOT NULL
        ), products AS (
            SELECT path, position, ra, dec,
                   CASE WHEN is_coadd THEN regexp_extract(path, '{_COADD}', 1)
                        ELSE regexp_replace(folder, '[^/]*/?$', '') END AS root,
                   CASE WHEN is_coadd THEN regexp_extract(path, '{_COADD}', 2) ELSE told_filter END
                       AS filter,
                   CASE WHEN is_coadd THEN TRY_CAST(regexp_extract(path, '{_COADD}', 3) AS BIGINT)
                        ELSE told END AS tract
            FROM named WHERE isfinite(ra) AND isfinite(dec) AND (is_coadd OR told IS NOT NULL)
        ), filters AS (
            SELECT root, tract, filter, count(*) AS files, any_value(ra) AS ra,
                   any_value(dec) AS dec, min(path) AS path, arg_min(position, path) AS position
            FROM products WHERE filter IS NOT NULL AND tract IS NOT NULL
            GROUP BY root, tract, filter
            HAVING max(ra) - min(ra) <= {apart} AND max(dec) - min(dec) <= {apart}
        ), compared AS (
            SELECT *, first_value(filter) OVER by_tract AS other, first_value(ra) OVER by_tract AS
                   usual_ra, first_value(dec) OVER by_tract AS usual_dec,
                   first_value(path) OVER by_tract AS usual
            FROM filters WINDOW by_tract AS (
                PARTITION BY root, tract ORDER BY files DESC, filter)
        )
        SELECT path, tract, filter, position, other, usual FROM compared
        WHERE abs(dec - usual_dec) > {apart} OR abs(ra - usual_ra) > {apart}
        ORDER BY path"""
    for path, tract, name, position, other, usual in archive.select(sql):
        yield flag_file(
            path, "CRVAL1", tract=tract, filter=name, position=position, other=other, usual=usual
        )
