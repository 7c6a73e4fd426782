"""``fitslint demo``: maps, report, ten broken cards, and back."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitslint.cli.demo_step import run_step
from fitslint.cli.errors import ExitCode
from fitslint.cli.options import Options, argument
from fitslint.cli.report_lines import print_lines
from fitslint.text import say

if TYPE_CHECKING:
    from fitslint.pipeline.kappa.run.config import RunConfig

_SHOWN = "VF110"
"""The finding that is shown in full."""
_PAINTED = ("check", "fix")
"""Commands whose answer has colours."""


class DemoOptions(Options):
    """The options of ``fitslint demo``."""

    folder: Path = argument(
        "Where to; made, or of an earlier demo.", "DIR", default=Path("fitslint-demo")
    )


def run_demo(options: DemoOptions) -> ExitCode:
    """Show what fitslint does, in ten seconds and without a network.

    Makes maps of a lens model like that of Abell 1689 with their quality report, breaks a copy's
    header in ten ways, finds what is broken, repairs it, maps the gas of the cluster from simulated
    X-rays, and says where to look.
    """
    from fitslint.pipeline.kappa.demo.folder import CONFIG_NAME, prepare_folder
    from fitslint.pipeline.kappa.run import paths
    from fitslint.pipeline.kappa.run.load import load_run_config

    folder = options.folder
    config = load_run_config(prepare_folder(folder))
    _print_lines(
        "A lens model like that of Abell 1689: four halos and 120 galaxies, drawn by lot.", ""
    )
    _print_command(f"fitslint kappa run {_format_path(folder / CONFIG_NAME)}")
    _run_pipeline(config)
    _print_lines("")
    kappa = paths.build_map_path(config, config.models[0], "kappa", config.source_redshifts[0])
    _print_lines(_describe_map(config, kappa), "")
    is_clean = _show_repair(folder, kappa, config.cluster.name)
    gas = _show_gas(folder, kappa)
    _print_lines(
        f"Look at {_format_path(kappa.parent / 'qc' / 'qc.html')} (the report, with pictures)",
        f"    and {_format_path(kappa.parent)} (the maps)",
        f"    and {_format_path(gas)} (the gas)",
        f"Next: fitslint rule {_SHOWN}; fitslint kappa new; fitslint check YOUR/FILES",
    )
    return ExitCode.OK if is_clean else ExitCode.FOUND


def _show_repair(folder: Path, kappa: Path, name: str) -> bool:
    """Damage a copy of a map and repair it; whether nothing is found in the end."""
    from fitslint.pipeline.atomic_write import write_atomic
    from fitslint.pipeline.kappa.demo.breaks import BREAKS, break_header

    damaged, repaired = folder / "broken.fits", folder / "repaired.fits"
    write_atomic(damaged, break_header(kappa.read_bytes()))
    old, new = _shorten_path(damaged), _shorten_path(repaired)
    _print_lines(f"A copy with {len(BREAKS)} cards as they are found broken in archives:")
    _run("check", old, "--output", "concise", "--show-infos")
    _print_lines("")
    _run("check", old, "--select", _SHOWN)
    _print_lines("")
    _run("fix", "--diff", old)
    _print_lines("", f"$ cp {_format_path(damaged)} {_format_path(repaired)}")
    write_atomic(repaired, damaged.read_bytes())
    _run("fix", new)
    _print_lines("")
    _run("conform", "kappa", new, "--object", name)
    _print_lines("")
    is_clean = _run("check", new) == ExitCode.OK
    _print_lines("")
    return is_clean


def _show_gas(folder: Path, kappa: Path) -> Path:
    """Photons of the same cluster, their map, and its peak against that of the mass; the map."""
    names = "chandra", "reprocessed_data", "merged"
    archive, events, merged = (_shorten_path(folder / name) for name in names)
    image = folder / "merged" / "0.5-2_flux.img"
    _print_lines("The gas of the cluster, as Chandra would see it in two hours.")
    _run("xray", "simulate", archive, "--exposure", "7200", "--observations", "1",
         "--sources", "10", "--no-flares", "--aspect-step", "2")  # fmt: skip
    _run("xray", "reprocess", archive, "--outdir", events)
    _run("xray", "merge", events, "--band", "0.5:2:1", "--bin", "4", "--outdir", merged)
    _run("kappa", "qc", _shorten_path(kappa), "--xray", _shorten_path(image), only=" g.")
    _print_lines("")
    return image


def _run(*words: str, only: str = "") -> ExitCode:
    """Run a command and show it with its answer; colours are those of the terminal."""
    from fitslint.cli.outputs import is_colour_on

    painted = words[0] in _PAINTED and is_colour_on("auto", sys.stdout)
    colour = ("--color", "always") if painted else ()
    merged = "--diff" in words
    step = run_step([*words, *colour], hidden=colour, only=only, is_merged=merged)
    return ExitCode(step.code)


def _run_pipeline(config: RunConfig) -> None:
    """Run the pipeline; products of an earlier demonstration that were edited are made anew."""
    from fitslint.cli.kappa.run import RunReporter
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.errors import PipelineError
    from fitslint.pipeline.kappa.run.plan import open_run_state, plan_run
    from fitslint.pipeline.run.execute import DONE, UNCHANGED, RunOptions, execute_tasks
    from fitslint.pipeline.run.lock import lock_folder

    with lock_folder(config.output), ProgressBar() as bar:
        state, how = open_run_state(config.output), RunOptions(overwrite=True)
        results = execute_tasks(plan_run(config), config.output, state, how, RunReporter(bar))
    for result in results:
        if result.status not in (DONE, UNCHANGED):
            raise PipelineError(f"{result.task.name}: {result.reason}")


def _describe_map(config: RunConfig, kappa: Path) -> str:
    """The scale of the map, and what its report says."""
    import json

    from fitslint.products.header_facts import read_facts

    facts = read_facts(kappa)
    path = config.output / config.build_product_folder(config.models[0]) / "qc" / "qc.json"
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    scale = facts.scale[0] if facts.scale else 0.0
    size = " x ".join(map(str, facts.shape[::-1]))
    counts = ", ".join(f"{count} {say(verdict)}" for verdict, count in report["counts"].items())
    return f"{size} pixels of {scale:.2f} arcsec or {facts.pixkpc:.4f} kpc; report: {counts}"


def _print_command(text: str) -> None:
    _print_lines(f"$ {text}")


def _print_lines(*lines: str) -> None:
    print_lines(lines)
    sys.stdout.flush()


def _format_path(path: Path) -> str:
    """A path as it is typed."""
    import shlex

    from fitslint.report.escape import escape_text

    return escape_text(shlex.quote(_shorten_path(path)))


def _shorten_path(path: Path) -> str:
    """A path from the current folder, where that is shorter."""
    return min(str(path), os.path.relpath(path), key=len)
