"""What follows a word: how many arguments, of which kind, and numbers that are numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.lenstool.semantics import LENSTOOL_VERSION, MAP_KEYWORDS
from fitslint.model.finding import Level
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.lens.keywords import iterate_statements
from fitslint.rules.lens.model_file import ModelFile, format_word
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.lenstool.parameter_file import Section, Statement, Word
    from fitslint.lenstool.vocabulary import Argument, Keyword

_NUMBER_MAX = 64
"""Characters of a number."""
_MAJOR_SECTIONS = frozenset(("potentiel", "potfile", "cosmologie", "champ", "grille", "source"))
_KIND_WORDS = {
    "int": phrase("an integer"), "real": phrase("a number"), "angle": phrase("a number of degrees"),
    "position": phrase("degrees or hours and degrees with colons"),
}  # fmt: skip


def _grade_statement(section: Section, statement: Statement) -> Level | None:
    """What the lenses or a map hang on weighs more than a prior or a switch."""
    return None if section.kind in _MAJOR_SECTIONS or statement.key in MAP_KEYWORDS else "should"


def pair_arguments(statement: Statement, keyword: Keyword) -> Iterator[tuple[Word, Argument]]:
    """The arguments of a statement with what is expected of each."""
    expected = keyword.arguments
    for position, word in enumerate(statement.arguments):
        if position < len(expected):
            yield word, expected[position]
        elif expected and expected[-1].repeatable:
            yield word, expected[-1]


def _is_valid_argument(word: Word, argument: Argument) -> bool:
    """Whether C reads the word as what is wanted."""
    from fitslint.lenstool.numbers import parse_float, parse_int

    if argument.kind in ("text", "file") or _is_not_finite(word.text):
        return True
    if argument.kind == "int":
        return parse_int(word.text) is not None
    return parse_float(word.text) is not None or (argument.kind == "position" and ":" in word.text)


def _is_not_finite(text: str) -> bool:
    try:
        return len(text) <= _NUMBER_MAX and not math.isfinite(float(text))
    except ValueError:
        return False


@rule(
    "LM103",
    "missing-argument",
    clause=f"{LENSTOOL_VERSION}, parameter file",
    level="must",
    summary_ja="引数が足りない",
    message="{word} takes {least} arguments and has {count}: {form}",
)
def missing_argument(model: ModelFile) -> Iterator[Flag]:
    """A word is followed by all the arguments that it takes.

    ## Why it matters
    What is not there keeps the value that happened to be in memory: a line of `runmode` with an
    argument too few stops Lenstool, or reads a file name as a number. Words after the last
    argument are ignored and no fault.

    ## Example
    ```par
    runmode
            mass 1 512 kappa.fits
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
    runmode
            mass 1 512 0.183 kappa.fits
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    """
    for section, statement, keyword in iterate_statements(model):
        count = len(statement.arguments)
        if count < keyword.min_arguments and not _is_off(statement):
            place = statement.arguments[-1] if count else statement.word
            params: dict[str, object] = {"word": format_word(statement.word.text), "count": count}
            params |= {"least": keyword.min_arguments, "form": keyword.usage}
            yield model.flag_in_section(
                section, place, level=_grade_statement(section, statement), **params
            )


def _is_off(statement: Statement) -> bool:
    """Whether a line is switched off, as ``inverse 0``: the rest of it is not used."""
    return bool(statement.arguments) and statement.arguments[0].text == "0"


@rule(
    "LM104",
    "argument-of-another-kind",
    clause=f"{LENSTOOL_VERSION}, parameter file",
    level="must",
    summary_ja="引数の種類が違う (数値であるべき所が数値でない)",
    message="{word} takes {kind} here ({name}), not {found}",
)
def argument_of_another_kind(model: ModelFile) -> Iterator[Flag]:
    """An argument is what its word takes: a whole number, a number, a position, a name.

    ## Why it matters
    Lenstool reads as much of a word as looks like a number and says nothing of the rest: `0,183`
    is redshift 0, `1O00` is 1 km/s.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            v_disp 1000,5
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            v_disp 1000.5
            z_lens 0.183
            end
    fini
    ```
    """
    from fitslint.lenstool.numbers import parse_float

    for section, statement, keyword in iterate_statements(model):
        if len(statement.arguments) < keyword.min_arguments or _is_off(statement):
            continue
        for word, wanted in pair_arguments(statement, keyword):
            if not _is_valid_argument(word, wanted):
                point = word.text.replace(",", ".", 1)
                decimal = parse_float(point) is not None
                yield model.flag_in_section(
                    section,
                    word,
                    edits=(model.replace_words(word, point),) if decimal else (),
                    title=phrase("write a decimal point") if decimal else "",
                    level=_grade_statement(section, statement),
                    word=format_word(statement.word.text),
                    kind=_KIND_WORDS[wanted.kind],
                    name=wanted.name,
                    found=format_word(word.text),
                )
                break


@rule(
    "LM105",
    "number-not-finite",
    clause=f"{LENSTOOL_VERSION}, parameter file",
    level="must",
    summary_ja="NaN または無限大の値",
    message="{word} is {found}: every map of the model becomes NaN",
)
def number_not_finite(model: ModelFile) -> Iterator[Flag]:
    """A number is finite.

    ## Why it matters
    C reads `nan` and `inf` as numbers. One such parameter makes every pixel of every map NaN.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            core_radius nan
            cut_radius 200
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    """
    for section, statement, keyword in iterate_statements(model):
        for word, wanted in pair_arguments(statement, keyword):
            if wanted.kind not in ("text", "file") and _is_not_finite(word.text):
                name = format_word(statement.word.text)
                yield model.flag_in_section(section, word, word=name, found=format_word(word.text))


@rule(
    "LM107",
    "word-beyond-ascii",
    clause=f"{LENSTOOL_VERSION}, parameter file",
    level="must",
    summary_ja="ASCII 以外のバイトを含む語 (全角文字やノーブレークスペースなど)",
    message="{found} holds the byte {byte}, which Lenstool takes for a letter",
)
def word_beyond_ascii(model: ModelFile) -> Iterator[Flag]:
    r"""Words are ASCII; only comments may hold other characters.

    ## Why it matters
    A no-break space or a typographic minus copied from a page looks like a blank or a sign and is
    neither: `v_disp` with a no-break space before its number is a word that Lenstool ignores.

    ## Example
    ```par
    runmode
            reference 3 197.873 \xe2\x88\x921.341
            end
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    Use instead:
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    """
    for section in model.document.sections:
        for statement in section.statements:
            for word in (statement.word, *statement.arguments):
                foreign = next((char for char in word.text if not char.isascii()), None)
                if foreign:
                    byte = f"0x{ord(foreign):02x}"
                    yield model.flag_in_section(
                        section, word, found=format_word(word.text), byte=byte
                    )
