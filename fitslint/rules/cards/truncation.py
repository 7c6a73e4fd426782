"""Whether the last word of a full card looks cut."""

from __future__ import annotations

# One and two letters that end a comment for good: words, symbols of units, clock and coordinate
# names. Anything else so short at column 80 is the beginning of a word.
_SHORT_TEXT = """
a i s m d h g k x y z n v t am an as at be by do go he if in is it me no of on or so to up us we
pm ms km cm mm nm um pc hr sr ct px id ra ut yr au kg hz ev ps ns mv ma dn db rc vs
"""
_SHORT_WORDS = frozenset(_SHORT_TEXT.split())
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
universal velocity version wavelength this axis data name
"""
_COMMON_WORDS = tuple(_WORDS_TEXT.split())
# More of them, of which a short beginning may be an abbreviation.
_LONGER_TEXT = """
absolute according accumulated acquired additional adjustment alignment amplifier amplitude
analysis ancillary angular applied approximate artificial associated astronomical atmosphere
atmospheric
attitude available boundary brightness calculated calibrated camera catalog catalogue centroid
character characters circular combined comments compensation completed component components
compressed compression computed conditions constant continuum control controller conversion
converted corrected coverage database default definition density derived designation detected
detectors determined deviation diameter difference differential digital dimension dimensions
dispersion distortion document documentation duration ecliptic effective efficiency electronic
electronics ellipsoid emission ephemeris equivalent estimated extinction extracted fiducial
following foreground fraction galactic generated geocentric geometric gradient grating ground
heights histogram horizontal humidity illumination images inclination increment indicator
individual infrared initial institution instrumental integrated interpolation interval inversion
investigator irradiance kernel laboratory linearity location longitudinal luminosity magnetic
magnitude mechanism median microns mirror modification multiple nominal normalized northern
occulter offsets operation operator optical orientation original outside overscan parallel
particle percent perpendicular photosphere physical polarization polynomial population potential
precession preliminary pressure previous primary principal procedure processed processor produced
products profile projected propagation proposal quadrant quality quantity readout receiver
recorded rectangular reduction region registered rejection relative release removed residual
residuals response results retrieved revision sampling satellite scattered scheduled secondary
section selected selection sensitivity separation settings shutter sidereal simulated solution
sources southern specification spectrograph spectrometer spherical statistics status stellar
structure subarray subtracted summary surface synoptic synthetic systematic targets telemetry
template temporal tolerance topocentric tracking transmission transverse turbulence unique unknown
updated variance variation vertical visible voltage weather weighted window wavelengths
"""
_LONGER_WORDS = tuple(_LONGER_TEXT.split())
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
abso acco accu acqu addition adjust align amps amplify analog angles apply arch astro atmos avail
bound bright calculate catalog cent center centre chars circ circle combine comment comp complete
compress compute cond cons const cont contin convert corrected cover data dataset defa define dens
derive desig detect determine devi diam diff differ digit dims disperse docs document
effect electro ellipse equator equi estimate extinct fiduc follow fore frac frame gala galaxy
generate geometry grad grade grate ground grounds height hist horizon hour humid illum image incl
include index indicate init initials inst institute instr instrument integral inter interp inver
invert kern label labor lati line linear loca local locate magn magnet mech media micro mirr
modify module multi nomi norm normal north object observe occult offset only open oper operate
opti optic optics orient origin over para part parti particle perc period phot physic pola polar
poly popu pote power prec precess precise prel pres press prev prim prime prin print prob proc
procs prod produce product prof proj prop propose quad quadrant qual quan quant radia read reco
record rect reduce redu refl regi region register reje reject rela relate rele remo remove resi
resid resp respond resu result retr revi revise sample sate scatter schedule seco sect select sens
sensitive sepa separate sett setting shut side simu simul simulate sing single solar sola solu
solve sour source south spac spacing spect sphere stat state static stats stel struct sub subt
subtract summ sums surf synt syst target tele temp template tempo term test time times tota total
tracks track tran transit type uniq unit units unkn update vari variable vary vert vertex visi
volt volts weat weigh weight width wind windows with word work year
accord accumulate acquire approx arr assoc associate astrom ave calc calibrate came coef coeff comb
comm con condition conf conv cor deriv design different elev equiv geom micron mult normalize orig
par receive retrieve samp specific spectro statistic targ
"""
_COMPLETE_WORDS = frozenset(_COMPLETE_TEXT.split())


def is_word_fragment(word: str) -> bool:
    """Whether ``word``, the last of a card that is full, is only the beginning of a word.

    Capitals are acronyms, and a number may end anywhere: neither is judged.
    """
    if not word.isalpha() or not word[1:].islower():
        return word.islower() and word.isalpha() and word not in _SHORT_WORDS
    word = word.lower()
    if len(word) <= 2:
        return word not in _SHORT_WORDS
    if word in _COMPLETE_WORDS or word in _COMMON_WORDS or word in _LONGER_WORDS:
        return False
    words = _COMMON_WORDS + _LONGER_WORDS if len(word) > 3 else _COMMON_WORDS
    return any(full.startswith(word) for full in words)
