"""``fitslint hsc calibrate-exposure`` and ``calibrate-catalog``: solutions applied to CCDs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError, print_error
from fitslint.cli.hsc.joint import find_rerun, limit_threads
from fitslint.cli.hsc.tract import ImageOptions, parse_sources
from fitslint.cli.options import Words, option
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.pipeline.hsc.apply.run import AppliedFile, Kind

_TRUTH = {"True": True, "False": False}


class ApplyOptions(ImageOptions):
    """The options of ``fitslint hsc calibrate-exposure``."""

    results: Path | None = option("Folder of the solutions (default: jointcal-results).", "DIR")
    outdir: Path | None = option(
        "Where files go; by default into a folder of the tract beside what they are made of.", "DIR"
    )
    jobs: int = option(
        "Processes that write files; the result is always the same.",
        "N", "-j", "--jobs", default=1, minimum=1,
    )  # fmt: skip
    overwrite: bool = option("Write what is unchanged too, and replace files of other programs.")


class CatalogueOptions(ApplyOptions):
    """The options of ``fitslint hsc calibrate-catalog``."""

    config: Words = option("doApplyCalib=False: fluxes stay counts.", "KEY=VALUE")


def calibrate_exposures(options: ApplyOptions) -> ExitCode:
    """Write CALEXP: images of CCDs with the positions and flux scales of a joint solution.

    Pixels are scaled by the surface of flux and the area of pixels, variances by its square;
    masks and all else stay as they are. What is unchanged is not written again. Exit 0: all are
    written; 1: a CCD was left out, and is named; 2: usage, or no image.
    """
    return _apply("CALEXP", options, to_magnitudes=True)


def calibrate_catalogues(options: CatalogueOptions) -> ExitCode:
    """Write CALSRC: catalogues of CCDs with the positions and flux scales of a joint solution.

    Fluxes become magnitudes, and the factor by which counts were scaled is added as a column,
    mosaic_corr. What is unchanged is not written again. Exit 0: all are written; 1: a CCD was left
    out, and is named; 2: usage, or no image.
    """
    to_magnitudes = True
    for word in options.config or ():
        key, _, text = word.partition("=")
        if key != "doApplyCalib" or text not in _TRUTH:
            raise UsageError(f"--config {word}: there is only doApplyCalib=True or False")
        to_magnitudes = _TRUTH[text]
    return _apply("CALSRC", options, to_magnitudes=to_magnitudes)


def _apply(kind: Kind, options: ApplyOptions, *, to_magnitudes: bool) -> ExitCode:
    limit_threads()
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.hsc.apply.run import ApplyPlan, apply_solutions
    from fitslint.pipeline.hsc.errors import HscError
    from fitslint.pipeline.hsc.selection import describe_selection

    try:
        sources, selections = parse_sources(options)
        tracts = {int(n) for each in selections for n in each.values.get("tract", ())}
        plan = ApplyPlan(
            kind, options.results or find_rerun(options) / "jointcal-results", tuple(selections),
            tuple(sorted(tracts)), options.outdir, to_magnitudes, options.overwrite,
        )  # fmt: skip
        with ProgressBar() as bar:
            found = apply_solutions(
                plan, sources, options.rerun, jobs=options.jobs, progress=bar.begin(kind)
            )
    except HscError as error:
        raise UsageError(str(error)) from None
    said = describe_selection(selections, len({each.image for each in found}))
    if said:
        print_error(f"note: {said}")
    return _report(kind, found)


def _report(kind: str, found: Sequence[AppliedFile]) -> ExitCode:
    for each in found:
        if each.problem:
            print_error(each.problem)
    lost = sum(each.lost for each in found)
    if lost:
        print_error(f"note: {lost} fluxes are not positive and have no magnitude")
    unchanged = sum(each.is_unchanged for each in found)
    left_out = sum(bool(each.problem) for each in found)
    written = len(found) - unchanged - left_out
    print_lines([f"{kind}: {written} written, {unchanged} unchanged, {left_out} left out"])
    return ExitCode.FOUND if left_out else ExitCode.OK
