"""``fitslint audit run`` on the command line."""

import pytest

from fitslint.audit import run as run_module
from fitslint.audit.worker import ShardError
from fitslint.cli.main import main
from tests.audit.archive import write_archive
from tests.audit.content import read_rows


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    write_archive(folder, 12)
    return folder


def run(capfd, *words):
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    return end.value.code, *capfd.readouterr()


def test_the_short_form_runs_and_says_what_was_found(archive, tmp_path, capfd):
    out = tmp_path / "audit"
    code, said, beside = run(capfd, "audit", archive, "--out", out, "--jobs", "1", "--no-config")
    assert (code, beside) == (1, "")
    assert said == (
        "12 files: 1 error, 0 warnings, 0 infos\n"
        f"fitslint audit summary {out} says what was found\n"
    )
    assert len(read_rows(out, "files")) == 12
    (archive / "0000" / "CAM00000003.fits").write_bytes(b"")
    code, said, _ = run(capfd, "audit", "run", archive, "--out", out, "--jobs", "1", "--no-config")
    assert code == 3
    assert said.splitlines()[1].startswith("not judged to the end: 1 ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("audit", "/"), "name the folder of the audit: --out DIR"),
        (("audit", "/no/such", "--out", "x"), "/no/such: there is no such file or folder"),
        (("audit", "/", "--out", "x", "--shard", "3/2"), "--shard is i/n with i from 1 to n"),
    ],
)
def test_what_makes_no_sense_is_told(words, sentence, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    code, _, beside = run(capfd, *words)
    assert code == 2
    assert sentence in beside
    assert not list(tmp_path.iterdir())


def test_a_folder_of_another_audit_is_left_alone(archive, tmp_path, capfd):
    run(capfd, "audit", archive, "--out", tmp_path / "a", "--jobs", "1")
    code, _, beside = run(capfd, "audit", archive / "0000", "--out", tmp_path / "a")
    assert code == 2
    assert "name another folder" in beside


def test_where_no_shard_is_done_nothing_is_said_to_be_found(archive, tmp_path, capfd, monkeypatch):
    def fail(job, shard):
        raise ShardError(f"shard {shard} cannot be written: No space left on device")

    monkeypatch.setattr(run_module, "run_shard", fail)
    code, said, beside = run(capfd, "audit", archive, "--out", tmp_path / "a", "--jobs", "1")
    assert code == 3
    assert said == "0 files: 0 errors, 0 warnings, 0 infos\n"
    assert "1 of 1 shard" in beside and "No space left on device" in beside


def test_what_holds_across_files_is_said_by_every_run(tmp_path, capfd):
    folder = tmp_path / "twins"
    folder.mkdir()
    for name, when in (("a.fits", "52582.30000"), ("b.fits", "52582.40000")):
        cards = [
            "SIMPLE  =                    T", "BITPIX  =                    8",
            "NAXIS   =                    0", "FRAMEID = 'SUPA00000010'",
            f"MJD-STR = {when:>20}", "END",
        ]  # fmt: skip
        (folder / name).write_text("".join(card.ljust(80) for card in cards).ljust(2880))
    words = ("audit", folder, "--out", tmp_path / "audit", "--jobs", "1", "--no-config")
    first, again = (run(capfd, *words, "--fail-on", "warning", "--select", "AR") for _ in range(2))
    assert "across files: 0 errors, 1 warning, 0 infos" in first[1]
    assert (again[0], again[1].splitlines()[1:]) == (first[0], first[1].splitlines()[1:])
    assert first[0] == 1
