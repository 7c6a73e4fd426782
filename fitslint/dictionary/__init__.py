"""Keyword dictionaries: load them, match keywords to their entries, look them up.

- What a check uses: ``dictionary/files`` reads the dictionaries of this distribution entry by
  entry, ``dictionary/matching`` finds the entry of a keyword, ``dictionary/recognition`` tells
  which dictionaries hold for a file and chains them, ``dictionary/values`` makes predicates of
  what an entry demands and reads numbers.
- What people look at: ``dictionary/lookup.py`` finds, ``dictionary/diff.py`` compares,
  ``dictionary/export.py`` hands on.
- Judging a dictionary: ``dictionary/files/schema.py`` holds it to the schema,
  ``dictionary/linting`` to what a schema cannot say.
- Making one: ``dictionary/making`` (a starter, a draft from an archive, names proposed for a
  phrase), ``dictionary/imports`` (other formats).

A check by dictionaries of this distribution loads nothing of the last three. A pattern is used only
when it cannot take long on any value.
"""

from fitslint.data_files import find_data_folder
from fitslint.dictionary.files.load import (
    DictionaryError,
    list_ids,
    list_recognised,
    load_conventions,
    load_dictionary,
    load_heads,
    load_standard,
)
from fitslint.dictionary.matching.entry import Entry
from fitslint.dictionary.matching.match import Dictionary, Match, NearMatch
from fitslint.dictionary.matching.spelling import find_nearest_keyword
from fitslint.dictionary.recognition.chain import DictionaryChain, load_chain, open_dictionary

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
