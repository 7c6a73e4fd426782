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
    fetch_target: str | None
    samples_path: Path | None


@dataclass(frozen=True, slots=True)
class GridChoice:
    """The pixels of the maps."""

    kind: str
    """``lenstool``, ``field`` (by two of the next three) or ``like`` (an image)."""
    pixel_size: float | None = None
    """Arcsec."""
    size: int | None = None
    """Columns and rows."""
    extent: float | None = None
    """Width and height in arcsec, edge to edge."""
    like_path: Path | None = None


@dataclass(frozen=True, slots=True)
class RunConfig:
    """A run; paths are absolute."""

    path: Path
    output: Path
    cluster: Cluster
    has_own_cluster: bool
    """Whether the configuration gives the cluster a redshift or a centre of its own."""
    models: tuple[ModelChoice, ...]
    engine: str
    grid: GridChoice
    products: tuple[str, ...]
    density_units: tuple[str, ...]
    """Of surface densities: ``gcm2``, ``msunpixel``, ``msunkpc2``."""
    source_redshifts: tuple[float, ...]
    include_unity: bool
    cosmology: str | None
    rescale_redshifts: tuple[float, ...]
    has_report: bool
    xray_path: Path | None
    members_path: Path | None
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def build_product_folder(self, model: ModelChoice) -> Path:
        """Where the products of a model go, relative to the output folder."""
        return Path(self.cluster.folder, model.name)
