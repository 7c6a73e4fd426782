"""``fitslint demo``: maps, report, ten broken cards, and back."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitslint.cli.errors import ExitCode
from fitslint.cli.options import Options, argument
from fitslint.cli.report_lines import print_lines
from fitslint.text import say, translate_sentence

if TYPE_CHECKING:
    from fitslint.api.fix import FixReport
    from fitslint.pipeline.kappa.run.config import RunConfig
    from fitslint.products.result import ConformResult
    from fitslint.report.reporter import Reporter

_SHOWN = "VF110"
"""The finding that is shown in full."""


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
    from fitslint.cli.outputs import is_colour_on
    from fitslint.pipeline.atomic_write import write_atomic
    from fitslint.pipeline.kappa.demo.breaks import BREAKS, break_header

    damaged, repaired = folder / "broken.fits", folder / "repaired.fits"
    write_atomic(damaged, break_header(kappa.read_bytes()))
    demo = HeaderDemo(is_colour_on("auto", sys.stdout))
    _print_lines(f"A copy with {len(BREAKS)} cards as they are found broken in archives:")
    demo.show_check(damaged)
    demo.show_fix(damaged, repaired)
    demo.show_conform(repaired, name)
    return demo.show_check(repaired)


def _show_gas(folder: Path, kappa: Path) -> Path:
    """Photons of the same cluster, their map, and its peak against that of the mass; the map."""
    from fitslint.pipeline.kappa.qc.assess import run_checks
    from fitslint.pipeline.kappa.qc.inputs import QcRequest
    from fitslint.pipeline.xray.acis.bands import parse_band
    from fitslint.pipeline.xray.simulate.run import SimulationRequest, simulate_observations
    from fitslint.pipeline.xray.steps.merge import MergeRequest, merge_observations
    from fitslint.pipeline.xray.steps.observation import find_observation
    from fitslint.pipeline.xray.steps.reprocess import ReprocessRequest, reprocess_observation

    archive, events, merged = folder / "chandra", folder / "reprocessed_data", folder / "merged"
    _print_lines("The gas of the cluster, as Chandra would see it in two hours.")
    _print_command(f"fitslint xray simulate {_format_path(archive)} --observations 1 ...")
    simulate_observations(
        SimulationRequest(archive, exposure=7200.0, observations=1, sources=10, has_flares=False,
                          aspect_step=2.0, target="Abell 1689")
    )  # fmt: skip
    _print_command(f"fitslint xray reprocess {_format_path(archive)} ...")
    found = reprocess_observation(ReprocessRequest(find_observation(archive), events))
    _print_lines(f"{found.numbers['kept']:.0f} of {found.numbers['events']:.0f} events are good")
    _print_command(f"fitslint xray merge {_format_path(events)} --band 0.5:2:1 --bin 4 ...")
    merge_observations(MergeRequest((find_observation(events),), merged, parse_band("0.5:2:1"), 4))
    image = merged / "0.5-2_flux.img"
    _print_command(f"fitslint kappa qc {_format_path(kappa)} --xray {_format_path(image)}")
    report = run_checks(QcRequest(kappa=str(kappa), maps={"xray": str(image)}))
    lines = [line for line in report.results if line.code.startswith("g.")]
    _print_lines(*(f"{line.title}: {line.reason}" for line in lines), "")
    return image


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


class HeaderDemo:
    """The chapters on headers; each shows the command that does the same."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def show_check(self, path: Path) -> bool:
        """Check a file; whether nothing was found."""
        from fitslint.api.check import check

        _print_command(f"fitslint check {_format_path(path)} --output concise")
        report = check(path)
        _print_lines(*_format_findings(report.format(colour=self._colour)))
        shown = [finding for finding in report.findings if finding.code == _SHOWN]
        if shown:
            text = report.format("full", colour=self._colour, only=shown)
            _print_lines("", *_format_findings(text))
        _print_lines("")
        return not report.findings

    def show_fix(self, path: Path, repaired: Path) -> None:
        """Repair what has one reading only, and show each card before and after."""
        from fitslint.api.fix import fix
        from fitslint.pipeline.atomic_write import write_atomic
        from fitslint.pipeline.errors import PipelineError
        from fitslint.report.concise import ConciseReporter

        write_atomic(repaired, path.read_bytes())
        old, new = _format_path(path), _format_path(repaired)
        _print_command(f"cp {old} {new}; fitslint fix {new}")
        result = fix(repaired)
        if result.error is not None:
            raise PipelineError(result.error, path=str(repaired))
        _print_lines(*_format_repairs(result, ConciseReporter(self._colour)), "")

    def show_conform(self, path: Path, name: str) -> None:
        """Write what only somebody who knows the map can tell."""
        from fitslint.products.conform import conform

        _print_command(f"fitslint conform kappa {_format_path(path)} --object '{name}'")
        result = conform(path, "kappa", object=name)
        result.raise_for_errors()
        _print_lines(*_format_cards(result), "")


def _format_findings(text: str) -> list[str]:
    return text.rstrip("\n").split("\n") if text else ["nothing found"]


def _format_repairs(result: FixReport, reporter: Reporter) -> Iterator[str]:
    for fix in result.fixes:
        yield from (reporter.paint("-", f"- {card}") for card in _split_cards(fix.before))
        yield from (reporter.paint("+", f"+ {card}") for card in _split_cards(fix.after))


def _split_cards(raw: bytes) -> Iterator[str]:
    from fitslint.report.escape import escape_columns

    for at in range(0, len(raw), 80):
        card = "".join(escape_columns(raw[at : at + 80])).rstrip()
        if card:
            yield card


def _format_cards(result: ConformResult) -> Iterator[str]:
    from fitslint.report.escape import escape_text

    for card in result.cards:
        if card.new is None:
            new = f"({say('removed')})"
        else:
            number = isinstance(card.new, float)
            new = f"{card.new:.8g}" if number else f"'{escape_text(str(card.new))}'"
        yield f"  {card.keyword:<8} {new:<22} {escape_text(translate_sentence(card.source))}"


def _print_command(text: str) -> None:
    _print_lines(f"$ {text}")


def _print_lines(*lines: str) -> None:
    print_lines(lines)
    sys.stdout.flush()


def _format_path(path: Path) -> str:
    """A path as it is typed, from the current folder where that is shorter."""
    import shlex

    from fitslint.report.escape import escape_text

    return escape_text(shlex.quote(min(str(path), os.path.relpath(path), key=len)))
