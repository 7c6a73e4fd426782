"""A memory that never grows beyond a number of entries."""

from __future__ import annotations

from typing import TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")


class BoundedDict(dict[Key, Item]):
    """A dict that starts anew when it is full.

    What it holds can be worked out again, so that nothing is lost but time; to find out what was
    used least would cost more than that. Only ``memo[key] = item`` keeps the bound.
    """

    size_max = 2048
    """Entries, unless :meth:`create` says otherwise: thousands of these are made."""

    @classmethod
    def create(cls, size_max: int) -> BoundedDict[Key, Item]:
        """An empty one with another bound."""
        memo: BoundedDict[Key, Item] = cls()
        memo.size_max = size_max
        return memo

    def __setitem__(self, key: Key, item: Item) -> None:
        if len(self) >= self.size_max and key not in self:
            self.clear()
        dict.__setitem__(self, key, item)  # quicker than super(), and this runs very often
