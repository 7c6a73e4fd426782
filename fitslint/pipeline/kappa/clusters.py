"""Clusters by name: their redshift, their folder, and where their centres are published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.tables import read_toml
from fitslint.wcs.position import position

_OWN = Path(__file__).with_suffix(".toml")
_KINDS = ("galaxy", "lens", "x-ray")


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
    contested: str | None = None
    """Why its maps and offsets are debated, in a sentence; None when they are not."""

    def answers_to(self, name: str) -> bool:
        """Whether ``name`` means this cluster, blanks and case apart."""
        known = (self.name, self.folder, *self.aliases)
        return _plain(name) in {_plain(one) for one in known}

    def centre(self, kind: str) -> Centre | None:
        """The first published centre of a kind."""
        return next((one for one in self.centres if one.kind == kind), None)

    @property
    def of_mass(self) -> tuple[Centre, ...]:
        """For every clump the centre that a peak of convergence is held against."""
        found: dict[str, Centre] = {}
        for one in self.centres:
            if one.kind != "x-ray":
                found.setdefault(one.clump, one)
        return tuple(found.values())


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


@cache
def known() -> tuple[Cluster, ...]:
    """The clusters of this distribution."""
    return load(_OWN)


def find(name: str, others: Iterable[Cluster] = ()) -> Cluster | None:
    """The cluster that answers to ``name``; ``others`` come before those of the distribution."""
    return next((one for one in (*others, *known()) if one.answers_to(name)), None)


def load(path: str | Path) -> tuple[Cluster, ...]:
    """The clusters of a TOML file of the form of ``clusters.toml``.

    Raises
    ------
    PipelineError
        when it cannot be read, or a cluster lacks something.
    """
    return of_tables(read_toml(path).get("cluster", []), str(path))


def of_tables(tables: object, path: str) -> tuple[Cluster, ...]:
    """The clusters that the tables ``[[cluster]]`` of a file describe.

    Raises
    ------
    PipelineError
        when one lacks something; the sentence names it.
    """
    if not isinstance(tables, list):
        raise PipelineError("write [[cluster]] for every cluster", path=path)
    return tuple(_cluster(one, path) for one in tables)


def _cluster(table: Mapping[str, Any], path: str) -> Cluster:
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
        tuple(_centre(one, name, path) for one in centres),
        table.get("contested"),
    )  # fmt: skip


def _centre(table: Mapping[str, Any], name: str, path: str) -> Centre:
    if not isinstance(table, Mapping) or table.get("kind", "galaxy") not in _KINDS:
        raise PipelineError(f"cluster {name!r}: kind is one of {', '.join(_KINDS)}", path=path)
    try:
        ra, dec = position(str(table.get("ra")), str(table.get("dec")))
    except ValueError as error:
        raise PipelineError(f"cluster {name!r}: {error}", path=path) from None
    given = table.get("uncertainty")
    return Centre(
        table.get("kind", "galaxy"), ra, dec,
        float(given) if isinstance(given, int | float) else None,
        str(table.get("source", "")), str(table.get("bibcode", "")),
        str(table.get("clump", "main")),
    )  # fmt: skip
