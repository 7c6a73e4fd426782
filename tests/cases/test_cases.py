"""Every case gets its right answer, and a default repair changes no value that was read.

The tables beside this file say of each case, in keywords:

``error``, ``loud``, ``said``
    carry an error; a warning or error; a finding of any weight. ``A|B`` is one of the two and
    ``#9`` the ninth card of a header.
``silent``
    carry no finding. ``clean``: no warning or error at all; ``no-error``: no error.
``codes``, ``no-codes``, ``once``
    rules that speak, that do not (also groups), and that speak at most once a header.
``names``, ``no-clause``
    what a message names, and a clause that no finding cites.
``verdict``
    of the report.
``fix = "nothing"``
    a default repair leaves every byte. ``kept``: it leaves all cards of the keyword as they are;
    ``absent``: it brings no such keyword; ``mended``: rules that are silent after it; ``after``:
    values that astropy reads after it; ``changes``: keywords whose value it may change, ``numbers``
    those from a string to the number in it.
``later``
    the rules for it are not there yet: it is judged to its end.
"""

from __future__ import annotations

import gzip
import tomllib
import warnings
from collections import Counter
from pathlib import Path

import pytest
from astropy.io import fits as astropy_fits

import fitslint
from fitslint.config.settings import Settings
from fitslint.source.files import read_bytes

HERE = Path(__file__).parent
GROUPS = ("bugreports", "mission", "writers")
TABLES = {group: tomllib.loads((HERE / f"{group}.toml").read_text("utf-8")) for group in GROUPS}
CASES = [(group, name) for group in GROUPS for name in TABLES[group]]
WORDS = frozenset((
    "error", "loud", "said", "silent", "clean", "no-error", "codes", "no-codes", "once", "names",
    "no-clause", "verdict", "fix", "kept", "absent", "mended", "after", "changes", "numbers",
    "later", "profile", "judged",
))  # fmt: skip
LOUD = ("warning", "error")
NOT_FITS = frozenset(("seed-mass-line.par", "bad-dictionary.toml", "README.md", "README-deb.md",
                      "README.tsv"))  # fmt: skip
"""Cases of commands are in test_commands."""


def file_name(name):
    return name if "." in name else f"{name}.fits"


class Case:
    """A case, its report, and what a default repair makes of it."""

    def __init__(self, group, name, shared, folder):
        self.asked = TABLES[group][name]
        path = shared / "cases" / group / file_name(name)
        self.options = {"profile": self.asked["profile"]} if "profile" in self.asked else {}
        self.old = path.read_bytes()
        copy = folder / path.name
        copy.write_bytes(self.old)
        self.report = fitslint.check(copy, **self.options)
        self.done = fitslint.fix(copy)
        self.new = copy.read_bytes()
        self.again = fitslint.check(copy, **self.options)

    def severities(self, names):
        """The severities with which one of some keywords or cards is spoken of."""
        wanted = names.split("|")
        return {
            one.severity
            for one in self.report.findings
            if one.keyword in wanted or f"#{one.card}" in wanted
        }


@pytest.fixture(scope="module")
def cases(shared, tmp_path_factory):
    made = {}

    def make(group, name):
        if (group, name) not in made:
            folder = tmp_path_factory.mktemp("case")
            made[group, name] = Case(group, name, shared, folder)
        return made[group, name]

    return make


def test_every_case_has_its_answer(shared):
    listed = {(group, file_name(name)) for group, name in CASES}
    there = {
        (group, path.name)
        for group in GROUPS
        for path in (shared / "cases" / group).iterdir()
        if path.name not in NOT_FITS
    }
    assert listed == there
    assert {word for table in TABLES.values() for case in table.values() for word in case} <= WORDS


@pytest.mark.parametrize(("group", "name"), CASES)
def test_it_is_judged_to_its_end(cases, group, name):
    case = cases(group, name)
    assert case.report.status == ("ok" if not name.endswith(".reg") else "not-fits")
    assert case.again.status == case.report.status
    assert fitslint.fix(case.new).changed is False


TOLD = [(group, name) for group, name in CASES if "later" not in TABLES[group][name]]


