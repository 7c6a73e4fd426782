"""What the rules on values say of a type, so that the rules on reserved keywords need not."""

from __future__ import annotations

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.rules.values.logicals import logical_of_other_type
from fitslint.rules.values.numbers import number_in_quotes, real_for_integer
from fitslint.rules.values.placeholders import placeholder

_VALUE_RULES = (number_in_quotes, logical_of_other_type, real_for_integer, placeholder)


def has_specific_flag(card: Card, header: Header) -> bool:
    """Whether a rule on values says what is wrong with the type, and what to write."""
    return any(True for rule in _VALUE_RULES for _ in rule(card, header))
