"""What the options of the library may be, held at the door."""

from __future__ import annotations

import os
from collections.abc import Sequence, Set

_BYTES = bytes | bytearray | memoryview


def require_words(**options: object) -> None:
    """See to it that options are a string or path, or a sequence of them.

    Raises
    ------
    TypeError
        naming the option that is not.
    """
    for name, value in options.items():
        if isinstance(value, str | os.PathLike):
            continue
        wanted = f"'{name}' takes a string or a sequence of strings, not"
        if not isinstance(value, Sequence | Set) or isinstance(value, _BYTES):
            raise TypeError(f"{wanted} {_name_type(value)}")
        for word in value:
            if not isinstance(word, str | os.PathLike):
                raise TypeError(f"{wanted} {_name_type(word)} in one")


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
