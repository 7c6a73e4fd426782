"""``fitslint norh polariz``, ``match``, ``alpha``, ``curve``, ``classify``: two images or more."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import UsageError, print_error, require_choice
from fitslint.cli.norh.flux import MethodOptions, build_method
from fitslint.cli.norh.images import (
    OutputOptions,
    parse_numbers,
    read_input,
    refuse_twice,
    write_outputs,
)
from fitslint.cli.options import argument, option
from fitslint.cli.report_lines import print_lines
from fitslint.text import count_noun

if TYPE_CHECKING:
    from fitslint.pipeline.norh.ratios import Ratio

_SIGMA = "Noise in the unit of the images, one or two; else off the limb."


class PolarizOptions(OutputOptions):
    """The options of ``fitslint norh polariz``."""

    total: str = argument("Image of R+L (ifa, ipa).", "TOTAL")
    polarised: str = argument("Image of R-L (ifs, ips).", "POLARISED")
    sigma: str | None = option(_SIGMA, "S,S")
    signal: float = option("Signal to noise of a valid pixel.", "N", default=5.0)


class MatchOptions(OutputOptions):
    """The options of ``fitslint norh match``."""

    first: str = argument("Image at one frequency.", "FIRST")
    second: str = argument("Image at the other one.", "SECOND")
    outdir: str | None = option("Folder of both products, NAME_matched.fits.", "DIR")
    parity: str = option("mean: means of the finer pixels.", "NAME", default="")


class AlphaOptions(MethodOptions):
    """The options of ``fitslint norh alpha``."""

    low: str = argument("Matched image at 17 GHz.", "LOW")
    high: str = argument("Matched image at 34 GHz.", "HIGH")
    sigma: str | None = option(_SIGMA, "S,S")
    signal: float = option("Signal to noise of a valid pixel.", "N", default=5.0)


class CurveOptions(MethodOptions):
    """The options of ``fitslint norh curve``."""

    images: list[str] = argument("Images of 17 GHz R+L and R-L and of 34 GHz.", "FILE...")
    abox: str = option("Box in arcsec.", "X0,X1,Y0,Y1", default="")
    sigma: float | None = option("Noise of a pixel in K; else off the limb.", "S")


class ClassifyOptions(OutputOptions):
    """The options of ``fitslint norh classify``."""

    brightness: str = argument("Matched image at 17 GHz in K.", "T17")
    alpha: str = argument("Spectral index, by norh alpha.", "ALPHA")
    polarisation: str | None = argument(
        "Polarisation, by norh polariz.", "POLARISATION", default=None
    )
    polarised: float = option("Degree of polarisation that is strong.", "R", default=0.3)
    flat: float = option("How far from 0 an index near 0 may be.", "A", default=0.5)


def print_polarization(options: PolarizOptions) -> None:
    """Compute the degree of circular polarisation r_c = (R-L)/(R+L), and where it is valid.

    Exit 0: done; 2: usage; 3: the images cannot be used or do not belong together.
    """
    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.derived import build_polarization
    from fitslint.pipeline.norh.ratios import compute_polarization, count_overpolarized

    sigma = _parse_noise(options)
    total = read_input(options.total, force=options.force)
    polarised = read_input(options.polarised, force=options.force)
    ratio = compute_polarization(total, polarised, sigma, options.signal)
    _print_ratio("r_c", ratio)
    if doubtful := count_overpolarized(total, ratio, options.signal):
        print_error(
            f"|V| is over I + 3 sigma in bright pixels: {doubtful}; they are not valid, and one of "
            "the images may have another scale"
        )
    write_outputs(
        options,
        build_polarization(total, polarised, ratio, options.signal),
        lambda: plots.draw_ratio(total, ratio, "polarisation r_c", (-1.0, 1.0)),
    )


def _parse_noise(options: PolarizOptions | AlphaOptions) -> tuple[float, ...]:
    """The noise that is given, one or two numbers; the signal is looked at with it."""
    text = options.sigma
    if not 0 < options.signal < math.inf:
        raise UsageError(f"--signal {options.signal:g}: the signal to noise is above 0")
    if text is None:
        return ()
    found = parse_numbers("--sigma", text, 2 if "," in text else 1)
    if min(found) <= 0:
        raise UsageError(f"--sigma {text}: noise is above 0")
    return found


def _print_ratio(name: str, ratio: Ratio) -> None:
    import numpy as np

    count = int(ratio.valid.sum())
    print_lines([f"{count} of {ratio.valid.size} pixels are valid"])
    if count:
        low, middle, high = np.percentile(ratio.values[ratio.valid], [0, 50, 100])
        print_lines([f"{name} {low:.4g} to {high:.4g}, median {middle:.4g}"])


def match_beams(options: MatchOptions) -> None:
    """Convolve two images with the beam of the other one each, and take them to one grid.

    Exit 0: done; 2: usage; 3: the images cannot be used or do not belong together.
    """
    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.derived import build_matched
    from fitslint.pipeline.norh.match import match_images

    if options.parity:
        require_choice("--parity", options.parity, ("mean",))
    parity = options.parity == "mean"
    if options.out is not None:
        raise UsageError("there are two products; say --outdir")
    first = read_input(options.first, force=options.force)
    second = read_input(options.second, force=options.force)
    one, other, beam = match_images(first, second, parity=parity)
    major, minor = beam.axes
    print_lines([
        f"beam {major:.3f} x {minor:.3f} arcsec, BPA {beam.position_angle:.2f} deg; "
        f"{one.x.size} x {one.y.size} pixels of {abs(one.x.step):g} arcsec"
    ])  # fmt: skip
    files = {}
    if options.outdir is not None:
        names = [
            f"{Path(path).name.removesuffix('.fits')}_matched.fits"
            for path in (options.first, options.second)
        ]
        if names[0] == names[1]:
            raise UsageError(f"both images are called {Path(options.first).name}; rename one")
        files = {
            str(Path(options.outdir) / names[0]): build_matched(
                first, second, one, beam, parity=parity
            ),
            str(Path(options.outdir) / names[1]): build_matched(
                second, first, other, beam, parity=parity
            ),
        }
    write_outputs(options, None, lambda: plots.draw_brightness(one), files)


def print_index(options: AlphaOptions) -> None:
    """Compute the spectral index from 17 to 34 GHz of matched images, and where it is valid.

    Exit 0: done; 2: usage; 3: the images cannot be used, or their beams differ.
    """
    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.derived import build_index
    from fitslint.pipeline.norh.ratios import compute_spectral_index

    sigma, method = _parse_noise(options), build_method(options)
    low = read_input(options.low, force=options.force)
    high = read_input(options.high, force=options.force)
    ratio = compute_spectral_index(low, high, method, sigma, options.signal)
    _print_ratio("alpha", ratio)
    write_outputs(
        options,
        build_index(low, high, ratio, method, options.signal),
        lambda: plots.draw_ratio(low, ratio, "spectral index alpha", (-4.0, 2.0)),
    )


def print_curve(options: CurveOptions) -> None:
    """Follow flux, polarisation and spectral index of a box through images.

    Which image is of what, their headers tell. Exit 0: done; 2: usage; 3: an image cannot be used,
    or one of a time is missing.
    """
    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.curve import measure_curves
    from fitslint.pipeline.norh.derived import build_curve

    if not options.abox:
        raise UsageError("say the box: --abox X0,X1,Y0,Y1 in arcsec")
    if options.sigma is not None and not 0 < options.sigma < math.inf:
        raise UsageError(f"--sigma {options.sigma:g}: noise is above 0")
    refuse_twice(options.images)
    abox, method = parse_numbers("--abox", options.abox, 4), build_method(options)
    curves = measure_curves(
        options.images, abox, method,
        force=options.force, skip_nan=options.skip_nan, sigma=options.sigma,
    )  # fmt: skip
    count = len(curves.times)
    if not curves.noise_known:
        print_error("no sky in the image to measure its noise: no ratio is valid; say --sigma")
    print_lines([f"{count_noun(count, 'time')}; columns {' '.join(curves.columns)}"])
    write_outputs(
        options,
        build_curve(curves, abox, method, options.images),
        lambda: plots.draw_curves(curves),
    )


def print_classes(options: ClassifyOptions) -> None:
    """Tell what emits in every pixel, by the text beside the chart of the manual.

    The text says neither how strong polarisation nor how near to 0 an index has to be: both limits
    are assumed, and stand in the header as CLSPOL and CLSFLAT. Exit 0: done; 2: usage; 3: the
    images cannot be used or do not belong together.
    """
    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.classify import CLASSES, ClassLimits, classify_images
    from fitslint.pipeline.norh.derived import build_classes
    from fitslint.text import translate

    if not (0 < options.polarised <= 1 and 0 < options.flat < 10):
        raise UsageError("--polarised is above 0 to 1, and --flat above 0 and below 10")
    limits = ClassLimits(options.polarised, options.flat)
    image = read_input(options.brightness, force=options.force)
    classes = classify_images(image, options.alpha, options.polarisation, limits)
    for at, name in enumerate(CLASSES):
        sys.stdout.write(f"{int((classes == at).sum()):8d} {translate(name)}\n")
    inputs = [options.brightness, options.alpha]
    inputs += [options.polarisation] if options.polarisation is not None else []
    write_outputs(
        options,
        build_classes(image, classes, limits, inputs),
        lambda: plots.draw_classes(image, classes),
    )
