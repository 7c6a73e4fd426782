"""``fitslint hsc mosaic``, ``jointcal`` and ``simulate``: positions and flux scales of visits."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError, print_error
from fitslint.cli.hsc.tract import ImageOptions, parse_sources
from fitslint.cli.options import Options, Words, argument, option, parse_position_option
from fitslint.cli.report_lines import print_lines
from fitslint.model.late import compile_late

if TYPE_CHECKING:
    from fitslint.pipeline.hsc.joint.run import JointPlan
    from fitslint.pipeline.run.execute import TaskResult

_FILTER = compile_late("[A-Za-z0-9-]{1,20}")
_MEASUREMENTS_MAX = 5_000_000
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_JOBS = option(
    "Processes that read catalogues; the result is always the same.",
    "N",
    "-j",
    "--jobs",
    default=1,
    minimum=1,
)


class JointOptions(ImageOptions):
    """The options of ``fitslint hsc mosaic`` and ``jointcal``."""

    reference: list[str] = option(
        "Catalogue of positions and magnitudes: FITS, CSV or Parquet; repeatable.",
        "FILE",
        default=[],
    )
    reference_stars: str = option(
        "free: stars of the catalogue move within its errors; fixed: they stay.",
        "MODE", "--referenceStars", default="free",
    )  # fmt: skip
    config: Words = option("A setting under its name in hscPipe; repeatable.", "KEY=VALUE")
    diagnostics: bool = option("Write pictures and tables of how good it is.")
    diag_dir: Path | None = option("Folder of the pictures and tables.", "DIR", "--diagDir")
    outdir: Path | None = option("Folder of the results (default: jointcal-results).", "DIR")
    jobs: int = _JOBS
    scamp: bool = option("Have SCAMP solve the same stars, and tell how far it is from here.")
    force: bool = option("Solve what is unchanged too, and replace files that were edited.")


def run_mosaic(options: JointOptions) -> ExitCode:
    """Fit positions and flux scales of all visits of a filter together, as mosaic does.

    For every visit and CCD jointcal_wcs and jointcal_photoCalib are written, and wcs and fcr as
    older programs read them. What is unchanged is not solved again. Exit 0: all is well; 1: a
    visit, a CCD or a fit was left out, and is named; 2: usage, or nothing to solve.
    """
    return _run_joint("mosaic", options)


def run_jointcal(options: JointOptions) -> ExitCode:
    """Fit positions and flux scales of all visits of a filter together, as jointcal does.

    For every visit and CCD jointcal_wcs and jointcal_photoCalib are written. What is unchanged is
    not solved again. Exit 0: all is well; 1: a visit, a CCD or a fit was left out, and is named;
    2: usage, or nothing to solve.
    """
    return _run_joint("jointcal", options)


def _run_joint(algorithm: str, options: JointOptions) -> ExitCode:
    limit_threads()
    from fitslint.cli.kappa.run import RunReporter
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.hsc.errors import HscError, MixedFiltersError
    from fitslint.pipeline.hsc.joint.run import RESULTS, open_joint_state
    from fitslint.pipeline.run.execute import RunOptions, execute_tasks
    from fitslint.pipeline.run.lock import lock_folder

    try:
        plan = _plan_joint(algorithm, options)
    except MixedFiltersError as error:
        print_error(str(error))
        return ExitCode.FOUND
    except HscError as error:
        raise UsageError(str(error)) from None
    problems = (*plan.field.problems, *_tell_strays(plan, options))
    output = options.outdir or find_rerun(options) / RESULTS
    how = RunOptions(options.force, options.force)
    with lock_folder(output):
        state = open_joint_state(output)
        if state.warning:
            print_error(f"note: {state.warning}")
        with ProgressBar() as bar:
            results = execute_tasks(plan.list_tasks(), output, state, how, RunReporter(bar))
    return _decide_exit_code(results, problems)


def limit_threads() -> None:
    """One thread of linear algebra: more cost time on small blocks and change last bits."""
    if "numpy" not in sys.modules:
        for name in _THREADS:
            os.environ.setdefault(name, "1")


def _plan_joint(algorithm: str, options: JointOptions) -> JointPlan:
    """Read what is needed.

    Raises
    ------
    HscError
        when it cannot be solved.
    """
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.hsc.inputs import compute_mean_epoch
    from fitslint.pipeline.hsc.joint.read import read_exposures
    from fitslint.pipeline.hsc.joint.run import JointPlan, choose_tracts
    from fitslint.pipeline.hsc.joint.settings import parse_settings
    from fitslint.pipeline.hsc.joint.tables import Photometry, read_catalogues
    from fitslint.pipeline.hsc.selection import describe_selection

    settings = parse_settings(algorithm, options.config or (), options.reference_stars)
    if not options.reference:
        raise UsageError("--reference FILE: which catalogue ties positions and magnitudes down?")
    sources, selections = parse_sources(options)
    with ProgressBar() as bar:
        field = read_exposures(
            sources, selections, options.rerun, settings.cuts,
            jobs=options.jobs, progress=bar.begin("catalogues"),
        )  # fmt: skip
    for problem in field.problems:
        print_error(problem)
    said = describe_selection(selections, len(field.images))
    if said:
        print_error(f"note: {said}")
    photometry = Photometry(
        field.exposures.filter, settings.flux_unit, settings.system, settings.error_unit,
        compute_mean_epoch(field.images.values()),
    )  # fmt: skip
    reference = read_catalogues(options.reference, photometry, settings.reference_error)
    wanted = [int(each) for chosen in selections for each in chosen.values.get("tract", ())]
    folder = find_rerun(options) / "deepCoadd"
    tracts, note = choose_tracts(folder, sorted(set(wanted)), list(field.images.values()))
    if note:
        print_error(f"note: {note}")
    diagnostics = None
    if options.diagnostics or options.diag_dir is not None:
        diagnostics = options.diag_dir or find_rerun(options) / "mosaic_diag"
    catalogues = tuple(map(Path, options.reference))
    return JointPlan(settings, field, reference, catalogues, tracts, diagnostics, options.scamp)


def _tell_strays(plan: JointPlan, options: JointOptions) -> tuple[str, ...]:
    """Name visits outside the tracts; a problem where no tract was asked for."""
    from fitslint.pipeline.hsc.joint.run import describe_strays

    strays = describe_strays(plan.tracts, plan.field.images)
    if not strays:
        return ()
    if any("tract=" in word for word in options.id or ()):
        print_error(f"note: {strays}")
        return ()
    print_error(strays)
    return (strays,)


def find_rerun(options: ImageOptions) -> Path:
    """The folder of the rerun that is meant, below the first root."""
    root = Path(next((each for each in options.sources if Path(each).is_dir()), "."))
    return root if options.rerun is None else root / "rerun" / options.rerun


def _decide_exit_code(results: Sequence[TaskResult], problems: Sequence[str]) -> ExitCode:
    from fitslint.pipeline.run.execute import DONE, UNCHANGED

    well = all(
        result.status in (DONE, UNCHANGED) and not result.has_bad_products for result in results
    )
    return ExitCode.OK if well and not problems else ExitCode.FOUND


class VisitSimulationOptions(Options):
    """The options of ``fitslint hsc simulate``."""

    root: Path = argument("Folder that becomes a root of hscPipe.", "ROOT")
    rerun: str = option("The rerun below it.", "NAME", default="test")
    visits: int = option("Number of visits.", "N", default=3, minimum=1)
    stars: int = option("Stars that a CCD has in the mean.", "N", default=200, minimum=1)
    ccds: str = option("Which CCDs: 0..103, 49^50^57.", "WORDS", default="0..103")
    center: str = option("Where visits are dithered about.", "RA,DEC", default="175.77137,58.42894")
    filter: str = option("Name of the filter.", "NAME", default="HSC-I")
    seed: int = option("The same seed makes the same files.", "N", default=1, minimum=0)


def write_simulated_visits(options: VisitSimulationOptions) -> ExitCode:
    """Make up visits of Hyper Suprime-Cam: CORR headers, source catalogues and a reference.

    Outlines and distortion are those of the camera; chips are shifted, visits warped, and one of a
    hundred measurements is wrong. Exit 0: written; 2: usage.
    """
    limit_threads()
    from fitslint.pipeline.hsc.errors import HscError
    from fitslint.pipeline.hsc.joint.simulate import SimulationPlan, simulate
    from fitslint.pipeline.hsc.joint.simulation_files import write_simulation
    from fitslint.pipeline.hsc.selection import parse_selection
    from fitslint.report.escape import escape_text

    try:
        chips = parse_selection([f"ccd={options.ccds}"]).values["ccd"]
    except HscError as error:
        raise UsageError(str(error).replace("--id ccd=", "--ccds ")) from None
    if not all(isinstance(chip, int) and chip < 104 for chip in chips):
        raise UsageError(f"--ccds {options.ccds}: CCDs have numbers from 0 to 103")
    centre = parse_position_option("--center", options.center)
    _refuse_names(options)
    if options.visits * len(chips) * options.stars > _MEASUREMENTS_MAX:
        raise UsageError(
            f"{options.visits} visits of {len(chips)} CCDs with {options.stars} stars are more "
            f"than {_MEASUREMENTS_MAX:,} measurements, which is the most that is made up at once"
        )
    plan = SimulationPlan(
        options.visits, options.stars, tuple(map(int, chips)), centre, options.seed,
        filter=options.filter,
    )  # fmt: skip
    reference, *written = write_simulation(simulate(plan), options.root, options.rerun)
    folder, catalogue = (
        escape_text(str(path)) for path in (options.root / "rerun" / options.rerun, reference)
    )
    print_lines([f"{len(written)} files in {folder}, and {catalogue}"])
    return ExitCode.OK


def _refuse_names(options: VisitSimulationOptions) -> None:
    """Refuse names that lead elsewhere, and a root that may hold real files."""
    if not _FILTER.fullmatch(options.filter):
        raise UsageError(
            "--filter is the name of a filter: letters, digits and '-', 20 at most, as in HSC-I"
        )
    if Path(options.rerun).is_absolute() or ".." in Path(options.rerun).parts:
        raise UsageError("--rerun names a folder below ROOT/rerun, without '..'")
    try:
        is_taken = any(options.root.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{str(options.root)!r} cannot be read: {error.strerror}") from None
    if is_taken:
        raise UsageError(
            f"{str(options.root)!r} is there already and not empty: name a new folder, so that no "
            "real file is overwritten"
        )
