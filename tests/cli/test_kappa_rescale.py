"""``fitslint kappa rescale`` on the command line."""

import pytest

from fitslint.cli.main import main
from tests.pipeline.kappa.test_rescale import bare, made


@pytest.fixture
def rescale(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["kappa", "rescale", *map(str, arguments)])
        return int(ended.value.code or 0), *capsys.readouterr()

    return call


def test_a_map_beside_its_origin(tmp_path, rescale):
    old = made(tmp_path / "kappa_obs_lenstool_zs2p0.fits", zsource=2.0)
    code, out, err = rescale(old, "--zsource", "1.0")
    assert (code, err) == (0, "")
    assert out.startswith(f"{tmp_path / 'kappa_obs_lenstool_zs1p0.fits'}: kappa rescaled from")
    assert out.endswith("conforms\n")
    code, out, err = rescale(old, "--unity", "--output", tmp_path / "u.fits")
    assert code == 0
    assert (tmp_path / "u.fits").exists()


def test_what_is_unknown_is_told_with_exit_1(tmp_path, rescale):
    old = bare(tmp_path / "a.fits")
    code, out, _ = rescale(
        old, "--zsource", "1", "--from", "source:2.0", "--zlens", "0.183", "--cosmology",
        "Planck18", "--product", "kappa",
    )  # fmt: skip
    assert code == 1
    assert "unknown" in out
    assert "OBJECT" in out
    assert (tmp_path / "a_zs1p0.fits").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "say one of --zsource Z and --unity"),
        (("--zsource", "1", "--unity"), "say one of --zsource Z and --unity"),
        (("--zsource", "-1"), "a redshift is above 0"),
        (("--zsource", "nan"), "a redshift is above 0"),
        (("--zsource", "1", "--from", "mass1"), "unity or source:Z"),
        (("--zsource", "1", "--from", "source:x"), "unity or source:Z"),
        (("--zsource", "1", "--cosmology", "Einstein"), "is no cosmology"),
    ],
)
def test_usage_is_exit_2(tmp_path, rescale, options, said):
    code, out, err = rescale(made(tmp_path / "a.fits", zsource=2.0), *options)
    assert (code, out) == (2, "")
    assert said in err


def test_a_map_that_cannot_be_is_exit_3_with_one_sentence(tmp_path, rescale):
    strange = bare(tmp_path / "a\x1b[31m.fits", PRODUCT="kappa", ZLENS=0.183)
    for path in (strange, tmp_path / "none.fits"):
        code, out, err = rescale(path, "--zsource", "1")
        assert (code, out) == (3, "")
        assert err.startswith("fitslint: ")
        assert err.count("\n") == 1
        assert "\x1b" not in err


def test_it_has_the_options_that_it_recommends(tmp_path, rescale):
    old = bare(tmp_path / "a.fits")
    code, _, err = rescale(old, "--zsource", "1")
    assert code == 3 and err.count("\n") == 1
    for option in ("--product", "--from", "--zlens", "--cosmology", "--object", "--maptype"):
        assert option in err, option
    _, _, err = rescale(
        old, "--zsource", "1", "--from", "source:2.0", "--zlens", "0.183", "--cosmology",
        "Planck18", "--product", "kappa", "--object", "A1689", "--maptype", "observed",
        "--mapsrc", "here", "--center", "197.873,-1.341", "--scale", "0.5", "--set", "MAGFORM=x",
    )  # fmt: skip
    assert "no MAGFORM" in err
