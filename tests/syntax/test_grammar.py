"""Grammars are there whatever else is not."""

import importlib.metadata
import importlib.util

import lark
import pytest

from fitslint.syntax import grammar
from fitslint.syntax.cards import learn_common_forms
from fitslint.syntax.column_formats import learn_common_formats


def forget():
    grammar.load_parser.cache_clear()
    grammar._find_version.cache_clear()


@pytest.fixture(autouse=True)
def anew():
    forget()
    yield
    forget()


def test_the_version_of_lark_is_that_of_its_metadata(monkeypatch):
    monkeypatch.delattr(lark, "__version__")
    assert grammar._find_version() == importlib.metadata.version("lark")


@pytest.mark.parametrize("text", [None, "", "__version__ = '.'.join(PARTS)", "# lark"])
def test_without_a_text_that_tells_the_version_of_lark(text, tmp_path, monkeypatch):
    place = tmp_path / "__init__.py"
    if text is not None:
        place.write_text(text)
    spec = importlib.util.spec_from_file_location("lark", place)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setattr(lark, "__version__", "9.9.9")
    assert grammar._find_version() == "9.9.9"


def test_without_a_place_of_lark(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert grammar._find_version() == lark.__version__
    assert grammar.load_parser("tform").parse("0E", start="binary")
    assert isinstance(grammar.load_common("card"), dict)


def test_what_is_stored_of_a_grammar_comes_back(tmp_path, monkeypatch):
    common = {"card": learn_common_forms(), "tform": learn_common_formats()}
    grammar.store_tables(tmp_path, common)
    monkeypatch.setattr(grammar, "TABLES", tmp_path)
    for name, texts in common.items():
        assert len(texts) > 100
        assert grammar.load_common(name) == texts


def test_with_tables_of_another_version(tmp_path, monkeypatch):
    monkeypatch.setattr(grammar, "TABLES", tmp_path)
    for path in grammar.store_tables(tmp_path, {}):
        path.write_bytes(b"damaged")
    (tmp_path / grammar._locate_common(tmp_path, "tform").name).write_bytes(b"damaged")
    assert grammar.load_common("tform") == {}
    assert grammar.load_parser("tform").parse("0E", start="binary")
