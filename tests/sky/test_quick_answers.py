"""What is looked at in columns only, before a rule is asked: never quieter than the rule itself."""

import re

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.rules import registry
from fitslint.rules.docs import parse_rule_page
from fitslint.source.files import read_bytes
from fitslint.testing.examples import build_example

IMAGE = {
    "SIMPLE": "T", "BITPIX": "8", "NAXIS": "2", "NAXIS1": "100", "NAXIS2": "100",
    "CTYPE1": "'RA---TAN'", "CTYPE2": "'DEC--TAN'", "CRVAL1": "150.0", "CRVAL2": "2.0",
    "CRPIX1": "50.5", "CRPIX2": "50.5",
    "CD1_1": "-5.5556E-4", "CD1_2": "0.0", "CD2_1": "0.0", "CD2_2": "5.5556E-4",
}  # fmt: skip
ARCSEC = {"CUNIT1": "'arcsec'", "CUNIT2": "'arcsec'"}
GALACTIC = {"CTYPE1": "'GLON-TAN'", "CTYPE2": "'GLAT-TAN'"}
LOWER = {"CTYPE1": "'ra---tan'", "CTYPE2": "'dec--tan'"}
OTHERS = {"CTYPE1": "'SLON-TAN'", "CTYPE2": "'SLAT-TAN'"}
SIP = {"CTYPE1": "'RA---TAN-SIP'", "CTYPE2": "'DEC--TAN-SIP'", "A_ORDER": "2", "B_ORDER": "2"}
TPV = {"CTYPE1": "'RA---TPV'", "CTYPE2": "'DEC--TPV'", "A_ORDER": "2"}
SUN = {"CTYPE1": "'HPLN-TAN'", "CTYPE2": "'HPLT-TAN'", "CRVAL1": "0.0", "INSTRUME": "'X'"}


def write(cards):
    """An image with these cards beside; a value that begins with ``=`` is the card behind it."""
    lines = [
        f"{name:8}{value}" if value[0] == "="
        else f"{name:8}= " + (f"{value:<20}" if value[0] == "'" else f"{value:>20}")
        for name, value in (IMAGE | cards).items()
    ]  # fmt: skip
    text = "".join(line.ljust(80) for line in [*lines, "END"])
    return text.ljust(2880 * 2).encode() + bytes(11520)


def list_told(data, *, memo):
    report = Linter(Settings(), memo=memo).lint(read_bytes(data, "a.fits"))
    return [(one.code, one.keyword, one.message) for one in report.findings]


@pytest.mark.parametrize(
    ("code", "cards"),
    [
        ("WC201", {**ARCSEC, "SECPIX": "0.2"}),
        ("WC201", {"BMAJ": "=    1.0000000000000001E-7"}),
        ("WC201", {"SECPIX": "= 0.200000000000000000E+02"}),
        ("WC201", {**LOWER, "SECPIX": "100.0"}),
        ("WC201", {**OTHERS, "SECPIX": "100.0"}),
        ("WC202", {"CUNIT2": "'arcsec'", "CD1_2": "3.0E-4"}),
        ("WC202", {**OTHERS, "CD1_2": "4.0E-4"}),
        ("WC206", {**GALACTIC, "RA": "150.0", "DEC": "2.0"}),
        ("WC206", {**LOWER, "RA": "10.0", "DEC": "80.0"}),
        ("WC115", {"CTYPE2": "=    'DEC--TAN'", "CRVAL2": "95.0"}),
        ("WC115", {"CTYPE2": "' DEC--TAN'", "CRVAL2": "95.0"}),
        (
            "WC115",
            {
                "CTYPE1A": "=    'RA---TAN'", "CTYPE2A": "' DEC--TAN'", "CRVAL1A": "10.0",
                "CRVAL2A": "100.0",
            },
        ),
        ("WC212", {**SUN, **ARCSEC, "CD1_1": "-2.4", "CD2_2": "2.4"}),
        ("WD202", {**SIP, "A_2_0": "0.0", "B_0_2": "= 5.00000000000000000E-02"}),
        ("WD202", {**TPV, "PV1_5": "300.0"}),
        ("WS102", {"CTYPE3": "=  'VOPT'"}),
        ("WS107", {"CTYPE3": "=          'FREQ    '", "CUNIT3": "'m/s'"}),
        ("WT114", {"CTYPE3": "=   'UTC     '", "TIMESYS": "'TT'", "CUNIT3": "'s'"}),
    ],
)  # fmt: skip
def test_a_quick_look_is_no_quieter(code, cards):
    quick, plain = (list_told(write(cards), memo=memo) for memo in (True, False))
    assert quick == plain
    assert code in [one[0] for one in quick]


