"""Where sections and the file end."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.lenstool.semantics import LENSTOOL_VERSION
from fitslint.model.finding import Edit
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.lens.model_file import ModelFile, format_word
from fitslint.text import phrase

_CLAUSE = f"{LENSTOOL_VERSION}, parameter file"


@rule(
    "LM111",
    "section-without-end",
    clause=_CLAUSE,
    level="must",
    fix="shown",
    summary_ja="セクションが end で閉じられていない",
    message="{word} has no end: Lenstool reads the sections behind it as words of this one",
)
def section_without_end(model: ModelFile) -> Iterator[Flag]:
    """A section ends with the word end.

    ## Why it matters
    Lenstool reads words of a section up to `end`. Without one it takes the next section for words
    that it does not know, up to the `end` of that: the next lens is lost.

    ## Example
    ```par
    grille
            nlentille 1
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
        if not section.has_end:
            word = format_word(section.word.text)
            edits: tuple[Edit, ...] = ()
            if 0 < section.end_line < len(model.document.lines):
                edits = (model.insert_lines(section.end_line + 1, "        end"),)
            yield model.flag_in_section(
                section, word=word, edits=edits, title=phrase("end the section")
            )


@rule(
    "LM112",
    "missing-fini",
    clause=_CLAUSE,
    level="must",
    summary_ja="fini がない。Lenstool は終了しない",
    message="no fini ends the file: Lenstool waits for it and never stops",
)
def missing_fini(model: ModelFile) -> Iterator[Flag]:
    """The file ends with fini.

    ## Why it matters
    Lenstool reads lines until it meets `fini`. At the end of a file without one it reads on for
    ever, with a full processor and no message.

    ## Example
    ```par
    grille
            nlentille 1
            end
    potentiel O1
            profil 81
            v_disp 1000
            z_lens 0.183
            end
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
    if not model.document.has_fini and not model.limits_hit:
        raw = model.document.raw
        new = "fini\n" if raw.endswith(b"\n") else "\nfini\n"
        yield model.flag_word(
            model.find_end_word(),
            "fini",
            edits=(model.append_text(new),),
            title=phrase("end the file with fini"),
        )


@rule(
    "LM113",
    "text-after-fini",
    clause=_CLAUSE,
    level="should",
    summary_ja="fini の後に行がある。読まれない",
    message="{word} stands after fini (line {fini}): it is not read",
)
def text_after_fini(model: ModelFile) -> Iterator[Flag]:
    """Nothing but comments follows fini.

    ## Why it matters
    Lenstool stops reading at `fini`. A section behind it, often one that was appended later, is no
    part of the model.

    ## Example
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
    source
            z_source 2
            end
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
    source
            z_source 2
            end
    fini
    ```
    """
    fini = model.fini_word
    if fini is None:
        return
    for number in range(fini.line + 1, len(model.document.lines) + 1):
        word = model.find_first_word(number)
        if word:
            text = format_word(word.text)
            yield model.flag_word(word, text, word=text, fini=fini.line)
            return
