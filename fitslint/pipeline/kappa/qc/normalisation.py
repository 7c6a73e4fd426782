"""Lines a: which D_ls/D_s the pixels are multiplied with, and how often."""

from __future__ import annotations

import math

import numpy as np

from fitslint.pipeline.kappa.qc.check import (
    PASS,
    Judgement,
    NotJudgedError,
    check,
    compare_to_limit,
    require_map,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs, shorten_path
from fitslint.pipeline.kappa.qc.registration import Registration

_BRIGHT = 1e-3
"""Part of the highest value above which pixels are divided."""
_SPREAD = 1e-3
"""Relative difference of 16 and 84 % of the ratios up to which they are one ratio."""


def predict_ratio(inputs: QcInputs) -> float | None:
    """D_ls/D_s by lens, source and cosmology of the header; the recorded one without them."""
    kappa = inputs.kappa
    if kappa.normalisation == "unity":
        return 1.0
    source = kappa.get_redshift("ZSRC")
    if kappa.cosmology and source and inputs.z_lens:
        ratio = kappa.cosmology.distance_ratio(inputs.z_lens, source)
        return ratio if ratio > 0 else None
    return kappa.normalisation_factor


@check("a.ratio", "Ratio to the map of D_ls/D_s = 1", needs=(require_map,))
def _check_ratio(inputs: QcInputs) -> Judgement:
    unity = inputs.maps.get("unity")
    if unity is None:
        raise NotJudgedError("no map of D_ls/D_s = 1 was given (--unity)")
    if not unity.frame.has_same_pixels(inputs.kappa.frame):
        raise NotJudgedError("the two maps do not have the same pixels")
    if unity.unusable_reason or unity.normalisation == "source":
        said = unity.unusable_reason or "its header records LENSNORM = 'source'"
        raise NotJudgedError(f"{shorten_path(unity.path)} is no map of D_ls/D_s = 1: {said}")
    bright = np.abs(unity.data) > _BRIGHT * np.nanmax(np.abs(unity.data))
    ratios = inputs.kappa.data[bright] / unity.data[bright]
    ratios = ratios[np.isfinite(ratios)]
    wanted = predict_ratio(inputs)
    if ratios.size == 0 or wanted is None:
        said = "the header does not tell D_ls/D_s (LENSNORM, ZLENS, ZSRC and the cosmology)"
        measured = float(np.median(ratios)) if ratios.size else None
        raise NotJudgedError(said, measured_ratio=measured)
    least, low, middle, high, most = map(float, np.percentile(ratios, [1, 16, 50, 84, 99]))
    facts = {"measured_ratio": middle, "expected_ratio": wanted, "spread": (high - low) / 2}
    limit = inputs.thresholds["normalisation_ratio"]
    away = abs(middle / wanted - 1)
    one_ratio = high - low <= _SPREAD * abs(middle) and away <= limit.value
    if not one_ratio and away * wanted <= most - least:
        said = (
            f"the ratio varies from {least:.6f} to {most:.6f} over the map (1 and 99 %): the mass "
            "lies in several planes, or the maps do not show the same mass"
        )
        raise NotJudgedError(said, **facts)
    said = f"the pixels hold {middle:.8f} of D_ls/D_s = 1, expected {wanted:.8f}"
    return compare_to_limit(away, limit,
        said + _explain_factor(middle, wanted), **facts,
    )  # fmt: skip


def _explain_factor(measured: float, ratio: float) -> str:
    """What a wrong factor looks like."""
    if measured <= 0 or not 0 < ratio < 1:
        return ""
    times = math.log(measured) / math.log(ratio)
    if abs(times - 2) < 0.02:
        return ": D_ls/D_s was counted twice"
    return ": D_ls/D_s was not counted" if abs(times) < 0.02 else ""


@check("a.header", "Recorded D_ls/D_s")
def _check_header(inputs: QcInputs) -> Judgement:
    kappa = inputs.kappa
    if kappa.normalisation is None:
        raise NotJudgedError("the header does not record the normalisation (LENSNORM)")
    if kappa.normalisation == "unity":
        said = "the header records D_ls/D_s = 1, which no redshift changes"
        return Judgement(PASS, said, 1.0)
    told, wanted = kappa.get_number("DLSDS"), predict_ratio(inputs)
    if told is None or wanted is None or kappa.cosmology is None:
        said = "the header lacks one of DLSDS, ZLENS, ZSRC, H0, OMEGAM, OMEGAL"
        raise NotJudgedError(said, recorded_ratio=told)
    said = f"DLSDS is {told:.8f}; redshifts and cosmology of the header give {wanted:.8f}"
    return compare_to_limit(abs(told / wanted - 1), inputs.thresholds["distance_ratio"], said,
        recorded_ratio=told, expected_ratio=wanted,
    )  # fmt: skip


@check("a.model", "Scale against the model", needs=(require_map,))
def _check_model(inputs: QcInputs, registration: Registration | None) -> Judgement:
    if registration is None:
        said = "no model was given (--model)" if inputs.model is None else (
            "the model gives no convergence on these pixels, or has no place on the sky"
        )  # fmt: skip
        raise NotJudgedError(said)
    scale, ratio = registration.best.scale, _compute_ratio(inputs, registration)
    facts = {"scale": scale, "residual": registration.best.residual}
    if inputs.kappa.normalisation is None:
        held = _describe_power(scale * ratio, ratio)
        said = f"the header does not record the normalisation; the pixels hold {held}"
        raise NotJudgedError(said, **facts)
    twice = _explain_factor(scale * ratio, ratio)
    said = f"the map is {scale:.6f} times the model in the recorded normalisation{twice}"
    return compare_to_limit(abs(scale - 1), inputs.thresholds["model_scale"], said, **facts
    )  # fmt: skip


def _compute_ratio(inputs: QcInputs, registration: Registration) -> float:
    model, source = inputs.model, registration.z_source
    if model is None or source is None or inputs.z_lens is None:
        return 1.0
    return model.cosmology.distance_ratio(inputs.z_lens, source) or 1.0


def _describe_power(measured: float, ratio: float) -> str:
    """Which power of D_ls/D_s a factor is."""
    for power, words in ((0, "D_ls/D_s = 1"), (1, "D_ls/D_s once"), (2, "D_ls/D_s twice")):
        if abs(measured / ratio**power - 1) < 1e-3:
            return words
    return f"{measured:.4f} of the model at D_ls/D_s = 1"
