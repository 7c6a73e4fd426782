"""A dictionary to begin with."""

from __future__ import annotations

import re

from fitslint.dictionary.files.load import DictionaryError
from fitslint.dictionary.files.schema import load_schema
from fitslint.dictionary.files.toml_writer import format_toml_string
from fitslint.language.width import wrap_text
from fitslint.text import phrase, say, translate

_PARAGRAPHS = {
    "about": phrase(
        "A dictionary of FITS keywords. `fitslint dict lint FILE` judges it, `fitslint check "
        "--dictionary FILE` checks headers by it. Only `name` and `type` of a keyword are needed."
    ),
    "recognises": phrase(
        "How its files are known: all of these keywords have one of their values (* and ? as in "
        "file names), or FRAMEID or the file name fully matches a regular expression."
    ),
    "kinds": phrase(
        'Kinds of file, and what tells each; the first that holds counts. With files = ["raw"] '
        "under [dictionary] nothing is demanded of the others."
    ),
    "importance": phrase(
        "Words that make a keyword required, and when; any other word requires nothing."
    ),
}
"""Comments that stand by themselves."""
_NOTES = {
    "version": phrase("of this file"),
    "authority": phrase("whose keywords they are"),
    "edition": phrase("date or number of your document"),
    "extends": phrase("dictionaries that hold where this one is silent: ids, or files"),
    "device": phrase("letter of the instrument"),
    "prefix": phrase("what its keywords begin with"),
    "clause": phrase("section of your document"),
    "unit": phrase("as section 4.3 of the FITS standard writes units"),
    "fortran": phrase('or, in C: c = "%10.3f"'),
    "relation": phrase("what holds between keywords"),
    "name": phrase("FILTER01, FILTER02 ...; a single n would be FILTER1 ... FILTER12"),
    "pattern": phrase("of the whole value"),
}
"""Comments behind a line."""
_WIDTH = 94
_TEMPLATE = """\
{about}

[dictionary]
id = {id}
version = "0.1.0"                 # {version}
title = {title}
authority = "Your observatory"    # {authority}
edition = "draft"                 # {edition}
# source = "Title of the document, section"
# extends = ["subaru/basic"]      # {extends}
# device = "F"                    # {device}
# prefix = "F_"                   # {prefix}

{recognises}
# [dictionary.recognises]
# header = {{ INSTRUME = ["MYCAM*"] }}
# frameid = ["MYC[0-9]{{8}}"]
# filename = ["myc[0-9]{{6}}"]

{kinds}
# [dictionary.kinds]
# product = "present(CCDPROC)"
# raw = "true"

{importance}
[dictionary.importance]
required = "true"
imaging = "OBSMODE == 'imaging'"

[[keyword]]
name = "OBSMODE"
type = "string"                   # string date logical integer real complex any none
status = "project"
importance = "required"
enum = ["imaging", "spectroscopy"]
comment = "observing mode"
description = {{ en = "What the instrument was used for.", ja = "観測モード。" }}

[[keyword]]
name = "TEXP"
type = "real"
status = "project"
clause = "1"                      # {clause}
unit = "s"                        # {unit}
minimum = 0.0
fortran = "F10.3"                 # {fortran}
importance = "required"
relation = ["TEXP >= TEXP1"]      # {relation}
comment = "[s] total exposure time"

[[keyword]]
name = "TEXP1"
type = "real"
status = "project"
unit = "s"
comment = "[s] exposure time of one frame"

[[keyword]]
name = "FILTERnn"                 # {name}
type = "string"
status = "project"
index = {{ n = [1, 8] }}
importance = "imaging"
pattern = "[A-Z][A-Z0-9-]*"       # {pattern}
comment = "name of the filter in the wheel"
"""


def build_starter(name: str) -> str:
    """The text of a new dictionary with the id ``name``, with comments.

    Raises
    ------
    DictionaryError
        when ``name`` cannot be an id.
    """
    check_id(name)
    title = say("Keywords of {instrument}", instrument=name.rpartition("/")[2].replace("-", " "))
    return _TEMPLATE.format(
        id=format_toml_string(name),
        title=format_toml_string(title),
        **{key: _format_paragraph(translate(text)) for key, text in _PARAGRAPHS.items()},
        **{key: translate(text) for key, text in _NOTES.items()},
    )


def _format_paragraph(text: str) -> str:
    return "\n".join(f"# {line}" for line in wrap_text(text, _WIDTH))


def check_id(name: str) -> None:
    """See to it that ``name`` can be the id of a dictionary.

    Raises
    ------
    DictionaryError
        when it cannot.
    """
    form = load_schema()["properties"]["dictionary"]["properties"]["id"]["pattern"]
    if not re.fullmatch(form, name):
        raise DictionaryError(
            f"{name!r} is no id; ids are lower-case letters, digits and hyphens, "
            "with slashes between: observatory/instrument"
        )
