"""What ``fitslint demo`` does and tells: maps, report, ten broken cards, and back."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fitslint.api.check import check
from fitslint.api.fix import FixReport, fix
from fitslint.api.report import Report
from fitslint.cli.errors import ExitCode
from fitslint.cli.kappa.progress_bar import ProgressBar
from fitslint.cli.kappa.run_report import RunReporter
from fitslint.cli.outputs import is_colour_on
from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.demo.breaks import BREAKS, break_header
from fitslint.pipeline.kappa.demo.folder import CONFIG_NAME, prepare_folder
from fitslint.pipeline.kappa.run import paths
from fitslint.pipeline.kappa.run.config import RunConfig
from fitslint.pipeline.kappa.run.load import load_run_config
from fitslint.pipeline.kappa.run.plan import plan_run
from fitslint.pipeline.run.execute import DONE, UNCHANGED, RunOptions, execute_tasks
from fitslint.pipeline.run.lock import lock_folder
from fitslint.pipeline.run.state import RunState
from fitslint.products.conform import conform
from fitslint.products.header_facts import read_facts
from fitslint.products.result import ConformResult
from fitslint.report.concise import ConciseReporter
from fitslint.report.escape import escape_columns, escape_text
from fitslint.report.full import FullReporter
from fitslint.report.reporter import Reporter

_SHOWN = "VF110"
"""The finding that is shown in full."""


def run_demo(folder: Path) -> ExitCode:
    """Make the demonstration in ``folder`` and tell of it on standard output.

    Raises
    ------
    PipelineError
        when the folder is not one of ours, or cannot be written.
    """
    config = load_run_config(prepare_folder(folder))
    _print_lines(
        "A lens model like that of Abell 1689: four halos and 120 galaxies, drawn by lot.", ""
    )
    _print_command(f"fitslint kappa run {_format_path(folder / CONFIG_NAME)}")
    _run_pipeline(config)
    kappa = paths.build_map_path(config, config.models[0], "kappa", config.source_redshifts[0])
    _print_lines(_describe_map(config, kappa), "")
    damaged, mended = folder / "broken.fits", folder / "repaired.fits"
    write_atomic(damaged, break_header(kappa.read_bytes()))
    story = HeaderDemo(is_colour_on("auto", sys.stdout))
    _print_lines(f"A copy with {len(BREAKS)} cards as they are found broken in archives:")
    story.show_check(damaged)
    story.show_fix(damaged, mended)
    story.show_conform(mended, config.cluster.name)
    clean = story.show_check(mended)
    _print_lines(
        f"Look at {_format_path(kappa.parent / 'qc' / 'qc.html')} (the report, with pictures)",
        f"    and {_format_path(kappa.parent)} (the maps)",
        f"Next: fitslint rule {_SHOWN}; fitslint kappa new; fitslint check YOUR/FILES",
    )
    return ExitCode.OK if clean else ExitCode.FOUND


def _run_pipeline(config: RunConfig) -> None:
    """Run the pipeline; products of an earlier demonstration that were edited are made anew."""
    with lock_folder(config.output), ProgressBar() as bar:
        state, options = RunState(config.output), RunOptions(overwrite=True)
        results = execute_tasks(plan_run(config), config.output, state, options, RunReporter(bar))
    for one in results:
        if one.status not in (DONE, UNCHANGED):
            raise PipelineError(f"{one.task.name}: {one.reason}")


def _describe_map(config: RunConfig, kappa: Path) -> str:
    """The scale of the map, and what its report says."""
    facts = read_facts(kappa)
    path = config.output / config.build_product_folder(config.models[0]) / "qc" / "qc.json"
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    scale = facts.scale[0] if facts.scale else 0.0
    size = " x ".join(map(str, facts.shape[::-1]))
    found = ", ".join(f"{count} {verdict}" for verdict, count in report["counts"].items())
    return f"{size} pixels of {scale:.2f} arcsec or {facts.pixkpc:.4f} kpc; report: {found}"


class HeaderDemo:
    """The chapters on headers; each shows the command that does the same."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def show_check(self, path: Path) -> bool:
        """Check a file; whether nothing was found."""
        _print_command(f"fitslint check {_format_path(path)} --output concise")
        report = check(path)
        _print_lines(*_format_findings(report, ConciseReporter(self._colour)))
        one = [finding for finding in report.findings if finding.code == _SHOWN]
        if one:
            _print_lines("", *_format_findings(report, FullReporter(self._colour), one))
        _print_lines("")
        return not report.findings

    def show_fix(self, path: Path, repaired: Path) -> None:
        """Repair what has one reading only, and show each card before and after."""
        write_atomic(repaired, path.read_bytes())
        _print_command(
            f"cp {_format_path(path)} {_format_path(repaired)}; fitslint fix {_format_path(repaired)}"
        )
        done = fix(repaired)
        if done.error is not None:
            raise PipelineError(done.error, path=str(repaired))
        _print_lines(*_format_repairs(done, ConciseReporter(self._colour)), "")

    def show_conform(self, path: Path, name: str) -> None:
        """Write what only somebody who knows the map can tell."""
        _print_command(f"fitslint conform kappa {_format_path(path)} --object '{name}'")
        done = conform(path, "kappa", object=name)
        done.raise_for_errors()
        _print_lines(*_format_cards(done), "")


def _format_findings(
    report: Report, form: Reporter, only: Sequence[Any] | None = None
) -> list[str]:
    kept = report.findings if only is None else list(only)
    text = form.render_file(replace(report._file, findings=kept)).rstrip("\n")
    return text.split("\n") if text else ["nothing found"]


def _format_repairs(done: FixReport, form: Reporter) -> Iterator[str]:
    for one in done.fixes:
        yield from (form.paint("-", f"- {card}") for card in _split_cards(one.before))
        yield from (form.paint("+", f"+ {card}") for card in _split_cards(one.after))


def _split_cards(raw: bytes) -> Iterator[str]:
    for at in range(0, len(raw), 80):
        card = "".join(escape_columns(raw[at : at + 80])).rstrip()
        if card:
            yield card


def _format_cards(done: ConformResult) -> Iterator[str]:
    for card in done.cards:
        if card.new is None:
            new = "(removed)"
        else:
            number = isinstance(card.new, float)
            new = f"{card.new:.8g}" if number else f"'{escape_text(str(card.new))}'"
        yield f"  {card.keyword:<8} {new:<22} {escape_text(card.source)}"


def _print_command(text: str) -> None:
    _print_lines(f"$ {text}")


def _print_lines(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def _format_path(path: Path) -> str:
    """A path as it is typed, from the current folder where that is shorter."""
    return escape_text(shlex.quote(min(str(path), os.path.relpath(path), key=len)))
