"""Clusters by name: their redshift, their folder, and where their centres are published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.toml_file import read_toml
from fitslint.wcs.position import parse_position

_BUILTIN_PATH = Path(__file__).with_suffix(".toml")
_CENTRE_KINDS = ("galaxy", "lens", "x-ray")


@dataclass(frozen=True, slots=True)
class Centre:
    """A published position."""

    kind: str
    """``galaxy`` (the brightest), ``lens`` (centre of mass) or ``x-ray``."""
    ra: float
    """Right ascension in degrees."""
    dec: float
    """Declination in degrees."""
    uncertainty: float | None = None
    """In arcsec."""
    source: str = ""
    bibcode: str = ""
    clump: str = "main"
    """Which concentration of mass it belongs to."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster and what is published of it."""

    name: str
    folder: str
    aliases: tuple[str, ...]
    redshift: float
    redshift_source: str
    centres: tuple[Centre, ...]
    dispute: str | None = None
    """Why its maps and offsets are debated, in a sentence; None when they are not."""

    def describe_dispute(self) -> str:
        """That it is contested, and why; empty when it is not."""
        return f"the cluster is contested: {self.dispute}" if self.dispute else ""

    def has_name(self, name: str) -> bool:
        """Whether ``name`` means this cluster, blanks and case apart."""
        known = (self.name, self.folder, *self.aliases)
        return _normalise_name(name) in {_normalise_name(name) for name in known}

    def find_centre(self, kind: str) -> Centre | None:
        """The first published centre of a kind."""
        return next((centre for centre in self.centres if centre.kind == kind), None)

    @property
    def mass_centres(self) -> tuple[Centre, ...]:
        """For every clump the centre that a peak of convergence is held against."""
        found: dict[str, Centre] = {}
        for centre in self.centres:
            if centre.kind != "x-ray":
                found.setdefault(centre.clump, centre)
        return tuple(found.values())


def _normalise_name(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


@cache
def load_builtin_clusters() -> tuple[Cluster, ...]:
    """The clusters of this distribution."""
    return load_clusters(_BUILTIN_PATH)


def find_cluster(name: str, others: Iterable[Cluster] = ()) -> Cluster | None:
    """The cluster that answers to ``name``; ``others`` come before those of the distribution."""
    return next(
        (cluster for cluster in (*others, *load_builtin_clusters()) if cluster.has_name(name)), None
    )


def load_clusters(path: str | Path) -> tuple[Cluster, ...]:
    """The clusters of a TOML file of the form of ``clusters.toml``.

    Raises
    ------
    PipelineError
        when it cannot be read, or a cluster lacks something.
    """
    return parse_clusters(read_toml(path).get("cluster", []), str(path))


def parse_clusters(tables: object, path: str) -> tuple[Cluster, ...]:
    """The clusters that the tables ``[[cluster]]`` of a file describe.

    Raises
    ------
    PipelineError
        when one lacks something; the sentence names it.
    """
    if not isinstance(tables, list):
        raise PipelineError("write [[cluster]] for every cluster", path=path)
    return tuple(_parse_cluster(table, path) for table in tables)


def _parse_cluster(table: Mapping[str, Any], path: str) -> Cluster:
    name = table.get("name") if isinstance(table, Mapping) else None
    if not isinstance(name, str) or not name:
        raise PipelineError('a [[cluster]] has no name; write name = "Abell 1689"', path=path)
    redshift = table.get("redshift")
    if isinstance(redshift, bool) or not isinstance(redshift, int | float) or not redshift > 0:
        raise PipelineError(f"cluster {name!r} needs a redshift above 0", path=path)
    centres = table.get("centre", [])
    if not isinstance(centres, list) or not centres:
        raise PipelineError(f"cluster {name!r} has no [[cluster.centre]]", path=path)
    aliases = table.get("aliases", [])
    return Cluster(
        name, str(table.get("folder", name.replace(" ", ""))),
        tuple(map(str, aliases)) if isinstance(aliases, list) else (),
        float(redshift), str(table.get("redshift_source", "")),
        tuple(_parse_centre(centre, name, path) for centre in centres),
        table.get("contested"),
    )  # fmt: skip


def _parse_centre(table: Mapping[str, Any], name: str, path: str) -> Centre:
    if not isinstance(table, Mapping) or table.get("kind", "galaxy") not in _CENTRE_KINDS:
        raise PipelineError(
            f"cluster {name!r}: kind is one of {', '.join(_CENTRE_KINDS)}", path=path
        )
    try:
        ra, dec = parse_position(str(table.get("ra")), str(table.get("dec")))
    except ValueError as error:
        raise PipelineError(f"cluster {name!r}: {error}", path=path) from None
    given = table.get("uncertainty")
    return Centre(
        table.get("kind", "galaxy"), ra, dec,
        float(given) if isinstance(given, int | float) else None,
        str(table.get("source", "")), str(table.get("bibcode", "")),
        str(table.get("clump", "main")),
    )  # fmt: skip
