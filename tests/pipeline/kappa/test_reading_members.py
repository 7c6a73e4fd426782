"""Member galaxies, held against what Lenstool itself wrote of the same models."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.kappa.reading import load_model
from tests.pipeline.kappa.pars import REST, UNIVERSE, lens, section, write

LINES = ["filein 3 gal.cat", "type 81", "zlens 0.2", "mag0 18", "core 0.1", "cut 0 10 0"]
LINES += ["sigma 0 150 0", "slope 0 4 0", "vdslope 0 4 0"]
GALAXY = "7 2.0 -3.0 2 1 -30 {magnitude} 0\n"


def _load(folder: Path, text: str, lines: list[str] = LINES, **given: str) -> LensModel:
    (folder / "gal.cat").write_text(text)
    return load_model(write(folder, lens(), section("potfile", *lines), **given))


def _changed(**changes: str | None) -> list[str]:
    kept = [line for line in LINES if line.split()[0] not in changes]
    return [*kept, *(f"{key} {value}" for key, value in changes.items() if value is not None)]


def test_scaling_with_luminosity(tmp_path: Path) -> None:
    text = "#REFERENCE 3 150 30\n" + GALAXY.format(magnitude=18) + GALAXY.format(magnitude=15.5)
    _, one, ten = _load(tmp_path, text, _changed(slope="0 2.5 0", vdslope="0 3 0")).lenses
    assert (one.name, one.x, one.y, one.angle) == ("7", pytest.approx(2), pytest.approx(-3), -30)
    assert (one.core, one.cut, one.velocity) == (0.1, 10, 150)
    assert one.ellipticity == pytest.approx(0.6)
    assert one.is_member
    assert (one.line, ten.line) == (2, 3)
    assert ten.core == pytest.approx(0.1 * 10**0.5)
    assert ten.cut == pytest.approx(10 * 10**0.8)
    assert ten.velocity == pytest.approx(150 * 10 ** (1 / 3))


def test_arcsec_win_over_kpc_here(tmp_path: Path) -> None:
    text = "#REFERENCE 3 150 30\n" + GALAXY.format(magnitude=18)
    both = _load(tmp_path, text, [*LINES, "corekpc 9", "cutkpc 0 90 0"]).lenses[1]
    assert (both.core, both.cut) == (0.1, 10)
    lines = _changed(core=None, cut=None, corekpc="3", cutkpc="3 30 1")
    kpc = _load(tmp_path, text, lines)
    scale = kpc.cosmology.kpc_per_arcsec(0.2)
    assert kpc.lenses[1].core == pytest.approx(3 / scale)
    assert kpc.lenses[1].cut == pytest.approx(30 / scale)


@pytest.mark.parametrize(
    ("kind", "header", "columns", "place"),
    [
        (1, "#REFERENCE 3 150 30", "2 -3", (2, -3)),
        (3, "#REFERENCE 3 150 30", "2 -3", (2, -3)),
        (3, "#REFERENCE 3 150.01 30.01", "0 0", (-36 * 0.75**0.5, 36)),
        (3, "#REFERENCE 0", "149.99 30.01", (36 * 0.75**0.5, 36)),
        (1, "#REFERENCE 0", "2 -3", (2, -3)),
        (3, "# none", "149.99 30.01", (36 * 0.75**0.5, 36)),
        (1, "# none", "2 -3", (2, -3)),
    ],
)
def test_positions(
    tmp_path: Path, kind: int, header: str, columns: str, place: tuple[float, float]
) -> None:
    text = f"{header}\n7 {columns} 2 1 -30 18 0\n"
    found = _load(tmp_path, text, _changed(filein=f"{kind} gal.cat")).lenses[1]
    assert (found.x, found.y) == pytest.approx(place, abs=1e-8)


def test_magnitude_0_has_no_mass(tmp_path: Path) -> None:
    model = _load(tmp_path, "#REFERENCE 3 150 30\n" + GALAXY.format(magnitude=0))
    assert (model.lenses[1].velocity, model.lenses[1].cut) == (0, 10)
    assert any("1 galaxies of magnitude 0" in note for note in model.notes)


def test_inputs_and_their_digests(tmp_path: Path) -> None:
    text = "#REFERENCE 3 150 30\n" + GALAXY.format(magnitude=18)
    model = _load(tmp_path, text)
    assert [Path(one.path).name for one in model.inputs] == ["model.par", "gal.cat"]
    assert model.inputs[1].sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_nlens_counts_members_where_their_section_stands(tmp_path: Path) -> None:
    (tmp_path / "gal.cat").write_text("#REFERENCE 3 150 30\n" + GALAXY.format(magnitude=18) * 3)
    parts = [lens("potentiel a"), section("potfile0", *LINES), lens("potentiel b")]
    model = load_model(write(tmp_path, *parts, rest=UNIVERSE + REST.replace("99", "3")))
    assert [one.name for one in model.lenses] == ["a", "7", "7"]


def test_a_galaxy_behind_a_potfile_is_told(tmp_path: Path) -> None:
    (tmp_path / "gal.cat").write_text("#REFERENCE 3 150 30\n" + GALAXY.format(magnitude=18))
    parts = [
        lens("potentiel a", mag="18"),
        section("potfile", *LINES),
        lens("potentiel b", mag="17"),
    ]
    notes = load_model(write(tmp_path, *parts)).notes
    assert len(notes) == 1
    assert notes[0].startswith("b (line")


def test_a_potfile_may_be_off(tmp_path: Path) -> None:
    assert len(_load(tmp_path, "", _changed(filein="0 gal.cat")).lenses) == 1
    assert len(_load(tmp_path, "", _changed(filein=None)).lenses) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"filein": "3 absent.cat"}, "absent.cat cannot be read"),
        ({"filein": "3"}, "no catalogue"),
        ({"filein": "5 gal.cat"}, "format 5"),
        ({"zlens": None}, "zlens"),
        ({"sigma": None}, "sigma"),
        ({"cut": None}, "`cut` or `cutkpc`"),
        ({"core": None}, "`core` or `corekpc`"),
        ({"sigma": "0 nan 0"}, "no finite number"),
        ({"sigma": "0"}, "names no value"),
        ({"slope": "0 0 0"}, "slope"),
        ({"core": "20"}, "inside its core"),
        ({"mag0": "1e308"}, "scales beyond"),
    ],
)
def test_unusable_potfiles(tmp_path: Path, changes: dict[str, str | None], words: str) -> None:
    text = "#REFERENCE 3 150 30\n" + GALAXY.format(magnitude=18)
    with pytest.raises(PipelineError) as caught:
        _load(tmp_path, text, _changed(**changes))
    assert words in str(caught.value)
    assert caught.value.line is not None


def test_axes_near_zero_have_an_ellipticity(tmp_path: Path) -> None:
    text = "#REFERENCE 3 150 30\n1 0 0 2e-300 1e-300 0 18 0\n"
    member = next(one for one in _load(tmp_path, text).lenses if one.is_member)
    assert member.ellipticity == pytest.approx(0.6)


def test_lines_of_a_broken_catalogue(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"gal\.cat:2: has 3 columns") as caught:
        _load(tmp_path, "#REFERENCE 3 150 30\n1 2 3\n")
    assert caught.value.line == 2


def test_positions_on_the_sky_need_a_reference_of_the_model(tmp_path: Path) -> None:
    text = "#REFERENCE 3 150 30\n" + GALAXY.format(magnitude=18)
    with pytest.raises(PipelineError, match="reference 3 ra dec"):
        _load(tmp_path, text, runmode="")


def test_a370_as_lenstool_scaled_it(corpus: Path) -> None:
    """``best.par`` has every galaxy as a potential, with what Lenstool made of ``bestopt.par``."""
    folder = next(corpus.rglob("hff_slmodels/A370"), None)
    if folder is None:
        pytest.skip("no model of A370")
    written, read = load_model(folder / "best.par"), load_model(folder / "bestopt.par")
    assert len(written.lenses) == len(read.lenses) == 162
    assert written.planes == read.planes == (0.375, 1.05)
    for theirs, ours in zip(written.lenses, read.lenses, strict=True):
        assert (ours.name, ours.profile, ours.z) == (theirs.name, 81, theirs.z)
        assert (ours.x, ours.y) == pytest.approx((theirs.x, theirs.y), abs=1e-6)
        assert ours.ellipticity == pytest.approx(theirs.ellipticity, abs=1e-6)
        assert (ours.core, ours.cut) == pytest.approx((theirs.core, theirs.cut), abs=2e-7)
        assert ours.velocity == pytest.approx(theirs.velocity, abs=1e-6)


def test_a2744_as_lenstool_read_it(corpus: Path) -> None:
    """``clump.dat`` lists the lenses of that run, lengths in kpc."""
    table = next(corpus.rglob("A2744/ellipticite/clump.dat"), None)
    if table is None:
        pytest.skip("no model of A2744")
    model = load_model(table.with_name("A2744_ellipticite.par"))
    rows = [line.split() for line in table.read_text().split("\n")[1:] if line]
    assert len(rows) == len(model.lenses) == 284
    scale = model.cosmology.kpc_per_arcsec(0.308)
    for row, ours in zip(rows, model.lenses, strict=True):
        x, y, angle, ellipticity, core, cut, velocity = (
            float(row[i]) for i in (1, 2, 5, 6, 7, 8, 9)
        )
        assert (ours.x, ours.y) == pytest.approx((x, y), abs=0.0051)
        assert (ours.angle, ours.ellipticity) == pytest.approx((angle, ellipticity), abs=0.0051)
        assert (ours.core * scale, ours.cut * scale) == pytest.approx(
            (core, cut), rel=1e-6, abs=0.0006
        )
        assert ours.velocity == pytest.approx(velocity, abs=0.051)
    assert any("v_disp of up to 12730 km/s" in note for note in model.notes)
    assert any("no lens is at redshift 0.3:" in note for note in model.notes)
