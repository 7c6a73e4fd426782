"""Writes ``a1689.par`` and ``members.cat`` of this folder: ``python -m ... make_model DIR``.

The large halos have parameters like those that Limousin et al. 2007 (ApJ 668, 643, Table 3) found
for Abell 1689, rounded; the galaxies are drawn, with a fixed seed, so that they resemble those of a
rich cluster. It is a model to look at, not one that was fitted to images.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterator
from pathlib import Path

GALAXIES = 120
_SEED = 1689
_CORE = 45.0
"""Core radius of the projected density of galaxies, arcsec."""
_EDGE = 150.0
_BRIGHTEST, _FAINTEST, _SLOPE = 16.6, 21.5, 0.28
"""Magnitudes, and d log10 N / d mag of the counts."""
_CENTRE = "197.8730000 -1.3409972"
"""Right ascension and declination of the brightest galaxy in degrees."""
# name, x (west) and y in arcsec, ellipticity, angle, core and cut in kpc, v_disp in km/s
_HALOS = (
    ("main", 0.6, -5.0, 0.22, 92.0, 100.0, 1500.0, 1437.0),
    ("north-east", -70.0, 48.0, 0.60, 80.0, 70.0, 500.0, 643.0),
    ("brightest", 0.0, 0.0, 0.50, 66.0, 6.3, 132.0, 452.0),
    ("second", -44.0, 32.0, 0.30, 25.0, 2.0, 60.0, 250.0),
)

_HEAD = """\
# A lens model like that of Abell 1689, for the demonstration of fitslint.
# The halos follow Limousin et al. 2007 (ApJ 668, 643) loosely; the galaxies are drawn by lot.
runmode
	reference 3 {centre}
	verbose 0
	mass 1 384 0.183 kappa.fits
	end
grille
	nombre 64
	polaire 0
	nlentille {nlens}
	nlens_opt {halos}
	end
source
	z_source 2.0
	end
"""
_HALO = """\
potentiel {name}
	profil 81
	x_centre {x:.1f}
	y_centre {y:.1f}
	ellipticite {ellipticity:.2f}
	angle_pos {angle:.1f}
	core_radius_kpc {core:.1f}
	cut_radius_kpc {cut:.1f}
	v_disp {velocity:.1f}
	z_lens 0.183
	end
"""
_TAIL = """\
potfile members
	filein 3 members.cat
	zlens 0.183
	type 81
	mag0 17.54
	corekpc 0.15
	cutkpc 0 18.0
	sigma 0 152.0
	slope 0 4.0
	vdslope 0 4.0
	end
cosmology
	H0 70.0
	omegaM 0.3
	omegaX 0.7
	end
champ
	dmax 96.0
	end
fini
"""


def build_model() -> str:
    """The parameter file."""
    names = ("name", "x", "y", "ellipticity", "angle", "core", "cut", "velocity")
    halos = [_HALO.format(**dict(zip(names, halo, strict=True))) for halo in _HALOS]
    head = _HEAD.format(centre=_CENTRE, nlens=len(_HALOS) + GALAXIES, halos=len(_HALOS))
    return head + "".join(halos) + _TAIL


def build_members() -> str:
    """The catalogue of galaxies."""
    rows = [f"#REFERENCE 3 {_CENTRE}", "# id x y a b theta mag lum"]
    draw = random.Random(_SEED)
    for number, (x, y) in enumerate(_draw_positions(draw), 1):
        small = draw.random() * 0.45
        magnitude = _compute_magnitude(draw.random())
        angle = draw.random() * 180 - 90
        rows.append(
            f"{number} {x:.2f} {y:.2f} 1.00 {1 - small:.2f} {angle:.1f} {magnitude:.2f} 0.0"
        )
    return "\n".join(rows) + "\n"


def _draw_positions(draw: random.Random) -> Iterator[tuple[float, float]]:
    """Offsets of galaxies: a projected King profile around the brightest, none on top of it."""
    area = math.log1p((_EDGE / _CORE) ** 2)
    found = 0
    while found < GALAXIES:
        radius = _CORE * math.sqrt(math.expm1(area * draw.random()))
        angle = 2 * math.pi * draw.random()
        if radius > 8:
            found += 1
            yield radius * math.cos(angle), radius * math.sin(angle)


def _compute_magnitude(share: float) -> float:
    """The magnitude below which ``share`` of the galaxies are, their counts being exponential."""
    low, high = 10 ** (_SLOPE * _BRIGHTEST), 10 ** (_SLOPE * _FAINTEST)
    return math.log10(low + share * (high - low)) / _SLOPE


def main(folder: str) -> None:
    """Write both files into ``folder``."""
    Path(folder, "a1689.par").write_text(build_model(), encoding="ascii")
    Path(folder, "members.cat").write_text(build_members(), encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
