"""Waivers, baselines and digests of data in an audit."""

import gzip
import re

import pytest

from fitslint.audit.across import judge_across
from fitslint.audit.across_part import is_across_stale
from fitslint.audit.database import AuditDatabase
from fitslint.audit.tables import AuditFolderError, list_parts
from fitslint.config.options import SettingsError
from fitslint.config.settings import Settings
from tests.audit.archive import FAULT_EVERY, write_archive
from tests.audit.content import list_findings, read_rows, run_here
from tests.audit.made import audit_files
from tests.cli import tool


@pytest.fixture
def archive(tmp_path):
    write_archive(tmp_path / "files", 2 * FAULT_EVERY)
    return tmp_path / "files"


def test_waivers_take_findings_out_and_are_counted(archive, tmp_path):
    waivers = tmp_path / "waivers.toml"
    waivers.write_text('[[waiver]]\nrules = ["CD101"]\nreason = "a tab of the old writer"\n')
    plain = run_here(tmp_path / "plain", archive)
    assert plain.counts["error"] == 2
    held = run_here(tmp_path / "audit", archive, settings=Settings(waivers=str(waivers)))
    assert (held.counts["error"], held.counts["waived"]) == (1, 1)
    codes = {row["code"] for row in read_rows(tmp_path / "audit", "findings")}
    assert codes == {"DT101"}
    assert sum(row["waived"] for row in read_rows(tmp_path / "audit", "files")) == 1


def test_a_waiver_that_is_over_counts_again_and_files_are_judged_anew(archive, tmp_path):
    waivers = tmp_path / "waivers.toml"
    text = '[[waiver]]\nrules = ["CD101"]\nreason = "until then"\nuntil = {}\n'
    waivers.write_text(text.format("2999-01-01"))
    settings = Settings(waivers=str(waivers))
    assert run_here(tmp_path / "audit", archive, settings=settings).counts["error"] == 1
    waivers.write_text(text.format("2001-01-01"))
    assert run_here(tmp_path / "audit", archive, settings=settings).counts["error"] == 2


def test_what_a_baseline_of_check_knows_is_not_told(archive, tmp_path):
    baseline = tmp_path / "baseline.jsonl"
    tool.run("check", str(archive), "--no-config", "--write-baseline", str(baseline))
    settings = Settings(baseline=str(baseline))
    result = run_here(tmp_path / "audit", archive, settings=settings)
    assert result.counts["known"] == 2
    assert not list_findings(tmp_path / "audit", str(archive))
    # Another fault is new.
    path = next(archive.rglob("CAM00000001.fits"))
    path.write_bytes(path.read_bytes().replace(b"2.5E+00", b"2.5e+00"))
    result = run_here(tmp_path / "audit", archive, settings=settings)
    assert "VF110" in {row["code"] for row in read_rows(tmp_path / "audit", "findings")}
    assert result.counts["known"] == 2


def test_a_waiver_accepts_findings_across_files(tmp_path):
    frame = _make_image(b"a" * 8, "FRAMEID = 'SUPA00000010'", "MJD-STR =          52582.30000")
    other = _make_image(b"b" * 8, "FRAMEID = 'SUPA00000010'", "MJD-STR =          52582.40000")
    options = audit_files(tmp_path, {"a.fits": frame, "b.fits": other})
    assert judge_across(tmp_path / "audit", Settings(select=("AR201",)))["warning"] == 1
    waivers = tmp_path / "waivers.toml"
    waivers.write_text('[[waiver]]\nrules = ["AR201"]\nreason = "a copy"\npaths = ["**/b.fits"]\n')
    settings = Settings(select=("AR201",), waivers=str(waivers))
    assert not judge_across(tmp_path / "audit", settings).total()
    assert options.folder


def test_waivers_that_are_over_or_of_no_use_are_told(archive, tmp_path):
    waivers = archive / "waivers.toml"
    waivers.write_text(
        '[[waiver]]\nrules = ["CD101"]\nreason = "a tab"\n'
        '[[waiver]]\nrules = ["VF110"]\nreason = "nobody does"\n'
        '[[waiver]]\nrules = ["DT101"]\nreason = "until then"\nuntil = 2001-12-31\n'
        '[[waiver]]\nrules = ["AR201"]\nreason = "no frame is twice"\n'
    )
    settings = Settings(waivers=str(waivers))
    run_here(tmp_path / "audit", archive, settings=settings)
    assert judge_across(tmp_path / "audit", settings).total() == 3
    with AuditDatabase(tmp_path / "audit") as database:
        found = list(database.select("SELECT path, code, keyword FROM across ORDER BY ALL"))
    assert found == [
        (str(waivers), "AR101", "DT101 in all files"),
        (str(waivers), "AR102", "AR201 in all files"),
        (str(waivers), "AR102", "VF110 in all files"),
    ]
    # By other settings than those of the run nobody knows what they accepted.
    assert not judge_across(tmp_path / "audit", Settings(waivers=str(waivers), select=("AR",)))


