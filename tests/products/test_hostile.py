"""Headers with bytes changed at random: a product, or a sentence, and nothing else."""

import io

from astropy.io import fits
from hypothesis import example, given, settings
from hypothesis import strategies as st

import fitslint
from fitslint import ProductError
from fitslint.products.header_facts import read_facts
from tests.products.samples import facts, image, stored

WHOLE = stored(
    image(
        header=[
            ("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN"), ("CRVAL1", 10.0), ("CRVAL2", 20.0),
            ("CRPIX1", 8.5), ("CRPIX2", 6.5), ("CD1_1", -1e-4), ("CD1_2", 0.0), ("CD2_1", 0.0),
            ("CD2_2", 1e-4), ("RADECSYS", "FK5"), ("ZLENS", 0.2), ("COSMO", "Planck18"),
            ("BLANK", 0), ("BSCALE", 1.0), ("BZERO", 0.0), ("BUNIT", ""), ("DLSDS", 0.8),
        ]
    )
)  # fmt: skip
BYTES = st.sampled_from([*b" '=/T-.E09AZ", 0, 10, 127, 200])


@settings(max_examples=120)
@given(st.lists(st.tuples(st.integers(0, 2879), BYTES), min_size=1, max_size=8))
@example([(1211, 0)])
@example([(400, ord(" ")), (1760, ord("'"))])
def test_changed_bytes_of_a_header(changes):
    data = bytearray(WHOLE)
    for at, byte in changes:
        data[at] = byte
    told = facts("kappa", center=None, scale=None, zsource=1.5)
    for complete in (False, True):
        try:
            read_facts(bytes(data))
            done = fitslint.conform(bytes(data), "kappa", complete=complete, **told)
        except ProductError as error:
            assert str(error).isprintable()
        else:
            assert done.data is not None
            assert done.changed or done.data == bytes(data)


def test_a_name_in_small_letters_is_not_the_card_that_is_removed():
    whole = stored(image(header=[("RADECSYS", "ICRS"), ("RADESYS", "ICRS"), ("HOLDER", "ICRS")]))
    data = whole.replace(b"HOLDER  =", b"radecsys=")
    done = fitslint.conform(data, "kappa", **facts("kappa"))
    assert done.data is not None
    assert b"RADECSYS=" in data and b"RADECSYS=" not in done.data
    assert b"radecsys=" in done.data


VALUES = st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.booleans(), st.none())
KEYS = st.sampled_from([
    "CRVAL1", "CRPIX2", "CDELT1", "CTYPE1", "CUNIT2", "CD1_1", "PC1_2", "CROTA2", "RADESYS",
    "EQUINOX", "ZLENS", "ZSRC", "DLSDS", "LENSNORM", "COSMO", "H0", "OMEGAM", "OMEGAL", "W0",
    "BUNIT", "ORIGIN", "ENGINE", "INPUT1", "DATE", "BLANK", "BSCALE", "GRIDCONV", "EPOCH",
])  # fmt: skip


@settings(max_examples=80)
@given(st.dictionaries(KEYS, VALUES, max_size=10), st.booleans())
def test_any_values_in_a_header(values, silent):
    hdu = image()
    for key, value in values.items():
        try:
            hdu.header[key] = value
        except ValueError:
            continue
    told = {} if silent else facts("kappa")
    try:
        read_facts(hdu)
        done = fitslint.conform(hdu, "kappa", **told)
    except ProductError as error:
        assert str(error).isprintable()
    else:
        assert done.changed
        hdu.writeto(io.BytesIO(), output_verify="ignore")


FACTS = st.sampled_from([
    "zlens", "zsource", "dlsds", "cosmology", "center", "scale", "object", "history", "inputs",
    "model", "radesys", "equinox", "unit", "date", "CRVAL1", "CTYPE1", "H0", "HIERARCH", "NAXIS",
])  # fmt: skip
ANYTHING = st.one_of(VALUES, st.lists(VALUES, max_size=3), st.tuples(st.floats(), st.floats()))


@settings(max_examples=100)
@given(st.dictionaries(FACTS, ANYTHING, max_size=4))
@example({"model": "\0"})
@example({"scale": "\U00018cd6"})
def test_any_facts(values):
    data = stored(image())
    try:
        done = fitslint.conform(data, "kappa", **facts("kappa", **values))
    except (ProductError, TypeError) as error:
        # The name of a file is told as it is; who shows it escapes it.
        assert str(error).removeprefix(getattr(error, "path", None) or "").isprintable()
    else:
        with fits.open(io.BytesIO(done.data)) as hdus:
            assert hdus[0].data.shape == (12, 16)
