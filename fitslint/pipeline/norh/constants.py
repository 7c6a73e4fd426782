"""The constants of the Nobeyama Radioheliograph and of the radiation that it sees.

Units as the manual has them: cgs for emission, arcsec on the sky, SFU (1e-22 W m^-2 Hz^-1) for
flux densities. Every value says where it comes from. Longitude, latitudes and the radius of the Sun
at 1 au are those of :mod:`fitslint.rules.norh.sun`, by which headers are judged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

ARCSEC = math.pi / 648000
"""Radians in an arcsec."""
SPEED_OF_LIGHT = 2.99792458e10
"""cm/s (exact, SI)."""
BOLTZMANN = 1.380649e-16
"""erg/K (exact, SI)."""
ELECTRON_CHARGE = 4.803204712570263e-10
"""esu (CODATA 2018)."""
ELECTRON_MASS = 9.1093837015e-28
"""g (CODATA 2018)."""
ELECTRON_REST_ENERGY = 8.1871057769e-07
"""erg (CODATA 2018), 510.999 keV."""
KEV = 1.602176634e-9
"""erg (exact, SI)."""
ASTRONOMICAL_UNIT = 1.495978707e13
"""cm (IAU 2012 B2)."""
GYROFREQUENCY = 2.79925e6
"""Hz by gauss, nu_B = eB/(2 pi m c) (CODATA)."""
PARITY_BOLTZMANN = 1.38e-16
"""erg/K as IDL's procedures round it (the public inversion procedures norh_*_inv)."""
PARITY_SPEED_OF_LIGHT = 3e10
"""cm/s as they round it."""
PARITY_CM_PER_ARCSEC = 7e7
"""cm on the Sun by arcsec in them; at 1 au it is 7.25e7."""
SFU = 1e-19
"""erg s^-1 cm^-2 Hz^-1 in a solar flux unit (1e-22 W m^-2 Hz^-1)."""

UNIT_SPACING = 152.8
"""cm between neighbours of the east-west line (comment of the correlation file tca110810)."""
NORTH_SPACING_RATIO = 1.000112494
"""Spacing of the north line by the east-west one: the ground falls by 0.8594 deg to the south
(1/cos; recorded output of IDL's beam)."""
RADIO_RADIUS_FACTOR = 1.0125
"""Radio by optical radius, SOLR-FAC (manual, B.1 and B.2)."""
QUIET_SUN = 1e4
"""K, brightness of the quiet disk at both frequencies (manual, 4.4.3)."""
FULL_CORRELATION = 32768
"""Amplitude of a full correlation, in evx and FUND-AMP (manual, A.10)."""
SFU_PER_CORRELATION = 3000.0
"""SFU by unit of correlation at 17 GHz, 30 by one percent (manual, 4.3); approximate."""


@dataclass(frozen=True, slots=True)
class FrequencyBand:
    """One of the two frequencies.

    Parameters
    ----------
    nominal : float
        Hz, OBS-FREQ in a header.
    true : float
        Hz, at which it is observed (recorded output of IDL's beam: 33.8 for "34GHz").
    image_pixel : float
        arcsec, CDELT of whole-disk images (real headers; the manual rounds to 4.9 and 2.45).
    max_size : int
        pixels on a side, the most that the imaging programs make (manual, 6).
    """

    nominal: float
    true: float
    image_pixel: float
    max_size: int

    @property
    def dirty_pixel(self) -> float:
        """Arcsec: a 512th of the period of the dirty map (recorded output of IDL's beam)."""
        return self.period / 512

    @property
    def period(self) -> float:
        """Arcsec after which the dirty map repeats, wavelength by unit spacing."""
        return SPEED_OF_LIGHT / (self.true * UNIT_SPACING) / ARCSEC


BANDS = {
    "17GHz": FrequencyBand(17e9, 17e9, 4.91106, 512),
    "34GHz": FrequencyBand(34e9, 33.8e9, 2.45553, 1024),
}
"""The frequencies by the value of OBS-FREQ."""
CLEAN_BEAM_WIDTH = 2.0654677
"""Dirty pixels, 1/e half-width of the clean beam of Hanaoka and Koshix (pychmp 0.3.0, recorded
output of IDL's beam)."""
FUJIKI_BEAM_WIDTHS: dict[float, float] = {3: 2.5, 5: 2.3, 7: 2.0}
"""The same of Fujiki by CELLSIZE, to be multiplied by sqrt(2), in half dirty pixels
(pychmp 0.3.0)."""
FUJIKI_BEAM_WIDTH = 1.8
"""Of Fujiki with any other CELLSIZE (pychmp 0.3.0)."""
