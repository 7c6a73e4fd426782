"""A dictionary to begin with."""

from __future__ import annotations

import re

from fitslint.dictionary.files.load import DictionaryError
from fitslint.dictionary.files.schema import load_schema
from fitslint.dictionary.files.toml_writer import format_toml_string

_TEMPLATE = """\
# A dictionary of FITS keywords. `fitslint dict lint FILE` judges it, `fitslint check
# --dictionary FILE` checks headers by it. Only `name` and `type` of a keyword are needed.

[dictionary]
id = {id}
version = "0.1.0"                 # of this file
title = {title}
authority = "Your observatory"    # whose keywords they are
edition = "draft"                 # date or number of your document
# source = "Title of the document, section"
# extends = ["subaru/basic"]      # dictionaries that hold where this one is silent: ids, or files
# device = "F"                    # letter of the instrument
# prefix = "F_"                   # what its keywords begin with

# How its files are known: all of these keywords have one of their values (* and ? as in file
# names), or FRAMEID or the file name fully matches a regular expression.
# [dictionary.recognises]
# header = {{ INSTRUME = ["MYCAM*"] }}
# frameid = ["MYC[0-9]{{8}}"]
# filename = ["myc[0-9]{{6}}"]

# Kinds of file, and what tells each; the first that holds counts. With files = ["raw"] under
# [dictionary] nothing is demanded of the others.
# [dictionary.kinds]
# product = "present(CCDPROC)"
# raw = "true"

# Words that make a keyword required, and when; any other word requires nothing.
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
clause = "1"                      # section of your document
unit = "s"                        # as section 4.3 of the FITS standard writes units
minimum = 0.0
fortran = "F10.3"                 # or, in C: c = "%10.3f"
importance = "required"
relation = ["TEXP >= TEXP1"]      # what holds between keywords
comment = "[s] total exposure time"

[[keyword]]
name = "TEXP1"
type = "real"
status = "project"
unit = "s"
comment = "[s] exposure time of one frame"

[[keyword]]
name = "FILTERnn"                 # FILTER01, FILTER02 ...; a single n would be FILTER1 ... FILTER12
type = "string"
status = "project"
index = {{ n = [1, 8] }}
importance = "imaging"
pattern = "[A-Z][A-Z0-9-]*"       # of the whole value
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
    title = name.rpartition("/")[2].replace("-", " ")
    return _TEMPLATE.format(
        id=format_toml_string(name), title=format_toml_string(f"Keywords of {title}")
    )


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
