"""``fitslint abbrev``: keywords for a phrase, built of the Subaru abbreviations."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from fitslint.cli.errors import UsageError, require_choice
from fitslint.cli.options import FORMAT, FORMATS, Options, argument, option
from fitslint.text import say

if TYPE_CHECKING:
    from fitslint.dictionary.making.proposals import Proposal, UnknownWord


class AbbrevOptions(Options):
    """The options of ``fitslint abbrev``."""

    phrase: str = argument("What the keyword says.", "PHRASE")
    prefix: str = option("Device prefix, such as F_.", "TEXT")
    format: str = FORMAT


def propose_keywords(options: AbbrevOptions) -> None:
    """Propose keywords built of the Subaru abbreviations."""
    from fitslint.dictionary.making.proposals import parse_phrase, propose
    from fitslint.report.escape import escape_text

    phrase, prefix = options.phrase, options.prefix.upper()
    require_choice("--format", options.format, FORMATS)
    if not re.fullmatch("[A-Z0-9_-]{0,7}", prefix):
        raise UsageError(
            say(
                "'--prefix' is at most 7 of A-Z, 0-9, - and _, not {prefix!r}",
                prefix=options.prefix,
            )
        )
    reading, proposals = parse_phrase(phrase), propose(phrase, prefix)
    if not reading.parts:
        hint = "".join(f"; {_describe_unknown(word)}" for word in reading.unknown if word.nearest)
        raise UsageError(
            say("no word of {phrase!r} stands for an abbreviation{hint}", phrase=phrase, hint=hint)
        )
    if not proposals:
        raise UsageError(
            say("{phrase!r} needs more than eight characters; leave words out", phrase=phrase)
        )
    if options.format == "json":
        answer = {
            "phrase": phrase,
            "prefix": prefix,
            "proposals": [_build_proposal_dict(proposal) for proposal in proposals],
            "unknown": [{"word": word.word, "nearest": word.nearest} for word in reading.unknown],
        }
        sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
        return
    sys.stdout.writelines(f"{_format_proposal(proposal)}\n" for proposal in proposals)
    sys.stdout.flush()
    sys.stderr.writelines(
        f"left out: {escape_text(_describe_unknown(word))}\n" for word in reading.unknown
    )


def _describe_unknown(unknown: UnknownWord) -> str:
    like = " or ".join(repr(word) for word in unknown.nearest)
    return f"{unknown.word!r} is not known" + (f", did you mean {like}?" if like else "")


def _format_proposal(proposal: Proposal) -> str:
    parts = ", ".join(f"{written} = {row.word}" for written, row in proposal.parts)
    state = "in subaru/basic" if proposal.same_meaning else "taken in subaru/basic"
    return f"{proposal.name:<8}  {parts}" + (
        f"; {state}: {proposal.meaning}" if proposal.entry else ""
    )


def _build_proposal_dict(proposal: Proposal) -> dict[str, Any]:
    keyword = None
    if proposal.entry is not None:
        names = {"dictionary": "subaru/basic", "name": proposal.entry.name}
        keyword = {**names, "meaning": proposal.meaning, "same": proposal.same_meaning}
    parts = [
        {
            "written": written,
            "short": row.short,
            "word": row.word,
            "ja": row.ja,
            "category": row.category,
            "table": not row.seen,
        }
        for written, row in proposal.parts
    ]
    return {"name": proposal.name, "parts": parts, "keyword": keyword}
