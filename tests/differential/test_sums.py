"""DATASUM and CHECKSUM of real files are judged as fitsverify and astropy judge them."""

from __future__ import annotations

import gzip
import shutil
import warnings
from collections import defaultdict

import pytest
from astropy.io import fits

from fitslint.config.settings import Settings
from fitslint.engine.checker import FileChecker
from tests.differential import fitsverify

SUMS = {"CK102", "CK103", "CK104"}
SAID = ("Data checksum is not consistent", "HDU checksum is not", "Invalid CHECKSUM means")


@pytest.fixture(scope="module")
def judged(shared):
    """By file: the HDUs whose data were read, and those with a wrong DATASUM, or any wrong sum."""
    checker = FileChecker(Settings(data=True, jobs=1, select=("CK",)))
    found = {}
    paths = [path for folder in ("cases", "corpus") for path in (shared / folder).rglob("*")]
    for path in sorted(paths):
        if path.is_file() and _has_sums(path):
            report = checker.check(str(path))
            codes = defaultdict(set)
            for finding in report.findings:
                codes[finding.hdu].add(finding.code)
            read = {hdu.hdu for hdu in report.hdus if hdu.data_read}
            found[path] = {
                hdu: ("CK102" in codes[hdu], not SUMS.isdisjoint(codes[hdu])) for hdu in read
            }
    assert len(found) > 20
    return found


def _has_sums(path):
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError):
            return False
    return data.startswith(b"SIMPLE  =") and b"DATASUM =" in data


@pytest.mark.skipif(shutil.which("fitsverify") is None, reason="fitsverify is what is asked")
def test_fitsverify_says_the_same(judged):
    compared, differing = 0, []
    for path, hdus in judged.items():
        said = defaultdict(str)
        for one in fitsverify.run(path):
            said[one.hdu] += one.text
        if said[0]:  # it gave up
            continue
        for hdu, ours in hdus.items():
            theirs = SAID[0] in said[hdu], any(text in said[hdu] for text in SAID)
            compared += 1
            if ours != theirs:
                differing.append((path.name, hdu, ours, theirs))
    assert compared > 50
    assert differing == []


def test_astropy_says_the_same(judged):
    compared, differing = 0, []
    for path, hdus in judged.items():
        for hdu, theirs in _ask_astropy(path):
            if hdu in hdus:
                compared += 1
                if hdus[hdu] != theirs:
                    differing.append((path.name, hdu, hdus[hdu], theirs))
    assert compared > 50
    assert differing == []


def _ask_astropy(path):
    """By HDU with both sums: whether DATASUM is wrong, and any of the two."""
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            fits.open(path, disable_image_compression=True) as file,
        ):
            for number, hdu in enumerate(file, 1):
                if "CHECKSUM" in hdu.header and "DATASUM" in hdu.header:
                    hdu._checksum, hdu._datasum = hdu.header["CHECKSUM"], hdu.header["DATASUM"]
                    data, whole = hdu.verify_datasum() == 0, hdu.verify_checksum() == 0
                    yield number, (data, data or whole)
    except (OSError, ValueError, TypeError, fits.VerifyError):  # what astropy cannot read
        return
