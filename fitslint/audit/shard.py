"""A shard of an audit: its files are read, judged and counted, and its parts written."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitslint.audit.census import Census, FileName
from fitslint.audit.digest import DataDigester
from fitslint.audit.facts import FileFacts
from fitslint.audit.job import AuditJob, add_counts, is_shard_done, name_state
from fitslint.audit.listing import is_remote
from fitslint.audit.manifest import ListedFile, Manifest
from fitslint.audit.marker import ShardMarker
from fitslint.audit.paths import clean_text, unescape_path
from fitslint.audit.rows import RowBuffer, describe_finding, join_columns
from fitslint.audit.tables import (
    FILES_SCHEMA,
    FINDINGS_SCHEMA,
    PARTS_FOLDER,
    ShardWriter,
    read_shard_facts,
)
from fitslint.audit.withholding import load_filters
from fitslint.config.settings import Limits, Settings
from fitslint.engine.checker import FileChecker
from fitslint.engine.garbage import pause_collector
from fitslint.model.file import FitsFile
from fitslint.model.finding import SEVERITIES, FileReport, Severity, Withheld
from fitslint.model.records import dataclass
from fitslint.source.files import read_file
from fitslint.syntax.scan_reader import ReadData

if TYPE_CHECKING:
    from fitslint.audit.remote.fetch import FetchedFile

_CHUNK_FILES, _CHUNK_BYTES, _CHUNK_FINDINGS = 1024, 32 << 20, 20_000
"""Files, bytes of headers and findings that are in memory before they are put into tables."""
_REPORT_COLUMNS = (
    *ListedFile._fields, "folder", "status", "reason", "verdict", "exit_code",
    "errors", "warnings", "infos", "waived", "known", "waivers", "capped", "packed", "dictionary",
    "data_digest",
)  # fmt: skip


class ShardChecker:
    """Works on shards, one after the other, and keeps what it has learnt of headers."""

    def __init__(self, job: AuditJob) -> None:
        self.job = job
        self.folder = Path(job.folder)
        self.manifest = Manifest(self.folder)
        self.checker = FileChecker(job.settings, read=self._read)
        self.checker.get_linter()  # what it takes is not the time of the first file
        self._filters = load_filters(job.settings, job.today)
        self._file: FitsFile | None = None
        self._digest: str | None = None
        self._fetched: Iterator[Future[FetchedFile]] = iter(())
        """The remote files of the shard, in order, as they come."""
        self._is_gone = False
        self.received = 0
        """Bytes that came over the network."""
        (self.folder / PARTS_FOLDER).mkdir(exist_ok=True)

    def run(self, shard: int) -> dict[str, Any]:
        """Make the parts of a shard; what they say of it.

        Raises
        ------
        OSError
            when they cannot be written.
        """
        with ShardMarker(self.folder, shard) as marker:
            if not is_shard_done(self.manifest, shard, self.job.ruleset):
                with self.checker.timer, pause_collector():
                    self._write_parts(shard, marker)
            marker.clear()
        found = read_shard_facts(self.folder, shard)
        received, self.received = self.received, 0
        return {**(found.facts if found else {}), "received": received}

    def _write_parts(self, shard: int, marker: ShardMarker) -> None:
        from fitslint.audit.reuse import KnownShard

        rows = self.manifest.read_shard(shard)
        known = KnownShard(self.folder, shard, rows, self.job.ruleset)
        census, counts = Census(), known.counts
        with ShardWriter(self.folder, shard) as writer:
            known.write(writer)
            unread = [(at, row) for at, row in enumerate(rows) if row not in known.files]
            self._fetched = self._fetch(
                [
                    row
                    for at, row in unread
                    if "://" in row.path and is_remote(row.path) and at not in marker.condemned
                ]
            )
            waiting = iter(unread)
            while chunk := self._read_chunk(waiting, marker):
                counts = add_counts(counts, self._write_chunk(chunk, writer, census))
            writer.write("keywords", census.build_table())
            state = name_state(self.manifest, shard, self.job.ruleset)
            writer.finish({"state": state, "ruleset": self.job.ruleset, **counts})

    def _read_chunk(
        self, rows: Iterator[tuple[int, ListedFile]], marker: ShardMarker
    ) -> list[_ReadFile]:
        """The next files with what was found in them, so many that memory holds them."""
        chunk: list[_ReadFile] = []
        header_bytes = findings = 0
        for at, row in rows:
            marker.move(at)
            condemned = marker.condemned.get(at)
            if condemned is None:
                report = self._check(row)
            else:
                report = self._report_condemned(row, condemned.status)
            self._filters.apply(report)
            chunk.append(_ReadFile(row, self._file, report, self._is_gone, self._digest))
            findings += len(report.findings)
            for hdu in report.hdus:
                header_bytes += hdu.header_bytes
            if (
                len(chunk) >= _CHUNK_FILES
                or header_bytes > _CHUNK_BYTES
                or findings > _CHUNK_FINDINGS
            ):
                break
        marker.move(-1)
        return chunk

    def _check(self, row: ListedFile) -> FileReport:
        self._file, self._is_gone, self._digest = None, False, None
        return self.checker.check(unescape_path(row.path))

    def _report_condemned(self, row: ListedFile, status: str) -> FileReport:
        self._file, self._is_gone, self._digest = None, False, None
        if status == "timeout":
            reason = f"not judged within {self.job.settings.limits.seconds:g} s"
            return self.checker.report_failure(unescape_path(row.path), "timeout", reason)
        reason = "the process that checked it died twice"
        return self.checker.report_failure(unescape_path(row.path), "crashed", reason)

    def _read(self, path: str, limits: Limits, read_data: ReadData | None) -> FitsFile:
        if "://" in path and is_remote(path):
            found = next(self._fetched).result()
            self._file, self._is_gone = found.file, found.is_gone
            self.received += found.received
        elif read_data is None:
            self._file = read_file(path, limits)
        else:
            digester = DataDigester(read_data, self._note_progress)
            self._file = read_file(path, limits, digester)
            self._digest = digester.tell(self._file)
        return self._file

    def _note_progress(self, _bytes: int) -> None:
        """Data come in: the time of a file is not that of reading them."""
        self.checker.timer.started = time.monotonic()

    def _fetch(self, rows: Sequence[ListedFile]) -> Iterator[Future[FetchedFile]]:
        if not rows:
            return iter(())
        from fitslint.audit.remote.fetch import fetch_files

        return fetch_files(rows, self.job.settings.limits)

    def _write_chunk(
        self, chunk: Sequence[_ReadFile], writer: ShardWriter, census: Census
    ) -> dict[str, int]:
        """Write what is known of some files; what the part of the files says of them."""
        facts = FileFacts([one.file for one in chunk])
        columns = facts.build_columns() | describe_reports(chunk, self.job.settings)
        dates = map(_join_date, columns["night"], columns["date_obs"], columns["time_obs"])
        first = census.add_files(list(map(FileName, columns["path"], dates)))
        groups: list[tuple[str, ...]] = [()] * len(chunk)
        for rows in facts.blocks:
            names = census.add_block(rows, columns["instrument"], first)
            for at, group in zip(rows.files, names, strict=True):
                if group not in groups[at]:
                    groups[at] = (*groups[at], group)
        known = {several: list(several) for several in set(groups)}
        columns["groups"] = [known[several] for several in groups]
        columns["ruleset"] = [self.job.ruleset] * len(chunk)
        writer.write("files", join_columns(FILES_SCHEMA, columns))
        findings = RowBuffer(FINDINGS_SCHEMA)
        for one in chunk:
            for finding in one.report.findings:
                findings.add(describe_finding(one.row.path, finding))
        writer.write("findings", findings.build_table())
        return count_rows(columns)


@dataclass(slots=True)
class _ReadFile:
    """A file of the manifest, what was read of it and what was found."""

    row: ListedFile
    file: FitsFile | None
    report: FileReport
    is_gone: bool
    data_digest: str | None


def _join_date(night: str | None, date: str | None, time: str | None) -> str | None:
    """The date and time of an exposure so that they sort."""
    if not night or not date:
        return None
    return date if "T" in date or not time else f"{date}T{time}"


def describe_reports(files: Sequence[_ReadFile], settings: Settings) -> dict[str, Sequence[Any]]:
    """The columns of the table of files that the manifest and the reports tell."""
    grave = SEVERITIES[SEVERITIES.index(settings.fail_on) :]
    rows = [_describe_report(one, grave) for one in files]
    return dict(zip(_REPORT_COLUMNS, zip(*rows, strict=True), strict=True))


def _describe_report(read: _ReadFile, grave: Sequence[Severity]) -> tuple[Any, ...]:
    row, report = read.row, read.report
    path, size, mtime_ns, etag = row
    if not (report.findings or report.withheld or report.truncated) and report.status == "ok":
        is_judged = report.verdict != "undetermined"
        return (
            path, size, mtime_ns, etag, path.rpartition("/")[0], "ok",
            report.reason and clean_text(report.reason), report.verdict, 0 if is_judged else 3,
            0, 0, 0, 0, 0, None, None, report.is_packed,
            report.dictionaries[0] if report.dictionaries else None, read.data_digest,
        )  # fmt: skip
    status: str = report.status
    reason, capped, withheld = report.reason, None, report.withheld
    waived, known, waivers = (0, 0, None) if withheld is None else _count_withheld(withheld)
    counts = {"error": 0, "warning": 0, "info": 0}
    for finding in report.findings:
        counts[finding.severity] += 1
    if status == "unreadable" and (read.is_gone or _is_lost(unescape_path(path))):
        status = "gone"
    if report.truncated:
        capped = _count_capped(report, counts)
    is_judged = report.verdict != "undetermined" and status in ("ok", "truncated")
    is_found = is_judged and any(counts[severity] for severity in grave)
    return (
        path, size, mtime_ns, etag, path.rpartition("/")[0], status,
        reason if reason is None else clean_text(reason), report.verdict,
        3 if not is_judged else 1 if is_found else 0,
        counts["error"], counts["warning"], counts["info"], waived, known, waivers, capped,
        report.is_packed, report.dictionaries[0] if report.dictionaries else None,
        read.data_digest,
    )  # fmt: skip


def _count_withheld(withheld: Withheld) -> tuple[int, int, list[dict[str, int]] | None]:
    """Findings that waivers accept, those of the baseline, and the waivers that are for a file."""
    uses = Counter(one.waiver for one in withheld.waived)
    waivers = [{"number": number, "accepted": uses[number]} for number in withheld.waivers]
    return len(withheld.waived), len(withheld.known or ()), waivers or None


def _count_capped(report: FileReport, counts: dict[str, int]) -> str:
    """Add the findings that were not kept to the counts; the rules that have some, as JSON."""
    for cap in report.truncated:
        for severity, number in cap.hidden.items():
            counts[severity] += number
    return json.dumps({cap.code: cap.total for cap in report.truncated}, sort_keys=True)


def _is_lost(path: str) -> bool:
    return not is_remote(path) and not os.path.lexists(path)


def count_rows(columns: Mapping[str, Sequence[Any]]) -> dict[str, int]:
    """What the part of the files says of them: files by status, findings by severity."""
    codes = columns["exit_code"]
    statuses = Counter(columns["status"])
    return {
        "files": len(codes), "not_checked": sum(code == 3 for code in codes),
        **{severity: sum(columns[f"{severity}s"]) for severity in SEVERITIES},
        **{name: count for name in ("waived", "known") if (count := sum(columns[name]))},
        **{f"status-{status}": count for status, count in sorted(statuses.items())},
    }  # fmt: skip
