"""Plans straight from a path or bytes, for tests of what is planned."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from fitslint.config.settings import Settings
from fitslint.model.file import FitsFile
from fitslint.model.finding import Edit
from fitslint.repair.model import FileIdentity, Plan
from fitslint.repair.options import FixOptions
from fitslint.repair.planner import Planner
from fitslint.repair.stream import open_stream
from fitslint.repair.workspace import Workspace
from fitslint.source.files import decompress
from fitslint.syntax.scan_reader import BytesReader

Source = str | os.PathLike[str] | bytes


class SourcePlanner(Planner):
    """A planner that opens what it plans for."""

    def plan(self, source: Source, options: FixOptions | None = None, name: str = "") -> Plan:
        """What ``fix`` would write."""
        options = options or FixOptions()
        with self._open(source, name, data=options.data) as (workspace, identity):
            return self.plan_fixes(workspace, options, identity)[0]

    def plan_by_hand(self, source: Source, build: Callable[[FitsFile], Sequence[Edit]]) -> Plan:
        """What edits that a person asks for would write."""
        with self._open(source, "", data=False) as (workspace, identity):
            return super().plan_edits(workspace, build, identity)[0]

    @contextmanager
    def _open(
        self, source: Source, name: str, *, data: bool
    ) -> Iterator[tuple[Workspace, FileIdentity | None]]:
        limits = self.settings.limits
        if isinstance(source, bytes):
            reader, container = decompress(BytesReader(source), limits)
            yield self.open_workspace(reader, name or "-", container, data=data), None
            return
        path = os.fspath(source)
        with open_stream(path, limits) as (reader, container, identity):
            yield self.open_workspace(reader, path, container, data=data), identity


def plan_repair(data: bytes, settings: Settings) -> Plan:
    """What ``fix`` would write to one file."""
    return SourcePlanner(settings).plan(data)
