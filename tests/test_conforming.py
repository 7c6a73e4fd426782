"""``fitslint.testing.assert_conforms``, and the library's ``fix``."""

import gzip
import threading

import pytest
from astropy.io import fits as astropy_fits

from fitslint import fix
from fitslint.repair.model import RepairError
from fitslint.testing import assert_conforms
from tests.engine.test_run import BAD, fits

GOOD = BAD.replace(b"1.5e+02", b"1.5E+02")


def test_what_conforms_gives_its_report(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(fits())
    for source in (path, fits(), astropy_fits.HDUList([astropy_fits.PrimaryHDU()])):
        assert assert_conforms(source).ok


@pytest.mark.parametrize("source", [fits(BAD), b"", fits()[:100]])
def test_what_does_not_says_why(source):
    with pytest.raises(AssertionError, match="does not conform"):
        assert_conforms(source)


def test_a_path_that_does_not_exist_is_a_mistake_of_the_caller():
    with pytest.raises(FileNotFoundError, match="nowhere"):
        assert_conforms("nowhere.fits")


def test_severity_and_options():
    with pytest.raises(AssertionError, match="VF110"):
        assert_conforms(fits(BAD))
    assert_conforms(fits(BAD), ignore=["VF110"])
    assert_conforms(fits(BAD), severity={"VF110": "warning"})
    with pytest.raises(AssertionError, match="warning or higher"):
        assert_conforms(fits(BAD), severity={"VF110": "warning"}, fail_on="warning")
    with pytest.raises(ValueError, match="fail_on is one of"):
        assert_conforms(fits(), fail_on="fatal")


def test_fix_writes_a_path(tmp_path):
    path = tmp_path / "x.fits"
    path.write_bytes(fits(BAD))
    planned = fix(path, write=False)
    assert (planned.changed, planned.written, len(planned.fixes)) == (True, None, 1)
    assert path.read_bytes() == fits(BAD)
    done = fix(path, backup=".old")
    assert done.ok
    assert done.written == str(path)
    assert path.read_bytes() == fits(GOOD)
    assert (tmp_path / "x.fits.old").read_bytes() == fits(BAD)
    assert done.to_dict()["fixes"][0]["code"] == "VF110"
    again = fix(path)
    assert (again.changed, again.written, again.fixes) == (False, None, [])


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_fix_gives_new_bytes(pack):
    done = fix(pack(fits(BAD)))
    data = done.data if pack is bytes else gzip.decompress(done.data)
    assert data == fits(GOOD)
    assert fix(done.data).data == done.data


@pytest.mark.parametrize("source", [b"", b"junk", fits()[:200], b"\x1f\x8b\x08junk"])
def test_content_never_raises(source, tmp_path):
    done = fix(source)
    assert not done.ok
    assert done.data == source
    path = tmp_path / "x.fits"
    path.write_bytes(source)
    assert not fix(path).ok
    assert path.read_bytes() == source


def test_what_cannot_be_read_is_an_error_of_the_report(tmp_path):
    (tmp_path / "folder.fits").mkdir()
    done = fix(tmp_path / "folder.fits")
    assert done.error
    assert done.before.status == "unreadable"
    with pytest.raises(RepairError, match="folder"):
        done.raise_for_errors()


def test_what_cannot_be_fixed_at_all():
    with pytest.raises(TypeError, match="not int"):
        fix(5)
    with pytest.raises(ValueError, match="exclude each other"):
        fix("x.fits", in_place=True, output_dir="y")
    with pytest.raises(ValueError, match="VF999"):
        fix("x.fits", only="VF999")


def test_threads_may_fix_at_the_same_time(tmp_path):
    paths = [tmp_path / f"{n}.fits" for n in range(20)]
    for path in paths:
        path.write_bytes(fits(BAD))
    threads = [threading.Thread(target=fix, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(path.read_bytes() == fits(GOOD) for path in paths)
