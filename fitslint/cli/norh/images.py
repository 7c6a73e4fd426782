"""``fitslint norh image``, ``beam`` and ``grid``: what an image of the Sun says."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError, print_error, require_choice
from fitslint.cli.options import FORMAT, FORMATS, Options, Words, argument, option
from fitslint.cli.report_lines import print_lines
from fitslint.report.escape import escape_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from fitslint.pipeline.norh.image import SolarImage
    from fitslint.pipeline.norh.product import Product

_IMAGE = "Image of the Radioheliograph (FITS)."


class OutputOptions(Options):
    """Where a product goes."""

    out: str | None = option("Write the product.", "FILE", "--out", "-o")
    plot: str | None = option("Draw it: PNG, SVG or PDF.", "FILE")
    overwrite: bool = option("Files that are there may go.")
    force: bool = option("Take other axes for arcsec west and north of the centre.")


class ImageInfoOptions(Options):
    """The options of ``fitslint norh image info``."""

    images: list[str] = argument("Images of the Radioheliograph (FITS).", "FILE...")
    force: bool = option("Take other axes for arcsec west and north of the centre.")
    format: str = FORMAT


class StackOptions(OutputOptions):
    """The options of ``fitslint norh image stack``."""

    images: list[str] = argument("Images of one kind.", "FILE...")


class MapOptions(OutputOptions):
    """The options of ``fitslint norh image map``."""

    image: str = argument(_IMAGE, "FILE")
    sunpy: bool = option("Rename the axes, for programs that read the first ones only.")


class BeamOptions(OutputOptions):
    """The options of ``fitslint norh beam``."""

    image: str = argument(_IMAGE, "FILE")
    size: int = option("Pixels on a side, odd.", "N", default=21)


class GridOptions(OutputOptions):
    """The options of ``fitslint norh grid``."""

    image: str = argument(_IMAGE, "FILE")
    at: Words = option("Tell latitude and longitude there (arcsec); repeatable.", "X,Y")
    step: float = option("Degrees between lines.", "DEG", default=10.0)
    orthographic: bool = option("See the Sun from infinity.")


def parse_numbers(name: str, text: str, count: int) -> tuple[float, ...]:
    """Finite numbers with commas between.

    Raises
    ------
    UsageError
        when they are not so many numbers, or a box is reversed.
    """
    try:
        numbers = tuple(float(word) for word in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        if count == 1:
            raise UsageError(f"{name} {text}: this is no finite number")
        raise UsageError(f"{name} {text}: these are not {count} numbers with commas between")
    if count == 4 and (numbers[0] > numbers[1] or numbers[2] > numbers[3]):
        raise UsageError(f"{name} {text}: the box is reversed; it is x0,x1,y0,y1")
    return numbers


def refuse_twice(paths: Sequence[str]) -> None:
    """See to it that no file is named twice.

    Raises
    ------
    UsageError
        when one is; it is named.
    """
    known = {os.path.realpath(path): path for path in paths}
    if len(known) < len(paths):
        twice = next(path for path in paths if paths.count(path) > 1 or path not in known.values())
        raise UsageError(f"{twice}: this file is named twice")


@contextmanager
def require_outputs() -> Iterator[None]:
    """Files that cannot be written where they were asked for are a matter of usage.

    Raises
    ------
    UsageError
        when one is there already, is an input, has no form of a picture, or cannot be written.
    """
    from fitslint.pipeline.norh.errors import OutputError

    try:
        yield
    except OutputError as error:
        raise UsageError(str(error)) from None


@require_outputs()
def store_products(files: Mapping[str, Product], *, overwrite: bool) -> None:
    """Write products: all of them, or none where one cannot be."""
    from fitslint.pipeline.norh.product import write_products

    write_products(files, overwrite=overwrite)


@require_outputs()
def write_outputs(
    options: OutputOptions,
    product: Product | None,
    draw: Callable[[], Figure],
    others: Mapping[str, Product] | None = None,
) -> None:
    """Write the product to --out and the picture to --plot, where they are asked for."""
    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.errors import OutputError

    if options.plot is not None:
        plots.find_picture_form(options.plot)
        if os.path.lexists(options.plot) and not options.overwrite:
            said = "there is such a file already; --overwrite replaces it"
            raise OutputError(said, path=options.plot)
    files = dict(others or {})
    if options.out is not None and product is not None:
        files[options.out] = product
    store_products(files, overwrite=options.overwrite)
    written = list(files)
    if options.plot is not None:
        plots.save_figure(draw(), options.plot)
        written.append(options.plot)
    sys.stdout.writelines(f"{escape_text(path)}\n" for path in written)


def read_input(path: str, *, force: bool) -> SolarImage:
    """Read an image and say what was done to understand its header."""
    from fitslint.pipeline.norh.image import read_solar_image

    image = read_solar_image(path, force=force)
    for remark in image.remarks:
        print_error(f"{path}: {remark}")
    return image


def print_info(options: ImageInfoOptions) -> None:
    """Tell time, frequency, polarisation, centre, exposure, pixels and beam of images.

    Exit 0: told; 3: an image cannot be read.
    """
    from fitslint.language.width import pad_text
    from fitslint.text import say, translate

    require_choice("--format", options.format, FORMATS)
    found = [_describe(read_input(path, force=options.force)) for path in options.images]
    if options.format == "json":
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    for facts in found:
        name, *rest = facts.items()
        sys.stdout.write(f"{escape_text(str(name[1]))}\n")
        for key, value in rest:
            told = escape_text(translate(value) if isinstance(value, str) else str(value))
            sys.stdout.write(f"  {pad_text(say(key), 12)} {told}\n")


def _describe(image: SolarImage) -> dict[str, object]:
    from fitslint.pipeline.norh.beam import compute_beam
    from fitslint.pipeline.norh.clock import format_ut
    from fitslint.text import phrase

    beam = compute_beam(image)
    major, minor = beam.axes
    facts: dict[str, object] = {
        "file": image.path, "time": format_ut(image.middle), "frequency": image.frequency,
        "polarisation": image.text("POLARIZ"), "unit": image.unit,
        "centre": f"{image.x.centre:.2f}, {image.y.centre:.2f} arcsec",
        "roll": "0 deg", "exposure": f"{image.exposure:.3f} s",
        "pixels": phrase(
            "{columns} x {rows} of {step:g} arcsec",
            columns=image.x.size, rows=image.y.size, step=abs(image.x.step),
        ),
        "beam": f"{major:.3f} x {minor:.3f} arcsec, PA {beam.position_angle:.2f} deg",
    }  # fmt: skip
    radius, factor = image.number("SOLR"), image.number("SOLR-FAC")
    if radius is not None:
        facts["radio limb"] = f"{radius * (factor or 1.0125):.2f} arcsec"
    return facts


def stack_images(options: StackOptions) -> None:
    """Put images of one kind into a cube in order of time, with a table of their times.

    Exit 0: done; 2: usage; 3: an image cannot be read, or is of another kind, shape or size of
    pixels, or of the same time as another.
    """
    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.derived import build_stack

    refuse_twice(options.images)
    if len(options.images) < 2:
        raise UsageError("a stack is of two images or more")
    images = [read_input(path, force=options.force) for path in options.images]
    product = build_stack(images)
    print_lines([f"{len(images)} images of {images[0].x.size} x {images[0].y.size} pixels"])
    write_outputs(options, product, lambda: plots.draw_brightness(images[0]))


def add_coordinates(options: MapOptions) -> None:
    """Give an image the helioprojective coordinates HPLN and HPLT, for overlays.

    They stand beside its own as version A; --sunpy puts them first, and the time into DATE-OBS.
    Exit 0: done; 3: the image cannot be used.
    """
    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.derived import build_map

    image = read_input(options.image, force=options.force)
    product = build_map(image, for_sunpy=options.sunpy)
    write_outputs(options, product, lambda: plots.draw_brightness(image))


def print_beam(options: BeamOptions) -> None:
    """Compute the beam of an image: its axes, its solid angle and its picture.

    Exit 0: done; 2: a size that is even or below 3; 3: the image cannot be used.
    """
    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.beam import (
        compute_beam,
        draw_beam,
        is_fujiki,
        measure_steradians,
    )  # fmt: skip
    from fitslint.pipeline.norh.derived import build_beam_product

    if not 3 <= options.size <= 2047 or options.size % 2 == 0:
        raise UsageError(f"--size {options.size}: the pixels on a side are odd, 3 to 2047")
    image = read_input(options.image, force=options.force)
    beam = compute_beam(image)
    if is_fujiki(image) and image.number("CELLSIZE") is None:
        print_error(f"{options.image}: no CELLSIZE; the width of other cells is taken")
    if beam.source == "date":
        print_error(f"{options.image}: no PMAT; the beam is that of the time of the image")
    major, minor = beam.axes
    sys.stdout.write(
        f"FWHM {major:.3f} x {minor:.3f} arcsec, BPA {beam.position_angle:.2f} deg, "
        f"{beam.solid_angle:.2f} arcsec2 = {measure_steradians(beam.solid_angle):.5g} sr\n"
    )
    step = abs(image.x.step)
    title = f"{image.frequency} {image.middle:%Y-%m-%d %H:%M:%S}"
    write_outputs(
        options,
        build_beam_product(image, beam, options.size),
        lambda: plots.draw_beam_picture(
            beam, draw_beam(beam, (step, step), options.size), step, title
        ),
    )


def print_grid(options: GridOptions) -> ExitCode:
    """Tell places on the Sun by latitude and longitude, and draw their grid.

    The Sun is seen from where its radius is SOLR; --orthographic sees it from infinity. Exit 0:
    done; 1: a place is off the limb; 2: usage; 3: the image cannot be used.
    """
    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.derived import build_grid
    from fitslint.pipeline.norh.heliographic import convert_to_heliographic, measure_off_limb

    places = [parse_numbers("--at", word, 2) for word in options.at or ()]
    if not 0.5 <= options.step <= 90:
        raise UsageError(f"--step {options.step:g}: lines are 0.5 to 90 deg from each other")
    image = read_input(options.image, force=options.force)
    tilt = image.number("SOLB")
    if tilt is None:
        from fitslint.pipeline.norh.errors import NorhError

        raise NorhError("SOLB, the latitude of the centre of the disk, is missing", path=image.path)
    code = ExitCode.OK
    for x, y in places:
        latitude, longitude = convert_to_heliographic(
            x, y, image.radius, tilt, orthographic=options.orthographic
        )
        if math.isnan(latitude):
            away = float(measure_off_limb(x, y, image.radius))
            told = f"{away:.1f}" if away < 1e6 else f"{away:.3g}"
            print_lines([f"{x:g}, {y:g}: off the limb by {told} arcsec"])
            code = ExitCode.FOUND
        else:
            print_lines([f"{x:g}, {y:g}: latitude {latitude:.4f}, longitude {longitude:.4f}"])
    write_outputs(
        options,
        build_grid(image, options.step, orthographic=options.orthographic),
        lambda: plots.draw_grid(image, options.step, orthographic=options.orthographic),
    )
    return code
