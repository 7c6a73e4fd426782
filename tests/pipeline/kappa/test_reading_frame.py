"""Reference, field, cosmology and output lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import LensModel, RunmodeOutput
from fitslint.pipeline.kappa.reading import load_model
from fitslint.pipeline.kappa.reading.frame import ReferencePoint
from tests.pipeline.kappa.pars import REST, UNIVERSE, lens, section, write


def _load(folder: Path, *runmode: str, rest: str = UNIVERSE + REST) -> LensModel:
    return load_model(write(folder, lens(), runmode=section("runmode", *runmode), rest=rest))


@pytest.mark.parametrize(
    ("reference", "position"),
    [
        ("3 197.873 -1.341", (197.873, -1.341)),
        ("1 13:11:29.52 -01:20:27.6", (197.873, -1.341)),
        ("1 00:00:00 -00:34:12", (0, -0.57)),
        ("1 10:00:00 +00:34:12", (150, 0.57)),
        ("3 -10 5", (350, 5)),
        ("0", None),
        ("0 12 13", None),
    ],
)
def test_reference(tmp_path: Path, reference: str, position: tuple[float, float] | None) -> None:
    found = _load(tmp_path, f"reference {reference}").reference
    assert found == (position and pytest.approx(position, abs=1e-12))


def test_a_sign_that_lenstool_loses_is_told(tmp_path: Path) -> None:
    notes = _load(tmp_path, "reference 1 00:00:00 -00:34:12").notes
    assert any("-00:34:12 loses its sign" in note and "(LM161)" in note for note in notes)
    assert not _load(tmp_path, "reference 1 00:00:00 -01:34:12").notes


@pytest.mark.parametrize(
    "reference",
    ["", "3", "3 12", "3 12:00:00 1", "1 12.5 3", "2 3 4", "3 nan 1", "3 10 91", "x 1 2"],
)
def test_no_reference(tmp_path: Path, reference: str) -> None:
    with pytest.raises(PipelineError) as caught:
        _load(tmp_path, f"reference {reference}")
    assert caught.value.line == 2


@given(st.floats(0, 360), st.floats(-80, 80), st.floats(-500, 500), st.floats(-500, 500))
def test_the_linear_way_to_the_sky_and_back(ra: float, dec: float, x: float, y: float) -> None:
    frame = ReferencePoint(ra, dec)
    assert frame.compute_west(frame.compute_ra(x)) == pytest.approx(x, abs=1e-6)
    assert frame.compute_north(frame.compute_dec(y)) == pytest.approx(y, abs=1e-6)


def test_west_is_positive(tmp_path: Path) -> None:
    part = lens(x_centre_wcs="149.99", y_centre_wcs="30.01")
    found = load_model(write(tmp_path, part)).lenses[0]
    assert found.x == pytest.approx(36 * 0.75**0.5)
    assert found.y == pytest.approx(36)


def test_the_short_way_round_0_hours() -> None:
    assert ReferencePoint(359.99, 0).compute_west(0.01) == pytest.approx(-72)
    assert ReferencePoint(0.01, 60).compute_west(359.99) == pytest.approx(36)


def test_positions_on_the_sky_need_a_reference(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="x_centre_wcs") as caught:
        load_model(write(tmp_path, lens(x_centre_wcs="149.99"), runmode=""))
    assert caught.value.line == 11


@pytest.mark.parametrize(
    ("lines", "edges"),
    [
        (["dmax 30"], (-30, 30, -30, 30)),
        (["xmin -5", "dmax 30"], (-30, 30, -30, 30)),
        (["dmax 30", "xmin -5", "ymax 8"], (-5, 30, -30, 8)),
        (["xmin -5"], (-5, 20, -20, 20)),
    ],
)
def test_field(tmp_path: Path, lines: list[str], edges: tuple[float, ...]) -> None:
    rest = UNIVERSE + REST.replace("\tdmax 50\n", "".join(f"\t{line}\n" for line in lines))
    field = _load(tmp_path, rest=rest).field
    assert (field.xmin, field.xmax, field.ymin, field.ymax) == edges


@pytest.mark.parametrize("line", ["dmax 0", "dmax -3", "xmin 60", "dmax x"])
def test_no_field(tmp_path: Path, line: str) -> None:
    with pytest.raises(PipelineError):
        _load(tmp_path, rest=UNIVERSE + REST.replace("dmax 50", f"dmax 50\n\t{line}"))


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        (["H0 70", "omega 0.3", "lambda 0.7"], (70, 0.3, 0.7, -1)),
        (["H0 70", "omegaM 0.3", "omegaX 0.6"], (70, 0.3, 0.6, -1)),
        (["H0 70", "omegaM 0.3", "omegaX 0.1", "omegaK 0."], (70, 0.3, 0.7, -1)),
        (["H0 70", "omegaM 0.3", "omegaX 0.1", "omegaK 0.2"], (70, 0.3, 0.1, -1)),
        (["model 1", "H0 70", "omegaM 0.3", "omegaX 0.7", "wX -0.9"], (70, 0.3, 0.7, -0.9)),
        (["H0 70", "omegaM 0.3", "omegaX 0.7", "w0 -0.9", "wa 0.2"], (70, 0.3, 0.7, -0.9)),
        (["H0 70"], (70, 1, 0, -1)),
    ],
)
def test_cosmology(tmp_path: Path, lines: list[str], values: tuple[float, ...]) -> None:
    found = _load(tmp_path, rest=section("cosmology", *lines) + REST).cosmology
    assert (found.h0, found.omega_m, found.omega_l, found.w0) == pytest.approx(values)


def test_evolving_dark_energy_changes_distances(tmp_path: Path) -> None:
    lines = ["H0 70", "omegaM 0.3", "omegaX 0.7"]
    plain = _load(tmp_path, rest=section("cosmology", *lines) + REST).cosmology
    made = _load(tmp_path, rest=section("cosmology", *lines, "wa 0.5") + REST).cosmology
    assert made.distance_ratio(0.2, 2) != pytest.approx(plain.distance_ratio(0.2, 2), rel=1e-4)


@pytest.mark.parametrize(
    "line",
    ["H0 0", "H0 nan", "omegaM -1", "model 2", "model 9", "H0", "H0 1e300", "omegaX 7", "wX 1000"],
)
def test_no_cosmology(tmp_path: Path, line: str) -> None:
    with pytest.raises(PipelineError) as caught:
        _load(tmp_path, rest=section("cosmologie", line) + REST)
    assert caught.value.line == 15


def test_outputs_in_the_order_of_their_lines(tmp_path: Path) -> None:
    model = _load(
        tmp_path,
        "dpl 1 64 2.0 dx.fits dy.fits",
        "mass 1 512 0.2 kappa.fits",
        "ampli 5 256 1 k.fits",
        "shear 0 256 1 off.fits",
    )
    assert model.outputs == (
        RunmodeOutput("dpl", 1, 64, 2.0, ("dx.fits", "dy.fits"), 2),
        RunmodeOutput("mass", 1, 512, 0.2, ("kappa.fits",), 3),
        RunmodeOutput("ampli", 5, 256, 1.0, ("k.fits",), 4),
    )


def test_a_mass_line_with_a_redshift_too_many_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PipelineError) as caught:
        _load(tmp_path, "mass 1 512 0.2 2.0 kappa.fits")
    said = str(caught.value)
    assert caught.value.line == 2
    assert "a file called '2.0'" in said
    assert "write `mass 1 512 0.2 kappa.fits`, and `z_source 2.0`" in said


def test_words_behind_the_file_are_told(tmp_path: Path) -> None:
    model = _load(tmp_path, "mass 1 512 0.2 kappa.fits more")
    assert model.outputs[0].files == ("kappa.fits",)
    note = next(note for note in model.notes if note.startswith("Line 2"))
    assert "`mass mode size z_lens file`" in note
    assert "'more' is dropped" in note


def test_the_last_line_of_a_kind_counts(tmp_path: Path) -> None:
    model = _load(tmp_path, "mass 1 64 0.2 a.fits", "mass 4 64 0.2 b.fits")
    assert [one.files for one in model.outputs] == [("b.fits",)]
    said = "mass stands again in line 3, which is the one that counts (LM106)"
    assert any(note.startswith("Line 2: ") and said in note for note in model.notes)


def test_a_note_does_not_grow_with_the_file(tmp_path: Path) -> None:
    model = _load(tmp_path, *(f"mass 1 64 0.2 {i}.fits" for i in range(300)))
    notes = [note for note in model.notes if "LM106" in note]
    assert len(notes) == 6
    assert notes[-1] == "294 more of LM106 (repeated-word)."


def test_the_last_line_of_all_sections_counts(tmp_path: Path) -> None:
    more = "runmode\n\tmass 4 64 0.2 b.fits\n\tend\n"
    path = write(tmp_path, more, lens(), runmode="runmode\n\tmass 1 64 0.2 a.fits\n\tend\n")
    model = load_model(path)
    assert [output.files for output in model.outputs] == [("b.fits",)]
    assert any("of all sections `runmode` only this `mass`" in note for note in model.notes)


def test_a_plane_without_lens_is_told(tmp_path: Path) -> None:
    assert any("zero everywhere" in note for note in _load(tmp_path, "mass 1 9 0.21 a").notes)
    assert not _load(tmp_path, "reference 3 1 2", "mass 1 9 0 a").notes


def test_a_source_in_front_of_a_lens_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, lens())
    for z in (0.1, 0.2):
        assert any("in front" in note for note in load_model(path, z_source=z).notes)
    assert not load_model(path, z_source=0.21).notes
    for z in (0, -1, float("nan"), float("inf")):
        with pytest.raises(PipelineError):
            load_model(path, z_source=z)


def test_file_names_are_utf_8(tmp_path: Path) -> None:
    path = write(tmp_path, lens(), runmode="runmode\n\tmass 1 9 0 kappa_\xc3\xa9.fits\n\tend\n")
    assert load_model(path).outputs[0].files == ("kappa_é.fits",)


@pytest.mark.parametrize(
    "line",
    [
        "mass 1 512 f.fits",
        "mass 1 512 0.2",
        "mass x 5 0.2 f",
        "shear 1 1.5 2 f",
        "ampli 5 0 2 f",
        "mass",
        "dpl 1 64 2 x.fits",
        "ampli 5 -3 2 f",
        "shear 1 9 -2 f",
        "mass 1 9 nan f",
    ],
)
def test_no_output(tmp_path: Path, line: str) -> None:
    with pytest.raises(PipelineError) as caught:
        _load(tmp_path, line)
    assert caught.value.line == 2
