"""An audit that is asked: numbers, SQL that can do no harm, and what changed."""

import csv
import gzip
import io
import json

import pytest

from fitslint.audit.database import AuditDatabase, QueryError
from fitslint.audit.tables import locate_part
from fitslint.source.walk import is_kept_by_repair
from tests.audit.content import run_here
from tests.audit.made import audit_files, make_audit
from tests.cli.tool import run
from tests.engine.test_run import fits

LOW = b"EXPTIME =              1.5e+02 / [s]"


@pytest.fixture(scope="module")
def audits(tmp_path_factory):
    """Before and after: one file repaired, one spoilt, one gone."""
    folder = tmp_path_factory.mktemp("ask")
    audit_files(folder, {
        "a.fits": fits(LOW), "b.fits": fits(LOW, b"OBJECT  = '\x1b[31m'"), "c.fits": fits(LOW),
        "d.fits": fits(),
    })  # fmt: skip
    (folder / "audit").rename(folder / "old")
    (folder / "archive/c.fits").unlink()
    audit_files(folder, {"a.fits": fits(), "d.fits": fits(LOW)})
    return folder


def ask(folder, sql, form="json"):
    done = run("audit", "query", folder, sql, "--format", form)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if form == "json" else done.stdout.decode()


def test_a_summary_counts_files_and_findings(audits):
    done = run("audit", "summary", audits / "old", "--format", "json")
    told = json.loads(done.stdout)
    assert (told["files"], told["verdicts"]) == (4, {"violates": 3, "conforms": 1})
    (rule,) = [one for one in told["rules"] if one["code"] == "VF110"]
    assert (rule["findings"], rule["files"], rule["fixable"]) == (3, 3, 3)
    text = run("audit", "summary", audits / "old").stdout.decode()
    assert text.startswith("4 files, ") and "VF110" in text
    assert "run `fitslint audit across`" in text


def test_a_summary_says_how_many_instruments_it_leaves_out(tmp_path):
    audit_files(tmp_path, {
        f"{n}.fits": fits(f"INSTRUME= 'CAM{n:02}'".encode()) for n in range(22)
    })  # fmt: skip
    text = run("audit", "summary", tmp_path / "audit").stdout.decode()
    assert text.splitlines()[-1] == "... and 2 more"
    told = json.loads(run("audit", "summary", tmp_path / "audit", "--format", "json").stdout)
    assert (len(told["instruments"]), told["further_instruments"]) == (20, 2)


def test_a_summary_counts_what_is_no_fits_once_and_names_what_was_passed_over(tmp_path):
    files = {"a.fits": fits(), "b.fits": fits(LOW), "text.fits": b"no FITS\n", "notes.txt": b""}
    files |= {f"scratch.{number}": b"" for number in range(120)}
    (tmp_path / "archive").mkdir()
    for name, data in files.items():
        (tmp_path / "archive" / name).write_bytes(data)
    run_here(tmp_path / "audit", tmp_path / "archive")
    told = json.loads(run("audit", "summary", tmp_path / "audit", "--format", "json").stdout)
    assert told["verdicts"] == {"conforms": 1, "undetermined": 1, "violates": 1}
    assert told["statuses"] == {"not-fits": 1}
    assert sum(one["violating"] for one in told["instruments"]) == 1
    skipped = told["skipped"]
    assert (len(skipped), skipped["..."], sum(skipped.values())) == (101, 21, 121)
    text = run("audit", "summary", tmp_path / "audit").stdout.decode()
    assert "121 other files passed over (" in text


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_questions_are_answered_in_three_forms(audits, form):
    sql = "SELECT path, code FROM findings WHERE code = 'VF110' ORDER BY path"
    answer = ask(audits / "old", sql, form)
    if form == "json":
        rows = [list(one.values()) for one in answer]
    elif form == "csv":
        rows = list(csv.reader(io.StringIO(answer)))[1:]
    else:
        rows = [line.split() for line in answer.splitlines()[1:]]
    assert rows == [[f"{audits}/archive/{name}.fits", "VF110"] for name in "abc"]


def test_json_loses_no_column_and_stays_json(audits):
    sql = "SELECT 1 AS a, 2 AS a, 'inf'::DOUBLE AS b, 'nan'::DOUBLE AS c, 1.5::DOUBLE AS d"
    assert ask(audits / "old", sql) == [{"a": 1, "a_1": 2, "b": "inf", "c": "nan", "d": 1.5}]


def test_text_of_a_header_does_not_steer_a_terminal(audits):
    assert "\x1b" not in ask(audits / "old", 'SELECT 1 AS "\x1b[31m"', "table")
    shown = ask(audits / "old", "SELECT image FROM findings WHERE image LIKE '%31m%'", "table")
    assert "\\x1b[31m" in shown and "\x1b" not in shown


@pytest.mark.parametrize(
    "sql",
    [
        "COPY files TO '{0}/x.csv'", "COPY files TO '{0}/old/manifest.parquet'",
        "EXPLAIN ANALYZE COPY files TO '{0}/x.csv'", "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '{0}/archive/a.fits'", "ATTACH '{0}/x.db'", "SET memory_limit = '9GB'",
        "SELECT 1; SELECT 2", "INSTALL httpfs", "SELECT * FROM glob('/*')",
        "EXPORT DATABASE '{0}/x'",
        "SELECT nothing FROM files", "SELEC", "", "DROP VIEW files", "PRAGMA version",
    ],
)  # fmt: skip
def test_nothing_else_can_be_read_or_written(audits, sql):
    before = sorted(audits.rglob("*"))
    with AuditDatabase(audits / "old") as database, pytest.raises(QueryError) as told:
        list(database.ask(sql.format(audits))[1])
    assert str(told.value) and "\n" not in str(told.value)
    assert sorted(audits.rglob("*")) == before


