"""The quality report on the first model's first map."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from fitslint.dictionary.files.toml_writer import format_toml_string
from fitslint.pipeline.kappa.clusters import Cluster
from fitslint.pipeline.kappa.maps.spec import format_redshift
from fitslint.pipeline.kappa.qc.check import FAIL
from fitslint.pipeline.kappa.qc.inputs import COMPARISON_MAPS, QcRequest
from fitslint.pipeline.kappa.reading.load import read_documents
from fitslint.pipeline.kappa.run import paths
from fitslint.pipeline.kappa.run.config import RunConfig
from fitslint.pipeline.kappa.run.steps.maps import MODEL_MODULES
from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome

_MODULES = (
    *MODEL_MODULES,
    "fitslint.pipeline.kappa.maps.spec",
    "fitslint.pipeline.kappa.qc",
    "fitslint.pipeline.kappa.run.steps.qc",
    "fitslint.pipeline.page",
)
_DENSITY_MAPS = {"msunpixel": "sigma3", "msunkpc2": "sigma4"}
"""Maps of surface density that a report holds against each other, by their units."""
SETTINGS_NAME = "thresholds.toml"
"""Beside the report: what `fitslint kappa qc --config` takes to judge in the same way."""


def plan_tasks(config: RunConfig) -> Iterator[RunTask]:
    """One, where a report is wanted."""
    if config.has_report:
        yield RunTask(
            name="qc",
            step="qc",
            folder=config.build_product_folder(config.models[0]) / "qc",
            modules=_MODULES,
            parameters={"settings": format_settings(config), "cluster": config.cluster.name},
            list_inputs=partial(_list_inputs, config),
            run=partial(_run_qc, config),
            prerequisites=tuple(_list_prerequisites(config)),
        )


def _list_prerequisites(config: RunConfig) -> Iterator[str]:
    first = config.models[0]
    if config.include_unity:
        yield paths.build_task_name("maps", first, format_redshift(None))
    for model in config.models:
        yield paths.build_task_name("maps", model, format_redshift(config.source_redshifts[0]))


def build_qc_request(config: RunConfig) -> QcRequest:
    """What is judged, and what it is compared with.

    Raises
    ------
    PipelineError
        when the parameter file of a fetched model cannot be told.
    """
    first, z_source = config.models[0], config.source_redshifts[0]
    maps = {
        product: str(paths.build_map_path(config, first, product, z_source))
        for product in config.products
        if product in COMPARISON_MAPS
    }
    if "surface-density" in config.products:
        for unit in config.density_units:
            if unit in _DENSITY_MAPS:
                maps[_DENSITY_MAPS[unit]] = str(paths.build_surface_path(config, first, unit))
    if config.include_unity:
        maps["unity"] = str(paths.build_map_path(config, first, "kappa", None))
    if config.xray_path:
        maps["xray"] = str(config.xray_path)
    samples = paths.find_samples_file(config, first)
    others = (paths.build_map_path(config, model, "kappa", z_source) for model in config.models[1:])
    return QcRequest(
        kappa=str(paths.build_map_path(config, first, "kappa", z_source)),
        maps=maps,
        also=tuple(map(str, others)),
        model=str(paths.find_parameter_file(config, first)),
        members=str(config.members_path) if config.members_path else None,
        samples=str(samples) if samples else None,
        cluster=config.cluster.name if config.cluster.centres else None,
    )


def _list_inputs(config: RunConfig) -> Sequence[Path]:
    request = build_qc_request(config)
    model = request.model or ""
    model_files = (file.path for file in read_documents(model).inputs)
    others = (request.members, request.samples)
    files = (request.kappa, *request.maps.values(), *request.also, *model_files, *others)
    return [Path(name) for name in files if name]


def _run_qc(config: RunConfig, context: TaskContext) -> TaskOutcome:
    # matplotlib takes a second to load, and a report is made once.
    from fitslint.pipeline.kappa.qc.assess import run_checks
    from fitslint.pipeline.kappa.qc.page import write_report

    path = context.folder / SETTINGS_NAME
    path.write_text(format_settings(config), encoding="utf-8")
    report = run_checks(replace(build_qc_request(config), config=str(path)))
    write_report(report, context.folder)
    failures = [result for result in report.results if result.verdict == FAIL]
    notes = tuple(f"{failure.title}: {failure.reason}" for failure in failures)
    return TaskOutcome(notes, has_bad_products=bool(failures))


def format_settings(config: RunConfig) -> str:
    """The thresholds and the cluster of a run as a file of `fitslint kappa qc --config`."""
    lines = [f"{name} = {value!r}" for name, value in sorted(config.thresholds.items())]
    if config.has_own_cluster and config.cluster.centres:
        lines += ["", *_format_cluster(config.cluster)]
    return "\n".join(["# Written by fitslint kappa run.", *lines]) + "\n"


def _format_cluster(cluster: Cluster) -> Iterator[str]:
    yield "[[cluster]]"
    yield f"name = {format_toml_string(cluster.name)}"
    yield f"folder = {format_toml_string(cluster.folder)}"
    yield f"aliases = [{', '.join(map(format_toml_string, cluster.aliases))}]"
    yield f"redshift = {json.dumps(cluster.redshift)}"
    yield f"redshift_source = {format_toml_string(cluster.redshift_source)}"
    if cluster.dispute:
        yield f"contested = {format_toml_string(cluster.dispute)}"
    for centre in cluster.centres:
        yield from ("", "[[cluster.centre]]", f"kind = {format_toml_string(centre.kind)}")
        yield f"ra = {format_toml_string(repr(centre.ra))}"
        yield f"dec = {format_toml_string(repr(centre.dec))}"
        if centre.uncertainty is not None:
            yield f"uncertainty = {centre.uncertainty!r}"
        yield f"source = {format_toml_string(centre.source)}"
        yield f"bibcode = {format_toml_string(centre.bibcode)}"
        yield f"clump = {format_toml_string(centre.clump)}"
