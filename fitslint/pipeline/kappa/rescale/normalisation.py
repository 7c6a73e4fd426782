"""Which D_ls/D_s the pixels of a map hold, and by which factor they hold another one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fitslint.cosmology.model import Cosmology, CosmologyError, parse_cosmology
from fitslint.pipeline.errors import PipelineError
from fitslint.products.errors import ProductError
from fitslint.products.header_facts import HeaderFacts
from fitslint.products.kinds import load_product_kinds
from fitslint.products.user_facts import compute_distance, require_recordable

_RATIO_TOLERANCE = 1e-4
"""Relative difference up to which a recorded D_ls/D_s is that of the cosmology: published ones have
four digits."""
_MAX_REDSHIFT = 1200.0
LINEAR_PRODUCTS = tuple(name for name, kind in load_product_kinds().items() if kind.is_linear)
"""Products whose values are proportional to D_ls/D_s."""
NO_PRODUCT = (
    "the header does not say what the pixels are (PRODUCT); say --product "
    f"{'|'.join(LINEAR_PRODUCTS)}"
)
_NO_LENS = "the header tells no redshift of the lens (ZLENS); say --zlens Z"
_NO_COSMOLOGY = (
    "the header tells no cosmology (COSMO, H0, OMEGAM, OMEGAL); say --cosmology Planck18 or such "
    "as 70,0.3,0.7, the one of the model"
)
_NO_SOURCE = (
    "the header records a map of one source redshift and not which (ZSRC); say --from source:Z"
)
_NO_NORMALISATION = (
    "the header does not record which D_ls/D_s its pixels hold (LENSNORM); say --from unity for "
    "D_ls/D_s = 1 (Lenstool's `ampli 5` and `ampli 6`), or --from source:Z for a source redshift "
    "(`mass 1`, `shear` and `dpl` hold their D_ls/D_s already, and must not be multiplied again)"
)


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What pixels are multiplied by.

    Attributes
    ----------
    zsource : float or None
        redshift of the source; None is D_ls/D_s = 1.
    ratio : float
        D_ls/D_s; 1 without a source.
    """

    zsource: float | None = None
    ratio: float = 1.0

    def __str__(self) -> str:
        if self.zsource is None:
            return "D_ls/D_s = 1"
        return f"source redshift {self.zsource:g} (D_ls/D_s = {self.ratio:.9g})"


@dataclass(frozen=True, slots=True)
class LensGeometry:
    """What ratios are calculated from: redshift of the lens and, where it is known, cosmology."""

    zlens: float | None
    cosmology: Cosmology | None
    path: str

    def compute_ratio(self, zsource: float) -> float:
        """D_ls/D_s (Schneider, Ehlers & Falco 1992, section 4.3).

        Raises
        ------
        PipelineError
            when the source is not behind the lens, or lens or cosmology are not known.
        """
        zlens = self.require_behind(zsource)
        if self.cosmology is None:
            raise PipelineError(_NO_COSMOLOGY, path=self.path)
        return compute_distance(self.cosmology, zlens, zsource) / compute_distance(
            self.cosmology, zsource
        )

    def require_behind(self, zsource: float) -> float:
        """The redshift of the lens, with the source behind it.

        Raises
        ------
        PipelineError
            when it is not known, or not in front of the source.
        """
        if self.zlens is None or not 0 < self.zlens <= _MAX_REDSHIFT:
            raise PipelineError(_NO_LENS, path=self.path)
        if zsource <= self.zlens:
            raise PipelineError(
                f"a source at redshift {zsource:g} is not behind the lens at {self.zlens:g}, which "
                "does not deflect its light; choose a larger --zsource",
                path=self.path,
            )
        return self.zlens


def build_lens_geometry(
    facts: HeaderFacts, path: str, *, zlens: float | None, cosmology: object
) -> LensGeometry:
    """Lens and cosmology, recorded or given; what is given must not contradict the header.

    A map of one cosmology is not brought to another by its D_ls/D_s. What images constrain is the
    deflection of their sources; a model that was fitted with other distances has other velocity
    dispersions, and where the masses are parameters, another critical density as well.

    Raises
    ------
    PipelineError
        when what is given contradicts what is recorded.
    """
    if zlens is not None:
        zlens = require_redshift(zlens, "zlens")
        if facts.zlens is not None and not math.isclose(zlens, facts.zlens, rel_tol=1e-9):
            raise PipelineError(
                f"the header has its lens at redshift {facts.zlens:g} (ZLENS), not {zlens:g}",
                path=path,
            )
    return LensGeometry(
        facts.zlens if zlens is None else zlens, _choose_cosmology(facts, path, cosmology), path
    )


def _choose_cosmology(facts: HeaderFacts, path: str, given: object) -> Cosmology | None:
    if given is None:
        return facts.cosmology
    try:
        asked = require_recordable(parse_cosmology(given))
    except (CosmologyError, ProductError) as error:
        raise PipelineError(str(error)) from None
    if facts.cosmology is None or _is_same_cosmology(asked, facts.cosmology):
        return asked
    raise PipelineError(
        f"the map was made with {_format_cosmology(facts.cosmology)} and a factor does not bring "
        f"it to {_format_cosmology(asked)}; leave --cosmology out, or make the map from its model "
        "again (fitslint kappa maps --cosmology)",
        path=path,
    )


def _is_same_cosmology(one: Cosmology, other: Cosmology) -> bool:
    pairs = zip(_list_parameters(one), _list_parameters(other), strict=True)
    return one.name == other.name and all(math.isclose(*pair, rel_tol=1e-9) for pair in pairs)


def _list_parameters(cosmology: Cosmology) -> tuple[float, ...]:
    return cosmology.h0, cosmology.omega_m, cosmology.omega_l, cosmology.w0


