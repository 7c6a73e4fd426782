"""Planning on files made for it: blocks, checksums, isolation, refusals, header texts, gzip."""

from __future__ import annotations

import gzip
import io
import os
import random
import warnings
from dataclasses import replace

import pytest

from fitslint.config.settings import Settings
from fitslint.model.finding import Edit, Finding, Fix
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.repair.model import RepairError
from fitslint.repair.options import FixOptions
from fitslint.syntax.checksum import add_words, decode_checksum, encode_checksum, set_checksum
from tests.repair.laws import UNSAFE, applied, judged
from tests.repair.planning import SourcePlanner, plan_repair
from tests.strategies import ARRAY, PRIMARY, TABLE, file_of, padded

PLANNER = SourcePlanner(Settings())
LOWER = "gain    =                  1.5 / e/ADU"
IMAGE = (
    "XTENSION= 'IMAGE   '", *PRIMARY[1:2], *ARRAY[2:], "PCOUNT  =                    0",
    "GCOUNT  =                    1", "EXTNAME = 'SCI     '",
)  # fmt: skip


def header(*cards: str) -> bytes:
    return file_of([padded(card) for card in cards])


def codes(made) -> list[str]:
    return [repair.finding.code for repair in made.repairs]


def filler(count: int) -> list[str]:
    return [f"KEY{number:<5}= {number:>20}" for number in range(count)]


def test_a_card_in_place_is_all_that_is_patched():
    data = header(*PRIMARY, *filler(100), LOWER, "OBJECT  = 'M 31    '")
    made = PLANNER.plan(data)
    assert codes(made) == ["KN102"]
    (patch,) = made.patches
    assert (patch.end - patch.start, patch.new) == (
        CARD_SIZE,
        padded(LOWER.upper().replace("E/ADU", "e/ADU")),
    )
    assert patch.old == padded(LOWER)
    assert made.same_size
    assert made.rounds == 1
    assert not made.data_changed
    (repair,) = made.repairs
    assert (repair.before, repair.after, repair.offset) == (patch.old, patch.new, patch.start)


def test_a_sound_file_is_left_alone():
    made = PLANNER.plan(header(*PRIMARY))
    assert not made.has_changes
    assert (made.rounds, made.repairs, made.refused) == (0, (), ())


@pytest.mark.parametrize(("cards", "blocks"), [(31, 0), (32, 1), (67, 0), (68, 1)])
def test_a_header_that_grows_moves_the_data(cards, blocks):
    """NAXIS1 is missing; with it the header is one card longer."""
    rest = [card for card in IMAGE if not card.startswith("GCOUNT")]
    pixels = os.urandom(4) + bytes(BLOCK_SIZE - 4)
    data = header(*PRIMARY) + header(*rest, *filler(cards - len(rest) + 3)) + pixels
    made = PLANNER.plan(data)
    assert "MK107" in codes(made)
    assert made.new_size - made.size == blocks * BLOCK_SIZE
    new = applied(data, made)
    assert new.endswith(pixels)
    (unit,) = made.units
    assert (unit.hdu, unit.length, unit.new - unit.old) == (2, BLOCK_SIZE, blocks * BLOCK_SIZE)
    assert judged(new, "a.fits")[0].hdus[1].data_offset == unit.new
    assert made.same_size == (blocks == 0)


def test_a_header_that_shrinks_gives_a_block_back():
    twin = "AIRMASS =                  1.5"
    data = header(*PRIMARY, twin, *filler(31), twin) + b""
    assert len(data) == 2 * BLOCK_SIZE
    made = PLANNER.plan(data)
    assert codes(made) == ["DU101"]
    assert made.new_size == BLOCK_SIZE
    assert len(applied(data, made)) == BLOCK_SIZE


def test_blank_cards_before_end_stay():
    cards = [*map(padded, PRIMARY), padded(LOWER), *[b" " * CARD_SIZE] * 60]
    data = file_of(cards)
    made = PLANNER.plan(data)
    assert len(applied(data, made)) == len(data)
    assert applied(data, made).count(b"END".ljust(CARD_SIZE), 0) == 1


def test_padding_is_appended_without_data():
    data = header(*ARRAY) + b"\x01\x02\x03\x04"
    made = PLANNER.plan(data)
    assert codes(made) == ["FS104"]
    assert applied(data, made) == data + bytes(BLOCK_SIZE - 4)
    assert not made.data_changed
    assert [(unit.old, unit.length) for unit in made.units] == [(BLOCK_SIZE, 4)]


