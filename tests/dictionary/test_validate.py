"""What is said of faulty dictionaries, and that those shipped are in order."""

import copy
import json
import tomllib

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.dictionary import DictionaryError, find_data_folder, list_ids
from fitslint.dictionary.files.document import parse_document, read_document
from fitslint.dictionary.files.schema import find_schema_faults, load_schema
from fitslint.dictionary.linting.linter import check_file, lint_document
from fitslint.dictionary.lookup import load_document
from tests.dictionary.samples import HEAD, document, write

# keyword tables, the key the finding is at, its severity, a piece of the sentence
CASES = {
    "long-name": (['name = "LONGKEYWORD"\ntype = "real"'], "name", "error", "has 11 characters"),
    "characters": (['name = "EXP.TIME"\ntype = "real"'], "name", "error", "holds '.'"),
    "long-template": (
        ['name = "EXPOSURnn"\ntype = "real"'], "name", "error", "has 9 characters",
    ),
    "lower-case": (['name = "Exptime"\ntype = "real"'], "name", "error", "in capitals"),
    "type": (['name = "A"\ntype = "reel"'], "type", "error", "none of string, date"),
    "unknown-key": (['name = "A"\ntype = "real"\nunti = "s"'], "unti", "error", "mean 'unit'"),
    "no-type": (['name = "A"'], "", "error", "'type' is missing"),
    "twice": (
        ['name = "A"\ntype = "real"', 'name = "A"\ntype = "real"'], "name", "error", "twice",
    ),
    "swallowed": (
        ['name = "AXISn"\ntype = "real"', 'name = "AXIS1"\ntype = "string"'],
        "name", "warning", "'AXISn' matches it too",
    ),
    "two-templates": (
        ['name = "Qi_j"\ntype = "real"', 'name = "Qm_n"\ntype = "real"'],
        "name", "error", "belongs to",
    ),
    "index": (
        ['name = "AXISn"\ntype = "real"\nindex = { m = [1, 2] }'],
        "index.m", "error", "no placeholder",
    ),
    "index-order": (
        ['name = "AXISn"\ntype = "real"\nindex = { n = [3, 2] }'], "index.n", "error", "over",
    ),
    "fortran": (['name = "A"\ntype = "real"\nfortran = "A20"'], "fortran", "error", "a string"),
    "fortran-integer": (
        ['name = "A"\ntype = "integer"\nfortran = "F8.2"'], "fortran", "error", "a number",
    ),
    "c": (['name = "A"\ntype = "string"\nc = "%8.3f"'], "c", "error", "type is string"),
    "no-format": (['name = "A"\ntype = "real"\nfortran = "8.3"'], "fortran", "warning", "is no"),
    "enum-type": (
        ['name = "A"\ntype = "integer"\nenum = [1, "x"]'], "enum[2]", "error", "type is integer",
    ),
    "fixed-type": (['name = "A"\ntype = "logical"\nfixed = 1'], "fixed", "error", "logical"),
    "fixed-in-enum": (
        ['name = "A"\ntype = "string"\nfixed = "x"\nenum = ["y"]'], "fixed", "error", "list is",
    ),
    "recommended": (
        ['name = "A"\ntype = "integer"\nrecommended = 5\nmaximum = 4'],
        "recommended", "error", "maximum is 4",
    ),
    "recommended-fixed": (
        ['name = "A"\ntype = "integer"\nrecommended = 5\nfixed = 4'],
        "recommended", "error", "never be used",
    ),
    "range": (['name = "A"\ntype = "real"\nminimum = 2\nmaximum = 1'], "minimum", "error", "over"),
    "not-finite": (['name = "A"\ntype = "real"\nmaximum = nan'], "maximum", "error", "nan"),
    "range-type": (['name = "A"\ntype = "string"\nminimum = 2'], "minimum", "error", "no meaning"),
    "exclusive": (
        ['name = "A"\ntype = "real"\nexclusive_minimum = true'],
        "exclusive_minimum", "warning", "no minimum",
    ),
    "width": (
        ['name = "A"\ntype = "string"\nfortran = "A3"\nenum = ["four"]'],
        "enum[1]", "error", "4 columns",
    ),
    "width-number": (
        ['name = "A"\ntype = "real"\nfortran = "F5.2"\nmaximum = 12345.0'],
        "maximum", "error", "8 columns",
    ),
    "sample": (['name = "A"\ntype = "integer"\nsample = "1.5"'], "sample", "warning", "no value"),
    "sample-pattern": (
        ['name = "A"\ntype = "string"\npattern = "[0-9]+"\nsample = "x"'],
        "sample", "warning", "match",
    ),
    "pattern": (
        ['name = "A"\ntype = "string"\npattern = "(a+)+"'], "pattern", "error", "long time",
    ),
    "unit": (['name = "A"\ntype = "real"\nunit = "sec"'], "unit", "warning", "writes 's'"),
    "reserved-type": (
        ['name = "CRVAL1"\ntype = "string"'], "type", "error", "real in the FITS standard",
    ),
    "reserved-template": (
        ['name = "NAXISn"\ntype = "string"'], "type", "error", "integer in the FITS standard",
    ),
    "reserved-unit": (
        ['name = "OBSGEO-X"\ntype = "real"\nunit = "km"'], "unit", "error", "'m' in the FITS",
    ),
    "relation": (
        ['name = "A"\ntype = "real"\nrelation = ["A == "]'], "relation[1]", "error", "column",
    ),
    "relation-names": (
        ['name = "EXPTIMX"\ntype = "real"\nrelation = ["EXPTIMX == EXPTIMY * 2"]'],
        "relation[1]", "warning", "EXPTIMY",
    ),
    "condition": (
        ['name = "A"\ntype = "real"\nimportance = "x"\ncondition = "and"'],
        "condition", "error", "column",
    ),
    "no-importance": (
        ['name = "A"\ntype = "real"\ncondition = "A > 1"'], "condition", "warning", "no effect",
    ),
    "importance": (
        ['name = "A"\ntype = "real"\nimportance = "required"'],
        "importance", "warning", "requires nothing",
    ),
    "replaced": (
        ['name = "A"\ntype = "real"\nreplaced_by = "NOSUCH"'], "replaced_by", "warning", "NOSUCH",
    ),
    "conflict": (
        ['name = "A"\ntype = "real"\nconflict = ["C-NO"]'], "conflict[1]", "warning", "C-NO",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_faulty_entries(case):
    keywords, key, severity, piece = CASES[case]
    one = document(*keywords)
    found = [finding for finding in lint_document(one) if piece in finding.message]
    assert len(found) == 1, [str(finding) for finding in lint_document(one)]
    assert found[0].severity == severity
    name = tomllib.loads(keywords[-1])["name"] if found[0].line > 10 else None
    assert found[0].key.endswith(key)
    assert name is None or found[0].key.startswith(name)
    line = one.text.split("\n")[found[0].line - 1]
    assert line.startswith(key.split(".")[0].split("[")[0] or "[[keyword]]")


def test_nothing_is_wrong_with_a_sound_dictionary():
    one = document(
        'name = "TEXP"\ntype = "real"\nunit = "s"\nfortran = "F10.3"\nminimum = 0\n'
        'importance = "required"\nrelation = ["TEXP >= TSUB"]\nsample = "12.5"',
        'name = "TSUB"\ntype = "real"\ncondition = "present(TEXP)"\nimportance = "required"',
        'name = "FILTERnn"\ntype = "string"\npattern = "[A-Z]+"\nenum = ["B", "V"]',
        'name = "ESO DETi CHIP ID"\ntype = "string"',
        head='importance = { required = "true" }',
    )
    assert list(map(str, lint_document(one))) == []


def test_what_an_entry_explains_is_only_mentioned():
    one = document('name = "A"\ntype = "real"\nunit = "sec"\ndoubtful = "as it is printed"')
    assert [finding.severity for finding in lint_document(one)] == ["info"]


def test_a_misspelt_word_of_importance():
    one = document(
        'name = "A"\ntype = "real"\nimportance = "Comon"', head='importance = { Common = "true" }'
    )
    (finding,) = lint_document(one)
    assert finding.severity == "warning"
    assert "'Common'" in finding.message


@pytest.mark.parametrize("name", list_ids())
def test_shipped_dictionaries_are_in_order(name):
    found = [str(one) for one in lint_document(load_document(name)) if one.severity != "info"]
    assert found == []


def test_a_dictionary_that_is_extended_and_says_something_else(tmp_path):
    write(tmp_path, "base.toml", 'name = "GAINX"\ntype = "real"\nunit = "s"\nenum = [1, 2]')
    path = write(
        tmp_path, "cam.toml", 'name = "GAINX"\ntype = "real"\nunit = "m"\nfixed = 3',
        head='extends = ["base.toml"]\n',
    )  # fmt: skip
    found = lint_document(read_document(path))
    assert {(one.key, one.severity) for one in found} == {
        ("GAINX.fixed", "warning"),
        ("GAINX.unit", "warning"),
    }


def test_a_dictionary_that_extends_itself(tmp_path):
    path = write(tmp_path, "a.toml", 'name = "A"\ntype = "real"', head='extends = ["b.toml"]\n')
    write(tmp_path, "b.toml", 'name = "B"\ntype = "real"', head='extends = ["a.toml"]\n')
    (finding,) = lint_document(read_document(path))
    assert finding.broken
    assert (finding.line, finding.key) == (7, "dictionary.extends[1]")
    with pytest.raises(DictionaryError, match="extends itself"):
        check_file(path)


def test_a_dictionary_that_extends_nothing_that_is_there(tmp_path):
    path = write(tmp_path, "a.toml", 'name = "A"\ntype = "real"', head='extends = ["subaru/bas"]\n')
    (finding,) = lint_document(read_document(path))
    assert "no dictionary 'subaru/bas'" in finding.message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a = [1,\n2\n", ":3: broken TOML"),
        (b'[dictionary]\nid = "a"\nid = "b"\n', ": broken TOML"),
        (b"\n\n\xff\n", ":3: byte 0xff is not UTF-8"),
        (b"x = " + b"[" * 100_000, ":1: tables or lists are nested too deeply"),
        (b"x = 1" + b"0" * 5000, ":1: a number is too long"),
        (b"x = 1\n", ":1: the file: the key 'dictionary' is missing"),
        (b'keyword = "no"\n[dictionary]\n', ":1: keyword: has to be a list, not 'no'"),
    ],
)
def test_files_that_are_no_dictionary(tmp_path, data, said):
    path = tmp_path / "bad.toml"
    path.write_bytes(data)
    with pytest.raises(DictionaryError) as caught:
        check_file(path)
    assert str(caught.value).startswith(f"{path}{said}") or said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["pattern", "relation", "unknown"])