def _format_cosmology(cosmology: Cosmology) -> str:
    h0, omega_m, omega_l = cosmology.h0, cosmology.omega_m, cosmology.omega_l
    return f"{cosmology.name} (H0 {h0:g}, OmegaM {omega_m:g}, OmegaL {omega_l:g})"


def refuse_missing(
    facts: HeaderFacts,
    path: str,
    *,
    product: str | None,
    stated_norm: Normalisation | None,
    new_zsource: float | None,
    zlens: float | None,
    cosmology: object,
) -> None:
    """Refuse a map of which something has to be told, and name all of it.

    ``wanted`` is the new source redshift, None for D_ls/D_s = 1; the others are what is told
    beside the header.

    Raises
    ------
    PipelineError
        naming every option that is missing.
    """
    lacking = []
    if not (facts.product or product):
        lacking.append(NO_PRODUCT)
    known = facts.normalisation in ("unity", "source") or stated_norm is not None
    source = (
        facts.zsource if facts.normalisation == "source" else stated_norm and stated_norm.zsource
    )
    if not known:
        lacking.append(_NO_NORMALISATION)
    elif (
        facts.normalisation == "source"
        and source is None
        and not (stated_norm and stated_norm.zsource)
    ):
        lacking.append(_NO_SOURCE)
    of_source = facts.normalisation == "source" or (
        stated_norm is not None and stated_norm.zsource is not None
    )
    if (
        facts.zlens is None
        and zlens is None
        and (new_zsource is not None or of_source or not known)
    ):
        lacking.append(_NO_LENS)
    calculated = new_zsource is not None or not known or (of_source and facts.dlsds is None)
    if facts.cosmology is None and cosmology is None and calculated:
        lacking.append(_NO_COSMOLOGY)
    if lacking:
        lacking += [] if len(lacking) == 1 else list(_hint_conformance(facts))
        raise PipelineError("; ".join(lacking), path=path)


def _hint_conformance(facts: HeaderFacts) -> Iterator[str]:
    """What the new map does not need to be made, but to conform."""
    if facts.object is None:
        yield "for the new map to conform, say --object NAME"
    if facts.maptype is None:
        yield "and --maptype observed with --mapsrc NAME, or the lens model with --model FILE"


def require_redshift(value: float, name: str) -> float:
    """A redshift that can be.

    Raises
    ------
    PipelineError
        naming the option otherwise.
    """
    if not 0 < value <= _MAX_REDSHIFT:
        raise PipelineError(f"--{name} is {value:g}; a redshift is above 0 and at most 1200")
    return float(value)


def parse_normalisation(text: str | None) -> Normalisation | None:
    """What ``--from`` states: ``unity`` or ``source:Z``; its ratio is not known yet.

    Raises
    ------
    PipelineError
        when it is neither.
    """
    if text is None:
        return None
    if text == "unity":
        return Normalisation()
    word, _, number = text.partition(":")
    try:
        if word == "source":
            return Normalisation(require_redshift(float(number), "from source:"), math.nan)
    except ValueError:
        pass
    raise PipelineError(f"--from is unity or source:Z such as source:2.0, not {text[:40]!r}")


def determine_normalisation(
    facts: HeaderFacts, given: Normalisation | None, lensing: LensGeometry
) -> Normalisation:
    """What the pixels hold: as the header records it, or as it is stated where it is silent.

    Raises
    ------
    PipelineError
        when neither tells, both contradict each other, or the recorded ratio cannot be.
    """
    recorded_ = _read_header_norm(facts, given, lensing.path)
    if recorded_ is None and given is None:
        raise PipelineError(_NO_NORMALISATION, path=lensing.path)
    if recorded_ and given and recorded_.zsource != given.zsource:
        raise PipelineError(
            f"the header records {_format_normalisation(recorded_)} and --from states "
            f"{_format_normalisation(given)}; leave --from out, or put the header right first "
            "(fitslint conform --normalisation)",
            path=lensing.path,
        )
    found = recorded_ or given or Normalisation()
    if found.zsource is None:
        return found
    return replace(found, ratio=_confirm_ratio(facts.dlsds, found.zsource, lensing))


def _read_header_norm(
    facts: HeaderFacts, given: Normalisation | None, path: str
) -> Normalisation | None:
    if facts.normalisation == "unity":
        return Normalisation()
    if facts.normalisation == "source" and facts.zsource is not None:
        return Normalisation(facts.zsource, math.nan)
    if facts.normalisation == "source" and (given is None or given.zsource is None):
        raise PipelineError(_NO_SOURCE, path=path)
    return None


def _format_normalisation(normalisation: Normalisation) -> str:
    return (
        "D_ls/D_s = 1"
        if normalisation.zsource is None
        else f"source redshift {normalisation.zsource:g}"
    )


def _confirm_ratio(dlsds: float | None, zsource: float, lensing: LensGeometry) -> float:
    """The ratio in the pixels: the recorded one, where cosmology and redshifts agree with it."""
    if dlsds is None:
        return lensing.compute_ratio(zsource)
    lensing.require_behind(zsource)
    if not 0 < dlsds <= 1:
        raise PipelineError(
            f"DLSDS is {dlsds:g}; D_ls/D_s is above 0, at most 1", path=lensing.path
        )
    if lensing.cosmology is None:
        return dlsds
    own = lensing.compute_ratio(zsource)
    if not math.isclose(dlsds, own, rel_tol=_RATIO_TOLERANCE):
        raise PipelineError(
            f"DLSDS is {dlsds:g}, and {lensing.cosmology.name} has {own:.6g} from redshift "
            f"{lensing.zlens:g} to {zsource:g}; put the header right first (fitslint conform)",
            path=lensing.path,
        )
    return dlsds