def test_bytes_behind_end_are_not_lost():
    """A card would have to go into a block whose rest is taken."""
    cards = [*PRIMARY, *filler(32), "END"]
    data = b"".join(map(padded, [*cards[:-2], LOWER, "END"]))
    data = data + b"x" * (-len(data) % BLOCK_SIZE)
    made = PLANNER.plan(data)
    assert applied(data, made).count(b"x") == data.count(b"x")


def test_two_faults_of_one_card_are_mended_in_one_round():
    made = PLANNER.plan(header(*PRIMARY, "gain    = 1.5e3"), FixOptions(style=True))
    assert "KN102" in codes(made)
    assert made.rounds <= 2
    assert applied(header(*PRIMARY, "gain    = 1.5e3"), made)[
        3 * CARD_SIZE : 4 * CARD_SIZE
    ] == padded("GAIN    =              1.5E+03")


def test_only_what_is_asked_for_is_fixed():
    data = header(*PRIMARY, LOWER, "EXPTIME =               1.5e+2")
    made = PLANNER.plan(data, FixOptions(only=("KN",)))
    assert codes(made) == ["KN102"]
    assert any(finding.code == "VF110" for finding in made.remaining)
    assert codes(plan_repair(data, Settings(select=("VF110",)))) == ["VF110"]


def test_unsafe_fixes_wait_for_the_word():
    data = header(*PRIMARY, "GAIN    = 1.5s")
    assert not PLANNER.plan(data).has_changes
    assert "VF114" in codes(PLANNER.plan(data, UNSAFE))


def test_a_declined_fix_is_asked_once():
    asked = []
    data = header(*PRIMARY, LOWER, "EXPTIME =               1.5e+2")

    def accept(repair) -> bool:
        asked.append(repair.finding.code)
        return repair.finding.code != "KN102"

    made = PLANNER.plan(data, FixOptions(accept=accept))
    assert codes(made) == ["VF110"]
    assert [finding.code for finding, _ in made.refused] == ["KN102"]
    assert sorted(asked) == ["KN102", "VF110"]


def test_a_fix_that_reveals_an_error_is_refused():
    data = header(*PRIMARY, "DATE    = '02/01/20'", "DATE-OBS= '2021-05-05'", LOWER)
    made = PLANNER.plan(data)
    assert "KN102" in codes(made)
    assert [(finding.code, why[:5]) for finding, why in made.refused] in ([], [("DT105", "DT107")])


