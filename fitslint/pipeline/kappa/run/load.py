"""Reading the configuration of a run: TOML, schema, and what a schema cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fitslint.cosmology.model import CosmologyError, parse_cosmology
from fitslint.dictionary.files.document import DictionaryDocument
from fitslint.pipeline.kappa.clusters import Centre, Cluster, find_cluster
from fitslint.pipeline.kappa.maps.spec import format_redshift
from fitslint.pipeline.kappa.qc.thresholds import load_thresholds
from fitslint.pipeline.kappa.run.config import GridChoice, ModelChoice, RunConfig
from fitslint.pipeline.run.config_file import build_config_error, read_run_config
from fitslint.wcs.position import parse_position

SCHEMA_NAME = "kappa-1.0.0.json"


def load_run_config(path: Path) -> RunConfig:
    """The run that the configuration in ``path`` describes.

    Raises
    ------
    ConfigError
        when it cannot be used: one sentence with file, line and key.
    """
    return _build_config(read_run_config(path, SCHEMA_NAME), path.resolve())


def _build_config(document: DictionaryDocument, path: Path) -> RunConfig:
    tables = document.tables
    maps, qc = tables.get("maps", {}), tables.get("qc", {})
    cluster = _resolve_cluster(document)
    _check_cosmology(document, maps.get("cosmology"))
    _check_thresholds(document, qc.get("thresholds", {}))
    _check_maps(document)
    return RunConfig(
        path=path,
        output=path.parent / tables.get("output", "products"),
        cluster=cluster,
        has_own_cluster="redshift" in tables["cluster"] or "centre" in tables["cluster"],
        models=_parse_models(document, path.parent),
        engine=maps.get("engine", "embedded"),
        grid=_parse_grid(maps.get("grid", "lenstool"), path.parent),
        products=tuple(maps.get("products", ["kappa"])),
        density_units=tuple(maps.get("units", ["gcm2"])),
        source_redshifts=tuple(map(float, maps.get("sources", [1.0]))),
        include_unity=maps.get("unity", True),
        cosmology=maps.get("cosmology"),
        rescale_redshifts=tuple(map(float, tables.get("rescale", {}).get("sources", []))),
        has_report=qc.get("enabled", True),
        xray_path=_resolve_path(path.parent, qc, "xray"),
        members_path=_resolve_path(path.parent, qc, "members"),
        thresholds={name: float(value) for name, value in qc.get("thresholds", {}).items()},
    )


def _resolve_path(folder: Path, table: Mapping[str, Any], key: str) -> Path | None:
    """A path of the configuration, which is relative to its folder."""
    return folder / table[key] if key in table else None


def _parse_grid(given: str | Mapping[str, Any], folder: Path) -> GridChoice:
    if isinstance(given, str):
        return GridChoice(given)
    if "like" in given:
        return GridChoice("like", like_path=folder / given["like"])
    pixel, extent = (float(given[name]) if name in given else None for name in ("pixel", "field"))
    return GridChoice("field", pixel, given.get("size"), extent)


def _resolve_cluster(document: DictionaryDocument) -> Cluster:
    """The cluster that is known by its name, with what the configuration says of it."""
    table = document.tables["cluster"]
    name = table["name"]
    known = find_cluster(name)
    if known is None and "redshift" not in table:
        sentence = f"{name!r} is not known; give its redshift, and its centre for the report"
        raise build_config_error(document, ("cluster", "name"), sentence)
    centres = _parse_centres(document, table) or (known.centres if known else ())
    redshift = table.get("redshift", known.redshift if known else None)
    published = known.redshift_source if known and "redshift" not in table else ""
    return Cluster(
        name=name,
        folder=table.get("folder") or (known.folder if known else _make_folder_name(name)),
        aliases=known.aliases if known else (),
        redshift=float(redshift),
        redshift_source=published or Path(document.name).name,
        centres=centres,
        dispute=known.dispute if known else None,
    )


def _make_folder_name(name: str) -> str:
    """A folder for a cluster of any name."""
    made = "".join(
        letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "._+-")
    )
    return made.lstrip(".") or "cluster"


def _parse_centres(document: DictionaryDocument, table: Mapping[str, Any]) -> tuple[Centre, ...]:
    if "centre" not in table:
        return ()
    try:
        ra, dec = parse_position(*map(str, table["centre"]))
    except ValueError as error:
        raise build_config_error(document, ("cluster", "centre"), str(error)) from None
    return (Centre("galaxy", ra, dec, source=Path(document.name).name),)


def _parse_models(document: DictionaryDocument, folder: Path) -> tuple[ModelChoice, ...]:
    tables = document.tables["model"]
    names = [table.get("name", "") for table in tables]
    for at, name in enumerate(names):
        if not name and len(names) > 1:
            sentence = "needs a name: there is more than one model, and each has its folder"
            raise build_config_error(document, ("model", at), sentence)
        if name.casefold() in (other.casefold() for other in names[:at]):
            raise build_config_error(
                document, ("model", at, "name"), f"{name!r} is the name of another model"
            )
    return tuple(_parse_model(table, folder) for table in tables)


def _parse_model(table: Mapping[str, Any], folder: Path) -> ModelChoice:
    path = Path(table["path"]) if "path" in table else None
    fetched = table.get("fetch")
    if path is not None and fetched is None:
        path = folder / path
    samples = Path(table["samples"]) if "samples" in table else None
    if samples is not None and fetched is None:
        samples = folder / samples
    return ModelChoice(table.get("name", ""), path, fetched, samples)


def _check_cosmology(document: DictionaryDocument, given: str | None) -> None:
    if given is None:
        return
    try:
        parse_cosmology(given)
    except CosmologyError as error:
        raise build_config_error(document, ("maps", "cosmology"), str(error)) from None


def _check_thresholds(document: DictionaryDocument, given: Mapping[str, float]) -> None:
    known = load_thresholds().by_name
    for name in given:
        if name not in known:
            sentence = f"is no threshold; known are {', '.join(known)}"
            raise build_config_error(document, ("qc", "thresholds", name), sentence)


def _check_maps(document: DictionaryDocument) -> None:
    """What is wanted of the maps has to be made of maps that there are, and once."""
    tables = document.tables
    maps = tables.get("maps", {})
    further = tables.get("rescale", {}).get("sources", [])
    if "kappa" not in maps.get("products", ["kappa"]):
        reported = tables.get("qc", {}).get("enabled", True)
        if further or reported:
            what = "[rescale] needs it" if further else "the report needs it, or qc.enabled = false"
            raise build_config_error(document, ("maps", "products"), f"has no 'kappa'; {what}")
    if maps.get("engine") == "lenstool" and maps.get("grid", "lenstool") != "lenstool":
        sentence = "is lenstool, which has a grid of its own; write grid = 'lenstool'"
        raise build_config_error(document, ("maps", "engine"), sentence)
    names: set[str] = set()
    for table, sources in (("maps", maps.get("sources", [1.0])), ("rescale", further)):
        for at, redshift in enumerate(sources):
            name = format_redshift(float(redshift))
            if name in names:
                sentence = f"the maps of {redshift:g} have the same names as others ({name})"
                raise build_config_error(document, (table, "sources", at), sentence)
            names.add(name)