def test_a_question_that_fails_is_told_in_a_sentence(audits):
    done = run("audit", "query", audits / "old", "SELECT nothing FROM files")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"nothing" in done.stderr and done.stderr.count(b"\n") == 1


def test_a_table_that_is_not_there_is_told_beside_those_that_are(audits):
    with AuditDatabase(audits / "old") as database, pytest.raises(QueryError) as told:
        database.ask("SELECT * FROM finding")
    tables = "tables are files, findings, keywords and manifest"
    assert str(told.value) == f"there is no table finding; {tables}"


def test_two_audits_are_compared(audits):
    done = run("audit", "diff", audits / "old", audits / "audit", "--format", "json")
    assert done.returncode == 1
    *lines, counts = map(json.loads, done.stdout.splitlines())
    changes = {(one["change"], one["path"][-6]) for one in lines if one["code"] == "VF110"}
    assert changes == {("new", "d"), ("fixed", "a"), ("gone", "c")}
    (rule,) = [one for one in counts["rules"] if one["code"] == "VF110"]
    assert [rule[one] for one in ("new", "fixed", "gone", "still")] == [1, 1, 1, 1]
    text = run("audit", "diff", audits / "old", audits / "audit").stdout.decode()
    assert f"new: {audits}/archive/d.fits: HDU 1, card 4, EXPTIME: VF110" in text
    same = run("audit", "diff", audits / "old", audits / "old")
    assert same.returncode == 0 and same.stdout.startswith(b"new 0, fixed 0, gone 0")


@pytest.mark.parametrize("command", ["summary", "query", "across", "report", "fix", "watch"])
def test_a_folder_that_is_no_audit_is_told_in_a_sentence(command, tmp_path):
    more = {"query": ["SELECT 1"], "report": ["--html", tmp_path / "x.html"]}.get(command, [])
    done = run("audit", command, tmp_path, *more)
    assert (done.returncode, done.stdout) == (2, b"")
    assert str(tmp_path).encode() in done.stderr and done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("fault", ["cut", "foreign", "empty"])
def test_a_part_that_is_not_whole_is_named(fault, tmp_path):
    make_audit(tmp_path, {"files": [{"path": "/a", "verdict": "conforms"}]})
    part = locate_part(tmp_path, "findings", 0)
    data = part.read_bytes()
    part.write_bytes(
        {"cut": data[: len(data) // 2], "empty": b"",
         "foreign": data.replace(b"urn:fitslint:audit:1.", b"urn:fitslint:audit:9.")}[fault]
    )  # fmt: skip
    done = run("audit", "summary", tmp_path)
    assert done.returncode == 2
    assert part.name.encode() in done.stderr and done.stderr.count(b"\n") == 1


def test_fixes_are_planned_and_done_by_the_one_road(audits, tmp_path):
    options = audit_files(tmp_path, {"a.fits": fits(LOW), "b.fits": fits(LOW), "c.fits": fits()})
    before = (tmp_path / "archive/a.fits").read_bytes()
    plan = run("audit", "fix", options.folder, "--plan")
    assert plan.returncode == 0 and plan.stdout.startswith(b"2 safe fixes in 2 files")
    assert (tmp_path / "archive/a.fits").read_bytes() == before
    none = run("audit", "fix", options.folder, "--fix-only", "CD106")
    assert none.stdout.startswith(b"0 safe fixes in 0 files")
    done = run("audit", "fix", options.folder, "--no-config", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    for name in "ab":
        assert b"1.5E+02" in (tmp_path / f"archive/{name}.fits").read_bytes()
    log = tmp_path / "audit/repairs.jsonl"
    assert len(log.read_text().splitlines()) >= 2
    assert run("fix", "--undo", log).returncode == 0
    assert (tmp_path / "archive/a.fits").read_bytes() == before


def test_what_repairs_have_kept_is_not_repaired(tmp_path):
    """An audit of a folder that was repaired finds the faults of the backups as well."""
    archive = tmp_path / "archive"
    archive.mkdir()
    packed = archive / "packed.fits.gz"
    packed.write_bytes(gzip.compress(fits(LOW), 0))
    (archive / "a.fits").write_bytes(fits(LOW))
    log = archive / "log.jsonl"
    assert run("fix", archive, "--log", log, "--backup", ".old").returncode == 0
    backups = [archive / "a.fits.old", *(archive / "log.jsonl.files").iterdir()]
    before = [one.read_bytes() for one in backups]
    assert len(before) == 2
    assert all(is_kept_by_repair(str(one)) for one in backups)
    for name in ("a.fits", "packed.fits.gz"):
        assert not is_kept_by_repair(str(archive / name))
    options = audit_files(tmp_path, {"b.fits": fits(LOW)})
    done = run("audit", "fix", options.folder, "--no-config", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert b"2 of them are backups or copies of repairs and stay as they are" in done.stdout
    assert [one.read_bytes() for one in backups] == before
    assert b"1.5E+02" in (archive / "b.fits").read_bytes()
