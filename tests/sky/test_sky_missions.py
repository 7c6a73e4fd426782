"""What the name of an observatory and the steps of an archive tell of equinox and parity."""

import pytest

from tests.sky.__main__ import judge_bytes
from tests.sky.test_sky_evidence import list_found
from tests.sky.test_sky_reference_pixel import write

OLD = {"EQUINOX": 1950.0}
MIRROR = {"CDELT1": 5e-5, "CDELT2": 5e-5}


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ({"TELESCOP": "WISE", **OLD}, "beside TELESCOP = WISE"),
        ({"TELESCOP": "WISE", **OLD, "RADESYS": "FK4"}, None),
        ({"TELESCOP": "WISE", "EQUINOX": 2000.0}, None),
        ({"TELESCOP": "VLA", **OLD, "RADESYS": "FK4"}, None),
        ({"TELESCOP": "VLA", **OLD}, None),
        ({"MJD-OBS": 55000.5, **OLD}, "beside MJD-OBS = 55000.5"),
        ({"MJD-OBS": 45000.5, **OLD}, None),
        ({**OLD, "RADESYS": "FK4", "INSTRUME": "WFCAM", "DATE-OBS": "2010-01-01T00:00:00"}, None),
    ],
)
def test_an_equinox_that_an_observatory_never_had(cards, said):
    found = list_found("WC119", **cards)
    assert found == [] if said is None else said in found[0]


def test_an_equinox_of_an_infrared_camera():
    cards = {"CTYPE1": "RA---ZPN", "CTYPE2": "DEC--ZPN", "PV2_1": 1.0, "PV2_3": 42.0}
    cards |= {"RADESYS": "FK4", "DATE-OBS": "2010-01-01T00:00:00", **OLD}
    assert list_found("WC119", **cards) == []
    assert len(list_found("WC119", **cards, INSTRUME="WFCAM")) == 1


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ({"TELESCOP": "WISE"}, "WISE has east to the left"),
        ({"TELESCOP": "GALEX", "INSTRUME": "unknown"}, "GALEX has east to the left"),
        ({"TELESCOP": "LSST"}, None),
        ({"TELESCOP": "unknown"}, None),
        ({"PXSCAL1": -1.2, "PXSCAL2": 1.2}, "PXSCAL1 < 0 < PXSCAL2"),
        ({"PXSCAL1": 1.2, "PXSCAL2": 1.2}, None),
        ({"PXSCAL1": -1.2}, None),
    ],
)
def test_an_image_in_a_mirror(cards, said):
    found = list_found("WC212", **cards, **MIRROR)
    assert found == [] if said is None else said in found[0]
    assert list_found("WC212", **cards) == []


@pytest.mark.parametrize("comment", ["[h] Base (tel) RA", "RA in hours", "RA (hr)"])
def test_hours_that_are_those_of_the_reference_point(comment):
    """A right ascension in hours that is CRVAL1 as a number does not make CRVAL1 right."""
    raw = write(CRVAL1=10.0, CRVAL2=2.0, RABASE=10.0, DECBASE=2.0)
    at = raw.index(b"RABASE  ")
    raw = raw[: at + 30] + f" / {comment}".encode().ljust(50) + raw[at + 80 :]
    told = [one.message for one in judge_bytes(raw).findings if one.code == "WC206"]
    assert len(told) == 1 and "is in hours" in told[0]


@pytest.mark.parametrize("cards", [{"INSTRUME": "DECam"}, {"CCDNUM": 5}, {"DET-ID": 3}])
def test_a_reference_pixel_of_a_mosaic_that_is_near_another_centre_by_chance(cards):
    chip = {"NAXIS1": 2048, "NAXIS2": 4096, "CRPIX1": 2010.0, "CRPIX2": 1060.0}
    assert len(list_found("WC203", **chip)) == 1
    assert list_found("WC203", **chip, **cards) == []
    # exactly at it is no chance
    assert len(list_found("WC203", **chip | {"CRPIX1": 2048.5, "CRPIX2": 1024.5}, **cards)) == 1


@pytest.mark.parametrize(
    ("origin", "section", "is_told"),
    [((-5356.2, 4550.7), "[6279:4232,14317:9706]", False),
     ((4550.7, -5356.2), "[6279:4232,14317:9706]", True),
     ((4550.7, -5356.2), "[6279:4232,14317:9706", False),
     ((2306.5, 1024.5), "[12633:10586,14317:9706]", False),
     ((1024.5, 2306.5), "[6279:4232,14317:9706]", False),
     ((-2000.0, -9000.0), "[6279:4232,14317:9706]", False)],
)  # fmt: skip
def test_the_place_of_a_detector_in_its_mosaic(origin, section, is_told):
    """The first is a detector of MegaCam at the CFHT, and the numbers are its own."""
    cards = {"NAXIS1": 2048, "NAXIS2": 4612, "CRPIX1": origin[0], "CRPIX2": origin[1]}
    cards |= {"DETSIZE": "[1:23219,1:19354]", "DETSEC": section}
    found = list_found("WC203", **cards)
    assert (len(found) == 1 and "middle of the mosaic" in found[0]) == is_told
    assert is_told or "middle of the mosaic" not in "".join(found)


def test_the_place_of_a_detector_of_decam():
    """N19, the numbers of a frame of the Dark Energy Survey."""
    cards = {"NAXIS1": 2048, "NAXIS2": 4096, "DETSIZE": "[1:29400,1:29050]"}
    cards["DETSEC"] = "[18433:20480,22528:26623]"
    assert list_found("WC203", **cards, CRPIX1=-4617.70016427, CRPIX2=-8609.62886415) == []
    [message] = list_found("WC203", **cards, CRPIX1=-8609.62886415, CRPIX2=-4617.70016427)
    assert "and 1070 with the two exchanged" in message


@pytest.mark.parametrize(("scale", "level"), [(1.2, "info"), (7.2, "warning")])
def test_a_stack_of_larger_pixels_is_worth_a_word(scale, level):
    cards = {"INSTRUME": "SuprimeCam", "BIN-FCT1": 1, "BIN-FCT2": 1}
    found = judge_bytes(write(**cards, CDELT1=-scale / 3600, CDELT2=scale / 3600)).findings
    assert [one.severity for one in found if one.code == "WC201"] == [level]
