"""Keyword dictionaries: load them, match keywords to their entries, look them up."""

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
