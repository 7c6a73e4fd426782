"""The library: what can be checked, what comes back, and that astropy objects stay as they are."""

import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
import pytest
from astropy.io import fits as astropy_fits

import fitslint
from fitslint.config import schema_files
from fitslint.config.settings import Settings
from fitslint.engine.findings import FindingCollector
from fitslint.engine.run import check_all
from fitslint.model.errors import NotCheckableError
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


def test_a_folder_is_a_report(tmp_path):
    report = fitslint.check(tmp_path)
    assert report.status == "unreadable"
    assert report.verdict == "undetermined"
    assert report.reason


def test_a_missing_file_raises_with_the_nearest_name(tmp_path):
    (tmp_path / "image.fits").write_bytes(fits())
    with pytest.raises(FileNotFoundError, match=r"did you mean '.*/image\.fits'\?") as caught:
        fitslint.check(tmp_path / "imagee.fits")
    assert caught.value.filename == str(tmp_path / "imagee.fits")


class AlarmError(Exception):
    """What a program around raises when it has waited long enough."""


@pytest.mark.parametrize("kind", [TimeoutError, AlarmError, ValueError, KeyError, SystemExit])
@pytest.mark.parametrize("place", ["os.open", "os.pread", "rule", "stream"])
def test_what_the_program_around_raises_in_a_signal_handler_reaches_it(
    path, monkeypatch, kind, place
):
    def ring(*_):
        raise kind("time is up")

    before = signal.signal(signal.SIGALRM, ring)
    rang = []

    def ringing(real):
        def called(*arguments):
            if not rang:
                rang.append(1)
                signal.raise_signal(signal.SIGALRM)
            return real(*arguments)

        return called

    source = path
    if place == "stream":
        source = Ringing(fits(BAD))
    else:
        owner, name = {"rule": (FindingCollector, "add")}.get(place, (os, place[3:]))
        monkeypatch.setattr(owner, name, ringing(getattr(owner, name)))
    try:
        with pytest.raises(kind, match="time is up"):
            fitslint.check(source)
        assert signal.getsignal(signal.SIGALRM) is ring
    finally:
        signal.signal(signal.SIGALRM, before)
    monkeypatch.undo()
    assert codes(fitslint.check(path)) == codes(fitslint.check(path.read_bytes()))


class Ringing(io.BytesIO):
    def read(self, *arguments):
        signal.raise_signal(signal.SIGALRM)
        return super().read(*arguments)


def test_the_alarm_of_the_program_around_goes_on(path):
    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    try:
        signal.setitimer(signal.ITIMER_REAL, 1000.0)
        for _ in check_all([str(path)] * 3, Settings(jobs=1)):
            pass
        fitslint.check(path)
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 500
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_IGN
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_configuration_file_holds_when_it_is_named(tmp_path, monkeypatch):
    file = tmp_path / "fitslint.toml"
    file.write_text('ignore = ["VF110"]\nprofile = "lenient"\n')
    monkeypatch.chdir(tmp_path)
    data = fits(BAD)
    assert codes(fitslint.check(data)) == ["VF110"]
    quiet = fitslint.check(data, config=file)
    assert codes(quiet) == []
    assert quiet.to_dict()["profile"] == "lenient"
    assert codes(fitslint.check(data, config=file, ignore="CD")) == ["VF110"]
    assert fitslint.check(data, config=file, profile="strict").to_dict()["profile"] == "strict"
    with pytest.raises(fitslint.SettingsError, match="cannot be read"):
        fitslint.check(data, config=tmp_path / "nowhere.toml")


def test_errors_have_one_root_and_their_old_names():
    roots = {
        "ConformanceError": Exception, "RepairError": Exception, "ProductError": Exception,
        "DictionaryError": ValueError, "SettingsError": ValueError,
        "UnknownSelectorError": ValueError,
    }  # fmt: skip
    for name, base in roots.items():
        kind = getattr(fitslint, name)
        assert name in fitslint.__all__
        assert issubclass(kind, fitslint.FitslintError)
        assert issubclass(kind, base)
    assert fitslint.FitsLintError is fitslint.ConformanceError
    assert fitslint.UnknownSelector is fitslint.UnknownSelectorError
    assert issubclass(NotCheckableError, TypeError)
    with pytest.raises(fitslint.FitslintError):
        fitslint.check(fits(), select="XX999")


def test_a_report_in_one_word():
    assert repr(fitslint.check(fits())) == "<Report '<bytes>': conforms, 0 findings>"
    assert repr(fitslint.check(fits(BAD))) == "<Report '<bytes>': violates, 1 finding>"
    assert repr(fitslint.check(b"")) == "<Report '<bytes>': not-fits, 1 finding>"


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


def test_reports_have_their_old_attributes():
    report = fitslint.check(fits(BAD))
    assert report.cut is report.limits_hit
    done = fitslint.fix(fits(BAD), write=False)
    assert done.left == done.remaining == done.after.findings


def test_plain_data_is_of_the_schema(path):
    schema = json.loads(schema_files.read_schema_text(schema_files.REPORT_SCHEMA))
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