FAMILIES = ("WC", "WS", "WD", "WT", "UN11")
CARD = re.compile(rb"([A-Z0-9_-]+) *= *('(?:[^']|'')*'|[^' /][^/]*?) *(?:/.*)?")
STRUCTURE = {b"SIMPLE", b"XTENSION", b"BITPIX", b"NAXIS", b"PCOUNT", b"GCOUNT", b"TFIELDS"}
TEXTS = (
    "= '{0}'", "=  '{0}'", "=   '{0}' / x", "=          '{0}'", "= ' {0}'", "= '{0:40}' / x",
    "= '{0}'/x", "= '{1}'", "= {0:>20}",
)  # fmt: skip
"""Other places of a string, without its blanks at the end and in lower case; and no string."""
NUMBERS = (
    "= {0}", "=  {0} / x", "= {0:>30}", "= {0:>20}/x", "= {0:>20}", "= '{0}'", "=   '{0:8}'",
    "= {1:>30.17E}", "= {1:.17e}", "= {2:>20}", "= {1:+.9f}",
)  # fmt: skip


def list_other_forms(card):
    """A card with its value in other columns, digits and kinds, with other comments."""
    match = CARD.fullmatch(card)
    if match is None or match[1].rstrip(b"0123456789") in STRUCTURE:
        return [card]
    text, words = match[2].decode(), TEXTS
    if text[0] == "'":
        inner = text[1:-1].rstrip()
        values = inner, inner.lower()
    else:
        try:
            number = float(text)
        except ValueError:
            return [card]
        words, values = NUMBERS, (text, number, f"{number:.9E}".replace("E", "D"))
    lines = [match[1].ljust(8) + form.format(*values).encode() for form in words]
    return [line.ljust(80) for line in lines if len(line) <= 80]


def list_examples():
    """The bad examples of the rules of coordinates, by the code of the rule."""
    for code, rule in registry.load_rules().items():
        block = parse_rule_page(rule).bad if code.startswith(FAMILIES) else None
        if block is not None:
            yield code, build_example(block.text, block.kind).data


def list_variants(data, place, every):
    """Files in which one card is written otherwise: each way, or one way of each card."""
    cards = [data[at : at + 80] for at in range(0, len(data), 80)]
    for at, card in enumerate(cards):
        forms = list_other_forms(card)
        for form in forms if every else [forms[(place + at) % len(forms)]]:
            if form != card:
                yield b"".join((*cards[:at], form, *cards[at + 1 :]))


def compare_variants(every):
    """Cards written otherwise that the two ways judged otherwise, and how many were tried."""
    told, tried = [], 0
    for place, (code, data) in enumerate(list_examples()):
        for other in list_variants(data, place, every):
            quick, plain = (list_told(other, memo=memo) for memo in (True, False))
            tried += 1
            if quick != plain:
                told.append((code, set(quick) ^ set(plain)))
    return told, tried


def test_cards_written_otherwise_are_judged_alike():
    told, tried = compare_variants(every=False)
    assert tried > 200
    assert told == []


@pytest.mark.long
def test_cards_written_in_every_way_are_judged_alike():
    told, tried = compare_variants(every=True)
    assert tried > 2000
    assert told == []


OUTLINE = "'POLYGON ICRS 150.05 1.95 149.95 1.95 149.95 2.05 150.05 2.05'"
TURNED = {"CDELT1": "-5.5556E-4", "CDELT2": "5.5556E-4", "CROTA2": "0.0"}


@pytest.mark.parametrize("number", ["1E400", "-1E400", "Inf", "NaN", "1E308"])
@pytest.mark.parametrize("name", ["CRVAL1", "CRVAL2", "CRPIX1", "CDELT1", "CROTA2", "CD1_1", "RA"])
def test_numbers_that_no_double_holds(name, number):
    """A quick look at columns is not sure of them, where a sine would raise."""
    data = write({"S_REGION": OUTLINE, "RA": "150.0", "DEC": "2.0", **TURNED, name: number})
    told = list_told(data, memo=True)
    assert told == list_told(data, memo=False)
    assert any(keyword == name for _, keyword, _ in told) or number == "1E308"