def test_what_is_no_fits_file_is_not_repaired(tmp_path):
    for name, content in (("a.fits", b"<html>"), ("b.fits", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(RepairError, match="cannot be repaired"):
            PLANNER.plan(tmp_path / name)
    with pytest.raises(RepairError, match="no such file"):
        PLANNER.plan(tmp_path / "c.fits")
    with pytest.raises(RepairError, match="folder"):
        PLANNER.plan(tmp_path)


def test_the_file_is_known_by_its_state(tmp_path):
    path = tmp_path / "a.fits"
    path.write_bytes(header(*PRIMARY, LOWER))
    status = path.stat()
    known = PLANNER.plan(path).identity
    assert known is not None
    assert (known.inode, known.size, known.modified) == (
        status.st_ino, status.st_size, status.st_mtime_ns,
    )  # fmt: skip


def test_gzip_is_planned_on_its_stream(tmp_path):
    data = header(*ARRAY, LOWER) + bytes(BLOCK_SIZE)
    path = tmp_path / "a.fits.gz"
    path.write_bytes(gzip.compress(data))
    made, plain = PLANNER.plan(path), PLANNER.plan(data)
    assert made.patches == plain.patches
    assert made.units == plain.units
    assert made.size == len(data)
    path.write_bytes(gzip.compress(os.urandom(1 << 16))[: 1 << 15])
    with pytest.raises(RepairError):
        PLANNER.plan(path)


def test_a_header_text_is_repaired_by_lines():
    text = b"SIMPLE  =                    T\nBITPIX  =                    8\n"
    text += b"NAXIS   =                    0\ngain    =                  1.5\nEND\n"
    made = PLANNER.plan(text, name="a.hdr")
    assert applied(text, made) == text.replace(b"gain", b"GAIN")
    assert [(patch.start, patch.end) for patch in made.patches] == [
        (text.index(b"gain"), text.index(b"\nEND"))
    ]


def test_a_header_text_of_blocks_stays_one():
    cards = [*ARRAY[:3], "NAXIS1  =                    4", "AIRMASS =                  1.5"]
    data = header(*cards, *filler(31), cards[-1])
    made = PLANNER.plan(data, name="a.hdr")
    assert codes(made) == ["DU101"]
    assert len(applied(data, made)) % BLOCK_SIZE == 0
    assert judged(applied(data, made), "a.hdr")[1].findings == [
        finding for finding in judged(data, "a.hdr")[1].findings if finding.code != "DU101"
    ]


# ---- checksums ---------------------------------------------------------------------------------


def test_the_encoding_is_that_of_the_standard():
    rng = random.Random(1)
    assert encode_checksum(868229149 ^ 0xFFFFFFFF) == b"hcHjjc9ghcEghc9g"
    for number in [0, 1, 2**32 - 1, *(rng.randrange(2**32) for _ in range(2000))]:
        text = encode_checksum(number)
        assert text.isalnum()
        assert decode_checksum(text) == number % (2**32 - 1)
    assert add_words(b"\xff\xff\xff\xff\x00\x00\x00\x01\x02") == 0x02000001


def test_a_checksum_is_set_where_zeros_stand():
    zeros = "CHECKSUM= '0000000000000000'"
    data = set_checksum(header(*PRIMARY, zeros), b"\x01\x02\x03\x04" * 720)
    assert add_words(data + b"\x01\x02\x03\x04" * 720) == 0
    assert len(data) == len(header(*PRIMARY, zeros))
    for other in (header(*PRIMARY), header(*PRIMARY, "CHECKSUM= ''"), data, b" " + data):
        with pytest.raises(ValueError, match="CHECKSUM of sixteen zeros"):
            set_checksum(other)


def summed(cards: list[str]) -> bytes:
    from astropy.io import fits

    made = fits.PrimaryHDU(data=[1, 2, 3])
    for card in cards:
        made.header.append(fits.Card.fromstring(card))
    out = io.BytesIO()
    made.writeto(out, checksum=True, output_verify="ignore")
    return out.getvalue()


def holds(data: bytes) -> bool:
    from astropy.io import fits

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with fits.open(io.BytesIO(data), checksum=True) as hdus:
            hdus[0].header.tostring()
    return not any(
        "hecksum" in str(finding.message) or "atasum" in str(finding.message) for finding in told
    )


@pytest.mark.parametrize("count", [1, 25, 26, 27])
def test_a_checksum_that_held_holds(count):
    data = summed([*filler(count), "AIRMASS =                  1.5",
                   "AIRMASS =                  1.5"])  # fmt: skip
    assert holds(data)
    made = PLANNER.plan(data)
    assert codes(made) == ["DU101"]
    new = applied(data, made)
    assert new != data
    assert holds(new)
    assert not PLANNER.plan(new).has_changes


def test_a_checksum_that_did_not_hold_does_not():
    data = summed(["AIRMASS =                  1.5"] * 2).replace(
        b"BITPIX  =                   64", b"BITPIX  =                  -64"
    )
    assert not holds(data)
    new = applied(data, PLANNER.plan(data))
    assert add_words(new) == add_words(data)


@pytest.mark.parametrize("value", ["'0'", "''", "'                '", "0"])
def test_an_undefined_checksum_stays(value):
    card = f"CHECKSUM= {value}"
    data = header(*PRIMARY, LOWER, card, "DATASUM = '0       '")
    new = applied(data, PLANNER.plan(data, FixOptions(only=("KN",))))
    assert padded(card) in new


# ---- rules that go wrong -----------------------------------------------------------------------


class Meddler:
    """A judge with one rule more, which is asked about the fourth card."""

    def __init__(self, fixes) -> None:
        self.judge_ = PLANNER.linter
        self.settings = self.judge_.settings
        self.rules = self.judge_.rules
        self.fixes = fixes

    def lint(self, file):
        report = self.judge_.lint(file)
        card = file.hdus[0].header.card(3)
        for code, old, new in self.fixes:
            if card.raw.startswith(old):
                start = card.offset
                fix = Fix(
                    "unsafe",
                    "meddle",
                    (Edit(start, start + CARD_SIZE, new.ljust(CARD_SIZE)[:CARD_SIZE]),),
                )
                like = replace(_ANY, code=code, hdu=1, card=4, byte=start, image=card.raw, fix=fix)
                report.findings.append(like)
        return report


_ANY = Finding(
    "", "meddler", "warning", "x", "x", {}, 1, None, 4, "GAIN", 0, 1, CARD_SIZE, "-", "0" * 16
)  # fmt: skip


def meddling(*fixes) -> SourcePlanner:
    made = SourcePlanner(Settings())
    made.linter = Meddler(fixes)
    made.codes |= {code for code, *_ in fixes}
    return made


GAIN = b"GAIN    =                    "


def test_rules_that_undo_each_other_are_reported():
    both = meddling(("XX101", GAIN + b"1", GAIN + b"2"), ("XX102", GAIN + b"2", GAIN + b"1"))
    with pytest.raises(RepairError, match="XX101 and XX102 undo"):
        both.plan(header(*PRIMARY, (GAIN + b"1").decode()), UNSAFE)


def test_a_rule_without_an_end_is_reported():
    steps = [("XX101", GAIN + b"%d" % n, GAIN + b"%d" % (n + 1)) for n in range(8)]
    with pytest.raises(RepairError, match="XX101 undoes"):
        meddling(*steps).plan(
            header(*PRIMARY, (GAIN + b"0").decode()), FixOptions(unsafe=True, rounds=5)
        )


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (GAIN + b"1", "changes nothing"),
        (GAIN + b"1 2", "would be new"),
        (b"END", "readers would find another"),
        (b"gain    = 5 5", "would be new"),
    ],
)
def test_a_fix_that_does_harm_is_rolled_back(new, why):
    data = header(
        *PRIMARY,
        (GAIN + b"1").decode(),
        LOWER.replace("gain   ", "airmass"),
        "AAA     =                    1",
    )
    made = meddling(("XX101", GAIN + b"1", new)).plan(data, UNSAFE)
    assert codes(made) == ["KN102"]
    ((finding, reason),) = made.refused
    assert finding.code == "XX101"
    assert why in reason


