"""The numbers of the page: all findings are in the cube, whatever is put together to bound it."""

import datetime
import json
import re

import pytest

from fitslint.audit.database import AuditDatabase, RememberingDatabase
from fitslint.audit.page import cube as cube_module
from fitslint.audit.page.census import list_census
from fitslint.audit.page.cube import build_cube
from fitslint.audit.page.offenders import list_offenders
from fitslint.audit.page.render import list_changes, render_audit_page
from tests.audit.made import audit_files, make_audit
from tests.cli.tool import run
from tests.engine.test_run import fits

LOW = b"EXPTIME =              1.5e+02 / [s]"


def make_rows(nights, folders, instruments, count=600):
    files, findings = [], []
    first = datetime.date(2001, 1, 1)
    for n in range(count):
        path = f"/top/{n % folders}/f{n}.fits"
        night = None if n % 50 == 7 else str(first + datetime.timedelta(n % nights))
        files.append({
            "path": path, "folder": path.rpartition("/")[0], "night": night, "status": "ok",
            "verdict": "violates", "errors": 1, "warnings": 0, "infos": 0,
            "instrument": None if n % 40 == 3 else f"I'{n % instruments}",
        })  # fmt: skip
        findings += [
            {"path": path, "code": code, "name": "x", "severity": "error"}
            for code in ("VF110", "CD106")[: 1 + n % 2]
        ]
    return {"files": files, "findings": findings}


@pytest.mark.parametrize(
    ("sizes", "length"),
    [((20, 3, 2), 10), ((400, 100, 60), 7), ((5000, 3, 2, 5000), 4)],
    ids=["nights", "months", "years"],
)
def test_every_finding_is_in_a_cell(sizes, length, tmp_path, monkeypatch):
    rows = make_rows(*sizes)
    make_audit(tmp_path, rows)
    monkeypatch.setattr(cube_module, "CELLS_MAX", 500)
    with AuditDatabase(tmp_path) as database:
        cube = build_cube(database)
    assert cube.period_length == length
    assert sum(cube.cells["findings"]) == len(rows["findings"])
    assert sum(cube.base["files"]) == len(rows["files"])
    members = {"rule": cube.rules, "instrument": cube.instruments, "folder": cube.folders,
             "period": cube.periods}  # fmt: skip
    for name, several in members.items():
        assert max(cube.cells[name]) < len(several)
    undated = cube.periods.index("(no date)")
    found = zip(cube.base["period"], cube.base["files"], strict=True)
    assert sum(files for period, files in found if period == undated) == sum(
        row["night"] is None for row in rows["files"]
    )


def test_a_cube_of_too_many_cells_is_made_smaller(tmp_path, monkeypatch):
    make_audit(tmp_path, make_rows(100, 50, 30))
    sizes = []
    for most in (60_000, 100):
        monkeypatch.setattr(cube_module, "CELLS_MAX", most)
        with AuditDatabase(tmp_path) as database:
            cube = build_cube(database)
        assert sum(cube.cells["findings"]) == 900
        sizes.append(len(cube.cells["findings"]))
    assert sizes[1] < sizes[0]


def test_histograms_are_made_of_quantiles(tmp_path):
    row = {
        "group": "g", "instrument": "I", "hdu_kind": "primary", "keyword": "K", "files": 100,
        "value_type": "real", "cards": 100, "numbers": 100, "minimum": 0.0, "maximum": 16.0,
        "quantiles": [0.16, 0.8, 4.0, 8.0, 12.0, 15.2, 15.84],
    }  # fmt: skip
    constant = {**row, "keyword": "C", "minimum": 2.0, "maximum": 2.0, "quantiles": [2.0] * 7}
    make_audit(tmp_path, {"keywords": [row, constant], "files": [{"path": "/a"}]})
    with AuditDatabase(tmp_path) as database:
        census = {one["keyword"]: one for one in list_census(database)}
    assert census["K"]["bins"] == [100] * 16 and census["K"]["range"] == "0 … 16"
    assert census["C"]["top"] == "2" and "bins" not in census["C"]


def test_headers_that_are_no_longer_there_show_what_was_kept(tmp_path):
    audit_files(tmp_path, {"a.fits": fits(LOW), "b.fits": fits(LOW), "c.fits": fits(LOW)})
    (tmp_path / "archive/a.fits").unlink()
    (tmp_path / "archive/b.fits").write_bytes(fits(b"OBJECT  = 'other'", LOW))
    with AuditDatabase(tmp_path / "audit") as database:
        files = {one["path"][-6:]: one for one in list_offenders(database, build_cube(database))}
    for name in ("a.fits", "b.fits"):
        assert "out of reach or has changed" in files[name]["note"]
        assert files[name]["hdus"][0]["cards"] == [(4, LOW.decode())]
    assert len(files["c.fits"]["hdus"][0]["cards"]) == 4 and files["c.fits"]["note"] == ""


def test_nothing_can_end_the_data_of_the_page(tmp_path):
    make_audit(tmp_path, {
        "files": [{"path": "/</script><b>", "folder": "/", "instrument": "<!--<script>\u2028&amp;",
                   "verdict": "violates", "status": "ok"}],
        "findings": [{"path": "/</script><b>", "code": "VF110", "name": "</title>",
                      "severity": "error", "message": "]]></script>"}],
    })  # fmt: skip
    with AuditDatabase(tmp_path) as database:
        page = render_audit_page(database, "</title>")
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert json.loads(data)["files"][0]["path"] == "/</script><b>"
    assert page.count("</script>") == 3 and "</title></title>" not in page
    assert "built-in" not in page and "undefined" not in data


def test_the_page_speaks_both_languages_and_asks_once(tmp_path, monkeypatch):
    audit_files(tmp_path, {"a.fits": fits(LOW)})
    asked = []
    real = AuditDatabase.select

    def select(self, sql, parameters=()):
        asked.append((sql, str(parameters)))
        return real(self, sql, parameters)

    monkeypatch.setattr(AuditDatabase, "select", select)
    with RememberingDatabase(tmp_path / "audit") as database:
        page = render_audit_page(database, "Our archive")
    assert len(asked) == len(set(asked))
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<template id="other" lang="ja">' in page
    data, changes = (
        json.loads(re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page,
                             re.S)[1])
        for name in ("data", "other-words")
    )  # fmt: skip
    assert data["words"]["filter"] == "Filter" and changes["words"]["filter"] == "絞り込み"
    assert "小文字" in changes["files"]["0"]["findings"]["0"]["message"]
    assert "path" not in changes["files"]["0"]


@pytest.mark.parametrize(
    ("one", "other", "changes"),
    [
        ({"a": 1, "b": [1, "x"]}, {"a": 1, "b": [1, "y"]}, {"b": {1: "y"}}),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1, 2]}),
        ({"a": (1, 2)}, {"a": (1, 2)}, None),
    ],
)
def test_changes_are_only_what_differs(one, other, changes):
    assert list_changes(one, other) == changes


def test_the_command_writes_a_page_or_says_why_not(tmp_path):
    audit_files(tmp_path, {"a.fits": fits(LOW)})
    page = tmp_path / "page.html"
    done = run("audit", "report", tmp_path / "audit", "--html", page, "--title", "Our archive")
    assert done.returncode == 0, done.stderr
    assert "<title>Our archive</title>" in page.read_text("utf-8")
    for words, wanted in (([], b"--html"), (["--html", tmp_path / "no/x.html"], b"x.html")):
        done = run("audit", "report", tmp_path / "audit", *words)
        assert done.returncode == 2 and wanted in done.stderr and done.stderr.count(b"\n") == 1
