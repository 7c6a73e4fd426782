"""Coordinates that columns of a table have, against WCSLIB (through astropy)."""

import warnings

import pytest
from astropy.io import fits
from astropy.wcs import WCS

from fitslint.source.files import read_bytes
from fitslint.wcs.summary import name_description, summarize_header
from fitslint.wcs.table_columns import list_column_coordinates
from fitslint.wcs.wcs import Wcs

PIXELS = [(1.0, 1.0), (10.5, 3.25), (40.0, 60.0)]
LIST = {
    "TTYPE1": "TIME", "TFORM1": "1D", "TTYPE2": "X", "TFORM2": "1E", "TTYPE3": "Y",
    "TFORM3": "1E", "TLMIN2": 0.5, "TLMAX2": 64.5, "TLMIN3": 1, "TLMAX3": 48,
    "TCTYP1": "UTC", "TCRVL1": 5.0,
    "TCTYP2": "RA---SIN", "TCTYP3": "DEC--SIN", "TCRPX2": 32.5, "TCRPX3": 24.5,
    "TCRVL2": 150.25, "TCRVL3": 34.5, "TCDLT2": -0.02, "TCDLT3": 0.02,
}  # fmt: skip
TURNED = {"TP2_2": 0.8, "TP2_3": -0.6, "TP3_2": 0.6, "TP3_3": 0.8, "LONP2": 170.0}
LONG = {"TPC2_2": 0.8, "TPC2_3": -0.6, "TPC3_2": 0.6, "TPC3_3": 0.8, "RADE2": "FK5"}
SLANTED = {"TPV3_1": 0.1, "TV3_2": -0.05, "EQUI3": 1975.0}
CELL = {
    "TTYPE1": "IMG", "TFORM1": "3072E", "TDIM1": "(64,48)", "TTYPE2": "N", "TFORM2": "1J",
    "WCAX1": 2, "1CTYP1": "GLON-ZEA", "2CTYP1": "GLAT-ZEA", "1CRPX1": 32.5, "2CRPX1": 24.5,
    "1CRVL1": 120.0, "2CRVL1": -30.0, "11CD1": -0.01, "12CD1": 0.003, "21CD1": 0.002,
    "22CD1": 0.011, "LONP1": 175.0, "1CUNI1": "deg", "2CUNI1": "deg",
}  # fmt: skip


def write(cards):
    width = {"1D": 8, "1E": 4, "1J": 4, "3072E": 12288}
    row = sum(width[value] for name, value in cards.items() if name.startswith("TFORM"))
    header = fits.Header([
        ("XTENSION", "BINTABLE"), ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", row), ("NAXIS2", 0),
        ("PCOUNT", 0), ("GCOUNT", 1), ("TFIELDS", sum(name.startswith("TFORM") for name in cards)),
        *cards.items(),
    ])  # fmt: skip
    primary = fits.Header([("SIMPLE", True), ("BITPIX", 8), ("NAXIS", 0), ("EXTEND", True)])
    return primary.tostring().encode() + header.tostring().encode(), header


def read(data):
    return read_bytes(data, "a.fits").hdus[1].header


@pytest.mark.parametrize("more", [{}, TURNED, LONG, SLANTED], ids=["plain", "TP", "TPC", "TPV"])
def test_a_list_of_pixels(more):
    data, header = write(LIST | more)
    (told,) = list_column_coordinates(read(data))
    assert (told.columns, told.version, told.shape) == ((2, 3), "", (64, 48))
    wcs = Wcs.from_header(told.values)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = WCS(header, keysel=["pixel"], colsel=[2, 3])
    for pixel in PIXELS:
        assert wcs.pixel_to_world(*pixel) == pytest.approx(
            tuple(map(float, other.wcs_pix2world([pixel], 1)[0])), abs=1e-9
        )


def test_an_image_in_a_cell():
    data, header = write(CELL)
    (told,) = list_column_coordinates(read(data))
    assert (told.columns, told.shape) == ((1,), (64, 48))
    wcs = Wcs.from_header(told.values)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = WCS(header, keysel=["binary", "image"])
    for pixel in PIXELS:
        assert wcs.pixel_to_world(*pixel) == pytest.approx(
            tuple(map(float, other.wcs_pix2world([pixel], 1)[0])), abs=1e-9
        )


def test_the_summary_names_the_columns():
    summary = summarize_header(read(write(LIST)[0]))
    assert [name_description(one) for one in summary.descriptions] == ["columns X, Y"]
    assert summary.descriptions[0].centre == pytest.approx((150.25, 34.5))
    summary = summarize_header(read(write(CELL)[0]))
    assert [name_description(one) for one in summary.descriptions] == ["column IMG"]
    assert summary.descriptions[0].form == "CDi_j"


def test_a_version_and_a_frame_of_its_own():
    second = {
        "TCTY2A": "GLON-TAN", "TCTY3A": "GLAT-TAN", "TCRV2A": 10.0, "TCRV3A": 5.0, "TCRP2A": 1.0,
        "TCRP3A": 1.0, "TCDE2A": -0.1, "TCDE3A": 0.1,
    }  # fmt: skip
    header = read(write(LIST | second | {"RADESYS": "FK4", "RADE3A": "ICRS"})[0])
    first, other = list_column_coordinates(header)
    assert (first.version, other.version) == ("", "A")
    assert Wcs.from_header(first.values).frame == ("FK4", 1950.0)
    assert Wcs.from_header(other.values, "A").pixel_to_world(1, 1) == pytest.approx((10.0, 5.0))


@pytest.mark.parametrize(
    "cards",
    [
        {"TCTYP3": "DEC--TAN"}, {"TCTYP3": 5}, {"TCRPX2": "x"}, {"TLMAX2": 1e300, "TLMIN2": 0.5},
        {"TCDLT2": 0.0}, {"TCTYP2": "RA---XYZ", "TCTYP3": "DEC--XYZ"}, {"TLMIN2": "a"},
    ],
)  # fmt: skip
def test_faulty_cards_are_no_error(cards):
    summary = summarize_header(read(write(LIST | cards)[0]))
    for description in summary.descriptions if summary else ():
        assert description.wcs is None or description.shape in (None, (64, 48))
        assert bool(description.reason) == (description.wcs is None)
