"""Rules across files on tables of rows: what is said, and above all what is not."""

import json
from operator import methodcaller

import numpy as np
import pytest
from astropy.io import fits

from fitslint.audit import across_part
from fitslint.audit.across import judge_across
from fitslint.audit.across_part import (
    ACROSS_FILE,
    AcrossEndedError,
    is_across_stale,
    judge_across_apart,
)
from fitslint.audit.database import AuditDatabase
from fitslint.audit.job import AuditJob
from fitslint.audit.listing import list_roots
from fitslint.audit.manifest import write_manifest
from fitslint.audit.shard import ShardChecker
from fitslint.config.settings import Settings
from fitslint.engine.ruleset import RuleSet
from fitslint.text import choose_language
from tests.audit.made import make_audit

NIGHT = 52582.3


def frame(number, **facts):
    """A raw frame as the telescope delivers it: one of ten chips of an exposure of 120 s."""
    exposure, chip = divmod(number, 10)
    start = NIGHT + exposure * 200 / 86400
    return {
        "path": f"/n/SUPA{number:08d}.fits", "folder": "/n", "status": "ok", "verdict": "conforms",
        "instrument": "SuprimeCam", "telescope": "Subaru", "frame_id": f"SUPA{number:08d}",
        "exp_id": f"SUPE{exposure * 10:08d}", "det_id": str(chip), "object": "M 31",
        "exptime": 120.0, "mjd_start": start, "mjd_end": start + 120 / 86400, "ins_ver": "1.0",
        "obs_mode": "IMAG", "data_type": "OBJECT", "date_obs": "2002-11-04", "groups": ["g"],
        "data_bytes": 100, "datasum": str(number), "data_shape": "primary:16:2048x4080",
    } | facts  # fmt: skip


def keyword(name, **facts):
    return {
        "group": "g", "instrument": "SuprimeCam", "hdu_kind": "primary", "keyword": name,
        "value_type": "real", "cards": 40, "first_date": "2002-11-04", "first_path": "/n/a.fits",
    } | facts  # fmt: skip


def find(folder, files=(), keywords=(), **settings):
    make_audit(folder, {"files": files, "keywords": keywords})
    judge_across(folder, Settings(**settings))
    with AuditDatabase(folder) as database:
        return list(database.select("SELECT code, path, keyword FROM findings ORDER BY ALL"))


def test_an_archive_as_it_should_be_is_left_alone(tmp_path):
    frames = [frame(number) for number in range(200)]
    # What is made of a frame keeps its number and time, and has its own exposure time and object.
    reduced = [
        frame(n, path=f"/r/{n}.fits", folder="/r", frame_id=f"SUPQ{n:08d}", datasum=f"{n}1",
              exptime=9.0, object="-", mjd_start=NIGHT + n)
        for n in range(50)
    ]  # fmt: skip
    copies = [frame(n, path=f"/c/{n}.fits", datasum=f"{n}2") for n in range(50)]
    keywords = [
        keyword("EXPTIME"), keyword("EXPTIME", value_type="integer", cards=3),
        keyword("GAIN", unit="s"), keyword("GAIN", unit="sec", cards=3),
        keyword("CRVAL1", unit="deg"), keyword("CRVAL1", unit="nm", cards=9),
        keyword("F_X", meaning="focus position"), keyword("F_X", meaning="position of focus"),
        keyword("HISTORY", value_type="string"), keyword("HISTORY", value_type="none", cards=3),
        keyword("EXP", numbers=400, quantiles=[0.0, 1, 10, 60, 120, 600, 1800],
                lowest=[{"value": 0.0, "path": "/n/a.fits"}],
                highest=[{"value": 3600.0, "path": "/n/b.fits"}]),
    ]  # fmt: skip
    assert find(tmp_path, frames + reduced + copies, keywords) == []


