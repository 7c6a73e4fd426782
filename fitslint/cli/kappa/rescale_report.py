"""``fitslint kappa rescale``: what it does, and what it says of the new map."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from fitslint.cli.conform_report import read_word
from fitslint.cli.errors import ExitCode, Usage
from fitslint.cli.kappa.rescale import Request
from fitslint.cli.sky import position_of
from fitslint.cosmology.model import CosmologyError, of
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.rescale import rescale
from fitslint.pipeline.kappa.rescale_norm import redshift, stated
from fitslint.products.conformed import Conformed
from fitslint.products.telling import describe_shortcomings
from fitslint.report.escape import visible


def carry_out(request: Request) -> ExitCode:
    """Rescale the map and say what became of it.

    Raises
    ------
    Usage
        when the options cannot be.
    """
    _possible(request)
    facts = dict(request.facts)
    if request.center:
        facts["center"] = position_of("--center", request.center)
    for word in request.words:
        name, value = read_word(request.product or "kappa", word)
        facts[name] = value
    done = rescale(
        request.file, zsource=request.zsource, unity=request.unity, given=request.given,
        output=request.output, cosmology=request.cosmology, overwrite=request.overwrite,
        zlens=request.zlens, product=request.product,
        **facts,
    )  # fmt: skip
    sys.stdout.writelines(f"{line}\n" for line in _lines(done))
    return ExitCode.OK if done.ok else ExitCode.FOUND


def _possible(request: Request) -> None:
    if request.unity == (request.zsource is not None):
        raise Usage("say one of --zsource Z and --unity")
    try:
        stated(request.given)
        for name, value in (("zsource", request.zsource), ("zlens", request.zlens)):
            if value is not None:
                redshift(value, name)
        if request.cosmology is not None:
            of(request.cosmology)
    except (PipelineError, CosmologyError) as error:
        raise Usage(str(error)) from None


def _lines(done: Conformed) -> Iterator[str]:
    fate = "conforms" if done.ok else "does not conform"
    steps = [str(card.new) for card in done.cards if card.keyword == "HISTORY"]
    yield f"{visible(done.path)}: {done.product} {visible(' '.join(steps))}, {fate}"
    yield from describe_shortcomings(done)
