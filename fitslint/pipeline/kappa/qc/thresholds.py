"""What the lines are held against: the values of this distribution and those of a configuration."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.clusters import Cluster, parse_clusters
from fitslint.pipeline.toml_file import read_toml

_BUILTIN_PATH = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that a measurement is held against, and who says so."""

    name: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds and settings by name, and the clusters that a configuration adds."""

    by_name: Mapping[str, Threshold]
    clusters: tuple[Cluster, ...] = ()

    def __getitem__(self, name: str) -> Threshold:
        return self.by_name[name]

    def get_value(self, name: str) -> float:
        """The number alone."""
        return self.by_name[name].value


def load_thresholds(path: str | Path | None = None) -> Thresholds:
    """The values of this distribution; those of the file ``path`` over them.

    Raises
    ------
    PipelineError
        when the file cannot be used; the sentence names the value.
    """
    table = {
        name: Threshold(name, float(entry["value"]), entry["unit"], entry["source"])
        for name, entry in read_toml(_BUILTIN_PATH).items()
    }
    if path is None:
        return Thresholds(MappingProxyType(table))
    own = read_toml(path)
    clusters = parse_clusters(own.pop("cluster", []), str(path))
    for name, entry in own.items():
        if name not in table:
            raise PipelineError(
                f"there is no threshold {name[:60]!r}; known are {', '.join(table)}", path=str(path)
            )
        table[name] = _override_threshold(table[name], entry, str(path))
    return Thresholds(MappingProxyType(table), clusters)


def _override_threshold(old: Threshold, entry: object, path: str) -> Threshold:
    value = entry.get("value") if isinstance(entry, dict) else entry
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PipelineError(f"{old.name} takes a number", path=path)
    if not math.isfinite(value) or value <= 0:
        raise PipelineError(f"{old.name} takes a number above 0, not {value:g}", path=path)
    table = entry if isinstance(entry, dict) else {}
    unit = table.get("unit", old.unit)
    if unit != old.unit and (old.name, unit) != ("smoothing", "kpc"):
        raise PipelineError(f"{old.name} is in {old.unit or 'no unit'}", path=path)
    source = str(table.get("source", f"set in {Path(path).name}"))
    return replace(old, value=float(value), unit=unit, source=source)