def test_arms_that_expose_beside_each_other_are_in_order(tmp_path):
    """A spectrum of ten minutes gets its number when it ends, behind images taken meanwhile."""
    arms = [
        frame(n, det_id="IMAG" if n % 4 else "SPEC", exp_id=None, exptime=9.0, mjd_end=None,
              mjd_start=NIGHT + (n * 200 - (0 if n % 4 else 700)) / 86400)
        for n in range(40)
    ]  # fmt: skip
    assert find(tmp_path, arms) == []


SPOILT = {
    "frame": ({"frame_id": "SUPA00000000"}, [("AR201", "FRAMEID")]),
    "exposure": ({"exp_id": "SUPE00000000"}, [("AR202", "EXP-ID")]),
    "object": ({"object": "FLAT"}, [("AR203", "OBJECT")]),
    "exptime": ({"exptime": 240.0}, [("AR203", "EXPTIME")]),
    "data": (
        {"data_digest": "00ff", "datasum": None}, [("AR204", None)],
    ),
    "end": ({"mjd_end": NIGHT + 700 / 86400}, [("AR402", None)]),
    "start": (
        {"mjd_start": NIGHT + 900 / 86400, "mjd_end": None},
        [("AR202", "EXP-ID"), ("AR401", "FRAMEID")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_one_frame_that_is_wrong_is_told(name, tmp_path):
    facts, wanted = SPOILT[name]
    frames = [frame(number) for number in range(60)]
    frames[25] |= facts
    if name == "data":
        frames[31] |= facts
    found = find(tmp_path, frames)
    assert [(code, keyword) for code, _, keyword in found] == wanted


MD5 = '"9a0364b9e99bb480dd25e1f0284c8555"'


@pytest.mark.parametrize(
    ("start", "etag", "sizes", "is_told"),
    [
        ("s3://bucket", MD5, (5760, 5760), True),
        ("s3://bucket", f'{MD5[:-1]}-3"', (5760, 5760), True),
        ("s3://bucket", MD5, (5760, 8640), False),
        ("s3://bucket", '"0x8DC1B2A"', (5760, 5760), False),
        ("https://example.org", MD5, (5760, 5760), False),
        ("https://example.org", '"5f3e2a10-1680"', (5760, 5760), False),
        ("/disk", MD5, (5760, 5760), False),
    ],
    ids=["md5", "parts", "sizes", "other-store", "web", "time-and-size", "disk"],
)
def test_objects_with_one_sum_are_copies(start, etag, sizes, is_told, tmp_path):
    files = [
        frame(0, path=f"{start}/{name}.fits", size=size, etag=etag, datasum=None, header_hash="00")
        for name, size in zip("ab", sizes, strict=True)
    ]
    files.append(frame(1, path=f"{start}/c.fits", etag='"00"'))
    found = [row for row in find(tmp_path, files) if row[0] == "AR204"]
    assert found == ([("AR204", f"{start}/b.fits", None)] if is_told else [])


def test_a_copy_is_told_once_and_before_the_same_data(tmp_path):
    night = {"time_obs": "1", "datasum": "7", "size": 5760}
    files = [
        frame(0, path="s3://b/a.fits", header_hash="00", etag='"00"', **night),
        frame(0, path="s3://b/b.fits", header_hash="01", etag=MD5, **night),
        frame(0, path="s3://b/c.fits", header_hash="01", etag=MD5, **night),
    ]
    find(tmp_path, files)
    with AuditDatabase(tmp_path) as database:
        told = list(database.select(
            "SELECT path, message_id, params FROM findings WHERE code = 'AR204' ORDER BY path"
        ))  # fmt: skip
    assert told == [
        ("s3://b/b.fits", "AR204.data", '{"other": "s3://b/a.fits"}'),
        ("s3://b/c.fits", "AR204.copy", '{"other": "s3://b/b.fits"}'),
    ]


def test_a_quick_answer_is_that_of_the_rule(tmp_path):
    """Where a rule across files is not asked, it would have said nothing."""
    plain = {
        "instrument": "CAM", "ins_ver": None, "frame_id": "CAM00000007", "data_shape": None,
        "data_bytes": 0, "datasum": None,
    }  # fmt: skip
    make_audit(tmp_path / "plain", {"files": [frame(n, **plain) for n in range(40)]})
    make_audit(tmp_path / "none", {})
    make_audit(tmp_path / "frames", {"files": [frame(n) for n in range(40)]})
    rules = RuleSet.from_settings(Settings(), ("archive",)).rules.values()
    quick = [rule for rule in rules if rule.precheck is not None]
    counts = {}
    for name in ("plain", "none", "frames"):
        with AuditDatabase(tmp_path / name) as database:
            spared = [rule for rule in quick if rule.precheck(database)]
            assert [list(rule.check(database)) for rule in spared] == [[] for _ in spared]
            counts[name] = len(quick) - len(spared)
    assert len(quick) == 11
    assert counts == {"plain": 0, "none": 0, "frames": 7}


@pytest.mark.parametrize(
    "other",
    [
        {"datasum": "0", "mjd_start": NIGHT, "exp_id": None},
        {"datasum": "7", "mjd_start": NIGHT + 0.5, "exp_id": None, "frame_id": None},
        {"datasum": "7", "data_shape": "primary:16:10x10", "frame_id": None, "exp_id": None},
    ],
    ids=["zeros", "time", "shape"],
)
def test_sums_alone_make_no_copy(other, tmp_path):
    first = frame(0, datasum=other["datasum"], time_obs="1", exp_id=None)
    assert find(tmp_path, [first, {**frame(1), "time_obs": "2", **other}]) == []


def test_keywords_that_come_and_go_change_no_version(tmp_path):
    keywords = [keyword("A"), keyword("A", group="h"), keyword("F_LAMP", group="h")]
    frames = [frame(10 * n, groups=["h" if n % 7 == 3 else "g"]) for n in range(60)]
    assert find(tmp_path / "now and then", frames, keywords) == []
    for number, one in enumerate(frames):
        one["groups"] = ["h" if number >= 30 else "g"]
    assert find(tmp_path / "for good", frames, keywords) == [
        ("AR304", frames[30]["path"], "INS-VER")
    ]
    for one in frames[30:]:
        one["ins_ver"] = "1.1"
    assert find(tmp_path / "told", frames, keywords) == []


def test_the_level_follows_the_observatory(tmp_path):
    keywords = [keyword("GAIN"), keyword("GAIN", value_type="string", cards=3)]
    for telescope, severity in (("Subaru", "warning"), ("Hale", "info")):
        folder = tmp_path / telescope
        make_audit(folder, {"files": [frame(0, telescope=telescope)], "keywords": keywords})
        assert judge_across(folder) == {severity: 1}


def test_rules_can_be_chosen_and_an_old_answer_is_known(tmp_path):
    frames = [frame(number) for number in range(3)]
    frames[2]["object"] = "FLAT"
    assert find(tmp_path, frames, ignore=("AR203",)) == []
    assert not is_across_stale(tmp_path)
    make_audit(tmp_path, {"files": frames[:2]})
    assert is_across_stale(tmp_path)


def test_an_answer_that_was_cut_in_half_is_made_again(tmp_path):
    frames = [frame(number) for number in range(3)]
    frames[2]["object"] = "FLAT"
    told = find(tmp_path, frames)
    path = tmp_path / ACROSS_FILE
    path.write_bytes(path.read_bytes()[:-100])
    assert judge_across(tmp_path).total() == len(told) > 0
    with AuditDatabase(tmp_path) as database:
        assert database.select_row("SELECT count(*) FROM findings")[0] == len(told)


def test_what_is_stored_is_english_whatever_is_spoken(tmp_path):
    frames = [frame(number) for number in range(3)]
    frames[2]["object"] = "FLAT"
    make_audit(tmp_path, {"files": frames})
    choose_language("ja")
    try:
        judge_across(tmp_path)
    finally:
        choose_language("en")
    with AuditDatabase(tmp_path) as database:
        message = database.select_row("SELECT message FROM findings")[0]
    assert message.startswith("OBJECT is FLAT here and M 31 in /n/SUPA")


def test_who_holds_files_against_each_other_may_be_killed(tmp_path, monkeypatch):
    """It is told and can be done again, and what the dead one left is removed."""
    make_audit(tmp_path, {"files": [frame(0), frame(0, path="/n/other.fits")], "keywords": []})
    left = tmp_path / f".{ACROSS_FILE}.1.part"
    left.touch()
    with monkeypatch.context() as patch:
        patch.setattr(across_part, "serve_across", methodcaller("close"))
        with pytest.raises(AcrossEndedError, match="does it again"):
            judge_across_apart(tmp_path)
    assert is_across_stale(tmp_path)
    judge_across_apart(tmp_path)
    assert not is_across_stale(tmp_path)
    assert not left.exists()


def test_no_process_is_begun_where_no_rule_across_files_is_asked(tmp_path, monkeypatch):
    """What is stored says that nothing was found, and is not stale."""
    make_audit(tmp_path, {"files": [frame(0), frame(0, path="/n/other.fits")], "keywords": []})
    monkeypatch.setattr(across_part, "HelperProcess", None)
    settings = Settings(ignore=("AR",))
    assert not judge_across_apart(tmp_path, settings).total()
    assert not is_across_stale(tmp_path)
    with AuditDatabase(tmp_path) as database:
        assert database.has_across
        assert database.select_row("SELECT count(*) FROM findings") == (0,)


def solar(number, zero, **facts):
    """An image of the Radioheliograph: frame ``number`` of a schedule that began at ``zero`` s."""
    clock = f"0{zero // 3600 + number // 3600}:{number % 3600 // 60:02d}:{number % 60:02d}.254"
    name = facts.pop("name", f"ifa980509_{number:06d}")
    return {
        "path": f"/n/{name}", "folder": "/n", "status": "ok", "verdict": "conforms",
        "telescope": "radioheliograph", "date_obs": "1998-05-09", "start_time": clock,
        "end_time": clock[:-3] + "255", "start_frame": number, "end_frame": number,
        "solar_frame": "CRPIX1=32.5 CRPIX2=32.5 SOLR=952.22", "data_shape": "primary:-32:64x64",
    } | facts  # fmt: skip


def test_schedules_of_a_day_begin_once(tmp_path):
    """One image that counts from another second is told, a second schedule is not."""
    end = {"end_time": None}
    day = [solar(60 * n, 0, **end) for n in range(1, 9)]
    for one in day:
        one["end_time"] = one["start_time"][:6] + f"{int(one['start_time'][6:8]) + 1:02d}.254"
    assert find(tmp_path / "one", day) == []
    second = [
        one | {"path": f"{one['path']}b", "start_frame": one["start_frame"] - 50,
               "end_frame": one["end_frame"] - 50}
        for one in day[:2]
    ]  # fmt: skip
    assert find(tmp_path / "two", day + second) == []
    assert find(tmp_path / "off", day + second[:1]) == [("AR403", second[0]["path"], "STARTFRM")]


@pytest.mark.parametrize(
    ("facts", "keyword"),
    [
        ({}, None),
        ({"solar_frame": "CRPIX1=33.5 CRPIX2=32.5 SOLR=952.22"}, "CRPIX1"),
        ({"solar_frame": "CRPIX1=32.5 CRPIX2=32.5 SOLR=952.4"}, "SOLR"),
        ({"data_shape": "primary:-32:32x32"}, "NAXISn"),
        ({"start_frame": 61, "end_frame": 61}, "STARTFRM"),
        ({"start_time": "00:01:01.254"}, "STRT-OBS"),
        ({"name": "ips980509_000060.fits", "data_shape": "primary:-32:32x32"}, None),
        ({"name": "ipz980509_000060", "data_shape": "primary:-32:32x32"}, None),
    ],
)
def test_images_of_a_pair_are_of_one_grid_and_time(facts, keyword, tmp_path):
    pair = [
        solar(60, 0, name="ipa980509_000060"),
        solar(60, 0, **{"name": "ips980509_000060"} | facts),
    ]
    assert find(tmp_path, pair) == ([("AR404", "/n/ips980509_000060", keyword)] if keyword else [])


GRID = {"SOLR": 952.22, "CRVAL1": 952.22, "CRVAL2": 0.0, "CRPIX1": 16.5, "CRPIX2": 16.5,
        "CDELT1": 10.0, "CDELT2": 10.0, "BUNIT": "K", "TELESCOP": "radioheliograph",
        "OBS-FREQ": "17GHz"}  # fmt: skip


def write_pair(folder, factor, cards=(), noise=100.0):
    """Images at the limb, with a source in R-L that is ``factor`` times as bright as in R+L."""
    random = np.random.default_rng(17)
    x = (np.arange(32) - 15.5) * 10 + 952.22
    for letter, kind in {"a": "r+l", "s": "r-l"}.items():
        values = random.normal(0, noise, (32, 32)) if noise else np.zeros((32, 32))
        values[:, x < 952] += 1e4 if letter == "a" else 0
        values[4:8, 3:6] = 1e5 * (factor if letter == "s" else 1)
        header = fits.Header({**GRID, "POLARIZ": kind})
        if letter == "s":
            header.update(cards)
        path = folder / f"ip{letter}980509_032021"
        fits.PrimaryHDU(values.astype(">f4"), header).writeto(path)
    return folder / "ips980509_032021"


def audit_pair(folder, *, data=True):
    archive, audit = folder / "archive", folder / "audit"
    audit.mkdir()
    manifest = write_manifest(audit, list_roots([str(archive)]), {})
    checker = ShardChecker(AuditJob(str(audit), Settings(data=data), ""))
    for shard in manifest.shards:
        checker.run(shard)
    return audit


def list_overpolarized(audit):
    judge_across(audit, Settings())
    with AuditDatabase(audit) as database:
        sql = "SELECT path, params FROM findings WHERE code = 'AR405'"
        return [(path, json.loads(params)) for path, params in database.select(sql)]


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(("factor", "count"), [(1.2, 12), (-1.2, 12), (0.99, 0), (-0.99, 0)])
def test_polarised_flux_is_a_part_of_all(factor, count, archive, tmp_path):
    path = write_pair(archive, factor)
    found = list_overpolarized(audit_pair(tmp_path))
    assert [one for one, _ in found] == [str(path)] * bool(count)
    for _, params in found:
        assert params["count"] == count and params["ratio"] == pytest.approx(1.2, abs=0.01)
        assert params["other"] == str(archive / "ipa980509_032021")


@pytest.mark.parametrize(
    ("cards", "noise"),
    [
        ({"BUNIT": "Jy"}, 100.0),
        ({"CRPIX1": 17.5}, 100.0),
        ({"CRVAL2": 5.0}, 100.0),
        ({"POLARIZ": "r+l"}, 100.0),
        ({"OBS-FREQ": "34GHz"}, 100.0),
        ({}, 0.0),
    ],
)
def test_what_is_no_pair_is_not_compared(cards, noise, archive, tmp_path):
    write_pair(archive, 2.0, cards, noise)
    assert list_overpolarized(audit_pair(tmp_path)) == []


def test_a_pair_is_compared_where_data_were_read_and_are_still_there(archive, tmp_path):
    path = write_pair(archive, 2.0)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "archive").symlink_to(archive)
    assert list_overpolarized(audit_pair(tmp_path / "one", data=False)) == []
    audit = audit_pair(tmp_path)
    assert len(list_overpolarized(audit)) == 1
    path.write_bytes(path.read_bytes() + bytes(2880))
    assert list_overpolarized(audit) == []
    path.unlink()
    assert list_overpolarized(audit) == []


def test_a_few_pixels_are_the_affair_of_a_threshold(archive, tmp_path):
    write_pair(archive, 2.0)
    audit = audit_pair(tmp_path)
    (audit / "thresholds.toml").write_text("[AR405]\npixels = 13\n")
    assert list_overpolarized(audit) == []
