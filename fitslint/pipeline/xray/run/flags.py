"""The flags of the configuration: which steps are done, kept in the JSON by the run itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.run.execute import DONE, UNCHANGED, TaskResult
from fitslint.pipeline.run.task import RunTask
from fitslint.pipeline.xray.run.config import read_tables

FLAGS = {
    "reprocess": "reprocessed",
    "deflare": "flare_filtered",
    "merge": "merge_data",
    "flux": "flux_maps",
    "crop": "remove_point_source",
    "contbin": "contour_binning",
    "coordinates": "convert_region_coordinates",
}
"""The flag of every step that has one."""


class FlagKeeper:
    """Sets the flag of a step when its last task is done, and takes it back when one is not.

    Parameters
    ----------
    path : Path
        the configuration.
    tasks : sequence of RunTask
        all tasks of the run.
    """

    def __init__(self, path: Path, tasks: Sequence[RunTask]) -> None:
        self._path = path
        self._open = {
            step: {task.name for task in tasks if task.step == step} for step in FLAGS
        }
        self._told: dict[str, bool] = {}

    def note(self, result: TaskResult) -> None:
        """Take the end of a task down.

        Raises
        ------
        ConfigError
            when the file is no configuration any more.
        OSError
            when it cannot be written; it is as it was then.
        """
        step = result.task.step
        if step not in FLAGS:
            return
        is_good = result.status in (DONE, UNCHANGED) and not result.has_bad_products
        if is_good:
            self._open[step].discard(result.task.name)
        if not is_good or not self._open[step]:
            self._told[FLAGS[step]] = is_good
            store_flags(self._path, self._told)


def store_flags(path: Path, flags: Mapping[str, bool]) -> None:
    """Write flags into a configuration that says them otherwise; the rest stays as it is.

    Raises
    ------
    ConfigError
        when the file is no configuration.
    OSError
        when it cannot be written; it is as it was then.
    """
    tables = read_tables(path)
    now = {name: bool(tables.get("flags", {}).get(name)) for name in FLAGS.values()}
    wanted = {**now, **flags}
    if wanted == tables.get("flags"):
        return
    ordered = {}
    for name, table in {**tables, "flags": wanted}.items():
        ordered[name] = table
    write_atomic(path, (json.dumps(ordered, indent=4, ensure_ascii=False) + "\n").encode())
