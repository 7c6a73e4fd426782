"""Configurations of a run: what they mean, and sentences for those that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.config.options import ConfigError
from fitslint.config.schema_files import read_schema_text
from fitslint.pipeline.kappa.run.load import SCHEMA_NAME, load_run_config
from fitslint.pipeline.run.config_file import find_config_faults

GOOD = """\
output = "out"

[cluster]
name = "a1689"

[[model]]
path = "best.par"
samples = "bayes.dat"

[maps]
grid = { pixel = 0.5, field = 100 }
sources = [1, 2.5]
cosmology = "Planck18"

[rescale]
sources = [9.0]

[qc]
xray = "x.fits"

[qc.thresholds]
peak_offset = 5
"""


def write(folder: Path, content: str) -> Path:
    path = folder / "run.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_configuration_is_read_with_paths_beside_it(tmp_path):
    config = load_run_config(write(tmp_path, GOOD))
    assert config.output == tmp_path / "out"
    assert config.models[0].path == tmp_path / "best.par"
    assert config.models[0].samples_path == tmp_path / "bayes.dat"
    assert config.xray_path == tmp_path / "x.fits"
    assert config.cluster.folder == "Abell1689"
    assert config.cluster.redshift == 0.183
    assert not config.has_own_cluster
    assert (config.grid.kind, config.grid.pixel_size, config.grid.extent) == ("field", 0.5, 100)
    assert config.grid.size is None
    assert config.source_redshifts == (1.0, 2.5)
    assert config.rescale_redshifts == (9.0,)
    assert config.thresholds == {"peak_offset": 5.0}


def test_the_example_can_be_used(root, tmp_path):
    example = root / "fitslint/pipeline/kappa/run/example.toml"
    config = load_run_config(write(tmp_path, example.read_text(encoding="utf-8")))
    assert config.output == tmp_path / "products"
    assert config.products == ("kappa", "gamma1", "gamma2", "deflection")


def test_every_line_of_the_example_that_is_commented_out_can_be_used(root, tmp_path):
    """Commented settings are settings: their keys are those of the schema."""
    schema = json.loads(read_schema_text(SCHEMA_NAME))
    keys = set(schema["properties"]) | {"peak_offset"}
    for table in ("cluster", "maps", "rescale", "qc"):
        keys |= set(schema["properties"][table]["properties"])
    keys |= set(schema["$defs"]["model"]["properties"])
    example = root / "fitslint/pipeline/kappa/run/example.toml"
    lines = [line.removeprefix("# ") for line in example.read_text(encoding="utf-8").splitlines()]
    named = [line.partition(" = ")[0] for line in lines if " = " in line]
    assert {name for name in named if name.isidentifier()} <= keys


def test_a_cluster_of_its_own(tmp_path):
    own = '[cluster]\nname = "My one"\nredshift = 0.3\ncentre = ["00:00:00", "-00:34:12"]\n'
    config = load_run_config(write(tmp_path, own + '[[model]]\npath = "m.par"\n'))
    assert config.has_own_cluster
    assert config.cluster.folder == "Myone"
    assert config.cluster.centres[0].dec == pytest.approx(-0.57)


CLUSTER = '[cluster]\nname = "a1689"\n'
MODEL = '[[model]]\npath = "m.par"\n'


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("", 1, "the key 'cluster' is missing"),
        ("x = ", 1, "broken TOML"),
        (f"outputs = 'a'\n{CLUSTER}{MODEL}", 1, "is no key of this table; did you mean 'output'"),
        (f'[cluster]\nname = "nobody"\n{MODEL}', 2, "cluster.name: 'nobody' is not known"),
        (f'[cluster]\nname = 5\n{MODEL}', 2, "cluster.name: has to be a string, not 5"),
        (f"{CLUSTER}centre = ['1:2:3', '95']\n{MODEL}", 3, "cluster.centre: declination '95'"),
        (f"{CLUSTER}redshift = -1\n{MODEL}", 3, "cluster.redshift: is -1; it has to be above 0"),
        (f"{CLUSTER}redshift = nan\n{MODEL}", 3, "cluster.redshift: is nan"),
        (f"{CLUSTER}redshift = inf\n{MODEL}", 3, "cluster.redshift: is inf"),
        (f'{CLUSTER}folder = "../.."\n{MODEL}', 3, "cluster.folder: is '../..'"),
        (f"{CLUSTER}[[model]]\n", 3, "model[1]: needs path or fetch"),
        (f"{CLUSTER}{MODEL}{MODEL}", 3, "model[1]: needs a name"),
        (f"{CLUSTER}[model]\npath = 'x'\n", 3, "model: has to be a list, not a table"),
        (
            f"{CLUSTER}{MODEL}name = 'a'\n{MODEL}name = 'A'\n", 8,
            "model[2].name: 'A' is the name of another model",
        ),
        (f"{CLUSTER}{MODEL}[maps]\nengine = 'lenstol'\n", 6, "did you mean 'lenstool'"),
        (f"{CLUSTER}{MODEL}[maps]\nproducts = ['kapa']\n", 6, "did you mean 'kappa'"),
        (f"{CLUSTER}{MODEL}[maps]\nproducts = []\n", 6, "holds 0 items"),
        (f"{CLUSTER}{MODEL}[maps]\nsources = [1, 1.0]\n", 6, "1.0 is listed twice"),
        (f"{CLUSTER}{MODEL}[maps]\ngrid = 'lens'\n", 6, "maps.grid: is 'lens'"),
        (
            f"{CLUSTER}{MODEL}[maps]\ngrid = {{ pixel = 1 }}\n", 6,
            "maps.grid: needs 2 of pixel, size, field",
        ),
        (
            f"{CLUSTER}{MODEL}[maps]\ngrid = {{ pixel = 1, size = 9, field = 9 }}\n", 6,
            "maps.grid: needs 2 of pixel, size, field",
        ),
        (f"{CLUSTER}{MODEL}[maps]\ngrid = {{ pixel = 1, size = 9.5 }}\n", 6, "maps.grid.size"),
        (f"{CLUSTER}{MODEL}[maps]\ngrid = {{ like = 3 }}\n", 6, "maps.grid.like: has to be"),
        (f"{CLUSTER}{MODEL}[maps]\ncosmology = 'Planck2'\n", 6, "maps.cosmology: 'Planck2' is no"),
        (f"{CLUSTER}{MODEL}[rescale]\nsources = [1.0]\n", 6, "the maps of 1 have the same"),
        (f"{CLUSTER}{MODEL}[maps]\nproducts = ['gamma1']\n", 6, "kappa"),
        (
            f"{CLUSTER}{MODEL}[qc.thresholds]\npeak_ofset = 3\n", 6,
            "qc.thresholds.peak_ofset: is no threshold",
        ),
    ],
)  # fmt: skip
def test_one_that_cannot_be_used_ends_with_file_line_and_key(tmp_path, content, line, said):
    path = write(tmp_path, content)
    with pytest.raises(ConfigError) as caught:
        load_run_config(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json.loads(read_schema_text(SCHEMA_NAME)))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_run_config(tmp_path / "none.toml")


words = st.sampled_from(
    ["cluster", "model", "maps", "grid", "sources", "qc", "name", "path", "like", "output", "x"]
)
leaves = st.one_of(
    st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.none().map(lambda _: [])
)
tables = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(words, tables, max_size=5))
def test_any_document_is_judged_in_one_sentence(tables):
    found = list(find_config_faults(tables, SCHEMA_NAME))
    assert found  # none of them has all that is needed
    for place, sentence in found:
        assert isinstance(place, tuple)
        assert sentence


WHOLE = {
    "output": "products",
    "cluster": {"name": "a", "folder": "a", "redshift": 0.2, "centre": ["0:0:0", 1]},
    "model": [{"name": "m", "path": "m.par"}, {"fetch": "a1689", "samples": "bayes.dat"}],
    "maps": {
        "engine": "embedded", "grid": {"pixel": 1, "size": 9}, "products": ["kappa"],
        "sources": [1.0, 2], "unity": False, "cosmology": "Planck18",
    },
    "rescale": {"sources": [3.0]},
    "qc": {"enabled": True, "thresholds": {"peak_offset": 2}},
}  # fmt: skip
PLACES = [
    (), ("cluster",), ("model",), ("model", 0), ("model", 1), ("maps",), ("maps", "grid"),
    ("maps", "sources"), ("maps", "products"), ("rescale",), ("qc",), ("qc", "thresholds"),
]  # fmt: skip
JUNK = st.sampled_from(
    ["", "kappa", "lenstool", "../x", "\n", 0, -1, 1, 2.0, 9.5, 1101, 1e9, True, [], {}, [1, 1.0],
     ["kappa", "kappa"], [1, 2], [1, 2, 3], {"like": "x.fits"}, {"like": 3}, {"pixel": 1},
     {"pixel": 1, "field": 9}, {"path": "p"}, [{"path": "p"}]],
)  # fmt: skip


@given(st.sampled_from(PLACES), st.data())
def test_our_reading_of_the_schema_is_that_of_jsonschema(path, data):
    validator = jsonschema.Draft202012Validator(json.loads(read_schema_text(SCHEMA_NAME)))
    tables = json.loads(json.dumps(WHOLE))
    assert list(find_config_faults(tables, SCHEMA_NAME)) == []
    place = tables
    for step in path:
        place = place[step]
    if isinstance(place, list):
        place[data.draw(st.integers(0, len(place) - 1))] = data.draw(JUNK)
    else:
        key = data.draw(st.sampled_from([*place, "size", "like", "zz"]))
        if data.draw(st.booleans()):
            place[key] = data.draw(JUNK)
        else:
            place.pop(key, None)
    assert bool(list(find_config_faults(tables, SCHEMA_NAME))) != validator.is_valid(tables)
