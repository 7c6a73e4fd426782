"""Reference pixels off by half: told where something else in the header describes the image."""

import math

import pytest

from fitslint.engine.plain_linter import PlainLinter, RuleGuard
from fitslint.rules.registry import load_fits_rules
from fitslint.source.files import read_bytes
from tests.sky.__main__ import judge_bytes
from tests.sky.geometry import place_pixel

SIZE = 512
STEP = 0.2 / 3600


def write(**values) -> bytes:
    """A header of a square image whose reference pixel is its centre; None leaves a card out."""
    cards = {
        "SIMPLE": True, "BITPIX": -32, "NAXIS": 2, "NAXIS1": SIZE, "NAXIS2": SIZE,
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0,
        "CRPIX1": 256.5, "CRPIX2": 256.5, "CDELT1": -STEP, "CDELT2": STEP,
    } | values  # fmt: skip
    lines = []
    for name, value in cards.items():
        if value is None:
            continue
        is_text = isinstance(value, str)
        text = (
            f"'{value:8}'".ljust(20)
            if is_text
            else f"{'T' if value is True else repr(value).upper():>20}"
        )
        lines.append(f"{name:8}= {text}".ljust(80))
    return ("".join(lines) + "END".ljust(80)).encode().ljust(2880)


def found(raw: bytes) -> list[str]:
    """The texts of the rule on reference pixels."""
    return [one.message for one in judge_bytes(raw).findings if one.code == "WC213"]


@pytest.mark.parametrize("extent", [64.0, 100.0, 256.0, 300.0])
def test_old_maps_of_lenstool(extent):
    old, new = extent / SIZE / 3600, extent / (SIZE - 1) / 3600
    told = {"ORIGIN": "JPK-SOFT", "CRPIX1": 256.0, "CRPIX2": 256.0}
    [message] = found(write(**told, CDELT1=-old, CDELT2=old))
    assert f"{extent:g} arcsec wide" in message
    assert found(write(**told, CDELT1=-new, CDELT2=new)) == []
    assert found(write(ORIGIN="NOAO", CDELT1=-old, CDELT2=old)) == []


@pytest.mark.parametrize(("shift", "told"), [(0.0, 0), (0.5, 1), (-1.0, 1), (0.3, 0), (2.0, 0)])
def test_the_centre_that_a_header_states(shift, told):
    middle = (256.5, 256.5)
    ra, dec = place_pixel(
        (middle[0] + shift, middle[1] + shift), middle, (-STEP, 0.0, 0.0, STEP), (150.0, 2.0)
    )
    assert len(found(write(CENTRA=round(ra, 7), CENTDEC=round(dec, 7)))) == told
    # digits that leave a pixel open say nothing
    assert found(write(CENTRA=round(ra, 3), CENTDEC=round(dec, 3))) == []
    assert math.isclose(ra, 150.0, abs_tol=0.01)


@pytest.mark.parametrize(("shift", "told"), [(-1.0, True), (1.0, True), (-0.5, False)])
def test_a_middle_that_is_off_by_one_is_told_by_both_linters(shift, told):
    raw = write(CRPIX1=256.5 + shift, CRPIX2=256.5 + shift)
    codes = set()
    plain = PlainLinter((load_fits_rules()["WC203"],), RuleGuard())
    plain.lint(read_bytes(raw, "x.fits").hdus[0].header, lambda rule, *_: codes.add(rule.code))
    assert ("WC203" in codes) == told
    assert any(one.code == "WC203" for one in judge_bytes(raw).findings) == told


@pytest.mark.parametrize(
    ("comment", "shift", "is_told"),
    [("image center in degrees", 0.5, True), ("RA of the centre of the image", -1.0, True),
     ("image center in degrees", 0.0, False), ("image center in degrees", 0.3, False),
     ("[deg] RA of map centre", 0.5, False), ("field center", 0.5, False),
     ("[deg] RA of pointing center", 0.5, False), ("telescope", 0.5, False)],
)  # fmt: skip
def test_a_comment_says_that_a_position_is_that_of_the_middle(comment, shift, is_told):
    place = {"CRVAL1": 150.1234567, "CRVAL2": 2.1234567, "RA": 150.1234567, "DEC": 2.1234567}
    raw = write(CRPIX1=256.5 + shift, CRPIX2=256.5 + shift, **place)
    at = raw.index(b"RA      =")
    raw = raw[: at + 30] + f" / {comment}".encode().ljust(50) + raw[at + 80 :]
    assert bool(found(raw)) == is_told
