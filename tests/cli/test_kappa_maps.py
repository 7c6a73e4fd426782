"""``fitslint kappa maps`` as a process."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from fitslint.cli.errors import UsageError
from fitslint.cli.kappa.maps import MapsOptions, run_maps
from tests.cli.tool import check, run
from tests.pipeline.kappa.maps.sample import departure, par, published


def maps(*arguments, **options):
    done = run("kappa", "maps", *map(str, arguments), **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def request(**changes):
    return MapsOptions(**{"model": "none.par", "folder": "out", "time_limit": 60.0} | changes)


@pytest.mark.long
def test_lines_of_runmode(shared, tmp_path):
    folder = shared / "oracle/lenstool/t81_ell"
    code, told, said = maps(folder / "dpl.par", "--lenstool-grid", "--out", tmp_path / "out")
    assert code == 0
    assert [line.split(": ")[0] for line in told.splitlines()] == [
        str(tmp_path / "out" / name) for name in ("dplx.fits", "dply.fits")
    ]
    assert "512 x 512, maximum 28.5445, conforms" in told
    assert "read as TAN they are up to 0.00" in said
    made = fits.getdata(tmp_path / "out/dplx.fits").astype(float)
    assert departure(made, published(folder / "dplx.fits.gz")).max() < 1e-6
    done = check("--profile", "products", str(tmp_path / "out"))
    assert done.returncode == 0, done.stdout


def test_products_on_the_pixels_of_an_image(tmp_path):
    cards = fits.Header({
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 60.0,
        "CRPIX1": 10.0, "CRPIX2": 9.0, "CD1_1": 1e-4, "CD1_2": 2e-4, "CD2_1": 2e-4, "CD2_2": -1e-4,
    })  # fmt: skip
    image = tmp_path / "image.fits"
    fits.PrimaryHDU(np.zeros((20, 30), ">f4"), cards).writeto(image)
    out = tmp_path / "out"
    code, told, _ = maps(
        par(tmp_path), "--like", image, "--out", out, "--product", "kappa", "--product",
        "magnification", "--unity", "--cosmology", "Planck18", "--object", "Toy",
    )  # fmt: skip
    assert code == 0, told
    names = {path.name for path in out.iterdir()}
    assert names == {
        "kappa_obs_lenstool_unity.fits", "magnification_obs_lenstool_unity.fits",
    }  # fmt: skip
    header = fits.getheader(out / "kappa_obs_lenstool_unity.fits")
    told = {key: header[key] for key in ("OBJECT", "COSMO", "LENSNORM", "NAXIS1", "GRIDCONV")}
    assert told == {
        "OBJECT": "Toy", "COSMO": "Planck18", "LENSNORM": "unity", "NAXIS1": 30, "GRIDCONV": "tan",
    }  # fmt: skip
    there = WCS(header).all_pix2world([[0, 0], [29, 19]], 0)
    np.testing.assert_allclose(there, WCS(cards).all_pix2world([[0, 0], [29, 19]], 0), atol=1e-11)


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({"pixel": 2.0, "size": "20"}, (20, 20)),
        ({"pixel": 2.0, "size": "20,10"}, (10, 20)),
        ({"pixel": 2.0, "field": "30,20"}, (10, 15)),
        ({"field": "30", "size": "10"}, (10, 10)),
        ({"lenstool_grid": True, "size": "11"}, (11, 11)),
    ],
)
def test_sizes_of_fields(tmp_path, options, shape):
    options |= {"products": ("kappa",), "folder": str(tmp_path), "model": str(par(tmp_path))}
    assert run_maps(request(**options)) == 0
    assert fits.getdata(tmp_path / "kappa_obs_lenstool_zs2p0.fits").shape == shape


def test_a_map_of_zeros_is_a_finding(corpus, tmp_path):
    folder = corpus / "cerschae+Lenstool-HPC/Benchmarks/ConfigFiles/hff_slmodels/A2744/ellipticite"
    code, told, said = maps(
        folder / "A2744_ellipticite.par", "--lenstool-grid", "--size", "40", "--out", tmp_path
    )
    assert code == 1
    assert "of no use" in told
    assert "asks for lenses at redshift 0.3 exactly and the nearest are at 0.308" in told
    assert "default" in said or "note" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"products": ("kapa",)}, r"did you mean kappa\?"),
        ({"form": "loud"}, "signed, absolute or magnitude"),
        ({"unit": "stones"}, "gcm2, msunpixel, msunkpc2"),
        ({"cosmology": "Planck99"}, "no cosmology"),
        ({"pixel": 0.0}, "--pixel is 0"),
        ({"z_source": float("nan")}, "--zsource is nan"),
        ({"unity": True, "z_source": 1.0}, "give one of them"),
        ({"lenstool_grid": True, "pixel": 1.0}, "leave out --like, --pixel and --field"),
        ({"engine": "glafic"}, "embedded or lenstool"),
        ({"like": "x.fits", "size": "9"}, "leave out --pixel, --size and --field"),
        ({"hdu": "2"}, "--hdu is for --like"),
        ({"workers": 0}, "--workers is 0"),
        ({"time_limit": 0.0}, "--time-limit is 0"),
    ],
)
def test_wrong_options(options, said):
    with pytest.raises(UsageError, match=said):
        run_maps(request(**options))


@pytest.mark.parametrize("size", ["ten", "1", "9.5", "9,9,9", "-4"])
def test_sizes_that_are_none(tmp_path, size):
    with pytest.raises(UsageError, match="--size is"):
        run_maps(request(model=str(par(tmp_path)), size=size))


def test_wrong_options_end_with_2(tmp_path):
    code, told, error = maps(par(tmp_path), "--product", "kapa", "--out", tmp_path / "out")
    assert (code, told) == (2, "")
    assert "did you mean kappa?" in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (bytes(range(256)) * 9, "no text"),
        (b"runmode\n mass 1 9 0 \x1b[31m\n end\n", ""),
    ],
)
def test_models_that_are_none(tmp_path, content, said):
    path = tmp_path / "model.par"
    path.write_bytes(content)
    code, told, error = maps(path, "--lenstool-grid", "--out", tmp_path)
    assert (code, told) == (3, "")
    assert error.startswith("fitslint: ")
    assert said in error
    assert "\x1b" not in error
    assert "Traceback" not in error


def test_without_the_program(tmp_path):
    code, _, error = maps(
        par(tmp_path), "--engine", "lenstool", "--out", tmp_path, PATH=str(tmp_path / "none")
    )
    assert code == 3
    assert "no program `lenstool` on PATH" in error
