"""A model for maps: one potential, a place on the sky, and whatever a test changes."""

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
