"""Pixels of images as numbers, held against astropy."""

import gzip

import numpy as np
import pytest
from astropy.io import fits

from fitslint.source.files import read_bytes
from fitslint.source.image import ImageError, find_hdu, read_axes, read_image

SHAPE = (5, 7)
VALUES = np.arange(35.0).reshape(SHAPE)


def stored(path, *hdus):
    fits.HDUList(list(hdus)).writeto(path, overwrite=True)
    return str(path)


def read(path, axes=2):
    return read_image(str(path), axes=axes, max_pixels=10_000)


@pytest.mark.parametrize("kind", ["u1", "i2", "i4", "i8", "f4", "f8"])
def test_every_kind_of_number(tmp_path, kind):
    path = stored(tmp_path / "x.fits", fits.PrimaryHDU(VALUES.astype(kind)))
    image = read(path)
    assert image.values.dtype == np.float64
    assert np.array_equal(image.values, VALUES)


@pytest.mark.parametrize("kind", ["u2", "u4", "i1"])
def test_numbers_without_a_sign(tmp_path, kind):
    path = stored(tmp_path / "x.fits", fits.PrimaryHDU(VALUES.astype(kind)))
    assert np.array_equal(read(path).values, VALUES)


def test_scale_zero_and_blank(tmp_path):
    hdu = fits.PrimaryHDU(VALUES.astype("i2"))
    hdu.header.update(BSCALE=0.5, BZERO=100.0, BLANK=3)
    path = stored(tmp_path / "x.fits", fits.PrimaryHDU())
    raw = fits.PrimaryHDU(VALUES.astype("i2"), do_not_scale_image_data=True)
    raw.header.update(BLANK=3)
    path = stored(tmp_path / "x.fits", raw)
    with fits.open(path, mode="update", do_not_scale_image_data=True) as file:
        file[0].header.update(BSCALE=0.5, BZERO=100.0)
    expected = np.where(VALUES == 3, np.nan, VALUES * 0.5 + 100)
    assert np.array_equal(read(path).values, expected, equal_nan=True)
    assert np.array_equal(fits.getdata(path), expected, equal_nan=True)


def test_the_first_image_wherever_it_is(tmp_path):
    path = stored(
        tmp_path / "x.fits", fits.PrimaryHDU(),
        fits.BinTableHDU.from_columns([fits.Column("A", "J", array=[1])]),
        fits.ImageHDU(VALUES[np.newaxis], name="MAP"), fits.ImageHDU(-VALUES),
    )  # fmt: skip
    image = read(path)
    assert image.hdu.number == 3 and np.array_equal(image.values, VALUES)
    assert read_axes(image.hdu) == (7, 5, 1)
    assert image.header.string("EXTNAME").strip() == "MAP"


@pytest.mark.parametrize("shape", [(1, 30), (30, 1), (1, 1)])
def test_an_axis_of_one_pixel_is_an_axis(tmp_path, shape):
    values = np.arange(float(np.prod(shape))).reshape(shape)
    path = stored(tmp_path / "x.fits", fits.PrimaryHDU(values[np.newaxis]))
    assert np.array_equal(read(path).values, values)


def test_packed_files_and_images(tmp_path):
    path = stored(
        tmp_path / "x.fits", fits.PrimaryHDU(),
        fits.CompImageHDU(VALUES.astype("f4"), quantize_level=0.0, compression_type="GZIP_1"),
    )  # fmt: skip
    assert np.array_equal(read(path).values, VALUES)
    (tmp_path / "y.fits.gz").write_bytes(gzip.compress((tmp_path / "x.fits").read_bytes()))
    assert np.array_equal(read(tmp_path / "y.fits.gz").values, VALUES)


def test_what_gives_no_image(tmp_path):
    path = stored(tmp_path / "x.fits", fits.PrimaryHDU(VALUES))
    with pytest.raises(ImageError, match="HDU 1 has 2 axes; a map has 3"):
        read(path, axes=3)
    with pytest.raises(ImageError, match="7 x 5 pixels are more than 34"):
        read_image(path, axes=2, max_pixels=34)
    with pytest.raises(ImageError, match="no such file"):
        read(tmp_path / "none.fits")
    with pytest.raises(ImageError, match="a folder"):
        read(tmp_path)
    data = (tmp_path / "x.fits").read_bytes()
    (tmp_path / "cut.fits").write_bytes(data[:-2880])
    with pytest.raises(ImageError, match=r"ends within its pixels|to its end"):
        read(tmp_path / "cut.fits")
    (tmp_path / "scale.fits").write_bytes(
        data.replace(b"EXTEND  =                    T", b"BSCALE  = 'half    '          ", 1)
    )
    with pytest.raises(ImageError, match="BSCALE is 'half"):
        read(tmp_path / "scale.fits")


@pytest.mark.parametrize(
    ("hdu", "number"), [(1, 1), ("2", 2), ("map", 2), (" MAP ", 2), (3, None), ("X", None)]
)
def test_an_hdu_by_number_or_name(tmp_path, hdu, number):
    stored(tmp_path / "x.fits", fits.PrimaryHDU(VALUES), fits.ImageHDU(VALUES, name="MAP"))
    file = read_bytes((tmp_path / "x.fits").read_bytes())
    if number is None:
        with pytest.raises(ImageError, match="no HDU"):
            find_hdu(file, hdu)
    else:
        assert find_hdu(file, hdu).number == number
