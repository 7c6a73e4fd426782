"""Findings of the tables said in the language of the process."""

from __future__ import annotations

import json
from typing import Any

from fitslint.engine.plain_linter import RULE_FAILURES
from fitslint.rules.registry import load_rules
from fitslint.text import ENGLISH, fill_template, get_language, translate_rule


def say_message(message: str, message_id: str | None, params: str | None) -> str:
    """The message of a finding; in English where the rule is gone or its parameters do not fit."""
    if get_language() == ENGLISH or not message_id:
        return message
    code, _, key = message_id.partition(".")
    rule = load_rules().get(code)
    if rule is None or key not in rule.messages:
        return message
    template = translate_rule(code, "messages", key, rule.messages[key])
    try:
        values = json.loads(params or "{}")
        return fill_template(template, {name: _read_list(one) for name, one in values.items()})
    except RULE_FAILURES:
        return message


def _read_list(value: Any) -> Any:
    """A list of words is a tuple to what says it."""
    return tuple(value) if isinstance(value, list) else value
