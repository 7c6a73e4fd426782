"""One frame of correlations becomes an image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from fitslint.pipeline.norh.constants import QUIET_SUN
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.synthesis.array import (
    BASELINES,
    FIRST,
    SECOND,
    Complexes,
    Floats,
    Mask,
)
from fitslint.pipeline.norh.synthesis.calibrate import solve_gains
from fitslint.pipeline.norh.synthesis.clean import Cleaned, clean_contours, clean_points
from fitslint.pipeline.norh.synthesis.dirty import SIZE, UvGrid
from fitslint.pipeline.norh.synthesis.pointing import Pointing, fit_pointing, shift_phases
from fitslint.pipeline.norh.synthesis.restore import (
    SkyPixels,
    compute_main_beam,
    restore_disk,
    restore_points,
    sample_residual,
)
from fitslint.pipeline.norh.synthesis.scene import Disk
from fitslint.pipeline.norh.synthesis.visibility import ArrayProjection, see_disk

_ROUGH_FRACTIONS = (0.3, 0.1, 0.05, 0.02, 0.01, 0.003, 0.001, 0.0005)
"""Parts of the dirty maximum to which CLEAN goes between fits of the disk. A disk that is not yet
in its place leaves ghosts at its limb, which are not to be taken for sources."""
_ROUGH_STEPS = 6000
_MARGIN = 1.25
"""Radii of the disk within which components are looked for."""
_MAX_TURNS = 30
"""Fits of the disk; with a strong flare they approach the end slowly."""


@dataclass(frozen=True, slots=True)
class CleanOptions:
    """How CLEAN is done.

    Parameters
    ----------
    method : {"hogbom", "steer"}
        the algorithm.
    criterion : float
        brightness in K at which it ends; a negative one times the brightness of the disk.
    factor : float
        it ends at this part of the dirty maximum where that is more.
    gain, trim : float
        loop gain, and contour of Steer's algorithm by the maximum.
    boxes : tuple of tuple of float
        x0, x1, y0, y1 in arcsec, where components may be; without any, on the whole Sun.
    """

    method: Literal["hogbom", "steer"] = "hogbom"
    criterion: float = -0.5
    factor: float = 0.001
    gain: float = 0.1
    trim: float = 0.8
    boxes: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Calibration:
    """Gains of the antennas, and the Sun on the dirty map.

    Parameters
    ----------
    gains : array of complex, shape (84,)
        correlation by sqrt(K arcsec2).
    pointing : Pointing
        where the disk is.
    """

    gains: Complexes
    pointing: Pointing


@dataclass(frozen=True, slots=True)
class SynthesizedImage:
    """An image, and how it was made."""

    pixels: Floats
    sky: SkyPixels
    cleaned: Cleaned
    calibration: Calibration
    criterion: float
    disk_correlation: float
    disk_brightness: float
    noise: float
    """K, rms of what CLEAN has left on the disk."""
    has_disk: bool
    components: tuple[Floats, Floats, Floats] = field(repr=False)
    """West and north in arcsec and flux in K arcsec2."""

    @property
    def dynamic_range(self) -> float:
        """The largest value by the noise."""
        return float(abs(self.pixels).max()) / max(self.noise, 1e-3)


class Imager:
    """Makes images of the correlations of one moment.

    Parameters
    ----------
    projection : ArrayProjection
        of the moment and frequency.
    radius : float
        arcsec, radio radius of the disk.
    good : array of bool, shape (84,)
        antennas that are used.
    saturated : array of bool, shape (3486,), optional
        pairs that are left out, since their correlations were beyond the full scale.
    second_order : bool
        whether the curvature of the sky is corrected in the places of components.
    cell : int
        of the weights of baselines in images (:class:`UvGrid`), with which the beam narrows.

    Attributes
    ----------
    saturated : int
        pairs of good antennas that are left out.
    """

    def __init__(
        self, projection: ArrayProjection, radius: float, good: Mask,
        saturated: Mask | None = None, *, second_order: bool = False, cell: int = 0,
    ) -> None:  # fmt: skip
        self.projection, self.good = projection, good
        self._is_second_order = second_order
        self.disk = Disk(QUIET_SUN, radius)
        self.beam = projection.compute_beam(cell)
        paired: Mask = good[FIRST] & good[SECOND]
        self._used = paired if saturated is None else paired & ~saturated
        self.saturated = int((paired & ~self._used).sum())
        self._grid = UvGrid(BASELINES[self._used], cell)
        self._disk_seen = see_disk(projection, self._grid.baselines, self.disk)

    def calibrate(self, correlations: Complexes) -> Calibration:
        """Gains and pointing of correlations of intensity, shape (3486,).

        Raises
        ------
        NorhError
            when too few antennas are good, or one is isolated.
        """
        gains = solve_gains(correlations, self.good, self._used)
        data = _divide(correlations, gains, self._used)
        disk = see_disk(self.projection, BASELINES, self.disk)
        pointing, seen, found = Pointing(), np.zeros(len(data), complex), None
        pointing = fit_pointing(data, self._used, disk, seen, pointing, has_components=False)
        for turn in range(_MAX_TURNS):
            fraction = _ROUGH_FRACTIONS[min(turn, len(_ROUGH_FRACTIONS) - 1)]
            before = pointing
            # Once it is near, what was found before is gone on with.
            start = found if turn >= len(_ROUGH_FRACTIONS) else None
            found = self._find_components(data, pointing, fraction, start)
            west, north = BASELINES.astype(int).T % SIZE
            seen = np.fft.fft2(found)[north, west]
            pointing = fit_pointing(data, self._used, disk, seen, pointing, has_components=True)
            if turn >= len(_ROUGH_FRACTIONS) - 1 and pointing.is_near(before):
                break
        return Calibration(gains * pointing.compute_gains(), pointing)

    def _find_components(
        self, data: Complexes, pointing: Pointing, fraction: float, start: Floats | None
    ) -> Floats:
        """What a rough CLEAN finds, on the dirty map."""
        rest = self._subtract_disk(_divide(data, pointing.compute_gains(), self._used), pointing)
        dirty = self._grid.make_map(rest)
        criterion = fraction * float(abs(dirty).max())
        everywhere = np.ones((SIZE, SIZE), bool)
        return clean_points(
            dirty, self._grid, everywhere, criterion, gain=0.2, max_steps=_ROUGH_STEPS, start=start
        ).components

    def _subtract_disk(self, data: Complexes, pointing: Pointing) -> Complexes:
        """Visibilities of the grid without those of the disk."""
        shift = shift_phases(self._grid.baselines, pointing.west, pointing.north)
        rest: Complexes = self._grid.average(data[self._used]) - self._disk_seen * shift
        return rest

    def make_image(
        self, correlations: Complexes, calibration: Calibration, sky: SkyPixels,
        options: CleanOptions, *, has_disk: bool = True, main_beam: bool = False,
    ) -> SynthesizedImage:  # fmt: skip
        """The image of calibrated correlations, shape (3486,).

        Parameters
        ----------
        correlations : array of complex
            of R+L, or of R-L, in which there is no disk.
        calibration : Calibration
            of R+L.
        sky : SkyPixels
            pixels of the image.
        options : CleanOptions
            how CLEAN is done.
        has_disk : bool
            whether there is a disk.
        main_beam : bool
            whether what stands on the disk is corrected for the beam of the dishes.

        Raises
        ------
        NorhError
            when CLEAN diverges.
        """
        pointing = calibration.pointing
        data = self._grid.average(_divide(correlations, calibration.gains, self._used)[self._used])
        shift = shift_phases(self._grid.baselines, pointing.west, pointing.north)
        disk_seen = self._disk_seen * shift
        rest = data - disk_seen if has_disk else data
        dirty = self._grid.make_map(rest)
        inside = self._choose_pixels(sky, pointing, options)
        brightness = self._measure_disk(data, disk_seen) if has_disk else QUIET_SUN
        lowest = options.criterion if options.criterion >= 0 else -options.criterion * brightness
        highest = float(abs(dirty[inside]).max(initial=0)) / self.beam.solid_angle
        criterion = max(lowest, options.factor * highest)
        cleaned = self._clean(dirty, inside, criterion, options)
        left = rest - self._grid.see_map(cleaned.components)
        residual = self._grid.make_map(left) / self.beam.solid_angle
        components = self._locate_components(cleaned.components, sky, pointing)
        pixels = restore_points(self.beam, sky, *components)
        left_over = sample_residual(self.projection, sky, residual, (pointing.west, pointing.north))
        pixels += left_over
        if main_beam:
            pixels /= compute_main_beam(self.projection.band, sky)
        correlation = 1.0
        if has_disk:
            pixels += restore_disk(self.beam, sky, self.disk)
            correlation = self._correlate_disk(left + disk_seen, disk_seen)
        return SynthesizedImage(
            pixels,
            sky,
            cleaned,
            calibration,
            criterion,
            correlation,
            brightness,
            self._measure_noise(left_over, sky),
            has_disk,
            components,
        )

    def _clean(
        self, dirty: Floats, inside: Mask, criterion: float, options: CleanOptions
    ) -> Cleaned:
        flux = criterion * self.beam.solid_angle
        if options.method == "steer":
            return clean_contours(
                dirty, self._grid, inside, flux, gain=options.gain, trim=options.trim
            )
        return clean_points(dirty, self._grid, inside, flux, gain=options.gain)

    def _choose_pixels(self, sky: SkyPixels, pointing: Pointing, options: CleanOptions) -> Mask:
        """Pixels of the dirty map in the boxes, else on the Sun; all, where it repeats within it.

        What lies beyond the image is cleaned too: its sidelobes and ghosts reach into it.
        """
        x, y = self._locate_pixels(sky, pointing)
        if options.boxes:
            inside = np.zeros(np.broadcast_shapes(x.shape, y.shape), bool)
            for x0, x1, y0, y1 in options.boxes:
                inside |= (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
            if not inside.any():
                raise NorhError("no pixel of the dirty map is in the boxes of CLEAN")
            return inside
        if self.projection.band.period < 2 * self.disk.radius:
            return np.ones_like(x, bool)
        return np.hypot(x, y) < _MARGIN * self.disk.radius

    def _locate_pixels(self, sky: SkyPixels, pointing: Pointing) -> tuple[Floats, Floats]:
        """Arcsec of the pixels of the dirty map, in the period around the centre of the image."""
        west, north = self.projection.to_ground(np.array(sky.x), np.array(sky.y))
        at = np.arange(SIZE)
        column = (at - pointing.west - west + SIZE / 2) % SIZE - SIZE / 2 + west
        row = (at - pointing.north - north + SIZE / 2) % SIZE - SIZE / 2 + north
        return self.projection.to_sky(column[None, :], row[:, None])

    def _locate_components(
        self, components: Floats, sky: SkyPixels, pointing: Pointing
    ) -> tuple[Floats, Floats, Floats]:
        there = components != 0
        x, y = self._locate_pixels(sky, pointing)
        if self._is_second_order:
            x, y = self.projection.straighten(x, y)
        return x[there], y[there], components[there]

    def _measure_noise(self, residual: Floats, sky: SkyPixels) -> float:
        """Rms of a residual on the disk, or in the whole image where that is beside it."""
        on_disk = np.hypot(sky.west[None, :], sky.north[:, None]) < self.disk.radius
        return float(residual[on_disk].std() if on_disk.any() else residual.std())

    def _measure_disk(self, data: Complexes, disk: Complexes) -> float:
        """Brightness of the disk in K, by the spacings at which it is strong."""
        short = np.hypot(*self._grid.baselines.T) < 25
        seen, model = data[short], disk[short]
        return QUIET_SUN * float((seen * model.conj()).real.sum() / (abs(model) ** 2).sum())

    def _correlate_disk(self, data: Complexes, disk: Complexes) -> float:
        """Correlation of the dirty map without components and that of the disk."""
        seen, model = (self._grid.make_map(values).ravel() for values in (data, disk))
        return float(np.corrcoef(seen, model)[0, 1])


def _divide(correlations: Complexes, gains: Complexes, used: Mask) -> Complexes:
    """Correlations by the gains of their antennas; 0 where a pair is not used."""
    product = np.where(used, gains[FIRST] * gains[SECOND].conj(), 1)
    divided: Complexes = np.where(used, correlations / product, 0)
    return divided
