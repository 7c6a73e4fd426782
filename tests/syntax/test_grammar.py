"""Grammars are there whatever else is not."""

import importlib.metadata

import pytest

from fitslint.syntax import grammar


@pytest.fixture
def forgetful(monkeypatch):
    """A lark whose metadata were left out."""
    grammar.load.cache_clear()
    grammar._find_version.cache_clear()

    def refuse(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", refuse)
    yield
    grammar.load.cache_clear()
    grammar._find_version.cache_clear()


def test_without_the_metadata_of_lark(forgetful):
    assert grammar.load("tform").parse("0E", start="binary")
    assert isinstance(grammar.common_forms(), dict)


def test_with_tables_of_another_version(tmp_path, monkeypatch):
    monkeypatch.setattr(grammar, "TABLES", tmp_path)
    grammar.load.cache_clear()
    for path in grammar.store(tmp_path, {}):
        path.write_bytes(b"damaged")
    assert grammar.load("tform").parse("0E", start="binary")
    grammar.load.cache_clear()
