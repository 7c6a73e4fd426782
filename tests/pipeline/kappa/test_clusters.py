"""Published centres."""

import pytest

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.clusters import find_cluster, load_builtin_clusters, load_clusters
from fitslint.wcs.map_frame import compute_separation

USER = """
[[cluster]]
name = "Abell 2744"
folder = "Abell2744"
aliases = ["a2744", "Pandora"]
redshift = 0.308
[[cluster.centre]]
kind = "galaxy"
ra = "3.586259"
dec = "-30.400174"
source = "reference of the model"
[[cluster.centre]]
kind = "galaxy"
clump = "north-west"
ra = "0:14:18.6"
dec = "-00:22:58.2"
"""


def test_every_published_value_has_its_source():
    for cluster in load_builtin_clusters():
        assert cluster.redshift_source
        assert cluster.mass_centres
        for one in cluster.centres:
            assert one.source
            assert len(one.bibcode) == 19
            assert one.uncertainty and one.uncertainty > 0


@pytest.mark.parametrize("name", ["a1689", "Abell 1689", "ABELL-1689", "abell_1689", "Abell1689"])
def test_aliases(name):
    found = find_cluster(name)
    assert found is not None
    assert (found.name, found.folder, found.redshift) == ("Abell 1689", "Abell1689", 0.183)


def test_folders_and_redshifts_are_those_of_the_procedure():
    assert {one.folder: one.redshift for one in load_builtin_clusters()} == {
        "Abell1689": 0.183,
        "CL0024": 0.395,
    }
    cl0024 = find_cluster("ZwCl 0024+1652")
    assert cl0024 is not None and cl0024.dispute
    assert find_cluster("nothing") is None


def test_centres_lie_where_the_models_have_them():
    """The reference of the Lenstool model of A1689, and the field of CL0024."""
    for name, ra, dec in (("a1689", 197.873, -1.341), ("cl0024", 6.64871, 17.16194)):
        cluster = find_cluster(name)
        assert cluster is not None
        for one in cluster.centres:
            assert compute_separation(one.ra, one.dec, ra, dec) < 4


def test_a_table_of_the_user(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(USER)
    (cluster,) = load_clusters(path)
    assert cluster.has_name("pandora")
    assert [one.clump for one in cluster.mass_centres] == ["main", "north-west"]
    assert cluster.mass_centres[1].dec == pytest.approx(-0.38283, abs=1e-4)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("cluster = 3", "cluster"),
        ("[[cluster]]\nredshift = 1.0", "no name"),
        ('[[cluster]]\nname = "A"\nredshift = "x"', "redshift"),
        ('[[cluster]]\nname = "A"\nredshift = -1', "redshift"),
        ('[[cluster]]\nname = "A"\nredshift = 1', r"\[\[cluster.centre"),
        ('[[cluster]]\nname = "A"\nredshift = 1\n[[cluster.centre]]\nra = "x"\ndec = "1"', "'x'"),
        ('[[cluster]]\nname = "A"\nredshift = 1\n[[cluster.centre]]\nkind = "q"', "kind"),
        ("not toml [", "TOML"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_sentence(tmp_path, content, said):
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(PipelineError, match=said):
        load_clusters(path)
