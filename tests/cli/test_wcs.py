"""``fitslint wcs`` as a process."""

import gzip
import json
import math
import subprocess
import sys

import jsonschema
import pytest

from tests.cli.tool import environment, run, run_anew

COORDINATES = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.25, "CRVAL2": 34.5, "CRPIX1": 32.5,
    "CRPIX2": 24.5, "CUNIT1": "deg", "CUNIT2": "deg", "RADESYS": "ICRS",
}  # fmt: skip
STRAIGHT = {"CD1_1": -0.02, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 0.02}
PC = {
    "CDELT1": -0.02, "CDELT2": 0.02, "PC1_1": math.sqrt(0.75), "PC1_2": 0.5, "PC2_1": -0.5,
    "PC2_2": math.sqrt(0.75),
}  # fmt: skip


def card(keyword, value):
    text = f"'{value:<8}'" if isinstance(value, str) and value != "T" else f"{value:>20}"
    return f"{keyword:<8}= {text}".ljust(80)


def header(cards, axes=(64, 48)):
    sizes = {f"NAXIS{axis}": size for axis, size in enumerate(axes, 1)}
    first = {"SIMPLE": "T", "BITPIX": 8, "NAXIS": len(axes), **sizes}
    text = "".join(card(*item) for item in {**first, **cards}.items())
    text += "END".ljust(80)
    return text.ljust(-(-len(text) // 2880) * 2880)


def fits(cards, axes=(64, 48)):
    data = math.prod(axes)
    return header(cards, axes).encode("latin-1") + bytes(-(-data // 2880) * 2880)


@pytest.fixture
def folder(tmp_path):
    """An image whose two ways to tell a rotation differ, and one of which all agree."""
    (tmp_path / "bad.fits").write_bytes(fits({**COORDINATES, **PC, "CROTA2": 10.0}))
    (tmp_path / "good.fits").write_bytes(fits({**COORDINATES, **STRAIGHT}))
    return tmp_path


def wcs(*arguments, **options):
    done = run("wcs", *arguments, **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def read_json(*arguments, root, **options):
    code, out, err = wcs(*arguments, "--output", "json", **options)
    assert err == ""
    answer = json.loads(out)
    jsonschema.validate(answer, json.loads((root / "schemas/wcs-1.0.0.json").read_text()))
    return code, answer


def test_the_table_of_a_good_image(folder):
    code, out, err = wcs("good.fits", cwd=folder)
    assert (code, err) == (0, "")
    rows = {line[:20].strip(): line[20:].strip() for line in out.splitlines()[1:]}
    assert out.startswith("good.fits: HDU 1, 64 x 48 pixels\n")
    assert rows["form"] == "CDi_j"
    assert rows["axes"] == "RA---TAN DEC--TAN"
    assert rows["frame"] == "ICRS"
    assert rows["centre"] == "150.2500000, 34.5000000"
    assert rows["scale"] == "72 x 72 arcsec a pixel"
    assert rows["rotation"] == "0.0000 deg, north through east"
    assert rows["parity"] == "as on the sky"
    # 4 atan(xy / sqrt(1 + x² + y²)) of gnomonic half sides
    assert rows["area"] == "1.22868 square degrees"
    assert "10:01:00.000 +34:30:00.00" in out
    assert "corner 64.5, 48.5" in out


def test_descriptions_that_differ_are_told_in_arcsec(folder, root):
    code, answer = read_json("bad.fits", root=root, cwd=folder)
    assert code == 1
    (hdu,) = answer["files"][0]["hdus"]
    assert [(one["form"], one["holds"]) for one in hdu["descriptions"]] == [
        ("PCi_j", True), ("CROTAi", False)
    ]  # fmt: skip
    (pair,) = hdu["disagreements"]
    # the corners are 40 pixels from the centre, and 20 degrees of rotation between them
    assert pair["pixels"] == pytest.approx(2 * 40 * math.sin(math.radians(10)), rel=1e-3)
    assert pair["arcsec"] == pytest.approx(72 * pair["pixels"], rel=1e-3)
    assert answer["summary"]["disagreements"] == 1
    text = wcs("bad.fits", cwd=folder)[1]
    assert "primary and primary by CROTAi: 1000 arcsec, 13.89 pixels apart" in text


def test_a_tolerance_lets_them_differ(folder):
    assert wcs("bad.fits", "--tolerance", "20", cwd=folder)[0] == 0
    code, out, err = wcs("bad.fits", "--tolerance", "-1", cwd=folder)
    assert (code, out) == (2, "")
    assert err == "fitslint: --tolerance is a number of pixels from 0, not -1\n"


def test_steps_beside_a_matrix_do_not_count(folder, root):
    cards = {**COORDINATES, **STRAIGHT, "CDELT1": 1.0, "CDELT2": 1.0}
    (folder / "steps.fits").write_bytes(fits(cards))
    code, answer = read_json("steps.fits", root=root, cwd=folder)
    assert code == 0
    (pair,) = answer["files"][0]["hdus"][0]["disagreements"]
    assert pair["expected"] == "CFITSIO alone takes CDELTi beside CDi_j"
    assert pair["pixels"] > 1000


def test_versions_are_compared_in_icrs(folder, root):
    other = {f"{name}B": value for name, value in {**COORDINATES, **STRAIGHT}.items()}
    other |= {"RADESYSB": "FK5", "EQUINOXB": 1975.0}
    (folder / "b.fits").write_bytes(fits({**COORDINATES, **STRAIGHT, **other}))
    code, answer = read_json("b.fits", root=root, cwd=folder)
    assert code == 1
    hdu = answer["files"][0]["hdus"][0]
    assert [one["version"] for one in hdu["descriptions"]] == ["", "B"]
    (pair,) = hdu["disagreements"]
    assert 1000 < pair["arcsec"] < 1300  # 25 years of precession


def test_coordinates_that_cannot_be_computed(folder, root):
    (folder / "c.fits").write_bytes(fits({**COORDINATES, **STRAIGHT, "CD2_2": 0.0}))
    code, answer = read_json("c.fits", root=root, cwd=folder)
    assert code == 1
    (description,) = answer["files"][0]["hdus"][0]["descriptions"]
    assert description["error"]["keyword"].startswith("CD")
    assert description["centre"] is None
    assert "primary: cannot be computed: CD" in wcs("c.fits", cwd=folder)[1]


def test_what_has_no_coordinates_is_no_fault(folder):
    (folder / "none.fits").write_bytes(fits({}))
    assert wcs("none.fits", cwd=folder)[:2] == (0, "none.fits: no world coordinates\n\n")


def test_what_cannot_be_read_wins(folder):
    code, out, _ = wcs("bad.fits", "gone.fits", cwd=folder)
    assert code == 3
    assert "gone.fits: unreadable: there is no such file" in out
    assert "1000 arcsec" in out
    (folder / "cut.fits").write_bytes(fits({**COORDINATES, **STRAIGHT})[:2881])
    assert wcs("cut.fits", cwd=folder)[0] == 0  # its header is whole


def test_every_way_in(folder, root):
    data = (folder / "good.fits").read_bytes()
    (folder / "g.fits.gz").write_bytes(gzip.compress(data))
    text = header({**COORDINATES, **STRAIGHT})
    lines = "\n".join(text[at : at + 80].rstrip() for at in range(0, len(text), 80))
    (folder / "h.hdr").write_text(lines.rstrip("\n") + "\n")
    centres = [
        read_json(name, root=root, cwd=folder)[1]["files"][0]["hdus"][0]["descriptions"][0][
            "centre"
        ]
        for name in ("good.fits", "g.fits.gz", "h.hdr")
    ]
    done = run_anew("wcs", "-", "--output", "json", cwd=folder, stdin=data)
    answer = json.loads(done.stdout)
    assert answer["files"][0]["path"] == "<stdin>"
    centres.append(answer["files"][0]["hdus"][0]["descriptions"][0]["centre"])
    assert centres == [pytest.approx([150.25, 34.5])] * 4
    _, answer = read_json(".", root=root, cwd=folder)
    assert [file["path"] for file in answer["files"]] == [
        "bad.fits", "g.fits.gz", "good.fits", "h.hdr"
    ]  # fmt: skip


def test_a_compressed_image_has_its_own_axes(folder, root):
    fits_io = pytest.importorskip("astropy.io.fits")
    made = fits_io.CompImageHDU(header=fits_io.Header({**COORDINATES, **STRAIGHT}))
    made.data = __import__("numpy").zeros((48, 64), "i2")
    made.name = "SCI"
    fits_io.HDUList([fits_io.PrimaryHDU(), made]).writeto(folder / "a.fits.fz")
    code, answer = read_json("a.fits.fz", "--hdu", "sci", root=root, cwd=folder)
    assert code == 0
    (hdu,) = answer["files"][0]["hdus"]
    assert (hdu["hdu"], hdu["extname"], hdu["shape"]) == (2, "SCI", [64, 48])
    assert hdu["descriptions"][0]["centre"] == pytest.approx([150.25, 34.5])
    assert wcs("a.fits.fz", "--hdu", "7", cwd=folder)[0] == 3


def test_positions_are_converted_both_ways(folder, root):
    position = "10:01:00,34.5"
    words = ("good.fits", "--at", "32.5,24.5", "--at", "1,1", "--world", position)
    _, answer = read_json(*words, root=root, cwd=folder)
    (description,) = answer["files"][0]["hdus"][0]["descriptions"]
    assert description["at"][0]["world"] == pytest.approx([150.25, 34.5])
    assert description["world"][0]["pixel"] == pytest.approx([32.5, 24.5])
    ra, dec = description["at"][1]["world"]
    out = wcs("good.fits", "--world", f"{ra!r},{dec!r}", cwd=folder)[1]
    assert "pixel 1.000, 1.000" in out
    for option, bad in (
        ("--at", "x,1"),
        ("--at", "nan,1"),
        ("--world", "1,x"),
        ("--world", "nan,1"),
    ):
        code, out, err = wcs("good.fits", option, bad, cwd=folder)
        assert (code, out) == (2, "")
        assert option in err
        assert err.count("\n") == 1


@pytest.mark.parametrize(("position", "reason"), [
    ("1", "it takes 2 numbers"), ("1,99", "a latitude is between -90 and 90 degrees"),
    ("1,2,3", "it takes 2 numbers"), ("400,1", ""),
])  # fmt: skip
def test_a_position_on_the_sky_has_two_numbers(folder, position, reason):
    code, out, err = wcs("good.fits", "--world", position, cwd=folder)
    assert code == (2 if reason else 0)
    assert reason in err
    assert err.count("\n") == bool(reason)
    assert out.startswith("good.fits: HDU 1")


def test_coordinates_that_are_not_on_the_sky_are_converted(folder, root):
    linear = {"CTYPE1": "X", "CTYPE2": "Y", "CRPIX1": 1.0, "CRPIX2": 1.0, "CRVAL1": 5000.0,
              "CRVAL2": 300.0, "CDELT1": 2.0, "CDELT2": -1.0}  # fmt: skip
    (folder / "linear.fits").write_bytes(fits(linear))
    words = ("linear.fits", "--world", "5020,290", "--world", "5")
    code, answer = read_json(*words[:3], root=root, cwd=folder)
    (one,) = answer["files"][0]["hdus"][0]["descriptions"][0]["world"]
    assert code == 0
    assert one == {"position": [5020.0, 290.0], "pixel": [11.0, 11.0]}
    assert "at 5020, 290       pixel 11.000, 11.000" in wcs(*words[:3], cwd=folder)[1]
    code, _, err = wcs(*words, cwd=folder)
    assert code == 2
    assert err == ("fitslint: --world 5 is no position in linear.fits, HDU 1: it takes 2 numbers\n")


SUN = {
    **COORDINATES, "CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN", "CRVAL1": -0.01, "CRVAL2": 0.0,
    "CDELT1": 0.001, "CDELT2": 0.001, "CROTA2": 10.0,
}  # fmt: skip


@pytest.mark.parametrize("pair", [("ALON", "ALAT"), ("SELN", "SELT"), ("OFLN", "OFLT")])
def test_azimuths_and_bodies_have_no_parity(folder, root, pair):
    types = {f"CTYPE{n}": f"{name}-SIN" for n, name in enumerate(pair, 1)}
    (folder / "other.fits").write_bytes(fits({**SUN, **types}))
    _, answer = read_json("other.fits", root=root, cwd=folder)
    assert answer["files"][0]["hdus"][0]["descriptions"][0]["parity"] is None
    assert "mirrored" not in wcs("other.fits", cwd=folder)[1]


def test_the_sun_is_not_mirrored(folder, root):
    (folder / "sun.fits").write_bytes(fits(SUN))
    _, answer = read_json("sun.fits", root=root, cwd=folder)
    (one,) = answer["files"][0]["hdus"][0]["descriptions"]
    assert one["parity"] == -1
    # CROTA2 turns the image to the east as on the sky: longitudes of the Sun run to the west
    assert one["rotation_deg"] == pytest.approx(10.0, abs=1e-3)
    out = wcs("sun.fits", cwd=folder)[1]
    assert "as on the sky" in out
    assert "-0.0100000, 0.0000000" in out
    (folder / "flipped.fits").write_bytes(fits({**SUN, "CDELT1": -0.001}))
    assert "mirrored" in wcs("flipped.fits", cwd=folder)[1]


def test_a_sketch_of_the_sun_has_west_to_the_right(folder):
    pytest.importorskip("matplotlib")
    (folder / "sun.fits").write_bytes(fits(SUN))
    assert wcs("sun.fits", "good.fits", "--sketch", "a.svg", cwd=folder)[0] == 0
    text = (folder / "a.svg").read_text()
    assert "to the west" in text
    assert "sun.fits 1: primary" in text
    assert "good.fits" not in text
    assert "1 more are not named or drawn" in text


def test_events_are_on_the_sky_of_their_columns(folder):
    names = {"TTYPE1": "X", "TFORM1": "1E", "TTYPE2": "Y", "TFORM2": "1E"}
    where = {
        f"TC{word}{column}": value
        for word, pair in {
            "TYP": ("RA---TAN", "DEC--TAN"), "RVL": (150.25, 34.5), "RPX": (32.5, 24.5),
            "DLT": (-0.02, 0.02),
        }.items()
        for column, value in enumerate(pair, 1)
    }  # fmt: skip
    table = {
        "XTENSION": "BINTABLE", "BITPIX": 8, "NAXIS": 2, "NAXIS1": 8, "NAXIS2": 0, "PCOUNT": 0,
        "GCOUNT": 1, "TFIELDS": 2, **names, **where,
    }  # fmt: skip
    text = "".join(card(*item) for item in table.items()) + "END".ljust(80)
    (folder / "events.fits").write_bytes(header({}, ()).encode() + text.ljust(2880).encode())
    code, out, _ = wcs("events.fits", "--at", "32.5,24.5", cwd=folder)
    assert code == 0
    assert "columns X, Y" in out
    assert "pixel 32.5, 24.5  150.2500000, 34.5000000" in out


@pytest.mark.parametrize(("shape", "pixel", "is_refused"), [
    ((64, 48), "10", True), ((64, 48), "1,2,3", True), ((64, 48), "1,2", False),
    ((64, 48, 2), "10", True), ((64, 48, 2), "1,2", False), ((64, 48, 2), "1,2,2", False),
])  # fmt: skip
def test_a_pixel_has_a_number_for_each_axis(folder, shape, pixel, is_refused):
    more = {"CTYPE3": "FREQ", "CRVAL3": 1e9, "CRPIX3": 1.0} if len(shape) > 2 else {}
    (folder / "n.fits").write_bytes(fits({**COORDINATES, **STRAIGHT, **more}, shape))
    code, out, err = wcs("n.fits", "--at", pixel, cwd=folder)
    assert code == (2 if is_refused else 0)
    assert ("is no pixel of n.fits, HDU 1" in err) == is_refused
    assert err.count("\n") == is_refused
    assert ("none" in out) == is_refused


def test_a_position_beside_the_coordinates(folder, root):
    stated = {"RA": "10:01:00.00", "DEC": "+34:31:00.0"}
    (folder / "p.fits").write_bytes(fits({**COORDINATES, **STRAIGHT, **stated}))
    _, answer = read_json("p.fits", root=root, cwd=folder)
    (position,) = answer["files"][0]["hdus"][0]["positions"]
    assert position["arcsec"] == pytest.approx(60, abs=0.1)
    assert "RA, DEC (pointing)" in wcs("p.fits", cwd=folder)[1]


def test_nothing_of_a_file_steers_the_terminal(folder):
    evil = {"EXTNAME": "\x1b[2J\x9b", "WCSNAME": "##[error]\x07", "CUNIT3": "\x1b]0;x\x07"}
    cards = {**COORDINATES, **STRAIGHT, **evil, "CTYPE3": "\x1b[31m"}
    (folder / "evil.fits").write_bytes(fits(cards, (64, 48, 1)))
    for words in ((), ("--output", "json")):
        done = run("wcs", "evil.fits", *words, cwd=folder)
        assert done.stdout.replace(b"\n", b"").isascii()
        assert not set(done.stdout) & {*range(10), *range(11, 32), 127}
        assert b"##[" not in done.stdout


def test_every_description_of_many_stands_in_a_table(folder):
    cards = {
        f"{name}{letter}": value
        for letter in ("", *"ABCDEF")
        for name, value in {**COORDINATES, **STRAIGHT}.items()
    }
    (folder / "many.fits").write_bytes(fits(cards))
    out = wcs("many.fits", cwd=folder)[1]
    heads = [line.split() for line in out.splitlines() if line.endswith(("C", " F"))]
    assert heads == [["primary", "A", "B", "C"], ["D", "E", "F"]]


def test_a_file_of_output(folder, root):
    done = wcs("good.fits", "--output", "json=out.json", "--output", "text", cwd=folder)
    assert done[0] == 0
    assert "CDi_j" in done[1]
    assert json.loads((folder / "out.json").read_text())["summary"]["files"] == 1
    code, _, err = wcs("good.fits", "--output", "jsn", cwd=folder)
    assert code == 2
    assert "did you mean 'json'?" in err


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_sketch(folder, suffix):
    pytest.importorskip("matplotlib")
    words = ("bad.fits", "good.fits", "--sketch", f"a.{suffix}", "--world", "150.3,34.6")
    assert wcs(*words, cwd=folder)[0] == 1
    first = (folder / f"a.{suffix}").read_bytes()
    assert first.startswith(b"\x89PNG" if suffix == "png" else b"<?xml")
    if suffix == "svg":
        for word in ("bad.fits 1: primary by CROTAi", "from primary)", "good.fits 1: primary"):
            assert word in first.decode()
    wcs(*words, cwd=folder)
    assert (folder / f"a.{suffix}").read_bytes() == first


def test_one_name_of_two_extensions_stands_with_their_numbers(folder):
    pytest.importorskip("matplotlib")
    cards = {**COORDINATES, **STRAIGHT}
    raw = fits(cards)
    image = {"XTENSION": "IMAGE", "BITPIX": 8, "NAXIS": 2, "NAXIS1": 10, "NAXIS2": 10}
    image |= {"PCOUNT": 0, "GCOUNT": 1, "EXTNAME": "SCI", **cards}
    lines = [
        f"{name:8}= " + (f"'{value:8}'" if isinstance(value, str) else f"{value!r:>20}")
        for name, value in image.items()
    ]
    header = "".join(line.upper().ljust(80) for line in (*lines, "END")).encode()
    extension = header.ljust(-(-len(header) // 2880) * 2880) + bytes(2880)
    whole = raw.ljust(-(-len(raw) // 2880) * 2880, b"\0") + extension * 2
    (folder / "twice.fits").write_bytes(whole)
    assert wcs("twice.fits", "--sketch", "twice.svg", cwd=folder)[0] == 0
    text = (folder / "twice.svg").read_text()
    assert "twice.fits SCI (2): primary" in text
    assert "twice.fits SCI (3): primary" in text


def test_a_sketch_that_cannot_be(folder):
    code, out, err = wcs("good.fits", "--sketch", "a.jpg", cwd=folder)
    assert (code, out) == (2, "")
    assert err == "fitslint: --sketch takes a file .png or .svg, not 'a.jpg'\n"
    (folder / "none.fits").write_bytes(fits({}))
    code, out, err = wcs("none.fits", "--sketch", "a.png", cwd=folder)
    assert code == 3
    assert "no world coordinates" in out
    assert err == "fitslint: --sketch: no header tells a footprint; nothing is drawn\n"
    assert not (folder / "a.png").exists()


def test_a_sketch_without_matplotlib_names_the_package(folder):
    (folder / "lean").mkdir()
    (folder / "lean" / "matplotlib.py").write_text(
        "raise ModuleNotFoundError('no', name='matplotlib')"
    )
    program = (
        "import sys; sys.path.insert(0, 'lean');"
        "from fitslint.cli.main import main; main(['wcs', 'good.fits', '--sketch', 'a.png'])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment(), capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"matplotlib; pip install 'fitslint[pipeline]'" in done.stderr


def test_numbers_come_without_numpy(folder):
    program = (
        "import sys; from fitslint.cli.main import main\n"
        "try: main(['wcs', 'good.fits'])\n"
        "finally: print({'numpy', 'astropy', 'matplotlib'} & set(sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment(), capture_output=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.endswith(b"set()\n")


def test_the_headers_of_real_files(corpus, root):
    code, answer = read_json(str(corpus), root=root)
    assert code in (1, 3)
    summary = answer["summary"]
    assert summary["files"] > 300
    assert summary["not_computed"] <= 12
    assert not [file["path"] for file in answer["files"] if file["status"] == "crashed"]
