"""``fitslint kappa fetch`` on the command line."""

import pytest

from fitslint.cli.kappa.fetch import PASSWORD, _find_password
from fitslint.cli.main import main
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa import published_models
from tests.cli.tool import run
from tests.pipeline.fetch.place import Place, Served, redirect, status, tarball


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    made = Place()
    yield made
    made.close()


@pytest.fixture
def fetch(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["kappa", "fetch", *map(str, arguments)])
        return int(ended.value.code or 0), *capsys.readouterr()

    return call


def test_a_model_in_the_folder_of_its_cluster(server, tmp_path, fetch):
    url = server.on("/x", Served(tarball()))
    code, out, err = fetch("cl0024", "--url", url, "--out", tmp_path)
    assert (code, err) == (0, "")
    assert f"{tmp_path / 'CL0024'}: 2 files, of them 1 .par" in out
    assert f"fetched from {url}" in out
    assert out.endswith(f"  {tmp_path / 'CL0024/a1689/a1689.par'}\n")
    assert (tmp_path / "CL0024/a1689/a1689.par").exists()
    code, out, _ = fetch("cl0024", "--url", url, "--out", tmp_path)
    assert "cl0024.tar.gz: is there, " in out
    assert server.count("/x") == 1


def test_as_a_process_without_a_bar_in_a_pipe(server, tmp_path):
    url = server.on("/x", Served(tarball(), breaks=[50]))
    done = run("kappa", "fetch", "a1689", "--url", url, "--out", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize("answer", [redirect("/login?back_url=x"), status(403), status(404)])
def test_a_closed_place_is_exit_3_with_the_way_in(server, tmp_path, fetch, answer):
    url = server.on("/x", answer)
    code, out, err = fetch("a1689", "--url", url, "--from", "official", "--out", tmp_path)
    assert (code, out) == (3, "")
    assert err.startswith("fitslint: ")
    assert err.count("\n") == 1
    assert "--file PATH" in err


def test_the_longest_silence_of_a_server(tmp_path, fetch, monkeypatch):
    given = []

    def kept(*_, limits, **__):
        given.append((limits.read, limits.connect))
        raise PipelineError("enough")

    monkeypatch.setattr(published_models, "fetch_model", kept)
    assert fetch("a1689", "--out", tmp_path, "--timeout", "2.5")[0] == 3
    assert fetch("a1689", "--out", tmp_path)[0] == 3
    assert given == [(2.5, 2.5), (60.0, 60.0)]


def test_a_file_that_was_saved(tmp_path, fetch):
    saved = tmp_path / "saved.gz"
    saved.write_bytes(tarball({"best.par": b"fini\n"}))
    code, out, _ = fetch("a1689", "--file", saved, "--out", tmp_path)
    assert code == 0
    assert "1 file, of them 1 .par\n" in out
    assert "best.par" in out


@pytest.mark.parametrize("name", ["evil\x1b[31m.par", "../\x1b[31m"])
def test_a_name_that_steers_a_terminal(tmp_path, fetch, name):
    saved = tmp_path / "saved.gz"
    saved.write_bytes(tarball({name: b"x"}))
    code, out, err = fetch("a1689", "--file", saved, "--out", tmp_path)
    assert (code, out) == (3, "")
    assert "a name with control characters; it is not unpacked" in err
    assert "\x1b" not in err


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("bullet",), "there are a1689, cl0024"),
        (("a1689", "--from", "x"), "--from is one of auto, official, wayback"),
        (("a1689", "--sha256", "12"), "64 hexadecimal digits"),
        (("a1689", "--file", "f", "--url", "u"), "leave --url"),
        (("a1689", "--timeout", "inf"), "--timeout takes seconds"),
        (("a1689", "--timeout", "0"), "--timeout"),
        (("a1689", "--password", "x"), "--password"),
    ],
)
def test_usage_is_exit_2(fetch, options, said):
    code, out, err = fetch(*options)
    assert (code, out) == (2, "")
    assert said in err


def test_where_the_password_comes_from(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    rc = tmp_path / ".netrc"
    rc.write_text("machine projets.lam.fr login me password from-netrc\n")
    rc.chmod(0o600)
    monkeypatch.delenv(PASSWORD, raising=False)
    assert _find_password("me", "projets.lam.fr") == "from-netrc"
    monkeypatch.setenv(PASSWORD, "from-environment")
    assert _find_password("me", "projets.lam.fr") == "from-environment"
    monkeypatch.delenv(PASSWORD)
    monkeypatch.setattr("sys.stdin", type("Pipe", (), {"isatty": staticmethod(lambda: False)})())
    with pytest.raises(PipelineError, match=PASSWORD):
        _find_password("other", "projets.lam.fr")
