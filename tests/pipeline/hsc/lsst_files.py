"""Files as LSST's jointcal writes them: archives of tables, with texts of AST made by pyast."""

from __future__ import annotations

import numpy as np
from astropy.io import fits

MEAN = 0.35
CENTRE = (35.0, -4.0)
SCALE = 0.168 / 3600
FIELD = 300.0
"""Millimetres of the focal plane within which the surface of a visit holds."""


def write_text(ast, mapping, name):
    """The bytes of a cell: version, class and text of an object."""
    lines = []

    class Sink:
        def astsink(self, line):
            lines.append(line)

    ast.Channel(None, Sink(), "Full=-1,Comment=0").write(mapping)
    text = "\n".join([f"1 {name}{lines[0]}", *lines[1:], ""])
    return np.frombuffer(text.encode(), np.uint8)


def make_terms(degree=7):
    """Coefficients of Chebyshev's terms, (degree + 1, degree + 1), of a visit."""
    draw = np.random.default_rng(3)
    square = np.zeros((degree + 1, degree + 1))
    for i in range(degree + 1):
        for j in range(degree + 1 - i):
            square[i, j] = 0.05 * draw.normal() / (1 + i + j) ** 2
    return square


def evaluate(square, x, y):
    """The surface of a visit at pixels of the CCD, which is turned by a right angle."""
    u, v = 0.015 * y + 100, -0.015 * x - 50
    return np.polynomial.chebyshev.chebval2d(u / FIELD, v / FIELD, square)


def make_field(ast, square, by_magnitude, mean=MEAN):
    """The transform of a photoCalib: pixels, focal plane, visit, chip."""
    terms = np.array([[value, 1, i, j] for (i, j), value in np.ndenumerate(square) if value])
    stages = [
        ast.MatrixMap([[0.0, 0.015], [-0.015, 0.0]]), ast.ShiftMap([100.0, -50.0]),
        ast.ChebyMap(terms, [-FIELD] * 2, [FIELD] * 2),
    ]  # fmt: skip
    if by_magnitude:
        stages.append(ast.MathMap(1, 1, ["y=pow(10.0,x/-2.5)"], ["x=-2.5*log10(y)"]))
    stages.append(ast.ZoomMap(1, mean))
    found = stages[0]
    for stage in stages[1:]:
        found = ast.CmpMap(found, stage, True)
    return found


def make_wcs(ast):
    """Frames of pixels, of the tangent plane in degrees, and of the sky."""
    channel = ast.FitsChan()
    for card in (
        "CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", f"CRVAL1  = {CENTRE[0]}",
        f"CRVAL2  = {CENTRE[1]}", "CRPIX1  = 0.0", "CRPIX2  = 0.0", "CDELT1  = 1.0",
        "CDELT2  = 1.0", "RADESYS = 'ICRS'", "NAXIS1  = 10", "NAXIS2  = 10",
    ):  # fmt: skip
        channel.putfits(card, False)
    channel.clear("Card")
    sky = channel.read()
    frames = ast.FrameSet(ast.Frame(2, "Domain=PIXELS"))
    linear = ast.MatrixMap([[-SCALE, 0.0], [0.0, SCALE]])
    frames.addframe(
        1, ast.CmpMap(ast.ShiftMap([2000.0, -1000.0]), linear, True), ast.Frame(2, "Domain=IWC")
    )
    frames.addframe(2, sky.getmapping(1, 2), ast.SkyFrame("System=ICRS"))
    return frames


def write_archive(path, objects):
    """An archive: a table for every object, (class, module, columns), and the index of them."""
    tables = [
        fits.BinTableHDU.from_columns(columns, header=fits.Header([
            ("EXTTYPE", "ARCHIVE_DATA"), ("AR_CATN", at), ("AR_NAME", name), *extra,
        ]))
        for at, (name, _, columns, extra) in enumerate(objects, 1)
    ]  # fmt: skip
    numbers = np.arange(1, len(objects) + 1)
    zeros = np.zeros(len(objects), "i4")
    rows = [len(columns[0].array) for _, _, columns, _ in objects]
    columns = [
        fits.Column("id", "J", array=numbers), fits.Column("cat.archive", "J", array=numbers),
        fits.Column("cat.persistable", "J", array=zeros), fits.Column("row0", "J", array=zeros),
        fits.Column("nrows", "J", array=rows),
        fits.Column("name", "64A", array=[name for name, *_ in objects]),
        fits.Column("module", "64A", array=[module for _, module, *_ in objects]),
    ]  # fmt: skip
    index = fits.BinTableHDU.from_columns(columns, header=fits.Header([
        ("EXTTYPE", "ARCHIVE_INDEX"), ("AR_CATN", 0), ("AR_NCAT", len(objects) + 1),
    ]))  # fmt: skip
    primary = fits.PrimaryHDU(header=fits.Header([("AR_HDU", 2)]))
    path.parent.mkdir(parents=True, exist_ok=True)
    fits.HDUList([primary, index, *tables]).writeto(path)


def write_calibration(path, field, *, is_constant=False, mean=MEAN, version=1, more=()):
    """``jointcal_photoCalib``; ``field`` is (class, columns), objects of ``more`` follow it."""
    scale = [
        fits.Column("flags", "1X", array=np.array([[is_constant]])),
        fits.Column("calibrationMean", "D", unit="count", array=[mean]),
        fits.Column("calibrationErr", "D", unit="count", array=[0.01 * mean]),
        fits.Column("field", "J", array=[2]), fits.Column("version", "J", array=[version]),
    ]  # fmt: skip
    write_archive(path, [
        ("PhotoCalib", "lsst.afw.image", scale, [("TFLAG1", "isConstant")]),
        *((name, "lsst.afw.math", columns, []) for name, columns in (field, *more)),
    ])  # fmt: skip


def list_box(right=2047, top=4175):
    """The columns of the box of a surface."""
    numbers = {"min_x": 0, "min_y": 0, "max_x": right, "max_y": top}
    return [fits.Column(f"bbox_{name}", "J", array=[value]) for name, value in numbers.items()]


def list_transform(ast, square, *, by_magnitude=True, mean=MEAN):
    """Class and columns of the surface that jointcal writes."""
    text = write_text(ast, make_field(ast, square, by_magnitude, mean), "TransformPoint2ToGeneric")
    cell = np.empty(1, object)
    cell[0] = text
    return "TransformBoundedField", [*list_box(), fits.Column("frameSet", "QB()", array=cell)]


def list_wcs(ast):
    """The columns of the coordinates."""
    cell = np.empty(1, object)
    cell[0] = write_text(ast, make_wcs(ast), "SkyWcs")
    return [fits.Column("wcs", "QB()", array=cell)]


def write_wcs(path, ast):
    """``jointcal_wcs``."""
    write_archive(path, [("SkyWcs", "lsst.afw.geom", list_wcs(ast), [])])
