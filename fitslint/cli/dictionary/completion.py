"""What a shell offers where a dictionary or a keyword is asked for."""

from __future__ import annotations

_KEYWORDS_MAX = 200


def complete_dictionary(incomplete: str) -> list[tuple[str, str]]:
    """Ids of dictionaries that begin so, with their titles; files are the shell's own affair."""
    from fitslint.dictionary.load import load_heads

    return [
        (name, str(head["title"]))
        for name, head in load_heads().items()
        if name.startswith(incomplete)
    ]


def complete_dictionaries(incomplete: str) -> list[tuple[str, str]]:
    """The same for the last of a list with commas."""
    before, comma, start = incomplete.rpartition(",")
    return [(f"{before}{comma}{name}", title) for name, title in complete_dictionary(start)]


def complete_keyword(incomplete: str) -> list[tuple[str, str]]:
    """Keywords of the dictionaries that begin so, with the dictionary that has them."""
    from fitslint.dictionary.load import list_ids, load_dictionary

    start = incomplete.upper()
    found: dict[str, str] = {}
    for one in list_ids() if start else ():
        for name in load_dictionary(one).names:
            if name.startswith(start):
                found.setdefault(name, one)
    return list(found.items())[:_KEYWORDS_MAX]
