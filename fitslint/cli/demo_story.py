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

from fitslint.api import Report, check
from fitslint.api_fix import FixReport, fix
from fitslint.cli.errors import ExitCode
from fitslint.cli.kappa.bar import Bar
from fitslint.cli.kappa.run_report import Teller
from fitslint.cli.outputs import colour_on
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.demo.breaks import BREAKS, broken
from fitslint.pipeline.kappa.demo.folder import CONFIG, prepare
from fitslint.pipeline.kappa.run import places
from fitslint.pipeline.kappa.run.config import Config
from fitslint.pipeline.kappa.run.execute import DONE, UNCHANGED, Options, execute
from fitslint.pipeline.kappa.run.load import load
from fitslint.pipeline.kappa.run.lock import locked
from fitslint.pipeline.kappa.run.plan import plan
from fitslint.pipeline.kappa.run.state import State
from fitslint.pipeline.whole import write_whole
from fitslint.products.conform import conform
from fitslint.products.conformed import Conformed
from fitslint.products.facts import read
from fitslint.report.concise import Concise
from fitslint.report.escape import columns, visible
from fitslint.report.format import Format
from fitslint.report.full import Full

_SHOWN = "VF110"
"""The finding that is shown in full."""


def tell(folder: Path) -> ExitCode:
    """Make the demonstration in ``folder`` and tell of it on standard output.

    Raises
    ------
    PipelineError
        when the folder is not one of ours, or cannot be written.
    """
    config = load(prepare(folder))
    _say("A lens model like that of Abell 1689: four halos and 120 galaxies, drawn by lot.", "")
    _command(f"fitslint kappa run {_shown(folder / CONFIG)}")
    _made(config)
    kappa = places.map_path(config, config.models[0], "kappa", config.sources[0])
    _say(_numbers(config, kappa), "")
    damaged, mended = folder / "broken.fits", folder / "repaired.fits"
    write_whole(damaged, broken(kappa.read_bytes()))
    story = Story(colour_on("auto", sys.stdout))
    _say(f"A copy with {len(BREAKS)} cards as they are found broken in archives:")
    story.check(damaged)
    story.fix(damaged, mended)
    story.conform(mended, config.cluster.name)
    clean = story.check(mended)
    _say(
        f"Look at {_shown(kappa.parent / 'qc' / 'qc.html')} (the report, with pictures)",
        f"    and {_shown(kappa.parent)} (the maps)",
        f"Next: fitslint rule {_SHOWN}; fitslint kappa new; fitslint check YOUR/FILES",
    )
    return ExitCode.OK if clean else ExitCode.FOUND


def _made(config: Config) -> None:
    """Run the pipeline; products of an earlier demonstration that were edited are made anew."""
    with locked(config.output), Bar() as bar:
        state, options = State(config.output), Options(replace=True)
        results = execute(plan(config), config.output, state, options, Teller(bar))
    for one in results:
        if one.status not in (DONE, UNCHANGED):
            raise PipelineError(f"{one.unit.name}: {one.why}")


def _numbers(config: Config, kappa: Path) -> str:
    """The scale of the map, and what its report says."""
    facts = read(kappa)
    path = config.output / config.folder(config.models[0]) / "qc" / "qc.json"
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    scale = facts.scale[0] if facts.scale else 0.0
    size = " x ".join(map(str, facts.shape[::-1]))
    found = ", ".join(f"{count} {verdict}" for verdict, count in report["counts"].items())
    return f"{size} pixels of {scale:.2f} arcsec or {facts.pixkpc:.4f} kpc; report: {found}"


class Story:
    """The chapters on headers; each shows the command that does the same."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def check(self, path: Path) -> bool:
        """Check a file; whether nothing was found."""
        _command(f"fitslint check {_shown(path)} --output concise")
        report = check(path)
        _say(*_findings(report, Concise(self._colour)))
        one = [finding for finding in report.findings if finding.code == _SHOWN]
        if one:
            _say("", *_findings(report, Full(self._colour), one))
        _say("")
        return not report.findings

    def fix(self, path: Path, mended: Path) -> None:
        """Repair what has one reading only, and show each card before and after."""
        write_whole(mended, path.read_bytes())
        _command(f"cp {_shown(path)} {_shown(mended)}; fitslint fix {_shown(mended)}")
        done = fix(mended)
        if done.error is not None:
            raise PipelineError(done.error, path=str(mended))
        _say(*_repairs(done, Concise(self._colour)), "")

    def conform(self, path: Path, name: str) -> None:
        """Write what only somebody who knows the map can tell."""
        _command(f"fitslint conform kappa {_shown(path)} --object '{name}'")
        done = conform(path, "kappa", object=name)
        done.raise_for_errors()
        _say(*_cards(done), "")


def _findings(report: Report, form: Format, only: Sequence[Any] | None = None) -> list[str]:
    kept = report.findings if only is None else list(only)
    text = form.file(replace(report._file, findings=kept)).rstrip("\n")
    return text.split("\n") if text else ["nothing found"]


def _repairs(done: FixReport, form: Format) -> Iterator[str]:
    for one in done.fixes:
        yield from (form.paint("-", f"- {card}") for card in _lines(one.before))
        yield from (form.paint("+", f"+ {card}") for card in _lines(one.after))


def _lines(raw: bytes) -> Iterator[str]:
    for at in range(0, len(raw), 80):
        card = "".join(columns(raw[at : at + 80])).rstrip()
        if card:
            yield card


def _cards(done: Conformed) -> Iterator[str]:
    for card in done.cards:
        if card.new is None:
            new = "(removed)"
        else:
            number = isinstance(card.new, float)
            new = f"{card.new:.8g}" if number else f"'{visible(str(card.new))}'"
        yield f"  {card.keyword:<8} {new:<22} {visible(card.source)}"


def _command(text: str) -> None:
    _say(f"$ {text}")


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def _shown(path: Path) -> str:
    """A path as it is typed, from the current folder where that is shorter."""
    return visible(shlex.quote(min(str(path), os.path.relpath(path), key=len)))
