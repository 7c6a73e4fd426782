"""``fitslint norh flux``: flux densities of images and boxes, and intensities."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from fitslint.cli.errors import UsageError, print_error, require_choice
from fitslint.cli.norh.images import OutputOptions, parse_numbers, refuse_twice, write_outputs
from fitslint.cli.options import FORMAT, FORMATS, argument, option
from fitslint.cli.report_lines import print_lines
from fitslint.report.escape import escape_text

if TYPE_CHECKING:
    from fitslint.pipeline.norh.derived import FluxRow
    from fitslint.pipeline.norh.flux import Box, FluxMethod
    from fitslint.pipeline.norh.image import SolarImage

_PARITIES = ("", "idl")


class MethodOptions(OutputOptions):
    """How brightness becomes flux."""

    true_frequency: bool = option("33.8 GHz for 34.")
    parity: str = option("idl: constants as IDL has them.", "NAME", default="")
    skip_nan: bool = option("Leave out pixels without a value.")


class FluxOptions(MethodOptions):
    """The options of ``fitslint norh flux``."""

    images: list[str] = argument("Images of the Radioheliograph (FITS).", "FILE...")
    box: str | None = option("Pixels from 0, ends included.", "X0,X1,Y0,Y1")
    abox: str | None = option("Arcsec, pixel centres inside.", "X0,X1,Y0,Y1")
    intensity: bool = option("The product is the image in SFU/sr.")
    background: str | None = option("Subtract the median of the ring of sky, or of a box.", "WHERE")
    format: str = FORMAT


def build_method(options: MethodOptions) -> FluxMethod:
    """The method that the options tell.

    Raises
    ------
    UsageError
        when there is no such parity.
    """
    from fitslint.pipeline.norh.flux import FluxMethod

    require_choice("--parity", options.parity, _PARITIES)
    return FluxMethod(options.true_frequency, options.parity == "idl")


def print_flux(options: FluxOptions) -> None:
    """Compute the flux density of images or boxes in SFU, or their intensity in SFU/sr.

    Several images make a table. Exit 0: done; 2: usage, or a reversed box; 3: an image cannot be
    used, a box is outside of it, or pixels have no value.
    """
    from fitslint.pipeline.norh import plots
    from fitslint.pipeline.norh.derived import FluxRow, build_fluxes, build_intensity
    from fitslint.pipeline.norh.flux import convert_to_intensity, measure_flux

    require_choice("--format", options.format, FORMATS)
    if options.box is not None and options.abox is not None:
        raise UsageError("give --box or --abox, not both")
    if options.intensity and len(options.images) > 1:
        raise UsageError("--intensity is of one image")
    refuse_twice(options.images)
    method = build_method(options)
    edges = parse_numbers("--abox", options.abox, 4) if options.abox is not None else None
    rows: list[FluxRow] = []
    shown = None
    for original in _read_inputs(options):
        image, level = _subtract(options, original)
        flux = measure_flux(image, method, _find_box(options, image), skip_nan=options.skip_nan)
        shown = shown or image
        # Of the others only the header is needed any more.
        header = replace(original, values=original.values[:1, :1].copy())
        rows.append(FluxRow(header, flux, level))
    _print_fluxes(options, rows)
    intensity = convert_to_intensity(shown or rows[0].image, method)
    notes = _list_notes(options)
    product = None
    if options.out is not None and options.intensity:
        product = build_intensity(intensity, rows[0], method, notes)
    elif options.out is not None:
        product = build_fluxes(rows, method, edges, notes)
    write_outputs(options, product, lambda: plots.draw_brightness(intensity))


def _list_notes(options: FluxOptions) -> list[str]:
    """What of the options only HISTORY tells."""
    notes = []
    if options.box is not None:
        notes.append(f"box of pixels from 0: {options.box[:60]}")
    if options.background is not None:
        notes.append(f"less the median of {options.background[:60]}")
    return notes


def _find_box(options: FluxOptions, image: SolarImage) -> Box | None:
    from fitslint.pipeline.norh.flux import find_arcsec_box, find_box

    if options.abox is not None:
        return find_arcsec_box(image, parse_numbers("--abox", options.abox, 4))
    return None if options.box is None else find_box(image, parse_numbers("--box", options.box, 4))


def _subtract(options: FluxOptions, image: SolarImage) -> tuple[SolarImage, float]:
    from fitslint.pipeline.norh.flux import find_arcsec_box, subtract_background

    where = options.background
    if where is None:
        return image, 0.0
    area = None
    if where != "ring":
        area = find_arcsec_box(image, parse_numbers("--background", where, 4))
    return subtract_background(image, area)


def _read_inputs(options: FluxOptions) -> Iterator[SolarImage]:
    from fitslint.pipeline.norh.stack import read_images

    for path in options.images:
        remarks: tuple[str, ...] = ()
        for image in read_images(path, force=options.force):
            if image.remarks != remarks:
                remarks = image.remarks
                for remark in remarks:
                    print_error(f"{path}: {remark}")
            yield image


def _print_fluxes(options: FluxOptions, rows: list[FluxRow]) -> None:
    from fitslint.pipeline.norh.clock import format_ut

    found = [
        {"file": row.image.path, "time": format_ut(row.image.middle), "flux": row.flux.value,
         "pixels": row.flux.count, "skipped": row.flux.skipped, "background": row.background}
        for row in rows
    ]  # fmt: skip
    if options.format == "json":
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    for row in found:
        left = row["skipped"]
        print_lines([
            f"{escape_text(str(row['file']))}: {row['time']} {row['flux']:.6g} SFU in "
            f"{row['pixels']} pixels{f', {left} without a value' if left else ''}"
        ])  # fmt: skip
