"""Line f: how far models differ, as median, 16 and 84 % and relative width of the convergence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.qc.evidence import Evidence, label
from fitslint.pipeline.kappa.qc.frame import Floats, Frame
from fitslint.pipeline.kappa.qc.line import Line, unjudged, within
from fitslint.pipeline.kappa.qc.modelled import convergence, stride_for
from fitslint.pipeline.kappa.qc.skymap import SkyMap

CODE, TITLE = "f.band", "Width of the model band"
_LARGEST = 1 << 23
"""Values of all maps at once that percentiles are taken of; more are taken every so many pixels."""
_SEED = 20_070_810
"""Samples are drawn the same way every time."""


@dataclass(frozen=True)
class Band:
    """Percentiles over models, on every ``stride``-th pixel of the map."""

    median: Floats
    low: Floats
    high: Floats
    frame: Frame
    stride: int
    models: int
    source: str
    """What the models are: samples of a file, or maps."""
    inside: float | None
    """Part of the pixels of the map between 16 and 84 %; None of two models, which are the ends."""

    @property
    def relative_width(self) -> Floats:
        """(p84 - p16)/(2 median); NaN where the median is not above zero."""
        with np.errstate(divide="ignore", invalid="ignore"):
            width = (self.high - self.low) / (2 * self.median)
        return np.where(self.median > 0, width, np.nan)


def band(evidence: Evidence) -> Band | str:
    """The band over the samples of the model, else over the maps; why there is none otherwise.

    Raises
    ------
    PipelineError
        when the samples cannot be read or evaluated.
    """
    if evidence.fault:
        return evidence.fault
    if evidence.request.samples:
        return _of_samples(evidence, evidence.request.samples)
    return _of_maps(evidence) if evidence.also else _alone(evidence)


def _alone(evidence: Evidence) -> str:
    said = "a band takes two models at least: maps (--also) or samples (--samples)"
    contested = evidence.cluster.contested if evidence.cluster else None
    return f"{said}. {contested}" if contested else said


def _of_maps(evidence: Evidence) -> Band | str:
    maps = (evidence.kappa, *evidence.also)
    for one in evidence.also:
        if one.fault:
            return f"{label(one.path)}: {one.fault}"
        if not one.frame.alike(evidence.kappa.frame):
            return f"{label(one.path)} does not have the pixels of the map"
        if (one.factor is None) != (evidence.kappa.factor is None):
            return f"the normalisation is recorded in one of the map and {label(one.path)} only"
    stride = max(1, int(np.ceil(np.sqrt(len(maps) * evidence.kappa.data.size / _LARGEST))))
    planes = [one.data[::stride, ::stride] * _to(evidence.kappa, one) for one in maps]
    source = "maps: " + ", ".join(label(one.path) for one in maps)
    return _percentiles(evidence, np.stack(planes), stride, source)


def _to(kappa: SkyMap, other: SkyMap) -> float:
    """The factor that brings another map to the normalisation of this one."""
    return kappa.factor / other.factor if kappa.factor and other.factor else 1.0


def _of_samples(evidence: Evidence, path: str) -> Band | str:
    frame, model = evidence.kappa.frame, evidence.model
    if model is None or (frame.on_sky and model.reference is None):
        return "the model has no place on the sky"
    if evidence.kappa.normalisation is None:
        return "the header does not record the normalisation (LENSNORM)"
    if evidence.kappa.normalisation == "source" and evidence.kappa.redshift("ZSRC") is None:
        return "the header does not record the redshift of the source (ZSRC)"
    stride = stride_for(frame, int(evidence.criteria.value("sample_pixels")))
    planes = list(_sampled(evidence, path, stride))
    if len(planes) < 2:
        return f"{label(path)} holds fewer than two samples"
    return _percentiles(evidence, np.stack(planes), stride, f"samples of {label(path)}")


def _sampled(evidence: Evidence, path: str, stride: int) -> Iterator[Floats]:
    from fitslint.pipeline.kappa.reading import samples

    kappa, model = evidence.kappa, evidence.model
    z_source = None if kappa.normalisation == "unity" else kappa.redshift("ZSRC")
    count = int(evidence.criteria.value("samples"))
    for one in samples(model.path if model else "", path, count=count, seed=_SEED):
        yield convergence(one, kappa.frame, z_source=z_source, stride=stride)


def _percentiles(evidence: Evidence, planes: Floats, stride: int, source: str) -> Band:
    low, median, high = np.percentile(planes, [16, 50, 84], axis=0)
    data = evidence.kappa.data[::stride, ::stride]
    between = (data >= low) & (data <= high)
    part = float(np.mean(between[np.isfinite(data)])) if len(planes) > 2 else None
    return Band(median, low, high, evidence.kappa.frame, stride, len(planes), source, part)


def line(evidence: Evidence, found: Band | str) -> Line:
    """The line of what :func:`band` gave."""
    if isinstance(found, str):
        return unjudged(CODE, TITLE, found)
    level = evidence.criteria.value("band_level")
    widths = found.relative_width[found.median > level]
    widths = widths[np.isfinite(widths)]
    facts = {"models": found.models, "source": found.source, "between_16_84": found.inside}
    if widths.size == 0:
        return unjudged(CODE, TITLE, f"the median nowhere exceeds {level:g}", **facts)
    middle, most = float(np.median(widths)), float(np.percentile(widths, 95))
    said = (
        f"over {found.models} models (p84 - p16)/(2 median) is {middle:.3f} in the median and "
        f"{most:.3f} at 95 % where kappa exceeds {level:g}"
    )
    if found.inside is not None:
        said += f"; {found.inside:.0%} of the map lies between 16 and 84 %"
    if evidence.cluster and evidence.cluster.contested:
        said += f". {evidence.cluster.contested}"
    return within(
        CODE, TITLE, middle, evidence.criteria["band_width"], said, width_p95=most, **facts
    )
