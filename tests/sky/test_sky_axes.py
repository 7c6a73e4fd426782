"""Faults of a sky that is not on axes 1 and 2, in this order, or whose CRVALi are absent."""

import pytest

from tests.sky.__main__ import judge_bytes
from tests.sky.geometry import turn_matrix
from tests.sky.test_sky_reference_pixel import STEP, write

MEASURED = ("WC201", "WC202", "WC203", "WC204", "WC206", "WC207", "WC212", "WC213")
REGION = "POLYGON ICRS 150.015 1.985 149.985 1.985 149.985 2.015 150.015 2.015"
ORDERS = {
    # the axes of right ascension and declination, from 1, and the number of axes
    "cube of the sky first": (1, 2, 3), "spectrum first": (2, 3, 3), "declination first": (2, 1, 2),
    "spectrum between": (1, 3, 3), "two before": (3, 4, 4),
}  # fmt: skip


def make_cube(order, angle=20.0, turned="", **cards):
    """A square image of 512 pixels on the sky and 16 channels; None leaves a card out."""
    ra, dec, axes = ORDERS[order]
    header = {"NAXIS": axes, "CDELT1": None, "CDELT2": None}
    for axis in range(1, axes + 1):
        is_sky = axis in (ra, dec)
        header |= {
            f"NAXIS{axis}": 512 if is_sky else 16, f"CRPIX{axis}": 256.5 if is_sky else 1.0,
            f"CTYPE{axis}": ("FREQ", "STOKES")[axis % 2], f"CRVAL{axis}": 1.0,
        }  # fmt: skip
        if not is_sky:
            header[f"CD{axis}_{axis}"] = 1.0
    header |= {f"CTYPE{ra}": "RA---TAN", f"CTYPE{dec}": "DEC--TAN"}
    header |= {f"CRVAL{ra}": 150.0, f"CRVAL{dec}": 2.0}
    # east is to the left where the first of the two is the axis of the first row
    matrix = turn_matrix(STEP, angle, -1)
    columns = sorted((ra, dec))
    for number, value in enumerate(matrix):
        name = f"CD{(ra, dec)[number // 2]}_{columns[number % 2]}"
        header[name] = -value if name == turned else value
    header |= {name.format(ra=ra, dec=dec): value for name, value in cards.items()}
    return write(**header)


def list_codes(data):
    return {one.code for one in judge_bytes(data).findings} & set(MEASURED)


GOOD = {
    "RA": 150.003, "DEC": 2.001, "PIXSCALE": STEP * 3600, "CENTRA": 150.0, "CENTDEC": 2.0,
    "S_REGION": REGION,
}  # fmt: skip
FAULTS = {
    "WC206": {"CRVAL{ra}": 10.0}, "WC207": {"CRVAL{dec}": 2.5},
}  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
def test_a_good_header_has_no_finding(order):
    assert list_codes(make_cube(order, angle=0.0, **GOOD)) == set()


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("code", FAULTS)
def test_a_position_elsewhere(order, code):
    assert code in list_codes(make_cube(order, angle=0.0, **GOOD | FAULTS[code]))


@pytest.mark.parametrize("order", ORDERS)
def test_the_scale(order):
    data = make_cube(order, **{"PIXSCALE": STEP * 3600 * 15})
    assert list_codes(data) == {"WC201"}


@pytest.mark.parametrize("order", ORDERS)
def test_one_sign(order):
    ra, dec, _ = ORDERS[order]
    name = f"CD{ra}_{max(ra, dec)}"
    found = [one for one in judge_bytes(make_cube(order, turned=name)).findings
             if one.code == "WC202"]  # fmt: skip
    assert f"with the other sign of {name}" in found[0].message
    assert list_codes(make_cube(order)) == set()


@pytest.mark.parametrize("order", ORDERS)
def test_the_side_of_an_instrument(order):
    """Its own side has no finding, the other one has."""
    ra, dec, _ = ORDERS[order]
    mirror = f"CD{ra}_{min(ra, dec)}"
    found = [list_codes(make_cube(order, 0.0, name, INSTRUME="ACS")) for name in ("", mirror)]
    assert found == [set(), {"WC212"}]


@pytest.mark.parametrize("order", ORDERS)
def test_exchanged_reference_pixels(order):
    first, second = sorted(ORDERS[order][:2])
    sides = {f"NAXIS{first}": 1024, f"NAXIS{second}": 2048}
    right = {f"CRPIX{first}": 512.5, f"CRPIX{second}": 1024.5}
    wrong = {f"CRPIX{first}": 1024.5, f"CRPIX{second}": 512.5}
    assert list_codes(make_cube(order, **sides | right)) == set()
    [found] = [one for one in judge_bytes(make_cube(order, **sides | wrong)).findings
               if one.code == "WC203"]  # fmt: skip
    assert found.message.startswith(f"CRPIX{first} = 1024.5, CRPIX{second} = 512.5 is the centre")


@pytest.mark.parametrize("name", ["CRVAL1", "CRVAL2", "CRPIX1"])
def test_an_absent_reference_point_is_zero(name):
    """So every program has it, and the position that the header states is elsewhere."""
    assert list_codes(write(RA=150.003, DEC=20.001, CRVAL2=20.0)) == set()
    found = list_codes(write(**{"RA": 150.003, "DEC": 20.001, "CRVAL2": 20.0, name: None}))
    assert found == ({"WC206"} if name.startswith("CRVAL") else set())


def list_all_codes(data):
    return {one.code for one in judge_bytes(data).findings}


