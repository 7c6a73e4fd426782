"""Models of the rows of bayes.dat."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.reading import load_model, sample_models
from tests.pipeline.kappa.pars import lens, section, write

HEAD = ["Nsample", "ln(Lhood)", "O1 : x (arcsec)", "O1 : emass", "O1 : rc (arcsec)"]
HEAD += ["OBCG : sigma (km/s)", "OBCG : rcut (kpc)", "omegaM", "Redshift of 1.1"]
HEAD += ["Pot0 rcut (arcsec)", "Pot0 sigma (km/s)", "Pot0 sigma_slope", "Chi2"]


def _bayes(folder: Path, head: list[str] = HEAD, rows: int = 5) -> Path:
    lines = [f"#{title}" for title in head]
    values = ["{i}", "-{i}", "0.{i}", "0.1{i}", "1{i}", "10{i}", "50{i}", "0.2{i}", "9.{i}"]
    values += ["{i}", "12{i}", "3.{i}", "7"]
    lines += [" ".join(values[: len(head)]).format(i=i) for i in range(1, rows + 1)]
    path = folder / "bayes.dat"
    path.write_text("\n".join(lines) + "\n")
    return path


def _par(folder: Path) -> Path:
    (folder / "gal.cat").write_text("#REFERENCE 3 150 30\n7 2 -3 2 1 -30 18 0\n")
    words = ["filein 3 gal.cat", "zlens 0.2", "mag0 20.5", "corekpc 0.1", "cutkpc 0 10 0"]
    members = section("potfile0", *words, "sigma 0 150 0")
    parts = [lens("potentiel O1", core_radius_kpc="40"), lens("potentiel OBCG"), members]
    return write(folder, *parts)


def test_rows_are_put_in(tmp_path: Path) -> None:
    par, bayes = _par(tmp_path), _bayes(tmp_path)
    base = load_model(par)
    made = list(sample_models(par, bayes, count=99, seed=1))
    assert len(made) == 5
    for i, model in enumerate(made, 1):
        first, second, member = model.lenses
        cosmology = model.cosmology
        assert first.x == pytest.approx(i / 10)
        assert first.ellipticity == pytest.approx(0.1 + i / 100)
        assert first.core == 10 + i
        assert (first.y, first.velocity) == (base.lenses[0].y, 900)
        assert second.velocity == 100 + i
        assert second.cut == pytest.approx((500 + i) / cosmology.kpc_per_arcsec(0.2))
        assert (cosmology.omega_m, cosmology.omega_l) == pytest.approx(
            (0.2 + i / 100, 0.8 - i / 100)
        )
        assert member.cut == pytest.approx(i * 10**0.5)
        assert member.velocity == pytest.approx((120 + i) * 10 ** (1 / (3 + i / 10)))
        assert [Path(one.path).name for one in model.inputs][-1] == "bayes.dat"


def test_the_choice_is_of_the_seed(tmp_path: Path) -> None:
    par, bayes = _par(tmp_path), _bayes(tmp_path, rows=9)

    def chosen(seed: int) -> list[float]:
        return [one.lenses[0].x for one in sample_models(par, bayes, count=4, seed=seed)]

    assert chosen(3) == chosen(3)
    assert len(set(chosen(3))) == 4
    assert chosen(3) == sorted(chosen(3))
    assert any(chosen(seed) != chosen(3) for seed in range(5))


def test_a_given_cosmology_stays(tmp_path: Path) -> None:
    made = sample_models(_par(tmp_path), _bayes(tmp_path), count=1, seed=0, cosmology="Planck18")
    assert next(made).cosmology.name == "Planck18"


def test_lenses_are_found_by_number_where_no_name_fits(tmp_path: Path) -> None:
    head = [*HEAD[:2], "O2 : x (arcsec)"]
    made = next(sample_models(_par(tmp_path), _bayes(tmp_path, head), count=1, seed=0))
    assert made.lenses[1].x < 1


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("O9 : x (arcsec)", "no such lens"),
        ("O1 : warp", "no such parameter"),
        ("Pot3 sigma (km/s)", "no such potfile"),
        ("Pot0 a", "no such parameter of a potfile"),
    ],
)
def test_columns_that_the_model_does_not_have(tmp_path: Path, title: str, words: str) -> None:
    bayes = _bayes(tmp_path, [*HEAD[:2], title])
    with pytest.raises(PipelineError, match=words) as caught:
        next(sample_models(_par(tmp_path), bayes, count=1, seed=0))
    assert (caught.value.path, caught.value.line) == (str(bayes), 3)


def test_unusable_requests(tmp_path: Path) -> None:
    par = _par(tmp_path)
    with pytest.raises(PipelineError, match="at least 1"):
        next(sample_models(par, _bayes(tmp_path), count=0, seed=0))
    with pytest.raises(PipelineError, match="cannot be read"):
        next(sample_models(par, tmp_path / "absent.dat", count=1, seed=0))
    with pytest.raises(PipelineError, match=r"bayes\.dat:14: 'x'"):
        (tmp_path / "bayes.dat").write_text("\n".join(f"#{one}" for one in HEAD) + "\n1 x\n")
        next(sample_models(par, tmp_path / "bayes.dat", count=1, seed=0))
