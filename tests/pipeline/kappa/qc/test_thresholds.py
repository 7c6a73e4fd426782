"""Thresholds of this distribution and of a configuration."""

import pytest

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.qc.thresholds import load_thresholds
from tests.pipeline.kappa.qc import sky


def test_the_default_is_10_arcsec_and_every_number_has_a_source():
    table = load_thresholds().by_name
    assert table["peak_offset"].value == 10
    assert table["peak_offset"].unit == "arcsec"
    assert all(one.source for one in table.values())


def test_a_configuration_changes_single_values_and_adds_clusters(maps, tmp_path):
    path = tmp_path / "qc.toml"
    path.write_text(
        "peak_offset = 0.0001\n[shear_residual]\nvalue = 0.5\nsource = 'ours'\n"
        "[[cluster]]\nname = 'Mine'\nredshift = 0.183\n"
        "[[cluster.centre]]\nra = '197.873'\ndec = '-1.340997'\n"
    )
    made = sky.judged(maps.kappa, config=str(path), cluster="mine")
    line = sky.line(made, "c.peak")
    assert line.verdict == "fail"
    assert line.threshold is not None
    assert line.threshold.source == "set in qc.toml"
    assert made.inputs.thresholds["shear_residual"].source == "ours"


@pytest.mark.parametrize(
    ("content", "said"),
    [("peak = 3", "no threshold 'peak'"), ("peak_offset = -1", "above 0"),
     ("peak_offset = 'a'", "takes a number"), ("peak_offset = nan", "above 0"), ("x = ", "TOML")],
)  # fmt: skip
def test_what_cannot_be_used_is_one_sentence(tmp_path, content, said):
    path = tmp_path / "qc.toml"
    path.write_text(content)
    with pytest.raises(PipelineError, match=said):
        load_thresholds(path)
