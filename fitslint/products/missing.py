"""Keywords that a product needs and nobody has told: what to give, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from fitslint.model.finding import Finding

_MISSING_CODES = frozenset(("DI101", "DI122"))
_CENTRE_HINT = (
    "give the centre of the image and the size of a pixel: center=(ra, dec) in degrees and scale= "
    "in arcsec (--center RA,DEC --scale ARCSEC)"
)
_COSMOLOGY_HINT = "give the cosmology: cosmology= (--cosmology Planck18 or 70,0.3,0.7)"
_HOW_TO_SUPPLY = {
    "OBJECT": "give the name of the cluster or field: object= (--object NAME)",
    "ZLENS": "give the redshift of the lens: zlens= (--zlens Z)",
    "ZSRC": "give the redshift of the sources: zsource= (--zsource Z)",
    "LENSNORM": "give whether the pixels hold D_ls/D_s = 1 or have been multiplied by the ratio of "
    "one source redshift: normalisation='unity' or 'source' (--normalisation); Lenstool's mass 1 "
    "is source, its ampli 5 unity",
    "DLSDS": "give the cosmology and both redshifts: cosmology=, zlens=, zsource= (--cosmology "
    "Planck18 or 70,0.3,0.7)",
    "PIXKPC": "give the cosmology, the redshift of the lens and a size of the pixels: cosmology=, "
    "zlens=, scale= (--cosmology, --zlens, --scale)",
    "MAPTYPE": "give whether the map comes out of a lens model or of observations: maptype='model' "
    "or 'observed' (--maptype), or the model itself",
    "MAPSRC": "give where the map was taken from: mapsrc= (--mapsrc NAME)",
    "MODEL": "give the file of the lens model: model= (--model FILE)",
    "MODELSHA": "give the file of the lens model, whose SHA-256 it is: model= (--model FILE)",
    "BUNIT": "give the unit of the pixels: unit= (--unit UNIT)",
    "DEFLAXIS": "give the component of the deflection: axis='x' or 'y' (--axis)",
    "SHEARFRM": "give the frame of the components: frame='pixel' or 'sky' (--frame)",
    "MAGFORM": "give the form of the magnification: form='signed', 'absolute' or 'magnitude' "
    "(--form)",
    **dict.fromkeys(("H0", "OMEGAM", "OMEGAL"), _COSMOLOGY_HINT),
    **{
        f"{root}{axis}": _CENTRE_HINT
        for root in ("CTYPE", "CUNIT", "CRVAL", "CRPIX", "CDELT")
        for axis in (1, 2)
    },
}


class MissingFact(NamedTuple):
    """A keyword that the product needs, and a sentence that says what to give for it."""

    keyword: str
    sentence: str


def group_missing(unknown: Iterable[MissingFact]) -> Iterator[tuple[str, str]]:
    """(keywords, sentence) of neighbours that the same will tell."""
    for sentence, group in groupby(unknown, key=lambda fact: fact.sentence):
        yield ", ".join(fact.keyword for fact in group), sentence


def find_missing(findings: Iterable[Finding], hdu: int) -> list[MissingFact]:
    """The keywords that the dictionary requires and the HDU does not have."""
    missing = [
        str(finding.params.get("missing") or finding.keyword)
        for finding in findings
        if finding.code in _MISSING_CODES and finding.hdu == hdu
    ]
    return [MissingFact(keyword, explain_supply(keyword)) for keyword in dict.fromkeys(missing)]


def explain_supply(keyword: str) -> str:
    """What to give for a keyword, and how."""
    return _HOW_TO_SUPPLY.get(keyword) or f"give {keyword}= (--set {keyword}=VALUE)"
