"""The table of options against the published schema and the settings it fills."""

import json

import jsonschema
import pytest

from fitslint.config import schema_files
from fitslint.config.options import (
    OPTIONS,
    ConfigError,
    apply_options,
    get_option_value,
    list_settable_fields,
    parse_option,
)
from fitslint.config.settings import Settings

SCHEMA = json.loads(schema_files.read_schema_text(schema_files.CONFIG_SCHEMA))
REPORT = json.loads(schema_files.read_schema_text(schema_files.REPORT_SCHEMA))


def test_the_schemas_are_valid_schemas():
    for schema in (SCHEMA, REPORT):
        jsonschema.Draft202012Validator.check_schema(schema)


def test_schema_and_table_have_the_same_options():
    assert set(SCHEMA["properties"]) == set(OPTIONS)


def test_every_setting_has_an_option():
    assert {option.field for option in OPTIONS.values()} == list_settable_fields()


@pytest.mark.parametrize("name", OPTIONS)
def test_defaults_of_the_schema_are_those_of_the_settings(name):
    given = SCHEMA["properties"][name].get("default")
    real = get_option_value(Settings(), OPTIONS[name])
    if OPTIONS[name].kind in ("levels", "lists"):
        assert given == {}
        assert real == ()
    else:
        assert given == (list(real) if isinstance(real, tuple) else real)


SAMPLES = [
    None, True, False, 0, 1, 2, 2880, -1, 0.5, 10.25, -0.5, "", "standard", "strict", "error",
    "info", "wrong", [], ["VF"], ["VF", 1], [True], {}, {"VF": "error"}, {"VF": "fatal"},
    {"*.fits": ["VF", "CD104"]}, {"*.fits": "VF"}, {"*.fits": [1]}, "VF110",
]  # fmt: skip


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("value", SAMPLES, ids=repr)
def test_the_table_accepts_what_the_schema_accepts(name, value):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    by_schema = validator.is_valid({name: value})
    try:
        parse_option(OPTIONS[name], value)
        by_table = True
    except ConfigError as error:
        by_table = False
        assert name in str(error)
        assert "\n" not in str(error)
    assert by_table == by_schema


def test_a_choice_suggests_the_nearest():
    with pytest.raises(ConfigError, match=r"not 'strct'; did you mean 'strict'\?"):
        parse_option(OPTIONS["profile"], "strct")


def test_not_a_number_is_no_timeout():
    for value in (float("nan"), float("inf")):
        with pytest.raises(ConfigError):
            parse_option(OPTIONS["timeout"], value)


def test_tables_add_up_and_later_entries_win():
    first = apply_options(Settings(), {"severity": (("VF", "info"), ("CD", "error"))})
    second = apply_options(first, {"severity": (("VF", "error"),), "max-findings": 7})
    assert second.severity == (("CD", "error"), ("VF", "error"))
    assert second.limits.findings_per_rule == 7
    assert second.limits.seconds == Settings().limits.seconds
