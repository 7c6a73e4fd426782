"""ESO data interface dictionaries: records of ``Field: value`` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fitslint.dictionary.imports.common import (
    DictionaryBuilder,
    ImportedDictionary,
    add_note,
    make_file_error,
)
from fitslint.dictionary.values.formats import read_format

_TYPES = {
    "string": "string", "logical": "logical", "boolean": "logical", "integer": "integer",
    "int": "integer", "double": "real", "float": "real",
}  # fmt: skip
_HEAD = ("Dictionary Name", "Scope", "Source", "Version Control", "Revision", "Date", "Status")
_FIELDS = (
    "Parameter Name", "Class", "Context", "Type", "Value Format", "Unit", "Comment Field",
    "Comment Format", "Description", "Default Value", "Range", "Minimum Value", "Maximum Value",
)  # fmt: skip
_FIELD = re.compile(rf"[ \t]*({'|'.join((*_HEAD, *_FIELDS))})[ \t]*:[ \t]*(.*)", re.IGNORECASE)
_OTHER = re.compile(r"[A-Z][A-Za-z]+( [A-Z][A-Za-z]+)?:")
_FIELD_NAMES = {name.lower(): name for name in (*_HEAD, *_FIELDS)}
_NO_UNIT = ("", "-", "none", "n/a", "na", "dimensionless", "unitless")

EsoRecord = dict[str, tuple[str, int]]
"""Text and line of every field."""


def read(text: str, file: str, name: str) -> ImportedDictionary:
    """The dictionary of a ``.dic`` file.

    Raises
    ------
    DictionaryError
        when the file is not one.
    """
    records = list(_split_records(text, file))
    if not any("Parameter Name" in record for record in records):
        raise make_file_error(file, 1, "is no ESO dictionary: there is no line 'Parameter Name: …'")
    head = {} if "Parameter Name" in records[0] else records[0]
    title = head.get("Dictionary Name", ("ESO keywords", 0))[0] or "ESO keywords"
    builder = DictionaryBuilder(name, title, "European Southern Observatory", file)
    edition = [head[key][0] for key in ("Revision", "Date") if head.get(key, ("", 0))[0]]
    if edition:
        builder.head["edition"] = ", ".join(edition)
    for record in records:
        if "Parameter Name" in record:
            _add_keyword(builder, record, file)
    return builder.build()


def _split_records(text: str, file: str) -> Iterator[EsoRecord]:
    """The identification of the dictionary, and a record of every parameter."""
    record: EsoRecord = {}
    last = ""
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#"):
            continue
        match = _FIELD.fullmatch(line)
        if match is None:
            if not line.strip():
                continue
            if not last or (_OTHER.match(line) and last != "Description"):
                raise make_file_error(
                    file, number, f"is neither a field nor the rest of one: {line.strip()[:60]!r}"
                )
            before, where = record[last]
            record[last] = (f"{before} {line.strip()}".strip(), where)
            continue
        last = _FIELD_NAMES[match[1].lower()]
        if last == "Parameter Name" and record:
            yield record
            record = {}
        # The head repeats its fields for every revision; the last one is the present one.
        if last not in record or "Parameter Name" not in record:
            record[last] = (match[2].strip(), number)
        else:
            raise make_file_error(
                file, number, f"{record['Parameter Name'][0]!r} has {last!r} twice"
            )
    if record:
        yield record


def _add_keyword(builder: DictionaryBuilder, record: EsoRecord, file: str) -> None:
    name, line = record["Parameter Name"]
    if not name:
        raise make_file_error(file, line, "'Parameter Name' is empty")
    if "Type" not in record:
        raise make_file_error(file, line, f"{name!r} has no 'Type'")
    word, where = record["Type"]
    if word.lower() not in _TYPES:
        raise make_file_error(file, where, f"{name!r} has the type {word!r}, which is unknown")
    classes = record.get("Class", ("header", 0))[0].lower().split("|")
    if not any("header" in cls for cls in classes):
        builder.count_loss("parameters that are not in headers")
        return
    # Keywords are written with blanks in headers and with full stops in setup files.
    name = " ".join(name.removeprefix("HIERARCH ").replace(".", " ").split())
    if " " in name and not name.startswith("ESO "):
        name = f"ESO {name}"
    if not re.fullmatch("[A-Z0-9_ ijkn-]+", name):
        builder.count_loss("names that are no FITS keywords")
        return
    kind = _TYPES[word.lower()]
    unit = record.get("Unit", ("", 0))[0]
    form = record.get("Value Format", ("", 0))[0]
    words = record.get("Description", ("", 0))[0]
    comment = record.get("Comment Field", record.get("Comment Format", ("", 0)))[0]
    entry: dict[str, Any] = {
        "name": name,
        "type": kind,
        "unit": unit if unit.lower() not in _NO_UNIT and kind in ("integer", "real") else "",
        "c": form,
        "category": record.get("Context", ("", 0))[0],
        "comment": comment,
        "description": {"en": words} if words else None,
    }
    if form and read_format(form) is None:
        entry["c"] = ""
        builder.count_loss("formats that are none of C")
        add_note(entry, f"the source has the format {form!r}")
    elif form and kind == "logical":
        entry["c"] = "%c"
    for key in ("Default Value", "Range", "Minimum Value", "Maximum Value"):
        if record.get(key, ("", 0))[0]:
            builder.count_loss(f"fields {key}")
            add_note(entry, f"{key.lower()} in the source: {record[key][0]}")
    builder.add(entry)
