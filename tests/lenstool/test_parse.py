"""Parameter files: what they are made of is what is read, and any bytes can be read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fitslint.lenstool.parse import (
    FAULT_COUNT_LIMIT,
    LINE_COUNT_LIMIT,
    LINE_LENGTH_LIMIT,
    parse_parameter_file,
    split_line,
)
from fitslint.lenstool.vocabulary import find_canonical_key, load_vocabulary
from tests.patience import count_calls, end_at_last

MODEL = b"""# A comment before everything
runmode
\treference 3 197.873 -1.341
\tmass 1 512 0.183 kappa.fits # the map
\tend

potential O1 the brightest
  profile 81\t
    gamma 0.3
    gamma 0.4
  nonsense 1 2 3
  end
field
dmax 128
end
fini
potentiel O2
\tprofil 12
"""


def test_sections_statements_and_keys() -> None:
    document = parse_parameter_file(MODEL, "m.par")
    assert [(one.kind, one.has_end) for one in document.sections] == [
        ("runmode", True),
        ("potentiel", True),
        ("champ", True),
    ]
    assert document.has_fini
    assert not document.faults
    runmode, potential, field = document.sections
    assert runmode.word.line == 2
    assert runmode.end_line == 5
    mass = runmode.find_statement("mass")
    assert mass is not None
    assert [word.text for word in mass.arguments] == ["1", "512", "0.183", "kappa.fits"]
    assert (mass.word.column, mass.arguments[3].column, mass.arguments[3].end_column) == (2, 19, 28)
    assert potential.label is not None
    assert potential.label.text == "O1"
    assert [one.key for one in potential.statements] == [
        "profil",
        "ellipticite",
        "ellipticite",
        None,
    ]
    last = document.find_statement("potentiel", "ellipticite")
    assert last is not None
    assert last.arguments[0].text == "0.4"
    assert field.end_line == 15
    assert document.sha256 == hashlib.sha256(MODEL).hexdigest()
    assert b"\n".join(document.lines) + b"\n" == MODEL


def test_carriage_returns_change_nothing() -> None:
    plain, dos = (
        parse_parameter_file(MODEL, "m"),
        parse_parameter_file(MODEL.replace(b"\n", b"\r\n"), "m"),
    )
    assert dos.sections == plain.sections
    assert dos.has_fini


@pytest.mark.parametrize(
    "header",
    [
        "potentiel",
        "potential",
        "potentiel O1",
        "potential\tO1",
        "potentiels",
        "potfile0",
        "potfile",
        "limit O1",
        "grid",
        "grille",
        "cosmology",
        "cosmologie",
        "image",
        "images",
        "source",
        "  runmode",
        "champ",
        "field",
        "cline",
        "grande",
        "observ",
        "multiscale",
        "dynfile",
    ],
)
def test_headers(header: str) -> None:
    document = parse_parameter_file(f"{header} \n\tx_centre 1\n\tend\nfini\n".encode(), "m")
    (section,) = document.sections
    assert section.kind is not None
    assert not document.faults
    assert len(section.statements) == 1


def test_a_section_word_is_a_keyword_inside_of_another() -> None:
    lines = "runmode\nimage 1 a.cat\nsource 0 b.cat\ngrille 1 2 3\nend\nsource\ngrid 1\nend\nfini\n"
    document = parse_parameter_file(lines.encode(), "m")
    assert [one.kind for one in document.sections] == ["runmode", "source"]
    assert [one.key for one in document.sections[0].statements] == ["image", "source", "grille"]


def test_a_section_without_end_stops_at_the_next_header() -> None:
    lines = b"potentiel O1\n\tprofil 81\npotentiel O2\n\tprofil 12\n\tend\nchamp\n dmax 3\nfini\n"
    document = parse_parameter_file(lines, "m")
    assert [(one.kind, one.has_end, one.end_line) for one in document.sections] == [
        ("potentiel", False, 2),
        ("potentiel", True, 5),
        ("champ", False, 7),
    ]
    assert [(one.kind, one.line, one.text) for one in document.faults] == [
        ("unclosed", 1, "potentiel"),
        ("unclosed", 6, "champ"),
    ]
    assert document.has_fini


def test_lines_outside_of_sections_are_faults() -> None:
    document = parse_parameter_file(
        b"z_source 2\nrunmode\n\tend\n  end\nfini\nwhat follows is free\n", "m"
    )
    assert [(one.kind, one.line, one.column, one.text) for one in document.faults] == [
        ("outside", 1, 1, "z_source"),
        ("outside", 4, 3, "end"),
    ]


@pytest.mark.parametrize(
    ("raw", "kind", "line", "column"),
    [
        (b"", "empty", 1, 1),
        (b" \n\t\n", "empty", 1, 1),
        (b"runmode\n\x00\x01\tend\n", "binary", 2, 1),
        (b"SIMPLE  =                    T", "not-a-model", 1, 1),
        (b"infile,s,a,,,,Input file\nmode,s,h,ql,,,\n", "not-a-model", 1, 1),
        (b'infile,s,a,,,,"Input file"\nend,i,h,1,,,last\n', "not-a-model", 1, 1),
        (b"fini\nrunmode\nend\n", "not-a-model", 1, 1),
        (
            b"runmode\n\t" + b"a" * LINE_LENGTH_LIMIT + b"\n\tend\nfini\n",
            "too-long",
            2,
            LINE_LENGTH_LIMIT + 1,
        ),
        (b"runmode\n" * (LINE_COUNT_LIMIT + 1), "too-many", LINE_COUNT_LIMIT + 1, 1),
    ],
)
def test_faults_of_the_whole(raw: bytes, kind: str, line: int, column: int) -> None:
    fault = parse_parameter_file(raw, "m").faults[0]
    assert (fault.kind, fault.line, fault.column) == (kind, line, column)


def test_faults_are_bounded() -> None:
    raw = b"runmode\nend\n" + b"stray\n" * 5000
    assert len(parse_parameter_file(raw, "m").faults) == FAULT_COUNT_LIMIT


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (b"", b"potentiel O1\n\tx_centre 1\n\tend\n"),
        (b"runmode\n", b"word " * 50),
        (b"", b"\n" * 20),
    ],
    ids=["sections", "words", "nothing"],
)
def test_work_grows_with_the_file_and_no_faster(head: bytes, line: bytes) -> None:
    few, _ = count_calls(lambda: parse_parameter_file(head + line * 200 + b"x", "m"))
    many, _ = count_calls(lambda: parse_parameter_file(head + line * 2000 + b"x", "m"))
    assert 0 < many < 11 * few


@pytest.mark.long
def test_large_files_are_read_to_their_end() -> None:
    with end_at_last():
        parse_parameter_file(b"potentiel O1\n\tx_centre 1\n\tend\n" * 50_000, "m")
        parse_parameter_file(b"runmode\n" + b"word " * 2_000_000, "m")
        parse_parameter_file(b"\n" * 5_000_000 + b"x", "m")


def _texts() -> st.SearchStrategy[str]:
    alphabet = st.characters(min_codepoint=33, max_codepoint=255, blacklist_characters="#\x7f")
    return st.text(alphabet, min_size=1, max_size=8)


_BLANKS = st.text(st.sampled_from(" \t"), min_size=1, max_size=3)


@given(st.lists(st.tuples(_texts(), _BLANKS), max_size=6), st.sampled_from(["", "# note", "#"]))
def test_words_and_blanks_give_the_line_back(parts: list[tuple[str, str]], comment: str) -> None:
    line = "".join(word + blanks for word, blanks in parts) + comment
    found = split_line(line, 1)
    rebuilt, column = "", 1
    for word in found:
        rebuilt += line[column - 1 : word.column - 1] + word.text
        column = word.end_column + 1
    rest = line[column - 1 :]
    assert rebuilt + rest == line
    assert [word.text for word in found] == [word for word, _ in parts]
    assert not rest.partition("#")[0].strip(" \t")


@given(st.binary(max_size=400))
@example(b"runmode\n\xa0\x85end\nfini")
@example(b"end\nfini\nfini\n")
@example(b"#" * 300)
def test_any_bytes_are_a_document(raw: bytes) -> None:
    document = parse_parameter_file(raw, "m")
    assert b"\n".join(document.lines) in {raw, raw[:-1]}
    for fault in document.faults:
        assert 1 <= fault.line <= len(document.lines)
        assert fault.column >= 1


_NAMES = sorted(name for one in load_vocabulary().values() for name in one.names)
_SOUP = st.sampled_from(
    [*_NAMES, "end", "fini", "finish", "x_centre", "1.5", "#", " ", "\t", "\n", "\n", "\r\n", "ÿ"]
)


@given(st.lists(_SOUP, max_size=60))
def test_words_are_where_they_say(parts: list[str]) -> None:
    document = parse_parameter_file("".join(parts).encode("latin-1"), "m")
    for section in document.sections:
        found = [section.word, *(word for one in section.statements for word in _all(one))]
        for word in found:
            line = document.lines[word.line - 1].decode("latin-1")
            assert line[word.column - 1 : word.end_column] == word.text
        lines = [one.line for one in section.statements]
        assert lines == sorted(set(lines))
        assert all(section.word.line < line <= section.end_line for line in lines)


def _all(statement: object) -> list[object]:
    return [statement.word, *statement.arguments]  # type: ignore[attr-defined]


@st.composite
def _documents(draw: st.DrawFn) -> tuple[str, list[tuple[str, list[list[str]]]]]:
    made, text = [], ""
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(_NAMES))
        text += name + draw(st.sampled_from(["", " ", "\t", " # c"])) + "\n"
        statements = []
        for _ in range(draw(st.integers(0, 4))):
            line = [draw(_texts()) for _ in range(draw(st.integers(1, 4)))]
            line[0] = "k" + line[0]
            text += "\t" + draw(_BLANKS).join(line) + draw(st.sampled_from(["", " ", "#x"])) + "\n"
            statements.append(line)
            text += draw(st.sampled_from(["", "\n", "  # c\n"]))
        text += draw(st.sampled_from(["", " ", "\t\t"])) + "end\n"
        made.append((name, statements))
    return text + "fini", made


@given(_documents())
def test_documents_are_read_as_they_were_made(
    given_: tuple[str, list[tuple[str, list[list[str]]]]],
) -> None:
    text, made = given_
    document = parse_parameter_file(text.encode("latin-1"), "m")
    assert not document.faults
    assert document.has_fini
    read = [
        (one.word.text, [[word.text for word in _all(line)] for line in one.statements])
        for one in document.sections
    ]
    assert read == made
    for section in document.sections:
        for line in section.statements:
            assert line.key == find_canonical_key(section.kind or "", line.word.text)


def test_real_files(shared: Path) -> None:
    files = sorted(shared.rglob("*.par"))
    if not files:
        pytest.skip("no parameter files")
    for path in files:
        document = parse_parameter_file(path.read_bytes(), str(path))
        assert document.has_fini, path
        assert not document.faults, path
        assert all(one.has_end and one.kind for one in document.sections), path
    names = {path.name: parse_parameter_file(path.read_bytes(), str(path)) for path in files}
    best, mixed = names["best.par"], names["A2744_ellipticite.par"]
    assert len(best.find_sections("potentiel")) == 162
    unknown = {
        one.word.text for part in mixed.sections for one in part.statements if one.key is None
    }
    assert unknown == {"identity", "sigpos_arcsec"}
