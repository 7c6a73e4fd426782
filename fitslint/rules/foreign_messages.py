"""Which of our rules say what another program says: tables of patterns on its messages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from fitslint.model.records import dataclass
from fitslint.text import ENGLISH, get_language

PROGRAMS = ("fitsverify", "astropy")
"""Programs whose messages there is a table of."""
_KIND = re.compile(r"^\s*(?:\*+\s*)?(?:Error|Warning|VerifyWarning|[A-Za-z]*Warning):\s*", re.I)


@dataclass(frozen=True, slots=True)
class ForeignMessage:
    """A message of another program: a pattern on it, the rules that say the same, and a note."""

    pattern: re.Pattern[str]
    codes: tuple[str, ...]
    note: str = ""
    note_ja: str = ""

    @property
    def told_note(self) -> str:
        """The note in the language of the process."""
        return self.note if get_language() == ENGLISH else self.note_ja


@cache
def load_messages(program: str) -> tuple[ForeignMessage, ...]:
    """The messages of one of :data:`PROGRAMS`; the first whose pattern matches is meant."""
    import tomllib

    path = Path(__file__).with_name(f"messages_{program}.toml")
    rows = tomllib.loads(path.read_text("utf-8"))["message"]
    return tuple(
        ForeignMessage(
            re.compile(row["says"], re.IGNORECASE),
            tuple(row["codes"]),
            row.get("note", ""),
            row.get("note_ja", ""),
        )
        for row in rows
    )


def find_message(program: str, text: str) -> ForeignMessage | None:
    """What of the table a message is; None where there is nothing like it.

    Lines and runs of blanks count as one blank, and what stands before the message
    (``*** Error:``, ``WARNING: VerifyWarning:``) as nothing.
    """
    plain = " ".join(_KIND.sub("", text).split())
    return next(
        (message for message in load_messages(program) if message.pattern.search(plain)), None
    )