@pytest.mark.parametrize(("group", "name"), TOLD)
def test_what_must_be_told_is_told_and_nothing_else(cases, group, name):
    case = cases(group, name)
    asked, found = case.asked, case.report.findings
    missed = [(word, names, sorted(case.severities(names)))
              for word, enough in (("error", {"error"}), ("loud", {*LOUD}),
                                   ("said", {"info", *LOUD}))
              for names in asked.get(word, ()) if not case.severities(names) & enough]  # fmt: skip
    assert missed == []
    assert [names for names in asked.get("silent", ()) if case.severities(names)] == []
    refused = {"clean": LOUD, "no-error": ("error",)}
    for word, severities in refused.items():
        if asked.get(word):
            assert [(f.code, f.keyword, f.message) for f in found if f.severity in severities] == []
    codes = {one.code for one in found}
    assert set(asked.get("codes", ())) <= codes
    assert not [one for one in codes if one.startswith(tuple(asked.get("no-codes", ("-",))))]
    times = Counter((one.code, one.hdu) for one in found)
    assert not [key for key, count in times.items() if key[0] in asked.get("once", ()) if count > 1]
    assert any(asked.get("names", "") in one.message for one in found) or not found
    assert "no-clause" not in asked or not [f for f in found if asked["no-clause"] in f.clause]
    assert asked.get("verdict", case.report.verdict) == case.report.verdict


@pytest.mark.parametrize(("group", "name"), CASES)
def test_a_default_repair_changes_no_value(cases, group, name):
    case = cases(group, name)
    asked = case.asked
    if asked.get("fix") == "nothing":
        assert case.new == case.old
    free = {*asked.get("changes", ()), *asked.get("after", {}), "CHECKSUM", "DATASUM"}
    for read in (values_by_astropy, values_by_letter):
        before, after = read(case.old), read(case.new)
        lost = [
            (hdu, keyword, value, after.get((hdu, keyword)))
            for (hdu, keyword), value in before.items()
            if keyword not in free
            and value != after.get((hdu, keyword))
            and not (asked.get("numbers") and same_number(value, after.get((hdu, keyword))))
        ]
        assert lost == [], read.__name__


@pytest.mark.parametrize(("group", "name"), TOLD)
def test_what_a_default_repair_leaves_and_mends(cases, group, name):
    case = cases(group, name)
    asked = case.asked
    for keyword in asked.get("kept", ()):
        assert cards_of(case.old, keyword)
        assert cards_of(case.new, keyword) == cards_of(case.old, keyword)
    assert [one for one in asked.get("absent", ()) if cards_of(case.new, one)] == []
    left = {one.code for one in case.again.findings}
    assert left.isdisjoint(asked.get("mended", ()))
    read = values_by_astropy(case.new)
    for keyword, wanted in asked.get("after", {}).items():
        values = {value for (_, name), value in read.items() if name == keyword}
        assert values
        assert {str(one) for value in values for one in value} <= set(wanted.split("|"))


def cards_of(data, keyword):
    """The card images of a keyword, wherever they stand."""
    begins = keyword.encode().ljust(8)
    records = (data[at : at + 80] for at in range(0, len(data), 80))
    return [one for one in records if one.startswith(begins)]


def headers_of(data):
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return [hdu.header for hdu in read_bytes(data, "x.fits", Settings().limits).hdus]


def values_by_astropy(data):
    """What astropy reads of each keyword of each HDU, where it reads a value at all."""
    found = {}
    for number, header in enumerate(headers_of(data), 1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = astropy_fits.Header.fromstring(header.raw)
            for card in read.cards:
                try:
                    value = card.value
                except (ValueError, astropy_fits.VerifyError):
                    continue
                if card.keyword not in ("", "COMMENT", "HISTORY", "CONTINUE"):
                    found.setdefault((number, card.keyword), []).append(value)
    return {key: tuple(map(repr_of, values)) for key, values in found.items()}


def values_by_letter(data):
    """What the letter of the standard reads; a card that holds no value by it is left out."""
    found = {}
    for number, header in enumerate(headers_of(data), 1):
        for card in header.cards:
            if card.form.legal and card.value is not None:
                found.setdefault((number, card.keyword), []).append(card.value)
    return {key: tuple(map(repr_of, values)) for key, values in found.items()}


def repr_of(value):
    return value.rstrip() if isinstance(value, str) else value


def same_number(value, other):
    """Whether a string became the number, or the logical, that it spelt."""
    if not value or not other or len(value) != len(other):
        return False
    try:
        return all(
            left == right or {"T": True, "F": False}.get(left) is right
            or float(left) == float(right) for left, right in zip(value, other, strict=True)
        )  # fmt: skip
    except (TypeError, ValueError):
        return False
