"""The library: repair a file, or bytes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from fitslint.api.arguments import (
    require_paths,
    require_switches,
    require_text,
    take_words,
)
from fitslint.api.fix_text import render_fix_html, render_fix_text
from fitslint.api.report import ConformanceError, Report
from fitslint.api.settings import Paths, build_settings
from fitslint.config.settings import Settings
from fitslint.engine.filters import open_waiver_filter
from fitslint.engine.shared_linter import linter_lock
from fitslint.model.finding import Finding, Severity
from fitslint.repair.corrections import Corrections, load_corrections
from fitslint.repair.fixer import Fixer, FixResult, WriteOptions
from fitslint.repair.model import Mode, Repair, RepairError
from fitslint.repair.options import FixOptions
from fitslint.repair.write.packers import pack
from fitslint.source.nearby import require_file
from fitslint.source.wrappers import find_wrapper
from fitslint.text import count_noun

_FIXERS_MAX = 8


class FixReport:
    """What :func:`fix` did.

    Attributes
    ----------
    fixes : list of Repair
        the fixes that were applied: finding, title, bytes before and after.
    refused : list of (Finding, str)
        findings whose fix was not applied, and why.
    before, after : Report
        what was found before and what is left.
    changed : bool
        whether the file is, or with ``write=False`` would be, another one.
    error : str or None
        why nothing was written; the file is then as it was.
    data : bytes or None
        the new bytes, when bytes were given.
    """

    def __init__(self, result: FixResult, data: bytes | None = None) -> None:
        self._result = result
        self.data = data
        self.before = Report(result.before)
        self.after = Report(result.after)

    @property
    def path(self) -> str:
        """The name of the input."""
        return self._result.plan.path

    @property
    def fixes(self) -> list[Repair]:
        """The fixes that were applied."""
        return list(self._result.plan.repairs)

    @property
    def refused(self) -> list[tuple[Finding, str]]:
        """Findings whose fix was not applied, and why."""
        return list(self._result.plan.refused)

    @property
    def remaining(self) -> list[Finding]:
        """The findings that are left."""
        return self.after.findings

    @property
    def left(self) -> list[Finding]:
        """Another name of :attr:`remaining`: the only one until 0.1."""
        return self.remaining

    @property
    def changed(self) -> bool:
        """Whether the file is another one, or would be."""
        return self._result.plan.has_changes and self.error is None

    @property
    def error(self) -> str | None:
        """Why nothing was written."""
        return self._result.error

    @property
    def written(self) -> str | None:
        """Where the result was written; None when nothing was."""
        return self._result.written.path if self._result.written else None

    @property
    def notes(self) -> list[str]:
        """What else happened, in sentences: a repair that was cut short and is rolled back."""
        return list(self._result.notes)

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong and no error is left."""
        return self.error is None and self.after.ok

    def raise_for_errors(self) -> None:
        """Raise when something went wrong or an error is left.

        Raises
        ------
        RepairError
            when the file could not be repaired.
        ConformanceError
            naming the errors that are left.
        """
        if self.error is not None:
            raise RepairError(f"{self.path}: {self.error}")
        if not self.after.ok:
            raise ConformanceError(self.after)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data; ``after`` is a file object of the report schema."""
        return {
            "path": self.path,
            "changed": self.changed,
            "written": self.written,
            "error": self.error,
            "fixes": [
                {
                    "code": fix.finding.code, "keyword": fix.finding.keyword,
                    "hdu": fix.finding.hdu, "card": fix.finding.card, "title": fix.title,
                    "safety": fix.safety, "round": fix.round,
                    "before": fix.before.decode("latin-1"), "after": fix.after.decode("latin-1"),
                }
                for fix in self.fixes
            ],
            "refused": [{"code": finding.code, "why": why} for finding, why in self.refused],
            "after": self.after.to_dict(),
        }  # fmt: skip

    def __str__(self) -> str:
        return render_fix_text(
            self._result, str(self.after) if self.remaining or self.after.reason else ""
        )

    def __repr__(self) -> str:
        left = "error" if self.error else f"{count_noun(len(self.remaining), 'finding')} left"
        return f"<FixReport {self.path!r}: {count_noun(len(self.fixes), 'fix')}, {left}>"

    def _repr_html_(self) -> str:
        return render_fix_html(self._result, self.after._repr_html_())


def fix(
    source: object,
    *,
    write: bool = True,
    unsafe: bool = False,
    style: bool = False,
    only: str | Sequence[str] = (),
    data: bool = False,
    in_place: bool = False,
    output_dir: str | os.PathLike[str] | None = None,
    backup: str | None = None,
    follow_links: bool = False,
    log: str | os.PathLike[str] | None = None,
    corrections: str | os.PathLike[str] | None = None,
    profile: str = "",
    dictionary: Paths = (),
    dictionary_path: Paths = (),
    select: str | Sequence[str] = (),
    ignore: str | Sequence[str] = (),
    extend_select: str | Sequence[str] = (),
    severity: Mapping[str, Severity] | None = None,
    config: str | os.PathLike[str] | None = None,
    waivers: str | os.PathLike[str] | None = None,
) -> FixReport:
    """Repair the headers of one file where only one reading is possible.

    Parameters
    ----------
    source : str, path-like, bytes, or HDUList, HDU or Header of astropy
        a file, which is written; the bytes of one, of which the report has the new ones; or what
        astropy holds in memory, whose headers are repaired there. Its data are neither looked at
        nor changed, and a file that it was opened from is as it was until astropy writes it.
    write : bool
        False plans only.
    unsafe : bool
        apply fixes too after which a reader may read something else.
    style : bool
        rewrite cards too that conform as they are.
    only : str or sequence of str
        rules whose fixes are applied, by code, prefix or name.
    data : bool
        let fixes change bytes of data units (padding, fill).
    in_place : bool
        write into the file under an undo journal, instead of replacing it.
    output_dir : str or path-like
        write the result there and leave the file as it is.
    backup : str
        keep the old file under its name and this suffix.
    follow_links : bool
        also files that are symbolic links or have several names.
    log : str or path-like
        add what is changed to a repair log; ``fitslint fix --undo`` takes it back.
    corrections : str or path-like
        a file of corrections that are applied first.
    profile, dictionary, dictionary_path, select, ignore, extend_select, severity, config
        as for :func:`fitslint.check`; the rules that are selected are those that are fixed.
    waivers : str or path-like
        a file of findings that are accepted (TOML), which are left as they are. (A baseline only
        says what was there before, and what was is repaired like the rest.)

    Returns
    -------
    FixReport
        whatever the input contains and whatever became of writing it.

    Raises
    ------
    FileNotFoundError
        when ``source`` is a path where nothing is.
    UnknownSelectorError
        when a selector names no rule (it is a ValueError).
    ValueError
        when another option has no meaning.
    RepairError
        when the log or the corrections cannot be used.
    TypeError
        when ``source`` is nothing that can be fixed, or an option is of another type than it says.
    """
    require_text(backup=backup)
    require_paths(output_dir=output_dir, log=log, corrections=corrections)
    require_switches(
        write=write, unsafe=unsafe, style=style, data=data, in_place=in_place,
        follow_links=follow_links,
    )  # fmt: skip
    if in_place and output_dir is not None:
        raise ValueError("in_place and output_dir exclude each other")
    settings = build_settings(
        profile=profile, dictionary=dictionary, dictionary_path=dictionary_path, select=select,
        ignore=ignore, extend_select=extend_select, severity=severity, config=config,
        waivers=waivers,
    )  # fmt: skip
    options = FixOptions(
        unsafe,
        tuple(take_words("only", only)),
        data,
        style=style,
        waivers=open_waiver_filter(settings),
    )
    known = load_corrections(os.fspath(corrections)) if corrections is not None else None
    with linter_lock.lock:
        if isinstance(source, bytes | bytearray | memoryview):
            fixer = _get_fixer(settings, options, WriteOptions("none"))
            return _fix_bytes(fixer, bytes(source), known)
        if not isinstance(source, str | os.PathLike):
            if in_place or output_dir or backup or log or corrections:
                raise ValueError("what is in memory has no file: it cannot be logged or kept")
            fixer = _get_fixer(settings, options, WriteOptions("none"))
            fixer.corrections = None
            return FixReport(fixer.fix_objects(source, write=write))
        mode: Mode = "in-place" if in_place else "copy" if output_dir is not None else "replace"
        writing = WriteOptions(
            mode if write else "none",
            _convert_path(output_dir),
            backup,
            follow_links,
            _convert_path(log),
        )
        fixer = _get_fixer(settings, options, writing)
        fixer.corrections = known
        require_file(os.fspath(source))
        return FixReport(fixer.fix(os.fspath(source)))


def _fix_bytes(fixer: Fixer, source: bytes, corrections: Corrections | None) -> FixReport:
    fixer.corrections = corrections
    done, new = fixer.fix_bytes(source)
    if done.error is not None or not done.plan.has_changes:
        return FixReport(done, source)
    wrapper = find_wrapper(source)
    return FixReport(done, pack(wrapper.name, new) if wrapper else new)


def _convert_path(path: str | os.PathLike[str] | None) -> str | None:
    return None if path is None else os.fspath(path)


def _get_fixer(settings: Settings, options: FixOptions, writing: WriteOptions) -> Fixer:
    is_new = settings.has_own_dictionaries or options.waivers is not None
    make = Fixer if is_new else _reuse_fixer
    return make(settings, options, writing)


@lru_cache(maxsize=_FIXERS_MAX)
def _reuse_fixer(settings: Settings, options: FixOptions, writing: WriteOptions) -> Fixer:
    return Fixer(settings, options, writing)
