"""A shard of an audit: its files are read, judged and counted, and its parts written."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fitslint.audit.census import Census, FileName
from fitslint.audit.facts import FileFacts
from fitslint.audit.listing import is_remote
from fitslint.audit.manifest import ListedFile, Manifest
from fitslint.audit.marker import ShardMarker
from fitslint.audit.paths import clean_text, unescape_path
from fitslint.audit.tables import (
    FILES_SCHEMA,
    FINDINGS_SCHEMA,
    PARTS_FOLDER,
    RowBuffer,
    ShardWriter,
    read_shard_facts,
)
from fitslint.config.settings import Limits, Settings
from fitslint.engine.checker import FileChecker
from fitslint.engine.garbage import pause_collector
from fitslint.engine.tally import Tally
from fitslint.model.file import FitsFile
from fitslint.model.finding import SEVERITIES, FileReport, Finding
from fitslint.model.records import dataclass
from fitslint.source.files import read_file
from fitslint.syntax.scan import ReadData
from fitslint.text import say

_CHUNK_FILES, _CHUNK_BYTES, _CHUNK_FINDINGS = 1024, 16 << 20, 20_000
"""Files, bytes of headers and findings that are in memory before they are put into tables."""
_FILES_COLUMNS = tuple(FILES_SCHEMA.names)


@dataclass(frozen=True, slots=True)
class AuditJob:
    """What a worker has to know of an audit."""

    folder: str
    settings: Settings
    ruleset: str
    """Digest of what decides an answer beside the file."""


def is_shard_done(manifest: Manifest, shard: int, ruleset: str) -> bool:
    """Whether the parts of a shard are there, whole, and of the files that it has now."""
    found = read_shard_facts(manifest.path.parent, shard)
    return found is not None and found.facts.get("state") == name_state(manifest, shard, ruleset)


def name_state(manifest: Manifest, shard: int, ruleset: str) -> str:
    """What tells that the parts of a shard are of these files and rules."""
    return f"{manifest.shards[shard].digest}-{ruleset}"


class ShardChecker:
    """Works on shards, one after the other, and keeps what it has learnt of headers."""

    def __init__(self, job: AuditJob) -> None:
        self.job = job
        self.folder = Path(job.folder)
        self.manifest = Manifest(self.folder)
        self.checker = FileChecker(job.settings, read=self._read)
        self._file: FitsFile | None = None
        self._fetched: FitsFile | None = None
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
                with self.checker.timer:
                    self._write_parts(shard, marker)
            marker.clear()
        found = read_shard_facts(self.folder, shard)
        return found.facts if found else {}

    def _write_parts(self, shard: int, marker: ShardMarker) -> None:
        from fitslint.audit.reuse import KnownShard

        rows = self.manifest.read_shard(shard)
        known = KnownShard(self.folder, shard, rows, self.job.ruleset)
        census, tally = Census(), Tally()
        with ShardWriter(self.folder, shard) as writer:
            known.write(writer)
            unread = [(at, row) for at, row in enumerate(rows) if row not in known.files]
            for chunk in self._read_chunks(unread, marker):
                self._write_chunk(chunk, writer, census, tally)
            writer.write("keywords", census.build_table())
            writer.finish(
                {
                    "state": name_state(self.manifest, shard, self.job.ruleset),
                    "ruleset": self.job.ruleset,
                    **add_counts(_count(tally), known.counts),
                }
            )

    def _read_chunks(
        self, rows: Sequence[tuple[int, ListedFile]], marker: ShardMarker
    ) -> Iterator[list[_ReadFile]]:
        """The files with what was found in them, so many that memory holds them."""
        chunk: list[_ReadFile] = []
        header_bytes = findings = 0
        for at, row in rows:
            marker.move(at)
            condemned = marker.condemned.get(at)
            if condemned is None:
                report = self._check(row)
            else:
                report = self._report_condemned(row, condemned.status)
            chunk.append(_ReadFile(row, self._file, report))
            findings += len(report.findings)
            header_bytes += sum(hdu.header_bytes for hdu in report.hdus)
            if (
                len(chunk) >= _CHUNK_FILES
                or header_bytes > _CHUNK_BYTES
                or findings > _CHUNK_FINDINGS
            ):
                marker.move(-1)
                yield chunk
                chunk, header_bytes, findings = [], 0, 0
        marker.move(-1)
        if chunk:
            yield chunk

    def _check(self, row: ListedFile) -> FileReport:
        self._file = None
        with pause_collector():
            return self.checker.check(unescape_path(row.path))

    def _report_condemned(self, row: ListedFile, status: str) -> FileReport:
        self._file = None
        if status == "timeout":
            seconds = f"{self.job.settings.limits.seconds:g}"
            reason = say("not judged within {seconds} s", seconds=seconds)
            return self.checker.report_failure(unescape_path(row.path), "timeout", reason)
        reason = say("the process that checked it died twice")
        return self.checker.report_failure(unescape_path(row.path), "crashed", reason)

    def _read(self, path: str, limits: Limits, read_data: ReadData | None) -> FitsFile:
        self._file = read_file(path, limits, read_data)
        return self._file

    def _write_chunk(
        self, chunk: Sequence[_ReadFile], writer: ShardWriter, census: Census, tally: Tally
    ) -> None:
        facts = FileFacts([one.file for one in chunk])
        told = [facts.describe(at) for at in range(len(chunk))]
        first = census.add_files(
            [FileName(one.row.path, _join_date(row)) for one, row in zip(chunk, told, strict=True)]
        )
        instruments = [row.get("instrument") for row in told]
        groups: list[dict[str, None]] = [{} for _ in chunk]
        for rows in facts.blocks:
            for at, group in zip(
                rows.files, census.add_block(rows, instruments, first), strict=True
            ):
                groups[at][group] = None
        files, findings = RowBuffer(FILES_SCHEMA), RowBuffer(FINDINGS_SCHEMA)
        for one, row, several in zip(chunk, told, groups, strict=True):
            tally.add(one.report)
            columns = row | describe_report(one.row, one.report, self.job.settings)
            columns["groups"], columns["ruleset"] = list(several), self.job.ruleset
            files.add([columns.get(name) for name in _FILES_COLUMNS])
            for finding in one.report.findings:
                findings.add(describe_finding(one.row.path, finding))
        writer.write("files", files.build_table())
        writer.write("findings", findings.build_table())


@dataclass(slots=True)
class _ReadFile:
    """A file of the manifest, what was read of it and what was found."""

    row: ListedFile
    file: FitsFile | None
    report: FileReport


def _join_date(facts: Mapping[str, Any]) -> str | None:
    """The date and time of an exposure so that they sort."""
    if not facts.get("night"):
        return None
    date: str = facts["date_obs"]
    return date if "T" in date or not facts["time_obs"] else f"{date}T{facts['time_obs']}"


def describe_report(row: ListedFile, report: FileReport, settings: Settings) -> dict[str, Any]:
    """The columns of the table of files that the manifest and the report tell."""
    path = unescape_path(row.path)
    status: str = report.status
    if status == "unreadable" and not is_remote(path) and not os.path.lexists(path):
        status = "gone"
    counts = Counter(finding.severity for finding in report.findings)
    capped = {}
    for cap in report.truncated:
        capped[cap.code] = cap.total
        severity = next(one.severity for one in report.findings if one.code == cap.code)
        counts[severity] += cap.total - cap.kept
    grave = SEVERITIES[SEVERITIES.index(settings.fail_on) :]
    is_judged = status in ("ok", "truncated") and report.verdict != "undetermined"
    is_found = any(counts[severity] for severity in grave)
    return {
        **row._asdict(),
        "folder": row.path.rpartition("/")[0], "status": status,
        "reason": None if report.reason is None else clean_text(report.reason),
        "verdict": report.verdict, "exit_code": (1 if is_found else 0) if is_judged else 3,
        "errors": counts["error"], "warnings": counts["warning"], "infos": counts["info"],
        "capped": json.dumps(capped, sort_keys=True) if capped else None,
        "packed": report.is_packed,
        "dictionary": report.dictionaries[0] if report.dictionaries else None,
    }  # fmt: skip


def describe_finding(path: str, finding: Finding) -> tuple[Any, ...]:
    """The row of a finding."""
    fix = finding.fix
    params = json.dumps(finding.params, sort_keys=True, default=str)
    return (
        path, finding.code, finding.name, finding.severity, finding.hdu,
        _clean(finding.extname), finding.card, _clean(finding.keyword), finding.column,
        finding.end_column, finding.byte, clean_text(finding.message), finding.message_id,
        params, finding.clause, fix and fix.safety, fix and clean_text(fix.title),
        finding.fingerprint, finding.places,
        None if finding.image is None else finding.image.decode("latin-1"),
    )  # fmt: skip


def _clean(text: str | None) -> str | None:
    return None if text is None else clean_text(text)


def _count(tally: Tally) -> dict[str, int]:
    """What the part of the files says of the shard."""
    return {
        "files": tally.files, "not_checked": tally.not_checked,
        **{severity: tally.severity[severity] for severity in SEVERITIES},
        **{f"status-{status}": count for status, count in sorted(tally.status.items())},
    }  # fmt: skip


def add_counts(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """The sum of counts by name."""
    return dict(sorted((Counter(one) + Counter(other)).items()))
