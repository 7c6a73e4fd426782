"""Telling Lenstool's parameter files from the other files that end in ``.par``."""

from __future__ import annotations

import re

from fitslint.lenstool.vocabulary import sections

_LOOKED_AT = 2**18
_COMMENT = re.compile(rb"#[^\n]*")
# IRAF and CIAO: name,type,mode,value,minimum,maximum,prompt
_COMMAS = re.compile(rb"^[ \t]*[A-Za-z_][\w.]*,[a-z*]{1,3},[a-z]{1,2},", re.MULTILINE)


def is_model(raw: bytes) -> bool:
    """Whether a file is a parameter file of Lenstool, by its beginning.

    It has the first word of a section, and an ``end`` or ``fini`` on a line of its own; parameter
    files of IRAF and CIAO, with their commas, do not.
    """
    head = _COMMENT.sub(b"", raw[:_LOOKED_AT])
    if b"\x00" in head or _COMMAS.search(head):
        return False
    firsts = {words[0] for line in head.split(b"\n") if (words := line.split(None, 1))}
    if not firsts & {b"end", b"fini", b"finish"}:
        return False
    names = {name.encode() for section in sections().values() for name in section.names}
    return bool(firsts & names) or any(one.startswith(b"potfile") for one in firsts)
