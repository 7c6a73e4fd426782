"""The configuration of a run: the JSON of step 1, held to its schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from fitslint.config.options import ConfigError
from fitslint.cosmology.model import CosmologyError, parse_cosmology
from fitslint.pipeline.run.config_file import find_config_faults
from fitslint.pipeline.xray.acis.bands import Band, parse_band
from fitslint.pipeline.xray.errors import XrayError

Parsed = TypeVar("Parsed")
SCHEMA_NAME = "xray-1.0.0.json"
_SIZE_MAX = 1 << 20
_COSMOLOGY = "70,0.3,0.7"


@dataclass(frozen=True, slots=True)
class XrayConfig:
    """A run; paths are absolute, None where nothing was said."""

    path: Path
    output: Path
    name: str
    sn: float
    smooth_sn: float
    directory: Path
    obs_ids: tuple[str, ...]
    flags: Mapping[str, bool]
    engine: str
    band: Band
    further_bands: tuple[Band, ...]
    detection_band: Band
    bin_size: float
    deflare: str
    cluster_region: Path | None
    source_region: Path | None
    field_region: Path | None
    constrainval: float | None
    kappa: Path | None
    catalogue: Path | None
    has_report: bool
    redshift: float | None
    cosmology: str

    @property
    def facts(self) -> dict[str, Any]:
        """What headers say of the cluster, as for :func:`fitslint.conform`."""
        if self.redshift is None:
            return {}
        return {"zlens": self.redshift, "cosmology": self.cosmology}

    @property
    def band_name(self) -> str:
        """The band as it stands in the names of files: ``broad``, or ``0.5-2``."""
        return self.band.name


def read_xray_config(path: Path) -> XrayConfig:
    """The run that a JSON file describes.

    Raises
    ------
    ConfigError
        when it cannot be used: one sentence with the file and the key.
    """
    return _build_config(read_tables(path), path.resolve())


def read_tables(path: Path) -> dict[str, Any]:
    """The JSON as it stands in the file, which follows the schema.

    Raises
    ------
    ConfigError
        when it does not, or there is none.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_SIZE_MAX + 1)
        if len(data) > _SIZE_MAX:
            raise ConfigError(f"{path}: this is no configuration: it has more than 1 MB")
        tables = json.loads(data.decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}:{error.lineno}: this is no JSON: {error.msg}") from None
    except (UnicodeDecodeError, RecursionError):
        raise ConfigError(f"{path}: this is no JSON") from None
    for fault in find_config_faults(tables, SCHEMA_NAME):
        place = "".join(
            f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in fault.path
        )
        raise ConfigError(f"{path}: {place.removeprefix('.') or 'the file'}: {fault.sentence}")
    found: dict[str, Any] = tables
    return found


def _build_config(tables: Mapping[str, Any], path: Path) -> XrayConfig:
    info, options = tables["info_dict"], tables.get("options", {})
    folder = path.parent
    reach = float(options.get("constrainval", 3.0))
    return XrayConfig(
        path=path,
        output=folder / options.get("output", "."),
        name=info["name"],
        sn=float(info["sn_per_region"]),
        smooth_sn=float(info["reg_smoothness"]),
        directory=folder / info["cluster_directory"],
        obs_ids=tuple(info["obs_ids"]),
        flags=tables.get("flags", {}),
        engine=options.get("engine", "embedded"),
        band=_parse_band(path, "band", options.get("band", "broad")),
        further_bands=tuple(
            _parse_band(path, "further_bands", text) for text in options.get("further_bands", ())
        ),
        detection_band=_parse_band(
            path, "detection_band", options.get("detection_band", "0.5:7:2.3")
        ),
        bin_size=float(options.get("bin_size", 1)),
        deflare=options.get("deflare", "refined"),
        constrainval=reach or None,
        has_report=options.get("qc", True),
        redshift=info.get("redshift"),
        cosmology=_confirm_cosmology(path, options.get("cosmology", _COSMOLOGY)),
        **{
            name: folder / options[name] if name in options else None
            for name in ("cluster_region", "source_region", "field_region", "kappa", "catalogue")
        },
    )


def _confirm_cosmology(path: Path, text: str) -> str:
    _parse_option(path, "cosmology", text, parse_cosmology)
    return text


def _parse_band(path: Path, key: str, text: str) -> Band:
    return _parse_option(path, key, text, parse_band)


def _parse_option(path: Path, key: str, text: str, parse: Callable[[str], Parsed]) -> Parsed:
    try:
        return parse(text)
    except (XrayError, CosmologyError) as error:
        raise ConfigError(f"{path}: options.{key}: {error}") from None
