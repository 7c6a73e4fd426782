"""What is already known of a shard: of files that are as they were nothing is read again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa

from fitslint.audit.manifest import ListedFile
from fitslint.audit.tables import ShardWriter, TableName, read_part, read_shard_facts
from fitslint.model.finding import SEVERITIES

_STAMP = ListedFile._fields
_GROUP_FACTS = ("files", "first_date", "first_path", "last_date", "last_path")


class KnownShard:
    """The rows of the parts of a shard that still hold.

    Parameters
    ----------
    rows
        the files that the shard has now.
    ruleset
        that the rows must be of.
    """

    def __init__(self, folder: Path, shard: int, rows: list[ListedFile], ruleset: str) -> None:
        self.files: set[ListedFile] = set()
        """Files of which everything is known."""
        self.counts: dict[str, int] = {}
        """What the part of the files says of them."""
        self._tables: dict[TableName, pa.Table] = {}
        found = read_shard_facts(folder, shard)
        if found is None or found.facts.get("ruleset") != ruleset:
            return
        try:
            files, findings, keywords = (
                read_part(folder, name, shard) for name in ("files", "findings", "keywords")
            )
        except (OSError, pa.ArrowException):
            return  # damaged inside
        import pyarrow.compute as pc  # slow to load, and a first run does without

        stamps = [ListedFile(*row) for row in zip(*(files[name].to_pylist() for name in _STAMP),
                                                  strict=True)]  # fmt: skip
        self.files = set(stamps) & set(rows)
        files = files.filter(pa.array([stamp in self.files for stamp in stamps]))
        paths = files["path"].combine_chunks()
        self._tables = {
            "files": files,
            "findings": findings.filter(pc.is_in(findings["path"], paths)),
            "keywords": _restrict_census(keywords, files) if len(files) < len(stamps) else keywords,
        }
        self.counts = _count_files(files)

    def write(self, writer: ShardWriter) -> None:
        """Write the rows to the new parts."""
        for name, table in self._tables.items():
            writer.write(name, table)


def _count_files(files: pa.Table) -> dict[str, int]:
    import pyarrow.compute as pc

    counts = {"files": len(files), "not_checked": pc.sum(pc.equal(files["exit_code"], 3)).as_py()}
    for severity in SEVERITIES:
        counts[severity] = pc.sum(files[f"{severity}s"]).as_py()
    withheld = {name: pc.sum(files[name]).as_py() or 0 for name in ("waived", "known")}
    counts |= {name: count for name, count in withheld.items() if count}
    statuses = Counter(files["status"].to_pylist())
    counts |= {f"status-{status}": count for status, count in sorted(statuses.items())}
    return {name: count or 0 for name, count in counts.items()}


def _restrict_census(keywords: pa.Table, files: pa.Table) -> pa.Table:
    """The census of the files that are left of a shard.

    Who has which keyword in which form is exact, since every file names its groups; quantiles stay
    those of all files that the shard once had.
    """
    left: dict[str, list[tuple[str, str]]] = {}
    columns = (files["groups"], files["path"], files["night"], files["date_obs"], files["time_obs"])
    for groups, path, night, date, time in zip(*(one.to_pylist() for one in columns), strict=True):
        moment = "" if not night else date if "T" in date or not time else f"{date}T{time}"
        for group in groups or ():
            left.setdefault(group, []).append((moment, path))
    paths = set(files["path"].to_pylist())
    rows = []
    for row in keywords.to_pylist():
        members = left.get(row["group"])
        if members:
            rows.append(_restrict_row(row, members, paths))
    return pa.Table.from_pylist(rows, schema=keywords.schema.remove_metadata())


def _restrict_row(
    row: dict[str, Any], members: list[tuple[str, str]], paths: set[str]
) -> dict[str, Any]:
    dated = [one for one in members if one[0]] or members[:1]
    first = min(dated, key=lambda one: one[0])
    last = max(reversed(dated), key=lambda one: one[0])
    before = row["files"]
    row["files"] = len(members)
    row["cards"] = row["cards"] * len(members) // before
    row["first_date"], row["first_path"] = first[0] or None, first[1]
    row["last_date"], row["last_path"] = last[0] or None, last[1]
    for end, name, place in (("lowest", "minimum", 0), ("highest", "maximum", -1)):
        kept = [one for one in row[end] or () if one["path"] in paths]
        row[end] = kept or None
        if kept:
            row[name] = kept[place]["value"]
    row["numbers"] = row["numbers"] * len(members) // before
    return row
