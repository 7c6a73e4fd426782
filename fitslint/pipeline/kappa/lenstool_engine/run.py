"""Maps by Lenstool itself, with headers that are right, held against the embedded ones."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from fitslint.lenstool.parameter_file import ParameterFile
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.lenstool_engine import parameter_file, process
from fitslint.pipeline.kappa.lenstool_engine.compare import MapComparison, compare_maps
from fitslint.pipeline.kappa.lenstool_engine.jobs import RunmodeLine, plan_runs
from fitslint.pipeline.kappa.maps.batches import evaluate_batches
from fitslint.pipeline.kappa.maps.facts import build_header_facts
from fitslint.pipeline.kappa.maps.make import MapResult, build_map_result, skip_foreground_source
from fitslint.pipeline.kappa.maps.plan import MapJob, MapPlan
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.kappa.reading.load import read_documents
from fitslint.pipeline.progress import Progress
from fitslint.products.conform import conform
from fitslint.products.errors import ProductError
from fitslint.source.image import ImageError, read_image

_VERSION_PATTERN = re.compile(r"lenstool[^\d\n]{0,24}(\d+(?:\.\d+){1,2})", re.IGNORECASE)


def make_lenstool_maps(
    orders: MapPlan,
    *,
    limit: float,
    overwrite: bool = False,
    workers: int | None = None,
    allow_large: bool = False,
    progress: Progress | None = None,
) -> tuple[list[MapResult], list[MapComparison]]:
    """Run Lenstool on a corrected model, take its maps, and compare them with our own.

    Parameters
    ----------
    orders : MapPlan
        the maps, on Lenstool's grid.
    limit : float
        seconds for each run.
    overwrite, workers, allow_large, progress
        as for :func:`fitslint.pipeline.kappa.maps.make_maps`.

    Returns
    -------
    list of MapResult, list of MapComparison
        in the order of the maps.

    Raises
    ------
    ProductError
        when the program is not there, crashes, does not end, or leaves no map or one of another
        size.
    """
    program, model = process.find_program(), orders.model
    document = read_documents(model.path).document
    if document.sha256 != model.sha256:
        raise PipelineError("the model has changed since it was read", path=model.path)
    errands = plan_runs(orders.jobs, model.path)
    made: dict[Path, MapResult] = {}
    found: dict[Path, MapComparison] = {}
    with tempfile.TemporaryDirectory(prefix="fitslint-lenstool-") as scratch:
        sources: dict[Path, tuple[Path, str]] = {}
        for number, run in enumerate(errands, 1):
            folder = Path(scratch) / f"run{number}"
            said = _run_lenstool(program, (document, model), run, folder, limit)
            sources |= {order.path: (folder / file, said) for file, order in _list_files(run)}
        for order, ours in evaluate_batches(
            orders, parity=True, workers=workers, progress=progress, overwrite=overwrite,
            allow_large=allow_large,
        ):  # fmt: skip
            source, engine = sources[order.path]
            theirs = _read_pixels(source, order.grid.shape)
            made[order.path] = _adopt_map(
                orders, order, source, theirs, engine, overwrite=overwrite
            )
            found[order.path] = compare_maps(model, order, theirs, ours)
    return [made[job.path] for job in orders.jobs], [found[job.path] for job in orders.jobs]


def _list_files(run: Sequence[RunmodeLine]) -> Iterator[tuple[str, MapJob]]:
    for line in run:
        yield from line.jobs


def _run_lenstool(
    program: str,
    source: tuple[ParameterFile, LensModel],
    run: Sequence[RunmodeLine],
    folder: Path,
    limit: float,
) -> str:
    """Run the program in a folder of its own; its name and version."""
    document, model = source
    folder.mkdir()
    named = parameter_file.find_catalogues(document)
    for name, path in named.values():
        # A last line without its newline is one that Lenstool does not read.
        (folder / name).write_bytes(path.read_bytes() + b"\n")
    names = {place: name for place, (name, _) in named.items()}
    (folder / parameter_file.MODEL_FILE_NAME).write_bytes(
        parameter_file.build_parameter_file(document, model, run, names)
    )
    ended = process.run_program([program, parameter_file.MODEL_FILE_NAME, "-n"], folder, limit)
    missing = [file for file, _ in _list_files(run) if not (folder / file).is_file()]
    if ended.code < 0 or (ended.code and missing):
        how = f"signal {-ended.code}" if ended.code < 0 else f"code {ended.code}"
        raise PipelineError(f"lenstool ended with {how}; its last words: {ended.last_line}")
    if missing:
        lines = "; ".join(line.text for line in run if missing[0] in line.text)
        raise PipelineError(
            f"lenstool wrote no map for `{lines}`; its last words: {ended.last_line}"
        )
    version = _VERSION_PATTERN.search(ended.output)
    return f"lenstool {version[1]}" if version else "lenstool"


def _read_pixels(path: Path, shape: tuple[int, int]) -> NDArray[Any]:
    """The map that Lenstool wrote."""
    try:
        found: NDArray[Any] = read_image(str(path), axes=2, max_pixels=1 << 28).values
    except ImageError as error:
        raise PipelineError(f"the map of lenstool cannot be used: {error}") from None
    if found.shape != shape:
        said = " by ".join(map(str, found.shape[::-1]))
        raise PipelineError(
            f"lenstool wrote a map of {said} where {shape[1]} by {shape[0]} pixels were asked for"
        )
    return found


def _adopt_map(
    orders: MapPlan,
    order: MapJob,
    source: Path,
    values: NDArray[Any],
    engine: str,
    *,
    overwrite: bool,
) -> MapResult:
    """Lenstool's file with a header that conforms."""
    if (none := skip_foreground_source(orders.model, order, values)) is not None:
        return none
    known: dict[str, Any] = build_header_facts(orders.model, order.spec, orders.object_name)
    known |= order.grid.cards()
    try:
        done = conform(
            source, order.spec.product, output=order.path, overwrite_output=overwrite,
            engine=engine, overwrite_wcs=True, **known,
        )  # fmt: skip
        if done.unknown:
            done.raise_for_errors()
    except ProductError as error:
        raise PipelineError(f"{order.path}: {error}") from None
    return build_map_result(orders.model, order, values, done)
