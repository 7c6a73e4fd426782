"""``fitslint kappa maps``: maps of a lens model, and what is said of each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError, print_error
from fitslint.cli.options import Options, Words, argument, option
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.pipeline.kappa.lenstool_engine.compare import MapComparison
    from fitslint.pipeline.kappa.maps import MapResult
    from fitslint.pipeline.kappa.maps.plan import MapPlan
    from fitslint.pipeline.kappa.model import LensModel


class MapsOptions(Options):
    """The options of ``fitslint kappa maps``."""

    model: str = argument("Parameter file of a Lenstool model.", "MODEL.par")
    lenstool_grid: bool = option(
        "Lenstool's own pixels and constants; without --product the maps that the lines of runmode "
        "name."
    )
    like: str = option("Take the pixels of this image.", "IMAGE")
    hdu: str = option("HDU of --like; by default the first image.", "N|NAME")
    pixel: float | None = option("Size of a pixel.", "ARCSEC")
    size: str = option("Columns, and rows.", "N[,M]")
    field: str = option("Width and height in arcsec, edge to edge.", "W[,H]")
    products: Words = option(
        "kappa, gamma1, gamma2, gamma, ellipticity, deflection, magnification or surface-density; "
        "repeatable.",
        "NAME",
        "--product",
    )
    form: str = option("Magnification: signed, absolute or magnitude.", "WORD", default="signed")
    unit: str = option(
        "Surface density: gcm2 (g/cm2), msunpixel or msunkpc2 (10^12 solar masses).",
        "WORD",
        default="gcm2",
    )
    z_source: float | None = option("Redshift of the source, not the model's.", "Z", "--zsource")
    unity: bool = option("D_ls/D_s = 1 in place of a source redshift.")
    cosmology: str = option("Planck18 …, or 70,0.3,0.7; not the model's.", "NAME|H0,OM,OL")
    all_lenses: bool = option("Lenses beyond nlens count too.")
    name: str = option("Cluster or field (OBJECT).", "NAME", "--object")
    folder: str = option("Folder of the maps.", "DIR", "--out", default=".")
    engine: str = option(
        "embedded, or lenstool: run the program and compare the two.", "NAME", default="embedded"
    )
    time_limit: float = option("For each run of --engine lenstool.", "SECONDS", default=600.0)
    workers: int | None = option("Threads.", "N")
    allow_large: bool = option("A field of more than 10^8 pixels.", "", "--yes")
    overwrite: bool = option("Replace existing maps.")

    @property
    def is_lenstool(self) -> bool:
        """Whether pixels and constants are Lenstool's."""
        return self.lenstool_grid or self.engine == "lenstool"


def run_maps(options: MapsOptions) -> ExitCode:
    """Make maps of a Lenstool model: convergence, shear, deflection and what follows from them.

    Without --product: kappa, gamma1, gamma2 and both components of the deflection. Pixels are
    gnomonic around the field of the model, those of --like, or Lenstool's own. Exit 0: all maps are
    of use; 1: one is not (all zero, infinite), or the engines differ; 2: usage; 3: the model or
    another file cannot be used.
    """
    from fitslint.pipeline.kappa.reading import load_model

    _validate_options(options)
    _validate_words(options)
    model = load_model(
        options.model, z_source=options.z_source, cosmology=options.cosmology or None,
        all_lenses=options.all_lenses, parity=options.is_lenstool,
    )  # fmt: skip
    plan = _plan(options, model)
    for note in (*model.notes, *plan.notes):
        print_error(f"note: {note}")
    results, comparisons = _make_maps(options, plan)
    print_lines(_format_results(results, comparisons))
    good = all(result.ok for result in results) and all(item.ok for item in comparisons)
    return ExitCode.OK if good else ExitCode.FOUND


def _make_maps(
    options: MapsOptions, plan: MapPlan
) -> tuple[Sequence[MapResult], Sequence[MapComparison]]:
    """The maps, and with Lenstool how the engines compare."""
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.kappa.lenstool_engine.run import make_lenstool_maps
    from fitslint.pipeline.kappa.maps import run_map_plan

    with ProgressBar() as bar:
        progress = bar.begin("maps")
        if options.engine == "lenstool":
            return make_lenstool_maps(
                plan, overwrite=options.overwrite, workers=options.workers,
                limit=options.time_limit, allow_large=options.allow_large, progress=progress,
            )  # fmt: skip
        results = run_map_plan(
            plan, parity=options.is_lenstool, workers=options.workers, progress=progress,
            overwrite=options.overwrite, allow_large=options.allow_large,
        )  # fmt: skip
        return results, ()


