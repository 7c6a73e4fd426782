"""Threads of linear algebra: one, unless the caller says otherwise."""

from __future__ import annotations

import os

import pytest

from fitslint.cli.main import main


@pytest.mark.parametrize(("given", "seen"), [(None, "1"), ("3", "3")])
def test_the_command_leaves_the_cores_to_its_jobs(given, seen, monkeypatch, capfd):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if given:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", given)
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert os.environ["OPENBLAS_NUM_THREADS"] == seen
