"""Keyword dictionaries: load them, match keywords to their entries, look them up."""

from fitslint.dictionary.entry import Entry
from fitslint.dictionary.load import (
    DictionaryError,
    conventions,
    fits,
    folder,
    read,
    shipped,
)
from fitslint.dictionary.match import Dictionary, Match, Near
from fitslint.dictionary.nearest import nearest

__all__ = [
    "Dictionary",
    "DictionaryError",
    "Entry",
    "Match",
    "Near",
    "conventions",
    "fits",
    "folder",
    "nearest",
    "read",
    "shipped",
]
