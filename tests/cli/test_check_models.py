"""``fitslint check model.par`` as a process, and the same in the library."""

import json
import subprocess
import sys

import jsonschema
import pytest

import fitslint
from fitslint.config import schema_files
from tests.cli.tool import check, environment, run
from tests.engine.test_run import fits

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(schema_files.read_schema_text(schema_files.REPORT_SCHEMA))
)
MODEL = (
    "runmode\n\treference 3 3.586259 -30.400174\n\tmass 3 200 {z} mass.fits\n\tend\n"
    "grille\n\tnlens 1\n\tend\n"
    "potentiel O1\n\tprofil 81\n\tcore_radius 5\n\tcut_radius 200\n\tv_disp 900\n"
    "\tz_lens 0.308\n\tend\n"
    "cosmologie\n\tH0 70\n\tomegaM 0.3\n\tomegaX 0.7\n\tend\nchamp\n\tdmax 100\n\tend\nfini\n"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "zeros.par").write_text(MODEL.format(z="0.3"))
    (tmp_path / "good.par").write_text(MODEL.format(z="0.308"))
    return tmp_path


def test_the_line_the_caret_and_what_to_write(folder):
    done = check("zeros.par", cwd=folder)
    assert done.returncode == 1
    assert done.stdout.decode() == (
        "zeros.par:3:13: error LM151 mass-of-no-plane\n"
        "  no lens is at redshift 0.3: the map is zero everywhere; the nearest lens is at 0.308\n"
        "    |\n"
        "  3 |  mass 3 200 0.3 mass.fits\n"
        "    |             ^^^\n"
        "    = Lenstool 6.8, runmode\n"
        "    = help: write 0.308 (by hand)\n"
        "    +  mass 3 200 0.308 mass.fits\n"
        "\n"
        "1 error in 1 of 1 file.\n"
    )


def test_concise_and_clean(folder):
    done = check("good.par", "zeros.par", "--output", "concise", "--statistics", cwd=folder)
    first, *rest = done.stdout.decode().splitlines()
    assert first.startswith("zeros.par:3:13: error LM151 no lens is at redshift 0.3: ")
    assert any(line.split() == ["LM151", "mass-of-no-plane", "error", "1"] for line in rest)
    assert check("good.par", cwd=folder).stdout == b"1 file, nothing found.\n"


def test_json_follows_the_schema_and_has_the_line(folder):
    (folder / "bad.fits").write_bytes(fits())
    done = check("zeros.par", "bad.fits", "--output", "json", cwd=folder)
    report = json.loads(done.stdout)
    VALIDATOR.validate(report)
    finding = report["files"][0]["findings"][0]
    assert (finding["line"], finding["column"], finding["end_column"]) == (3, 13, 15)
    assert (finding["hdu"], finding["card"]) == (None, None)
    assert finding["keyword"] == "runmode mass"
    raw = (folder / "zeros.par").read_bytes()
    assert raw[finding["byte"] :].startswith(b"0.3 mass.fits")
    assert report["files"][0]["hdus"] == []


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--ignore", "LM151"], 0),
        (["--select", "CD"], 0),
        (["--select", "mass-of-no-plane"], 1),
        (["--severity", "LM151=warning"], 0),
        (["--per-file-ignores", "*.par=LM"], 0),
    ],
)
def test_rules_are_chosen_as_for_fits(folder, options, status):
    assert check("zeros.par", *options, cwd=folder).returncode == status


@pytest.mark.parametrize("raw", [b"", b"clobber,b,h,no,,,\n", b"runmode\n\x00", b"\xff" * 50])
def test_exit_3_when_a_par_file_is_no_model(folder, raw):
    (folder / "other.par").write_bytes(raw)
    done = check("zeros.par", "other.par", "--output", "concise", cwd=folder)
    assert done.returncode == 3
    last = done.stdout.decode().splitlines()[-1]
    assert last.startswith("other.par: not-fits: ")
    assert "Lenstool" in last


@pytest.mark.parametrize("name", ["nowhere.par", "folder.par"])
def test_what_cannot_be_read_says_so(folder, name):
    (folder / "folder.par").mkdir()
    done = check(name, "nowhere.par", "--output", "concise", cwd=folder)
    assert b"nowhere.par: unreadable: there is no such file" in done.stdout
    assert done.returncode == 3


def test_a_fits_file_of_that_suffix_is_judged_as_fits(folder):
    (folder / "image.par").write_bytes(fits())
    assert check("image.par", cwd=folder).stdout.startswith(b"1 file, nothing found.\n")


def test_folders_are_searched_for_fits_files_only(folder):
    done = check(cwd=folder)
    assert done.stdout == b"No files to check; 2 other files passed over (.par 2).\n"


def test_many_inputs_go_through_worker_processes(folder):
    names = []
    for number in range(80):
        names.append(f"copy{number:02}.par")
        (folder / names[-1]).write_text(MODEL.format(z="0.3" if number % 2 else "0.308"))
    done = check("--jobs", "2", "--output", "concise", *names, cwd=folder)
    told = [line.partition(":")[0] for line in done.stdout.decode().splitlines()]
    assert told == names[1::2]


def test_the_library_says_the_same(folder):
    report = fitslint.check(folder / "zeros.par")
    assert not report.ok
    assert [(one.code, one.line, one.column) for one in report.findings] == [("LM151", 3, 13)]
    assert str(report).startswith(f"{folder}/zeros.par:3:13: error LM151 ")
    assert "<td>3</td><td>13</td><td>runmode mass</td>" in report._repr_html_()
    assert fitslint.check(str(folder / "good.par")).ok


def test_a_check_of_fits_files_is_spared_the_rules_on_models(folder):
    (folder / "image.fits").write_bytes(fits())
    code = (
        "import sys, fitslint; fitslint.check('image.fits'); "
        "rooms = ('fitslint.lenstool', 'fitslint.rules.lens'); "
        "print(*(name for name in sys.modules if name.startswith(rooms)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=folder, text=True,
        env=environment(),
    )  # fmt: skip
    assert done.stdout == "\n"


def test_rules_are_listed_and_explained():
    assert b"LM151  mass-of-no-plane" in run("rules").stdout
    page = run("rule", "mass-of-no-plane").stdout.decode()
    assert "- Files: parameter files of Lenstool" in page
    assert "```par\nrunmode\n        mass 3 200 0.3 mass.fits\n" in page
