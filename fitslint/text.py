"""What sentences everywhere are made of, and how they are said in another language.

English stands in the code, as templates with ``{names}`` of what is put into them. :func:`say` says
a sentence in the language of the process; :func:`phrase` keeps one that is said later, or that is
put into another. The tables of the other languages, :mod:`fitslint.language`, are loaded when one
of them was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

ENGLISH = "en"
LANGUAGES = (ENGLISH, "ja")
_VALUE_MAX = 60
_CRASH_MAX = 300


class Speech(Protocol):
    """What a language has for what is English in the code; None where it has nothing."""

    separator: str
    """What stands between the words of a list."""

    def find_sentence(self, template: str) -> str | None:
        """The sentence or phrase as this language has it, with the same names."""

    def translate_english(self, text: str) -> str:
        """A text that was put together in English, as far as its templates are known."""

    def find_rule_text(self, code: str, part: str, key: str = "") -> str | None:
        """The ``why`` or one of the ``messages`` of a rule."""


_speech: Speech | None = None
"""None is English."""


class Phrase(str):
    """An English phrase that knows of what it was made, so that it can be said otherwise.

    It is the English text to everything else: to the parameters in a report, to a comparison.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, Any]

    def __new__(cls, text: str, template: str, values: Mapping[str, Any]) -> Phrase:
        """Keep ``text``, which is ``template`` with ``values`` in English."""
        made = super().__new__(cls, text)
        made.template = template
        made.values = values
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return Phrase, (str.__str__(self), self.template, self.values)


def phrase(template: str, /, **values: Any) -> Phrase:
    """A phrase that is translated when it is shown; a tuple among ``values`` is a list of words."""
    if not values:
        return _make_fixed_phrase(template)
    return Phrase(_fill_english(template, values), template, values)


@cache
def _make_fixed_phrase(template: str) -> Phrase:
    """A phrase without values, of which there are as many as in the source."""
    return Phrase(_fill_english(template, {}), template, {})


def say(template: str, /, **values: Any) -> str:
    """A sentence in the language that was chosen; a tuple among ``values`` is a list of words."""
    if _speech is None:
        return _fill_english(template, values)
    found = _speech.find_sentence(template)
    return _fill_translation(found or template, values)


def translate(text: str) -> str:
    """A :class:`Phrase` in the language that was chosen; any other text as it is."""
    if _speech is None or not isinstance(text, Phrase):
        return text
    found = _speech.find_sentence(text.template)
    return str.__str__(text) if found is None else _fill_translation(found, text.values)


def translate_sentence(text: str) -> str:
    """What an error says, in the language that was chosen; errors are made in English.

    Programs read the same words everywhere; who runs a command reads their own.
    """
    return text if _speech is None else _speech.translate_english(text)


def translate_rule(code: str, part: str, key: str, english: str) -> str:
    """The ``why`` or message ``key`` of a rule in the language that was chosen."""
    if _speech is None:
        return english
    return _speech.find_rule_text(code, part, key) or english


def fill_template(template: str, values: Mapping[str, Any]) -> str:
    """``template`` with ``values``, of which those that are phrases are translated.

    Raises
    ------
    KeyError, ValueError
        when it does not fit them.
    """
    if _speech is None:
        return template.format(**values)
    return template.format(**{name: _translate_value(value) for name, value in values.items()})


def _fill_translation(template: str, values: Mapping[str, Any]) -> str:
    return fill_template(template, values) if values else template


def _translate_value(value: Any) -> Any:
    if isinstance(value, tuple) and _speech is not None:
        return _speech.separator.join(translate(word) for word in value)
    return translate(value) if isinstance(value, Phrase) else value


def _fill_english(template: str, values: Mapping[str, Any]) -> str:
    if not values:  # the template may be a word of a file, with braces of its own
        return template
    spelled = {
        name: ", ".join(value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }
    return template.format(**spelled)


def choose_language(name: str) -> None:
    """Speak ``name``, one of :data:`LANGUAGES`, from now on in this process.

    Raises
    ------
    ValueError
        when there is no such language.
    """
    global _speech  # noqa: PLW0603 -- as a locale is, the language is one of the process
    if name not in LANGUAGES:
        raise ValueError(f"the language is one of {', '.join(LANGUAGES)}, not {name!r}")
    if name == ENGLISH:
        _speech = None
    elif get_language() != name:
        from fitslint.language.catalogue import Catalogue

        _speech = Catalogue(name)


def get_language() -> str:
    """The language that is spoken."""
    return ENGLISH if _speech is None else getattr(_speech, "name", ENGLISH)


def find_similar(word: str, known: Iterable[str], cutoff: float = 0.5) -> str | None:
    """The known word most like ``word``; None when none is at least ``cutoff`` like it (0 to 1)."""
    import difflib

    close = difflib.get_close_matches(word, list(known), 1, cutoff)
    return close[0] if close else None


def suggest(word: str, known: Iterable[str], cutoff: float = 0.5, *, otherwise: str = "") -> str:
    """The words that point to the known one most like ``word``, else ``otherwise``."""
    return suggest_word(find_similar(word, known, cutoff), otherwise=otherwise)


def suggest_word(word: str | None, *, otherwise: str = "", quote: bool = True) -> str:
    """``; did you mean 'kappa'?`` behind a sentence, ``otherwise`` without a word."""
    if not word:
        return otherwise
    return phrase("; did you mean {word}?", word=repr(word) if quote else word)


def join_words(words: Iterable[object], link: str = "or") -> str:
    """``a``, ``a or b``, ``a, b or c``; empty without words."""
    *most, last = [word if isinstance(word, str) else str(word) for word in words] or [""]
    if not most:
        return last
    return phrase(f"{{words}} {link} {{last}}", words=tuple(most), last=last)


def list_words(words: Iterable[str]) -> Phrase:
    """``a, b, c``."""
    items = tuple(words)
    return phrase("{words}", words=items)


def list_first(words: Sequence[str], most: int) -> Phrase:
    """The first ``most`` words, and how many there are besides: ``a, b and 3 more``."""
    shown = tuple(words[:most])
    if len(words) <= most:
        return list_words(shown)
    return phrase("{words} and {count} more", words=shown, count=len(words) - most)


def plural(number: int, noun: str) -> str:
    """The noun as ``number`` of it are called: ``file``, ``files``, ``fixes``, ``dictionaries``."""
    if number == 1:
        return noun
    if noun.endswith(("s", "x")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def count_noun(number: int, noun: str) -> Phrase:
    """``1 file``, ``3 fixes``, ``1,024 findings``."""
    text = f"{number:,} {plural(number, noun)}"
    return Phrase(text, f"{{number:,}} {noun}", {"number": number})


def shorten(text: str, most: int, mark: str = "…") -> str:
    """The first ``most`` characters of a text, and a mark where there are more."""
    return text if len(text) <= most else text[:most] + mark


def quote_short(value: object) -> str:
    """A value as it would be written in TOML, short enough for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return phrase("a table")
    if isinstance(value, list):
        return phrase("a list")
    return shorten(repr(value) if isinstance(value, str | int | float) else str(value), _VALUE_MAX)


def describe_crash(error: BaseException) -> str:
    """The sentence on a fault of ours, on one line and of bounded length."""
    text = say("internal error: {kind}: {error}", kind=type(error).__name__, error=error)
    return " ".join(text.split())[:_CRASH_MAX]
