"""Pieces of sentences."""

import pytest

from fitslint.text import (
    count_noun,
    find_similar,
    join_words,
    plural,
    quote_short,
    shorten,
    suggest,
    suggest_word,
)


def test_the_most_similar_word_is_suggested():
    known = ["kappa", "gamma", "deflection"]
    assert find_similar("kapa", known) == "kappa"
    assert find_similar("kapa", known, 0.95) is None
    assert suggest("kapa", known) == "; did you mean 'kappa'?"
    assert suggest("zzz", known) == ""
    assert suggest("zzz", known, otherwise="; there are 3") == "; there are 3"
    assert suggest_word("kappa", quote=False) == "; did you mean kappa?"
    assert suggest_word(None, otherwise="; none") == "; none"


@pytest.mark.parametrize(
    ("words", "joined"), [([], ""), ("a", "a"), ("ab", "a or b"), ([1, 2, 3], "1, 2 or 3")]
)
def test_words_are_joined_as_in_a_sentence(words, joined):
    assert join_words(words) == joined
    assert join_words(words, "and") == joined.replace(" or ", " and ")


@pytest.mark.parametrize(
    ("noun", "several"),
    [("file", "files"), ("fix", "fixes"), ("lens", "lenses"), ("dictionary", "dictionaries"),
     ("key", "keys"), ("info", "infos")],
)  # fmt: skip
def test_a_noun_follows_its_number(noun, several):
    assert [plural(number, noun) for number in (0, 1, 2)] == [several, noun, several]
    assert count_noun(1, noun) == f"1 {noun}"
    assert count_noun(1234, noun) == f"1,234 {several}"


def test_texts_and_values_are_short():
    assert shorten("abcd", 4) == "abcd"
    assert shorten("abcde", 4) == "abcd…"
    assert shorten("abcde", 4, "...") == "abcd..."
    assert [quote_short(one) for one in (True, {}, [1], "a", 1.5)] == [
        "true", "a table", "a list", "'a'", "1.5"
    ]  # fmt: skip
    assert len(quote_short("x" * 99)) == 61
