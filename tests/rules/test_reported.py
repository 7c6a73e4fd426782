"""Situations from reports of other projects: what is said, and what a default fix leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitslint.testing.harness import judge
from tests.repair.laws import planner

BUGS, MISSION, WRITERS = "bugreports", "mission", "writers"
SAID = [
    (BUGS, "02-last-continue-ampersand-comment.fits", {"LS104.CONTINUE.warning"}),
    (BUGS, "06-reals-below-double-range.fits", {"VF123.REFYCRVL.warning", "VF123.RESTFRQ.warning"}),
    (BUGS, "15-crota-without-axis.fits", {"KN109.CROTA.warning"}),
    (BUGS, "19-value-missing-and-group.fits", {"CD108.MISFILT.warning", "CD108.MISFLTID.warning"}),
    (BUGS, "41-orphaned-continue.fits", {"LS101.CONTINUE.warning"}),
    (BUGS, "62-hierarch-names-differ-in-case.fits", {"LS107.HIERARCH hello.warning"}),
    (
        BUGS,
        "66-unquoted-text-with-slash.fits",
        {"VF106.FRATIO.error"}
        | {f"VF117.{name}.error" for name in ("GAIN", "CCDTEMP", "BUNIT", "FITSFILE", "INSTRUM2")},
    ),
    (BUGS, "68-words-for-no-value.fits", {"VF117.EXPTIME.error", "VF117.HUMIDITY.error"}),
    (BUGS, "70-unquoted-text-begins-like-a-value.fits", {"CD110.TARGET.error"}),
    (BUGS, "81-short-strings.fits", set()),
    (MISSION, "naxis1a.fits", {"KN102.exptime.error"}),
    (MISSION, "tform2b.fits", set()),
    (MISSION, "legal-free-format.fits", {"VF111.D.info", "CD112.OBJECT.info", "CD118.GAIN.info"}),
    (
        WRITERS,
        "deb-gdal-copy.fits",
        {"VF118.GAIN.warning", "VF118.RDNOISE.warning", "VF119.SHUTTER.warning"},
    ),
    (
        WRITERS,
        "deb-sethead-long-keyword.fits",
        {"CD108.EXPOSURE.warning", "CD108.FILTERNA.warning"},
    ),
    (WRITERS, "deb-fitsh-history-cards.fits", {"DU102.FI_HSTRY.warning"}),
    (WRITERS, "fitsio-numpy-bool.fits", {"VF126.NPBOOL.info"}),
]
ABOUT = ("CD", "VF", "KN", "LS", "DU")
LEFT = (
    "02-last-continue-ampersand-comment.fits",
    "06-reals-below-double-range.fits",
    "19-value-missing-and-group.fits",
    "41-orphaned-continue.fits",
    "62-hierarch-names-differ-in-case.fits",
    "66-unquoted-text-with-slash.fits",
    "68-words-for-no-value.fits",
    "70-unquoted-text-begins-like-a-value.fits",
    "81-short-strings.fits",
    "legal-free-format.fits",
    "deb-sethead-long-keyword.fits",
    "deb-fitsh-history-cards.fits",
)


def data_of(shared: Path, folder: str, name: str) -> bytes:
    path = shared / "cases" / folder / name
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    return path.read_bytes()


@pytest.mark.parametrize(("folder", "name", "wanted"), SAID, ids=[name for _, name, _ in SAID])
def test_what_is_said(shared: Path, folder: str, name: str, wanted: set[str]) -> None:
    report = judge(data_of(shared, folder, name), name)
    found = {
        f"{one.code}.{one.keyword}.{one.severity}"
        for one in report.findings
        if one.code[:2] in ABOUT
    }
    assert report.status == "ok"
    assert wanted <= found
    assert found if wanted else not {one for one in found if not one.endswith("info")}


@pytest.mark.parametrize(
    ("folder", "name"), [(folder, name) for folder, name, _ in SAID if name in LEFT]
)
def test_a_default_fix_leaves_it(shared: Path, folder: str, name: str) -> None:
    data = data_of(shared, folder, name)
    plan = planner().plan(data, name=name)
    assert [one.finding.code for one in plan.repairs if one.finding.code[:2] in ABOUT] == []
