"""A rerun of hscPipe checked: every file by the rules on files, and all together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from fitslint.config.settings import Settings
from fitslint.engine.across import find_by_path
from fitslint.engine.linter import Linter
from fitslint.model.finding import FileReport, Finding
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.tree.layout import build_tree_file, list_files
from fitslint.pipeline.hsc.tree.rerun import ProductTree
from fitslint.rules.rerun.tree import TreeFile
from fitslint.source.files import read_file

GROUP = "HS"


class RerunCheck:
    """Reads the products below a folder once, for rules on files and on all of them.

    Parameters
    ----------
    settings : Settings
        rules, profile, limits; with ``data`` pixels are read, too.

    Raises
    ------
    HscError
        when there is no such folder, or nothing of hscPipe in it.
    """

    def __init__(self, root: Path, settings: Settings) -> None:
        self._settings = settings
        linter = Linter(settings)
        read = partial(
            read_file, limits=settings.limits, read_data=linter.make_data_reader(lambda count: None)
        )
        self.reports: dict[str, FileReport] = {}
        files: list[TreeFile] = []
        for path, kind in list_files(root):
            file = None if kind in ("other", "table") else read(path)
            files.append(build_tree_file(path, kind, file))
            if file is not None and not files[-1].damage:
                self.reports[path] = linter.lint(file)
        if not files:
            raise HscError(f"{root}: there is no file of hscPipe, such as CORR-0020878-050.fits")
        self._tree = ProductTree(root, files, with_data=settings.data)

    def judge(self) -> dict[str, list[Finding]]:
        """What the rules on all files together find, by path."""
        found: dict[str, list[Finding]] = defaultdict(list)
        for path, finding in find_by_path("tree", self._tree, self._settings):
            found[path].append(finding)
        return found

    def list_reports(self) -> Iterator[FileReport]:
        """The report of every file, and of what else something was found in, by path."""
        together = self.judge()
        for path in sorted({*self.reports, *together}):
            report = self.reports.get(path)
            if report is None:
                report = FileReport(path, "ok", "conforms", self._settings.profile)
            report.findings = [*together.get(path, []), *report.findings]
            if any(finding.severity == "error" for finding in report.findings):
                report.verdict = "violates"
            yield report
