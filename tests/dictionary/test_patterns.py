"""Patterns of dictionaries come to an end whatever the value."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fitslint.dictionary import list_ids, load_dictionary
from fitslint.dictionary.values.patterns import PatternError, compile_pattern
from tests.patience import end_at_last

TAKEN = [
    "FCS[AQ][0-9]{8}",
    "ip[asz][0-9]{6}_[0-9]{6}(\\.[0-9]{3})?",
    "(IMAG|SPEC|IPOL|SPOL)(_[A-Z]+)?",
    "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+)?",
    "[+-]?[0-9]+(\\.[0-9]*)?([ED][+-]?[0-9]+)?",
    "([0-9]{1,3}\\.){3}[0-9]{1,3}",
    ".*a.*",
    "\\d+\\s\\w+",
    "(?i)abc.*",
]
REFUSED = {
    "(a+)+": "repeat without limit",
    "(a*)*b": "repeat without limit",
    "(a|aa)+": "alternatives inside a repeat",
    "(a)\\1": "refers back",
    "(?P<x>a)(?(x)b|c)": "refers back",
    "(?=a)b": "looks ahead",
    "(?<!a)b": "looks ahead or behind",
    "a*b*c*d*e*": "more than 4",
    "a*a*a*b": "compete",
    "a?" * 30 + "a" * 30: "compete",
    "(a{10}){10}": "more than 64",
    "(?i:a)b": "flags",
    "(": "no regular expression",
    "a" * 2000: "characters",
}


@pytest.mark.parametrize("text", TAKEN)
def test_taken(text):
    assert compile_pattern(text).pattern == text


@pytest.mark.parametrize(("text", "why"), REFUSED.items(), ids=range(len(REFUSED)))
def test_refused_with_a_sentence(text, why):
    with pytest.raises(PatternError, match=why):
        compile_pattern(text)


@pytest.mark.parametrize("name", list_ids())
def test_those_that_are_shipped(name):
    dictionary = load_dictionary(name)
    recognises = dictionary.head.get("recognises", {})
    texts = [entry.pattern for entry in dictionary if entry.pattern]
    for text in [*texts, *recognises.get("frameid", ()), *recognises.get("filename", ())]:
        compile_pattern(text)


ATOMS = st.sampled_from(["a", "b", "c", "x", "[ab]", "[a-c]", ".", "[^a]", "\\d", "\\w", "\\W"])
COUNTS = st.sampled_from(["", "", "", "*", "+", "?", "*?", "{3}", "{1,9}", "{2,}", "{0,200}"])
PIECES = st.builds(str.__add__, ATOMS, COUNTS)
PATTERNS = st.recursive(
    st.lists(PIECES, min_size=1, max_size=5).map("".join),
    lambda inside: st.one_of(
        st.builds("({}){}".format, inside, COUNTS),
        st.builds("({}|{})".format, inside, inside),
        st.builds(str.__add__, inside, inside),
    ),
    max_leaves=4,
)
WORST = [
    "a" * 200, "ab" * 100, "a" * 100 + "b" * 100, "a" * 199 + "\n", "abc" * 66 + "!!",
    "a" * 66 + "b" * 67 + "c" * 67, "a" * 60 + "b" * 70 + "c" * 69 + "\n", "1" * 200,
]  # fmt: skip


@given(PATTERNS, st.text("abcx1!", max_size=200))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_two_hundred_characters_are_tried_to_the_end(text, value):
    try:
        pattern = compile_pattern(text)
    except PatternError:
        assume(False)
    with end_at_last():
        for one in [*WORST, value]:
            pattern.fullmatch(one)
