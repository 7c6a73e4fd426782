"""A place on this machine for every test, asked without a proxy."""

import pytest

from tests.pipeline.fetch.place import Place


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def place():
    made = Place()
    yield made
    made.close()
