"""``fitslint.fix`` on what astropy holds, and the forms of its report."""

import io
import re

import pytest

import fitslint
from tests.engine.test_run import BAD, fits

apfits = pytest.importorskip("astropy.io.fits")
np = pytest.importorskip("numpy")
pytestmark = pytest.mark.filterwarnings("ignore")


def written(*, checksum: bool = False) -> bytes:
    """An image, an unsigned image and a table, with a string of several cards."""
    table = apfits.BinTableHDU.from_columns([apfits.Column("a", "J", array=[1, 2])])
    image = apfits.PrimaryHDU(np.arange(4.0).reshape(2, 2))
    image.header["GAIN"] = 1.5
    image.header["STORY"] = "long " * 30
    unsigned = apfits.ImageHDU(np.arange(4, dtype="u2"))
    out = io.BytesIO()
    apfits.HDUList([image, unsigned, table]).writeto(out, checksum=checksum)
    return out.getvalue()


def faulty() -> bytes:
    return written().replace(b"GAIN    =", b"gain    =")


@pytest.mark.parametrize("look", [False, True])
def test_headers_in_memory_are_repaired_and_data_are_not_touched(look):
    data = faulty()
    with apfits.open(io.BytesIO(data)) as hdus:
        if look:
            assert hdus[1].data.dtype == np.uint16
        report = fitslint.fix(hdus)
        assert [one.finding.code for one in report.fixes] == ["KN102"]
        assert (report.changed, report.data, report.error) == (True, None, None)
        out = io.BytesIO()
        hdus.writeto(out, output_verify="ignore")
    assert not fitslint.fix(out.getvalue()).changed
    assert out.getvalue() == written()


def test_without_writing_nothing_changes():
    with apfits.open(io.BytesIO(faulty())) as hdus:
        cards = [str(card._image) for card in hdus[0].header.cards]
        assert fitslint.fix(hdus, write=False).changed
        assert [str(card._image) for card in hdus[0].header.cards] == cards


def test_an_hdu_alone_and_a_header():
    with apfits.open(io.BytesIO(faulty())) as hdus:
        assert fitslint.fix(hdus[0]).changed
    with apfits.open(io.BytesIO(faulty())) as hdus:
        assert fitslint.fix(hdus[0].header).changed
    assert fitslint.fix(apfits.Header()).error


def test_what_makes_no_sense_in_memory_is_refused(tmp_path):
    with apfits.open(io.BytesIO(faulty())) as hdus, pytest.raises(ValueError, match="no file"):
        fitslint.fix(hdus, log=tmp_path / "log")
    with pytest.raises(TypeError):
        fitslint.fix(3)


def test_a_report_has_a_text_and_html_and_one_word():
    report = fitslint.fix(fits(BAD, b"OBJECT  = <b>M31</b> & x"))
    assert repr(report) == "<FixReport '<bytes>': 1 fix, 1 finding left>"
    first, *rest = str(report).splitlines()
    assert first == "<bytes>: 1 fix (VF110)"
    assert any("<b>M31</b>" in line for line in rest)
    html = report._repr_html_()
    assert "<b>M31" not in html
    assert "&lt;b&gt;M31" in html
    assert "1.5E+02" in html
    sound = fitslint.fix(fits())
    assert str(sound) == "<bytes>: nothing to fix"
    assert repr(sound) == "<FixReport '<bytes>': 0 fixes, 0 findings left>"


def test_a_checksum_that_held_is_updated_with_its_time():
    image = apfits.PrimaryHDU(np.arange(4.0).reshape(2, 2))
    for _ in range(2):
        image.header.append(("AIRMASS", 1.5))
    image.add_datasum()
    image.add_checksum(when="HDU checksum updated 1999-12-31T23:59:59", override_datasum=True)
    out = io.BytesIO()
    image.writeto(out)
    assert not [one for one in fitslint.check(out.getvalue()).findings if one.code == "CK103"]
    report = fitslint.fix(out.getvalue())
    assert [one.finding.code for one in report.fixes] == ["DU101"]
    assert report.notes == []
    card = report.data[report.data.index(b"CHECKSUM") :][:80]
    assert re.search(rb"updated 20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8} ", card)
    assert not [one for one in report.remaining if one.code == "CK103"]


def test_one_that_did_not_hold_is_told():
    data = written(checksum=True).replace(b"GAIN    =", b"gain    =")
    report = fitslint.fix(data)
    (note,) = report.notes
    assert "the CHECKSUM of HDU 1 did not hold before" in note
    assert "CK103" in [one.code for one in report.remaining]
    before, after = (one[one.index(b"CHECKSUM") :][:80] for one in (data, report.data))
    assert before[33:] == after[33:], "its time stays"
