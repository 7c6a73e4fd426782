"""What a report is made of: the map, what it is compared with, and what it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fitslint.cosmology.model import Cosmology
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.clusters import Centre, Cluster, find, known
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.kappa.qc.frame import separation
from fitslint.pipeline.kappa.qc.members import Members, of_catalogue, of_model
from fitslint.pipeline.kappa.qc.skymap import SkyMap, read
from fitslint.pipeline.kappa.qc.thresholds import Criteria, criteria
from fitslint.products.digest import sha256

_UNKNOWN_SCALE = 4.0
"""Arcsec of the smoothing where its kpc cannot be turned into them."""
MAPS = ("unity", "gamma1", "gamma2", "gamma", "magnification", "sigma3", "sigma4", "xray")
"""The maps that a convergence map is compared with."""


@dataclass(frozen=True, slots=True)
class Request:
    """The files and settings of a report."""

    kappa: str
    maps: Mapping[str, str] = field(default_factory=dict)
    """Files by the names of :data:`MAPS`."""
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
class Evidence:
    """Everything read."""

    request: Request
    kappa: SkyMap
    maps: Mapping[str, SkyMap]
    also: tuple[SkyMap, ...]
    model: LensModel | None
    members: Members | None
    cluster: Cluster | None
    criteria: Criteria

    @cached_property
    def fault(self) -> str | None:
        """Why no measurement on the map means anything; None when it holds a map."""
        return self.kappa.fault

    @cached_property
    def centres(self) -> tuple[Centre, ...]:
        """The centres that peaks are held against."""
        if self.request.centre is not None:
            return (Centre("galaxy", *self.request.centre, source="given with --centre"),)
        return self.cluster.of_mass if self.cluster else ()

    @cached_property
    def z_lens(self) -> float | None:
        """The redshift of the lens: of the header, the model or the published one."""
        told = self.kappa.redshift("ZLENS")
        if told is not None:
            return told
        if self.model is not None and self.model.planes:
            return self.model.planes[0]
        return self.cluster.redshift if self.cluster else None

    @cached_property
    def planes(self) -> int:
        """Lens planes that the map is the sum of: by the header or the model, else one."""
        told = self.kappa.number("NPLANES")
        if told is not None and told >= 1:
            return int(told)
        return len(self.model.planes) if self.model and self.model.planes else 1

    @cached_property
    def cosmology(self) -> Cosmology | None:
        """The cosmology of the header, else of the model."""
        return self.kappa.cosmology or (self.model.cosmology if self.model else None)

    @cached_property
    def kpc(self) -> float | None:
        """Kpc of one arcsec at the lens."""
        if self.z_lens is None or self.cosmology is None:
            return None
        length = self.cosmology.kpc_per_arcsec(self.z_lens)
        return length if length > 0 else None

    @cached_property
    def smoothing(self) -> float:
        """Full width at half maximum in arcsec, before peaks are looked for."""
        wanted = self.criteria["smoothing"]
        if wanted.unit != "kpc":
            return wanted.value
        return wanted.value / self.kpc if self.kpc else _UNKNOWN_SCALE

    def inputs(self) -> list[dict[str, str]]:
        """Role, path and digest of every file that was read."""
        maps = [("kappa", self.kappa), *self.maps.items(), *(("also", one) for one in self.also)]
        rows = [{"role": role, "path": one.path, "sha256": one.sha256} for role, one in maps]
        models = self.model.inputs if self.model else ()
        rows += [{"role": "model", "path": one.path, "sha256": one.sha256} for one in models]
        named = {"members": self.request.members, "samples": self.request.samples}
        rows += [
            {"role": role, "path": path, "sha256": sha256(path)}
            for role, path in named.items()
            if path
        ]
        return rows


def gather(request: Request) -> Evidence:
    """Read everything that a request names.

    Raises
    ------
    PipelineError
        when something cannot be read or used; a sentence with the file.
    """
    wanted = criteria(request.config)
    kappa = read(request.kappa)
    maps = {name: read(path) for name, path in request.maps.items()}
    model = _model(request.model, kappa) if request.model else None
    if request.samples and model is None:
        raise PipelineError("samples of a model need the model; name it with --model",
                            path=request.samples)  # fmt: skip
    reference = model.reference if model else None
    members = of_model(model) if model else None
    if request.members:
        members = of_catalogue(request.members, reference or kappa.frame.reference)
    cluster = _cluster(request, kappa, wanted)
    also = tuple(map(read, request.also))
    return Evidence(request, kappa, maps, also, model, members, cluster, wanted)


def _model(path: str, kappa: SkyMap) -> LensModel:
    """The model in the cosmology of the map, which makes its angles of lengths in kpc."""
    from fitslint.pipeline.kappa.reading import load_model

    linear = kappa.frame.convention == "linear"
    return load_model(path, cosmology=kappa.cosmology, parity=linear)


def _cluster(request: Request, kappa: SkyMap, wanted: Criteria) -> Cluster | None:
    """The cluster that is named, else the one of OBJECT, else the one in the middle of the map."""
    if request.cluster is not None:
        found = find(request.cluster, wanted.clusters)
        if found is None:
            names = ", ".join(one.name for one in (*wanted.clusters, *known()))
            raise PipelineError(
                f"no centre of {request.cluster[:60]!r} is known; known are {names}; "
                "add it with --config, or give --centre RA,DEC"
            )
        return found
    if request.centre is not None:
        return None
    told = find(kappa.text("OBJECT"), wanted.clusters)
    return told or _in_field(kappa, (*wanted.clusters, *known()))


def _in_field(kappa: SkyMap, clusters: tuple[Cluster, ...]) -> Cluster | None:
    frame = kappa.frame
    if not frame.on_sky:
        return None
    middle = frame.to_sky((frame.shape[1] - 1) / 2, (frame.shape[0] - 1) / 2)
    radius = min(frame.shape) * frame.scale / 2
    for one in clusters:
        centre = one.centres[0]
        away = separation(float(middle[0]), float(middle[1]), centre.ra, centre.dec)
        if away < radius:
            return one
    return None


def label(path: str) -> str:
    """The name of a file without its folders."""
    return Path(path).name
