"""``fitslint dict`` as a process."""

import contextlib
import json
import os
import pty
import subprocess
import sys
import tomllib

import jsonschema
import pytest

from fitslint.cli.completion import (
    complete_dictionaries,
    complete_dictionary,
    complete_keyword,
)
from fitslint.dictionary import list_ids
from fitslint.dictionary.files.schema import load_schema
from tests.cli.tool import COMMAND, environment, run
from tests.dictionary.samples import write
from tests.dictionary.test_imports import SAMPLES
from tests.dictionary.test_infer import archive, fits

REAL = 'name = "TEXP"\ntype = "real"\nunit = "s"'


def dict_(*arguments, **options):
    done = run("dict", *map(str, arguments), **options)
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def test_list():
    code, out, _ = dict_("list")
    assert code == 0
    assert out.split("\n")[0].split() == ["id", "keywords", "authority", "edition", "title"]
    assert [line.split()[0] for line in out.strip().split("\n")[1:]] == list(list_ids())


def test_files_are_checked_by_a_dictionary_of_the_user(tmp_path):
    head = "[dictionary.recognises]\nheader = { INSTRUME = ['MYCAM'] }\n"
    body = 'name = "SKYTEMP"\ntype = "real"\nunit = "K"'
    (tmp_path / "own").mkdir()
    write(tmp_path / "own", "cam.toml", body, head=head)
    header = ("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0", "INSTRUME= 'MYCAM'", "SKYTEMP = 'hot'")
    text = "".join(card.ljust(80) for card in (*header, "END")).ljust(2880)
    (tmp_path / "a.fits").write_text(text)
    done = run("check", "a.fits", "--dictionary-path", "own", "--output", "concise", cwd=tmp_path)
    assert b"DI103" in done.stdout
    (tmp_path / "fitslint.toml").write_text('dictionary-path = ["own"]\n')
    assert b"DI103" in run("check", "a.fits", "--output", "concise", cwd=tmp_path).stdout
    done = run("check", "a.fits", "--dictionary-path", "nowhere", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"nowhere: cannot be read" in done.stderr


def test_a_terminal_that_is_too_narrow_gets_one_beneath_the_other():
    leader, follower = pty.openpty()
    narrow = {**environment(), "COLUMNS": "60"}
    show = subprocess.Popen([*COMMAND, "dict", "show", "DATE-OBS"], stdout=follower, env=narrow)
    os.close(follower)
    out = b""
    with contextlib.suppress(OSError):  # which is how a terminal ends
        while piece := os.read(leader, 65536):
            out += piece
    assert show.wait() == 0
    lines = out.decode().replace("\r", "").split("\n")
    assert sum("subaru/basic" in line for line in lines) == 1
    assert not any("fits/reserved" in line and "subaru/basic" in line for line in lines)


def test_list_as_json():
    code, out, _ = dict_("list", "--format", "json")
    rows = {row["id"]: row for row in json.loads(out)}
    assert code == 0
    assert rows["fits/reserved"]["keywords"] == 235
    assert set(rows["subaru/basic"]) == {"id", "keywords", "authority", "edition", "title"}


def test_show_side_by_side():
    code, out, _ = dict_("show", "EXPTIME")
    assert code == 0
    assert {"fits/conventions", "subaru/basic"} <= set(out.split("\n")[0].split())
    assert "F20.2" in out


def test_show_in_japanese_and_in_one():
    code, out, _ = dict_("show", "exptime", "--lang", "ja", "--in", "subaru/basic")
    assert code == 0
    assert "キーワード" in out
    assert "積分時間" in out
    assert "fits/conventions" not in out.split("\n")[0]


def test_show_and_export_have_the_formats_of_the_archive():
    _, out, _ = dict_("show", "EXPTIME", "--in", "subaru/stars")
    assert "F8.2 (focas)" in out
    _, out, _ = dict_("show", "AIRMASS", "--in", "subaru/stars", "--lang", "ja")
    assert "データベースの書式" in out
    _, out, _ = dict_("export", "subaru/stars")
    formats = {one["name"]: one["archive"] for one in json.loads(out)["keywords"]}
    assert formats["EXPTIME"]["focas"] == "F8.2"
    assert sum(len(one or ()) for one in formats.values()) == 235


def test_dictionaries_and_keywords_are_completed():
    names = [name for name, _ in complete_dictionary("subaru/f")]
    assert names == ["subaru/focas"]
    assert complete_dictionary("zzz") == []
    assert [name for name, _ in complete_dictionaries("fits/eso,norh/k")] == [
        "fits/eso,norh/koshix"
    ]
    assert ("DISPERSR", "subaru/basic") in complete_keyword("dispe")
    assert complete_keyword("") == []


def test_show_as_json():
    _, out, _ = dict_("show", "CRVAL2", "--format", "json", "--in", "fits/reserved")
    assert [(row["dictionary"], row["name"]) for row in json.loads(out)] == [
        ("fits/reserved", "CRVALia")
    ]


def test_show_what_nobody_knows():
    code, out, err = dict_("show", "EXPTIMEE")
    assert (code, out) == (1, "")
    assert "EXPTIME" in err


def test_search():
    code, out, _ = dict_("search", "seeing", "--in", "subaru/basic")
    assert code == 0
    assert "SEEING" in out
    assert dict_("search", "kaleidoscope")[0] == 1


def test_lint_a_sound_dictionary(tmp_path):
    assert dict_("lint", write(tmp_path, "a.toml", REAL)) == (0, "", "")


def test_lint_says_file_line_and_key(tmp_path):
    path = write(tmp_path, "a.toml", REAL.replace('"s"', '"sec"'))
    code, out, _ = dict_("lint", path)
    assert code == 1
    assert out.startswith(f"{path}:11: warning: TEXP.unit: 'sec' is no unit")


def test_lint_what_only_needs_an_explanation(tmp_path):
    path = write(tmp_path, "a.toml", REAL.replace('"s"', '"sec"\ndoubtful = "as printed"'))
    code, out, _ = dict_("lint", path)
    assert code == 0
    assert ":11: info: " in out


BROKEN = {
    "toml": ("a = [", ":1: broken TOML"),
    "schema": ('[dictionary]\nid = "a"\n', ":1: error: dictionary: the key 'version' is missing"),
    "bytes": (b"\xff", ":1: byte 0xff"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_lint_what_cannot_be_used(tmp_path, case):
    data, said = BROKEN[case]
    path = tmp_path / "a.toml"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    code, out, err = dict_("lint", path)
    assert code == 2
    assert f"{path}{said}" in out + err


@pytest.mark.parametrize(
    ("body", "head", "said"),
    [
        ('name = "A"\ntype = "string"\npattern = "(a+)+"', "", ":11: error: A.pattern"),
        ('name = "A"\ntype = "string"', 'extends = ["a.toml"]\n', ":7: error: dictionary.extends"),
    ],
)
def test_lint_what_would_run_for_ever(tmp_path, body, head, said):
    code, out, _ = dict_("lint", write(tmp_path, "a.toml", body, head=head))
    assert code == 2
    assert said in out


def test_lint_goes_on_behind_a_broken_file(tmp_path):
    path = write(tmp_path, "a.toml", 'name = "A"\ntype = "integer"\nfortran = "F8.2"')
    code, out, err = dict_("lint", tmp_path / "no.toml", path)
    assert code == 2
    assert "no.toml: cannot be read" in err
    assert "A.fortran" in out


def test_lint_those_of_this_distribution():
    code, out, err = dict_("lint", *list_ids())
    assert (code, err) == (0, ""), [line for line in out.split("\n") if ": info: " not in line]


def test_lint_as_json(tmp_path):
    _, out, _ = dict_("lint", write(tmp_path, "a.toml", 'name = "A"'), "--format", "json")
    (finding,) = json.loads(out)
    assert (finding["line"], finding["severity"], finding["broken"]) == (8, "error", True)


def test_diff(tmp_path):
    old = write(tmp_path, "old.toml", REAL + '\nfortran = "F8.2"')
    new = write(tmp_path, "new.toml", REAL + '\nfortran = "F10.2"', 'name = "B"\ntype = "real"')
    code, out, _ = dict_("diff", old, new)
    assert code == 0
    assert out.split("\n")[:2] == [
        "added    B",
        "changed  TEXP.fortran: 'F8.2' -> 'F10.2': harmless",
    ]
    broken = write(tmp_path, "broken.toml", REAL.replace('"s"', '"min"'))
    code, out, _ = dict_("diff", old, broken)
    assert code == 1
    assert "TEXP.unit: 's' -> 'min': breaks (a keyword that is in use keeps its unit)" in out


def test_diff_of_one_with_itself():
    assert dict_("diff", "subaru/focas", "subaru/focas") == (0, "no keyword differs\n", "")


def test_new(tmp_path):
    code, out, _ = dict_("new", "my-obs/cam")
    path = tmp_path / "new.toml"
    path.write_text(out, encoding="utf-8")
    assert code == 0
    assert tomllib.loads(out)["dictionary"]["id"] == "my-obs/cam"
    assert dict_("lint", path) == (0, "", "")
    assert dict_("new", "My Obs")[0] == 2


def test_infer(tmp_path):
    for at, file in enumerate(archive()):
        raw = file.hdus[0].header.raw + b"END".ljust(80)
        (tmp_path / f"f{at:02d}.fits").write_bytes(raw + b" " * (-len(raw) % 2880))
    (tmp_path / "readme.txt").write_text("nothing")
    code, out, err = dict_("infer", tmp_path, "--id", "my/cam")
    read = tomllib.loads(out)
    assert (code, err) == (0, "")
    assert read["dictionary"]["id"] == "my/cam"
    jsonschema.Draft202012Validator(load_schema()).validate(read)
    (tmp_path / "my.toml").write_text(out, encoding="utf-8")
    assert dict_("lint", tmp_path / "my.toml")[0] == 0


def test_infer_from_what_cannot_be_read(tmp_path):
    code, out, err = dict_("infer", tmp_path / "no.fits")
    assert (code, out) == (3, "")
    assert "there is no such file" in err


@pytest.mark.parametrize("form", SAMPLES)
def test_import(tmp_path, form):
    path = tmp_path / "sample.txt"
    path.write_text(SAMPLES[form], encoding="utf-8")
    code, out, err = dict_("import", form, path)
    assert code == 0
    jsonschema.Draft202012Validator(load_schema()).validate(tomllib.loads(out))
    assert "keywords; could not be taken over: " in err
    made = tmp_path / "made.toml"
    made.write_text(out, encoding="utf-8")
    assert dict_("lint", made)[0] == 0


def test_import_of_a_malformed_file(tmp_path):
    path = tmp_path / "x.tpn"
    path.write_text("A H C\n")
    code, out, err = dict_("import", "crds", path)
    assert (code, out) == (2, "")
    assert err.startswith(f"fitslint: {path}:1: has 3 fields")


def test_export_as_json():
    code, out, _ = dict_("export", "subaru/focas", "--to", "json")
    data = json.loads(out)
    assert code == 0
    assert list(data)[:2] == ["id", "version"]
    assert len(data["keywords"]) == 31
    assert list(data["keywords"][0])[:7] == [
        "name", "type", "fortran", "c", "unit", "importance", "category",
    ]  # fmt: skip


def test_export_as_a_schema(tmp_path):
    code, out, _ = dict_("export", write(tmp_path, "a.toml", REAL), "--to", "jsonschema")
    made = json.loads(out)
    jsonschema.Draft202012Validator.check_schema(made)
    assert code == 0
    assert made["properties"]["TEXP"]["type"] == "number"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "EXPTIME", "--lang", "de"], "'--lang' is en or ja"),
        (["list", "--format", "xml"], "'--format' is text or json"),
        (["export", "subaru/ao", "--to", "xml"], "'--to' is json or jsonschema"),
        (["export", "subaru/aoo"], "did you mean 'subaru/ao'"),
        (["diff", "subaru/ao"], "missing argument"),
        (["import", "xml", "x"], "no format 'xml'"),
        (["lint"], "missing argument"),
    ],
)
def test_what_makes_no_sense(arguments, said):
    code, out, err = dict_(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_nothing_of_the_data_steers_a_terminal(tmp_path):
    evil = "\\u001b[31m\\u009b\\u202e\\u200b"
    body = f'name = "EVIL"\ntype = "string"\ncomment = "x{evil}"\nfixed = "{evil}"'
    old = write(tmp_path, "a.toml", body, head=f'note = "{evil}"\n')
    new = write(tmp_path, "b.toml", body.replace("x", "y"))
    for arguments in (
        ["show", "EVIL", "--in", old],
        ["show", "EVIL", "--in", old, "--format", "json"],
        ["search", "EVIL", "--in", old],
        ["diff", old, new],
        ["export", old],
        ["export", old, "--to", "jsonschema"],
        ["show", "\x1b[31m"],
        ["lint", old],
        ["lint", "\x1b[31m.toml"],
    ):
        _, out, err = dict_(*arguments)
        assert not {"\x1b", "\x9b", "\u202e", "\u200b"} & set(out + err), arguments
    _, out, _ = dict_("export", old)
    assert json.loads(out)["keywords"][0]["comment"] == "x\x1b[31m\x9b\u202e\u200b"


def test_on_a_terminal_there_is_a_table():
    main, other = pty.openpty()
    pid = os.fork()
    if pid == 0:
        os.dup2(other, 1)
        os.execvpe(sys.executable, [*COMMAND, "dict", "list"], environment(COLUMNS="100"))
    os.close(other)
    parts = []
    try:
        while part := os.read(main, 4096):
            parts.append(part)
    except OSError:
        pass
    os.close(main)
    assert os.waitpid(pid, 0)[1] == 0
    text = b"".join(parts).decode("utf-8")
    assert "subaru/basic" in text
    assert "━" in text or "─" in text


def test_a_check_does_not_import_any_of_it(tmp_path):
    path = tmp_path / "a.fits"
    path.write_bytes(fits())
    script = (
        "import sys; sys.argv = ['fitslint', 'check', sys.argv[1]]\n"
        "from fitslint.cli.main import main\n"
        "try:\n    main()\nfinally:\n"
        "    bad = [name for name in sys.modules if name.startswith('fitslint.cli.dictionary')]\n"
        "    sys.stderr.write(' '.join(bad))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True, check=False, env=environment(),
    )  # fmt: skip
    assert done.stderr == b""
