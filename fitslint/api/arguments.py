"""What the options of the library may be, held at the door."""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable, Mapping

_NO_LISTS = (bytes, bytearray, memoryview, Mapping)


def take_words(name: str, value: object) -> list[str]:
    """The words of an option: of a string with commas, of a path, or of any number of them.

    Raises
    ------
    TypeError
        naming the option, when it is something else.
    """
    if isinstance(value, str):
        words = value.split(",")
    elif isinstance(value, os.PathLike):
        words = [_spell_word(name, value)]
    elif isinstance(value, Iterable) and not isinstance(value, _NO_LISTS):
        words = [_spell_word(name, word, " in one") for word in value]
    else:
        raise TypeError(f"{_say_wanted(name)} {_name_type(value)}")
    return [word.strip() for word in words if word.strip()]


def _spell_word(name: str, word: object, where: str = "") -> str:
    spelt = os.fspath(word) if isinstance(word, os.PathLike) else word
    if not isinstance(spelt, str):
        raise TypeError(f"{_say_wanted(name)} {_name_type(spelt)}{where}")
    return spelt


def _say_wanted(name: str) -> str:
    return f"'{name}' takes a string or a sequence of strings, not"


def require_paths(**options: object) -> None:
    """See to it that options are paths, or None.

    Raises
    ------
    TypeError
        naming the option that is not.
    """
    for name, value in options.items():
        if value is not None and not isinstance(value, str | os.PathLike):
            raise TypeError(f"'{name}' takes a path, not {_name_type(value)}")


def require_text(**options: object) -> None:
    """See to it that options are strings, or None.

    Raises
    ------
    TypeError
        naming the option that is not.
    """
    for name, value in options.items():
        if value is not None and not isinstance(value, str):
            raise TypeError(f"'{name}' takes a string, not {_name_type(value)}")


def take_integer(value: object) -> object:
    """A plain int of an integer of another type, as numpy has them; anything else as it is."""
    is_foreign = not isinstance(value, int) and hasattr(type(value), "__index__")
    return operator.index(value) if is_foreign else value  # type: ignore[arg-type]


def require_switches(**options: object) -> None:
    """See to it that options are true or false, of whatever type has these.

    Raises
    ------
    TypeError
        naming the option that is not.
    """
    for name, value in options.items():
        if not hasattr(type(value), "__bool__"):
            raise TypeError(f"'{name}' takes True or False, not {_name_type(value)}")


def _name_type(value: object) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"
