"""``fitslint kappa maps``: what it does, and what it says of every map."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.kappa.maps import MapsRequest
from fitslint.cli.kappa.progress_bar import ProgressBar
from fitslint.cosmology.model import CosmologyError, parse_cosmology
from fitslint.pipeline.kappa import maps
from fitslint.pipeline.kappa.lenstool_engine.compare import MapComparison
from fitslint.pipeline.kappa.lenstool_engine.run import make_lenstool_maps
from fitslint.pipeline.kappa.maps.grid import build_gnomonic_grid, build_grid_like
from fitslint.pipeline.kappa.maps.plan import (
    MapPlan,
    build_lenstool_grid,
    plan_maps,
    plan_runmode_maps,
)
from fitslint.pipeline.kappa.maps.spec import DEFAULT_PRODUCTS, build_product_specs
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.kappa.reading import load_model
from fitslint.products.errors import ProductError
from fitslint.report.concise import ConciseReporter
from fitslint.report.escape import escape_text


def run_maps(request: MapsRequest) -> ExitCode:
    """Make the maps and say what became of each.

    Raises
    ------
    Usage
        when the options contradict each other.
    """
    _validate_request(request)
    _validate_words(request)
    model = load_model(
        request.model, z_source=request.z_source, cosmology=request.cosmology or None,
        all_lenses=request.all_lenses, parity=request.is_lenstool,
    )  # fmt: skip
    orders = _plan_orders(request, model)
    for note in (*model.notes, *orders.notes):
        sys.stderr.write(f"fitslint: note: {escape_text(note)}\n")
    found: list[maps.MapResult] = []
    compared: list[MapComparison] = []
    with ProgressBar() as bar:
        progress = bar.begin("maps")
        if request.engine == "lenstool":
            found, compared = make_lenstool_maps(
                orders, overwrite=request.overwrite, workers=request.workers,
                limit=request.time_limit, allow_large=request.agreed, progress=progress,
            )  # fmt: skip
        else:
            found = maps.run_map_plan(
                orders, parity=request.is_lenstool, workers=request.workers, progress=progress,
                overwrite=request.overwrite, allow_large=request.agreed,
            )  # fmt: skip
    sys.stdout.writelines(f"{line}\n" for line in _format_results(found, compared))
    good = all(one.ok for one in found) and all(one.ok for one in compared)
    return ExitCode.OK if good else ExitCode.FOUND


def _validate_request(request: MapsRequest) -> None:
    if request.engine not in ("embedded", "lenstool"):
        raise UsageError(f"--engine is embedded or lenstool, not {request.engine!r}")
    if request.unity and request.z_source is not None:
        raise UsageError("--unity is D_ls/D_s = 1, which is for no --zsource; give one of them")
    if request.is_lenstool and (request.like or request.pixel is not None or request.field):
        raise UsageError(
            "--lenstool-grid and --engine lenstool have the pixels of the model's own field; "
            "leave out --like, --pixel and --field"
        )
    if request.like and (request.pixel is not None or request.size or request.field):
        raise UsageError("--like gives all of the pixels; leave out --pixel, --size and --field")
    if request.workers is not None and request.workers < 1:
        raise UsageError(f"--workers is {request.workers}; it is 1 or more")
    if not request.time_limit > 0:
        raise UsageError(f"--time-limit is {request.time_limit:g}; it is above 0 seconds")
    if request.hdu and not request.like:
        raise UsageError("--hdu is for --like")


def _validate_words(request: MapsRequest) -> None:
    """Find a word that means nothing before the model is read."""
    for option, number in (("--pixel", request.pixel), ("--zsource", request.z_source)):
        if number is not None and not 0 < number < math.inf:
            raise UsageError(f"{option} is {number:g}; it is above 0")
    try:
        build_product_specs(request.products, 1.0, form=request.form, unit=request.unit)
        if request.cosmology:
            parse_cosmology(request.cosmology)
    except (ProductError, CosmologyError) as error:
        raise UsageError(str(error)) from None


def _plan_orders(request: MapsRequest, model: LensModel) -> MapPlan:
    """What is to be made."""
    size = _parse_whole_numbers("--size", request.size)
    if request.is_lenstool and size and size[0] != size[1]:
        raise UsageError("Lenstool has one number for --size, the columns")
    columns = size[0] if size else None
    if request.is_lenstool and model.outputs and not request.products:
        return plan_runmode_maps(
            model, request.folder, name=request.name, size=columns, z_source=request.z_source,
            unity=request.unity,
        )  # fmt: skip
    z_source = None if request.unity else model.z_source
    names = request.products or DEFAULT_PRODUCTS
    wanted = build_product_specs(names, z_source, form=request.form, unit=request.unit)
    if request.is_lenstool:
        return plan_maps(
            model, wanted, lambda one: build_lenstool_grid(model, one, columns), request.folder,
            request.name,
        )  # fmt: skip
    if request.like:
        grid = build_grid_like(model, request.like, request.hdu or None)
    else:
        extent = _parse_numbers("--field", request.field)
        grid = build_gnomonic_grid(model, pixel=request.pixel, size=size, extent=extent)
    return plan_maps(model, wanted, lambda _: grid, request.folder, request.name)


def _parse_numbers(option: str, text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        found = [float(word) for word in text.split(",")]
    except ValueError:
        found = []
    if len(found) not in (1, 2) or not all(0 < one < math.inf for one in found):
        raise UsageError(f"{option} is {text!r}; write one number above 0, or two with a comma")
    return found[0], found[-1]


def _parse_whole_numbers(option: str, text: str) -> tuple[int, int] | None:
    found = _parse_numbers(option, text)
    if found is None:
        return None
    if found != tuple(map(int, found)) or min(found) < 2:
        raise UsageError(f"{option} is {text!r}; a map has whole numbers of pixels, 2 or more")
    return int(found[0]), int(found[1])


def _format_results(
    found: Iterable[maps.MapResult], compared: Iterable[MapComparison]
) -> Iterator[str]:
    """One line for each map, what was found below it, and how the engines compare."""
    for made in found:
        rows, columns = made.shape
        fate = "conforms" if made.ok else "of no use" if made.problems else "does not conform"
        yield (
            f"{escape_text(made.path)}: {made.product}, {columns} x {rows}, "
            f"maximum {made.maximum:.6g}, {fate}"
        )
        yield from (f"  {escape_text(said)}" for said in made.problems)
        if made.conformed is not None:
            yield from ConciseReporter().render_file(made.conformed.report._file).splitlines()
    for one in compared:
        yield escape_text(one.sentence)
