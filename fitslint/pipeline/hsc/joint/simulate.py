"""Visits whose truth is known: the real outline and distortion of the camera, stars made up.

Chips are shifted and turned against the table of the camera, every visit has a warp of its own,
and a few measurements are wrong: all of it is drawn from one seed, and all of it is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.joint.camera import (
    CHIP_CENTRE,
    CHIP_SHAPE,
    SCALE_DEG,
    ChipPlaces,
    distort,
    load_chips,
)
from fitslint.pipeline.hsc.joint.measurements import (
    Exposures,
    HeaderGrid,
    ReferenceStars,
    StarMeasurements,
)
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_positions

Array = NDArray[np.float64]
_FIELD = 18200.0
"""Focal-plane pixels from the axis that hold all CCDs."""
_MAS = 1 / 3.6e6


@dataclass(frozen=True)
class SimulationPlan:
    """What is simulated.

    Attributes
    ----------
    visits, stars : int
        number of visits, and stars that a CCD has in the mean.
    chips : tuple of int
        numbers of CCDs; none mean all 104.
    centre : (float, float)
        degrees, about which visits are dithered.
    seed : int
    outliers : float
        part of the measurements that are 3 pixels and 0.3 mag off.
    """

    visits: int = 7
    stars: int = 200
    chips: tuple[int, ...] = ()
    centre: tuple[float, float] = (175.77137, 58.42894)
    seed: int = 1
    outliers: float = 0.01
    filter: str = "HSC-I"
    first_visit: int = 20878


@dataclass(frozen=True)
class VisitTruth:
    """How one visit sees the sky.

    Attributes
    ----------
    plane : TangentPlane
    turn : array, (2, 2)
        from the plane of the distortion to standard coordinates.
    warp : array, (2, 6)
        degrees of 1, a, b, a², ab, b² with a and b the part of the field.
    zero_point : float
        magnitudes that counts lack on the axis.
    gradient : array, (2,)
        magnitudes over the radius of the field.
    """

    plane: TangentPlane
    turn: Array
    warp: Array
    zero_point: float
    gradient: Array

    def place(self, u: Array, v: Array) -> Array:
        """Standard coordinates in degrees, (n, 2), of focal-plane pixels."""
        a, b = u / _FIELD, v / _FIELD
        warp = self.warp @ np.stack([np.ones_like(a), a, b, a * a, a * b, b * b])
        return np.asarray((np.stack(distort(u, v)) + warp).T @ self.turn.T)

    def find_area(self, u: Array, v: Array) -> Array:
        """The area of a focal-plane pixel on the plane, as part of that on the axis."""
        both = [np.concatenate([part, [0.0]]) for part in (u, v)]
        in_u = self.place(both[0] + 1, both[1]) - self.place(both[0] - 1, both[1])
        in_v = self.place(both[0], both[1] + 1) - self.place(both[0], both[1] - 1)
        area = np.abs(in_u[:, 0] * in_v[:, 1] - in_u[:, 1] * in_v[:, 0])
        return np.asarray(area[:-1] / area[-1])

    def trace(self, flat: Array) -> tuple[Array, Array]:
        """Focal-plane pixels of standard coordinates (n, 2), to a millionth of a pixel."""
        wanted = flat @ self.turn / SCALE_DEG
        u, v = wanted.T * (1 + 1.1e-10 * np.sum(wanted**2, axis=1))
        for _ in range(9):
            off = (flat - self.place(u, v)) @ self.turn / SCALE_DEG
            slope = 1 - 2.2e-10 * (u * u + v * v)
            u, v = u + off[:, 0] / slope, v + off[:, 1] / slope
        return u, v


@dataclass(frozen=True)
class Simulation:
    """Visits and the truth about them.

    Attributes
    ----------
    star : int array
        for each measurement, which star it is; ``is_outlier`` whether it was spoilt.
    truth : tuple of VisitTruth
    chips : ChipPlaces
        where the chips truly are.
    chip_zero : array, (chips,)
        magnitudes that counts of a chip lack.
    """

    plan: SimulationPlan
    exposures: Exposures
    reference: ReferenceStars
    star: NDArray[np.int64]
    is_outlier: NDArray[np.bool_]
    truth: tuple[VisitTruth, ...]
    chips: ChipPlaces
    chip_zero: Array

    def locate(self, visit: int, chip: int, x: Array, y: Array) -> tuple[Array, Array, Array]:
        """True right ascension, declination and zero point (mag) of pixels of a CCD."""
        places = np.full(x.shape, chip)
        u, v = self.chips.project(places, x, y)
        sky = self.truth[visit]
        ra, dec = to_positions(sky.plane.unproject(sky.place(u, v)))
        return ra, dec, _find_zero(sky, u, v) + self.chip_zero[chip]


def _find_zero(sky: VisitTruth, u: Array, v: Array) -> Array:
    """What has to be added to −2.5 log10 counts, without the part of the chip."""
    a, b = u / _FIELD, v / _FIELD
    bend = 0.05 * (a * a + b * b) + a * sky.gradient[0] + b * sky.gradient[1]
    return np.asarray(sky.zero_point + bend - 2.5 * np.log10(sky.find_area(u, v)))


def simulate(plan: SimulationPlan) -> Simulation:
    """Draw visits, stars and their measurements; the same plan gives the same numbers."""
    draw = np.random.default_rng(plan.seed)
    nominal = load_chips()
    if plan.chips:
        nominal = nominal.select(np.array(sorted(set(plan.chips)), dtype=np.int64))
    count = len(nominal.numbers)
    chips = ChipPlaces(
        nominal.numbers,
        nominal.centre + draw.normal(0, 1.0, (count, 2)),
        nominal.yaw + draw.normal(0, 1e-4, count),
    )
    chip_zero = draw.normal(0, 0.02, count)
    truth = tuple(_draw_visit(plan, number, draw) for number in range(plan.visits))
    sky = _draw_stars(plan, chips, truth, draw)
    parts = [
        _measure_visit(number, each, chips, chip_zero, stars=sky, plan=plan, draw=draw)
        for number, each in enumerate(truth)
    ]
    stars, star, spoilt = (
        _join([part[0] for part in parts]),
        *(np.concatenate([part[at] for part in parts]) for at in (1, 2)),
    )
    visits = tuple(plan.first_visit + 2 * number for number in range(plan.visits))
    grid = _make_grid(truth, chips, draw)
    exposures = Exposures(visits, plan.filter, nominal, stars, grid)
    reference = _draw_reference(sky, draw)
    return Simulation(plan, exposures, reference, star, spoilt, truth, chips, chip_zero)


def _join(parts: list[StarMeasurements]) -> StarMeasurements:
    names = StarMeasurements.__dataclass_fields__
    return StarMeasurements(
        **{name: np.concatenate([getattr(each, name) for each in parts]) for name in names}
    )


def _draw_visit(plan: SimulationPlan, number: int, draw: np.random.Generator) -> VisitTruth:
    plane = TangentPlane.touch(*plan.centre)
    if number:
        angle, away = np.radians(360 / 6 * number), draw.uniform(0.06, 0.10)
        flat = away * np.array([[np.cos(angle), np.sin(angle)]])
        ra, dec = to_positions(plane.unproject(flat))
        plane = TangentPlane.touch(float(ra[0]), float(dec[0]))
    angle = np.radians(5.0 * number)
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]]) @ np.diag([-1.0, 1.0])
    warp = np.zeros((2, 6))
    warp[:, 3:] = draw.normal(0, 15 * _MAS * 1.5, (2, 3))
    return VisitTruth(plane, turn, warp, 27.0 + draw.normal(0, 0.05), draw.normal(0, 0.01, 2))


@dataclass(frozen=True)
class _Sky:
    directions: Array
    mag: Array


def _draw_stars(
    plan: SimulationPlan,
    chips: ChipPlaces,
    truth: tuple[VisitTruth, ...],
    draw: np.random.Generator,
) -> _Sky:
    """Stars all over the circle that holds every CCD of every visit."""
    reach = np.max(np.hypot(*chips.centre.T)) + np.hypot(*CHIP_SHAPE) / 2 + 10
    radius = reach * SCALE_DEG + 0.11 * (len(truth) > 1)
    density = plan.stars / (CHIP_SHAPE[0] * CHIP_SHAPE[1] * SCALE_DEG**2)
    flat = draw.uniform(-radius, radius, (draw.poisson(density * 4 * radius**2), 2))
    flat = flat[np.sum(flat**2, axis=1) < radius**2]
    plane = TangentPlane.touch(*plan.centre)
    return _Sky(plane.unproject(flat), draw.uniform(18, 22, len(flat)))


def _measure_visit(
    number: int,
    sky: VisitTruth,
    chips: ChipPlaces,
    chip_zero: Array,
    *,
    stars: _Sky,
    plan: SimulationPlan,
    draw: np.random.Generator,
) -> tuple[StarMeasurements, NDArray[np.int64], NDArray[np.bool_]]:
    u, v = sky.trace(sky.plane.project(stars.directions))
    star, chip, x, y = _find_chips(chips, u, v)
    faint = (stars.mag[star] - 18) / 4
    sigma, mag_sigma = 0.03 * (7 / 3) ** faint, 0.005 * (69 / 5) ** faint
    count = len(star)
    spoilt = draw.random(count) < plan.outliers
    angle = draw.uniform(0, 2 * np.pi, count)
    x = x + draw.normal(0, sigma) + 3 * np.cos(angle) * spoilt
    y = y + draw.normal(0, sigma) + 3 * np.sin(angle) * spoilt
    zero = _find_zero(sky, u[star], v[star]) + chip_zero[chip]
    mag = stars.mag[star] - zero + draw.normal(0, mag_sigma)
    mag = mag + 0.3 * spoilt * draw.choice([-1.0, 1.0], count)
    visit = np.full(count, number)
    rows = StarMeasurements(visit, chip, np.arange(count), x, y, sigma, mag, mag_sigma)
    return rows, star, spoilt


def _find_chips(
    chips: ChipPlaces, u: Array, v: Array
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array, Array]:
    """Stars that fall on chips: which, on which, and at which pixel."""
    found = []
    reach = np.hypot(*CHIP_SHAPE) / 2
    for at, (centre, yaw) in enumerate(zip(chips.centre, chips.yaw, strict=True)):
        near = np.flatnonzero((np.abs(u - centre[0]) < reach) & (np.abs(v - centre[1]) < reach))
        du, dv = u[near] - centre[0], v[near] - centre[1]
        x = CHIP_CENTRE[0] + np.cos(yaw) * du + np.sin(yaw) * dv
        y = CHIP_CENTRE[1] - np.sin(yaw) * du + np.cos(yaw) * dv
        inside = (x > 5) & (x < CHIP_SHAPE[0] - 6) & (y > 5) & (y < CHIP_SHAPE[1] - 6)
        found.append((near[inside], np.full(inside.sum(), at), x[inside], y[inside]))
    star, chip, x, y = (np.concatenate(part) for part in zip(*found, strict=True))
    return star, chip, x, y


def _make_grid(
    truth: tuple[VisitTruth, ...], chips: ChipPlaces, draw: np.random.Generator
) -> HeaderGrid:
    """Coordinates as headers have them: right but for 0.05 arcsec of every CCD."""
    rows, columns = np.meshgrid(
        np.linspace(0, CHIP_SHAPE[1] - 1, 7), np.linspace(0, CHIP_SHAPE[0] - 1, 5)
    )
    count, points = len(chips.numbers), rows.size
    x, y = np.tile(columns.ravel(), count), np.tile(rows.ravel(), count)
    chip = np.repeat(np.arange(count), points)
    u, v = chips.project(chip, x, y)
    parts = []
    for sky in truth:
        off = np.repeat(draw.normal(0, 0.05 / 3600, (count, 2)), points, axis=0)
        parts.append(to_positions(sky.plane.unproject(sky.place(u, v) + off)))
    ra, dec = (np.concatenate(part) for part in zip(*parts, strict=True))
    visit = np.repeat(np.arange(len(truth)), len(x))
    chip, x, y = np.tile(chip, len(truth)), np.tile(x, len(truth)), np.tile(y, len(truth))
    return HeaderGrid(visit, chip, x, y, ra, dec)


def _draw_reference(sky: _Sky, draw: np.random.Generator) -> ReferenceStars:
    """Two stars of five, with errors of 10 mas and 10 mmag."""
    chosen = np.flatnonzero(draw.random(len(sky.mag)) < 0.4)
    ra, dec = to_positions(sky.directions[chosen])
    error = np.full(len(chosen), 10 * _MAS)
    ra = ra + draw.normal(0, error) / np.cos(np.radians(dec))
    mag = sky.mag[chosen] + draw.normal(0, 0.01, len(chosen))
    return ReferenceStars(
        ra % 360.0, dec + draw.normal(0, error), error, mag, np.full(len(chosen), 0.01)
    )


def list_truth_pixels() -> tuple[Array, Array]:
    """The 96 pixels of a CCD at which solutions are held against the truth."""
    x, y = np.meshgrid(
        (np.arange(8) + 0.5) * CHIP_SHAPE[0] / 8 - 0.5,
        (np.arange(12) + 0.5) * CHIP_SHAPE[1] / 12 - 0.5,
    )
    return x.ravel(), y.ravel()
