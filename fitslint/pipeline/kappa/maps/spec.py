"""Which maps are wanted: by the lines of ``runmode``, or by the names of products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.model import LensModel, RunmodeOutput
from fitslint.text import find_similar, suggest_word

ModeKey = tuple[str, int]
"""A word of ``runmode`` and its mode."""
DENSITY_UNITS = MappingProxyType({
    "gcm2": "g cm**-2",
    "msunpixel": "10**12 solMass pixel**-1",
    "msunkpc2": "10**12 solMass kpc**-2",
})  # fmt: skip
"""BUNIT of a surface density by its short name."""


@dataclass(frozen=True, slots=True)
class MapSpec:
    """One map.

    Attributes
    ----------
    product : str
        kind of product, as :func:`fitslint.conform` knows it.
    z_source : float or None
        redshift of the source; None is D_ls/D_s = 1.
    summed_for_source : float or None
        as Lenstool sums several planes at D_ls/D_s = 1: redshift of the source for which they are
        summed before the sum is divided by the D_ls/D_s of the first lens. None is D_ls/D_s = 1
        for each plane.
    z_lens : float or None
        keep lenses of exactly this redshift.
    axis : str or None
        x or y of a deflection.
    form : str or None
        signed, absolute or magnitude of a magnification.
    unit : str or None
        BUNIT of a surface density.
    file : str
        name as the model has it; empty for that of the product.
    output : Output or None
        the line of ``runmode`` that asks for it.
    """

    product: str
    z_source: float | None = None
    z_lens: float | None = None
    axis: str | None = None
    form: str | None = None
    unit: str | None = None
    file: str = ""
    output: RunmodeOutput | None = None
    summed_for_source: float | None = None

    @property
    def quantities(self) -> tuple[str, ...]:
        """What has to be evaluated for it."""
        if self.product == "deflection":
            return (f"alpha_{self.axis}",)
        return _QUANTITIES[self.product]

    @property
    def file_name(self) -> str:
        """File name in the manner of ``kappa_obs_lenstool_zs1p0.fits``."""
        stem = f"{self.product.replace('-', '')}{self.axis or ''}_obs_lenstool"
        if self.product == "surface-density":
            short = next(key for key, unit in DENSITY_UNITS.items() if unit == self.unit)
            return f"{stem}_{short}.fits"
        form = f"_{self.form}" if self.form not in (None, "signed") else ""
        return f"{stem}{form}_{format_redshift(self.z_source)}.fits"


_SHEAR = ("gamma1", "gamma2")
_ALL = ("kappa", *_SHEAR)
_QUANTITIES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "kappa": ("kappa",),
    "surface-density": ("kappa",),
    "gamma1": ("gamma1",),
    "gamma2": ("gamma2",),
    "gamma": _SHEAR,
    "ellipticity": _ALL,
    "magnification": _ALL,
})  # fmt: skip
PRODUCTS = (*_QUANTITIES, "deflection")
"""The products that a model gives."""
DEFAULT_PRODUCTS = ("kappa", "gamma1", "gamma2", "deflection")
"""Those that are made when none is asked for."""
SPEC_BY_MODE: Mapping[ModeKey, MapSpec] = MappingProxyType({
    ("mass", 1): MapSpec("kappa"),
    ("mass", 2): MapSpec("surface-density", unit=DENSITY_UNITS["gcm2"]),
    ("mass", 3): MapSpec("surface-density", unit=DENSITY_UNITS["msunpixel"]),
    ("mass", 4): MapSpec("surface-density", unit=DENSITY_UNITS["msunkpc2"]),
    ("shear", 1): MapSpec("gamma"),
    ("shear", 2): MapSpec("ellipticity"),
    ("shear", 3): MapSpec("gamma1"),
    ("shear", 4): MapSpec("gamma2"),
    ("ampli", 1): MapSpec("magnification", form="signed"),
    ("ampli", 2): MapSpec("magnification", form="absolute"),
    ("ampli", 3): MapSpec("magnification", form="magnitude"),
    ("ampli", 5): MapSpec("kappa"),
    ("ampli", 6): MapSpec("gamma"),
})  # fmt: skip
"""What the modes of ``runmode`` write; ``dpl`` writes both components of the deflection."""
UNITY_MODES = frozenset((("ampli", 5), ("ampli", 6)))
"""Modes that hold D_ls/D_s = 1."""


def build_runmode_specs(model: LensModel, z_source: float | None = None) -> list[MapSpec]:
    """The maps that the lines of ``runmode`` ask for, as Lenstool normalises them.

    Parameters
    ----------
    z_source : float, optional
        redshift of the source in place of that of each line.

    Raises
    ------
    PipelineError
        with file and line, for a mode that is not supported.
    """
    return [
        spec for output in model.outputs for spec in _build_runmode_spec(model, output, z_source)
    ]


def _build_runmode_spec(
    model: LensModel, output: RunmodeOutput, z_source: float | None
) -> Iterator[MapSpec]:
    kind, mode = output.kind, output.mode
    redshift = z_source or (model.z_source if kind == "mass" else output.redshift)
    if kind == "dpl" and mode > 0:
        for axis, file in zip("xy", output.files, strict=True):
            yield MapSpec(
                "deflection", redshift, axis=axis, file=file, output=output
            )  # fmt: skip
        return
    found = SPEC_BY_MODE.get((kind, mode))
    if found is None:
        known = ", ".join(str(number) for word, number in SPEC_BY_MODE if word == kind) or "1"
        plane = " (a map of the source plane)" if mode < 0 else ""
        raise PipelineError(
            f"`{kind} {mode}`{plane} is not supported; {kind} {known} are, and --product NAME "
            "leaves the lines of runmode aside",
            path=model.path, line=output.line,
        )  # fmt: skip
    unity = (kind, mode) in UNITY_MODES or found.product == "surface-density"
    z_lens = output.redshift or None if kind == "mass" else None
    yield replace(
        found,
        z_source=None if unity else redshift,
        summed_for_source=redshift
        if unity and z_lens is None and _has_several_planes(model, redshift)
        else None,
        z_lens=z_lens,
        file=output.files[0],
        output=output,
    )


def _has_several_planes(model: LensModel, z_source: float) -> bool:
    """Whether there are several planes and the first lens lies in front of the source."""
    return len(model.planes) > 1 and model.lenses[0].z < z_source


def build_product_specs(
    names: Iterable[str], z_source: float | None, *, form: str = "signed", unit: str = "gcm2"
) -> list[MapSpec]:
    """The maps of products by name; ``deflection`` is two of them.

    Raises
    ------
    PipelineError
        when there is no such product, form or unit.
    """
    if form not in ("signed", "absolute", "magnitude"):
        raise PipelineError(f"a magnification is signed, absolute or magnitude, not {form[:40]!r}")
    if unit not in DENSITY_UNITS:
        raise PipelineError(
            f"a surface density is in {', '.join(DENSITY_UNITS)}, not {unit[:40]!r}"
        )
    found: dict[MapSpec, None] = {}
    for name in names:
        found |= dict.fromkeys(_build_product_spec(name, z_source, form, DENSITY_UNITS[unit]))
    return list(found)


def _build_product_spec(
    name: str, z_source: float | None, form: str, unit: str
) -> Iterator[MapSpec]:
    if name not in PRODUCTS:
        near = find_similar(name, PRODUCTS, 0.6)
        hint = suggest_word(near, otherwise=f"; there are {', '.join(PRODUCTS)}", quote=False)
        raise PipelineError(f"a lens model gives no product {name[:40]!r}{hint}")
    if name == "deflection":
        yield from (MapSpec(name, z_source, axis=axis) for axis in "xy")
    elif name == "surface-density":
        yield MapSpec(name, unit=unit)
    else:
        yield MapSpec(name, z_source, form=form if name == "magnification" else None)


def format_redshift(z_source: float | None) -> str:
    """``zs1p0`` for a redshift of 1, ``unity`` for D_ls/D_s = 1."""
    if z_source is None:
        return "unity"
    text = f"{z_source:.6f}".rstrip("0")
    return f"zs{text}{'0' if text.endswith('.') else ''}".replace(".", "p")