def test_a_dictionary_that_cannot_be_used_says_where(tmp_path, key):
    body = {"pattern": '"(a*)*"', "relation": '["A =="]', "unknown": "1"}[key]
    path = write(tmp_path, "bad.toml", f'name = "A"\ntype = "string"\n{key} = {body}')
    with pytest.raises(DictionaryError, match=rf"^{path}:11: A\.{key}"):
        check_file(path)


def test_the_words_of_the_schema_are_all_known():
    known = {
        "type", "enum", "required", "properties", "additionalProperties", "propertyNames",
        "pattern", "minLength", "maxLength", "minimum", "minItems", "maxItems", "uniqueItems",
        "items", "prefixItems", "minProperties", "$ref", "oneOf", "anyOf", "description", "title",
        "$schema", "$id", "$defs", "format",
    }  # fmt: skip
    assert _words(load_schema()) <= known


def _words(rule):
    """The words of JSON Schema that a schema uses, names of properties left out."""
    if not isinstance(rule, dict):
        return set()
    found = set(rule)
    for word, inside in rule.items():
        if word in ("properties", "$defs"):
            for one in inside.values():
                found |= _words(one)
        elif isinstance(inside, list):
            for one in inside:
                found |= _words(one)
        elif word != "enum":
            found |= _words(inside)
    return found


