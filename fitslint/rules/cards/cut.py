"""Whether the last word of a full card looks cut."""

from __future__ import annotations

# One and two letters that end a comment for good: words, symbols of units, clock and coordinate
# names. Anything else so short at column 80 is the beginning of a word.
_SHORT_TEXT = """
a i s m d h g k x y z n v t am an as at be by do go he if in is it me no of on or so to up us we
pm ms km cm mm nm um pc hr sr ct px id ra ut yr au kg hz ev ps ns mv ma dn db rc vs
"""
_SHORT = frozenset(_SHORT_TEXT.split())
# Words that comments of headers are made of; a true beginning of one of them at column 80 is cut.
_WORDS_TEXT = """
acquisition altitude aperture array astrometric average azimuth background barycentric beginning
calibration celestial channel coefficient column configuration coordinate coordinates correction
created declination degrees description detector direction distance electron electrons element
elevation equatorial equinox exposure extension extraction filename filter frequency
heliocentric identification identifier information instrument integration intensity keyword
latitude longitude maximum measured measurement minimum modified number object observation
observations observatory observed observer parameter photometric photon photons pipeline pixel
pixels pointing position processing program projection radiation reference resolution right
rotation saturation science seconds sensor sequence software spacecraft spatial spectral
spectrum standard starting system telescope temperature threshold transformation uncertainty
universal velocity version wavelength
"""
_WORDS = tuple(_WORDS_TEXT.split())
# Beginnings that are words or common abbreviations themselves.
_COMPLETE_TEXT = """
ext obs pos det dec deg cal calib config coord coords desc dist elem ele exp freq ident info
inst int lat lon long max mag min mod num obj off op para param pix plan pip point proc prog pro
program proj rad ref refer res rot sat sci sec second seq soft spec star stand start sys tel
tele temp temper thresh trans uni univ val vel ver version vers wave correct format full
integrate intent process project pixel photon position saturate science sense sensor space
spectra standard starting measure measured channel column description system object observe
telescope observation array aper avg alt azi back bar begin bary char col corr create degree
direct elect electron element equ equi extract extra file filt fil helio identify inform key
instrument mini maxi modify number numb observer observed parameter photo pipe proper pointing
reference resolve right rig rotate seconds sequence spat spacecraft standards temperature
transform wavelength uncertain coordinate
"""
_COMPLETE = frozenset(_COMPLETE_TEXT.split())


def cut_word(word: str) -> bool:
    """Whether ``word``, the last of a card that is full, is only the beginning of a word.

    Capitals are acronyms, and a number may end anywhere: neither is judged.
    """
    if not word.isalpha() or not word.islower():
        return False
    if len(word) <= 2:
        return word not in _SHORT
    return word not in _COMPLETE and any(full.startswith(word) and full != word for full in _WORDS)
