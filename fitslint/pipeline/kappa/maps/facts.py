"""What the header of a map says of the model that it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from fitslint.lenstool.profiles import SHEAR_PROFILE
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.clusters import load_builtin_clusters
from fitslint.pipeline.kappa.maps.spec import MapSpec
from fitslint.pipeline.kappa.model import LensModel
from fitslint.products.text import replace_unprintable
from fitslint.wcs.sphere import measure_separation

_CENTRE_TOLERANCE = 2.0
"""Arcmin from a published centre within which a model is one of that cluster."""
_REDSHIFT_TOLERANCE = 0.02
"""Difference of redshifts up to which it is."""


def build_header_facts(model: LensModel, wanted: MapSpec, name: str) -> dict[str, object]:
    """The facts of a map for :func:`fitslint.products.write.write_product`."""
    found: dict[str, object] = {
        "object": name,
        "zlens": find_lens_redshift(model, wanted),
        "cosmology": model.cosmology,
        "maptype": "model",
        "model": model.path,
        "model_sha256": model.sha256,
        "inputs": [
            (replace_unprintable(Path(file.path).name), file.sha256) for file in model.inputs
        ],
        "history": list(build_history(model, wanted)),
    }
    if wanted.product == "surface-density":
        return found | {"unit": wanted.unit}
    found |= {"normalisation": "unity" if wanted.z_source is None else "source"}
    if wanted.z_lens is None and len(model.planes) > 1:
        found |= {"NPLANES": len(model.planes)}
    optional = {
        "zsource": wanted.z_source,
        "axis": wanted.axis,
        "form": wanted.form,
        "unit": "mag" if wanted.form == "magnitude" else None,
        "frame": "pixel" if wanted.product in ("gamma1", "gamma2") else None,
    }
    return found | {key: value for key, value in optional.items() if value is not None}


def find_lens_redshift(model: LensModel, wanted: MapSpec) -> float:
    """The redshift of the lens: the plane that is wanted, or else that of the first lens in front
    of the source, or else that of the first lens."""
    if wanted.z_lens is not None:
        return wanted.z_lens
    if not model.lenses:
        raise PipelineError("the model has no lens", path=model.path)
    planes = [lens.z for lens in model.lenses]
    source = wanted.z_source
    return next((z for z in planes if source is None or z < source), planes[0])


def build_history(model: LensModel, wanted: MapSpec) -> Iterator[str]:
    """What was summed, for a reader who has several planes before them."""
    kept = [lens for lens in model.lenses if wanted.z_lens in (None, lens.z)]
    yield f"{wanted.product} of {len(kept)} lenses, evaluated from the model"
    if wanted.axis is not None:
        yield f"along axis {'xy'.index(wanted.axis) + 1} of the pixels"
    planes = sorted({lens.z for lens in kept})
    if len(planes) < 2:
        return
    listed = ", ".join(f"{z:g}" for z in planes[:6]) + (" ..." if len(planes) > 6 else "")
    if wanted.summed_for_source is not None:
        yield f"sum of the planes at z = {listed} for a source at z = {wanted.summed_for_source:g},"
        yield f"divided by D_ls/D_s of the first lens (z = {model.lenses[0].z:g}), as Lenstool does"
    elif wanted.product == "surface-density":
        yield f"sum of the planes at z = {listed}, each with its own critical density"
    elif wanted.z_source is None:
        yield f"sum of the planes at z = {listed}, D_ls/D_s = 1 for each"
    else:
        yield f"sum of the planes at z = {listed}, each times its own D_ls/D_s"
        yield "one factor does not bring it to another source redshift"


def find_object_name(model: LensModel) -> tuple[str, str | None]:
    """A name for OBJECT, and a note where it is the file's for want of a better one."""
    if model.reference is not None and model.lenses:
        ra, dec = model.reference
        for cluster in load_builtin_clusters():
            if abs(cluster.redshift - model.lenses[0].z) > _REDSHIFT_TOLERANCE:
                continue
            for centre in cluster.centres:
                if measure_separation(ra, dec, centre.ra, centre.dec) * 60 < _CENTRE_TOLERANCE:
                    return cluster.name, None
    stem = "".join(letter for letter in Path(model.path).stem if " " < letter <= "~")[:60]
    name = stem or "lens model"
    return name, _note_name(name)


def _note_name(name: str) -> str:
    return f"OBJECT is {name!r}, after the file; --object NAME gives a better one."


def list_reader_notes(model: LensModel, orders: Sequence[MapSpec]) -> Iterator[str]:
    """What a reader of the maps has to know: planes behind the source, where Lenstool differs."""
    told = {None, model.z_source}  # of which the model has a note itself
    for redshift in sorted({spec.z_source or 0 for spec in orders if spec.z_source not in told}):
        behind = sum(lens.z >= redshift for lens in model.lenses)
        if behind:
            yield (
                f"The source at redshift {redshift:g} is not behind {behind} of "
                f"{len(model.lenses)} lenses, which count for nothing."
            )
    deflected = any(spec.product == "deflection" for spec in orders)
    if deflected and len(model.planes) > 1:
        yield (
            "Deflection: every plane has its own D_ls/D_s (Lenstool 6.8 takes that of the first "
            "lens for all)."
        )
    if deflected and any(lens.profile == SHEAR_PROFILE for lens in model.lenses):
        yield "Deflection: the external shear is in it (Lenstool 6.8 leaves it out)."
    for redshift in sorted(
        {spec.summed_for_source for spec in orders if spec.summed_for_source is not None}
    ):
        yield (
            f"As Lenstool does it, D_ls/D_s = 1 is that of the first lens (z = "
            f"{model.lenses[0].z:g}); other planes count by their own D_ls/D_s over that of the "
            f"first, for a source at redshift {redshift:g}."
        )
    mixed = (
        spec
        for spec in orders
        if spec.z_source is None and spec.z_lens is None and not spec.summed_for_source
    )
    if len(model.planes) > 1 and any(spec.product != "surface-density" for spec in mixed):
        yield (
            "D_ls/D_s = 1 is set for each of several planes; no source sees such a sum, and no "
            "factor brings it to one."
        )