@pytest.mark.parametrize("order", ORDERS)
def test_two_forms_are_compared_on_every_pair_of_axes(order):
    steps = {"CDELT1": 1.0, "CDELT2": 1.0, "CDELT{ra}": -STEP, "CDELT{dec}": STEP}
    good = make_cube(order, **steps, **{"CROTA{dec}": -20.0})
    wrong = make_cube(order, **steps, **{"CROTA{dec}": 50.0})
    if order != "declination first":  # whose angle is that of an image seen from behind
        assert "WC208" not in list_all_codes(good)
    assert "WC208" in list_all_codes(wrong)


@pytest.mark.parametrize("order", ORDERS)
def test_two_versions_are_compared_on_every_pair_of_axes(order):
    ra, dec, axes = ORDERS[order]
    second = {
        f"{root}{axis}A": value
        for axis in (ra, dec)
        for root, value in (
            ("CTYPE", "RA---TAN" if axis == ra else "DEC--TAN"), ("CRPIX", 256.5),
            ("CRVAL", 150.0 if axis == ra else 2.0),
        )
    }  # fmt: skip
    columns = sorted((ra, dec))
    for number, value in enumerate(turn_matrix(STEP, 20.0, -1)):
        second[f"CD{(ra, dec)[number // 2]}_{columns[number % 2]}A"] = value
    for axis in {1, 2, 3, 4}.intersection(range(1, axes + 1)) - {ra, dec}:
        second |= {f"CTYPE{axis}A": ("FREQ", "STOKES")[axis % 2], f"CD{axis}_{axis}A": 1.0,
                   f"CRVAL{axis}A": 1.0}  # fmt: skip
    assert "WC209" not in list_all_codes(make_cube(order, **second))
    assert "WC209" in list_all_codes(make_cube(order, **second | {f"CRVAL{dec}A": 2.01}))


@pytest.mark.parametrize("named", ["CTYPE", "CRVAL"])
def test_physical_pixels_need_no_type(named):
    cards = {"LTV1": 50.0, "LTV2": -19.5, "LTM1_1": 1.0, "LTM2_2": 1.0}
    cards |= {f"{root}{axis}P": value for axis, offset in ((1, 10.0), (2, 20.0)) for root, value in
              (("CRVAL", offset), ("CRPIX", 0.5), ("CDELT", 1.0))}  # fmt: skip
    if named == "CTYPE":
        cards |= {"CTYPE1P": "x", "CTYPE2P": "y"}
    assert "WC210" in list_all_codes(make_cube("cube of the sky first", **cards))
    good = {**cards, "LTV1": -9.5}
    assert "WC210" not in list_all_codes(make_cube("cube of the sky first", **good))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("factor", "ra", "told"), [
    (1.0, 150.0, ""), (-1.0, 150.0, "mirror"), (3600.0, 150.0, "arcsec"), (1.0, 10.0, "10.0"),
])  # fmt: skip
def test_the_images_of_a_mosaic_may_have_their_sky_on_any_axes(order, factor, ra, told):
    step = STEP / 10  # of ACS
    first, second, _ = ORDERS[order]
    cards = {f"CD{first}_{sorted((first, second))[0]}": 0.0}
    columns = sorted((first, second))
    for number, value in enumerate(turn_matrix(step, 20.0, -1)):
        row = (first, second)[number // 2]
        cards[f"CD{row}_{columns[number % 2]}"] = value * (factor if row == first else abs(factor))
    image = make_cube(order, **cards)
    lines = [image[at : at + 80] for at in range(80, image.index(b"END     "), 80)]
    extension = b"".join([
        b"XTENSION= 'IMAGE   '".ljust(80), *lines, b"PCOUNT  =                    0".ljust(80),
        b"GCOUNT  =                    1".ljust(80), b"END".ljust(80),
    ])  # fmt: skip
    primary = b"".join(line.ljust(80) for line in (
        b"SIMPLE  =                    T", b"BITPIX  =                    8",
        b"NAXIS   =                    0", b"EXTEND  =                    T",
        b"INSTRUME= 'ACS     '", f"RA      = {ra:>20}".encode(), b"DEC     =                  2.0",
        b"END",
    ))  # fmt: skip
    whole = primary.ljust(2880) + extension.ljust(-(-len(extension) // 2880) * 2880)
    found = [one for one in judge_bytes(whole).findings if one.code == "WC214"]
    assert bool(found) == bool(told)
    if told == "mirror":
        assert "seen in a mirror" in found[0].message


def make_steps(order, parity):
    """A cube whose increments have one sign each, of east to the left where the first is -1.

    ``parity`` is the sign of the determinant of its matrix; increments of the axes in their order
    are negative and positive.
    """
    first, second = sorted(ORDERS[order][:2])
    cards = {"CDELT1": 1.0, "CDELT2": 1.0, f"CDELT{first}": -STEP, f"CDELT{second}": STEP}
    for axis, value in ((first, -STEP), (second, STEP * parity)):
        cards[f"CD{axis}_{axis}"] = value
    cards |= {f"CD{first}_{second}": 0.0, f"CD{second}_{first}": 0.0}
    return make_cube(order, angle=0.0, **cards)


@pytest.mark.parametrize("order", ORDERS)
def test_increments_of_another_sign_than_the_matrix(order):
    found = [one for one in judge_bytes(make_steps(order, -1)).findings if one.code == "WC205"]
    assert "WC205" not in list_all_codes(make_steps(order, 1))
    first, second = sorted(ORDERS[order][:2])
    sides = "right", "left"
    if order != "declination first":
        sides = sides[::-1]
    [message] = [one.message for one in found]
    assert message.startswith(f"CDELT{first} = ")
    assert f" beside CDELT{second} = " in message
    assert f"east to the {sides[0]}, and by CDi_j east is to the {sides[1]}" in message
