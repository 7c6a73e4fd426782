"""Keyword dictionaries: load them, match keywords to their entries, look them up.

- What a check uses: ``dictionary/load.py`` reads the dictionaries of this distribution entry by
  entry, ``dictionary/match.py`` finds the ``dictionary/entry.py`` of a keyword,
  ``dictionary/chain.py`` chains those that hold, as ``dictionary/recognise.py`` tells;
  ``dictionary/constraints.py`` and ``dictionary/relation.py`` make predicates of what an entry
  demands, ``dictionary/quantity.py`` reads numbers.
- What people look at: ``dictionary/lookup.py`` finds, ``dictionary/diff.py`` compares,
  ``dictionary/export.py`` hands on, ``dictionary/proposals.py`` proposes names.
- Judging a dictionary: ``dictionary/document.py`` has the file with its lines,
  ``dictionary/schema.py`` holds it to the schema, ``dictionary/linter.py`` and
  ``dictionary/linting`` to what a schema cannot say.
- Making one: ``dictionary/starter.py``, ``dictionary/imports`` (other formats), or
  ``dictionary/infer.py`` and ``dictionary/draft.py`` (from an archive).

A check by dictionaries of this distribution loads nothing of the last three. A pattern is used only
when it cannot take long on any value.
"""

from fitslint.data_files import find_data_folder
from fitslint.dictionary.chain import DictionaryChain, load_chain, open_dictionary
from fitslint.dictionary.entry import Entry
from fitslint.dictionary.load import (
    DictionaryError,
    list_ids,
    list_recognised,
    load_conventions,
    load_dictionary,
    load_heads,
    load_standard,
)
from fitslint.dictionary.match import Dictionary, Match, NearMatch
from fitslint.dictionary.spelling import find_nearest_keyword

__all__ = [
    "Dictionary",
    "DictionaryChain",
    "DictionaryError",
    "Entry",
    "Match",
    "NearMatch",
    "find_data_folder",
    "find_nearest_keyword",
    "list_ids",
    "list_recognised",
    "load_chain",
    "load_conventions",
    "load_dictionary",
    "load_heads",
    "load_standard",
    "open_dictionary",
]
