"""Proper motions of a reference catalogue."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from fitslint.cli.main import main
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.inputs import read_ccd_image
from fitslint.pipeline.hsc.joint.simulate import SimulationPlan, simulate
from fitslint.pipeline.hsc.joint.simulation_files import write_simulation
from fitslint.pipeline.hsc.joint.tables import Photometry, read_catalogues

GAIA = {"pmra": [1000.0, np.nan], "pmdec": [-500.0, np.nan], "ref_epoch": [2016.0, 2016.0]}
LSST = {
    "pm_ra": np.radians([1000 / 3.6e6, np.nan]), "pm_dec": np.radians([-500 / 3.6e6, np.nan]),
    "epoch": [57388.5, 57388.5],
}  # fmt: skip


@pytest.mark.parametrize(("motions", "unit"), [
    (GAIA, ""), (GAIA, "mas/yr"), (GAIA, "mas.yr**-1"), (GAIA, "mas yr-1"), (LSST, ""),
    ({**GAIA, "pmra": [1.0, np.nan], "pmdec": [-0.5, np.nan]}, "arcsec/yr"),
])  # fmt: skip
def test_stars_with_a_proper_motion_are_moved_to_the_visits(tmp_path, motions, unit):
    stars = {"ra": [150.0, 151.0], "dec": [60.0, 2.0], "i_mag": [18.0, 19.0]}
    table = Table({**stars, **motions})
    for name in list(motions)[:2]:
        table[name].unit = unit or None
    path = tmp_path / "stars.fits"
    table.write(path)
    moved = read_catalogues([str(path)], Photometry("HSC-I", epoch=2014.0), 1e-6)
    # two years back: -2 arcsec along right ascension, which are twice as many at 60 degrees
    assert (moved.ra - stars["ra"]) * 3600 == pytest.approx([-4.0, 0.0], abs=1e-3)
    assert (moved.dec - stars["dec"]) * 3600 == pytest.approx([1.0, 0.0], abs=1e-3)
    still = read_catalogues([str(path)], Photometry("HSC-I"), 1e-6)
    assert still.ra.tolist() == stars["ra"]


def test_errors_of_motions_count(tmp_path):
    path = tmp_path / "gaia.csv"
    path.write_text(
        "ra,dec,i_mag,pmra,pmdec,pmra_error,pmdec_error,ref_epoch\n150,2,18,1,1,3,3,2016\n"
    )
    found = read_catalogues([str(path)], Photometry("HSC-I", epoch=2014.0), 8e-7 / 3.6)
    assert found.sigma[0] * 3.6e6 == pytest.approx(np.hypot(0.8, 6.0), rel=1e-6)
    other = tmp_path / "gaia.fits"
    table = Table({"ra": [1.0], "dec": [2.0], "pmra": [1.0], "pmdec": [1.0], "ref_epoch": [2016.0]})
    table["pmra"].unit = "km/s"
    table.write(other)
    with pytest.raises(HscError, match="pmra is in km s-1; it may be in mas/yr"):
        read_catalogues([str(other)], Photometry("HSC-I", epoch=2014.0), 1e-6)


@pytest.mark.parametrize(("header", "epoch"), [
    ({"MJD": 57388.5}, 2016.0), ({"DATE-OBS": "2016-01-01T12:00:00"}, 2016.0),
    ({"MJD-OBS": 57388.5, "DATE-OBS": "1999-01-01"}, 2016.0), ({"DATE-OBS": "today"}, None),
    ({}, None),
])  # fmt: skip
def test_the_epoch_of_an_image_is_the_year_of_its_exposure(tree, tmp_path, header, epoch):
    source = next(tree.rglob("CORR-*.fits"))
    path = tmp_path / source.name
    with fits.open(source) as hdus:
        for hdu in hdus:
            for name in ("MJD", "MJD-OBS", "MJD-STR", "DATE-OBS", "MJD-AVG"):
                hdu.header.remove(name, ignore_missing=True)
        hdus[0].header.update(header)
        hdus.writeto(path)
    found = read_ccd_image(str(path)).epoch
    assert found == (None if epoch is None else pytest.approx(epoch, abs=1e-6))


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A root of visits of 2015."""
    root = tmp_path_factory.mktemp("motions") / "HSC"
    write_simulation(simulate(SimulationPlan(2, 60, (49, 50), seed=9)), root, "test")
    return root


def solve(tree, reference, folder):
    words = ["hsc", "mosaic", tree, "--rerun", "test", "--reference", reference, "--outdir", folder]
    with pytest.raises(SystemExit) as end:
        main([*map(str, words), "--config", "fittingOrder=3", "--config", "fluxFitOrder=2"])
    assert not end.value.code
    headers = [fits.getheader(path) for path in sorted(folder.rglob("wcs-*.fits*"))]
    assert len(headers) == 4
    return [(header["CRVAL1"], header["CRVAL2"]) for header in headers]


def test_a_catalogue_of_another_year_gives_the_same_solution(tree, tmp_path):
    """All stars move by 0.4 arcsec between the catalogue and the visits."""
    reference = tree / "reference.fits"
    epoch = read_ccd_image(str(next(tree.rglob("CORR-*.fits")))).epoch
    table = Table.read(reference)
    old = table.copy()
    old["ra"] = table["ra"] + 10 * 40 / 3.6e6 / np.cos(np.radians(table["dec"]))
    old["pmra"], old["pmdec"], old["ref_epoch"] = 40.0, 0.0, epoch + 10
    old.write(tmp_path / "old.fits")
    plain = solve(tree, reference, tmp_path / "plain")
    moved = solve(tree, tmp_path / "old.fits", tmp_path / "moved")
    for one, other in zip(moved, plain, strict=True):
        assert one == pytest.approx(other, abs=1e-8)
    still = old.copy()
    still.remove_columns(["pmra", "pmdec", "ref_epoch"])
    still.write(tmp_path / "still.fits")
    shifted = solve(tree, tmp_path / "still.fits", tmp_path / "still")
    assert abs(shifted[0][0] - plain[0][0]) > 0.3 / 3600
