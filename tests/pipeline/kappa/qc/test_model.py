"""A map against the model that it was made of."""

import gzip

import numpy as np
import pytest

from fitslint.pipeline.errors import PipelineError
from tests.pipeline.kappa.qc import sky

MODEL = """runmode
 reference 3 197.873 -1.340997
 end
source
 z_source 2.0
 end
grille
 nlens 3
 end
potential halo
 profil 81
 x_centre 2.0
 y_centre -3.0
 ellipticite 0.3
 angle_pos 40
 core_radius 10
 cut_radius 400
 v_disp 1300
 z_lens 0.183
 end
potential second
 profil 81
 x_centre -55
 y_centre 40
 core_radius 6
 cut_radius 150
 v_disp 650
 z_lens 0.183
 end
potential galaxy
 profil 81
 x_centre 30
 y_centre 25
 core_radius 1
 cut_radius 20
 v_disp 300
 z_lens 0.183
 end
cosmology
 model 1
 H0 70
 omegaM 0.3
 omegaX 0.7
 end
champ
 dmax 100
 end
fini
"""


@pytest.fixture(scope="module")
def modelled(tmp_path_factory):
    """The model, and its convergence at z_s = 2 by the engine."""
    from fitslint.pipeline.kappa.qc.frame_cards import read_map_frame
    from fitslint.pipeline.kappa.qc.model_convergence import evaluate_convergence
    from fitslint.pipeline.kappa.reading import load_model

    path = tmp_path_factory.mktemp("model") / "m.par"
    path.write_text(MODEL)
    frame = read_map_frame(sky.cards(), (sky.SIZE, sky.SIZE), "x")
    return str(path), evaluate_convergence(load_model(str(path)), frame, z_source=2.0)


def judge(modelled, tmp_path, data, **facts):
    return sky.judged(sky.write(tmp_path / "k.fits", data, **facts), model=modelled[0])


def test_an_honest_map(modelled, tmp_path):
    made = judge(modelled, tmp_path, modelled[1])
    assert sky.verdicts(made)[0] == set()
    assert sky.verdicts(made)[1] >= {"a.model", "b.shift", "b.parity", "c.peak"}
    assert sky.line(made, "a.model").value < 1e-6


def test_a_map_rescaled_twice_fails_on_the_scale_only(modelled, tmp_path):
    made = judge(modelled, tmp_path, modelled[1] * sky.RATIO)
    assert sky.verdicts(made)[0] == {"a.model"}
    assert "counted twice" in sky.line(made, "a.model").reason


def test_a_map_of_unity_that_is_recorded(modelled, tmp_path):
    made = judge(modelled, tmp_path, modelled[1] / sky.RATIO, normalisation="unity")
    assert sky.line(made, "a.model").verdict == "pass"


@pytest.mark.parametrize(("power", "said"), [(-1, "= 1"), (0, "once"), (1, "twice")])
def test_what_an_unrecorded_map_holds_is_told(modelled, tmp_path, power, said):
    data = modelled[1] * sky.RATIO**power
    made = sky.judged(sky.plain(tmp_path / "k.fits", data, sky.cards()), model=modelled[0])
    line = sky.line(made, "a.model")
    assert line.verdict == "cannot be judged"
    assert line.reason.endswith(said)


@pytest.mark.parametrize(
    "mirror",
    [
        lambda data: data[:, ::-1],
        lambda data: data[::-1],
        lambda data: data.T,
        lambda data: data[::-1, ::-1].T,
    ],
)
def test_a_mirrored_map_fails_on_parity_only(modelled, tmp_path, mirror):
    made = judge(modelled, tmp_path, mirror(modelled[1]))
    assert sky.verdicts(made)[0] == {"b.parity"}


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_map_fails_on_its_place(modelled, tmp_path, quarters):
    made = judge(modelled, tmp_path, np.rot90(modelled[1], quarters))
    assert sky.verdicts(made)[0] == {"b.shift"}
    assert "turned" in sky.line(made, "b.shift").reason


@pytest.mark.parametrize("along, up", [(0.5, 0.5), (0.5, 0.0), (-0.3, 0.4)])
def test_a_shift_by_a_part_of_a_pixel_is_measured_and_spares_the_scale(
    modelled, tmp_path, along, up
):
    frame = sky.cards()
    frame |= {"CRPIX1": frame["CRPIX1"] + along, "CRPIX2": frame["CRPIX2"] + up}
    made = judge(modelled, tmp_path, modelled[1], grid=frame)
    shift = sky.line(made, "b.shift")
    assert sky.verdicts(made)[0] == set()
    assert shift.value == pytest.approx(np.hypot(along, up), abs=0.02)
    assert shift.details["east_arcsec"] == pytest.approx(along * sky.PIXEL, abs=0.02)


def test_a_shifted_map_fails_on_shift_and_peak(modelled, tmp_path):
    made = judge(modelled, tmp_path, np.roll(modelled[1], (-12, 5), (0, 1)))
    assert sky.verdicts(made)[0] == {"b.shift", "c.peak"}
    found = sky.line(made, "b.shift").details
    assert (found["east_arcsec"], found["north_arcsec"]) == pytest.approx((-5, -12), abs=0.5)


def test_samples_make_a_band(modelled, tmp_path):
    header = "#Nsample\n#ln(Lhood)\n#O1 : v_disp (km/s)\n#Chi2\n"
    chance = np.random.default_rng(5)
    rows = [f"{n} 0 {one:.3f} 1" for n, one in enumerate(1300 + 30 * chance.normal(size=60), 1)]
    samples = tmp_path / "bayes.dat"
    samples.write_text(header + "\n".join(rows) + "\n")
    kappa = sky.write(tmp_path / "k.fits", modelled[1])
    made = sky.judged(kappa, model=modelled[0], samples=str(samples))
    line = sky.line(made, "f.band")
    assert line.verdict == "pass"
    assert line.details["models"] == 32
    assert (
        0.005 < line.value < 0.06
    )  # kappa grows with the square of a velocity that varies by 2.3 %
    assert {one["role"] for one in made.to_dict()["inputs"]} >= {"model", "samples"}


def test_samples_without_a_model_are_refused(maps):
    with pytest.raises(PipelineError, match="--model"):
        sky.judged(maps.kappa, samples="bayes.dat")


def test_a_model_that_is_none_is_refused(maps, tmp_path):
    (tmp_path / "m.par").write_bytes(b"\0\1\2")
    with pytest.raises(PipelineError, match=r"m\.par"):
        sky.judged(maps.kappa, model=str(tmp_path / "m.par"))


@pytest.mark.parametrize("name", ["a1689like", "t81_ell", "t8_piemd"])
def test_maps_of_lenstool_lie_on_their_models(shared, tmp_path, name):
    folder = shared / "oracle" / "lenstool" / name
    path = tmp_path / "mass1.fits"
    path.write_bytes(gzip.decompress((folder / "mass1.fits.gz").read_bytes()))
    maps = {"unity": folder / "ampli5.fits.gz", "gamma1": folder / "shear3.fits.gz",
            "gamma2": folder / "shear4.fits.gz"}  # fmt: skip
    given = {role: str(one) for role, one in maps.items()}
    made = sky.judged(str(path), given, model=str(folder / "mass1.par"), cluster="a1689")
    failed, passed = sky.verdicts(made)
    assert failed <= {"h.header", "b.parity"} - {"b.parity"}
    assert passed >= {"b.shift", "b.parity", "b.roundtrip", "c.peak", "d.shear"}
    assert sky.line(made, "a.model").details["residual"] < 1e-6
    assert sky.line(made, "a.model").reason.endswith("once")
