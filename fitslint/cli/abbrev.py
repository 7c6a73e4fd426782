"""``fitslint abbrev``: keywords for a phrase, built of the Subaru abbreviations."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from fitslint.cli.errors import UsageError
from fitslint.dictionary.proposals import Proposal, UnknownWord, parse_phrase, propose
from fitslint.report.escape import escape_text
from fitslint.text import suggest

_FORMATS = ("text", "json")


def propose_keywords(phrase: str, prefix: str = "", form: str = "text") -> None:
    """Print keywords for ``phrase``, one a line, the best first; what is not known to stderr.

    Raises
    ------
    Usage
        when the phrase has no known word, or gives no keyword of eight characters.
    """
    if form not in _FORMATS:
        raise UsageError(f"'--format' is text or json, not {form!r}{suggest(form, _FORMATS)}")
    if not re.fullmatch("[A-Z0-9_-]{0,7}", prefix.upper()):
        raise UsageError(f"'--prefix' is at most 7 of A-Z, 0-9, - and _, not {prefix!r}")
    reading, proposals = parse_phrase(phrase), propose(phrase, prefix.upper())
    if not reading.parts:
        hint = "".join(
            f"; {_describe_unknown(unknown)}" for unknown in reading.unknown if unknown.nearest
        )
        raise UsageError(f"no word of {phrase!r} stands for an abbreviation{hint}")
    if not proposals:
        raise UsageError(f"{phrase!r} needs more than eight characters; leave words out")
    if form == "json":
        told = {
            "phrase": phrase,
            "prefix": prefix.upper(),
            "proposals": [_build_proposal_dict(one) for one in proposals],
            "unknown": [{"word": one.word, "nearest": one.nearest} for one in reading.unknown],
        }
        sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        return
    sys.stdout.writelines(f"{_format_proposal(one)}\n" for one in proposals)
    sys.stdout.flush()
    sys.stderr.writelines(
        f"left out: {escape_text(_describe_unknown(one))}\n" for one in reading.unknown
    )


def _describe_unknown(unknown: UnknownWord) -> str:
    like = " or ".join(repr(word) for word in unknown.nearest)
    return f"{unknown.word!r} is not known" + (f", did you mean {like}?" if like else "")


def _format_proposal(one: Proposal) -> str:
    parts = ", ".join(f"{written} = {row.word}" for written, row in one.parts)
    state = "in subaru/basic" if one.same_meaning else "taken in subaru/basic"
    return f"{one.name:<8}  {parts}" + (f"; {state}: {one.meaning}" if one.entry else "")


def _build_proposal_dict(one: Proposal) -> dict[str, Any]:
    keyword = None
    if one.entry is not None:
        names = {"dictionary": "subaru/basic", "name": one.entry.name}
        keyword = {**names, "meaning": one.meaning, "same": one.same_meaning}
    parts = [
        {
            "written": written,
            "short": row.short,
            "word": row.word,
            "ja": row.ja,
            "category": row.category,
            "table": not row.seen,
        }
        for written, row in one.parts
    ]
    return {"name": one.name, "parts": parts, "keyword": keyword}
