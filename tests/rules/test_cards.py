"""Cards: what the examples of the rules cannot show."""

from __future__ import annotations

import pytest

from fitslint.rules.cards.characters import transliterate
from fitslint.rules.cards.truncation import is_word_fragment
from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes

_HEAD = (
    "SIMPLE  =                    T",
    "BITPIX  =                    8",
    "NAXIS   =                    0",
)
_KEYS = tuple(f"KEY{n}    = {n:20d} / comment {n}" for n in range(1, 10))


def codes(block: str, kind: str = "primary") -> set[str]:
    """Codes of the groups of this file that a header gets."""
    found = lint_bytes(build_example(block, kind).data, "x.fits").findings
    return {one.code for one in found if one.code[:2] in ("CD", "KN", "VF")}


def errors(block: str, kind: str = "primary") -> list[tuple[str, str | None]]:
    """Codes and keywords of the errors of a header."""
    found = lint_bytes(build_example(block, kind).data, "x.fits").findings
    return [(one.code, one.keyword) for one in found if one.severity == "error"]


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("GAIN    =5.0/electron", "CD105"),
        ("GAIN    ='abc'", "CD105"),
        ("FOO=5", "CD106"),
        ("FOO       = 5", "CD106"),
        ("TELESCOPE= 'Subaru'", "CD107"),
        ("flat field at dusk", "CD108"),
        ("FOO     = T yes", "CD110"),
        ("FOO     = 5 000", "CD110"),
        ("FOO     = 'abc' def", "CD111"),
        (r"FOO     =\t5", "CD101"),
        (r"FOO     = 5\t/ text", "CD101"),
        (r"GAIN\t= 5", "CD101"),
        (r"FOO     = 'a\x00b'", "CD102"),
        (r"FOO     = 5 / caf\xe9", "CD103"),
        (r"FOO     = 5 / caf\xc3\xa9", "CD103"),
    ],
)
def test_one_error_and_the_right_one(card: str, expected: str) -> None:
    assert [code for code, _ in errors(card)] == [expected]


@pytest.mark.parametrize(
    "card",
    [
        "MYNOTE    a remark without a value indicator",
        "MYNOTE    'a remark' of somebody",
        "COMMENT ==========================",
        "COMMENT = = = = = = = = = = = = = =",
        "HISTORY  = at column ten",
        "        EXPTIME = 5",
        "FOO     =                      / undefined",
        "BSCALE  =           1.000000E0 / REAL = TAPE*BSCALE + BZERO",
        "FOO     =                    0 / good pixels (DQF = 0), see OBSMODE = 5",
    ],
)
def test_quiet(card: str) -> None:
    assert codes(card) == set()


def test_accidental_comments_are_warnings() -> None:
    for card in ("EXPTIME   1.5", "OBJECT  M31", "FOO       'text' / comment"):
        found = lint_bytes(build_example(card).data, "x.fits").findings
        assert [one.severity for one in found if one.code == "CD108"] == ["warning"]


def fix_of(block: str, code: str) -> tuple[str, bytes] | None:
    """The grade of the fix of a finding and the card that it writes."""
    found = lint_bytes(build_example(block).data, "x.fits").findings
    fix = next(one.fix for one in found if one.code == code)
    return (fix.safety, fix.edits[0].new.rstrip()) if fix else None


@pytest.mark.parametrize(
    ("card", "code", "grade"),
    [
        ("EXPTIME = 1.5 total exposure time", "CD110", "safe"),
        ("SHUTOPEN= T shutter was open", "CD110", "unsafe"),
        ("EXTEND  = T may be extended", "CD110", "safe"),
        ("TARGET  = 3 Juno", "CD110", None),
        ("FILTER  = F 814W", "CD110", None),
        ("SITE    = 19 49 32.4 N", "CD110", None),
        ("PERIOD  = 2014 Oct 6", "CD110", None),
        ("EXPTIME = 5 000", "CD110", None),
        ("DATE-OBS= 2014 Oct", "CD110", None),
        ("GAIN    =5 / [electron/adu]", "CD105", "safe"),
        ("DATE-OBS=2014/10/06", "CD105", "unsafe"),
        ("GAIN    =5 000", "CD105", None),
        ("GAIN    =N/A", "CD105", None),
        ("FOO=5 / x", "CD106", "safe"),
        ("FOO=5 000", "CD106", None),
        ("FOO     = 1\nFOO=5 / x", "CD106", "unsafe"),
        ("NAXIS9=5 / x", "CD106", None),
        ("FOO     =                    5/comment", "CD112", "safe"),
        ("FOO     =                    1/3", "CD112", None),
        ("DATE-OBS=                 2014/10/06", "CD112", None),
        ("GRATING =                  600/mm", "CD112", None),
        ("FOO     = 'M31     '/object", "CD112", "style"),
        ("FOO     =                    5 /comment", "CD112", "style"),
        (r"FOO     = 5\t/ text", "CD101", "safe"),
    ],
)
def test_grades(card: str, code: str, grade: str | None) -> None:
    fix = fix_of(card, code)
    assert (fix[0] if fix else None) == grade


