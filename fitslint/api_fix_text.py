"""What became of a file that was fixed, as lines of text and as HTML for notebooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape

from fitslint.model.finding import Finding
from fitslint.model.form import CARD
from fitslint.repair.fixing import Fixed
from fitslint.repair.model import DECLINED, Repair
from fitslint.report.escape import columns, visible
from fitslint.text import count_noun

_CODES = 8
"""Codes named in the line of a file."""
_CARDS = 4
"""Cards shown of one change."""
_HEAD = ("rule", "HDU", "card", "keyword", "fix", "cards before and after")


def describe(done: Fixed) -> Iterator[str]:
    """What was done to a file and what could not be, a sentence each."""
    for note in done.notes:
        yield visible(note)
    if done.error is not None:
        yield f"not repaired: {visible(done.error)}"
    elif done.plan.changes:
        codes = Counter(repair.finding.code for repair in done.plan.repairs)
        named = [f"{code} {n}" if n > 1 else code for code, n in sorted(codes.items())]
        more = [f"{len(named) - _CODES} more"] if len(named) > _CODES else []
        what = ", ".join(named[:_CODES] + more) or "its corrections"
        yield f"{count_noun(sum(codes.values()), 'fix')} ({what})"
        if done.written is not None and done.written.path != done.plan.path:
            yield f"written to {visible(done.written.path)}"
        if done.written is not None and done.written.backup:
            yield f"the old file is {visible(done.written.backup)}"
    for finding, why in done.plan.refused:
        how = "declined" if why == DECLINED else f"not fixed: {visible(why)}"
        yield f"{_place(finding)}: {finding.code} {how}"


def write_text(done: Fixed, left: str) -> str:
    """A fixed file in lines, with those of what is ``left``."""
    path = visible(done.plan.path)
    lines = [f"{path}: {line}" for line in describe(done)] or [f"{path}: nothing to fix"]
    return "\n".join([*lines, left] if left else lines)


def write_html(done: Fixed, left: str) -> str:
    """A fixed file as a table of its fixes; all text from the file is escaped."""
    path = escape(visible(done.plan.path))
    lines = "<br>".join(escape(line) for line in describe(done)) or "nothing to fix"
    titles = "".join(f"<th>{title}</th>" for title in _HEAD)
    rows = "".join(map(_row, done.plan.repairs if done.error is None else ()))
    table = f"<table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    head = f"<p><strong>{path}</strong>: {lines}</p>"
    return f"<div>{head}{table}<p>left:</p>{left}</div>"


def _row(repair: Repair) -> str:
    found = repair.finding
    cells = (
        f'<span title="{escape(found.name)}">{escape(found.code)}</span>',
        str(found.hdu or ""),
        str(found.card or ""),
        escape(visible(found.keyword or "")),
        f"{escape(visible(repair.title))} ({repair.safety})",
        f"<code>{_cards(repair.before)}</code><br><code>{_cards(repair.after)}</code>",
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _cards(data: bytes) -> str:
    """The first cards of a change, a line each."""
    images = (data[at : at + CARD] for at in range(0, min(len(data), _CARDS * CARD), CARD))
    lines = [escape("".join(columns(image)).rstrip()) for image in images]
    more = -(-len(data) // CARD) - len(lines)
    return "<br>".join([*lines, f"... and {count_noun(more, 'card')} more"] if more > 0 else lines)


def _place(finding: Finding) -> str:
    where = f"HDU {finding.hdu}, card {finding.card}" if finding.card else f"HDU {finding.hdu}"
    return where + (f" {visible(finding.keyword)}" if finding.keyword else "")
