"""What a report is made of: the map, what it is compared with, and what it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fitslint.cosmology.model import Cosmology
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.clusters import Centre, Cluster, find_cluster, load_builtin_clusters
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.kappa.qc.members import (
    MemberGalaxies,
    read_member_catalogue,
    select_model_members,
)
from fitslint.pipeline.kappa.qc.skymap import SkyMap, read_sky_map
from fitslint.pipeline.kappa.qc.thresholds import Thresholds, load_thresholds
from fitslint.products.digest import compute_sha256
from fitslint.wcs.map_frame import compute_separation

_DEFAULT_SMOOTHING = 4.0
"""Arcsec of the smoothing where its kpc cannot be turned into them."""
COMPARISON_MAPS = (
    "unity",
    "gamma1",
    "gamma2",
    "gamma",
    "magnification",
    "sigma3",
    "sigma4",
    "xray",
)
"""The maps that a convergence map is compared with."""


@dataclass(frozen=True, slots=True)
class QcRequest:
    """The files and settings of a report."""

    kappa: str
    maps: Mapping[str, str] = field(default_factory=dict)
    """Files by the names of :data:`COMPARISON_MAPS`."""
    also: tuple[str, ...] = ()
    """Convergence maps of other models."""
    model: str | None = None
    members: str | None = None
    samples: str | None = None
    """``bayes.dat`` of the model."""
    cluster: str | None = None
    centre: tuple[float, float] | None = None
    """Right ascension and declination in degrees, instead of a published one."""
    config: str | None = None


@dataclass(frozen=True)
class QcInputs:
    """Everything read."""

    request: QcRequest
    kappa: SkyMap
    maps: Mapping[str, SkyMap]
    other_models: tuple[SkyMap, ...]
    model: LensModel | None
    members: MemberGalaxies | None
    cluster: Cluster | None
    thresholds: Thresholds

    @cached_property
    def unusable_reason(self) -> str | None:
        """Why no measurement on the map means anything; None when it holds a map."""
        return self.kappa.unusable_reason

    @cached_property
    def centres(self) -> tuple[Centre, ...]:
        """The centres that peaks are held against."""
        if self.request.centre is not None:
            return (Centre("galaxy", *self.request.centre, source="given with --centre"),)
        return self.cluster.mass_centres if self.cluster else ()

    @cached_property
    def z_lens(self) -> float | None:
        """The redshift of the lens: of the header, the model or the published one."""
        told = self.kappa.get_redshift("ZLENS")
        if told is not None:
            return told
        if self.model is not None and self.model.planes:
            return self.model.planes[0]
        return self.cluster.redshift if self.cluster else None

    @cached_property
    def plane_count(self) -> int:
        """Lens planes that the map is the sum of: by the header or the model, else one."""
        told = self.kappa.get_number("NPLANES")
        if told is not None and told >= 1:
            return int(told)
        return len(self.model.planes) if self.model and self.model.planes else 1

    @cached_property
    def cosmology(self) -> Cosmology | None:
        """The cosmology of the header, else of the model."""
        return self.kappa.cosmology or (self.model.cosmology if self.model else None)

    @cached_property
    def kpc_per_arcsec(self) -> float | None:
        """Kpc of one arcsec at the lens."""
        if self.z_lens is None or self.cosmology is None:
            return None
        length = self.cosmology.kpc_per_arcsec(self.z_lens)
        return length if length > 0 else None

    @cached_property
    def smoothing_fwhm(self) -> float:
        """Full width at half maximum in arcsec, before peaks are looked for."""
        wanted = self.thresholds["smoothing"]
        if wanted.unit != "kpc":
            return wanted.value
        return wanted.value / self.kpc_per_arcsec if self.kpc_per_arcsec else _DEFAULT_SMOOTHING

    def list_files(self) -> list[dict[str, str]]:
        """Role, path and digest of every file that was read."""
        maps = [
            ("kappa", self.kappa),
            *self.maps.items(),
            *(("also", other) for other in self.other_models),
        ]
        rows = [
            {"role": role, "path": sky_map.path, "sha256": sky_map.sha256} for role, sky_map in maps
        ]
        models = self.model.inputs if self.model else ()
        rows += [{"role": "model", "path": file.path, "sha256": file.sha256} for file in models]
        named = {"members": self.request.members, "samples": self.request.samples}
        rows += [
            {"role": role, "path": path, "sha256": compute_sha256(path)}
            for role, path in named.items()
            if path
        ]
        return rows


def read_inputs(request: QcRequest) -> QcInputs:
    """Read everything that a request names.

    Raises
    ------
    PipelineError
        when something cannot be read or used; a sentence with the file.
    """
    wanted = load_thresholds(request.config)
    kappa = read_sky_map(request.kappa)
    maps = {name: read_sky_map(path) for name, path in request.maps.items()}
    model = _load_model(request.model, kappa) if request.model else None
    if request.samples and model is None:
        raise PipelineError("samples of a model need the model; name it with --model",
                            path=request.samples)  # fmt: skip
    reference = model.reference if model else None
    members = select_model_members(model) if model else None
    if request.members:
        members = read_member_catalogue(request.members, reference or kappa.frame.reference)
    cluster = _find_cluster(request, kappa, wanted)
    also = tuple(map(read_sky_map, request.also))
    return QcInputs(request, kappa, maps, also, model, members, cluster, wanted)


def _load_model(path: str, kappa: SkyMap) -> LensModel:
    """The model in the cosmology of the map, which makes its angles of lengths in kpc."""
    from fitslint.pipeline.kappa.reading import load_model

    linear = kappa.frame.convention == "linear"
    return load_model(path, cosmology=kappa.cosmology, parity=linear)


def _find_cluster(request: QcRequest, kappa: SkyMap, wanted: Thresholds) -> Cluster | None:
    """The cluster that is named, else the one of OBJECT, else the one in the middle of the map."""
    if request.cluster is not None:
        found = find_cluster(request.cluster, wanted.clusters)
        if found is None:
            names = ", ".join(
                cluster.name for cluster in (*wanted.clusters, *load_builtin_clusters())
            )
            raise PipelineError(
                f"no centre of {request.cluster[:60]!r} is known; known are {names}; "
                "add it with --config, or give --centre RA,DEC"
            )
        return found
    if request.centre is not None:
        return None
    told = find_cluster(kappa.get_text("OBJECT"), wanted.clusters)
    return told or _find_cluster_in_field(kappa, (*wanted.clusters, *load_builtin_clusters()))


def _find_cluster_in_field(kappa: SkyMap, clusters: tuple[Cluster, ...]) -> Cluster | None:
    frame = kappa.frame
    if not frame.is_on_sky:
        return None
    middle = frame.to_sky((frame.shape[1] - 1) / 2, (frame.shape[0] - 1) / 2)
    radius = min(frame.shape) * frame.pixel_scale / 2
    for cluster in clusters:
        centre = cluster.centres[0]
        away = compute_separation(float(middle[0]), float(middle[1]), centre.ra, centre.dec)
        if away < radius:
            return cluster
    return None


def shorten_path(path: str) -> str:
    """The name of a file without its folders."""
    return Path(path).name
