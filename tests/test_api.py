"""The library: what can be checked, what comes back, and that astropy objects stay as they are."""

import gzip
import io
import json
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pytest
from astropy.io import fits as astropy_fits

import fitslint
from fitslint.config import schemas
from tests.engine.test_run import BAD, fits


def codes(report):
    return [finding.code for finding in report.findings]


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "bad.fits"
    place.write_bytes(fits(BAD))
    return place


def test_paths_bytes_and_streams_say_the_same(path):
    data = path.read_bytes()
    from_path = fitslint.check(str(path))
    assert "VF110" in codes(from_path)
    for source in (path, data, bytearray(data), io.BytesIO(data), path.open("rb")):
        report = fitslint.check(source)
        assert report.findings == from_path.findings
        assert report.verdict == "violates"
        assert not report.ok


def test_threads_do_not_mix_their_findings(tmp_path):
    files = [tmp_path / f"{n}.fits" for n in range(200)]
    for n, file in enumerate(files):
        file.write_bytes(fits(*[BAD] * (n % 5)))
    expected = [codes(fitslint.check(file)) for file in files]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda file: codes(fitslint.check(file)), files)) == expected
    finally:
        sys.setswitchinterval(before)


def test_a_stream_without_a_name():
    with gzip.open(io.BytesIO(gzip.compress(fits(BAD)))) as packed:
        assert fitslint.check(packed).path == "<stream>"


def test_a_good_file_is_ok():
    report = fitslint.check(fits())
    assert report.ok
    assert report.findings == []
    assert report.verdict == "conforms"
    report.raise_for_errors()
    assert str(report) == "<bytes>: conforms"


def test_errors_can_be_raised(path):
    report = fitslint.check(path)
    with pytest.raises(fitslint.FitsLintError, match="error VF110") as caught:
        report.raise_for_errors()
    assert caught.value.report is report


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 3000, b"SIMPLE", b"<html>", fits()[:100], fits(b"\xff" * 80), b"\x1f\x8b\x08"],
)
def test_content_never_raises(data, tmp_path):
    place = tmp_path / "x.fits"
    place.write_bytes(data)
    for source in (data, io.BytesIO(data), place):
        report = fitslint.check(source)
        assert not report.ok
        with pytest.raises(fitslint.FitsLintError):
            report.raise_for_errors()
        assert str(report)
        assert report._repr_html_().startswith("<div>")


def test_missing_files_and_folders_are_reports(tmp_path):
    for source in (tmp_path / "nowhere.fits", tmp_path):
        report = fitslint.check(source)
        assert report.status == "unreadable"
        assert report.verdict == "undetermined"
        assert report.reason


def test_a_stream_that_fails_is_a_report():
    class Failing(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, _buffer):
            raise OSError("the tape broke")

    assert not fitslint.check(Failing()).ok


def test_what_cannot_be_checked_is_a_type_error():
    for source in (3, None, [], ["a.fits"], io.StringIO("SIMPLE")):
        with pytest.raises(TypeError):
            fitslint.check(source)


def test_rules_can_be_chosen():
    data = fits(BAD)
    assert codes(fitslint.check(data, select="VF110")) == ["VF110"]
    assert codes(fitslint.check(data, ignore=["VF"])) == []
    assert fitslint.check(data, select="VF110", severity={"VF110": "info"}).ok
    with pytest.raises(fitslint.UnknownSelector, match="VF110"):
        fitslint.check(data, select="VF1100")
    with pytest.raises(ValueError, match=r"'profile' is one of"):
        fitslint.check(data, profile="strct")


def test_findings_kept_are_limited_and_counted():
    report = fitslint.check(fits(*[BAD] * 20), select="VF110", max_findings=3)
    assert len(report.findings) == 3
    assert report.to_dict()["truncated"] == [{"code": "VF110", "kept": 3, "total": 20}]


def test_plain_data_is_of_the_schema(path):
    schema = json.loads(schemas.text(schemas.REPORT))
    validator = jsonschema.Draft202012Validator({"$ref": "#/$defs/file", "$defs": schema["$defs"]})
    for source in (path, b"", fits()):
        validator.validate(json.loads(json.dumps(fitslint.check(source).to_dict())))


def test_astropy_objects(path):
    data = path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with astropy_fits.open(path) as hdus:
            header = hdus[0].header
            images = [card._image for card in header.cards]
            for source in (hdus, hdus[0], header):
                assert codes(fitslint.check(source)) == codes(fitslint.check(data))
            assert [card._image for card in header.cards] == images
            assert not any(card._modified or card._verified for card in header.cards)
            assert fitslint.check(hdus).path == str(path)


def test_astropy_objects_made_in_memory(tmp_path):
    primary = astropy_fits.PrimaryHDU()
    primary.header["OBJECT"] = ("M 31", "a name")
    primary.header["HIERARCH ESO DET DIT"] = 1.5
    primary.header["LONG"] = "x" * 200
    table = astropy_fits.BinTableHDU.from_columns(
        [astropy_fits.Column("a", "1J", array=[1, 2, 3])], name="EVENTS"
    )
    hdus = astropy_fits.HDUList([primary, table])
    before = [hdu.header.copy() for hdu in hdus]
    report = fitslint.check(hdus)
    assert report.ok, str(report)
    assert [hdu.kind for hdu in report.hdus] == ["primary", "bintable"]
    assert [hdu.header for hdu in hdus] == before
    hdus.writeto(tmp_path / "written.fits")
    written = fitslint.check(tmp_path / "written.fits")
    assert [hdu.offset for hdu in written.hdus] == [hdu.offset for hdu in report.hdus]
    assert [hdu.cards for hdu in written.hdus] == [hdu.cards for hdu in report.hdus]


def test_public_names():
    assert set(fitslint.__all__) <= set(dir(fitslint))
    for name in fitslint.__all__:
        assert getattr(fitslint, name) is not None
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = fitslint.nothing_here


def test_importing_the_package_loads_nothing_heavy():
    code = "import fitslint, sys; print(*(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"astropy", "numpy", "typer", "lark", "rich"} & set(done.stdout.split())
