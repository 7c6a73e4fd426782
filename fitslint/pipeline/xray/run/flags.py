"""The flags of the configuration: which steps are done, kept in the JSON by the run itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.run.execute import DONE, UNCHANGED, TaskResult
from fitslint.pipeline.run.state import RunState
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
    """Sets the flag of a step when all its tasks are done, and takes it back when one is not.

    Parameters
    ----------
    path : Path
        the configuration.
    tasks : sequence of RunTask
        all tasks of the configuration.
    state : RunState
        what is known of them.
    """

    def __init__(self, path: Path, tasks: Sequence[RunTask], state: RunState) -> None:
        self._path = path
        self._tasks = tasks
        self._state = state
        self._bad: set[str] = set()

    def note(self, result: TaskResult) -> None:
        """Take the end of a task down.

        Raises
        ------
        ConfigError
            when the file is no configuration any more.
        OSError
            when it cannot be written; it is as it was then.
        """
        name, step = result.task.name, result.task.step
        if step not in FLAGS:
            return
        if result.status in (DONE, UNCHANGED) and not result.has_bad_products:
            self._bad.discard(name)
        else:
            self._bad.add(name)
        store_flags(self._path, {FLAGS[step]: self._is_whole(step)})

    def _is_whole(self, step: str) -> bool:
        names = [task.name for task in self._tasks if task.step == step]
        return all(
            name not in self._bad and self._state[name].done and not self._state[name].failed
            for name in names
        )


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
    text = json.dumps({**tables, "flags": wanted}, indent=4, ensure_ascii=False)
    write_atomic(path, f"{text}\n".encode())
