"""Headers of every projection, pole, matrix and order of axes, made from a seed."""

import math
import random

SYSTEMS = (
    ("RA--", "DEC-"), ("GLON", "GLAT"), ("ELON", "ELAT"), ("HLON", "HLAT"), ("HPLN", "HPLT"),
    ("SLON", "SLAT"),
)  # fmt: skip
UNITS = {"deg": 1.0, "arcmin": 60.0, "arcsec": 3600.0, "mas": 3.6e6, "rad": math.pi / 180}
CODES = (
    "AZP", "SZP", "TAN", "STG", "SIN", "ARC", "ZPN", "ZEA", "AIR", "CYP", "CEA", "CAR", "MER",
    "SFL", "PAR", "MOL", "AIT", "COP", "COE", "COD", "COO", "BON", "PCO", "TSC", "CSC", "QSC",
    "HPX", "XPH",
)  # fmt: skip
CONICS = ("COP", "COE", "COD", "COO")


def choose_parameters(code, rng):
    """PVi_m of the latitude axis, by the number m."""
    if code == "AZP":
        return rng.choice(({}, {1: rng.uniform(-3, 3), 2: rng.uniform(-80, 80)}, {1: 2.0, 2: 30.0}))
    if code == "SZP":
        mu, phi, theta = rng.uniform(-3, 3), rng.uniform(-180, 180), rng.uniform(-90, 90)
        return rng.choice(({}, {1: mu, 2: phi, 3: theta}, {1: 2.0, 2: 180.0, 3: 60.0}))
    if code == "SIN":
        return rng.choice(({}, {1: rng.uniform(-1, 1), 2: rng.uniform(-1, 1)}))
    if code == "ZPN":
        terms = {0: 0.05, 1: 0.95, 2: -0.025, 3: -0.15833, 4: 0.00208, 5: 0.00792}
        return rng.choice(({1: 1.0, 3: rng.uniform(-0.2, 0.4)}, terms, {1: 1.0, 2: 0.1}, {1: 0.7}))
    if code == "AIR":
        return rng.choice(({}, {1: rng.uniform(-60, 90)}))
    if code == "CYP":
        return rng.choice(({}, {1: rng.uniform(0, 3), 2: rng.uniform(0.2, 2)}))
    if code == "CEA":
        return rng.choice(({}, {1: rng.uniform(0.1, 1)}))
    if code == "HPX":
        return rng.choice(({}, {1: float(rng.randint(1, 8)), 2: float(rng.randint(1, 6))}))
    if code == "BON":
        return {1: rng.choice((rng.uniform(-89, 89), 0.0, 45.0, 90.0))}
    if code in CONICS:
        middle = rng.choice((-1, 1)) * rng.uniform(5, 85)
        return {1: middle, 2: rng.choice((0.0, rng.uniform(-1, 1) * (89 - abs(middle)) * 0.9))}
    return {}


def make_header(seed, code=None):
    """A header (a mapping), and the length in degrees of its pixels."""
    rng = random.Random(seed)
    code = code or CODES[seed % len(CODES)]
    axes = rng.choice((2, 2, 2, 3, 4))
    lon, lat = rng.sample(range(1, axes + 1), 2)
    version = rng.choice(("", "", "", "A", "Q"))
    longitude, latitude = rng.choice(SYSTEMS)
    header = {"NAXIS": axes}
    scale = 10 ** rng.uniform(-4.5, 0.7)
    units = dict.fromkeys(range(1, axes + 1), "")
    for axis, name in ((lon, longitude), (lat, latitude)):
        header[f"CTYPE{axis}{version}"] = f"{name}-{code}"
        units[axis] = rng.choice(("deg", "deg", "", *UNITS))
    place = rng.choice(
        ((rng.uniform(-400, 400), rng.uniform(-90, 90)), (0.0, 0.0), (rng.uniform(0, 360), 90.0),
         (rng.uniform(0, 360), -90.0), (rng.uniform(0, 360), 0.0), (180.0, rng.uniform(-90, 90)))
    )  # fmt: skip
    for axis in range(1, axes + 1):
        header[f"CRPIX{axis}{version}"] = rng.uniform(-20, 80)
        header[f"CUNIT{axis}{version}"] = units[axis]
        header[f"CRVAL{axis}{version}"] = rng.uniform(-5, 5)
    for axis, value in zip((lon, lat), place, strict=True):
        header[f"CRVAL{axis}{version}"] = value * UNITS.get(units[axis], 1.0)
    write_matrix(
        header,
        rng,
        (axes, lon, lat, version),
        [
            scale * UNITS.get(units[axis], 1.0) if axis in (lon, lat) else rng.uniform(0.1, 3)
            for axis in range(1, axes + 1)
        ],
    )
    write_pole(header, rng, lon, version)
    for m, value in choose_parameters(code, rng).items():
        header[f"PV{lat}_{m}{version}"] = value
    return header, scale, version


def write_matrix(header, rng, where, steps):
    """CDELTi alone, with PCi_j or CROTAi, or CDi_j."""
    axes, lon, lat, version = where
    form = rng.choice(("cdelt", "pc", "cd", "crota"))
    signed = [rng.choice((-1, 1)) * step for step in steps]
    mixed = [[float(i == j) for j in range(axes)] for i in range(axes)]
    angle = rng.choice((0.0, 90.0, 180.0, rng.uniform(0, 360)))
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    mixed[lon - 1][lon - 1], mixed[lon - 1][lat - 1] = cosine, -sine
    mixed[lat - 1][lon - 1], mixed[lat - 1][lat - 1] = sine, cosine
    if axes > 2 and rng.random() < 0.3:
        mixed[0][2] += rng.uniform(-0.2, 0.2)
    if form in ("cdelt", "pc", "crota"):
        for axis in range(1, axes + 1):
            header[f"CDELT{axis}{version}"] = signed[axis - 1]
    if form == "crota" and not version:
        header[f"CROTA{lat}"] = angle
    if form in ("pc", "cd"):
        for i in range(axes):
            for j in range(axes):
                number = mixed[i][j] * (signed[i] if form == "cd" else 1.0)
                if number != float(i == j and form == "pc") or rng.random() < 0.3:
                    header[f"{form.upper()}{i + 1}_{j + 1}{version}"] = number


def write_pole(header, rng, lon, version):
    """LONPOLE, LATPOLE and the native reference point, or nothing."""
    if rng.random() < 0.5:
        header[f"LONPOLE{version}"] = rng.choice((0.0, 180.0, 90.0, rng.uniform(-180, 180)))
    if rng.random() < 0.3:
        header[f"LATPOLE{version}"] = rng.choice((90.0, -90.0, 0.0, rng.uniform(-90, 90), 999.0))
    if rng.random() < 0.25:
        header[f"PV{lon}_1{version}"] = rng.uniform(-90, 90)
        header[f"PV{lon}_2{version}"] = rng.choice((rng.uniform(-90, 90), 90.0, 0.0))
        if rng.random() < 0.5:
            header[f"PV{lon}_0{version}"] = 1.0
    if rng.random() < 0.1:
        header[f"PV{lon}_3{version}"] = rng.uniform(-180, 180)
        header[f"PV{lon}_4{version}"] = rng.uniform(-90, 90)