def test_the_size_of_the_data_is_not_for_a_fix():
    made = meddling(("XX101", b"NAXIS1", b"NAXIS1  =                    8")).plan(
        header(*ARRAY) + bytes(BLOCK_SIZE), UNSAFE
    )
    assert [why for _, why in made.refused] == [
        "the data unit of HDU 1 would have 8 bytes instead of 4"
    ]


# ---- by hand -----------------------------------------------------------------------------------


def test_edits_by_hand_go_the_same_way():
    data = header(*PRIMARY, LOWER)
    new = padded("OBJECT  = 'M 31    '")
    at = 4 * CARD_SIZE
    made = PLANNER.plan_by_hand(data, lambda _: [Edit(at, at, new)])
    assert applied(data, made) == header(*PRIMARY, LOWER, "OBJECT  = 'M 31    '")
    assert [(repair.finding.name, repair.after) for repair in made.repairs] == [("by-hand", new)]
    with pytest.raises(RepairError, match="would not conform"):
        PLANNER.plan_by_hand(data, lambda _: [Edit(at, at, padded("OBJECT  = M31"))])
    assert not PLANNER.plan_by_hand(data, lambda _: []).has_changes


def test_a_table_in_a_file_of_several_hdus():
    table = [*TABLE[:-1], "TFORM1  = '1D      '", "TTYPE1  = 'X       '", "EXTNAME = 'A       '"]
    data = (
        header(*PRIMARY, LOWER) + header(*table, LOWER) + header(*IMAGE, LOWER) + bytes(BLOCK_SIZE)
    )
    made = PLANNER.plan(data)
    assert codes(made) == ["KN102"] * 3
    assert applied(data, made) == data.replace(b"gain ", b"GAIN ")
    assert [(unit.hdu, unit.old, unit.new) for unit in made.units] == [
        (3, 3 * BLOCK_SIZE, 3 * BLOCK_SIZE)
    ]


STYLE = "GAIN    = 5 / free format is legal"


def test_a_conforming_card_is_left_alone():
    data = header(*PRIMARY, STYLE)
    assert not PLANNER.plan(data).has_changes
    assert codes(PLANNER.plan(data, FixOptions(style=True))) == ["CD118"]


@pytest.mark.parametrize(
    ("settings", "options", "applied"),
    [
        (Settings(select=("CD118",)), FixOptions(), ["CD118"]),
        (Settings(select=("free-format",)), FixOptions(), ["CD118"]),
        (Settings(select=("CD",)), FixOptions(), []),
        (Settings(), FixOptions(only=("CD118",)), ["CD118"]),
        (Settings(), FixOptions(only=("CD",)), []),
        (Settings(extend_select=("CD118",)), FixOptions(), ["CD118"]),
    ],
)
def test_a_rule_chosen_by_its_code_mends_style(settings, options, applied):
    made = SourcePlanner(settings).plan(header(*PRIMARY, STYLE), options)
    assert codes(made) == applied
