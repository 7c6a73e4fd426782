"""What a revision changed, and whether it breaks a keyword that is in use."""

import pytest

from fitslint.dictionary.diff import compare_dictionaries
from fitslint.dictionary.lookup import load_document
from tests.dictionary.samples import document

REAL = 'name = "A"\ntype = "real"\n'
TEXT = 'name = "A"\ntype = "string"\n'
CASES = [
    (REAL, 'name = "A"\ntype = "string"\n', "type", "breaks"),
    (REAL + 'unit = "s"', REAL + 'unit = "ms"', "unit", "breaks"),
    (REAL, REAL + 'unit = "ms"', "unit", "breaks"),
    (REAL + 'unit = "sec"', REAL + 'unit = "s"', "unit", "harmless"),
    (TEXT + 'fixed = "x"', TEXT + 'fixed = "y"', "fixed", "breaks"),
    (TEXT + 'fixed = "x"', TEXT, "fixed", "harmless"),
    (TEXT, TEXT + 'fixed = "x"', "fixed", "narrows"),
    (TEXT, TEXT + 'default = "x"', "default", "breaks"),
    (TEXT + 'enum = ["x"]', TEXT + 'enum = ["y", "x"]', "enum", "harmless"),
    (TEXT + 'enum = ["x", "y"]', TEXT + 'enum = ["x"]', "enum", "narrows"),
    (REAL + "minimum = 0", REAL + "minimum = 1", "minimum", "narrows"),
    (REAL + "minimum = 1", REAL + "minimum = 0", "minimum", "harmless"),
    (REAL + "maximum = 1", REAL, "maximum", "harmless"),
    (TEXT + 'pattern = "x"', TEXT + 'pattern = "y"', "pattern", "narrows"),
    (REAL + 'fortran = "F8.2"', REAL + 'fortran = "F10.3"', "fortran", "harmless"),
    (REAL + 'fortran = "F10.3"', REAL + 'fortran = "F8.2"', "fortran", "narrows"),
    (REAL + 'fortran = "F10.3"', REAL + 'fortran = "I8"', "fortran", "breaks"),
    (REAL + 'c = "%8.2f"', REAL + 'c = "%8.3f"', "c", "harmless"),
    (REAL, REAL + 'relation = ["A > 1"]', "relation", "narrows"),
    (REAL, REAL + 'hdus = ["primary"]', "hdus", "narrows"),
    (REAL, REAL + 'importance = "must"', "importance", "narrows"),
    (REAL + 'importance = "must"', REAL + 'importance = "may"', "importance", "harmless"),
    (REAL, REAL + 'description = { en = "new" }', "description", "harmless"),
    (REAL, REAL + 'comment = "new"', "comment", "harmless"),
]


@pytest.mark.parametrize(("old", "new", "key", "effect"), CASES)
def test_what_a_change_means(old, new, key, effect):
    head = 'importance = { must = "true" }\n'
    (change,) = compare_dictionaries(document(old, head=head), document(new, head=head)).changes
    assert (change.keyword, change.key, change.effect) == ("A", key, effect)


def test_added_and_removed():
    found = compare_dictionaries(document(REAL), document(REAL.replace('"A"', '"B"')))
    assert (found.added, found.removed, found.changes, found.is_breaking) == (
        ["B"],
        ["A"],
        [],
        False,
    )


def test_a_dictionary_is_as_it_is():
    one = load_document("subaru/basic")
    assert compare_dictionaries(one, one) == ([], [], [])
