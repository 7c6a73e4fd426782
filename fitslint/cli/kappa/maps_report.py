"""``fitslint kappa maps``: what it does, and what it says of every map."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator

from fitslint.cli.errors import ExitCode, Usage
from fitslint.cli.kappa.bar import Bar
from fitslint.cli.kappa.maps import Request
from fitslint.cosmology.model import CosmologyError, of
from fitslint.pipeline.kappa import maps
from fitslint.pipeline.kappa.engine.compare import Compared
from fitslint.pipeline.kappa.engine.run import by_lenstool
from fitslint.pipeline.kappa.maps.grid import gnomonic, like
from fitslint.pipeline.kappa.maps.orders import Orders, lenstool_grid, ordered, runmode_orders
from fitslint.pipeline.kappa.maps.wanted import DEFAULT, of_products
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.kappa.reading import load_model
from fitslint.products.errors import ProductError
from fitslint.report.concise import Concise
from fitslint.report.escape import visible


def carry_out(request: Request) -> ExitCode:
    """Make the maps and say what became of each.

    Raises
    ------
    Usage
        when the options contradict each other.
    """
    _possible(request)
    _known(request)
    model = load_model(
        request.model, z_source=request.z_source, cosmology=request.cosmology or None,
        all_lenses=request.all_lenses, parity=request.own,
    )  # fmt: skip
    orders = _orders(request, model)
    for note in (*model.notes, *orders.notes):
        sys.stderr.write(f"fitslint: note: {visible(note)}\n")
    found: list[maps.Made] = []
    compared: list[Compared] = []
    with Bar() as bar:
        progress = bar.begin("maps")
        if request.engine == "lenstool":
            found, compared = by_lenstool(
                orders, overwrite=request.overwrite, workers=request.workers,
                limit=request.time_limit, agreed=request.agreed, progress=progress,
            )  # fmt: skip
        else:
            found = maps.carry_out(
                orders, parity=request.own, workers=request.workers, progress=progress,
                overwrite=request.overwrite, agreed=request.agreed,
            )  # fmt: skip
    sys.stdout.writelines(f"{line}\n" for line in _lines(found, compared))
    good = all(one.ok for one in found) and all(one.ok for one in compared)
    return ExitCode.OK if good else ExitCode.FOUND


def _possible(request: Request) -> None:
    if request.engine not in ("embedded", "lenstool"):
        raise Usage(f"--engine is embedded or lenstool, not {request.engine!r}")
    if request.unity and request.z_source is not None:
        raise Usage("--unity is D_ls/D_s = 1, which is for no --zsource; give one of them")
    if request.own and (request.like or request.pixel is not None or request.field):
        raise Usage(
            "--lenstool-grid and --engine lenstool have the pixels of the model's own field; "
            "leave out --like, --pixel and --field"
        )
    if request.like and (request.pixel is not None or request.size or request.field):
        raise Usage("--like gives all of the pixels; leave out --pixel, --size and --field")
    if request.workers is not None and request.workers < 1:
        raise Usage(f"--workers is {request.workers}; it is 1 or more")
    if not request.time_limit > 0:
        raise Usage(f"--time-limit is {request.time_limit:g}; it is above 0 seconds")
    if request.hdu and not request.like:
        raise Usage("--hdu is for --like")


def _known(request: Request) -> None:
    """Find a word that means nothing before the model is read."""
    for option, number in (("--pixel", request.pixel), ("--zsource", request.z_source)):
        if number is not None and not 0 < number < math.inf:
            raise Usage(f"{option} is {number:g}; it is above 0")
    try:
        of_products(request.products, 1.0, form=request.form, unit=request.unit)
        if request.cosmology:
            of(request.cosmology)
    except (ProductError, CosmologyError) as error:
        raise Usage(str(error)) from None


def _orders(request: Request, model: LensModel) -> Orders:
    """What is to be made."""
    size = _whole("--size", request.size)
    if request.own and size and size[0] != size[1]:
        raise Usage("Lenstool has one number for --size, the columns")
    columns = size[0] if size else None
    if request.own and model.outputs and not request.products:
        return runmode_orders(
            model, request.folder, name=request.name, size=columns, z_source=request.z_source,
            unity=request.unity,
        )  # fmt: skip
    z_source = None if request.unity else model.z_source
    names = request.products or DEFAULT
    wanted = of_products(names, z_source, form=request.form, unit=request.unit)
    if request.own:
        return ordered(
            model, wanted, lambda one: lenstool_grid(model, one, columns), request.folder,
            request.name,
        )  # fmt: skip
    if request.like:
        grid = like(model, request.like, request.hdu or None)
    else:
        extent = _numbers("--field", request.field)
        grid = gnomonic(model, pixel=request.pixel, size=size, extent=extent)
    return ordered(model, wanted, lambda _: grid, request.folder, request.name)


def _numbers(option: str, text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        found = [float(word) for word in text.split(",")]
    except ValueError:
        found = []
    if len(found) not in (1, 2) or not all(0 < one < math.inf for one in found):
        raise Usage(f"{option} is {text!r}; write one number above 0, or two with a comma")
    return found[0], found[-1]


def _whole(option: str, text: str) -> tuple[int, int] | None:
    found = _numbers(option, text)
    if found is None:
        return None
    if found != tuple(map(int, found)) or min(found) < 2:
        raise Usage(f"{option} is {text!r}; a map has whole numbers of pixels, 2 or more")
    return int(found[0]), int(found[1])


def _lines(found: Iterable[maps.Made], compared: Iterable[Compared]) -> Iterator[str]:
    """One line for each map, what was found below it, and how the engines compare."""
    for made in found:
        rows, columns = made.shape
        fate = "conforms" if made.ok else "of no use" if made.problems else "does not conform"
        yield (
            f"{visible(made.path)}: {made.product}, {columns} x {rows}, "
            f"maximum {made.maximum:.6g}, {fate}"
        )
        yield from (f"  {visible(said)}" for said in made.problems)
        if made.conformed is not None:
            yield from Concise().file(made.conformed.report._file).splitlines()
    for one in compared:
        yield visible(one.sentence)
