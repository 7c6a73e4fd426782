"""Our reading of headers that programs read differently, and of the headers of real files."""

import re
import warnings

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

from fitslint.source.files import read_file
from fitslint.wcs.wcs import Wcs
from fitslint.wcs.wcs_error import WcsError

CONTROL = {
    "NAXIS": 2, "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.25, "CRVAL2": 34.5,
    "CRPIX1": 30.5, "CRPIX2": 22.5, "CD1_1": -0.0173205, "CD1_2": -0.01, "CD2_1": -0.01,
    "CD2_2": 0.0173205, "CUNIT1": "deg", "CUNIT2": "deg", "RADESYS": "FK5", "EQUINOX": 2000.0,
}  # fmt: skip
PIXELS = np.array([[1, 1], [64, 1], [64, 48], [1, 48], [33, 25]], float)
CARD = re.compile(r"-(\w+)|(\w+)=('(?:[^']|'')*'|\S+)")
REFUSED = {
    "L24": "CD1_1", "L25": "CD1_1", "L34": "CTYPE1", "P12": "CRVAL2", "C08": "CTYPE2",
    "C09": "CTYPE2", "C10": "CTYPE2", "C14": "CTYPE1", "D08": "A_ORDER", "T01": "CTYPE1",
}  # fmt: skip
"""Rows without a right reading, or with one that a header does not tell, and the keyword named."""
AS_CONTROL = ("L10", "L33", "L36", "D05", "C02", "C03", "C04", "C12", "C13")
"""Rows that WCSLIB reads otherwise or not, and that mean what the control says."""
BEYOND_WCSLIB = ("D09", "D13")
"""Rows that have a right reading of which WCSLIB refuses the header."""
SPECIAL = {
    ("WFPC2u5780205r_c0fx.fits", 1): "CRVAL1 is a text; WCSLIB takes 0",
    ("tca110810_truncated", 0): "CRVAL1 is a time of day; WCSLIB takes 0",
    ("greisen2006.hdr", 0): "CDELT3F is there twice; WCSLIB takes the last, we the first card",
    ("sip-broken.hdr", 0): "SIP terms without -SIP in the types, which astropy applies",
    ("1904-66_CSC.hdr", 0): "WCSLIB works CSC out in single precision",
}
"""Real headers that are read otherwise, and why."""


def change(header, cards):
    made = dict(header)
    for removed, keyword, text in CARD.findall(cards):
        if removed:
            made.pop(removed, None)
        elif text.startswith("'"):
            made[keyword] = text[1:-1]
        else:
            made[keyword] = int(text) if re.fullmatch(r"-?\d+", text) else float(text)
    return made


def ask_ours(wcs):
    pixels = [*PIXELS.T, *([np.ones(len(PIXELS))] * (wcs.axes - 2))]
    return np.array(wcs.pixel_to_world(*pixels)).T[:, :2]


def ask_theirs(header):
    made = fits.Header()
    for keyword, value in header.items():
        made[keyword] = value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wcs = WCS(made)
        return wcs.all_pix2world(np.pad(PIXELS, ((0, 0), (0, wcs.naxis - 2)), constant_values=1), 1)


def measure(one, other):
    apart = np.abs(one - other)
    return np.minimum(apart, np.abs(apart - 360)).max()


def test_every_header_has_its_right_reading(rows):
    wrong = {}
    control = ask_ours(Wcs.from_header(CONTROL))
    for name, row in rows.items():
        cards = row["cards (against L01)"]
        header = change(CONTROL, cards if "=" in cards or "-" in cards else "")
        try:
            found = ask_ours(Wcs.from_header(header))
        except WcsError as error:
            if REFUSED.get(name) != error.keyword:
                wrong[name] = str(error)
            continue
        if name in REFUSED:
            wrong[name] = "not refused"
        elif name not in BEYOND_WCSLIB:
            right = control if name in AS_CONTROL else ask_theirs(header)[:, :2]
            if not measure(found, right) < 1e-9:
                wrong[name] = measure(found, right)
    assert wrong == {}


def test_one_sided_sip_leaves_the_other_axis(rows):
    header = change(CONTROL, rows["D09"]["cards (against L01)"])
    whole = ask_theirs({**header, "B_ORDER": 2, "B_2_0": 0.0})[:, :2]
    assert measure(ask_ours(Wcs.from_header(header)), whole) < 1e-9


def list_headers(corpus):
    """Every header of real files that describes world coordinates: name, ours, theirs, version."""
    for path in sorted(corpus.rglob("*")):
        if not path.is_file() or path.suffix in (".tsv", ".txt", ".md"):
            continue
        for number, hdu in enumerate(read_file(str(path)).hdus):
            names = [name for name in hdu.header.names if name.startswith("CTYPE")]
            lines = hdu.header.raw.decode("latin-1")
            if not names or any(
                name.startswith(("CPDIS", "CQDIS", "D2IM", "AMDX1", "ZCMPTYPE"))
                for name in hdu.header.names
            ):
                continue  # distortions in tables and plate solutions are noted and not worked out
            for version in sorted({name[6:] for name in names if name[5:6].isdigit()}):
                if version == "" or version.isalpha():
                    yield (path.name, number), hdu.header, lines, version


def read_theirs(lines, version):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = WCS(fits.Header.fromstring(lines), key=version or " ")
            found.wcs.set()
        except Exception:
            return None
    return found


def test_headers_of_real_files(corpus):
    wrong, seen = {}, 0
    for name, header, lines, version in list_headers(corpus):
        theirs = read_theirs(lines, version)
        try:
            ours = Wcs.from_header(header, version)
        except WcsError as error:
            if theirs is not None and name not in SPECIAL:
                wrong[name, version] = str(error)
            continue
        if theirs is None or name in SPECIAL:
            continue
        seen += 1
        rng = np.random.default_rng(1)
        sizes = [header.number(f"NAXIS{axis + 1}") or 1 for axis in range(ours.axes)]
        pixels = np.array([rng.uniform(0.5, max(size, 1) + 0.5, 9) for size in sizes])
        expected = theirs.all_pix2world(pixels.T, 1)
        found = np.array(ours.pixel_to_world(*pixels)).T
        apart = np.abs(found - expected)
        for axis in range(ours.axes):
            if axis == ours.longitude:
                apart[:, axis] = np.abs((apart[:, axis] + 180) % 360 - 180)
                apart[:, axis] *= np.cos(np.radians(expected[:, ours.latitude]))
            elif axis != ours.latitude:
                apart[:, axis] /= np.maximum(np.abs(expected[:, axis]), 1e-3)
        both = np.isfinite(expected).all(axis=1)
        if (both != np.isfinite(found).all(axis=1)).any() or not (apart[both] < 1e-9).all():
            wrong[name, version] = apart.max()
    assert wrong == {}
    assert seen > 100
