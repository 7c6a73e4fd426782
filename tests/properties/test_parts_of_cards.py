"""A shape rule looks at no more of a card than it says: the engine remembers by the parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.engine.keyword_plan import _PLAIN_COMMENT
from fitslint.model.card import Card
from fitslint.rules.registry import load_rules
from fitslint.source.files import read_bytes
from fitslint.syntax.cards import FOLD, parse_card_key

PRIMARY = b"".join(
    card.ljust(80)
    for card in (b"SIMPLE  =                    T", b"BITPIX  =                    8",
                 b"NAXIS   =                    0", b"END")
).ljust(2880)  # fmt: skip
NAMES = ("MYKEY", "OBJECT", "EXPTIME", "DATE-OBS", "NAXIS1", "BZERO", "CRVAL1", "EXTEND", "A_B-9")
PRIVATE_NAMES = ("MYKEY", "A_B-9", "DP01", "D2IM01", "NAXIS01", "QQ12345")
"""Of no dictionary: some look like those of one."""
VALUES = (
    "                   T", "                   1", "1", "  -12345678901234567890", "1.5", "1.5D3",
    "          0.12345678901234567890", "'abc'", "'abc     '", "'True    '", "'SIMPLE  =  '", "",
    "'AXIS.1: 2.0'", "'it''s/a'", "'a &'", "(1,2)", "'1.5     '", "'N/A'",
)  # fmt: skip
COMMENTS = ("a", "[m] of it", "some words, more of them", "(0.5/2) [s]: x!", "")


def folded(name, value, comment):
    image = f"{name:8}= {value}" + ("" if comment is None else f" / {comment}")
    raw = image.ljust(80)[:80].encode()
    return raw[:8] + raw[8:].translate(FOLD)


def rules(*parts):
    return [
        rule for rule in load_rules().values()
        if rule.scope == "card" and rule.reads == "shape" and not rule.keywords
        and not rule.dictionary_only and not rule.hdus and not rule.authority
        and rule.hangs_on in parts
    ]  # fmt: skip


def ask(rule, key, header):
    card = Card(key, parse_card_key(key), 4, folded=True)
    return card.form.legal and rule.is_for_form(card.form) and any(rule.check(card, header))


@pytest.fixture(scope="module")
def header():
    return read_bytes(PRIMARY).hdus[0].header


@given(st.sampled_from(VALUES), st.sampled_from(COMMENTS), st.sampled_from(NAMES))
def test_to_a_general_rule_one_keyword_is_like_another(header, value, comment, name):
    for rule in rules(""):
        answers = {ask(rule, folded(one, value, comment), header) for one in (name, NAMES[0])}
        assert len(answers) == 1, rule.code


@given(st.sampled_from(VALUES), st.sampled_from(COMMENTS), st.sampled_from(NAMES))
def test_one_plain_comment_is_like_another(header, value, comment, name):
    first, second = folded(name, value, comment), folded(name, value, COMMENTS[0])
    if not (_PLAIN_COMMENT.match(first[8:]) and _PLAIN_COMMENT.match(second[8:])):
        return
    for rule in rules("", "field"):
        assert ask(rule, first, header) == ask(rule, second, header), rule.code


@given(st.sampled_from(VALUES), st.sampled_from(PRIVATE_NAMES))
def test_to_a_rule_on_fields_one_private_keyword_is_like_another(header, value, name):
    first, second = folded(name, value, "a"), folded(PRIVATE_NAMES[0], value, "a")
    for rule in rules("field"):
        if not rule.registered_only:
            assert ask(rule, first, header) == ask(rule, second, header), rule.code
