"""Sentences that were put together in English: of which template one is, and what that is here."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Iterator, Mapping

FIELD = re.compile(r"\{(\w+)(![rs])?(:[^{}]*(?:\{\w*\}[^{}]*)?)?\}")
"""A name in a template, and how what stands for it is written."""
_JOINTS = {": ": ": ", "; ": "。", " ": " "}
"""What holds parts of a sentence together; a blank only behind the first word of one."""
_JOINT = re.compile(": |; ")
_WORD = re.compile(r"\w+")
_JOINTS_MAX = 8
_NAME_JOINTS_MAX = 16
_JOINT_WEIGHT = 12
_LENGTH_MAX = 2000
"""Longer texts are lists from a file; they stay as they are."""
_WAYS_MAX = 20_000
"""Ways in which the words of a template may lie in a text, at most: a search takes no longer."""
_OPENING = re.compile(r"(?:: |; |。)\{\w+\}$")
"""How a sentence ends that only opens another one."""
_CLOSING = re.compile(r"(?:\{\w+\}: )*\{\w+\}(; [^{}]+)")
"""A sentence that is another one, with a clause of its own behind it."""
_EDGE = "\1"
"""Where what was translated by itself begins and ends."""
_SEAM = re.compile(
    f"(?<=[\u3001-\u9fff]) ?{_EDGE} ?(?=[\u3001-\u9fff])| ?{_EDGE} ?(?=[\u3001\u3002])"
)
"""A blank there, which belongs between Japanese and other words only."""
_LETTERS = re.compile("[A-Za-z]")
_FILE_NAMES = ("path", "file", "folder")
"""Names for which a file stands, whatever words it is called by."""
_WORD_NAME = "outcome"
"""A name for which one of our own words may stand alone."""
_FILE = "\0"
"""What stands for the name of a file that is known, which has none itself."""
_COUNTED = "{number:,} "
"""What counted things begin with; their templates name one of them."""
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_PROSE = re.compile("(?<![A-Za-z])[a-z]+(?: [a-z]+){2}(?![A-Za-z])")
"""Words of a sentence, where a name or a number belongs."""
_SHORT = 10
"""Letters from which on a template is known by its own words whatever is between them."""
LETTERS_MIN = 4
"""Letters that a template has beside its names, at least, to be known by them."""


class SentencePattern:
    """A sentence with names in it, as a pattern for what was made of it."""

    def __init__(self, english: str, translation: str) -> None:
        self.translation = translation
        self.english = english
        self._pieces = [_unescape(piece) for piece in FIELD.split(english)[::4]]
        own = "".join(self._pieces).removeprefix(": ")
        self.weight = len(own) + _JOINT_WEIGHT * len(_JOINT.findall(own))
        """How telling it is; a joint of its own binds what is put into it."""
        self.enclosing = frozenset(self._list_enclosing() if self._count_letters() < _SHORT else ())
        """Names for which no sentence of others may stand: its few words would be those of that."""

    @property
    def is_telling(self) -> bool:
        """Whether its own words are enough to know it by."""
        words = "".join(self._pieces)
        if self.english.startswith(_COUNTED):
            return True
        # One word alone may be the name of a file or of a column.
        is_word = len(self._pieces) == 1 and " " not in words
        return not is_word and self._count_letters() >= LETTERS_MIN

    def _count_letters(self) -> int:
        return len(_LETTERS.findall("".join(self._pieces)))

    def _list_enclosing(self) -> Iterator[str]:
        """The names that no joint keeps apart from its own words."""
        for at, field in enumerate(FIELD.finditer(self.english)):
            before, after = self._pieces[at : at + 2]
            opens = not before and after.startswith((":", ";"))
            is_apart = opens or before.endswith((": ", "; "))
            if field[1] not in _FILE_NAMES and not is_apart:
                yield field[1]

    def rank(self) -> tuple[int, bool]:
        """What is tried first."""
        return -self.weight, "!r" not in self.english

    @property
    def begins(self) -> bool:
        """Whether its first words are its own."""
        return bool(self._pieces[0])

    def find_word(self) -> str:
        """The longest word that a text has which was made of this template; empty without one."""
        words = _WORD.findall(_unescape(FIELD.sub("_", self.english)))
        return max((word for word in words if "_" not in word), key=len, default="")

    def match(self, text: str) -> Mapping[str, str] | None:
        """What stands in ``text`` for the names; None where it is no such sentence."""
        if not (text.startswith(self._pieces[0]) and text.endswith(self._pieces[-1])):
            return None
        if math.prod(max(text.count(piece), 1) for piece in self._pieces[1:-1]) > _WAYS_MAX:
            return None
        found = re.fullmatch(self._build_pattern(), text, re.DOTALL)
        return found and found.groupdict()

    def _build_pattern(self) -> str:
        pattern, seen = re.escape(self._pieces[0]), set[str]()
        fields = FIELD.finditer(self.english)
        for field, piece in zip(fields, self._pieces[1:], strict=True):
            name = field[1]
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{_describe_value(field)})"
            pattern += re.escape(piece)
            seen.add(name)
        return pattern


def _describe_value(field: re.Match[str]) -> str:
    if field[1] == "hint":  # such as "; did you mean 'kappa'?", which follows a name at once
        return r"(?:[;:( ].*)?"
    if field[2] == "!r":
        return r"""b?['"].*?['"]|[-\d[({].*?|True|False|None|nan|inf"""
    return r"[\d,]+" if field[3] == ":," else ".*?(?<![:;])"  # a joint stands behind a value


class SentenceRecogniser:
    """Finds the templates of a language of which a text was made.

    Of two that are as telling, the first is taken.
    """

    def __init__(self, sentences: Mapping[str, str]) -> None:
        counted = {
            plural: text for english, text in sentences.items() if english.startswith(_COUNTED)
            for plural in (f"{english}s", f"{english}es", f"{english[:-1]}ies")
        }  # fmt: skip
        # What it opens may have been known before.
        openings = {
            english[: end.start()]: text[: its_end.start()]
            for english, text in sentences.items()
            if (end := _OPENING.search(english)) and (its_end := _OPENING.search(text))
        }
        added = {
            english.removeprefix("; "): text.removeprefix("。")
            for english, text in sentences.items()
            if english.startswith("; ") and text.startswith("。")
        }
        known = {**sentences, **openings, **added, **counted, **sentences}
        self._known = known
        templates = [SentencePattern(english, text) for english, text in known.items()]
        self._templates: dict[str, list[SentencePattern]] = {}
        for one in templates:
            if one.is_telling:
                self._templates.setdefault(one.find_word(), []).append(one)
        self._closing = [
            (clause[1], one)
            for one in templates
            if one.english in sentences and (clause := _CLOSING.fullmatch(one.english))
        ]

    def translate_message(self, text: str) -> str:
        """:meth:`translate` of a message that may begin with the name of a file.

        Its name may be a sentence that is known, or have joints. Files are known by being there,
        and those that are not there by the command line.
        """
        ends = [joint.start() for joint in re.finditer(": ", text)][:_NAME_JOINTS_MAX]
        for name in (text[:end] for end in reversed(ends)):
            if _FILE not in text and (name in sys.argv or os.path.lexists(name)):
                said = self.translate(_FILE + text.removeprefix(name))
                return said.replace(_FILE, name)
        return self.translate(text)

    def translate(self, text: str) -> str:
        """``text`` with every part that is known, which joints hold together, in this language.

        The part with the most words of ours is looked for first. What is unknown stays.
        """
        if len(text) > _LENGTH_MAX:
            return text
        said = self._translate_parts(text)
        for clause, template in self._closing:
            if text.endswith(clause) and text.count(clause) == 1:
                other = self._fill(template.translation, template.match(text) or {})
                # The clause may be another sentence's own, which is known as a whole.
                said = min(other, said, key=_count_letters)
        return said

    def _translate_parts(self, text: str) -> str:
        found = next(self._find_parts(text), None)
        if found is None:
            return text
        start, end, part = found
        return self._translate_before(text[:start]) + part + self._translate_after(text[end:])

    def _find_parts(self, text: str) -> Iterator[tuple[int, int, str]]:
        joints = [joint.span() for joint in _JOINT.finditer(text)][:_JOINTS_MAX]
        starts = [*(end for _, end in reversed(joints)), 0]
        ends = [len(text), *(start for start, _ in reversed(joints))]
        # A keyword or a file before a sentence that begins with a verb.
        behind = [text.find(" ", start) + 1 for start in starts]
        words = ("", *dict.fromkeys(_WORD.findall(text)))
        templates = (one for word in words for one in self._templates.get(word, ()))
        for template in sorted(templates, key=SentencePattern.rank):
            for start in [*starts, *behind] if template.begins else starts:
                for end in ends:
                    values = template.match(text[start:end]) if start < end else None
                    if values is None or self._is_mere_middle(template, values):
                        continue
                    yield start, end, self._fill(template.translation, values)

    def _is_mere_middle(self, template: SentencePattern, values: Mapping[str, str]) -> bool:
        """Whether a short template is but the middle of a sentence that is unknown."""
        return any(
            _PROSE.search(value) and self._translate_value(name, value) == value
            for name, value in values.items()
            if name in template.enclosing and not _QUOTED.fullmatch(value)
        )

    def _fill(self, translation: str, values: Mapping[str, str]) -> str:
        said = FIELD.sub(lambda f: self._translate_value(f[1], values[f[1]]), translation)
        return _SEAM.sub("", said).replace(_EDGE, "")

    def _translate_value(self, name: str, value: str) -> str:
        if name == _WORD_NAME:
            return self._known.get(value, value)
        if name in _FILE_NAMES or _QUOTED.fullmatch(value) or " " not in value:
            return value
        said = self.translate(value)
        return value if said == value else f"{_EDGE}{said}{_EDGE}"

    def _translate_before(self, text: str) -> str:
        joint = next((joint for joint in _JOINTS if text.endswith(joint)), "")
        head = text.removesuffix(joint)
        said = self.translate(head)
        # What is unknown may be the name of a file, which keeps its own joints.
        return said + _JOINTS[joint] if said != head else text

    def _translate_after(self, text: str) -> str:
        joint = next((joint for joint in _JOINTS if text.startswith(joint)), "")
        return _JOINTS[joint] + self.translate(text.removeprefix(joint)) if joint else text


def _count_letters(text: str) -> int:
    """Letters of English, or of names that are the same in all languages."""
    return len(_LETTERS.findall(text))


def _unescape(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")
