"""Which programs go by what, where a header leaves it open (``dictionaries/readers.toml``)."""

from __future__ import annotations

from collections.abc import Sequence

from fitslint.data_files import load_data_file
from fitslint.text import join_words, phrase

_OTHERS = phrase("most programs")


def list_form_readers(form: str, other: str) -> tuple[str, str, str, str]:
    """The form that most programs go by and these, the other one and those that go by it.

    Texts for messages; the last one is empty where no program that was asked goes by it.
    """
    for table in load_data_file("readers")["form"]:
        if {table["first"], table["second"]} == {form, other}:
            return table["first"], _OTHERS, table["second"], join_names(table["readers"])
    return form, _OTHERS, other, ""


def list_frame_readers(case: str) -> str:
    """The programs that take another reference system in a case of the table."""
    tables = load_data_file("readers")["frame"]
    return next((join_names(table["readers"]) for table in tables if table["case"] == case), "")


def list_unit_readers() -> str:
    """The programs that read the sky in degrees whatever CUNITi says."""
    (table,) = load_data_file("readers")["unit"]
    return join_names(table["readers"])


def join_names(names: Sequence[str]) -> str:
    """Names in a sentence: ``IRAF, AST and DS9``."""
    return join_words(names, "and")
