"""Images of the Radioheliograph in R-L beside those in R+L that they belong to."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.data.overpolarized import measure_overpolarisation
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.archive.tables import ArchiveTables, flag_file, lacks_values

_PAIR = "(.*i[fp])([as])([0-9]{6}_[0-9]{6}([.][0-9]{3})?[^/]*)"
"""A path of an image of the Radioheliograph at 17 GHz, up to the letter of its polarisation."""
_PAIR_FACTS = ("STARTFRM", "ENDFRM", "DATE-OBS", "STRT-OBS", "END-OBS", "TIME-OBS", "NAXISn")


@rule(
    "AR404",
    "norh-pair-differs",
    clause="HeliogFITS 2.0 B.1",
    level="project",
    precheck=lacks_values("solar_frame"),
    summary_ja="同じ時刻の NoRH の R+L と R-L の画像で、時刻、大きさ、座標、暦の値が食い違っている",
    message="{keyword} is {value} here and {usual} in {other}, the image in R+L that it belongs to",
)
def norh_pair_differs(archive: ArchiveTables) -> Iterator[Flag]:
    """An image in R-L and that in R+L of its name are not of one time, grid and ephemeris.

    Pairs are those of one folder whose names differ in the letter of the polarisation. Frames,
    times, the shape, CRPIXn, CDELTn and the ephemeris are compared; the first that differs is told.

    ## Why it matters
    Their ratio is the polarisation: shifted by a pixel or a frame, it has two signs at every edge.

    ## Example
    ```archive
    @file ipa980509_032021.fits
    TELESCOP= 'radioheliograph'
    SOLR    =               952.22
    CRPIX1  =               120.50
    STARTFRM=                16499
    @file ips980509_032021.fits
    TELESCOP= 'radioheliograph'
    SOLR    =               952.22
    CRPIX1  =               121.50
    STARTFRM=                16499
    ```
    Use instead:
    ```archive
    @file ipa980509_032021.fits
    TELESCOP= 'radioheliograph'
    SOLR    =               952.22
    CRPIX1  =               120.50
    STARTFRM=                16499
    @file ips980509_032021.fits
    TELESCOP= 'radioheliograph'
    SOLR    =               952.22
    CRPIX1  =               120.50
    STARTFRM=                16499
    ```
    """
    sql = f"""
        WITH named AS (
            SELECT path, regexp_extract(path, '{_PAIR}', 2) AS letter,
                   regexp_replace(path, '{_PAIR}', '\\1 \\3') AS moment,
                   [CAST(start_frame AS VARCHAR), CAST(end_frame AS VARCHAR), date_obs, start_time,
                    end_time, time_obs, data_shape] AS facts, solar_frame AS frame
            FROM files WHERE regexp_full_match(path, '{_PAIR}') AND solar_frame IS NOT NULL
        )
        SELECT two.path, one.path, one.facts, two.facts, one.frame, two.frame
        FROM named AS one JOIN named AS two USING (moment)
        WHERE one.letter = 'a' AND two.letter = 's'
            AND (one.facts <> two.facts OR one.frame <> two.frame)
        ORDER BY two.path"""
    for path, other, *told in archive.select(sql):
        usual, own = (
            dict(zip(_PAIR_FACTS, facts, strict=True))
            | dict(word.split("=") for word in frame.split())
            for facts, frame in zip(told[:2], told[2:], strict=True)
        )
        for keyword, value in own.items():
            if value is not None and usual.get(keyword) not in (None, value):
                yield flag_file(path, keyword, value=value, usual=usual[keyword], other=other)
                break


@rule(
    "AR405",
    "norh-more-polarised-than-bright",
    clause="NoRH manual 4.5.7",
    level="style",
    precheck=lacks_values("solar_frame"),
    summary_ja="NoRH の R-L の画像の明るさが、対になる R+L の画像の明るさを越えている",
    message="{count} of {bright} bright pixels are more than 3 sigma over those of {other} in R+L, "
    "up to {ratio:.3g} times as bright; no source is polarised by more than 100 percent",
)
def norh_more_polarised_than_bright(archive: ArchiveTables) -> Iterator[Flag]:
    """An image in R-L is brighter than that in R+L of its name, by more than noise.

    Pairs as AR404 has them, which agree, are read again where data were looked at (``--data``) and
    both files are as they were audited. Pixels of more than 5 sigma in R+L count, sigma being the
    noise off the limb; where no sky is in the image nothing is told, nor of a few pixels.

    ## Why it matters
    R+L is all flux and R-L a part of it: one of both is scaled otherwise, is of another time, or
    has what CLEAN left of a bright source. The degree of polarisation is no measurement there.

    ## Example
    ```archive
    @file ipa980509_032021.fits
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                    8
    NAXIS2  =                    8
    TELESCOP= 'radioheliograph'
    POLARIZ = 'r+l     '
    SOLR    =               952.22
    CRVAL1  =               952.22
    CRVAL2  =                 0.00
    CRPIX1  =                 4.50
    CRPIX2  =                 4.50
    CDELT1  =                40.00
    CDELT2  =                40.00
    BUNIT   = 'K       '
    @unit ddddd012ddddd210ddddd120ddddd021ddddd012ddddd210ddddd120ddddd021
    @file ips980509_032021.fits
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                    8
    NAXIS2  =                    8
    TELESCOP= 'radioheliograph'
    POLARIZ = 'r-l     '
    SOLR    =               952.22
    CRVAL1  =               952.22
    CRVAL2  =                 0.00
    CRPIX1  =                 4.50
    CRPIX2  =                 4.50
    CDELT1  =                40.00
    CDELT2  =                40.00
    BUNIT   = 'K       '
    @unit ~~~~~012~~~~~210~~~~~120~~~~~021~~~~~012~~~~~210~~~~~120~~~~~021
    ```
    Use instead:
    ```archive
    @file ipa980509_032021.fits
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                    8
    NAXIS2  =                    8
    TELESCOP= 'radioheliograph'
    POLARIZ = 'r+l     '
    SOLR    =               952.22
    CRVAL1  =               952.22
    CRVAL2  =                 0.00
    CRPIX1  =                 4.50
    CRPIX2  =                 4.50
    CDELT1  =                40.00
    CDELT2  =                40.00
    BUNIT   = 'K       '
    @unit ddddd012ddddd210ddddd120ddddd021ddddd012ddddd210ddddd120ddddd021
    @file ips980509_032021.fits
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                    8
    NAXIS2  =                    8
    TELESCOP= 'radioheliograph'
    POLARIZ = 'r-l     '
    SOLR    =               952.22
    CRVAL1  =               952.22
    CRVAL2  =                 0.00
    CRPIX1  =                 4.50
    CRPIX2  =                 4.50
    CDELT1  =                40.00
    CDELT2  =                40.00
    BUNIT   = 'K       '
    @unit AAAAA012AAAAA210AAAAA120AAAAA021AAAAA012AAAAA210AAAAA120AAAAA021
    ```
    """
    least = archive.thresholds["AR405"]["pixels"]
    sql = f"""
        WITH named AS (
            SELECT path, size, mtime_ns, lower(polarization) AS kind, frequency,
                   regexp_replace(path, '{_PAIR}', '\\1 \\3') AS moment,
                   [CAST(start_frame AS VARCHAR), CAST(end_frame AS VARCHAR), date_obs, start_time,
                    end_time, time_obs, data_shape, solar_frame, sky_position] AS facts
            FROM files WHERE regexp_full_match(path, '{_PAIR}') AND solar_frame IS NOT NULL
                AND data_digest IS NOT NULL
        )
        SELECT one.path, one.size, one.mtime_ns, two.path, two.size, two.mtime_ns
        FROM named AS one JOIN named AS two USING (moment)
        WHERE one.kind = 'r+l' AND two.kind = 'r-l'
            AND one.facts = two.facts AND one.frequency IS NOT DISTINCT FROM two.frequency
        ORDER BY two.path"""
    for row in archive.select(sql):
        total, polarised = archive.find_unchanged(*row[:3]), archive.find_unchanged(*row[3:])
        if total is None or polarised is None:
            continue
        found = measure_overpolarisation(total, polarised)
        if found is not None and found.over >= least:
            yield flag_file(
                row[3], None, count=found.over, bright=found.bright, ratio=found.ratio,
                other=row[0],
            )  # fmt: skip
