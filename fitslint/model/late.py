"""Patterns that are compiled when they are first used: a check uses few of all that there are."""

from __future__ import annotations

import re
from typing import Any, AnyStr, Generic, cast


class _LatePattern(Generic[AnyStr]):
    """Stands for a pattern; its methods are those of the pattern from their first use on."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = pattern
        self._wanted = flags

    def __getattr__(self, name: str) -> Any:
        """What the pattern has of that name, kept so that it is not asked for again."""
        if name.startswith("__"):
            raise AttributeError(name)
        own = self.__dict__
        if "_compiled" not in own:
            own["_compiled"] = re.compile(self.pattern, self._wanted)
        own[name] = found = getattr(own["_compiled"], name)
        return found

    def __reduce__(self) -> tuple[object, ...]:
        return re.compile, (self.pattern, self._wanted)

    def __repr__(self) -> str:
        return f"compile_late({self.pattern!r}, {self._wanted})"


def compile_late(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, compiled when it is first asked to look at something.

    A mistake in the pattern comes to light no earlier; a test compiles all. The functions of
    :mod:`re` do not take it: its own methods do their work.
    """
    return cast("re.Pattern[AnyStr]", _LatePattern(pattern, flags))
