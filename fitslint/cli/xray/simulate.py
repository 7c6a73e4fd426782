"""``fitslint xray simulate``: observations of Chandra whose truth is known."""

from __future__ import annotations

from pathlib import Path

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.options import Options, argument, option
from fitslint.cli.report_lines import print_lines


class SimulateOptions(Options):
    """The options of ``fitslint xray simulate``."""

    output: Path = argument("Folder of the observations.", "DIR")
    seed: int = option("The same seed gives the same files.", "N", default=1)
    exposure: float = option("Seconds of every observation.", "S", default=30000.0)
    observations: int = option("Number of observations, 1 to 4.", "N", default=2)
    sources: int = option("Number of point sources.", "N", default=40)
    no_flares: bool = option("Leave the background quiet.")
    blank_sky: bool = option("Write a blank-sky list for every observation.")
    aspect_step: float = option("Seconds between rows of the aspect.", "S", default=0.25625)


def run_simulation(options: SimulateOptions) -> ExitCode:
    """Simulate observations of a cluster in the layout of the Chandra archive.

    A beta model with a cavity and a cold front, point sources, flares, the four chips of ACIS-I
    with their gaps, dither, another pointing and roll for each. The truth is in truth.json.
    Exit 0: written; 2: usage, or a file cannot be written.
    """
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.xray.errors import XrayError
    from fitslint.pipeline.xray.simulate.run import SimulationRequest, simulate_observations
    from fitslint.report.escape import escape_text
    from fitslint.text import count_noun

    request = SimulationRequest(
        options.output, options.seed, options.exposure, options.observations, options.sources,
        not options.no_flares, options.blank_sky, options.aspect_step,
    )  # fmt: skip
    try:
        with ProgressBar() as bar:
            truth = simulate_observations(request, bar.begin("simulating"))
    except XrayError as error:
        raise UsageError(str(error)) from None
    made = count_noun(options.observations, "observation")
    print_lines([f"{made}; the truth is in {escape_text(str(truth))}"])
    return ExitCode.OK
