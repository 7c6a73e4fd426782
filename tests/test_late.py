"""Patterns that are compiled when they are used."""

import copy
import importlib
import pickle
import pkgutil
import re

import pytest

import fitslint
from fitslint.model.late import _LatePattern, compile_late


def test_a_late_pattern_does_what_a_pattern_does():
    pattern = compile_late("(?P<letter>[a-z])[0-9]", re.IGNORECASE)
    assert "_compiled" not in vars(pattern)
    assert pattern.pattern == "(?P<letter>[a-z])[0-9]"
    assert "_compiled" not in vars(pattern)
    assert pattern.fullmatch("A1")["letter"] == "A"
    assert pattern.sub("x", "a1b2") == "xx"
    assert pattern.search("aa1", 1).span() == (1, 3)
    assert (pattern.groups, dict(pattern.groupindex)) == (1, {"letter": 1})
    assert pattern.flags == re.compile(pattern.pattern, re.IGNORECASE).flags


def test_it_looks_no_further_once_it_is_compiled():
    pattern = compile_late(b"a+")
    first = pattern.match
    assert pattern.match is first
    assert first(b"aab").end() == 2


def test_a_name_that_patterns_do_not_have():
    with pytest.raises(AttributeError):
        _ = compile_late("a").no_such_name


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))]
)
def test_it_can_be_copied(again):
    assert again(compile_late("a", re.IGNORECASE)) == re.compile("a", re.IGNORECASE)


def walk(value, depth=2):
    if isinstance(value, _LatePattern):
        yield value
    elif depth and isinstance(value, dict):
        yield from walk(list(value.values()), depth)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from walk(one, depth - 1)


def test_every_late_pattern_can_be_compiled():
    """What an import would have shown of a mistake in a pattern."""
    found = 0
    for module in pkgutil.walk_packages(fitslint.__path__, "fitslint."):
        if module.name.startswith(("fitslint.pipeline", "fitslint.cli", "fitslint.__main__")):
            continue
        for pattern in walk(list(vars(importlib.import_module(module.name)).values())):
            assert pattern.flags is not None
            found += 1
    assert found > 150


def test_none_is_given_to_the_functions_of_re(root):
    """They take patterns, and would not know these."""
    late = re.compile(r"^ *(_?[A-Za-z_0-9]+)(?:: [^=\n]+)? = compile_late\(", re.M)
    for path in (root / "fitslint").rglob("*.py"):
        text = path.read_text("utf-8")
        for name in late.findall(text):
            used = (
                rf"re\.(?:sub|subn|match|search|fullmatch|split|findall|finditer|compile)\({name}\b"
            )
            assert not re.search(used, text), (path, name)
