"""What became of a file that was fixed, as lines of text and as HTML for notebooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape

from fitslint.model.finding import Finding
from fitslint.model.form import CARD_SIZE
from fitslint.repair.fixer import FixResult
from fitslint.repair.model import DECLINED, Repair
from fitslint.report.escape import escape_columns, escape_text
from fitslint.report.sentences import SAFETY_TITLES, list_some
from fitslint.text import count_noun, phrase, say, translate, translate_sentence

_CODES_SHOWN = 8
"""Codes named in the line of a file."""
_CARDS_SHOWN = 4
"""Cards shown of one change."""
_TITLES = tuple(map(phrase, ("rule", "HDU", "card", "keyword", "fix", "cards before and after")))


def describe_fixes(done: FixResult) -> Iterator[str]:
    """What was done to a file and what could not be, a sentence each."""
    for note in done.notes:
        yield escape_text(note)
    if done.error is not None:
        yield say("not repaired: {error}", error=escape_text(translate_sentence(done.error)))
    elif done.plan.has_changes:
        codes = Counter(repair.finding.code for repair in done.plan.repairs)
        named = [f"{code} {n}" if n > 1 else code for code, n in sorted(codes.items())]
        what = list_some(named, _CODES_SHOWN) or say("its corrections")
        yield say("{fixes} ({what})", fixes=count_noun(sum(codes.values()), "fix"), what=what)
        if done.written is not None and done.written.path != done.plan.path:
            yield say("written to {path}", path=escape_text(done.written.path))
        if done.written is not None and done.written.backup:
            yield say("the old file is {path}", path=escape_text(done.written.backup))
    for finding, why in done.plan.refused:
        how = (
            say("declined")
            if why == DECLINED
            else say("not fixed: {reason}", reason=escape_text(translate(why)))
        )
        yield f"{_describe_place(finding)}: {finding.code} {how}"


def render_fix_text(done: FixResult, left: str) -> str:
    """A fixed file in lines, with those of what is ``left``."""
    path = escape_text(done.plan.path)
    lines = [f"{path}: {line}" for line in describe_fixes(done)] or [
        f"{path}: {say('nothing to fix')}"
    ]
    return "\n".join([*lines, left] if left else lines)


def render_fix_html(done: FixResult, left: str) -> str:
    """A fixed file as a table of its fixes; all text from the file is escaped."""
    path = escape(escape_text(done.plan.path))
    lines = "<br>".join(escape(line) for line in describe_fixes(done)) or say("nothing to fix")
    titles = "".join(f"<th>{translate(title)}</th>" for title in _TITLES)
    rows = "".join(map(_render_row, done.plan.repairs if done.error is None else ()))
    table = f"<table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    head = f"<p><strong>{path}</strong>: {lines}</p>"
    return f"<div>{head}{table}<p>{say('left:')}</p>{left}</div>"


def _render_row(repair: Repair) -> str:
    found = repair.finding
    cells = (
        f'<span title="{escape(found.name)}">{escape(found.code)}</span>',
        str(found.hdu or ""),
        str(found.card or ""),
        escape(escape_text(found.keyword or "")),
        f"{escape(escape_text(repair.title))} ({translate(SAFETY_TITLES[repair.safety])})",
        f"<code>{_render_cards(repair.before)}</code><br><code>{_render_cards(repair.after)}</code>",
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _render_cards(data: bytes) -> str:
    """The first cards of a change, a line each."""
    images = (
        data[at : at + CARD_SIZE]
        for at in range(0, min(len(data), _CARDS_SHOWN * CARD_SIZE), CARD_SIZE)
    )
    lines = [escape("".join(escape_columns(image)).rstrip()) for image in images]
    more = -(-len(data) // CARD_SIZE) - len(lines)
    return "<br>".join(
        [*lines, say("... and {count} more cards", count=more)] if more > 0 else lines
    )


def _describe_place(finding: Finding) -> str:
    where = f"HDU {finding.hdu}"
    if finding.card:
        where += f", {say('card {number}', number=finding.card)}"
    return where + (f" {escape_text(finding.keyword)}" if finding.keyword else "")
