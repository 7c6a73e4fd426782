"""Sections and words that Lenstool knows, and those that it passes over without a sound."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from fitslint.lenstool.semantics import LENSTOOL_VERSION
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.lens.model_file import ModelFile, format_word, pluralise
from fitslint.text import phrase, suggest_word

if TYPE_CHECKING:
    from fitslint.lenstool.parameter_file import Section, Statement, SyntaxFault, Word
    from fitslint.lenstool.vocabulary import Keyword

_SIMILARITY_MIN = 0.7
"""Words that are less like each other than this (0 to 1) are not suggested."""
_WORD_LENGTH_MAX = 40
_SUGGESTIONS_MAX = 100
"""Unknown words of one file for which the nearest known one is looked for."""


def iterate_statements(model: ModelFile) -> Iterator[tuple[Section, Statement, Keyword]]:
    """Every statement that Lenstool reads, with what it takes."""
    from fitslint.lenstool.vocabulary import find_keyword as keyword_of

    for section in model.document.sections:
        for statement in section.statements:
            if section.kind and statement.key:
                keyword = keyword_of(section.kind, statement.key)
                if keyword:
                    yield section, statement, keyword


def find_lookalike(word: str, names: Iterable[str]) -> str:
    """The name most like a word, empty when none is near."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(b=word.lower()[:_WORD_LENGTH_MAX])
    best, likeness = "", _SIMILARITY_MIN
    for name in names:
        matcher.set_seq1(name.lower())
        ratio = matcher.quick_ratio() if matcher.real_quick_ratio() > likeness else 0.0
        if ratio > likeness and (ratio := matcher.ratio()) > likeness:
            best, likeness = name, ratio
    return best


def _build_suggestion(model: ModelFile, word: Word, near: str) -> dict[str, Any]:
    """What a finding on a misspelt word says besides."""
    if not near:
        return {"hint": ""}
    edits = (model.replace_words(word, near),)
    return {
        "hint": suggest_word(near, quote=False),
        "edits": edits,
        "title": phrase("write {new}", new=near),
    }


@rule(
    "LM101",
    "unknown-section",
    clause=f"{LENSTOOL_VERSION}, parameter file",
    level="should",
    summary_ja="Lenstool が知らないセクション名。中の行はすべて無視される",
    message={
        "": "Lenstool has no section {word} and ignores its {lines}{hint}",
        "outside": "{word} stands outside of any section and is ignored",
    },
)
def unknown_section(model: ModelFile) -> Iterator[Flag]:
    """The first word of a section is one that Lenstool knows.

    ## Why it matters
    Lenstool passes over a section that it does not know, without a message: a misspelt
    `potentiel` is a cluster without its main halo.

    ## Example
    ```par
    runmode
            mass 1 512 0.183 kappa.fits
            reference 3 197.873 -1.341
            end
    grille
            nlentille 2
            end
    sources
            z_source 2
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
            reference 3 197.873 -1.341
            end
    grille
            nlentille 2
            end
    source
            z_source 2
            end
    potentiel O1
            profil 81
            v_disp 1000
            z_lens 0.183
            end
    fini
    ```
    """
    from fitslint.lenstool.parameter_file import Word
    from fitslint.lenstool.vocabulary import load_vocabulary

    for run in _group_outside_lines(model):
        first, count = run[0], len(run) - 2
        word = format_word(first.text)
        place = Word(first.text, first.line, first.column)
        if count < 0 or run[-1].text != "end":
            yield model.flag_word(place, word, message="outside", word=word)
            continue
        names = [name for section in load_vocabulary().values() for name in section.names]
        more = _build_suggestion(model, place, find_lookalike(first.text, names))
        yield model.flag_word(place, word, word=word, lines=pluralise(count, "line"), **more)


