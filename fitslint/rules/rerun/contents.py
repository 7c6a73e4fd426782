"""What tables and images of a rerun hold."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.rerun.tree import RerunTree, flag_path

_ARCHIVES = ("jointcal_wcs", "jointcal_photoCalib", "fcr", "CALEXP")


@rule(
    "HS121",
    "diagnostics-of-another-solution",
    clause="hscPipe, mosaicking",
    level="project",
    summary_ja="診断の表が解のファイルと異なる、または CCD が設計の位置から大きくずれている",
    message={
        "visit": "terms of visit {visit} are not those of {name}: {told} and {wanted}",
        "chip": "the place of ccd {ccd} is not that of {name}: {told} and {wanted}",
        "yaw": "ccd {ccd} is turned by {told:.3f} degrees against the camera",
        "shift": "ccd {ccd} lies {told:.1f} pixels from where the camera has it",
        "catalogue": "{keyword} is {told}, and {wanted} in {name}",
        "scatter": "measurements do not scatter by {wanted:.6g} mas an axis, as {name} has it",
        "places": "stars are {offset:.1f} mas from where {name} and its like put them",
        "magnitudes": "stars are {offset:.3f} mag from what {name} and its like make of them",
        "unread": "line {line} is no line of such a table",
    },
)
def diagnostics_of_another_solution(tree: RerunTree) -> Iterator[Flag]:
    """Tables of diagnostics are not of the solution that is there, or move a CCD too far.

    ``coeffs.dat``, ``ccd.dat`` and ``catalog.fits`` are compared with the files of the solution
    of their tract: terms, places of CCDs and the scatter of measurements to 1e-6 of a number,
    stars with the sources of some CCDs, of which the median may be 10 mas over the scatter and
    0.02 mag away. A CCD may lie 30 pixels and 0.1 degrees from its place.

    ## Why it matters
    Who judges a solution by pictures and tables of an older one judges the wrong one.

    ## Example
    ```archive
    @file mosaic_diag/0/ccd.dat
    @only # chip u v yaw\\n50 1000.0 2000.0 0.01\\n
    ```
    Use instead:
    ```archive
    @file mosaic_diag/0/ccd.dat
    @only # chip u v yaw\\n
    ```
    """
    for path, fault in tree.list_table_faults():
        yield flag_path(path, fault.message, **fault.params)


@rule(
    "HS126",
    "archive-entry-dangles",
    clause="LSST afw, archives",
    level="must",
    summary_ja="ARCHIVE_INDEX の行が、存在しない表または行を指している",
    message={
        "": "object {number} ({name}) lies in table {table} of the archive, which has {tables}",
        "rows": "object {number} ({name}) takes rows {first} to {last} of a table of {rows}",
        "twice": "two objects of the archive have the number {number} in one table",
        "id": "{name} refers to object {number}, which the archive does not have",
    },
)
def archive_entry_dangles(tree: RerunTree) -> Iterator[Flag]:
    r"""The index of an archive leads to tables, rows or objects that are not there.

    ## Why it matters
    PSF, coordinates and flux scale are looked up there. LSST's software fails when it reads the
    file, or takes what belongs to another object.

    ## Example
    ```archive
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    @hdu bintable
    NAXIS1  =                   20
    NAXIS2  =                    1
    TFIELDS =                    5
    TTYPE1  = 'id      '
    TFORM1  = '1J      '
    TTYPE2  = 'cat.archive'
    TFORM2  = '1J      '
    TTYPE3  = 'row0    '
    TFORM3  = '1J      '
    TTYPE4  = 'nrows   '
    TFORM4  = '1J      '
    TTYPE5  = 'name    '
    TFORM5  = '4A      '
    EXTTYPE = 'ARCHIVE_INDEX'
    AR_NCAT =                    1
    @unit \x00\x00\x00\x01\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x01PSF
    @pad \x20
    ```
    Use instead:
    ```archive
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    @hdu bintable
    EXTTYPE = 'ARCHIVE_INDEX'
    AR_NCAT =                    1
    ```
    """
    yield from _flag_data(tree, _ARCHIVES, "HS126")


@rule(
    "HS127",
    "catalogue-values-impossible",
    clause="meas_mosaic, calibrateCatalog",
    level="must",
    summary_ja="CALSRC の等級の誤差または mosaic_corr の値があり得ない",
    message={
        "errors": "half of the errors in {column} are over {value:.3g}, and it is to be in "
        "magnitudes: they look like counts",
        "constant": "mosaic_corr is {value:.6g} in all {rows} rows: no surface is applied",
        "negative": "{column} is not positive in {count} of {rows} rows",
    },
)
def catalogue_values_impossible(tree: RerunTree) -> Iterator[Flag]:
    r"""Values of a calibrated catalogue cannot be what their columns say.

    ## Why it matters
    meas_mosaic of 2019 leaves errors of magnitudes as counts. A factor that is one number for all
    of a CCD, or negative, is no surface of a joint solution.

    ## Example
    ```archive
    @file 01378/HSC-I/output/0000/CALSRC-0020878-050.fits
    @hdu bintable
    NAXIS1  =                    8
    NAXIS2  =                    1
    TFIELDS =                    1
    TTYPE1  = 'mosaic_corr'
    TFORM1  = '1D      '
    @unit \xbf\xf0\x00\x00\x00\x00\x00\x00
    ```
    Use instead:
    ```archive
    @file 01378/HSC-I/output/0000/CALSRC-0020878-050.fits
    @hdu bintable
    NAXIS1  =                    8
    NAXIS2  =                    1
    TFIELDS =                    1
    TTYPE1  = 'mosaic_corr'
    TFORM1  = '1D      '
    @unit \x3f\xf0\x00\x00\x00\x00\x00\x00
    ```
    """
    yield from _flag_data(tree, ("CALSRC",), "HS127")


@rule(
    "HS129",
    "variance-not-positive",
    clause="LSST afw, masked images",
    level="must",
    summary_ja="マスクされていないピクセルの分散が正でない",
    message="{count} pixels that no bit of the mask marks have a variance that is not positive",
)
def variance_not_positive(tree: RerunTree) -> Iterator[Flag]:
    r"""The variance of pixels that are not masked is zero or negative.

    Images of CORR and CALEXP are looked at with `--data`.

    ## Why it matters
    Pixels are weighed by one over their variance: such a pixel decides a coadd alone, or takes
    others away from it.

    ## Example
    ```archive
    @file 01378/HSC-I/corr/CORR-0020878-050.fits
    @hdu image
    BITPIX  =                   16
    NAXIS   =                    2
    NAXIS1  =                    1
    NAXIS2  =                    1
    EXTNAME = 'MASK    '
    MP_BAD  =                    0
    @hdu image
    BITPIX  =                   16
    NAXIS   =                    2
    NAXIS1  =                    1
    NAXIS2  =                    1
    EXTNAME = 'VARIANCE'
    @unit \xff\xff
    ```
    Use instead:
    ```archive
    @file 01378/HSC-I/corr/CORR-0020878-050.fits
    @hdu image
    BITPIX  =                   16
    NAXIS   =                    2
    NAXIS1  =                    1
    NAXIS2  =                    1
    EXTNAME = 'MASK    '
    MP_BAD  =                    0
    @hdu image
    BITPIX  =                   16
    NAXIS   =                    2
    NAXIS1  =                    1
    NAXIS2  =                    1
    EXTNAME = 'VARIANCE'
    @unit \x00\x01
    ```
    """
    yield from _flag_data(tree, ("CORR", "CALEXP"), "HS129")


def _flag_data(tree: RerunTree, kinds: tuple[str, ...], code: str) -> Iterator[Flag]:
    for file in tree.list_kind(*kinds):
        if not file.damage:
            for fault in tree.list_data_faults(file, code):
                yield flag_path(file.path, fault.message, **fault.params)
