"""A model for maps, and what holds of every map that is written."""

import gzip
import shutil
import subprocess

import fitsio
import numpy as np
from astropy.io import fits

import fitslint

MODEL = """\
runmode
  {reference}
{lines}
  end
grille
  nlens {number}
  end
source
  z_source {source}
  end
{potentials}
cosmology
  H0 70
  omegaM 0.3
  omegaX 0.7
  end
champ
  {field}
  end
fini
"""
POTENTIAL = """\
potentiel {name}
  profil 81
  x_centre {x}
  y_centre {y}
  ellipticite 0.3
  angle_pos 30
  core_radius 2
  cut_radius 100
  v_disp 800
  z_lens {z}
  end
"""
SHEAR = """\
potentiel shear
  profil 14
  gamma 0.1
  angle_pos 20
  z_lens 0.3
  end
"""


def par(folder, lines="", **changes):
    """A model, and its path."""
    given = {
        "reference": "reference 3 150.0 60.0", "number": 1, "source": 2.0, "field": "dmax 30",
        "potentials": POTENTIAL.format(name="P1", x=3, y=-5, z=0.3),
    } | changes  # fmt: skip
    path = folder / "model.par"
    path.write_text(MODEL.format(lines=lines, **given))
    return path


def two_planes(folder, lines=""):
    potentials = "".join(
        POTENTIAL.format(name=f"P{number}", x=number, y=0, z=z)
        for number, z in enumerate((0.3, 0.5))
    )
    return par(folder, lines, number=3, potentials=potentials + SHEAR)


def clean(path):
    """No finding of ours and none of fitsverify; the same pixels for two readers."""
    report = fitslint.check(path, profile="products")
    assert not report.findings, [str(one) for one in report.findings]
    program = shutil.which("fitsverify")
    if program:
        done = subprocess.run([program, "-q", path], capture_output=True, text=True, check=False)
        assert "OK" in done.stdout, done.stdout
    ours = fits.getdata(path)
    assert ours.dtype == ">f4"
    np.testing.assert_array_equal(ours, fitsio.read(str(path)))


def published(path):
    with gzip.open(path) as stream, fits.open(stream) as hdus:
        return np.asarray(hdus[0].data, np.float64)


def departure(made, wanted):
    scale = np.maximum(np.abs(wanted), 1e-3 * np.abs(wanted).max())
    return np.abs(made - wanted) / scale
