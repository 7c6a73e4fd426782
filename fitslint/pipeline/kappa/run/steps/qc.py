"""The quality report on the first model's first map."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from fitslint.dictionary.toml import string
from fitslint.pipeline.kappa.clusters import Cluster
from fitslint.pipeline.kappa.maps.wanted import redshift_name
from fitslint.pipeline.kappa.qc.evidence import MAPS, Request
from fitslint.pipeline.kappa.qc.line import FAIL
from fitslint.pipeline.kappa.reading.load import source_of
from fitslint.pipeline.kappa.run import places
from fitslint.pipeline.kappa.run.config import Config
from fitslint.pipeline.kappa.run.unit import Outcome, Unit, Work

_SURFACE = {"msunpixel": "sigma3", "msunkpc2": "sigma4"}
"""Maps of surface density that a report holds against each other, by their units."""
SETTINGS = "thresholds.toml"
"""Beside the report: what `fitslint kappa qc --config` takes to judge in the same way."""


def units(config: Config) -> Iterator[Unit]:
    """One, where a report is wanted."""
    if config.qc:
        yield Unit(
            name="qc",
            step="qc",
            folder=config.folder(config.models[0]) / "qc",
            parameters={"settings": settings(config), "cluster": config.cluster.name},
            inputs=partial(_inputs, config),
            carry_out=partial(_carry_out, config),
            needs=tuple(_needs(config)),
        )


def _needs(config: Config) -> Iterator[str]:
    first = config.models[0]
    if config.unity:
        yield places.unit_name("maps", first, redshift_name(None))
    for model in config.models:
        yield places.unit_name("maps", model, redshift_name(config.sources[0]))


def request_of(config: Config) -> Request:
    """What is judged, and what it is compared with.

    Raises
    ------
    PipelineError
        when the parameter file of a fetched model cannot be told.
    """
    first, z_source = config.models[0], config.sources[0]
    maps = {
        product: str(places.map_path(config, first, product, z_source))
        for product in config.products
        if product in MAPS
    }
    if "surface-density" in config.products:
        for unit in config.units:
            if unit in _SURFACE:
                maps[_SURFACE[unit]] = str(places.surface_path(config, first, unit))
    if config.unity:
        maps["unity"] = str(places.map_path(config, first, "kappa", None))
    if config.xray:
        maps["xray"] = str(config.xray)
    samples = places.samples_file(config, first)
    also = (places.map_path(config, one, "kappa", z_source) for one in config.models[1:])
    return Request(
        kappa=str(places.map_path(config, first, "kappa", z_source)),
        maps=maps,
        also=tuple(map(str, also)),
        model=str(places.parameter_file(config, first)),
        members=str(config.members) if config.members else None,
        samples=str(samples) if samples else None,
        cluster=config.cluster.name if config.cluster.centres else None,
    )


def _inputs(config: Config) -> Sequence[Path]:
    request = request_of(config)
    model = request.model or ""
    known = (one.path for one in source_of(model).inputs)
    others = (request.members, request.samples)
    files = (request.kappa, *request.maps.values(), *request.also, *known, *others)
    return [Path(name) for name in files if name]


def _carry_out(config: Config, work: Work) -> Outcome:
    # matplotlib takes a second to load, and a report is made once.
    from fitslint.pipeline.kappa.qc.assess import assess
    from fitslint.pipeline.kappa.qc.page import write

    path = work.folder / SETTINGS
    path.write_text(settings(config), encoding="utf-8")
    assessment = assess(replace(request_of(config), config=str(path)))
    write(assessment, work.folder)
    found = [one for one in assessment.lines if one.verdict == FAIL]
    return Outcome(tuple(f"{one.title}: {one.reason}" for one in found), bool(found))


def settings(config: Config) -> str:
    """The thresholds and the cluster of a run as a file of `fitslint kappa qc --config`."""
    lines = [f"{name} = {value!r}" for name, value in sorted(config.thresholds.items())]
    if config.own and config.cluster.centres:
        lines += ["", *_cluster(config.cluster)]
    return "\n".join(["# Written by fitslint kappa run.", *lines]) + "\n"


def _cluster(cluster: Cluster) -> Iterator[str]:
    yield "[[cluster]]"
    yield f"name = {string(cluster.name)}"
    yield f"folder = {string(cluster.folder)}"
    yield f"aliases = [{', '.join(map(string, cluster.aliases))}]"
    yield f"redshift = {json.dumps(cluster.redshift)}"
    yield f"redshift_source = {string(cluster.redshift_source)}"
    if cluster.contested:
        yield f"contested = {string(cluster.contested)}"
    for one in cluster.centres:
        yield from ("", "[[cluster.centre]]", f"kind = {string(one.kind)}")
        yield f"ra = {string(repr(one.ra))}"
        yield f"dec = {string(repr(one.dec))}"
        if one.uncertainty is not None:
            yield f"uncertainty = {one.uncertainty!r}"
        yield f"source = {string(one.source)}"
        yield f"bibcode = {string(one.bibcode)}"
        yield f"clump = {string(one.clump)}"