@pytest.mark.long
def test_the_wheel_ships_the_types(tmp_path):
    """A program that uses the library is checked against its types, not against Any."""
    assert (Path(fitslint.__file__).parent / "py.typed").is_file()
    program = tmp_path / "program.py"
    program.write_text(
        "import fitslint\n"
        "report = fitslint.check(b'')\n"
        "reveal_type(report)\n"
        "reveal_type(report.findings)\n"
        "fitslint.check(b'', no_such_option=1)\n"
    )
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "program.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "MYPYPATH": ""},
    )  # fmt: skip
    assert 'Revealed type is "fitslint.api.report.Report"' in done.stdout
    assert "fitslint.model.finding.Finding" in done.stdout
    assert 'Unexpected keyword argument "no_such_option"' in done.stdout


_OWN = """
[dictionary]
id = "my/camera"
version = "0.1.0"
title = "Keywords of my camera"
authority = "Mine"
edition = "1"

[dictionary.recognises]
header = { INSTRUME = ["MYCAM"] }

[[keyword]]
name = "SKYTEMP"
type = "real"
"""


def test_own_dictionaries_hold_where_a_file_tells_them(tmp_path):
    folder = tmp_path / "dictionaries"
    folder.mkdir()
    (folder / "my.toml").write_text(_OWN)
    path = tmp_path / "a.fits"
    for instrument, wanted in (("MYCAM", ["DI103"]), ("OTHER", [])):
        path.write_bytes(fits(f"INSTRUME= '{instrument:<8}'".encode(), b"SKYTEMP = '30      '"))
        report = fitslint.check(path, dictionary_path=folder, select="DI103")
        assert [one.code for one in report.findings] == wanted
        for given in (folder, [str(folder / "my.toml")]):
            done = fitslint.fix(
                path, dictionary_path=given, select="DI103", unsafe=True, write=False
            )
            assert [one.finding.code for one in done.fixes] == wanted
    assert fitslint.check(path, select="DI103").findings == []


def test_a_missing_file_raises_where_it_would_be_repaired(tmp_path):
    (tmp_path / "image.fits").write_bytes(fits())
    for call in (fitslint.fix, lambda path: fitslint.conform(path, "kappa")):
        with pytest.raises(FileNotFoundError, match=r"did you mean '.*/image\.fits'\?"):
            call(tmp_path / "imagee.fits")


def test_a_report_speaks_every_format(examples):
    report = fitslint.check(examples / "bad" / "CD101-control-character.fits")
    assert report.format() == f"{report}\n"
    assert "CD101" in report.format("full", only=report.findings[:1])
    assert "\x1b[" in report.format("full", colour=True)
    with pytest.raises(ValueError, match="concise or full"):
        report.format("yaml")


WRONG = {
    "profile": 3, "dictionary": 5, "dictionary_path": 5, "select": None, "ignore": [1],
    "extend_select": b"VF", "config": 5, "corrections": 5, "waivers": 5, "baseline": [],
}  # fmt: skip
WRONG_OF_FIX = {
    "only": 5, "backup": 1, "output_dir": 5, "log": 5, "corrections": b"x", "write": "no",
    "unsafe": "no", "style": [], "data": {}, "in_place": "x", "follow_links": "x",
}  # fmt: skip


@pytest.mark.parametrize(
    ("door", "name", "value"),
    [(fitslint.check, *one) for one in WRONG.items()]
    + [(fitslint.fix, *one) for one in WRONG_OF_FIX.items()],
)
def test_an_option_of_another_type_is_one_sentence(door, name, value, path):
    with pytest.raises(TypeError) as caught:
        door(path, **{name: value})
    assert re.match(
        rf"'{name}' takes .+, not (None|a value of type \w+)( in one)?$", str(caught.value)
    )
    assert path.read_bytes()


def test_options_of_every_type_that_has_a_meaning(path):
    import numpy as np

    class Named:
        def __fspath__(self):
            return "VF"

    for words in (
        "VF,CD", ["VF", "CD"], ("VF",), {"VF"}, Path("VF"), np.array(["VF", "CD"]), iter(["VF"]),
        {1: "VF"}.values(), (word for word in ["VF"]), np.str_("VF"), Named(), [Named()],
    ):  # fmt: skip
        assert "VF110" in {one.code for one in fitslint.check(path, select=words).findings}
    assert fitslint.fix(path, write=np.bool_(False), unsafe=0, select="VF").written is None


def test_options_may_be_scalars_of_numpy():
    np = pytest.importorskip("numpy")
    plain = fitslint.check(fits(*[BAD] * 5), select="VF110", max_findings=2, profile="strict")
    for integer in (np.int64(2), np.uint8(2)):
        report = fitslint.check(
            fits(*[BAD] * 5), select=np.array(["VF110"]), max_findings=integer,
            profile=np.str_("strict"), data=np.bool_(False),
        )  # fmt: skip
        assert report.to_dict() == plain.to_dict()
    assert fitslint.check(fits(), data=np.bool_(True)).ok == fitslint.check(fits(), data=True).ok
    with pytest.raises(fitslint.SettingsError, match="a whole number from 1"):
        fitslint.check(fits(), max_findings=np.float64(2))
    with pytest.raises(TypeError, match="True or False"):
        fitslint.check(fits(), data="yes")
