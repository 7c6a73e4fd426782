"""A server of this machine for every test, and a session that does not wait."""

import pytest

from fitslint.pipeline.fetch.session import Session
from tests.pipeline.fetch.place import QUICK, Place
from tests.pipeline.fetch.served import serving


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server():
    with serving() as made:
        yield made


@pytest.fixture
def session():
    with Session(QUICK) as made:
        yield made


@pytest.fixture
def place():
    made = Place()
    yield made
    made.close()
