"""A row that the table of speed does not have is told."""

import shutil

from tests.benchmarks import speed


def have(*tools):
    return lambda name: f"/usr/bin/{name}" if name in tools else None


def test_a_row_that_is_left_out_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", have("valgrind", "fitsverify"))
    corpus, faulty = speed.explain_missing(tmp_path / "none", None)
    assert corpus.startswith(f"No FITS file is under {tmp_path / 'none'}: ")
    assert "--against" in faulty
    (tmp_path / "one.fits").write_bytes(b"")
    assert list(speed.explain_missing(tmp_path, tmp_path)) == []


def test_a_tool_that_is_missing_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", have("valgrind"))
    assert "fitsverify" in next(speed.explain_missing(tmp_path, tmp_path))
    monkeypatch.setattr(shutil, "which", have())
    (only,) = speed.explain_missing(tmp_path, None)
    assert only.startswith("valgrind is not installed")
