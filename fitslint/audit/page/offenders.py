"""Files with findings of which the page shows the headers: a sample that says what it leaves out.

The worst files, and a few for each rule. Their headers are read again; where a file is out of
reach, or is no longer what was audited, the cards are those that were kept with the findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fitslint.audit.database import AuditDatabase
from fitslint.audit.listing import list_file
from fitslint.audit.messages import say_message
from fitslint.audit.page.cube import Cube
from fitslint.audit.paths import unescape_path
from fitslint.config.settings import Limits
from fitslint.model.file import FitsFile
from fitslint.report.escape import escape_columns, escape_text
from fitslint.source.files import read_file
from fitslint.text import count_noun, say, shorten

FILES_MAX = 120
"""Files of the sample."""
_OF_EACH_RULE = 2
_CARDS_MAX = 400
"""Cards of a header; those behind them are left out."""
_HDUS_MAX = 12
_FINDINGS_MAX = 200
_TEXT_MAX = 300
BYTES_MAX = 2_500_000
"""Bytes of cards of the whole sample; files beyond it show only cards with findings."""


def list_offenders(database: AuditDatabase, cube: Cube) -> Iterator[dict[str, Any]]:
    """The sample, the worst first, as the page has it."""
    paths = _choose_paths(database)
    by_path: dict[str, list[dict[str, Any]]] = {path: [] for path in paths}
    rules = {(code, severity): at for at, (code, _, severity, _) in enumerate(cube.rules)}
    for row in _select_findings(database, paths):
        finding = dict(zip(_COLUMNS, row, strict=True))
        finding["rule"] = rules[finding["code"], finding["severity"]]
        by_path[finding["path"]].append(finding)
    left = BYTES_MAX
    for path, facts in _select_files(database, paths).items():
        findings = by_path[path]
        hdus, note = _read_headers(path, facts, findings, left)
        left -= sum(len(card) for hdu in hdus for _, card in hdu["cards"])
        yield {
            "path": escape_text(path), "told": _describe(facts), "note": note, "hdus": hdus,
            "findings": [_build_finding(one) for one in findings],
            **_place_file(facts, cube),
        }  # fmt: skip


def count_offenders(database: AuditDatabase) -> int:
    """Files with findings."""
    return int(database.select_row("SELECT count(DISTINCT hash(path)) FROM findings")[0])


_COLUMNS = (
    "path", "code", "severity", "hdu", "extname", "card", "column", "end_column", "keyword",
    "message", "message_id", "params", "fix_safety", "fix_title", "image",
)  # fmt: skip


_NAMED = ", ".join(f'"{column}"' for column in _COLUMNS)


def _choose_paths(database: AuditDatabase) -> list[str]:
    """Files of each rule in turn, then those with most errors, as many as the sample holds."""
    few = database.select(
        f"""SELECT path FROM (
            SELECT path, code, row_number() OVER (PARTITION BY code ORDER BY path) AS place
            FROM (SELECT code, unnest(min(path, {_OF_EACH_RULE})) AS path FROM findings
                  GROUP BY code)
        ) ORDER BY place, code"""
    )
    worst = database.select(
        f"""SELECT path FROM files WHERE errors + warnings + infos > 0
        ORDER BY errors DESC, warnings DESC, path LIMIT {FILES_MAX}"""
    )
    chosen = list(dict.fromkeys(path for (path,) in few))[: FILES_MAX * 2 // 3]
    chosen += [path for (path,) in worst]
    return list(dict.fromkeys(chosen))[:FILES_MAX]


def _select_findings(database: AuditDatabase, paths: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return database.select(
        f"""SELECT {_NAMED} FROM (
            SELECT *, row_number() OVER (PARTITION BY path ORDER BY hdu, card, "column", code)
                AS place
            FROM findings WHERE path IN (SELECT unnest(?))
        ) WHERE place <= {_FINDINGS_MAX} ORDER BY path, place""",
        [list(paths)],
    )


_FACTS = (
    "path", "folder", "instrument", "night", "verdict", "status", "errors", "warnings", "infos",
    "size", "mtime_ns", "etag",
)  # fmt: skip


def _select_files(database: AuditDatabase, paths: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = database.select(
        f"""SELECT {", ".join(_FACTS)} FROM files WHERE path IN (SELECT unnest(?))
        ORDER BY errors DESC, warnings DESC, infos DESC, path""",
        [list(paths)],
    )
    return {row[0]: dict(zip(_FACTS, row, strict=True)) for row in rows}


def _describe(facts: dict[str, Any]) -> str:
    counts = (("error", facts["errors"]), ("warning", facts["warnings"]), ("info", facts["infos"]))
    words = [count_noun(number, kind) for kind, number in counts if number]
    where = [escape_text(facts[name]) for name in ("instrument", "night") if facts[name]]
    return say("{words}", words=(*words, *where, say(facts["verdict"] or "undetermined")))


def _place_file(facts: dict[str, Any], cube: Cube) -> dict[str, int]:
    """Where the file is in the cube."""
    name = facts["instrument"] or "-"
    folder = facts["folder"] or ""
    night = (facts["night"] or "")[: cube.period_length]
    folders = [
        at for at, one in enumerate(cube.folders[:-1]) if folder == one or _is_below(folder, one)
    ]
    return {
        "instrument": cube.instruments.index(name) if name in cube.instruments else
        len(cube.instruments) - 1,
        "folder": folders[0] if folders else len(cube.folders) - 1,
        "period": cube.periods.index(night) if night in cube.periods else len(cube.periods) - 1,
    }  # fmt: skip


def _is_below(folder: str, other: str) -> bool:
    return folder.startswith(other + "/") or not other


def _build_finding(one: dict[str, Any]) -> dict[str, Any]:
    """A finding as the page has it: columns from 0, half open."""
    message = say_message(one["message"] or "", one["message_id"], one["params"])
    fix = say("{safety}: {title}", safety=say(one["fix_safety"]), title=one["fix_title"] or "") if (
        one["fix_safety"]) else ""  # fmt: skip
    start = (one["column"] or 1) - 1
    return {
        "rule": one["rule"], "severity": one["severity"], "hdu": one["hdu"], "card": one["card"],
        "start": start, "end": one["end_column"] or 0,
        "message": escape_text(shorten(message, _TEXT_MAX)), "fix": escape_text(fix),
    }  # fmt: skip


def _read_headers(
    path: str, facts: dict[str, Any], findings: list[dict[str, Any]], left: int
) -> tuple[list[dict[str, Any]], str]:
    """HDUs with their cards, and what is to be said of them."""
    if left <= 0:
        return _list_kept(findings), say("only cards with findings are shown, for want of room")
    file = _reread(path, facts)
    if file is None:
        note = say("the file is out of reach or has changed; only cards with findings are shown")
        return _list_kept(findings), note
    wanted = {one["hdu"] for one in findings}
    hdus = [hdu for hdu in file.hdus if hdu.header.hdu in wanted]
    return [_list_cards(hdu.header.hdu, hdu.header.kind, hdu.header.raw) for hdu in
            hdus[:_HDUS_MAX]], ""  # fmt: skip


def _reread(path: str, facts: dict[str, Any]) -> FitsFile | None:
    """The file as it was audited, read again; None where it is not."""
    name = unescape_path(path)
    try:
        if list_file(name)[1:] != (facts["size"], facts["mtime_ns"], facts["etag"]):
            return None
        return read_file(name, Limits())
    except (OSError, ValueError):
        return None


def _list_cards(hdu: int, kind: str, raw: bytes) -> dict[str, Any]:
    count = len(raw) // 80
    shown = range(min(count, _CARDS_MAX))
    row: dict[str, Any] = {
        "hdu": hdu, "title": f"HDU {hdu} ({say(kind)})",
        "cards": [
            (at + 1, "".join(_show_card(raw[80 * at : 80 * at + 80])).rstrip()) for at in shown
        ],
    }  # fmt: skip
    if count > _CARDS_MAX:
        row["left"] = say("... and {count} more cards", count=count - _CARDS_MAX)
    return row


def _show_card(image: bytes) -> list[str]:
    """A card of one character a column, so that columns stay what they are."""
    return [one if len(one) == 1 else "\N{REPLACEMENT CHARACTER}" for one in escape_columns(image)]


def _list_kept(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cards that were kept with findings, by HDU."""
    kept: dict[int, dict[int, str]] = {}
    for one in findings:
        if one["image"] and one["card"] and one["hdu"]:
            image = one["image"].encode("latin-1", "replace")
            kept.setdefault(one["hdu"], {})[one["card"]] = "".join(_show_card(image)).rstrip()
    return [
        {"hdu": hdu, "title": f"HDU {hdu}", "cards": sorted(cards.items())}
        for hdu, cards in sorted(kept.items())
    ]