VALIDATOR = jsonschema.Draft202012Validator(load_schema())
BASE = [
    json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8"))))
    for path in sorted(find_data_folder().glob("*/[a-h]*.toml"))
]
JUNK = st.one_of(
    st.none().map(lambda _: {}), st.booleans(), st.integers(-2, 3), st.floats(0, 2),
    st.sampled_from(["", "x", "real", "a b", "NAXISn", "fits/reserved", "1.0.0", "C-X"]),
    st.lists(st.one_of(st.integers(-1, 3), st.sampled_from(["x", "x", "image"])), max_size=3),
    st.dictionaries(st.sampled_from(["n", "en", "holds", "XX", "name"]), st.integers(0, 3)),
)  # fmt: skip


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_our_reading_of_the_schema_is_that_of_jsonschema(data):
    whole = copy.deepcopy(data.draw(st.sampled_from(BASE)))
    if "keyword" in whole:
        whole["keyword"] = whole["keyword"][: data.draw(st.integers(0, 4))]
    place = whole
    while True:
        if isinstance(place, list):
            if not place:
                break
            at = data.draw(st.integers(0, len(place) - 1))
        else:
            keys = [*sorted(place), "fixed", "relation", "index", "zz"]
            at = data.draw(st.sampled_from(keys))
        inside = place[at] if isinstance(place, list) else place.get(at)
        if isinstance(inside, dict | list) and data.draw(st.booleans()):
            place = inside
            continue
        if isinstance(place, dict) and data.draw(st.integers(0, 3)) == 0:
            place.pop(at, None)
        else:
            place[at] = data.draw(JUNK)
        break
    ours = find_schema_faults(whole)
    assert bool(ours) != VALIDATOR.is_valid(whole), ours


