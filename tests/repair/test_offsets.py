"""Files that store byte offsets of their own HDUs: what moves nothing is done, the rest refused."""

import struct

import pytest

import fitslint
from fitslint.config.settings import Settings
from fitslint.model.form import BLOCK_SIZE
from fitslint.repair.corrections import load_corrections
from fitslint.repair.edit.apply import edit_file
from fitslint.repair.edit.keywords import KeywordEdit
from fitslint.repair.fixer import Fixer, WriteOptions
from fitslint.repair.model import RepairError
from fitslint.repair.options import FixOptions
from tests.strategies import file_of, padded

FULL = [f"KEY{number:<5}= {number:>20}" for number in range(27)]


def stored(*cards: str, index: int = BLOCK_SIZE) -> bytes:
    """A primary header that points at the one table behind it, whose rows hold offsets."""
    primary = [
        "SIMPLE  =                    T", "BITPIX  =                    8",
        "NAXIS   =                    0", "EXTEND  =                    T",
        f"INDXADDR= {index:>20}", *cards,
    ]  # fmt: skip
    table = [
        "XTENSION= 'BINTABLE'", "BITPIX  =                    8", "NAXIS   =                    2",
        "NAXIS1  =                   16", "NAXIS2  =                    1",
        "PCOUNT  =                    0", "GCOUNT  =                    1",
        "TFIELDS =                    2", "TTYPE1  = 'HDRADDR '", "TFORM1  = 'K       '",
        "TTYPE2  = 'DATADDR '", "TFORM2  = 'K       '", "EXTNAME = 'INDEX   '",
    ]  # fmt: skip
    data = struct.pack(">qq", BLOCK_SIZE, 2 * BLOCK_SIZE).ljust(BLOCK_SIZE, b"\0")
    return file_of(map(padded, primary)) + file_of(map(padded, table)) + data


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "index.fits"
    path.write_bytes(stored(*FULL))
    return path


def test_a_card_that_has_room_is_set(tmp_path):
    path = tmp_path / "index.fits"
    path.write_bytes(stored(*FULL[:20]))
    edit_file(str(path), [KeywordEdit("set", "OBJECT", "M 31")], Settings(), WriteOptions())
    assert b"OBJECT  = 'M 31    '" in path.read_bytes()
    assert path.stat().st_size == len(stored())


def test_a_header_that_would_grow_by_a_block_is_refused(path):
    before = path.read_bytes()
    cards = [KeywordEdit("set", name, "1") for name in ("AAA", "BBB", "CCC", "DDD", "EEE")]
    with pytest.raises(RepairError, match=r"INDXADDR of HDU 1, column HDRADDR of HDU 2"):
        edit_file(str(path), cards, Settings(), WriteOptions())
    assert path.read_bytes() == before


def test_one_that_would_shrink_too(tmp_path):
    path = tmp_path / "index.fits"
    path.write_bytes(
        stored(*FULL, *(f"MORE{n:<4}= {n:>20}" for n in range(5)), index=2 * BLOCK_SIZE)
    )
    with pytest.raises(RepairError, match="would move"):
        edit_file(
            str(path),
            [KeywordEdit("delete", f"MORE{n}") for n in range(5)],
            Settings(),
            WriteOptions(),
        )


def test_a_fix_that_moves_nothing_is_made():
    report = fitslint.fix(stored(*FULL[:24], "gain    =                  1.5"))
    assert [repair.finding.code for repair in report.fixes] == ["KN102"]
    assert len(report.data) == len(stored())


def test_corrections_are_refused_with_the_reason(path, tmp_path):
    sets = "".join(f"K{number} = {number}\n" for number in range(5))
    table = f"[[observation]]\nmatch = {{ KEY0 = 0 }}\n[observation.set]\n{sets}"
    corrections = tmp_path / "corrections.toml"
    corrections.write_text(f'schema = "urn:fitslint:corrections:1.0.0"\n{table}')
    before = path.read_bytes()
    fixer = Fixer(Settings(), FixOptions(), WriteOptions(), load_corrections(str(corrections)))
    done = fixer.fix(str(path))
    assert "its corrections cannot be applied" in done.error
    assert "would move" in done.error
    assert path.read_bytes() == before


def test_stale_offsets_are_found():
    assert "FS123" not in {finding.code for finding in fitslint.check(stored()).findings}
    stale = fitslint.check(stored(index=5 * BLOCK_SIZE), select="FS123")
    (finding,) = stale.findings
    assert (finding.keyword, finding.hdu, finding.severity) == ("INDXADDR", 1, "warning")
    assert f"byte {BLOCK_SIZE}" in finding.message


def test_the_file_of_a_real_writer_stays_readable(shared, tmp_path):
    fits = pytest.importorskip("astropy.io.fits")
    path = tmp_path / "lsst.fits"
    path.write_bytes((shared / "cases" / "writers" / "lsst-images.fits").read_bytes())
    edit_file(str(path), [KeywordEdit("set", "OBJECT", "M 31")], Settings(), WriteOptions())
    many = [KeywordEdit("set", f"KEY{number}", "1") for number in range(30)]
    with pytest.raises(RepairError, match="would move"):
        edit_file(str(path), many, Settings(), WriteOptions())
    assert fitslint.fix(path, unsafe=True, style=True).error is None
    with fits.open(path) as hdus:
        places = {hdu.name: (hdu._header_offset, hdu._data_offset) for hdu in hdus[2:]}
        rows = hdus["INDEX"].data
        for row in rows[2:]:
            assert (row["HDRADDR"], row["DATADDR"]) == places[row["EXTNAME"].strip()]
        assert hdus[0].header["OBJECT"] == "M 31"
        assert hdus[0].header["INDXADDR"] == places["INDEX"][0]
        assert hdus[0].header["JSONADDR"] == places["JSON"][0]