def _group_outside_lines(model: ModelFile) -> Iterator[list[SyntaxFault]]:
    """Runs of lines outside of sections, each up to an ``end`` or to the next section."""
    begins = [section.word.line for section in model.document.sections]
    run: list[SyntaxFault] = []
    for fault in model.document.faults:
        if fault.kind != "outside":
            continue
        if run and bisect(begins, run[-1].line) < bisect(begins, fault.line):
            yield run
            run = []
        run.append(fault)
        if fault.text == "end":
            yield run
            run = []
    if run:
        yield run


@rule(
    "LM102",
    "unknown-word",
    clause=f"{LENSTOOL_VERSION}, parameter file",
    level="should",
    summary_ja="このセクションにないキーワード。Lenstool は黙って無視する",
    message={
        "": "{section} has no word {word}: Lenstool ignores the line{hint}",
        "elsewhere": "{section} has no word {word}, which belongs to {home}: "
        "Lenstool ignores the line",
    },
)
def unknown_word(model: ModelFile) -> Iterator[Flag]:
    """Every word is one that its section knows.

    ## Why it matters
    Lenstool ignores a line whose first word it does not know and keeps the default: with
    `vdisp 1000` the lens has no mass, and nothing says so.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            vdisp 1000
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
    from fitslint.lenstool.vocabulary import load_vocabulary

    looked = 0
    for section in model.document.sections:
        table = load_vocabulary().get(section.kind or "")
        if table is None:
            continue
        for statement in section.statements:
            if statement.key is None and not _is_label(section, statement):
                word = statement.word
                looked += 1
                near = (
                    find_lookalike(word.text, table.spellings) if looked <= _SUGGESTIONS_MAX else ""
                )
                home = "" if near else _find_home_section(word.text)
                more = {"home": home} if home else _build_suggestion(model, word, near)
                yield model.flag_in_section(
                    section,
                    statement,
                    message="elsewhere" if home else "",
                    section=format_word(section.word.text),
                    word=format_word(word.text),
                    **more,
                )


def _is_label(section: Section, statement: Statement) -> bool:
    """Whether a line that is ignored only says again what the first line of its section says."""
    if section.label is None or statement.word.text != "identity":
        return False
    return _list_argument_texts(statement) == [section.label.text]


def _find_home_section(word: str) -> str:
    """The section that knows a word; empty when none or several do."""
    from fitslint.lenstool.vocabulary import load_vocabulary

    homes = [kind for kind, section in load_vocabulary().items() if word in section.spellings]
    return homes[0] if len(homes) == 1 else ""


_REPEATABLE_SECTIONS = frozenset(("image", "cline", "cleanlens", "observ", "dynfile"))
"""Sections in which words may be repeated, each time for another thing."""


@rule(
    "LM106",
    "repeated-word",
    clause=f"{LENSTOOL_VERSION}, parameter file",
    level="should",
    summary_ja="同じキーワードの繰り返し。最後の行だけが有効",
    message="{word} stands again in line {line}, which is the one that counts",
)
def repeated_word(model: ModelFile) -> Iterator[Flag]:
    """A word stands once in its section.

    ## Why it matters
    Of several lines with the same word, or an alias of it, Lenstool keeps the last. Of two `mass`
    lines only the second writes a map; of two values of a parameter the first is not used.

    ## Example
    ```par
    runmode
            mass 1 512 0.183 kappa.fits
            mass 4 512 0.183 sigma.fits
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
            mass 4 512 0.183 sigma.fits
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
    for section in model.document.sections:
        last: dict[str, Statement] = {}
        for statement in section.statements if section.kind not in _REPEATABLE_SECTIONS else ():
            if statement.key:
                last[statement.key] = statement
        for statement in section.statements:
            final = last.get(statement.key or "")
            if (
                final
                and final is not statement
                and _list_argument_texts(final) != _list_argument_texts(statement)
            ):
                word = format_word(statement.word.text)
                yield model.flag_in_section(section, statement, word=word, line=final.line)


def _list_argument_texts(statement: Statement) -> list[str]:
    return [word.text for word in statement.arguments]
