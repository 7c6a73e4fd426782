"""Images of raw data: frames are calibrated, cleaned, and written with all that was done."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from fitslint.pipeline.norh.antennas import ANTENNAS
from fitslint.pipeline.norh.constants import BANDS, RADIO_RADIUS_FACTOR
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.image import Axis
from fitslint.pipeline.norh.names import name_image
from fitslint.pipeline.norh.product import Product, build_beam_cards, build_geometry
from fitslint.pipeline.norh.sun import compute_ephemeris
from fitslint.pipeline.norh.synthesis.imager import (
    Calibration,
    CleanOptions,
    Imager,
    SynthesizedImage,
)
from fitslint.pipeline.norh.synthesis.moment import Moment, build_moment_cards
from fitslint.pipeline.norh.synthesis.raw import RawFrames
from fitslint.pipeline.norh.synthesis.restore import SkyPixels
from fitslint.pipeline.norh.synthesis.visibility import build_projection
from fitslint.products.user_facts import CardValue

_LEAST_SIZE = 16
_LETTERS = {("17GHz", "r+l"): "a", ("17GHz", "r-l"): "s", ("34GHz", "r+l"): "z"}


@dataclass(frozen=True, slots=True)
class SynthesisRequest:
    """What images are wanted.

    Parameters
    ----------
    frames : tuple of int
        numbers of the first frame of each image.
    size : int
        pixels on a side; 0 for the whole disk.
    centre : pair of float
        arcsec to the west and north of the centre of the Sun.
    pixel : float
        arcsec; 0 for that of the frequency.
    calibration, integration : int
        frames taken together for gains and for an image.
    reference : int
        frame of which the gains hold for all images; 0 where each has its own.
    clean : mapping of str to CleanOptions
        by polarisation, ``r+l`` and ``r-l``.
    bad : tuple of int
        antennas that are not used.
    cell : int
        of the weights that bring out fine structure, CELLSIZE; 0 without.
    second_order, main_beam : bool
        whether the curvature of the sky, and the beam of the dishes, are corrected.
    """

    frames: tuple[int, ...]
    size: int = 0
    centre: tuple[float, float] = (0.0, 0.0)
    pixel: float = 0.0
    calibration: int = 1
    integration: int = 1
    reference: int = 0
    clean: dict[str, CleanOptions] = field(default_factory=dict)
    bad: tuple[int, ...] = ()
    cell: int = 0
    second_order: bool = False
    main_beam: bool = False

    def find_clean(self, polarisation: str) -> CleanOptions:
        """How CLEAN is done with a polarisation."""
        return self.clean.get(polarisation, CleanOptions())


@dataclass(frozen=True, slots=True)
class SynthesizedFile:
    """An image that is to be written."""

    name: str
    product: Product
    made: SynthesizedImage


def choose_pixels(request: SynthesisRequest, frequency: str, radius: float) -> SkyPixels:
    """The pixels of the images.

    Raises
    ------
    NorhError
        when there are too many, an odd number, or none of the Sun.
    """
    band = BANDS[frequency]
    size = request.size or band.max_size
    if size > band.max_size or size < _LEAST_SIZE or size % 2:
        raise NorhError(
            f"the size at {frequency} is an even number of {_LEAST_SIZE} to {band.max_size} "
            f"pixels, not {size}"
        )
    pixel = request.pixel or band.image_pixel
    x, y = request.centre
    outside = math.hypot(*(max(0.0, abs(at) - size * pixel / 2) for at in (x, y)))
    if not outside < radius:
        raise NorhError(
            f"the image around ({x:g}, {y:g}) arcsec lies {outside - radius:.0f} arcsec off the "
            "limb; move its centre towards the Sun"
        )
    return SkyPixels(size, x, y, pixel)


def check_request(request: SynthesisRequest, raw: RawFrames) -> None:
    """Refuse a request that no data can answer.

    Raises
    ------
    NorhError
        as :func:`choose_pixels`, and when frames are asked for that are not here.
    """
    choose_pixels(request, raw.frequency, compute_ephemeris(raw.start).radius)
    for frame in request.frames:
        raw.require_frames(frame, request.integration)
        if not request.reference:
            raw.require_frames(frame, request.calibration)
    if request.reference:
        raw.require_frames(request.reference, request.calibration)


class Synthesizer:
    """Makes images of raw data.

    Parameters
    ----------
    raw : RawFrames
        the data.
    request : SynthesisRequest
        what is wanted.
    """

    def __init__(self, raw: RawFrames, request: SynthesisRequest) -> None:
        self._raw, self._request = raw, request
        self._good = ~raw.find_silent()
        self._good[list(request.bad)] = False
        self._reference: Calibration | None = None

    def make_images(self, frame: int) -> list[SynthesizedFile]:
        """The images of a frame, one of each polarisation.

        Raises
        ------
        NorhError
            when it is missing, the pixels make no sense, or the data cannot be calibrated.
        """
        raw, request = self._raw, self._request
        moment = self._find_moment(frame, request.integration)
        sun = moment.sun
        sky = choose_pixels(request, raw.frequency, sun.radius * RADIO_RADIUS_FACTOR)
        seen = raw.average(frame, request.integration)
        imager = self._build_imager(moment)
        calibration = self._calibrate(imager, frame)
        files = []
        for polarisation, correlations in seen.items():
            made = imager.make_image(
                correlations, calibration, sky, request.find_clean(polarisation),
                has_disk=polarisation == "r+l", main_beam=request.main_beam,
            )  # fmt: skip
            cards = {
                **build_moment_cards(moment, raw.frequency, polarisation, "cleaned_map"),
                **build_beam_cards(imager.beam),
                **_list_program_cards(request, polarisation, made),
                "NSATUR": imager.saturated,
            }
            history = list(self._list_history(made))
            inputs = [raw.path] if raw.path else []
            product = Product("norh-image", made.pixels, cards, history, inputs)
            name = _choose_name(moment, raw.frequency, polarisation, sky)
            files.append(SynthesizedFile(name, product, made))
        return files

    def _find_moment(self, frame: int, count: int) -> Moment:
        """The moment of some frames."""
        begin, end = (self._raw.find_start(at) for at in (frame, frame + count))
        return Moment(begin, end, frame, frame + count - 1, self._raw.is_event)

    def _build_imager(self, moment: Moment) -> Imager:
        """The imager of a moment, without the pairs that are saturated in it."""
        sun = moment.sun
        count = max(moment.last - moment.first + 1, self._request.calibration)
        return Imager(
            build_projection(self._raw.frequency, sun), sun.radius * RADIO_RADIUS_FACTOR,
            self._good, self._raw.find_saturated(moment.first, count),
            second_order=self._request.second_order, cell=self._request.cell,
        )  # fmt: skip

    def _calibrate(self, imager: Imager, frame: int) -> Calibration:
        """Gains of the frame, or those of the reference frame."""
        count, reference = self._request.calibration, self._request.reference
        if not reference:
            return imager.calibrate(self._raw.average(frame, count)["r+l"])
        if self._reference is None:
            seen = self._raw.average(reference, count)["r+l"]
            self._reference = self._build_imager(self._find_moment(reference, count)).calibrate(
                seen
            )
        return self._reference

    def _list_history(self, made: SynthesizedImage) -> Iterator[str]:
        """What was done and assumed."""
        reached = "" if made.cleaned.converged else " and did not reach CRITER"
        yield f"CLEAN took {made.cleaned.steps} steps{reached}"
        yield "CRITER and DSKBR are in K of the clean beam (an assumption)"
        yield "places of antennas are reconstructed: their table is not published"
        if not self._request.second_order:
            yield "the curvature of the sky is not corrected (up to 2.4 arcsec at the limb)"
        if self._request.cell:
            yield "baselines weigh by one over those in CELLSIZE x CELLSIZE around them (assumed)"
        boxes = self._request.find_clean("r+l").boxes
        if boxes:
            told = "; ".join(",".join(f"{edge:g}" for edge in box) for box in boxes)
            yield f"components only in boxes of arcsec {told}"
        if self._request.reference:
            yield f"gains are those of frame {self._request.reference}"
        unused = [ANTENNAS[at] for at in np.nonzero(~self._good)[0]]
        if unused:
            yield f"antennas not used: {', '.join(unused)}"


def _choose_name(moment: Moment, frequency: str, polarisation: str, sky: SkyPixels) -> str:
    """The name that an image has in the archive: the time is that of its middle, in UT."""
    is_full = sky.size == BANDS[frequency].max_size and not sky.x and not sky.y
    letter = _LETTERS[frequency, polarisation]
    return name_image(moment.middle, letter, is_full=is_full, is_event=moment.is_event)


def _list_program_cards(
    request: SynthesisRequest, polarisation: str, made: SynthesizedImage
) -> dict[str, CardValue]:
    sky, pointing, options = made.sky, made.calibration.pointing, request.find_clean(polarisation)
    axes = (Axis(sky.size, sky.size / 2 + 0.5, at, sky.pixel) for at in (sky.x, sky.y))
    found: dict[str, CardValue] = {
        **build_geometry(*axes), "BUNIT": "K", "SOLR-FAC": RADIO_RADIUS_FACTOR,
        "NFRCAL": request.calibration, "CRINPUT": options.criterion, "CRFACTOR": options.factor,
        "MBEAMC": "yes" if request.main_beam else "no",
        "DISKRSTR": "yes" if made.has_disk else "no",
        "DDOFF1": round(pointing.west, 2), "DDOFF2": round(pointing.north, 2),
        "DDCORR": round(made.disk_correlation, 4), "DSKBR": round(made.disk_brightness, 2),
        "CRITER": round(made.criterion, 2), "NCOMPO": len(made.components[0]),
        "RESIRMS": round(made.noise, 2), "DYNRANGE": round(made.dynamic_range, 1),
    }  # fmt: skip
    if request.cell:
        found["CELLSIZE"] = request.cell
    if options.method == "steer":
        found |= {"GAINE": options.gain, "TRIM": options.trim, "NCLNYN": "yes"}
    return found
