"""Descriptions of one header measured against one another."""

from __future__ import annotations

import math

import pytest

from fitslint.wcs.compare import (
    compile_celestial,
    find_image_shape,
    list_linear_forms,
    list_versions,
    measure_physical,
    measure_pixel_size,
    measure_sky_distance,
    measure_versions,
)
from tests.wcs.sky_headers import TAN, read_cards

SCALE = 5.0e-5
CD = "CD1_1   =              -5.0E-5\nCD2_2   =               5.0E-5\n"
STEPS = "CDELT1  =              -5.0E-5\nCDELT2  =               5.0E-5\n"


def test_one_form_is_itself():
    header = read_cards(TAN + CD)
    forms = list_linear_forms(header)
    assert [(form.form, form.keyword) for form in forms] == [("CDi_j", "CD1_1")]
    assert measure_pixel_size(forms[0].wcs) == pytest.approx(0.18)
    assert find_image_shape(header) == (1000, 800)


def test_equal_forms_are_at_one_place():
    turned = [
        f"PC1_1   = {math.cos(0.5):20.12f}\nPC1_2   = {math.sin(0.5):20.12f}\n"
        f"PC2_1   = {-math.sin(0.5):20.12f}\nPC2_2   = {math.cos(0.5):20.12f}\n",
        f"CROTA2  = {math.degrees(0.5):20.12f}\n",
    ]
    header = read_cards(TAN + STEPS + "".join(turned))
    pc, crota = list_linear_forms(header)
    assert (pc.form, crota.form) == ("PCi_j", "CROTAi")
    distance = measure_sky_distance(pc.wcs, crota.wcs, (1000, 800))
    assert distance is not None
    assert distance.arcsec < 1e-6


def test_a_turn_is_measured_at_the_corner():
    header = read_cards(TAN + CD + STEPS + "CROTA2  =                  1.0\n")
    cd, crota = list_linear_forms(header)
    distance = measure_sky_distance(cd.wcs, crota.wcs, (1000, 800))
    assert distance is not None
    expected = 2 * math.sin(math.radians(0.5)) * math.hypot(500, 400)
    assert distance.pixels == pytest.approx(expected, rel=1e-3)
    assert distance.arcsec == pytest.approx(expected * 0.18, rel=1e-3)
    assert distance.where in {(0.5, 0.5), (1000.5, 0.5), (1000.5, 800.5), (0.5, 800.5)}


@pytest.mark.parametrize("root", ["CD", "PC"])
def test_drafts_are_forms(root):
    steps = STEPS if root == "PC" else ""
    header = read_cards(TAN + steps + f"{root}001001= -0.5\n{root}002002= 0.5\n")
    assert [form.form for form in list_linear_forms(header)] == [f"{root}00i00j"]


def test_increments_beside_cd_are_a_form_of_their_own():
    forms = list_linear_forms(read_cards(TAN + CD + STEPS))
    assert [form.form for form in forms] == ["CDi_j", "CDELTi"]


def test_what_cannot_be_read_has_no_forms():
    assert (
        list_linear_forms(read_cards(CD + TAN.replace("                400.5", "'middle'"))) == []
    )
    assert compile_celestial(read_cards("CRVAL1  =                  1.0\n")) is None


def test_versions_of_two_systems_meet_in_icrs():
    galactic = (
        "CTYPE1A = 'GLON-TAN'\nCTYPE2A = 'GLAT-TAN'\nCRPIX1A = 500.5\nCRPIX2A = 400.5\n"
        "CRVAL1A =    198.1421284\nCRVAL2A =     52.4641178\n"
        "CD1_1A  = -5.0E-5\nCD2_2A  = 5.0E-5\n"
    )
    header = read_cards(TAN + CD + galactic)
    assert list_versions(header) == ("", "A")
    (found,) = measure_versions(header)
    # the two north poles are elsewhere: the centre agrees and the corners turn about it
    assert (found.first, found.second, found.is_named) == ("", "A", False)
    assert found.distance.where != (500.5, 400.5)
    assert found.distance.pixels < 2 * math.hypot(500, 400) + 1


def test_physical_pixels_of_two_conventions():
    physical = (
        "CTYPE1P = 'PHYSICAL'\nCTYPE2P = 'PHYSICAL'\nCRVAL1P = 201.0\nCRVAL2P = 161.0\n"
        "CRPIX1P = 0.5\nCRPIX2P = 0.5\nCDELT1P = 2.0\nCDELT2P = 2.0\n"
    )
    ltm = "LTM1_1  = 0.5\nLTM2_2  = 0.5\nLTV1    = -100.0\nLTV2    = {}\n"
    same = measure_physical(read_cards(physical + ltm.format(-80.0)))
    moved = measure_physical(read_cards(physical + ltm.format(-70.0)))
    assert same is not None and moved is not None
    assert same.pixels < 1e-9
    assert moved.pixels == pytest.approx(20.0)
    assert measure_physical(read_cards(TAN + CD)) is None
