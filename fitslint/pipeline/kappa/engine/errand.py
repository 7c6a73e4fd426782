"""What one run of Lenstool is asked for: it takes one line of each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.maps.orders import Order
from fitslint.pipeline.kappa.maps.wanted import MODES, UNITY, Key, Wanted


@dataclass(frozen=True, slots=True)
class Line:
    """A line of ``runmode`` and the maps that it writes, by their file in the scratch folder."""

    kind: str
    text: str
    maps: tuple[tuple[str, Order], ...]
    mass_source: float | None
    """z_source that the run must have, where the line is a ``mass`` of one."""


def runs(orders: Iterable[Order], path: str) -> list[list[Line]]:
    """The lines, in as few runs as can be.

    Raises
    ------
    PipelineError
        for a map that no line of Lenstool gives.
    """
    found: list[list[Line]] = []
    for line in _lines(list(orders), path):
        fitting = (run for run in found if _fits(line, run))
        run = next(fitting, None)
        if run is None:
            found.append([line])
        else:
            run.append(line)
    return found


def _fits(line: Line, run: Iterable[Line]) -> bool:
    return all(line.kind != other.kind for other in run)


def _lines(orders: list[Order], path: str) -> Iterable[Line]:
    """One for each map, and one for both components of a deflection."""
    components: dict[tuple[float | None, tuple[int, int]], dict[str, tuple[str, Order]]] = {}
    for number, order in enumerate(orders, 1):
        wanted, file = order.wanted, f"map{number}.fits"
        if wanted.product == "deflection":
            key = (wanted.z_source, order.grid.shape)
            components.setdefault(key, {})[str(wanted.axis)] = (file, order)
        else:
            yield _line(file, order, path)
    for (z_source, (_, columns)), pair in components.items():
        if z_source is None:
            raise _absent("deflection", path)
        files = [pair[axis][0] if axis in pair else f"other_{axis}.fits" for axis in "xy"]
        text = f"dpl 1 {columns} {z_source!r} {' '.join(files)}"
        yield Line("dpl", text, tuple(pair.values()), None)


def _line(file: str, order: Order, path: str) -> Line:
    wanted = order.wanted
    kind, mode = _key(wanted, path)
    columns = order.grid.shape[1]
    if kind == "mass":
        redshift = wanted.z_lens or 0.0
    else:
        redshift = wanted.z_source or (wanted.output.redshift if wanted.output else 0.0)
    source = wanted.z_source if kind == "mass" else None
    if (kind, mode) in UNITY and not redshift:
        redshift = _BEYOND
    return Line(kind, f"{kind} {mode} {columns} {redshift!r} {file}", ((file, order),), source)


_BEYOND = 20.0
"""A source behind every cluster; the modes of D_ls/D_s = 1 divide by its ratio again."""


def _key(wanted: Wanted, path: str) -> Key:
    """The mode that gives a map."""
    unity = wanted.z_source is None and wanted.product != "surface-density"
    for key, mode in MODES.items():
        same = (mode.product, mode.form, mode.unit) == (wanted.product, wanted.form, wanted.unit)
        if same and (key in UNITY) == unity and (key[0] == "mass" or wanted.z_lens is None):
            return key
    raise _absent(wanted.product, path)


def _absent(product: str, path: str) -> PipelineError:
    return PipelineError(
        f"Lenstool has no line for {product} at D_ls/D_s = 1; give --zsource, or take the "
        "embedded engine",
        path=path,
    )
