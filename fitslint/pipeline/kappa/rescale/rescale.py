"""Maps of lensing brought to another source redshift: each pixel times a ratio of D_ls/D_s."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fitslint.model.file import FitsFile, Hdu
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.maps.spec import format_redshift
from fitslint.pipeline.kappa.rescale.normalisation import (
    NO_PRODUCT,
    LensGeometry,
    Normalisation,
    build_lens_geometry,
    determine_normalisation,
    parse_normalisation,
    refuse_missing,
    require_redshift,
)
from fitslint.pipeline.kappa.rescale.pixels import ScaledImageStream
from fitslint.products.cards.context import CardChoice, ProductContext
from fitslint.products.cards.contradictions import contradicts
from fitslint.products.digest import compute_sha256
from fitslint.products.header_facts import (
    HeaderFacts,
    extract_facts,
    find_image_hdu,
    require_readable,
)
from fitslint.products.kinds import find_product_kind, load_product_kinds
from fitslint.products.linter import load_product_settings
from fitslint.products.output_file import write_stream
from fitslint.products.prepare import build_result, prepare_product
from fitslint.products.result import ConformResult
from fitslint.products.text import replace_unprintable
from fitslint.products.user_facts import parse_facts as checked
from fitslint.repair.model import RepairError
from fitslint.repair.stream import open_stream
from fitslint.syntax.scan import scan_stream
from fitslint.syntax.scan_reader import Reader

_FITS_SUFFIX = re.compile(r"\.(fits|fit|fts)(\.gz)?$", re.IGNORECASE)
_REDSHIFT_SUFFIX = re.compile(r"_(zs\d+p\d+|unity)$")


@dataclass(frozen=True, slots=True)
class _RescaleJob:
    """A map, what it holds, and what it shall hold."""

    path: str
    hdu: Hdu
    product: str
    lensing: LensGeometry
    old: Normalisation
    new: Normalisation
    facts: Mapping[str, object]
    """Further facts of the new map."""

    @property
    def factor(self) -> float:
        return self.new.ratio / self.old.ratio


def rescale_map(
    path: str | os.PathLike[str],
    *,
    zsource: float | None = None,
    unity: bool = False,
    current_norm: str | None = None,
    output: str | os.PathLike[str] | None = None,
    cosmology: object = None,
    overwrite: bool = False,
    zlens: float | None = None,
    product: str | None = None,
    **facts: object,
) -> ConformResult:
    """Bring a map to another source redshift, or to D_ls/D_s = 1.

    The pixels are multiplied by the new D_ls/D_s and divided by the one they hold, so that it is
    never counted twice. The header is kept; normalisation, HISTORY, the map as input with its
    SHA-256 and the checksums are written anew. Pixels are float32, or float64 as in the map.

    Parameters
    ----------
    path : str or path
        a map of a product that is linear: kappa, the shear, a deflection.
    zsource : float, optional
        redshift of the source that the new map is for.
    unity : bool
        make the map of D_ls/D_s = 1 instead.
    current_norm : str, optional
        what the pixels hold, ``unity`` or ``source:Z``, where the header does not record it.
    output : str or path, optional
        the new map; by default beside the old one, ``kappa_obs_lenstool_zs1p0.fits``.
    cosmology : str, astropy cosmology or Cosmology, optional
        where the header records none; another than the recorded one is refused.
    overwrite : bool
        whether an existing file may go.
    zlens : float, optional
        redshift of the lens, where the header records none.
    product : str, optional
        kind of map, where the header records none.
    **facts
        what else the header does not tell and the new map needs: ``object``, ``maptype``,
        ``mapsrc``, ``model``, ``center``, ``scale`` and so on, as for :func:`fitslint.conform`.

    Returns
    -------
    ConformResult
        ``unknown`` names what a product needs and the map did not tell.

    Raises
    ------
    ProductError
        when the map cannot be read or rescaled, or the new one not written; nothing is written.
    """
    name = os.fspath(path)
    if unity == (zsource is not None):
        raise PipelineError("say one of --zsource Z and --unity")
    wanted = None if zsource is None else require_redshift(zsource, "zsource")
    source = parse_normalisation(current_norm)
    place = _choose_output_path(name, wanted, None if output is None else os.fspath(output))
    try:
        with open_stream(name, load_product_settings().limits) as (base, container, _):
            file = require_readable(
                scan_stream(base, name, load_product_settings().limits, container)
            )
            hdu, told = _find_map(file)
            if told.product or product:
                _require_linear_product(told, product, name)
            _refuse_multi_plane(told, name)
            refuse_missing(
                told, name, product=product, stated_norm=source, new_zsource=wanted, zlens=zlens,
                cosmology=cosmology,
            )  # fmt: skip
            kind = _require_linear_product(told, product, name)
            lensing = build_lens_geometry(told, name, zlens=zlens, cosmology=cosmology)
            old = determine_normalisation(told, source, lensing)
            new = (
                Normalisation()
                if wanted is None
                else Normalisation(wanted, lensing.compute_ratio(wanted))
            )
            change = _RescaleJob(name, hdu, kind, lensing, old, new, facts)
            return _write_map(base, change, place, overwrite=overwrite)
    except RepairError as error:
        raise PipelineError(str(error), path=name) from None


def _find_map(file: FitsFile) -> tuple[Hdu, HeaderFacts]:
    hdu = find_image_hdu(file)
    axes = hdu.header.structure.axes
    if len(axes) != 2:
        said = " x ".join(map(str, axes))
        raise PipelineError(f"a map has two axes, and this has {said}", path=file.path)
    return hdu, extract_facts(hdu.header)


def _require_linear_product(facts: HeaderFacts, given: str | None, path: str) -> str:
    if facts.product and given and facts.product != given:
        raise PipelineError(f"the header says that this is {facts.product}", path=path)
    kind = facts.product or given
    if kind is None:
        raise PipelineError(NO_PRODUCT, path=path)
    known = load_product_kinds().get(kind)
    if known is None or not known.is_linear:
        why = f"{kind[:40]!r} is no map that depends on a source redshift"
        raise PipelineError((known and known.nonlinear_reason) or why, path=path)
    return kind


def _refuse_multi_plane(facts: HeaderFacts, path: str) -> None:
    """Refuse a sum of planes, each of which has its own D_ls/D_s."""
    if facts.planes and facts.planes > 1:
        raise PipelineError(
            f"the map is the sum of {facts.planes} lens planes (NPLANES), each of which has its "
            "own D_ls/D_s: no one factor brings it to another source; make it from the model "
            "(fitslint kappa maps --zsource)",
            path=path,
        )


def _choose_output_path(path: str, zsource: float | None, output: str | None) -> str:
    """Where the new map goes: by default the name of the old one with another redshift."""
    if output is None:
        folder, name = Path(path).parent, Path(path).name
        stem = _REDSHIFT_SUFFIX.sub("", _FITS_SUFFIX.sub("", name))
        output = str(folder / f"{stem}_{format_redshift(zsource)}.fits")
    if os.path.realpath(output) == os.path.realpath(path):
        raise PipelineError("the new map would take the place of this one; name another --output",
                            path=path)  # fmt: skip
    return output


def _write_map(base: Reader, change: _RescaleJob, place: str, *, overwrite: bool) -> ConformResult:
    kind = find_product_kind(change.product)
    try:
        stream = ScaledImageStream(base, change.hdu, change.factor, change.path)
        known = checked(kind, {**change.facts, **dict(_build_facts(change))})
        _refuse_contradictions(ProductContext(kind, change.hdu.header, known), change.path)
        draft = prepare_product(stream, kind, known, 1, path=place.removesuffix(".gz"))
        result = replace(build_result(kind, draft, is_new=True), path=place)
        return replace(result, written=write_stream(draft.after.stream, place, overwrite=overwrite))
    except OSError as error:
        raise PipelineError(f"cannot be read: {error.strerror}", path=change.path) from None


def _refuse_contradictions(case: ProductContext, path: str) -> None:
    """Refuse a fact that says another thing than the map, but for what rescaling changes."""
    wrong = [
        keyword
        for keyword, value in case.user_facts.cards.items()
        if keyword not in ("LENSNORM", "ZSRC", "DLSDS")
        and contradicts(case, CardChoice(keyword, value, "given"))
    ]
    if wrong:
        asked = " ".join(f"--overwrite {fault}" for fault in wrong)
        raise PipelineError(
            f"the header has another {', '.join(wrong)} than is given; leave it out, or put the "
            f"header right first (fitslint conform {asked})",
            path=path,
        )


def _build_facts(change: _RescaleJob) -> Iterator[tuple[str, object]]:
    new = change.new
    yield "normalisation", "unity" if new.zsource is None else "source"
    if new.zsource is not None:
        yield "zsource", new.zsource
        yield "dlsds", new.ratio
    if change.lensing.zlens is not None:
        yield "zlens", change.lensing.zlens
    if change.lensing.cosmology is not None:
        yield "cosmology", change.lensing.cosmology
    name = replace_unprintable(Path(change.path).name)
    yield "inputs", [(name, compute_sha256(change.path))]
    yield (
        "history",
        [
            f"rescaled from {change.old}",
            f"to {new}: pixels times {change.factor:.9g}",
        ],
    )
