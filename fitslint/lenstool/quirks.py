"""What Lenstool's line reader does to a file without saying so."""

from __future__ import annotations

import re

from fitslint.lenstool.parameter_file import ParameterFile

_EMPTY_LINE = re.compile(rb"[ \t\r]*(?:#.*)?")
_BARE_LINE = re.compile(rb"[ \t]*[^ \t\r\n#]*")


def find_lost_lines(document: ParameterFile) -> tuple[tuple[int, int], ...]:
    """Lines inside sections that Lenstool skips, each with the line that makes it do so.

    Lenstool reads a keyword up to the blank or line end after it, and then the rest of the line.
    Where the keyword ends the line (a blank line, a keyword without arguments) that rest is the
    whole next line: a statement, or the ``end``, is lost. A carriage return, a trailing blank
    or a comment protects it.

    Returns
    -------
    tuple of (int, int)
        the line that is lost, and the one before it that takes it.
    """
    found = []
    for section in document.sections:
        number = section.word.line + 1
        while number < section.end_line:
            line = document.lines[number - 1]
            if _BARE_LINE.fullmatch(line):
                if not _EMPTY_LINE.fullmatch(document.lines[number]):
                    found.append((number + 1, number))
                number += 1
            number += 1
    return tuple(found)
