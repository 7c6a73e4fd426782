"""Text that goes into a page without becoming markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

_FENCE = "```"
_CODE = re.compile(r"(`+[^`]*`+)")


def escape_cell(text: object) -> str:
    """A text as the cell of a table."""
    return escape_inline(" ".join(str(text).split())).replace("|", "\\|")


def escape_inline(text: str) -> str:
    """A line of prose; what stands between backquotes stays."""
    return _replace_prose(text, _escape_prose)


def escape_blocks(text: str) -> str:
    """Paragraphs and fenced blocks: in the latter nothing is changed but their language."""
    lines, is_fenced = [], False
    for line in text.split("\n"):
        if line.startswith(_FENCE):
            lines.append(_FENCE if is_fenced else f"{_FENCE}text")
            is_fenced = not is_fenced
        else:
            lines.append(line if is_fenced else escape_inline(line))
    return "\n".join(lines)


def link_words(text: str, targets: dict[str, str]) -> str:
    """``text`` with a link at every word of ``targets`` outside of code."""
    if not targets:
        return text
    words = re.compile(rf"(?<![\w/.-])({'|'.join(map(re.escape, targets))})(?![\w-])")
    return _replace_prose(
        text, lambda prose: words.sub(lambda match: f"[{match[1]}]({targets[match[1]]})", prose)
    )


def format_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; its cells are text, but what begins with ``[`` is a link."""
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for row in rows:
        cells = [
            cell if isinstance(cell, MarkedText) else escape_cell("" if cell is None else cell)
            for cell in row
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


class MarkedText(str):
    """Text that is Markdown already."""

    __slots__ = ()


def _escape_prose(text: str) -> str:
    return re.sub(r"([*\[\]])", r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))


def _replace_prose(text: str, change: Callable[[str], str]) -> str:
    parts = _CODE.split(text)
    return "".join(part if at % 2 else change(part) for at, part in enumerate(parts))
