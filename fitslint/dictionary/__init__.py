"""Keyword dictionaries: load them, match keywords to their entries, look them up.

- What a check uses: ``dictionary/load.py`` reads the dictionaries of this distribution entry by
  entry, ``dictionary/match.py`` finds the ``dictionary/entry.py`` of a keyword,
  ``dictionary/authority.py`` chains those that hold, as ``dictionary/recognise.py`` tells;
  ``dictionary/constraints.py`` and ``dictionary/relation.py`` make predicates of what an entry
  demands, ``dictionary/units.py`` and ``dictionary/quantity.py`` read units and numbers.
- What people look at: ``dictionary/catalogue.py`` finds, ``dictionary/diff.py`` compares,
  ``dictionary/export.py`` hands on, ``dictionary/naming.py`` proposes names.
- Judging a dictionary: ``dictionary/document.py`` has the file with its lines,
  ``dictionary/schema.py`` holds it to the schema, ``dictionary/validate.py`` and
  ``dictionary/linting`` to what a schema cannot say.
- Making one: ``dictionary/skeleton.py``, ``dictionary/imports`` (other formats), or
  ``dictionary/infer.py`` and ``dictionary/draft.py`` (from an archive).

A check by dictionaries of this distribution loads nothing of the last three. A pattern is used only
when it cannot take long on any value.
"""

from fitslint.dictionary.authority import Authority, authority, get
from fitslint.dictionary.entry import Entry
from fitslint.dictionary.load import (
    DictionaryError,
    conventions,
    fits,
    folder,
    heads,
    ids,
    shipped,
)
from fitslint.dictionary.match import Dictionary, Match, Near
from fitslint.dictionary.nearest import nearest

__all__ = [
    "Authority",
    "Dictionary",
    "DictionaryError",
    "Entry",
    "Match",
    "Near",
    "authority",
    "conventions",
    "fits",
    "folder",
    "get",
    "heads",
    "ids",
    "nearest",
    "shipped",
]
