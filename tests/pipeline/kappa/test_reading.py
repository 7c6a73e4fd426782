"""Models as Lenstool reads them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import Lens, LensModel
from fitslint.pipeline.kappa.reading import load_model
from tests.pipeline.kappa.pars import LENS, REST, RUNMODE, UNIVERSE, lens, section, write

KPC_PER_ARCSEC = 3.07554
"""At redshift 0.183 with H0 = 70, Omega_m = 0.3 and Omega_Lambda = 0.7."""


def _only(model: LensModel) -> Lens:
    (found,) = model.lenses
    return found


def _noted(model: LensModel, *words: str) -> bool:
    return any(all(word in note for word in words) for note in model.notes)


def test_a_plain_model(tmp_path: Path) -> None:
    path = write(tmp_path, lens())
    model = load_model(path)
    found = _only(model)
    assert (found.name, found.profile, found.x, found.y, found.z) == ("O1", 81, 1, -2, 0.2)
    assert (found.ellipticity, found.angle) == (0.3, 30)
    assert (found.core, found.cut, found.velocity) == (5, 200, 900)
    assert (found.path, found.line, found.is_member) == (str(path), 4, False)
    assert model.reference == (150, 30)
    assert (model.cosmology.h0, model.cosmology.omega_m) == (70, 0.3)
    assert (model.field.xmin, model.field.ymax, model.z_source) == (-50, 50, 2)
    assert model.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert model.notes == ()


@pytest.mark.parametrize(
    ("changes", "attribute", "value"),
    [
        ({"profil": None, "profile": "81"}, "profile", 81),
        ({"profil": "81.0"}, "profile", 81),
        ({"ellipticite": None, "gamma": "0.1"}, "ellipticity", 0.1),
        ({"ellipticite": None, "ellip_pot": "0.5"}, "ellipticity", 0.8),
        ({"core_radius": None, "re": "3"}, "core", 3),
        ({"cut_radius": None, "virial_radius": "30"}, "cut", 30),
        ({"v_disp": None, "sigma_e": "30"}, "velocity", 30),
        ({"core_radius_kpc": "0"}, "core", 5),
        ({"z_lens": None, "zlens": "0.2"}, "z", 0.2),
        ({"mag": "18.5"}, "magnitude", 18.5),
        ({"x_centre_wcs": "150"}, "x", 0.0),
        ({"y_centre_wcs": "30.01"}, "y", 36.0),
        ({"nid": "BCG"}, "name", "BCG"),
    ],
)
def test_keywords(tmp_path: Path, changes: dict[str, str], attribute: str, value: object) -> None:
    found = getattr(_only(load_model(write(tmp_path, lens(**changes)))), attribute)
    assert found == (pytest.approx(value) if isinstance(value, float) else value)


def test_kpc_win_over_arcsec_wherever_they_stand(tmp_path: Path) -> None:
    kpc = {"core_radius_kpc": "10", "cut_radius_kpc": "1000", "z_lens": "0.183"}
    for part in (
        lens(**kpc),
        section("potentiel", *(f"{k} {v}" for k, v in (kpc | LENS | kpc).items())),
    ):
        found = _only(load_model(write(tmp_path, part)))
        assert found.core == pytest.approx(10 / KPC_PER_ARCSEC, rel=2e-5)
        assert found.cut == pytest.approx(1000 / KPC_PER_ARCSEC, rel=2e-5)


def test_the_last_of_repeated_keywords_counts(tmp_path: Path) -> None:
    part = section(
        "potentiel O1", *(f"{k} {v}" for k, v in LENS.items()), "gamma 0.5", "x_centre 7"
    )
    found = _only(load_model(write(tmp_path, part)))
    assert (found.ellipticity, found.x) == (0.5, 7)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"v_disp": "nan"}, "no finite number"),
        ({"v_disp": "fast\x1b[2J"}, "\\x1b"),
        ({"v_disp": ""}, "names no value"),
        ({"v_disp": None}, "v_disp"),
        ({"v_disp": "-3"}, "v_disp"),
        ({"x_centre": "1e999"}, "no finite number"),
        ({"ellipticite": "1"}, "[0, 1)"),
        ({"ellipticite": "-0.1"}, "[0, 1)"),
        ({"ellipticite": None, "ellip_pot": "1"}, "[0, 1)"),
        ({"cut_radius": "5"}, "inside its core"),
        ({"cut_radius_kpc": "1"}, "inside its core"),
        ({"cut_radius": None}, "cut_radius"),
        ({"core_radius": "-1"}, "core radius"),
        ({"z_lens": None}, "z_lens"),
        ({"z_lens": "0"}, "redshift"),
        ({"profil": None}, "profil"),
        ({"profil": "8.5"}, "no whole number"),
    ],
)
def test_unusable_lenses(tmp_path: Path, changes: dict[str, str | None], words: str) -> None:
    path = write(tmp_path, lens(**changes))
    with pytest.raises(PipelineError) as caught:
        load_model(path)
    assert caught.value.path == str(path)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()
    line = path.read_text(encoding="latin-1").split("\n")[(caught.value.line or 0) - 1]
    key = next(iter(changes))
    assert key in line or changes[key] is None


def test_profiles_that_are_not_supported_pass(tmp_path: Path) -> None:
    found = _only(load_model(write(tmp_path, lens(profil="13"))))
    assert (found.profile, found.line) == (13, 4)


def test_external_shear(tmp_path: Path) -> None:
    part = section("potentiel", "profil 14", "gamma 0.07", "angle_pos 20", "z_lens 0.2")
    found = _only(load_model(write(tmp_path, part)))
    assert (found.profile, found.ellipticity, found.angle) == (14, 0.07, 20)
    with pytest.raises(PipelineError, match="external convergence"):
        load_model(write(tmp_path, section("potentiel", "profil 14", "kappa 0.1", "z_lens 0.2")))


def test_profile_0_is_a_circular_isothermal_sphere(tmp_path: Path) -> None:
    model = load_model(write(tmp_path, lens(profil="0")))
    assert (_only(model).profile, _only(model).ellipticity) == (1, 0)
    assert _noted(model, "circular")


def test_nlens_leaves_the_rest_out(tmp_path: Path) -> None:
    parts = [lens("potentiel a"), lens("potentiel b"), lens("potentiel c")]
    path = write(tmp_path, *parts, rest=UNIVERSE + REST.replace("99", "2"))
    model = load_model(path)
    assert [one.name for one in model.lenses] == ["a", "b"]
    assert _noted(model, "nlentille is 2", "3 lenses", "potentiel c", "(LM121)")
    assert len(load_model(path, all_lenses=True).lenses) == 3


@pytest.mark.parametrize("rest", [REST.replace("nlens 99", "nlens 0"), REST.replace("nlens", "n")])
def test_without_nlens_there_is_no_lens(tmp_path: Path, rest: str) -> None:
    path = write(tmp_path, lens(), rest=UNIVERSE + rest)
    with pytest.raises(PipelineError, match="write `nlens 1` in the section `grille`"):
        load_model(path)
    assert len(load_model(path, all_lenses=True).lenses) == 1


def test_the_defaults_of_lenstool_are_told(tmp_path: Path) -> None:
    rest = "grid\n\tnlentille 5\n\tend\n"
    model = load_model(write(tmp_path, lens(), runmode="", rest=rest))
    cosmology, field = model.cosmology, model.field
    assert (cosmology.h0, cosmology.omega_m, cosmology.omega_l) == (50, 1, 0)
    assert (field.xmin, field.xmax, field.ymin, field.ymax) == (-20, 20, -20, 20)
    assert model.z_source == 0.8
    assert model.reference is None
    for words in (["H0 = 50"], ['20"'], ["0.8"], ["reference"], ["fini"]):
        assert _noted(model, *words), words


def test_given_cosmology_and_source_replace_the_files(tmp_path: Path) -> None:
    path = write(tmp_path, lens(core_radius_kpc="10"))
    model = load_model(path, z_source=1.0, cosmology="Planck18")
    assert (model.z_source, model.cosmology.name) == (1.0, "Planck18")
    assert _only(model).core == pytest.approx(10 / model.cosmology.kpc_per_arcsec(0.2))
    assert _noted(model, "Planck18")
    with pytest.raises(PipelineError, match="no cosmology"):
        load_model(path, cosmology="flat")


def test_what_is_odd_is_told_with_its_line(tmp_path: Path) -> None:
    text = (
        RUNMODE + "stray 1\n" + lens() + section("potentiel", "profil 14", "z_lens 3", "wizard 1")
    )
    path = tmp_path / "odd.par"
    path.write_text(text + "champ\n\n\tdmax 3\n" + UNIVERSE + REST)
    model = load_model(path)
    assert _noted(model, "Line 4", "'stray'")
    assert _noted(model, "wizard (line 19)")
    assert _noted(model, "Line 21", "champ has no end", "(LM111)")
    assert _noted(model, "Line 23", "lost", "line 22")
    assert model.field.xmax == 50


@pytest.mark.parametrize(
    ("raw", "words", "line"),
    [
        (b"", "empty", None),
        (b"\n\n", "empty", None),
        (b"runmode\nreference\x00\nend\nfini\n", "no text", 2),
        (b"SIMPLE = T\n", "no parameter file", None),
        (b"runmode\nend\nfini\n", "no lens", None),
        (b"potentiel\n" + b"a" * 5000 + b"\nend\nfini\n", "5000 characters", 2),
    ],
)
def test_unusable_files(tmp_path: Path, raw: bytes, words: str, line: int | None) -> None:
    path = tmp_path / "model.par"
    path.write_bytes(raw)
    with pytest.raises(PipelineError, match=words) as caught:
        load_model(path)
    assert (caught.value.path, caught.value.line) == (str(path), line)


def test_an_absent_file(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="cannot be read: No such file"):
        load_model(tmp_path / "absent.par")


_TOKENS = st.sampled_from(
    [
        "runmode",
        "potentiel",
        "potfile",
        "grille",
        "champ",
        "cosmologie",
        "source",
        "end",
        "fini",
        "reference",
        "mass",
        "profil",
        "nlens",
        "H0",
        "omegaM",
        "omegaK",
        "dmax",
        "xmin",
        "z_lens",
        "v_disp",
        "core_radius_kpc",
        "cut_radius",
        "c",
        "m200",
        "r200",
        "filein",
        "zlens",
        "sigma",
        "0",
        "1",
        "3",
        "12",
        "81",
        "0.5",
        "-1",
        "1e300",
        "nan",
        "00:01:02",
        "model.par",
        "\n",
        "\n",
    ]
)


@given(st.lists(_TOKENS, max_size=60))
def test_any_words_are_a_model_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("any") / "model.par"
    path.write_text(" ".join(parts).replace(" \n ", "\n"))
    try:
        model = load_model(path, all_lenses=True)
    except PipelineError as error:
        assert "\n" not in str(error)
    else:
        assert model.lenses


@given(
    st.dictionaries(
        st.sampled_from(sorted(LENS)),
        st.sampled_from(
            ["0", "1", "12", "14", "8", "1e308", "-1e308", "1e-308", "0.999999", "5", "300"]
        ),
    )
)
def test_extreme_lenses_are_finite_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, str]
) -> None:
    path = write(
        tmp_path_factory.mktemp("extreme"), lens(concentration="5", m200="1e15", **changes)
    )
    try:
        found = _only(load_model(path))
    except PipelineError:
        return
    for value in (found.x, found.core, found.cut, found.scale, found.concentration):
        assert abs(value) < float("inf")
