"""Names that all rules of the Subaru Telescope share."""

from __future__ import annotations

from fitslint.model.header import Header

FAMILY = "subaru"
RULES_CLAUSE = "Subaru header rules 1.4.0 section 9.1"
BASIC_CLAUSE = "Subaru basic dictionary 10.1.2"

IMAGING_MODES = ("IMAG", "IPOL")
SPECTROSCOPY_MODES = ("SPEC", "SPOL")
WAVELENGTH_TYPE = "WAVELENGTH"
SKY_TYPES = ("RA---TAN", "DEC--TAN")


def read_string_value(header: Header, name: str) -> str:
    """The string of a keyword without blanks around it; empty when there is none."""
    return (header.string(name) or "").strip(" ")


def read_observing_mode(header: Header) -> str:
    """The four letters of OBS-MOD that say the kind of frame, in capitals."""
    return read_string_value(header, "OBS-MOD")[:4].upper()
