"""``fitslint hsc demo``: from simulated visits to calibrated CCDs, held against the truth."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.demo_step import run_step
from fitslint.cli.errors import ExitCode
from fitslint.cli.hsc.joint import limit_threads
from fitslint.cli.options import Options, argument
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.pipeline.hsc.joint.simulate import SimulationPlan

_ROOT = "HSC"


class HscDemoOptions(Options):
    """The options of ``fitslint hsc demo``."""

    folder: Path = argument(
        "Where to; made, or of an earlier demo.", "DIR", default=Path("hsc-demo")
    )


def run_hsc_demo(options: HscDemoOptions) -> ExitCode:
    """Simulate visits, solve them jointly, and find what was simulated, without a network.

    Runs simulate, tract, mosaic with diagnostics, calibrate-exposure, calibrate-catalog and check,
    and shows all of it on one page. Exit 0: what was simulated is found again; 1: something is
    not; 3: the folder cannot be used.
    """
    limit_threads()
    from fitslint.pipeline.demo_folder import claim_folder
    from fitslint.pipeline.hsc.demo.page import PLAN, write_hsc_page
    from fitslint.report.escape import escape_text

    claim_folder(options.folder, "fitslint.pipeline.hsc.demo", ())
    with chdir(options.folder):
        shutil.rmtree(_ROOT, ignore_errors=True)
        steps = [run_step(arguments) for arguments in _list_commands(PLAN)]
    page, is_found = write_hsc_page(options.folder, options.folder / _ROOT, steps)
    print_lines([f"Look at {escape_text(shlex.quote(str(page)))} (the page, with pictures)"])
    return ExitCode.OK if is_found else ExitCode.FOUND


def _list_commands(plan: SimulationPlan) -> Iterator[list[str]]:
    """What is run in the folder, without the name of the program."""
    from fitslint.pipeline.hsc.demo.page import ORDER, RERUN

    chips = "^".join(map(str, plan.chips))
    first, last = plan.first_visit, plan.first_visit + 2 * (plan.visits - 1)
    one, catalogue = plan.chips[len(plan.chips) // 2], f"{_ROOT}/reference.fits"
    for line in (
        ["simulate", _ROOT, "--rerun", RERUN, "--visits", str(plan.visits), "--stars",
         str(plan.stars), "--ccds", chips, "--seed", str(plan.seed)],
        ["makeDiscreteSkyMap", _ROOT, "--rerun", RERUN],
        ["mosaic", _ROOT, "--rerun", RERUN, "--reference", catalogue,
         "--config", "nStarPerCell=0", "--config", f"fittingOrder={ORDER}",
         "--config", f"fluxFitOrder={ORDER}", "--diagDir", f"{_ROOT}/mosaic_diag"],
        ["calibrateExposure", _ROOT, "--rerun", RERUN, "--id", f"visit={first}..{last} ccd={one}"],
        ["calibrateCatalog", _ROOT, "--rerun", RERUN],
        ["check", _ROOT, "--rerun", RERUN, "--output", "concise"],
    ):  # fmt: skip
        yield ["hsc", *line]
