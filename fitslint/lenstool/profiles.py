"""Lenstool's profiles of mass by number."""

MASS_PROFILES = {
    -2: "SIE with a cut radius (BBS)",
    -1: "singular isothermal ellipsoid",
    0: "singular isothermal sphere",
    1: "SIE with an elliptical potential",
    2: "isothermal sphere with a core",
    3: "power law with a core and an elliptical potential",
    4: "pseudo-elliptical isothermal potential with a core",
    41: "pseudo-elliptical isothermal potential with a core and a cut radius",
    5: "modified Hubble law",
    6: "elliptical potential of two exponents",
    7: "point mass",
    8: "PIEMD",
    81: "dPIE",
    82: "PIEMD with a shallow centre",
    83: "elliptical mass of exponent 3/2",
    84: "sum of elliptical masses 0.5 and 1.5",
    85: "elliptical mass of exponent 1",
    86: "truncated elliptical mass of exponent 1",
    87: "sum of truncated elliptical masses 1 and 0.5",
    88: "sum of truncated elliptical masses 1 and 1.5",
    89: "stars and halo of elliptical masses 1 and 0.5",
    9: "sheet of mass",
    10: "spline map of the potential",
    11: "mass of 1/r^4",
    12: "NFW",
    121: "triaxial NFW",
    13: "Sersic",
    14: "external shear",
    15: "Einasto",
    16: "Hernquist",
    17: "external maps",
}
"""From the tables of Lenstool's manual and ``e_grad2.c``."""
SHEAR_PROFILE = 14
"""The external shear, which has no mass of its own."""
SUPPORTED_PROFILES = (1, 8, 12, SHEAR_PROFILE, 81)
"""Those that maps are made of here."""


def describe_profile(number: int) -> str:
    """``profile 13 (Sersic)``."""
    return f"profile {number} ({MASS_PROFILES.get(number, 'unknown to Lenstool')})"
