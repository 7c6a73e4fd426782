"""What one run of Lenstool is asked for: it takes one line of each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.maps.plan import MapJob
from fitslint.pipeline.kappa.maps.spec import SPEC_BY_MODE, UNITY_MODES, MapSpec, ModeKey


@dataclass(frozen=True, slots=True)
class RunmodeLine:
    """A line of ``runmode`` and the maps that it writes, by their file in the scratch folder."""

    kind: str
    text: str
    jobs: tuple[tuple[str, MapJob], ...]
    mass_z_source: float | None
    """z_source that the run must have, where the line is a ``mass`` of one."""


def plan_runs(orders: Iterable[MapJob], path: str) -> list[list[RunmodeLine]]:
    """The lines, in as few runs as can be.

    Raises
    ------
    PipelineError
        for a map that no line of Lenstool gives.
    """
    found: list[list[RunmodeLine]] = []
    for line in _build_lines(list(orders), path):
        fitting = (run for run in found if _may_share_run(line, run))
        run = next(fitting, None)
        if run is None:
            found.append([line])
        else:
            run.append(line)
    return found


def _may_share_run(line: RunmodeLine, run: Iterable[RunmodeLine]) -> bool:
    return all(line.kind != other.kind for other in run)


def _build_lines(orders: list[MapJob], path: str) -> Iterable[RunmodeLine]:
    """One for each map, and one for both components of a deflection."""
    components: dict[tuple[float | None, tuple[int, int]], dict[str, tuple[str, MapJob]]] = {}
    for number, order in enumerate(orders, 1):
        wanted, file = order.spec, f"map{number}.fits"
        if wanted.product == "deflection":
            key = (wanted.z_source, order.grid.shape)
            components.setdefault(key, {})[str(wanted.axis)] = (file, order)
        else:
            yield _build_line(file, order, path)
    for (z_source, (_, columns)), pair in components.items():
        if z_source is None:
            raise _build_mode_error("deflection", path)
        files = [pair[axis][0] if axis in pair else f"other_{axis}.fits" for axis in "xy"]
        text = f"dpl 1 {columns} {z_source!r} {' '.join(files)}"
        yield RunmodeLine("dpl", text, tuple(pair.values()), None)


def _build_line(file: str, order: MapJob, path: str) -> RunmodeLine:
    wanted = order.spec
    kind, mode = _find_mode(wanted, path)
    columns = order.grid.shape[1]
    if kind == "mass":
        redshift = wanted.z_lens or 0.0
    else:
        redshift = wanted.z_source or (wanted.output.redshift if wanted.output else 0.0)
    source = wanted.z_source if kind == "mass" else None
    if (kind, mode) in UNITY_MODES and not redshift:
        redshift = _FAR_REDSHIFT
    return RunmodeLine(
        kind, f"{kind} {mode} {columns} {redshift!r} {file}", ((file, order),), source
    )


_FAR_REDSHIFT = 20.0
"""A source behind every cluster; the modes of D_ls/D_s = 1 divide by its ratio again."""


def _find_mode(wanted: MapSpec, path: str) -> ModeKey:
    """The mode that gives a map."""
    unity = wanted.z_source is None and wanted.product != "surface-density"
    for key, mode in SPEC_BY_MODE.items():
        same = (mode.product, mode.form, mode.unit) == (wanted.product, wanted.form, wanted.unit)
        if same and (key in UNITY_MODES) == unity and (key[0] == "mass" or wanted.z_lens is None):
            return key
    raise _build_mode_error(wanted.product, path)


def _build_mode_error(product: str, path: str) -> PipelineError:
    return PipelineError(
        f"Lenstool has no line for {product} at D_ls/D_s = 1; give --zsource, or take the "
        "embedded engine",
        path=path,
    )
