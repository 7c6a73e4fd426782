"""What a run makes, as its configuration says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fitslint.pipeline.kappa.clusters import Cluster


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A lens model: a parameter file, or a published one that is fetched."""

    name: str
    """Empty for the only model of a run; else the name of its folder."""
    path: Path | None
    """The parameter file; with ``fetch`` it is relative to what is fetched."""
    fetch: str | None
    samples: Path | None


@dataclass(frozen=True, slots=True)
class GridChoice:
    """The pixels of the maps."""

    kind: str
    """``lenstool``, ``field`` (by two of the next three) or ``like`` (an image)."""
    pixel: float | None = None
    """Arcsec."""
    size: int | None = None
    """Columns and rows."""
    extent: float | None = None
    """Width and height in arcsec, edge to edge."""
    like: Path | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """A run; paths are absolute."""

    path: Path
    output: Path
    cluster: Cluster
    own: bool
    """Whether the configuration gives the cluster a redshift or a centre of its own."""
    models: tuple[ModelChoice, ...]
    engine: str
    grid: GridChoice
    products: tuple[str, ...]
    units: tuple[str, ...]
    """Of surface densities: ``gcm2``, ``msunpixel``, ``msunkpc2``."""
    sources: tuple[float, ...]
    unity: bool
    cosmology: str | None
    rescale: tuple[float, ...]
    qc: bool
    xray: Path | None
    members: Path | None
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def folder(self, model: ModelChoice) -> Path:
        """Where the products of a model go, relative to the output folder."""
        return Path(self.cluster.folder, model.name)
