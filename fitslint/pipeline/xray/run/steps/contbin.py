"""Step 7: bins along the contours of the flux, and a region file for each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.pipeline.xray.contbin.binning import BinningOptions
from fitslint.pipeline.xray.contbin.run import ContbinRequest, run_binning
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.regions.files import write_bin_regions
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.outcome import judge_products
from fitslint.text import count_noun

MODULES = (
    "fitslint.pipeline.xray.contbin",
    "fitslint.pipeline.xray.image_file",
    "fitslint.pipeline.xray.regions",
    "fitslint.pipeline.xray.run.steps.contbin",
)


def plan_tasks(config: XrayConfig) -> Iterator[RunTask]:
    """One."""
    yield RunTask(
        name="contbin",
        step="contbin",
        folder=paths.build_bins_folder(config),
        modules=MODULES,
        parameters={
            "sn": config.sn, "smooth_sn": config.smooth_sn, "constrainval": config.constrainval,
        },
        list_inputs=lambda: paths.list_cropped(config),
        run=partial(_run, config),
        prerequisites=("crop",),
    )  # fmt: skip


def _run(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    image, mask, counts = map(str, paths.list_cropped(config))
    result = run_binning(
        ContbinRequest(
            image, BinningOptions(config.sn, config.constrainval), config.smooth_sn,
            context.folder, mask=mask, counts=counts,
        ),
        lambda _name: context.progress,
    )  # fmt: skip
    write_bin_regions(
        read_pixels(str(context.folder / paths.BINMAP_NAME)),
        context.folder / paths.REGIONS_FOLDER,
    )
    true_sn = result.true_sn
    said = f"{count_noun(len(true_sn), 'bin')}; signal to noise of the photons {true_sn.min():.1f}"
    notes = [f"{said} to {true_sn.max():.1f}"]
    if result.binning.stuck:
        notes.append(f"{count_noun(result.binning.stuck, 'bin')} below it without neighbours")
    return judge_products(result.maps, notes)
