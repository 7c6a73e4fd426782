"""``fitslint kappa rescale``: a map at another source redshift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.cli.conform import parse_fact
from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.options import (
    KEY_VALUES,
    Options,
    Words,
    argument,
    option,
    parse_position_option,
)
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.products.result import ConformResult


class FactOptions(Options):
    """What the header of the map does not record."""

    object: str | None = option("Cluster or field.", "NAME")
    maptype: str | None = option("model or observed.", "WORD")
    mapsrc: str | None = option("Where the map was taken from.", "NAME")
    model: str | None = option("Lens model (.par).", "FILE")
    axis: str | None = option("Component of the deflection.", "x|y")
    frame: str | None = option("Frame of the shear: pixel or sky.", "WORD")
    center: str = option("Centre of the image in degrees.", "RA,DEC")
    scale: float | None = option("Size of a pixel.", "ARCSEC")
    words: Words = KEY_VALUES


class RescaleOptions(FactOptions):
    """The options of ``fitslint kappa rescale``."""

    file: str = argument("Map of convergence, shear or deflection.", "FILE")
    zsource: float | None = option("Redshift of the sources of the new map.", "Z")
    unity: bool = option("A map of D_ls/D_s = 1 instead.")
    normalisation: str | None = option(
        "What a map holds that does not record it: source:2.0 for Lenstool's mass 1, unity for its "
        "ampli 5.",
        "unity|source:Z",
        "--from",
    )
    zlens: float | None = option("Redshift of the lens, where it is not recorded.", "Z")
    cosmology: str | None = option("Cosmology, where it is not recorded.", "NAME|H0,OM,OL")
    product: str | None = option("What the pixels are, where not recorded.", "NAME")
    output: str | None = option("New file; by default beside the map: …_zs1p0.fits.", "FILE")
    overwrite: bool = option("An existing file may go.")


def run_rescale(options: RescaleOptions) -> ExitCode:
    """Bring a map to another source redshift by D_ls/D_s, of which none is counted twice.

    The map tells what it holds (LENSNORM, ZSRC, DLSDS, ZLENS and the cosmology); what it does not
    tell is asked for all at once, and options tell it. Exit 0: the new
    map conforms; 1: something is unknown, found or wrong with its pixels; 2: usage; 3: the map
    cannot be rescaled.
    """
    from fitslint.pipeline.kappa.rescale.rescale import rescale_map

    _validate_options(options)
    facts = {name: getattr(options, name) for name in FactOptions.declared if name != "lang"}
    del facts["words"], facts["center"]
    if options.center:
        facts["center"] = parse_position_option("--center", options.center)
    facts.update(parse_fact(options.product or "kappa", word) for word in options.words or ())
    result = rescale_map(
        options.file, zsource=options.zsource, unity=options.unity,
        current_norm=options.normalisation, output=options.output, cosmology=options.cosmology,
        overwrite=options.overwrite, zlens=options.zlens, product=options.product, **facts,
    )  # fmt: skip
    print_lines(_format_result(result))
    return ExitCode.OK if result.ok else ExitCode.FOUND


def _validate_options(options: RescaleOptions) -> None:
    from fitslint.cosmology.model import CosmologyError, parse_cosmology
    from fitslint.pipeline.errors import PipelineError
    from fitslint.pipeline.kappa.rescale.normalisation import (
        parse_normalisation,
        require_redshift,
    )

    if options.unity == (options.zsource is not None):
        raise UsageError("say one of --zsource Z and --unity")
    try:
        parse_normalisation(options.normalisation)
        for name, redshift in (("zsource", options.zsource), ("zlens", options.zlens)):
            if redshift is not None:
                require_redshift(redshift, name)
        if options.cosmology is not None:
            parse_cosmology(options.cosmology)
    except (PipelineError, CosmologyError) as error:
        raise UsageError(str(error)) from None


def _format_result(result: ConformResult) -> Iterator[str]:
    from fitslint.products.report import describe_problems
    from fitslint.report.escape import escape_text

    outcome = "conforms" if result.ok else "does not conform"
    steps = " ".join(str(card.new) for card in result.cards if card.keyword == "HISTORY")
    old, _, rest = escape_text(steps.removeprefix("rescaled from ")).partition(" to ")
    new, _, factor = rest.partition(": pixels times ")
    yield (
        f"{escape_text(result.path)}: {result.product} rescaled from {old} to {new}: pixels times "
        f"{factor}, {outcome}"
    )
    yield from describe_problems(result)
