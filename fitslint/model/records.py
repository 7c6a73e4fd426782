"""Data classes that cost no start: what :mod:`dataclasses` gives, made when it is first asked for.

That module is long to import (it brings the inspection of source along) and compiles six methods a
class at once, of which a check of one file calls few. Here a class gets general methods, and its
``__init__`` is compiled by the first call. Type checkers see the classes of :mod:`dataclasses`,
and its ``fields``, ``replace`` and ``asdict`` take ours.

There is of it what fitslint needs: ``frozen``, ``slots`` and ``eq`` of classes whose bases have no
fields, ``default``, ``default_factory``, ``repr`` and ``kw_only`` of fields.

:class:`typing.NamedTuple` has Python compile the text of every annotation, and so make ready to
compile at all; ``NamedTuple`` from here leaves annotations as they are.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 -- told on from here
else:

    class _TupleMaker(type):
        """Makes a named tuple of what a class below ``NamedTuple`` says."""

        def __new__(cls, name: str, _bases: tuple[type, ...], space: dict[str, Any]) -> type:
            fields = space.get("__annotations__", {})
            defaults = [space.pop(field) for field in fields if field in space]
            made = namedtuple(name, fields, defaults=defaults, module=space.pop("__module__"))
            for kept, value in space.items():
                setattr(made, kept, value)
            return made

    NamedTuple = type.__new__(_TupleMaker, "NamedTuple", (), {})

_T = TypeVar("_T")
_NONE = object()
"""Stands for a default that there is not, and for an argument that a factory makes."""


class _Field(NamedTuple):
    default: object = _NONE
    factory: Callable[[], object] | None = None
    repr: bool = True
    kw_only: bool = False


class _Twin:
    """What :mod:`dataclasses` keeps of a class, by which it knows one: made from a twin."""

    def __init__(self, held: dict[str, _Field], types: dict[str, object], *, frozen: bool) -> None:
        self.held = held
        self.types = types
        self.frozen = frozen
        self.kept = ""

    def __set_name__(self, _owner: type, name: str) -> None:
        self.kept = name

    def __get__(self, _instance: object, owner: type) -> Any:
        import dataclasses

        fields = [
            (name, self.types[name], _convert(definition)) for name, definition in self.held.items()
        ]
        twin = dataclasses.make_dataclass(owner.__name__, fields, frozen=self.frozen)
        return getattr(twin, self.kept)


def _convert(definition: _Field) -> Any:
    import dataclasses

    if definition.factory is not None:
        return dataclasses.field(
            default_factory=definition.factory, repr=definition.repr, kw_only=definition.kw_only
        )
    default = dataclasses.MISSING if definition.default is _NONE else definition.default
    return dataclasses.field(default=default, repr=definition.repr, kw_only=definition.kw_only)


def hold_field(
    *,
    default: object = _NONE,
    default_factory: Callable[[], object] | None = None,
    repr: bool = True,
    kw_only: bool = False,
) -> Any:
    """A field of a class, as :func:`dataclasses.field` says it."""
    return _Field(default, default_factory, repr, kw_only)


def alter_record(record: _T, /, **changes: object) -> _T:
    """A copy with other values, as :func:`dataclasses.replace` makes it."""
    held = _list_fields(type(record))
    if held is None:
        import dataclasses

        return dataclasses.replace(record, **changes)  # type: ignore[type-var]
    return type(record)(**{name: getattr(record, name) for name in held if name not in changes},
                        **changes)  # fmt: skip


def _list_fields(cls: type) -> tuple[str, ...] | None:
    """The fields of a class; None where :mod:`dataclasses` made it, though it be of one of ours."""
    for base in cls.__mro__:
        if "__dataclass_fields__" in base.__dict__:
            found: tuple[str, ...] | None = base.__dict__.get("_held_fields")
            return found
    return None


def make_record(
    *, frozen: bool = False, slots: bool = False, eq: bool = True
) -> Callable[[type[_T]], type[_T]]:
    """A decorator of a class, as :func:`dataclasses.dataclass` is one."""

    def make(cls: type[_T]) -> type[_T]:
        space = dict(cls.__dict__)
        types = {name: said for name, said in space.get("__annotations__", {}).items()
                 if not str(said).startswith("ClassVar")}  # fmt: skip
        held = {}
        for name in types:
            value = space.pop(name, _NONE)
            held[name] = value if isinstance(value, _Field) else _Field(value)
            if not slots and held[name].default is not _NONE:
                space[name] = held[name].default
        space.pop("__dict__", None)
        space.pop("__weakref__", None)
        if slots:
            space["__slots__"] = tuple(held)
        space["_held_fields"] = tuple(held)
        space["__match_args__"] = tuple(
            name for name, definition in held.items() if not definition.kw_only
        )
        for kept in ("__dataclass_fields__", "__dataclass_params__"):
            space[kept] = _Twin(held, types, frozen=frozen)
        _add_methods(space, held, frozen=frozen, eq=eq)
        made: type[_T] = type(cls)(cls.__name__, cls.__bases__, space)  # type: ignore[misc]
        made.__qualname__ = cls.__qualname__
        if "__init__" not in space:
            _await_call(made, held, frozen=frozen)
        return made

    return make


def _add_methods(space: dict[str, Any], held: dict[str, _Field], *, frozen: bool, eq: bool) -> None:
    """Put the general methods into the name space of a class that has none of its own."""
    shown = tuple(name for name, definition in held.items() if definition.repr)

    def repr_(self: object) -> str:
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{type(self).__qualname__}({told})"

    space.setdefault("__repr__", repr_)
    if eq:
        _add_comparison(space, tuple(held), frozen=frozen)
    if frozen:
        space["__setattr__"], space["__delattr__"] = _refuse_setting, _refuse_deleting
        space["__getstate__"], space["__setstate__"] = _get_state, _set_state


def _add_comparison(space: dict[str, Any], names: tuple[str, ...], *, frozen: bool) -> None:
    if len(names) > 1:
        take: Callable[[object], object] = attrgetter(*names)
    elif names:
        only = names[0]

        def take(self: object) -> object:
            return (getattr(self, only),)
    else:

        def take(self: object) -> object:
            return ()

    def eq_(self: object, other: object) -> bool:
        return take(self) == take(other) if other.__class__ is self.__class__ else NotImplemented

    def hash_(self: object) -> int:
        return hash(take(self))

    own = "__hash__" in space and not (space["__hash__"] is None and "__eq__" in space)
    space.setdefault("__eq__", eq_)
    if not own:
        space["__hash__"] = hash_ if frozen else None


def _refuse_setting(self: Any, name: str, value: object) -> None:
    # A class that is made of a frozen one may have attributes of its own.
    if "_held_fields" in type(self).__dict__ or name in self._held_fields:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(self, name, value)


def _refuse_deleting(self: Any, name: str) -> None:
    if "_held_fields" in type(self).__dict__ or name in self._held_fields:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot delete field {name!r}")
    object.__delattr__(self, name)


def _get_state(self: Any) -> list[object]:
    return [getattr(self, name) for name in _name_fields(self)]


def _set_state(self: Any, state: list[object]) -> None:
    for name, value in zip(_name_fields(self), state, strict=True):
        object.__setattr__(self, name, value)


def _name_fields(self: Any) -> tuple[str, ...]:
    return _list_fields(type(self)) or tuple(self.__dataclass_fields__)


def _await_call(cls: type, held: dict[str, _Field], *, frozen: bool) -> None:
    """Give the class an ``__init__`` that the first call compiles."""

    def init_(self: object, *values: object, **named: object) -> None:
        made = _compile_init(cls, held, frozen=frozen)
        cls.__init__ = made  # type: ignore[misc]
        made(self, *values, **named)

    cls.__init__ = init_  # type: ignore[misc]


def _compile_init(cls: type, held: dict[str, _Field], *, frozen: bool) -> Callable[..., None]:
    known: dict[str, Any] = {"_set": object.__setattr__, "_NONE": _NONE}
    plain, named, body = ["self"], list[str](), list[str]()
    for name, definition in held.items():
        value, default = name, ""
        if definition.factory is not None:
            known[f"_make_{name}"] = definition.factory
            value, default = f"_make_{name}() if {name} is _NONE else {name}", "=_NONE"
        elif definition.default is not _NONE:
            known[f"_default_{name}"] = definition.default
            default = f"=_default_{name}"
        (named if definition.kw_only else plain).append(name + default)
        body.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    signature = ", ".join([*plain, *(["*", *named] if named else [])])
    exec(f"def __init__({signature}):\n " + "\n ".join(body or ["pass"]), known)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__module__ = cls.__module__
    return made


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 -- told on from here
    from dataclasses import field as field  # noqa: PLC0414
    from dataclasses import replace as replace  # noqa: PLC0414
else:
    dataclass, field, replace = make_record, hold_field, alter_record
