"""Names that all rules of the Subaru Telescope share."""

from __future__ import annotations

from fitslint.model.header import Header

FAMILY = "subaru"
RULES = "Subaru header rules 1.4.0 section 9.1"
BASIC = "Subaru basic dictionary 10.1.2"

IMAGING = ("IMAG", "IPOL")
SPECTROSCOPY = ("SPEC", "SPOL")
WAVELENGTH = "WAVELENGTH"
SKY = ("RA---TAN", "DEC--TAN")


def text(header: Header, name: str) -> str:
    """The string of a keyword without blanks around it; empty when there is none."""
    return (header.string(name) or "").strip(" ")


def mode(header: Header) -> str:
    """The four letters of OBS-MOD that say the kind of frame, in capitals."""
    return text(header, "OBS-MOD")[:4].upper()