def test_what_moves_into_a_comment_keeps_its_slash() -> None:
    fix = fix_of("EXPTIME = 1.5 total time in km/s / of all", "CD110")
    assert fix == ("safe", b"EXPTIME =                  1.5 / total time in km/s / of all")


@pytest.mark.parametrize("card", ["FOO     = 'R'", "FOO     = 'BIAS'", "FOO     = ''"])
def test_short_strings_are_legal(card: str) -> None:
    assert codes(card) == set()


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ("EXPOSURET                  120", "CD108.long"),
        ("FILTERNAME                  = 'R_PRIME '", "CD108.long"),
        ("MISFILT                        / MIS Filter Number", "CD108.empty"),
    ],
)
def test_values_that_were_written_as_comments(card: str, message: str) -> None:
    found = lint_bytes(build_example(card).data, "x.fits").findings
    assert [(one.message_id, one.severity) for one in found] == [(message, "warning")]


def test_a_string_with_a_slash_stays_whole() -> None:
    fix = fix_of("MYFILE    'a/b' / name", "CD108")
    assert fix == ("unsafe", b"MYFILE  = 'a/b'                / name")


def test_the_slash_of_a_string_is_told_once_a_file() -> None:
    found = lint_bytes(build_example("AA      = 'x'/y\nBB      = 'x'/y").data, "x.fits").findings
    assert [one.keyword for one in found if one.code == "CD112"] == ["AA"]


def test_transliteration_reads_both_encodings() -> None:
    for escaped in (r"\xb5m", r"\xc2\xb5m"):
        found = lint_bytes(
            build_example(f"FOO     =                    5 / [{escaped}] x").data, "x.fits"
        ).findings
        fix = next(one.fix for one in found if one.code == "CD103")
        assert fix is not None
        assert fix.edits[0].new.rstrip() == b"FOO     =                    5 / [um] x"


def test_transliterate_is_ascii() -> None:
    assert [transliterate(one) for one in "°Åéñ中x"] == ["deg", "Angstrom", "e", "n", "?", "x"]


def test_controls_in_strings_are_not_safe_to_replace() -> None:
    found = lint_bytes(build_example(r"FOO     = 'a\tb     '").data, "x.fits").findings
    fix = next(one.fix for one in found if one.code == "CD101")
    assert fix is not None
    assert fix.safety == "unsafe"


@pytest.mark.parametrize("shift", [-30, -9, -5, -1, 1, 3, 8, 20, 40])
def test_drift_is_found_on_its_card(shift: int) -> None:
    raw = b"".join(card.encode().ljust(80) for card in (*_HEAD, *_KEYS, "END"))
    # Six cards are whole; the blanks that end the sixth give or take the shift.
    data = raw[:480] + b" " * shift + raw[480:] if shift > 0 else raw[: 480 + shift] + raw[480:]
    data += b" " * (-len(data) % 2880)
    found = [one for one in lint_bytes(data, "x.fits").findings if one.code == "CD104"]
    assert len(found) == 1
    assert found[0].hdu == 1
    assert found[0].card in (6, 7, 8)


def test_cut_words() -> None:
    assert is_word_fragment("observa")
    assert is_word_fragment("co")
    assert not any(
        map(is_word_fragment, ("observation", "pixel", "ms", "of", "CCD", "12", "config", "deg"))
    )


@pytest.mark.parametrize(
    ("card", "severity"),
    [("COMMENT = 'dusk'", "info"), ("HISTORY = 5", "info"), ("        = 5", "warning")],
)
def test_a_blank_keyword_before_a_value_was_lost(card: str, severity: str) -> None:
    found = lint_bytes(build_example(card, "primary").data, "x.fits").findings
    assert [one.severity for one in found if one.code == "CD109"] == [severity]
