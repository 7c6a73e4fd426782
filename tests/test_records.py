"""Records are data classes in all that fitslint asks of those."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
import typing
from typing import ClassVar

import pytest

from fitslint.model import records


def declare(dataclass, field):
    """The same classes, made by either."""

    @dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 2
        tags: list = field(default_factory=list, repr=False)
        least: str = field(default="info", kw_only=True)
        name: ClassVar[str] = "point"

        @property
        def sum(self):
            return self.x + self.y

    @dataclass(slots=True)
    class Counter:
        count: int = 0
        seen: dict = field(default_factory=dict)

    @dataclass(frozen=True)
    class Single:
        names: tuple

    @dataclass(frozen=True, slots=True, eq=False)
    class Same:
        value: int

    return Point, Counter, Single, Same


OURS = declare(records.dataclass, records.field)
THEIRS = declare(dataclasses.dataclass, dataclasses.field)
Point, Counter, Single, Same = OURS
for one in OURS:
    one.__qualname__ = one.__name__  # so that they can be pickled


def told(call):
    try:
        return call()
    except Exception as error:
        return type(error)


@pytest.mark.parametrize(
    "ask",
    [
        lambda p, c, s, e: repr(p(1)).rpartition(".")[2],
        lambda p, c, s, e: [p(1) == p(1), p(1) == p(2), p(1) != p(1, 3), p(1) == (1, 2)],
        lambda p, c, s, e: [c() == c(), s((1,)) == s((1,)), e(1) == e(1)],
        lambda p, c, s, e: [hash(s((1,))), hash(s((2,)))],
        lambda p, c, s, e: hash(p(1)),
        lambda p, c, s, e: hash(c()),
        lambda p, c, s, e: len({e(1), e(1)}),
        lambda p, c, s, e: [p(1, 2, [3], least="x").least, p(y=4, x=1).sum, p.name],
        lambda p, c, s, e: p(),
        lambda p, c, s, e: p(1, 2, [], "x"),
        lambda p, c, s, e: p(1, z=1),
        lambda p, c, s, e: setattr(p(1), "x", 2),
        lambda p, c, s, e: delattr(p(1), "x"),
        lambda p, c, s, e: setattr(c(1), "w", 2),
        lambda p, c, s, e: [c().seen is c().seen, p(1).tags],
        lambda p, c, s, e: [p.__match_args__, c.__match_args__, p.__slots__, c.__slots__],
        lambda p, c, s, e: dataclasses.asdict(p(1, tags=[1])),
        lambda p, c, s, e: [(f.name, f.type, f.kw_only, f.repr) for f in dataclasses.fields(p)],
        lambda p, c, s, e: dataclasses.replace(p(1), y=5, least="x").y,
        lambda p, c, s, e: [dataclasses.is_dataclass(p), dataclasses.is_dataclass(c())],
        lambda p, c, s, e: records.replace(p(1), y=5, least="x").least,
        lambda p, c, s, e: records.replace(p(1), z=5),
        lambda p, c, s, e: [copy.copy(p(1)) == p(1), copy.deepcopy(c(1)) == c(1)],
    ],
)
def test_they_answer_as_data_classes_do(ask):
    assert told(lambda: ask(*OURS)) == told(lambda: ask(*THEIRS))


@pytest.mark.parametrize("record", [Point(1, tags=[2]), Counter(3), Single(("a",))])
def test_they_can_be_pickled(record):
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(record, protocol)) == record


def test_a_class_made_of_a_frozen_one_has_attributes_of_its_own():
    class Named(Point):
        pass

    named = Named(1)
    named.title = "a"
    assert named.title == "a"
    with pytest.raises(dataclasses.FrozenInstanceError):
        named.x = 2
    del named.title
    assert named == Named(1)
    assert named != Point(1)


def test_they_do_without_the_module():
    code = """
import sys
from fitslint.model.finding import Edit
assert Edit(1, 2, b"") == Edit(1, 2, b"") and repr(Edit(1, 2, b""))
print("dataclasses" in sys.modules)
"""
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert output.stdout.strip() == b"False"


@pytest.mark.parametrize("base", [OURS[0], THEIRS[0]], ids=["ours", "theirs"])
def test_a_data_class_made_of_one(base):
    @dataclasses.dataclass(frozen=True, slots=True)
    class Named(base):
        title: str = ""

    named = Named(1, title="a")
    assert (named.x, named.tags, named.least, named.title) == (1, [], "info", "a")
    assert dataclasses.replace(named, x=2) == Named(2, title="a")
    assert named != Named(1)
    assert repr(named).endswith("Named(x=1, y=2, least='info', title='a')")
    assert [one.name for one in dataclasses.fields(Named)] == ["x", "y", "tags", "least", "title"]
    assert records.replace(named, x=2) == Named(2, title="a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        named.x = 2


class Theirs(typing.NamedTuple):
    """Said."""

    name: str
    size: int | None = None
    kinds: tuple[str, ...] = ("a",)

    def double(self):
        return self.name * 2

    @property
    def long(self):
        return len(self.name) > 3


class Ours(records.NamedTuple):
    """Said."""

    name: str
    size: int | None = None
    kinds: tuple[str, ...] = ("a",)

    def double(self):
        return self.name * 2

    @property
    def long(self):
        return len(self.name) > 3


@pytest.mark.parametrize("made", [Theirs, Ours])
def test_a_named_tuple_is_one(made):
    one = made("abcd", kinds=())
    assert one == ("abcd", None, ()) and isinstance(one, tuple)
    assert (one.double(), one.long, one.size) == ("abcdabcd", True, None)
    assert one._replace(size=2) == ("abcd", 2, ())
    assert made._fields == ("name", "size", "kinds")
    assert made._field_defaults == {"size": None, "kinds": ("a",)}
    assert repr(one) == f"{made.__name__}(name='abcd', size=None, kinds=())"
    assert (made.__module__, made.__qualname__, made.__doc__) == (__name__, made.__name__, "Said.")
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    assert not hasattr(one, "__dict__")
    with pytest.raises(TypeError):
        made()
    with pytest.raises(AttributeError):
        one.name = "b"
    with pytest.raises(AttributeError):
        one.colour = "b"
