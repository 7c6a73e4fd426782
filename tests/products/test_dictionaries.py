"""The dictionaries of products: as many as kinds, complete, and without fault."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fitslint.cli.dictionary.lint import LintOptions, print_lint
from fitslint.dictionary import find_data_folder, list_ids, load_dictionary
from fitslint.products.kinds import load_product_kinds
from fitslint.products.missing import explain_supply
from fitslint.products.user_facts import FACT_KEYWORDS

PRODUCTS = [name for name in list_ids() if name.startswith("products/")]


@pytest.mark.parametrize("kind", load_product_kinds().values(), ids=lambda kind: kind.name)
def test_every_kind_has_a_dictionary_that_is_told_by_its_name(kind):
    entry = kind.authority.lookup("PRODUCT").entry
    assert kind.name in (entry.fixed, *entry.enum)
    assert kind.authority.ids[-1] == "products/common"
    assert kind.name in load_dictionary("products/common").lookup("PRODUCT").entry.enum


BINNED = ("binmap", "sn", "binned", "bin-mask", "kappa-band-width")
"""Kinds that pipelines write, with facts that no flag gives."""


def test_every_dictionary_has_a_kind():
    known = {name for kind in load_product_kinds().values() for name in kind.authority.ids}
    tables = {
        "xray-events",
        "xray-gti",
        "xray-lightcurve",
        "xray-sources",
        "hsc-tract",
        "hsc-wcs",
        "hsc-photocalib",
        "hsc-calexp",
        "hsc-calsrc",
        "hsc-solution",
        "hsc-ccd",
        "hsc-fit",
        "hsc-applied",
        "hsc-mosaic-wcs",
        "hsc-mosaic-flux",
        "hsc-stars",
        "norh-list",
        "norh-series",
    }
    assert set(PRODUCTS) - known == {f"products/{name}" for name in tables}
    assert set(load_dictionary("products/common").lookup("PRODUCT").entry.enum) == set(
        load_product_kinds()
    )


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_keyword_is_described_in_both_languages(name):
    for entry in load_dictionary(name):
        described = entry.more["description"]
        assert described["en"].endswith(".") and described["ja"].endswith("。"), entry.name
        assert entry.more["category"] and entry.more.get("sample") is not None


def test_every_fact_has_a_keyword_in_some_product():
    for keyword in FACT_KEYWORDS.values():
        assert any(kind.authority.lookup(keyword) for kind in load_product_kinds().values()), (
            keyword
        )


def test_what_is_required_of_a_map_can_be_given_by_a_flag():
    written = {"PRODUCT", "DATE", "CREATOR", "RADESYS", "CHECKSUM", "DATASUM", "ELLIPDEF"}
    for kind in load_product_kinds().values():
        if kind.name.startswith(("xray", "norh")) or kind.name in BINNED:
            continue
        for entry in kind.authority:
            if entry.importance == "required" and entry.name not in written:
                assert "--set" not in explain_supply(entry.name), entry.name


def test_the_linter_has_no_complaint(capsys):
    names = [str(find_data_folder() / f"{name}.toml") for name in PRODUCTS]
    print_lint(LintOptions(names=names, form="json"))
    assert {one["severity"] for one in json.loads(capsys.readouterr().out)} <= {"info"}


def test_the_documentation_lists_the_kinds():
    page = Path(__file__).parents[2] / "fitslint/docs/pages/products.md"
    text = page.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("Products: "))
    listed = re.findall(r"`([a-z0-9-]+)`", line.partition(".")[0])
    assert sorted(listed) == list(load_product_kinds())


DELAY = """\
[dictionary]
id = "products/time-delay"
version = "1.0.0"
title = "Time delays"
authority = "fitslint"
edition = "1.0"
extends = ["products/normalised"]

[dictionary.recognises]
header = { PRODUCT = ["time-delay"] }
filename = ["timedelay_obs_.+"]

[dictionary.product]
unusable = ["all-nan", "constant"]
linear = true

[dictionary.importance]
required = "true"

[[keyword]]
name = "PRODUCT"
type = "string"
status = "project"
fixed = "time-delay"
importance = "required"
category = "Product"
comment = "kind of product"

[[keyword]]
name = "BUNIT"
type = "string"
status = "project"
fixed = "d"
importance = "required"
category = "Product"
comment = "days"
"""
TRIED = """
import sys
from fitslint.dictionary.files import load
from pathlib import Path
load.find_data_folder = lambda: Path(sys.argv[1])
import numpy as np
import fitslint
from fitslint.cli.main import main
from fitslint.products.write import write_product
from fitslint.pipeline.kappa.rescale.rescale import rescale_map
from tests.products.samples import SKY, SOURCE

done = write_product("new.fits", np.arange(12.0).reshape(3, 4), "time-delay", **SKY, **SOURCE)
assert done.ok, str(done)
report = fitslint.check("new.fits", profile="products")
assert report.dictionaries[0] == "products/time-delay" and report.findings == [], str(report)
assert rescale_map("new.fits", zsource=3.0, output="further.fits").ok
useless = write_product("same.fits", np.ones((3, 4)), "time-delay", **SKY, **SOURCE)
assert [str(problem) for problem in useless.problems] == ["constant: all pixels are 1"]
try:
    fitslint.conform("new.fits", "time-dely")
except fitslint.ProductError as error:
    print(error)
data = Path("new.fits").read_bytes().replace(b"'time-delay'", b"'time-dxlay'")
print([finding.message for finding in fitslint.check(data, profile="products").findings])
main(["conform", "--help"])
"""


def test_a_kind_is_one_file_in_the_folder(tmp_path):
    folder = tmp_path / "dictionaries"
    root = Path(__file__).parents[2]
    shutil.copytree(root / "dictionaries", folder)
    (folder / "products" / "time-delay.toml").write_text(DELAY, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", TRIED, str(folder)], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "did you mean time-delay?" in done.stdout
    assert "'surface-density', 'time-delay', 'xray-counts'" in done.stdout
    assert "surface-density, time-delay, xray-counts" in " ".join(done.stdout.split())
