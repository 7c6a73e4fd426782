"""``--output FORMAT[=FILE]``: which formats go where."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import TextIO

from fitslint.cli.errors import UsageError
from fitslint.cli.report_file import ReportFile
from fitslint.model.finding import Severity
from fitslint.model.records import dataclass, replace
from fitslint.report.registry import FORMAT_NAMES, create_reporter
from fitslint.report.reporter import Reporter, Summary
from fitslint.text import say, suggest

COLORS = ("auto", "always", "never")
DEFAULT = "full"


@dataclass(slots=True)
class ReportOutput:
    """A format and the stream that it is written to."""

    reporter: Reporter
    stream: TextIO
    file: ReportFile | None = None
    started: bool = True
    """Whether what stands before the first file is written."""
    has_content: bool = False

    def write(self, text: str) -> None:
        """Write the text of some files.

        Raises
        ------
        UsageError
            when it cannot be written.
        """
        if text:
            with self._name_output():
                self._write_start()
                if self.has_content:
                    self.stream.write(self.reporter.separator)
                self.stream.write(text)
            self.has_content = True

    @property
    def waits(self) -> bool:
        """Whether nothing of it is seen before it is finished."""
        return self.file is not None and self.file.waits

    def _write_start(self) -> None:
        if not self.started:
            self.started = True
            self.stream.write(self.reporter.render_start())

    def finish(self, summary: Summary) -> None:
        """Write what stands at the end, and put a file in its place.

        Raises
        ------
        UsageError
            when it cannot be written.
        """
        if self.reporter.explains_rules:
            from fitslint.rules.docs import load_rule_pages

            summary = replace(summary, rules=load_rule_pages(summary.tally.rule_names))
        with self._name_output():
            self._write_start()
            self.stream.write(self.reporter.render_end(summary, any_file=self.has_content))
            self.stream.flush()
            if self.file is not None:
                self.file.finish()

    @contextmanager
    def _name_output(self) -> Iterator[None]:
        """Say which output it was that could not be written."""
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            where = repr(self.file.target) if self.file else say("standard output")
            raise UsageError(
                say("cannot write {where}: {value}", where=where, value=error.strerror or error)
            ) from None


def is_colour_on(when: str, stream: TextIO) -> bool:
    """Whether ``stream`` gets colours under ``--color WHEN``.

    Raises
    ------
    UsageError
        when ``when`` is not one of auto, always and never.
    """
    if when not in COLORS:
        raise UsageError(
            say(
                "'--color' is one of {colors}, not {when!r}{hint}",
                colors=", ".join(COLORS),
                when=when,
                hint=suggest(when, COLORS),
            )
        )
    if when != "auto":
        return when == "always"
    # https://no-color.org: any value that is not empty
    quiet = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not quiet


def open_outputs(
    specs: Sequence[str],
    color: str,
    stack: ExitStack,
    least: Severity = "info",
    fail_on: Severity = "error",
) -> list[ReportOutput]:
    """The outputs of ``--output``; files are closed with ``stack``.

    Text for people shows findings from ``least`` upwards; those from ``fail_on`` are failures.

    Raises
    ------
    UsageError
        when a format is unknown, two write to one place, or a file cannot be written.
    """
    colour = is_colour_on(color, sys.stdout)
    pairs = [_parse_spec(spec) for spec in specs or [DEFAULT]]
    paths = [os.path.realpath(target) if target else "" for _, target in pairs]
    for (_, target), path in zip(pairs, paths, strict=True):
        if paths.count(path) > 1:
            where = repr(target) if target else say("standard output")
            raise UsageError(
                say(
                    "two outputs cannot both go to {where}; give one a file: FORMAT=FILE",
                    where=where,
                )
            )
    outputs = []
    for name, target in pairs:
        painted = colour and not target
        reporter = create_reporter(name, colour=painted, least=least, fail_on=fail_on)
        file = stack.enter_context(closing(ReportFile(target))) if target else None
        stream = file.stream if file else sys.stdout
        outputs.append(ReportOutput(reporter, stream, file, started=False))
    return outputs


def _parse_spec(spec: str) -> tuple[str, str]:
    name, _, target = spec.partition("=")
    if name not in FORMAT_NAMES:
        hint = suggest(name, FORMAT_NAMES) or say(
            "; there are {format_names}", format_names=", ".join(FORMAT_NAMES)
        )
        raise UsageError(say("no output format {name!r}{hint}", name=name, hint=hint))
    return name, "" if target == "-" else target