def test_thresholds_are_those_of_the_folder(tmp_path):
    frame = _make_image(b"a" * 8, "FRAMEID = 'SUPA00000010'", "MJD-STR =          52582.30000")
    other = _make_image(b"b" * 8, "FRAMEID = 'SUPA00000010'", "MJD-STR =          52582.40000")
    audit_files(tmp_path, {"a.fits": frame, "b.fits": other})
    folder, settings = tmp_path / "audit", Settings(select=("AR201",))
    assert judge_across(folder, settings)["warning"] == 1
    assert not is_across_stale(folder)
    own = folder / "thresholds.toml"
    own.write_text("[AR201]\napart_seconds = 10000\n")
    assert is_across_stale(folder)
    assert not judge_across(folder, settings).total()
    for text, reason in (
        ("[AR999]\nx = 1", "there is no threshold 'AR999'"), ("AR201 = 1", "AR201 is a table"),
        ("[AR201]\napart = 1", "did you mean 'apart_seconds'?"), ("[AR201", "not valid TOML"),
        ("[AR201]\napart_seconds = -1", "a number from 0 on is wanted"),
        ("[AR201]\napart_seconds = nan", "a number from 0 on is wanted"),
        ("[AR201]\napart_seconds = true", "a number from 0 on is wanted"),
    ):  # fmt: skip
        own.write_text(text)
        with pytest.raises(SettingsError, match=re.escape(reason)):
            judge_across(folder, settings)
        done = tool.run("audit", "across", str(folder))
        assert done.returncode == 2 and reason.encode() in done.stderr


def test_data_digests_find_copies_behind_other_headers_and_compression(tmp_path):
    data = bytes(range(1, 201))
    files = {
        "a.fits": _make_image(data), "b.fits": _make_image(data, "OBJECT  = 'M 31    '"),
        "c.fits.gz": gzip.compress(_make_image(data)), "d.fits": _make_image(data[::-1]),
        "zero1.fits": _make_image(bytes(200)), "zero2.fits": _make_image(bytes(200)),
        "cut.fits": _make_image(data)[:-2700],
    }  # fmt: skip
    audit_files(tmp_path, files, Settings(data=True))
    told = {row["path"].rpartition("/")[2]: row["data_digest"]
            for row in read_rows(tmp_path / "audit", "files")}  # fmt: skip
    assert told["a.fits"] is not None
    assert told["a.fits"] == told["b.fits"] == told["c.fits.gz"] != told["d.fits"]
    assert told["zero1.fits"] is told["cut.fits"] is None
    judge_across(tmp_path / "audit", Settings(select=("AR204",)))
    with AuditDatabase(tmp_path / "audit") as database:
        sql = "SELECT path, message_id FROM across ORDER BY path"
        flagged = [(path.rpartition("/")[2], said) for path, said in database.select(sql)]
    assert flagged == [("b.fits", "AR204.data"), ("c.fits.gz", "AR204.copy")]


def test_a_part_that_may_not_be_read_is_not_called_damaged(archive, tmp_path, monkeypatch):
    run_here(tmp_path / "audit", archive)
    part = list_parts(tmp_path / "audit", "keywords")[0]
    real = type(part).open

    def refuse(self, *arguments, **options):
        if self == part:
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *arguments, **options)

    monkeypatch.setattr(type(part), "open", refuse)
    with pytest.raises(AuditFolderError, match=r"keywords-00000.parquet cannot be read: Perm"):
        AuditDatabase(tmp_path / "audit")


def _make_image(data, *more):
    cards = [
        "SIMPLE  =                    T", "BITPIX  =                    8",
        "NAXIS   =                    1", f"NAXIS1  = {len(data):20d}", *more, "END",
    ]  # fmt: skip
    header = "".join(card.ljust(80) for card in cards).ljust(2880).encode("ascii")
    return header + data.ljust(2880, b"\0")
