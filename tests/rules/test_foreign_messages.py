"""What other programs say, and which of our rules say the same."""

import re
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

import fitslint
from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.rules.foreign_messages import PROGRAMS, find_message, load_messages
from fitslint.rules.registry import load_rules
from fitslint.source.files import read_file
from tests.cli.tool import run
from tests.differential import fitsverify

QUIET = {
    "Error reading data buffer": "a header saved as text, which fitslint reads and judges",
    "keyword of the extension is not": "a header saved as text with line ends",
    "Extension doesn't start with": "a header saved as text that begins with another keyword",
    "First keyword of the file": "a header of an extension, saved as text",
    "could not interpret primary array": "a header saved as text",
    "tried to move past end|read last byte": "bytes of data that fitslint counts otherwise: a heap"
    " with a gap, a header text without data",
    "has a null value": "an undefined value is lawful (4.1.2.3)",
    "used without": "CONTINUE needs no LONGSTRN since FITS 4.0 (4.2.1.2)",
    r"appear to be missing": "keywords left out have defaults (8.2)",
    r"\(NAXIS\)": "an axis beyond NAXIS is lawful (8.2)",
    "is duplicated": "records of one keyword, which WCSLIB writes (DP1 = 'AXIS.1: 1')",
    "EPOCH is deprecated": "EPOCH beside EQUINOX is what old readers need",
    "nelem": "needs the data",
    "Logical value": "needs the data",
    "TFORM2B": "TFORM2B is not TFORMn and may hold anything",
    'TFORM "1QB': "the columns of a compressed table describe the table inside (10.3)",
    "TNULL1: The value -99": "the same",
}  # fmt: skip
"""Messages of fitsverify for which fitslint says nothing, or only in words of its own: why."""


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_row_names_rules_or_says_why_there_are_none(program):
    for one in load_messages(program):
        assert set(one.codes) <= set(load_rules()), one
        assert len(set(one.codes)) == len(one.codes), one
        assert one.codes or one.note, one
        assert bool(one.note) == bool(one.note_ja), one


def test_whatever_fitsverify_says_of_real_files_is_told_by_the_rules_it_is_translated_into(shared):
    if shutil.which("fitsverify") is None:
        pytest.skip("fitsverify is not installed (Debian package fitsverify)")
    linter = Linter(Settings())
    files = [path for name in ("corpus", "cases") for path in sorted((shared / name).rglob("*"))]
    unknown, unsaid, used = set(), set(), set()
    for path in filter(lambda one: one.is_file(), files):
        said = set(fitsverify.run(path))
        report = linter.lint(read_file(str(path), linter.settings.limits)) if said else None
        codes = {finding.code for finding in report.findings} if report else set()
        for one in said:
            message = find_message("fitsverify", one.text)
            if message is None:
                unknown.add(one.text)
            elif codes.isdisjoint(message.codes) and report.status == "ok":
                reasons = {key for key in QUIET if re.search(key, one.text)}
                used |= reasons
                if not reasons:
                    unsaid.add((path.name, one.text, message.codes))
    assert unknown == set()
    assert unsaid == set()
    assert used == set(QUIET), "reasons that no message needs any more"


def list_texts_of_fitsverify():
    """The texts in the program from its first message on, names and numbers put in."""
    texts = re.findall(rb"[\x20-\x7e]{9,}", Path(shutil.which("fitsverify")).read_bytes())
    shown = [text.decode() for text in texts]
    first = next(at for at, text in enumerate(shown) if text.startswith("String in row"))
    for text in shown[first:]:
        filled = re.sub(r"%-?[\d.]*l*[diu]", "3", text).replace("%c", "#")
        yield re.sub(r"%-?[\d.]*s", "EXPTIME", filled)


NO_MESSAGE = re.compile(
    r"HDU|End-of-file|^ *\d+ |^ EXPTIME|Other rows|pixels|^ ?\w+ing |First detected"
    r"|Verification found|^[<.]"
    r"|^(Keyword #3, EXPTIME|Column #3):?( T\w+=.*)? $|^Keyword #3, EXPTIME:$|entered as a string"
    r"|Col# Name|HEASARC Conv|is not left justified|When Reading|The value 3$|^GCOUNT|debug$"
)
"""Pages, and halves of messages whose other half is known."""


