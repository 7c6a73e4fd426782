"""Which card is blamed when the mandatory keywords are out of order."""

from __future__ import annotations

import pytest

from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes

VALUES = {
    "SIMPLE": "T", "BITPIX": "16", "NAXIS": "2", "NAXIS1": "4", "NAXIS2": "4", "PCOUNT": "0",
    "GCOUNT": "1", "GROUPS": "T",
}  # fmt: skip
IMAGE = "XTENSION BITPIX NAXIS NAXIS1 NAXIS2 PCOUNT GCOUNT"


def card(name: str) -> str:
    if name == "XTENSION":
        return "XTENSION= 'IMAGE   '"
    return f"{name:8}= {VALUES[name]:>20}" if name in VALUES else f"{name:8}= 'x       '"


def blamed(names: str) -> set[tuple[str, str | None]]:
    lines = "\n".join(map(card, names.split()))
    found = lint_bytes(build_example(lines, "image").data, "order.fits").findings
    return {(one.code, one.keyword) for one in found if one.code.startswith("MK")}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (IMAGE, set()),
        ("XTENSION NAXIS BITPIX NAXIS1 NAXIS2 PCOUNT GCOUNT",
         {("MK102", "BITPIX"), ("MK103", "NAXIS")}),
        ("XTENSION BITPIX NAXIS NAXIS2 NAXIS1 PCOUNT GCOUNT",
         {("MK104", "NAXIS1"), ("MK104", "NAXIS2")}),
        ("XTENSION BITPIX NAXIS1 NAXIS2 PCOUNT NAXIS GCOUNT", {("MK103", "NAXIS")}),
        ("XTENSION BITPIX OBJECT NAXIS NAXIS1 NAXIS2 PCOUNT GCOUNT",
         {("MK106", "OBJECT"), ("MK103", "NAXIS")}),
        ("XTENSION BITPIX NAXIS NAXIS1 NAXIS2 A B C D PCOUNT GCOUNT",
         {("MK107", "PCOUNT"), ("MK107", "GCOUNT")}),
        ("XTENSION BITPIX NAXIS NAXIS1 PCOUNT GCOUNT", {("MK104", "NAXIS2")}),
        ("XTENSION BITPIX NAXIS NAXIS1 NAXIS2 PCOUNT", {("MK107", "GCOUNT")}),
        (f"{IMAGE} NAXIS", {("MK124", "NAXIS")}),
        (f"{IMAGE} GROUPS", {("MK122", "GROUPS")}),
    ],
)  # fmt: skip
def test_the_card_out_of_order_is_blamed_and_no_other(names, expected):
    assert blamed(names) == expected


def test_a_missing_naxis_raises_one_finding():
    assert blamed(IMAGE.replace("NAXIS ", "")) == {("MK103", "NAXIS")}


def test_extend_may_be_absent_and_must_not_deny_extensions():
    def codes(lines: str) -> list[str]:
        found = lint_bytes(build_example(lines).data, "extend.fits").findings
        return [one.code for one in found if one.code.startswith("MK")]

    assert codes("@hdu image") == []
    assert codes("EXTEND  =                    F") == []
    assert codes("EXTEND  =                    F\n@hdu image") == ["MK119"]
