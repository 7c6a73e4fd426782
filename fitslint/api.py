"""The library: check a file, bytes, a stream, or what astropy holds in memory."""

from __future__ import annotations

import errno
import io
import os
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, cast

from fitslint.config.settings import Limits, Settings
from fitslint.engine import lens_models
from fitslint.engine.linter import Linter
from fitslint.model.errors import FitslintError
from fitslint.model.file import FitsFile
from fitslint.model.finding import (
    FileReport,
    Finding,
    FindingCap,
    HduSummary,
    Severity,
    Status,
    Verdict,
)
from fitslint.model.records import replace
from fitslint.report.concise import ConciseReporter
from fitslint.source.astropy_objects import NotCheckableError, read_objects
from fitslint.source.files import read_bytes, read_file, read_stream
from fitslint.source.foreign_errors import is_foreign, raise_foreign
from fitslint.source.journals import describe_journal, find_journal
from fitslint.source.nearby import suggest_file
from fitslint.text import count_noun

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
_SHOWN_MAX = 20
_LINTERS_MAX = 8
"""Judges kept, one for each combination of settings used lately."""


class ConformanceError(FitslintError):
    """Raised by :meth:`Report.raise_for_errors`; ``report`` is the report behind it."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.explanation())
        self.report = report


FitsLintError = ConformanceError
"""The name until 0.1."""


class Report:
    """What :func:`check` found.

    Attributes
    ----------
    findings : list of Finding
        in the order of the file.
    status : str
        ``ok``, ``unreadable``, ``not-fits``, ``truncated`` or ``crashed``.
    verdict : str
        ``conforms`` (no error), ``violates`` or ``undetermined``.
    hdus : list of HduSummary
        the HDUs that were read.
    """

    def __init__(self, file: FileReport) -> None:
        self._file = file

    @property
    def path(self) -> str:
        """The name of the input."""
        return self._file.path

    @property
    def status(self) -> Status:
        """How reading went."""
        return self._file.status

    @property
    def verdict(self) -> Verdict:
        """The answer in a word."""
        return self._file.verdict

    @property
    def reason(self) -> str | None:
        """Why the input could not be judged."""
        return self._file.reason

    @property
    def findings(self) -> list[Finding]:
        """Everything found."""
        return self._file.findings

    @property
    def errors(self) -> list[Finding]:
        """The findings of severity error."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def hdus(self) -> list[HduSummary]:
        """The HDUs that were read."""
        return self._file.hdus

    @property
    def dictionaries(self) -> tuple[str, ...]:
        """The keyword dictionaries that hold for the input, the most special first."""
        return self._file.dictionaries

    @property
    def truncated(self) -> list[FindingCap]:
        """The rules of which not every finding was kept, with the true counts."""
        return self._file.truncated

    @property
    def limits_hit(self) -> list[str]:
        """What a limit left unread or not judged, in sentences."""
        return self._file.limits_hit

    @property
    def not_judged(self) -> tuple[str, ...]:
        """The codes of rules that failed on the input, which is a fault of fitslint."""
        return self._file.not_judged

    @property
    def ok(self) -> bool:
        """Whether the input was judged to its end and nothing of severity error was found."""
        return self.status == "ok" and self.verdict == "conforms"

    def raise_for_errors(self) -> None:
        """Raise :class:`ConformanceError` unless :attr:`ok`.

        Raises
        ------
        ConformanceError
            naming the errors.
        """
        if not self.ok:
            raise ConformanceError(self)

    def explanation(self) -> str:
        """The errors, or why there is no verdict, one a line."""
        errors = self.errors[:_SHOWN_MAX]
        text = (
            ConciseReporter()
            .render_file(replace(self._file, findings=errors, truncated=[]))
            .rstrip("\n")
        )
        more = len(self.errors) - len(errors)
        return f"{text}\n... and {more} more errors" if more else text or self.status

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data: a file object of ``schemas/report-1.0.0.json``."""
        from fitslint.report.json_report import build_file_dict

        return build_file_dict(self._file)

    def __str__(self) -> str:
        return (
            ConciseReporter().render_file(self._file).rstrip("\n") or f"{self.path}: {self.verdict}"
        )

    def __repr__(self) -> str:
        found = count_noun(len(self.findings), "finding")
        how = self.verdict if self.status == "ok" else self.status
        return f"<Report {self.path!r}: {how}, {found}>"

    def _repr_html_(self) -> str:
        from fitslint.report.html_report import render_html

        return render_html(self._file)


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
    config: str | os.PathLike[str] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Report:
    """Check the headers of one input.

    Parameters
    ----------
    source
        a path (str or path-like), bytes, a binary file object (read from where it stands), or an
        astropy ``HDUList``, HDU or ``Header``. astropy objects are read, never changed; their data
        are not looked at. A path that ends in ``.par`` may be a lens model of Lenstool.
    profile : str
        how levels become severities (``standard``, ``strict``, ``lenient``), an authority whose
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
    config : str or path-like
        a configuration file (``fitslint.toml``, or ``pyproject.toml`` with a table
        ``[tool.fitslint]``) whose options hold where no argument says otherwise. Unlike the
        command line, the library looks for none: without this argument only the arguments count.
        What is about many files (``exclude``, ``jobs``, ``fail-on``, ``timeout``) has no effect.
    corrections : str or path-like
        a file of corrections that are applied in memory before anything is judged; a path or
        bytes only.

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
        when another option has no meaning, or the configuration file cannot be used (it is a
        ValueError).
    TypeError
        when ``source`` is nothing that can be checked.

    Notes
    -----
    No signal handler is set and no timer: an alarm of the program around goes off as it should,
    and what its handler raises comes out of here.
    """
    settings = build_settings(
        profile=profile, dictionary=dictionary, dictionary_path=dictionary_path, select=select,
        ignore=ignore, extend_select=extend_select, severity=severity, max_findings=max_findings,
        config=config,
    )  # fmt: skip
    judge = _get_linter(settings)
    if isinstance(source, str | os.PathLike):
        require_file(os.fspath(source))
    try:
        return _check_source(source, judge, corrections)
    except NotCheckableError:
        raise
    except Exception as error:
        _reuse_linter.cache_clear()  # what was broken off may have left a memo half written
        if is_foreign(error):
            raise
        said = " ".join(f"internal error: {type(error).__name__}: {error}".split())
        name = str(getattr(source, "name", source))[:200] if _has_name(source) else "<memory>"
        failed = FileReport(name, "crashed", "undetermined", settings.profile, reason=said[:300])
        return Report(failed)
    except BaseException:
        _reuse_linter.cache_clear()
        raise


def require_file(path: str) -> None:
    """Raise where there is nothing to check, with the nearest name.

    Raises
    ------
    FileNotFoundError
    """
    try:
        os.stat(path)  # noqa: PTH116 -- names of any bytes
    except FileNotFoundError:
        said = f"there is no such file{suggest_file(path)}"
        raise FileNotFoundError(errno.ENOENT, said, path) from None
    except (OSError, ValueError) as error:
        raise_foreign(error)  # reading it tells what is wrong


def _check_source(
    source: object, linter: Linter, corrections: str | os.PathLike[str] | None
) -> Report:
    settings = linter.settings
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        if find_journal(path):
            why = describe_journal(path)
            failed = FileReport(path, "unreadable", "undetermined", settings.profile, reason=why)
            return Report(failed)
        if path.endswith(lens_models.MODEL_SUFFIXES):
            with linter_lock.lock:
                named = lens_models.lint_model_file(path, linter)
            if named:
                return Report(named)
    if corrections is None:
        file = _read_source(source, settings.limits)
    else:
        file = _read_with_corrections(source, settings.limits, os.fspath(corrections))
    with linter_lock.lock:
        return Report(linter.lint(file))


class _LinterLock:
    """One thread at a time: a judge learns from every file."""

    def __init__(self) -> None:
        self.renew()
        if hasattr(os, "register_at_fork"):
            # The lock may be held by a thread that the child does not have.
            os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self.lock = threading.Lock()


linter_lock = _LinterLock()
"""Whose lock is held while anything is judged."""


def build_settings(
    *,
    profile: str = "",
    dictionary: Paths = (),
    dictionary_path: Paths = (),
    select: str | Sequence[str] = (),
    ignore: str | Sequence[str] = (),
    extend_select: str | Sequence[str] = (),
    severity: Mapping[str, Severity] | None = None,
    max_findings: int | None = None,
    config: str | os.PathLike[str] | None = None,
) -> Settings:
    """The settings that the options of :func:`check` stand for.

    Raises
    ------
    SettingsError
        when one has no meaning, or the configuration file cannot be used.
    """
    from fitslint.config.load import resolve_settings
    from fitslint.config.options import OPTIONS, parse_option, parse_profile

    wanted = {
        "dictionary": _split_words(dictionary) or None,
        "dictionary-path": _split_words(dictionary_path) or None,
        "select": _split_words(select), "ignore": _split_words(ignore),
        "extend-select": _split_words(extend_select), "severity": severity, "max-findings": max_findings,
    }  # fmt: skip
    given = {
        name: parse_option(OPTIONS[name], value)
        for name, value in wanted.items()
        if value is not None and value != []
    }
    words = parse_profile(profile) if profile else {}
    file = Path(config) if config is not None else None
    return resolve_settings({**words, **given}, file=file, search=False).settings


@lru_cache(maxsize=_LINTERS_MAX)
def _reuse_linter(settings: Settings) -> Linter:
    return Linter(settings)


def _get_linter(settings: Settings) -> Linter:
    """A warm judge, or a new one where a dictionary is a file that may have been edited."""
    return Linter(settings) if settings.has_own_dictionaries else _reuse_linter(settings)


def _split_words(selectors: Paths) -> list[str]:
    if isinstance(selectors, os.PathLike):
        return [os.fspath(selectors)]
    words = selectors.split(",") if isinstance(selectors, str) else [str(one) for one in selectors]
    return [word.strip() for word in words if word.strip()]


def _has_name(source: object) -> bool:
    return isinstance(source, str | os.PathLike) or hasattr(source, "name")


def _read_with_corrections(source: object, limits: Limits, path: str) -> FitsFile:
    from fitslint.repair.corrections import load_corrections, read_with_corrections

    if isinstance(source, str | os.PathLike):
        return read_with_corrections(os.fspath(source), limits, load_corrections(path))
    if isinstance(source, bytes | bytearray | memoryview):
        return read_with_corrections(bytes(source), limits, load_corrections(path))
    raise NotCheckableError("corrections are applied to a path or bytes only")


def _read_source(source: object, limits: Limits) -> FitsFile:
    if isinstance(source, str | os.PathLike):
        return read_file(os.fspath(source), limits)
    if isinstance(source, bytes | bytearray | memoryview):
        return read_bytes(bytes(source), "<bytes>", limits)
    if isinstance(source, io.TextIOBase):
        raise NotCheckableError("a file object must be opened in binary mode")
    if hasattr(source, "read"):
        name = getattr(source, "name", None)
        stream = cast(BinaryIO, source)
        return read_stream(stream, name if isinstance(name, str) and name else "<stream>", limits)
    return read_objects(source)