def _validate_options(options: MapsOptions) -> None:
    if options.engine not in ("embedded", "lenstool"):
        raise UsageError(f"--engine is embedded or lenstool, not {options.engine!r}")
    if options.unity and options.z_source is not None:
        raise UsageError("--unity is D_ls/D_s = 1, which is for no --zsource; give one of them")
    if options.is_lenstool and (options.like or options.pixel is not None or options.field):
        raise UsageError(
            "--lenstool-grid and --engine lenstool have the pixels of the model's own field; "
            "leave out --like, --pixel and --field"
        )
    if options.like and (options.pixel is not None or options.size or options.field):
        raise UsageError("--like gives all of the pixels; leave out --pixel, --size and --field")
    if options.workers is not None and options.workers < 1:
        raise UsageError(f"--workers is {options.workers}; it is 1 or more")
    if not options.time_limit > 0:
        raise UsageError(f"--time-limit is {options.time_limit:g}; it is above 0 seconds")
    if options.hdu and not options.like:
        raise UsageError("--hdu is for --like")


def _validate_words(options: MapsOptions) -> None:
    """Find a word that means nothing before the model is read."""
    from fitslint.cosmology.model import CosmologyError, parse_cosmology
    from fitslint.pipeline.kappa.maps.spec import build_product_specs
    from fitslint.products.errors import ProductError

    for flag, number in (("--pixel", options.pixel), ("--zsource", options.z_source)):
        if number is not None and not 0 < number < math.inf:
            raise UsageError(f"{flag} is {number:g}; it is above 0")
    try:
        build_product_specs(options.products or (), 1.0, form=options.form, unit=options.unit)
        if options.cosmology:
            parse_cosmology(options.cosmology)
    except (ProductError, CosmologyError) as error:
        raise UsageError(str(error)) from None


def _plan(options: MapsOptions, model: LensModel) -> MapPlan:
    """What is to be made."""
    from fitslint.pipeline.kappa.maps.grid import build_gnomonic_grid, build_grid_like
    from fitslint.pipeline.kappa.maps.plan import (
        build_lenstool_grid,
        plan_maps,
        plan_runmode_maps,
    )
    from fitslint.pipeline.kappa.maps.spec import DEFAULT_PRODUCTS, build_product_specs

    size = _parse_whole_numbers("--size", options.size)
    if options.is_lenstool and size and size[0] != size[1]:
        raise UsageError("Lenstool has one number for --size, the columns")
    columns = size[0] if size else None
    folder, name = options.folder, options.name
    if options.is_lenstool and model.outputs and not options.products:
        return plan_runmode_maps(
            model, folder, name=name, size=columns, z_source=options.z_source, unity=options.unity
        )
    z_source = None if options.unity else model.z_source
    products = options.products or DEFAULT_PRODUCTS
    specs = build_product_specs(products, z_source, form=options.form, unit=options.unit)
    if options.is_lenstool:
        return plan_maps(
            model, specs, lambda spec: build_lenstool_grid(model, spec, columns), folder, name
        )
    if options.like:
        grid = build_grid_like(model, options.like, options.hdu or None)
    else:
        extent = _parse_numbers("--field", options.field)
        grid = build_gnomonic_grid(model, pixel=options.pixel, size=size, extent=extent)
    return plan_maps(model, specs, lambda _: grid, folder, name)


def _parse_numbers(flag: str, text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        numbers = [float(word) for word in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2) or not all(0 < number < math.inf for number in numbers):
        raise UsageError(f"{flag} is {text!r}; write one number above 0, or two with a comma")
    return numbers[0], numbers[-1]


def _parse_whole_numbers(flag: str, text: str) -> tuple[int, int] | None:
    numbers = _parse_numbers(flag, text)
    if numbers is None:
        return None
    if numbers != tuple(map(int, numbers)) or min(numbers) < 2:
        raise UsageError(f"{flag} is {text!r}; a map has whole numbers of pixels, 2 or more")
    return int(numbers[0]), int(numbers[1])


def _format_results(
    results: Iterable[MapResult], comparisons: Iterable[MapComparison]
) -> Iterator[str]:
    """One line for each map, what was found below it, and how the engines compare."""
    from fitslint.report.escape import escape_text

    for result in results:
        rows, columns = result.shape
        outcome = (
            "conforms" if result.ok else "of no use" if result.problems else "does not conform"
        )
        yield (
            f"{escape_text(result.path)}: {result.product}, {columns} x {rows}, "
            f"maximum {result.maximum:.6g}, {outcome}"
        )
        yield from (f"  {escape_text(problem)}" for problem in result.problems)
        if result.conformed is not None:
            yield from result.conformed.report.format().splitlines()
    for comparison in comparisons:
        yield escape_text(comparison.sentence)
