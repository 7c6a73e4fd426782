"""The facts that may be given, and what is said of those that may not."""

import hashlib

import numpy as np
import pytest

import fitslint
from fitslint import ProductError
from tests.products.samples import facts, image


def conformed(product="kappa", **changes):
    hdu = image(product)
    fitslint.conform(hdu, product, **facts(product, **changes)).raise_for_errors()
    return hdu.header


@pytest.mark.parametrize(
    ("product", "changes", "said"),
    [
        ("kappa", {"zlens": float("nan")}, "zlens is nan; it has to be finite"),
        ("kappa", {"zlens": 0}, "above 0"),
        ("kappa", {"zlens": -0.2}, "above 0"),
        ("kappa", {"zsource": 1e308}, "1200 or less"),
        ("kappa", {"zlens": "0.2"}, "no number"),
        ("kappa", {"zlens": True}, "no number"),
        ("kappa", {"zlens": 10**400}, "no number"),
        ("kappa", {"zlens": 10**5000}, "no number"),
        ("kappa", {"dlsds": 1.5}, "1 or less"),
        ("kappa", {"normalisation": "Unity"}, "'unity', 'source'"),
        ("kappa", {"object": "Abéll"}, "printable ASCII"),
        ("kappa", {"object": "A\nB"}, "printable ASCII"),
        ("kappa", {"object": "\x1b[2J"}, "printable ASCII"),
        ("kappa", {"object": "A" * 69}, "68"),
        ("kappa", {"object": 1689}, "is a string"),
        ("kappa", {"unit": "arcsec"}, "BUNIT of kappa is ''"),
        ("kappa", {"axis": "x"}, "dictionary of kappa has no DEFLAXIS"),
        ("kappa", {"model_sha256": "abc"}, "does not match"),
        ("kappa", {"maptype": "guess"}, "'model', 'observed'"),
        ("kappa", {"cosmology": "Planck99"}, "Planck18"),
        ("kappa", {"cosmology": 70}, "cosmology"),
        ("kappa", {"cosmology": "nan,0.3,0.7"}, "no universe"),
        ("kappa", {"center": "10,20"}, "right ascension"),
        ("kappa", {"center": (10, 91)}, "no place on the sky"),
        ("kappa", {"center": (10, float("inf"))}, "finite"),
        ("kappa", {"scale": 0}, "above 0"),
        ("kappa", {"model": 3}, "path of a lens model"),
        ("kappa", {"inputs": ["a.fits"]}, "pairs"),
        ("kappa", {"inputs": "a.fits"}, "pairs"),
        ("kappa", {"inputs": [("a.fits", "12")]}, "no SHA-256"),
        ("kappa", {"history": ["é"]}, "printable ASCII"),
        ("kappa", {"history": 3}, "lines"),
        ("kappa", {"CHECKSUM": "0"}, "cannot be given"),
        ("kappa", {"PRODUCT": "gamma"}, "cannot be given"),
        ("kappa", {"EXPOSURE": 3.0}, "no EXPOSURE"),
        ("kappa", {"ZLENS": 0.2}, "ZLENS is given twice"),
        ("binmap", {"NBINS": 2.5}, "whole number"),
        ("surface-density", {"unit": "kg"}, "g cm\\*\\*-2"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_in_a_sentence(product, changes, said):
    with pytest.raises(ProductError, match=said) as caught:
        conformed(product, **changes)
    assert "\n" not in str(caught.value) and "\x1b" not in str(caught.value)


def test_names_of_facts_are_told_by_the_nearest():
    with pytest.raises(TypeError, match="did you mean 'zsource'"):
        conformed(zsourse=2.0)
    with pytest.raises(TypeError, match="there are zlens"):
        conformed(qqqq=2.0)
    with pytest.raises(ProductError, match="did you mean kappa"):
        fitslint.conform(image(), "kapa")
    with pytest.raises(ProductError, match="there are bin-mask, binmap, binned, deflection"):
        fitslint.conform(image(), None)


def test_numbers_of_numpy_will_do():
    assert conformed(zlens=np.float64(0.25))["ZLENS"] == 0.25
    assert conformed(center=np.array([10.5, -20.5]))["CRVAL2"] == -20.5


def test_keywords_of_the_dictionary_are_facts():
    header = conformed("xray-counts", EXPOSURE=1234, **{"DATE-OBS": "2004-03-06T00:00:00"})
    assert header["EXPOSURE"] == 1234.0 and header["DATE-OBS"] == "2004-03-06T00:00:00"
    assert conformed(zlens=None, ZLENS=0.25)["ZLENS"] == 0.25


def test_the_unit_is_spelt_as_the_dictionary_spells_it():
    hdu = image(header=[("BUNIT", "g/cm**2")])
    done = fitslint.conform(hdu, "surface-density", **facts("surface-density", unit=None))
    assert done.ok and hdu.header["BUNIT"] == "g cm**-2"
    hdu = image(header=[("BUNIT", "Jy/beam")])
    with pytest.raises(ProductError, match="has BUNIT 'Jy/beam'"):
        fitslint.conform(hdu, "surface-density", **facts("surface-density", unit=None))


def test_the_model_is_recorded_with_its_digest(tmp_path):
    par = tmp_path / "a1689.par"
    par.write_text("runmode\nfini\n")
    changes = {"maptype": None, "mapsrc": None, "model": par}
    header = conformed(**changes)
    assert header["MAPTYPE"] == "model" and header["MODEL"] == "a1689.par"
    digest = header["MODELSHA"]
    assert digest == hashlib.sha256(par.read_bytes()).hexdigest()
    with pytest.raises(ProductError, match="not the lens model"):
        conformed(**changes, model_sha256="0" * 64)
    par.unlink()
    with pytest.raises(ProductError, match="cannot be read"):
        conformed(**changes)
    assert conformed(**changes, model_sha256=digest)["MODELSHA"] == digest
    with pytest.raises(ProductError, match="rename it"):
        conformed(**{**changes, "model": tmp_path / "modèle.par"}, model_sha256=digest)


def test_inputs_stand_in_pairs_and_old_ones_go():
    hdu = image()
    three = [(f"{name}.fits", name * 64) for name in "abc"]
    fitslint.conform(hdu, "kappa", inputs=three, **facts("kappa"))
    names = list(hdu.header)
    assert names[names.index("INPUT1") :][:4] == ["INPUT1", "INSHA1", "INPUT2", "INSHA2"]
    fitslint.conform(hdu, "kappa", inputs=three[1:], **facts("kappa"))
    assert hdu.header["INPUT1"] == "b.fits" and "INPUT3" not in hdu.header


def test_history_grows_by_what_is_new():
    hdu = image()
    for line in ("kappa times 0.8", "kappa times 0.8", "kappa times 1.25", "kappa times 0.8"):
        fitslint.conform(hdu, "kappa", history=[line], **facts("kappa"))
    said = [str(line) for line in hdu.header["HISTORY"]]
    assert said == ["kappa times 0.8", "kappa times 1.25", "kappa times 0.8"]


@pytest.mark.parametrize(("form", "unit"), [("signed", ""), ("absolute", ""), ("magnitude", "mag")])
def test_the_form_of_a_magnification_tells_its_unit(form, unit):
    assert conformed("magnification", form=form)["BUNIT"] == unit
    hdu = image()
    done = fitslint.conform(hdu, "magnification", **facts("magnification", form=form, unit="mag"))
    assert done.ok == (unit == "mag")
