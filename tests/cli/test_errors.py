"""Usage errors: exit 2, nothing on standard output, one sentence with the nearest name."""

import pytest

from tests.cli.tool import run

CASES = [
    (["chek"], "no such command 'chek'; did you mean 'check'?"),
    (["explain", "VF110"], "no such command 'explain'; did you mean `fitslint rule`?"),
    (["rule", "WC"], "'WC'; `fitslint rules WC` lists those that begin so"),
    (["rules", "QQ"], "no rule has the code, prefix or name 'QQ'"),
    (["rules", "some message"], "; a message is looked up with --from fitsverify"),
    ([], "a command is missing; `fitslint --help` lists them"),
    (["check", "--selct", "VF"], "no option '--selct'; did you mean '--select'?"),
    (["check", "--select", "VF1100"], "no rule has the code, prefix or name 'VF1100'"),
    (["check", "--ignore", "lower-case-exponent"], "did you mean lowercase-exponent?"),
    (["check", "--per-file-ignores", "*.fits=VQ"], "no rule has the code, prefix or name 'VQ'"),
    (["check", "--severity", "VF110=eror"], "not 'eror'; did you mean 'error'?"),
    (["check", "--severity", "VF110"], "'--severity' takes CODE=LEVEL, not 'VF110'"),
    (["check", "--per-file-ignores", "VF"], "'--per-file-ignores' takes GLOB=CODE,..., not 'VF'"),
    (["check", "--profile", "strct"], "not 'strct'; did you mean 'strict'?"),
    (["check", "--fail-on", "warn"], "not 'warn'; did you mean 'warning'?"),
    (["check", "--output", "jsno"], "no output format 'jsno'; did you mean 'json'?"),
    (["check", "--output", "xml"], "no output format 'xml'; did you mean 'html'?"),
    (["check", "--output", "q"], "there are full, concise, json, jsonl, grouped"),
    (["check", "--output", "json", "--output", "full"], "cannot both go to standard output"),
    (["check", "--output", "json=a", "--output", "full=a"], "cannot both go to 'a'"),
    (["check", "--output", "json=no/such/folder"], "cannot write 'no/such/folder': No such file"),
    (["check", "--color", "alway"], "not 'alway'; did you mean 'always'?"),
    (["check", "--jobs", "0"], "'--jobs' takes a whole number from 1, not 0"),
    (["check", "--jobs", "two"], "'--jobs' takes a whole number"),
    (["check", "--jobs", "1000"], "'--jobs' takes at most 256, not 1000"),
    (["check", "--timeout", "1e6"], "'--timeout' takes at most 86,400, not 1000000.0"),
    (["check", "--timeout", "nan"], "'--timeout' takes a positive number of seconds, not nan"),
    (["check", "--max-findings", "0"], "'--max-findings' takes a whole number from 1, not 0"),
    (["check", "--max-header-bytes", "1"], "takes a whole number from 2880, not 1"),
    (["check", "--config", "nowhere.toml"], "nowhere.toml: cannot be read"),
    (["check", "--config", "a.toml", "--no-config"], "exclude each other"),
    (["rule", "lowercase-exponnt"], "did you mean 'lowercase-exponent'?"),
    (["rules", "--format", "jsn"], "not 'jsn'; did you mean 'json'?"),
    (["config", "shwo"], "did you mean 'show'?"),
    (["rule", "VF110", "--lang", "jp"], "'--lang' is en or ja, not 'jp'; did you mean 'ja'?"),
    (["rules", "--lang", "english"], "'--lang' is en or ja, not 'english'"),
]


@pytest.mark.parametrize(("arguments", "said"), CASES, ids=lambda value: " ".join(value)[:40])
def test_a_sentence_and_exit_2(tmp_path, arguments, said):
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    text = done.stderr.decode()
    assert text.startswith("fitslint: ")
    assert text.count("\n") == 1
    assert said in text


def test_a_bad_option_in_a_file_names_file_and_option(tmp_path):
    (tmp_path / "fitslint.toml").write_text('extend-selct = ["VF"]\n')
    done = run("check", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode() == (
        f"fitslint: {tmp_path}/fitslint.toml: unknown option 'extend-selct'; "
        "did you mean 'extend-select'?\n"
    )


def test_a_forgotten_command(tmp_path):
    (tmp_path / "x.fits").write_bytes(b"")
    done = run("x.fits", cwd=tmp_path)
    assert done.returncode == 2
    assert b"did you mean `fitslint check x.fits`?" in done.stderr


def test_escapes_in_arguments_are_shown(tmp_path):
    done = run("check", "--select", "\x1b[31m", cwd=tmp_path)
    assert done.returncode == 2
    assert b"\x1b" not in done.stderr


def test_an_internal_error_is_one_sentence(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nclass Broken:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'fitslint.source.walk':\n"
        "            raise RuntimeError('broken\\nin two')\n"
        "sys.meta_path.insert(0, Broken())\n"
    )
    from tests.cli.tool import ROOT

    done = run("check", PYTHONPATH=f"{tmp_path}:{ROOT}", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "fitslint: internal error: RuntimeError: broken in two "
        "(FITSLINT_DEBUG=1 shows where; please report it)\n"
    )
