"""Line f: how far models differ, as median, 16 and 84 % and relative width of the convergence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.qc.check import (
    Judgement,
    NotJudgedError,
    check,
    compare_to_limit,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs, shorten_path
from fitslint.pipeline.kappa.qc.model_convergence import choose_stride, evaluate_convergence
from fitslint.pipeline.kappa.qc.skymap import SkyMap
from fitslint.wcs.map_frame import Floats, MapFrame

_MAX_VALUES = 1 << 23
"""Values of all maps at once that percentiles are taken of; more are taken every so many pixels."""
_SEED = 20_070_810
"""Samples are drawn the same way every time."""


@dataclass(frozen=True)
class ModelBand:
    """Percentiles over models, on every ``stride``-th pixel of the map."""

    median: Floats
    low: Floats
    high: Floats
    frame: MapFrame
    stride: int
    model_count: int
    source: str
    """What the models are: samples of a file, or maps."""
    share_inside: float | None
    """Part of the pixels of the map between 16 and 84 %; None of two models, which are the ends."""

    @property
    def relative_width(self) -> Floats:
        """(p84 - p16)/(2 median); NaN where the median is not above zero."""
        with np.errstate(divide="ignore", invalid="ignore"):
            width = (self.high - self.low) / (2 * self.median)
        return np.where(self.median > 0, width, np.nan)


def compute_band(inputs: QcInputs) -> ModelBand | str:
    """The band over the samples of the model, else over the maps; why there is none otherwise.

    Raises
    ------
    PipelineError
        when the samples cannot be read or evaluated.
    """
    if inputs.unusable_reason:
        return inputs.unusable_reason
    if inputs.request.samples:
        return _compute_from_samples(inputs, inputs.request.samples)
    return _compute_from_maps(inputs) if inputs.other_models else _explain_no_band(inputs)


def _explain_no_band(inputs: QcInputs) -> str:
    said = "a band takes two models at least: maps (--also) or samples (--samples)"
    contested = inputs.cluster.describe_dispute() if inputs.cluster else ""
    return f"{said}; {contested}" if contested else said


def _compute_from_maps(inputs: QcInputs) -> ModelBand | str:
    maps = (inputs.kappa, *inputs.other_models)
    for other in inputs.other_models:
        if other.unusable_reason:
            return f"{shorten_path(other.path)}: {other.unusable_reason}"
        if not other.frame.has_same_pixels(inputs.kappa.frame):
            return f"{shorten_path(other.path)} does not have the pixels of the map"
        if (other.normalisation_factor is None) != (inputs.kappa.normalisation_factor is None):
            name = shorten_path(other.path)
            return f"the normalisation is recorded in one of the map and {name} only"
    stride = max(1, int(np.ceil(np.sqrt(len(maps) * inputs.kappa.data.size / _MAX_VALUES))))
    planes = [
        sky_map.data[::stride, ::stride] * _match_normalisation(inputs.kappa, sky_map)
        for sky_map in maps
    ]
    source = "maps: " + ", ".join(shorten_path(sky_map.path) for sky_map in maps)
    return _compute_percentiles(inputs, np.stack(planes), stride, source)


def _match_normalisation(kappa: SkyMap, other: SkyMap) -> float:
    """The factor that brings another map to the normalisation of this one."""
    return (
        kappa.normalisation_factor / other.normalisation_factor
        if kappa.normalisation_factor and other.normalisation_factor
        else 1.0
    )


def _compute_from_samples(inputs: QcInputs, path: str) -> ModelBand | str:
    frame, model = inputs.kappa.frame, inputs.model
    if model is None or (frame.is_on_sky and model.reference is None):
        return "the model has no place on the sky"
    if inputs.kappa.normalisation is None:
        return "the header does not record the normalisation (LENSNORM)"
    if inputs.kappa.normalisation == "source" and inputs.kappa.get_redshift("ZSRC") is None:
        return "the header does not record the redshift of the source (ZSRC)"
    stride = choose_stride(frame, int(inputs.thresholds.get_value("sample_pixels")))
    planes = list(_evaluate_samples(inputs, path, stride))
    if len(planes) < 2:
        return f"{shorten_path(path)} holds fewer than two samples"
    return _compute_percentiles(
        inputs, np.stack(planes), stride, f"samples of {shorten_path(path)}"
    )


def _evaluate_samples(inputs: QcInputs, path: str, stride: int) -> Iterator[Floats]:
    from fitslint.pipeline.kappa.reading import sample_models

    kappa, model = inputs.kappa, inputs.model
    z_source = None if kappa.normalisation == "unity" else kappa.get_redshift("ZSRC")
    count = int(inputs.thresholds.get_value("samples"))
    for sample in sample_models(model.path if model else "", path, count=count, seed=_SEED):
        yield evaluate_convergence(sample, kappa.frame, z_source=z_source, stride=stride)


def _compute_percentiles(inputs: QcInputs, planes: Floats, stride: int, source: str) -> ModelBand:
    low, median, high = np.percentile(planes, [16, 50, 84], axis=0)
    data = inputs.kappa.data[::stride, ::stride]
    between = (data >= low) & (data <= high)
    part = float(np.mean(between[np.isfinite(data)])) if len(planes) > 2 else None
    return ModelBand(median, low, high, inputs.kappa.frame, stride, len(planes), source, part)


@check("f.band", "Width of the model band")
def _check_band(inputs: QcInputs, band: ModelBand | str) -> Judgement:
    """The line of what :func:`compute_band` gave."""
    if isinstance(band, str):
        raise NotJudgedError(band)
    level = inputs.thresholds.get_value("band_level")
    widths = band.relative_width[band.median > level]
    widths = widths[np.isfinite(widths)]
    facts = {
        "models": band.model_count,
        "source": band.source,
        "between_16_84": band.share_inside,
    }
    if widths.size == 0:
        raise NotJudgedError(f"the median nowhere exceeds {level:g}", **facts)
    middle, most = float(np.median(widths)), float(np.percentile(widths, 95))
    said: list[str] = []
    said.append(
        f"where kappa exceeds {level:g}, (p84 - p16)/(2 median) over {band.model_count} models is "
        f"{middle:.3f} in the median and {most:.3f} at 95 %"
    )
    if band.share_inside is not None:
        said.append(f"{band.share_inside:.0%} of the map lies between 16 and 84 %")
    if inputs.cluster and inputs.cluster.dispute:
        said.append(inputs.cluster.describe_dispute())
    told = "; ".join(said)
    return compare_to_limit(middle, inputs.thresholds["band_width"], told, width_p95=most, **facts)