def test_every_message_that_fitsverify_has_is_answered():
    if shutil.which("fitsverify") is None:
        pytest.skip("fitsverify is not installed (Debian package fitsverify)")
    texts = [text for text in list_texts_of_fitsverify() if re.search("[a-z]{3}", text)]
    assert len(texts) > 100
    unknown = {text for text in texts if find_message("fitsverify", text) is None}
    assert {text for text in unknown if not NO_MESSAGE.search(text)} == set()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("keyword EXPTIME is duplicated", "DU101"), ("Keyword #9, NAXIS1 is duplicated.", "DU101"),
        ("String in row #1, column #2 contains non-ASCII text.", "DA123"),
        ("Data checksum is not consistent with  the DATASUM keyword", "CK102"),
    ],
)  # fmt: skip
def test_a_message_is_known_whatever_it_is_about(text, code):
    assert code in find_message("fitsverify", text).codes


@pytest.mark.parametrize(
    ("cards", "codes"),
    [
        (["EXPTIME = 1.5e+02"], {"VF110"}),
        (["OBJECT  = M31"], {"VF117"}),
        (["EXPTIME=  1.5"], {"CD106"}),
        (["EXPTIME  = 1.5"], {"CD106"}),
        (["exptime =                  1.5"], {"KN102"}),
        (["OBJECT  = 'M31"], {"VF101"}),
        (["B@D     =                  1.5"], {"KN101"}),
    ],
)  # fmt: skip
def test_what_astropy_warns_of_is_translated_into_what_fitslint_finds(tmp_path, cards, codes):
    head = [
        "SIMPLE  =                    T",
        "BITPIX  =                    8",
        "NAXIS   =                    0",
    ]
    text = "".join(card.ljust(80) for card in [*head, *cards, "END"])
    path = tmp_path / "a.fits"
    path.write_bytes(text.ljust(2880).encode("ascii"))
    linter = Linter(Settings())
    found = {one.code for one in linter.lint(read_file(str(path), linter.settings.limits)).findings}
    assert codes <= found
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with fits.open(path) as hdus:
            hdus.verify("warn")
    lines = [line.strip() for one in caught for line in str(one.message).splitlines()]
    told = [message for line in lines if (message := find_message("astropy", line)) is not None]
    assert any(codes & set(message.codes) for message in told), lines


MESSAGE = (
    "*** Error:   Keyword #7, EXPTIME: lower-case exponent d or e is illegal in\n   value 1e3."
)


def test_the_command_line_translates_a_message():
    done = run("rules", "--from", "fitsverify", MESSAGE)
    assert done.returncode == 0
    assert done.stdout.split(b"\n")[1].startswith(b"VF110  lowercase-exponent")
    done = run(
        "rules", "--from", "astropy", "Card 'A' is not FITS standard (equal sign not at column 8)."
    )
    assert b"CD106" in done.stdout


def test_the_command_line_says_what_it_does_not_know():
    done = run("rules", "--from", "fitsverify", "nothing of the kind \x1b")
    assert done.returncode == 2
    assert b"no message of fitsverify is known that is like" in done.stderr
    assert b"\x1b" not in done.stderr
    assert run("rules", "--from", "fitsverfy").returncode == 2
    assert run("rules", "text").returncode == 2
    done = run("rules", "--from", "fitsverify", "Logical value in row #1, column #1")
    assert done.stdout.startswith(b"Needs the data.\n") and b"DA122" in done.stdout


def test_the_whole_table_is_listed():
    done = run("rules", "--from", "astropy", "--format", "json")
    assert done.stdout.count(b'"message"') == len(load_messages("astropy"))


@pytest.mark.parametrize("kind", ["RICE_1", "GZIP_1", "HCOMPRESS_1"])
def test_what_astropy_says_of_a_damaged_tile_is_what_fitslint_finds(tmp_path, kind):
    path = tmp_path / "a.fits"
    pixels = np.arange(4096, dtype="i4").reshape(64, 64)
    image = fits.CompImageHDU(pixels, compression_type=kind, tile_shape=(16, 64))
    fits.HDUList([fits.PrimaryHDU(), image]).writeto(path)
    data = path.read_bytes()
    with fits.open(path, disable_image_compression=True) as hdus:
        start = hdus[1].fileinfo()["datLoc"] + hdus[1].header["NAXIS1"] * hdus[1].header["NAXIS2"]
    path.write_bytes(data[:start] + b"\xff" * 12 + data[start + 12 :])
    with warnings.catch_warnings(record=True) as caught, pytest.raises(Exception) as stopped:
        warnings.simplefilter("always")
        fits.getdata(path, 1)
        raise RuntimeError(str(caught[0].message))
    message = find_message("astropy", str(stopped.value))
    found = {one.code for one in fitslint.check(path, data=True).findings}
    assert message.codes == ("DA160",) and "DA160" in found