def test_schema_faults_have_lines():
    one = parse_document(HEAD + '\n[[keyword]]\nname = "A"\ntype = 3\n', "x.toml")
    (finding,) = lint_document(one)
    assert str(finding) == "x.toml:10: error: A.type: is 3, which is none of " + (
        "string, date, logical, integer, real, complex, any or none"
    )


def test_a_bad_keyword_hides_nothing_of_the_others(tmp_path):
    path = write(
        tmp_path, "cam.toml",
        'name = "TOOLONGNAME"\ntype = "real"\n\n[[keyword]]\nname = "A"\ntype = "real"\n'
        'fortran = "A20"\n\n[[keyword]]\nname = 3\n\n[[keyword]]\nname = "A"\ntype = "real"',
    )  # fmt: skip
    found = {one.key: one for one in lint_document(read_document(path))}
    assert set(found) == {"TOOLONGNAME.name", "A.fortran", "keyword 3.name", "keyword 3", "A.name"}
    assert "first on line 12" in found["A.name"].message
    assert found["A.name"].line == 21


def test_the_case_of_ten_remarks(shared):
    found = lint_document(read_document(shared / "cases" / "mission" / "bad-dictionary.toml"))
    assert {one.key for one in found} >= {
        "TOOLONGNAME.name", "TEMP.fortran", "TEMP.unit", "TEMP1.name", "EXPTIME.type",
        "BITPIX.type", "MODE.recommended", "MODE.minimum", "lower.relation[1]", "RE.pattern",
        "TEMP.name",
    }  # fmt: skip


def test_a_convention_that_a_dictionary_contradicts():
    (finding,) = lint_document(document('name = "EXPTIME"\ntype = "string"'))
    assert finding.severity == "warning"
    assert "EXPTIME is real in fits/conventions" in finding.message


def test_a_kind_of_file_that_nothing_tells():
    one = document('name = "A"\ntype = "real"', head='files = ["raw"]\nkinds = { raww = "true" }\n')
    (finding,) = lint_document(one)
    assert (finding.severity, finding.key) == ("error", "dictionary.files[1]")
    assert "did you mean 'raww'" in finding.message


def test_expressions_are_bounded(tmp_path):
    long = " and ".join(["A == 1"] * 50)
    tables = "".join(
        f'\n[[keyword]]\nname = "K{at}"\ntype = "real"\nrelation = ["{long} and A == {at}"]\n'
        for at in range(200)
    )
    path = write(tmp_path, "big.toml", f'name = "A"\ntype = "real"\n{tables}')
    with pytest.raises(DictionaryError, match="at most 50,000 characters in all"):
        check_file(path)
    few = ", ".join(f'"A == {at}"' for at in range(51))
    path = write(tmp_path, "many.toml", f'name = "A"\ntype = "real"\nrelation = [{few}]')
    with pytest.raises(DictionaryError, match="holds 51 relations"):
        check_file(path)
