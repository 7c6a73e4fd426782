"""``fitslint kappa rescale``: what it does, and what it says of the new map."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from fitslint.cli.conform_report import parse_fact
from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.kappa.rescale import RescaleRequest
from fitslint.cli.position import parse_position_option
from fitslint.cosmology.model import CosmologyError, parse_cosmology
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.rescale.normalisation import parse_normalisation, require_redshift
from fitslint.pipeline.kappa.rescale.rescale import rescale_map
from fitslint.products.report import describe_problems
from fitslint.products.result import ConformResult
from fitslint.report.escape import escape_text


def run_rescale(request: RescaleRequest) -> ExitCode:
    """Rescale the map and say what became of it.

    Raises
    ------
    Usage
        when the options cannot be.
    """
    _validate_request(request)
    facts = dict(request.facts)
    if request.center:
        facts["center"] = parse_position_option("--center", request.center)
    for word in request.words:
        name, value = parse_fact(request.product or "kappa", word)
        facts[name] = value
    done = rescale_map(
        request.file, zsource=request.zsource, unity=request.unity, current_norm=request.normalisation,
        output=request.output, cosmology=request.cosmology, overwrite=request.overwrite,
        zlens=request.zlens, product=request.product,
        **facts,
    )  # fmt: skip
    sys.stdout.writelines(f"{line}\n" for line in _format_result(done))
    return ExitCode.OK if done.ok else ExitCode.FOUND


def _validate_request(request: RescaleRequest) -> None:
    if request.unity == (request.zsource is not None):
        raise UsageError("say one of --zsource Z and --unity")
    try:
        parse_normalisation(request.normalisation)
        for name, value in (("zsource", request.zsource), ("zlens", request.zlens)):
            if value is not None:
                require_redshift(value, name)
        if request.cosmology is not None:
            parse_cosmology(request.cosmology)
    except (PipelineError, CosmologyError) as error:
        raise UsageError(str(error)) from None


def _format_result(done: ConformResult) -> Iterator[str]:
    fate = "conforms" if done.ok else "does not conform"
    steps = [str(card.new) for card in done.cards if card.keyword == "HISTORY"]
    yield f"{escape_text(done.path)}: {done.product} {escape_text(' '.join(steps))}, {fate}"
    yield from describe_problems(done)
