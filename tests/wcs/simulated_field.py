"""A simulated field of stars, and the programs that solve and resample it."""

import subprocess

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

ROWS, COLUMNS = 900, 1100
SCALE = 2.0 / 3600
"""Degrees of a pixel."""
TURN = np.radians(17.0)
STARS = 6000
MIDDLE = np.array([520.0, 430.0])
BEND = np.array([2e-6, -1.5e-6])
"""Of a distortion that no linear solution has: 0.7 and 0.3 pixels at the edges."""
TRUTH = WCS(fits.Header({
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.05, "CRVAL2": 30.03,
    "CRPIX1": MIDDLE[0] + 1, "CRPIX2": MIDDLE[1] + 1,
    "CD1_1": -SCALE * np.cos(TURN), "CD1_2": SCALE * np.sin(TURN),
    "CD2_1": SCALE * np.sin(TURN), "CD2_2": SCALE * np.cos(TURN),
}))  # fmt: skip
PARAMETERS = (
    "NUMBER XWIN_IMAGE YWIN_IMAGE ERRAWIN_IMAGE ERRBWIN_IMAGE ERRTHETAWIN_IMAGE FLUX_AUTO "
    "FLUXERR_AUTO MAG_AUTO MAGERR_AUTO FLAGS FLUX_RADIUS ELONGATION"
)
TIME = 300
"""Seconds after which a program hangs; a solution takes two."""


def find_true_positions(pixels):
    """Where pixels, counted from 1, are: degrees, (n, 2)."""
    bent = np.asarray(pixels, float) - 1
    straight = bent.copy()
    for _ in range(20):
        straight = bent - BEND * (straight - MIDDLE) ** 2
    return TRUTH.wcs_pix2world(straight, 0)


def make_catalogue():
    """Right ascension, declination in degrees and magnitude of stars, (n, 3)."""
    rng = np.random.default_rng(7)
    offsets = rng.uniform(-1.2, 1.2, (STARS, 2))
    magnitudes = 12 + 2.5 * np.log10(1 + 40 * rng.power(2.0, STARS))
    ra = 150 + offsets[:, 0] / np.cos(np.radians(30))
    return np.column_stack([ra, 30 + offsets[:, 1], magnitudes])


def draw_image(stars):
    """An exposure of the field, with noise."""
    straight = TRUTH.wcs_world2pix(stars[:, :2], 0)
    places = straight + BEND * (straight - MIDDLE) ** 2
    image = np.random.default_rng(8).normal(100, 3, (ROWS, COLUMNS))
    y, x = np.mgrid[-8:9, -8:9]
    for (column, row), magnitude in zip(places, stars[:, 2], strict=True):
        i, j = round(column), round(row)
        if 8 <= i < COLUMNS - 8 and 8 <= j < ROWS - 8:
            apart = (x + i - column) ** 2 + (y + j - row) ** 2
            light = 20 * 10 ** (0.4 * (20 - magnitude)) * np.exp(-apart / (2 * 1.6**2))
            image[j - 8 : j + 9, i - 8 : i + 9] += light
    return image.astype("f4")


def run_program(folder, *words):
    """Run a program in a folder; its output where it fails."""
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, errors="replace", check=False,
        timeout=TIME,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def write_field(folder):
    """``cat.fits`` (stars) and ``field.fits`` (their image, without coordinates)."""
    stars = make_catalogue()
    columns = [
        fits.Column(name, "D", array=stars[:, at]) for at, name in enumerate(("RA", "DEC", "MAG"))
    ]
    fits.BinTableHDU.from_columns(columns).writeto(folder / "cat.fits")
    fits.writeto(folder / "field.fits", draw_image(stars))
    return stars


def solve_field(folder):
    """``field.new``: the image with the solution of astrometry.net, by an index of the stars."""
    run_program(
        folder, "build-astrometry-index", "-i", "cat.fits", "-o", "index.fits", "-P", "2", "-S",
        "MAG", "-A", "RA", "-D", "DEC", "-I", "1", "-E", "-M",
    )  # fmt: skip
    (folder / "solve.cfg").write_text("add_path .\nindex index.fits\n")
    run_program(
        folder, "solve-field", "--config", "solve.cfg", "--no-plots", "--scale-units",
        "arcsecperpix", "--scale-low", "1.8", "--scale-high", "2.2", "-t", "2", "field.fits",
    )  # fmt: skip


def write_reference(path, stars):
    """The stars as a catalogue that SCAMP reads."""
    count = len(stars)
    text = fits.PrimaryHDU().header.tostring(sep="", endcard=True, padding=True)
    head = fits.Column("Field Header Card", f"{len(text)}A", array=np.array([text]))
    columns = {
        "X_WORLD": ("D", "deg", stars[:, 0]), "Y_WORLD": ("D", "deg", stars[:, 1]),
        "ERRA_WORLD": ("E", "deg", np.full(count, 1e-5)),
        "ERRB_WORLD": ("E", "deg", np.full(count, 1e-5)),
        "MAG": ("E", "mag", stars[:, 2]), "MAGERR": ("E", "mag", np.full(count, 0.01)),
        "OBSDATE": ("D", "yr", np.full(count, 2000.0)),
    }  # fmt: skip
    table = [
        fits.Column(name, form, unit, array=array) for name, (form, unit, array) in columns.items()
    ]
    fits.HDUList([
        fits.PrimaryHDU(),
        fits.BinTableHDU.from_columns([head], name="LDAC_IMHEAD"),
        fits.BinTableHDU.from_columns(table, name="LDAC_OBJECTS"),
    ]).writeto(path)  # fmt: skip


def refine_solution(folder, stars):
    """``field.head``: what SCAMP fits to the catalogue that SExtractor makes of ``field.new``."""
    (folder / "field.param").write_text("\n".join(PARAMETERS.split()) + "\n")
    run_program(
        folder, "source-extractor", "field.new", "-c", "/dev/null", "-PARAMETERS_NAME",
        "field.param", "-FILTER", "N", "-CATALOG_TYPE", "FITS_LDAC", "-CATALOG_NAME", "field.cat",
        "-DETECT_THRESH", "5", "-ANALYSIS_THRESH", "5",
    )  # fmt: skip
    write_reference(folder / "ref.cat", stars)
    run_program(
        folder, "scamp", "field.cat", "-c", "/dev/null", "-ASTREF_CATALOG", "FILE",
        "-ASTREFCAT_NAME", "ref.cat", "-ASTREFMAG_KEY", "MAG", "-ASTREFMAGERR_KEY", "MAGERR",
        "-ASTREFCENT_KEYS", "X_WORLD,Y_WORLD", "-ASTREFERR_KEYS", "ERRA_WORLD,ERRB_WORLD",
        "-CHECKPLOT_TYPE", "NONE", "-WRITE_XML", "N", "-SOLVE_PHOTOM", "N", "-MATCH", "N",
        "-NTHREADS", "1",
    )  # fmt: skip


def resample_image(folder):
    """``coadd.fits``: the image on the pixels that SWarp chooses, by the header of SCAMP."""
    (folder / "warp.fits").write_bytes((folder / "field.new").read_bytes())
    (folder / "warp.head").write_bytes((folder / "field.head").read_bytes())
    run_program(
        folder, "SWarp", "warp.fits", "-c", "/dev/null", "-SUBTRACT_BACK", "N", "-WRITE_XML", "N",
        "-IMAGEOUT_NAME", "coadd.fits", "-RESAMPLE_DIR", ".", "-NTHREADS", "1",
    )  # fmt: skip
