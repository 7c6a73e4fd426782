"""``fitslint.check``: a file, bytes, a stream, or what astropy holds in memory."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, BinaryIO, cast

from fitslint.api.arguments import require_paths
from fitslint.api.report import Report
from fitslint.api.settings import Paths, build_settings
from fitslint.config.settings import Limits, Settings
from fitslint.engine.checker import FileChecker
from fitslint.engine.filters import open_baseline_filter, open_waiver_filter
from fitslint.engine.shared_linter import SharedLinter
from fitslint.model.errors import NotCheckableError
from fitslint.model.file import FitsFile
from fitslint.model.finding import Severity
from fitslint.model.records import replace
from fitslint.source.astropy_objects import read_objects
from fitslint.source.files import read_bytes, read_file, read_stream
from fitslint.source.nearby import require_file
from fitslint.syntax.scan_reader import ReadData

if TYPE_CHECKING:
    from fitslint.repair.corrections import Corrections

_CHECKERS_MAX = 8
"""Warm checkers kept, one for each combination of settings used lately."""


def check(
    source: object,
    *,
    profile: str = "",
    dictionary: Paths = (),
    dictionary_path: Paths = (),
    select: str | Sequence[str] = (),
    ignore: str | Sequence[str] = (),
    extend_select: str | Sequence[str] = (),
    severity: Mapping[str, Severity] | None = None,
    max_findings: int | None = None,
    data: bool = False,
    config: str | os.PathLike[str] | None = None,
    corrections: str | os.PathLike[str] | None = None,
    waivers: str | os.PathLike[str] | None = None,
    baseline: str | os.PathLike[str] | None = None,
) -> Report:
    """Check the headers of one input.

    Parameters
    ----------
    source
        a path (str or path-like), bytes, a binary file object (read from where it stands), or an
        astropy ``HDUList``, HDU or ``Header``. astropy objects are read, never changed; their data
        are not looked at. A path that ends in ``.par`` may be a lens model of Lenstool.
    profile : str
        how levels become severities (``standard``, ``strict``, ``lenient``,
        ``archive``), an authority whose
        dictionaries hold (``subaru``, ``subaru/focas``, ``norh``, ``products``, ``none``), or both
        with a comma. Without an authority the input tells it; without anything it is ``standard``.
    dictionary : str or sequence of str
        keyword dictionaries that hold: ids or paths of TOML files.
    dictionary_path : str, path-like or sequence of them
        files and folders with dictionaries of your own, which hold where the input tells them.
    select, ignore, extend_select : str or sequence of str
        rules by code, prefix or name.
    severity : mapping of str to {"error", "warning", "info"}
        severity by rule.
    max_findings : int
        findings of one rule that are kept; all are counted.
    data : bool
        read the data units as well (needs numpy): sums, fill, columns, heap, tiles. Those of
        astropy objects are never looked at.
    config : str or path-like
        a configuration file (``fitslint.toml``, or ``pyproject.toml`` with a table
        ``[tool.fitslint]``) whose options hold where no argument says otherwise. Unlike the
        command line, the library looks for none: without this argument only the arguments count.
        What is about many files (``exclude``, ``jobs``, ``fail-on``, ``timeout``) has no effect.
    corrections : str or path-like
        a file of corrections that are applied in memory before anything is judged; a path or
        bytes only.
    waivers : str or path-like
        a file of findings that are accepted (TOML); they are in :attr:`Report.waived` instead. What
        is to be said of the waivers themselves only the command line tells.
    baseline : str or path-like
        findings that were there before, as ``fitslint check --write-baseline`` writes them; they
        are in :attr:`Report.known` instead.

    Returns
    -------
    Report
        whatever the input contains: content never raises.

    Raises
    ------
    FileNotFoundError
        when ``source`` is a path where nothing is.
    UnknownSelectorError
        when a selector names no rule (it is a ValueError).
    DictionaryError
        when a dictionary cannot be used (it is a ValueError).
    SettingsError
        when another option has no meaning, or the configuration file, the waivers or the baseline
        cannot be used (it is a ValueError).
    RepairError
        when the corrections cannot be used.
    TypeError
        when ``source`` is nothing that can be checked, or an option is of another type than it
        says.

    Notes
    -----
    No signal handler is set and no timer: an alarm of the program around goes off as it should,
    and what its handler raises comes out of here.
    """
    require_paths(corrections=corrections)
    settings = build_settings(
        profile=profile, dictionary=dictionary, dictionary_path=dictionary_path, select=select,
        ignore=ignore, extend_select=extend_select, severity=severity, max_findings=max_findings,
        data=data, config=config, waivers=waivers, baseline=baseline,
    )  # fmt: skip
    filters = [
        report_filter
        for report_filter in (open_waiver_filter(settings), open_baseline_filter(settings))
        if report_filter is not None
    ]
    # Where findings go is no matter of the warm checker: the files may change between two calls.
    checker = _get_checker(replace(settings, waivers=None, baseline=None))
    checker.get_linter()  # which tells what makes no sense before anything is read
    if isinstance(source, os.PathLike):
        source = os.fspath(source)
    if isinstance(source, str):
        require_file(source)
    read = _read_source
    if corrections is not None:
        from fitslint.repair.corrections import load_corrections

        read = partial(_read_with_corrections, corrections=load_corrections(os.fspath(corrections)))
    report = checker.check_source(source, read)
    for each in filters:
        each.apply(report)
    return Report(report)


def _get_checker(settings: Settings) -> FileChecker:
    """A warm checker, or a new one where a dictionary is a file that may have been edited."""
    return (_make_checker if settings.has_own_dictionaries else _reuse_checker)(settings)


def _make_checker(settings: Settings) -> FileChecker:
    return FileChecker(settings, make_linter=SharedLinter)


@lru_cache(maxsize=_CHECKERS_MAX)
def _reuse_checker(settings: Settings) -> FileChecker:
    return _make_checker(settings)


def _read_with_corrections(
    source: object, limits: Limits, read_data: ReadData | None = None, *, corrections: Corrections
) -> FitsFile:
    from fitslint.repair.corrections import read_with_corrections

    if isinstance(source, bytes | bytearray | memoryview):
        source = bytes(source)
    if isinstance(source, str | bytes):
        return read_with_corrections(source, limits, corrections, read_data)
    raise NotCheckableError("corrections are applied to a path or bytes only")


def _read_source(source: object, limits: Limits, read_data: ReadData | None = None) -> FitsFile:
    if isinstance(source, str):
        return read_file(source, limits, read_data)
    if isinstance(source, bytes | bytearray | memoryview):
        return read_bytes(bytes(source), "<bytes>", limits, read_data)
    if isinstance(source, io.TextIOBase):
        raise NotCheckableError("a file object must be opened in binary mode")
    if hasattr(source, "read"):
        name = getattr(source, "name", None)
        stream = cast(BinaryIO, source)
        name = name if isinstance(name, str) and name else "<stream>"
        return read_stream(stream, name, limits, read_data)
    return read_objects(source)
