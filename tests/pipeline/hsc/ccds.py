"""CCD images of a made-up camera: headers with world coordinates, and pixels of zeros."""

from __future__ import annotations

import json
import math

from fitslint.syntax.write_cards import write_card

CCD = (2048, 4176)
SCALE = 0.168 / 3600


def list_ccds(rows=7, columns=9):
    """Offsets in degrees of the centres of CCDs, as far as they fit into the round field."""
    for row in range(rows):
        for column in range(columns):
            x = (column - (columns - 1) / 2) * (CCD[0] + 70) * SCALE
            y = (row - (rows - 1) / 2) * (CCD[1] + 50) * SCALE
            if math.hypot(x, y) < 0.66:
                yield x, y


def write_ccd(path, visit, ccd, pointing, offset, **cards):
    """A file with the header of a CCD whose centre is at an offset from where its visit points."""
    crpix = [size / 2 + 0.5 - part / SCALE for size, part in zip(CCD, offset, strict=True)]
    given = {
        "SIMPLE": True, "BITPIX": 8, "NAXIS": 0, "EXTEND": True,
        "EXP-ID": f"HSCE{visit:08d}", "DET-ID": ccd, "FILTER01": "HSC-I", "OBJECT": "SSP WIDE",
        "MJD": 57305.4, "DATE-OBS": "2015-10-10",
    }  # fmt: skip
    image = {
        "XTENSION": "IMAGE", "BITPIX": -32, "NAXIS": 2, "NAXIS1": CCD[0], "NAXIS2": CCD[1],
        "PCOUNT": 0, "GCOUNT": 1, "EXTNAME": "IMAGE", "RADESYS": "ICRS",
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CUNIT1": "deg", "CUNIT2": "deg",
        "CRVAL1": pointing[0], "CRVAL2": pointing[1], "CRPIX1": crpix[0], "CRPIX2": crpix[1],
        "CD1_1": -SCALE, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": SCALE,
    }  # fmt: skip
    for keyword, value in cards.items():
        (image if keyword in ("RADESYS", "EQUINOX") else given)[keyword] = value
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for header in (given, image):
            cards = b"".join(b"".join(write_card(*card)) for card in header.items())
            text = cards + b"END".ljust(80)
            file.write(text.ljust(len(text) + -len(text) % 2880))
        size = CCD[0] * CCD[1] * 4
        file.truncate(file.tell() + size + -size % 2880)
    return path


def write_visits(root, pointings, **cards):
    """A root of hscPipe with CORR images of some visits; their paths."""
    paths = []
    for number, pointing in enumerate(pointings):
        visit = 20878 + 2 * number
        for ccd, offset in enumerate(list_ccds()):
            name = f"rerun/test/01378/HSC-I/corr/CORR-{visit:07d}-{ccd:03d}.fits"
            paths.append(write_ccd(root / name, visit, ccd, pointing, offset, **cards))
    return paths


def list_findings(run, folder, capfd, code=1):
    """(code, severity, message) of what ``hsc check`` finds, which is to end with ``code``."""
    capfd.readouterr()
    assert run("hsc", "check", folder, "--output", "json") == code
    files = json.loads(capfd.readouterr().out)["files"]
    return [
        (one["code"], one["severity"], one["message"]) for file in files for one in file["findings"]
    ]
