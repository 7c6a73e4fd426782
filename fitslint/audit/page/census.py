"""What an archive has of each keyword: on how many cards, of which types, units and values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from fitslint.audit.database import AuditDatabase
from fitslint.audit.tables import QUANTILES
from fitslint.report.escape import escape_text
from fitslint.text import shorten

KEYWORDS_MAX = 1500
_BINS = 16
_TEXT_MAX = 80
_COMMENTARY = ("COMMENT", "HISTORY", "", "CONTINUE")


_CENSUS = """
    WITH kept AS (
        SELECT keyword, sum(cards) AS cards FROM keywords GROUP BY keyword
        ORDER BY cards DESC, keyword LIMIT ?
    ), typed AS (
        SELECT keyword, value_type, sum(cards) AS cards FROM keywords
        WHERE value_type IS NOT NULL GROUP BY ALL
    ), types AS (
        SELECT keyword, list(value_type ORDER BY cards DESC) AS types
        FROM typed GROUP BY keyword
    ), united AS (
        SELECT keyword, unit, sum(cards) AS cards FROM keywords
        WHERE unit IS NOT NULL GROUP BY ALL
    ), units AS (
        SELECT keyword, list(unit ORDER BY cards DESC)[:4] AS units FROM united GROUP BY keyword
    ), meant AS (
        SELECT keyword, meaning, sum(cards) AS cards FROM keywords
        WHERE meaning IS NOT NULL AND meaning <> '' GROUP BY ALL
    ), meanings AS (
        SELECT keyword, arg_max(meaning, cards) AS meaning FROM meant GROUP BY keyword
    ), numbers AS (
        SELECT keyword, min(minimum) AS low, max(maximum) AS high,
               list({'q': quantiles, 'n': numbers, 'low': minimum, 'high': maximum})[:500]
                   AS parts
        FROM keywords WHERE numbers > 0 AND isfinite(minimum) AND isfinite(maximum)
        GROUP BY keyword
    )
    SELECT keyword, cards, coalesce(types, []), coalesce(units, []), meaning, low, high, parts
    FROM kept LEFT JOIN types USING (keyword) LEFT JOIN units USING (keyword)
    LEFT JOIN meanings USING (keyword) LEFT JOIN numbers USING (keyword)
    ORDER BY cards DESC, keyword"""


def count_keywords(database: AuditDatabase) -> int:
    """How many keywords there are."""
    return int(database.select_row("SELECT count(DISTINCT keyword) FROM keywords")[0])


def list_census(database: AuditDatabase, most: int = KEYWORDS_MAX) -> Iterator[dict[str, Any]]:
    """The keywords with most cards, as the page has them."""
    for keyword, cards, types, units, meaning, low, high, parts in database.select(_CENSUS, [most]):
        row = {
            "keyword": escape_text(keyword), "cards": int(cards), "types": ", ".join(types),
            "units": ", ".join(escape_text(shorten(unit, _TEXT_MAX)) for unit in units),
            "top": escape_text(shorten(meaning or "", _TEXT_MAX)),
        }  # fmt: skip
        if parts and keyword not in _COMMENTARY and high > low:
            row["bins"] = _draw_histogram(parts, low, high)
            row["range"] = f"{low:g} … {high:g}"
        elif parts and high == low:
            row["top"] = f"{low:g}"
        yield row


def _draw_histogram(parts: list[dict[str, Any]], low: float, high: float) -> list[int]:
    """Numbers of values in bins from ``low`` to ``high``, as the quantiles of the parts tell.

    Between two quantiles the values are taken to lie evenly.
    """
    edges = (0.0, *QUANTILES, 1.0)
    bins = [0.0] * _BINS
    width = (high - low) / _BINS
    for part in parts:
        values = [part["low"], *(part["q"] or ()), part["high"]]
        if len(values) != len(edges):
            continue
        for (left, right), (before, after) in zip(pairwise(values), pairwise(edges), strict=True):
            share = (after - before) * part["n"]
            _spread(bins, (left - low) / width, (right - low) / width, share)
    most = max(bins) or 1.0
    return [round(100 * one / most) if one < most else 100 for one in bins]


def _spread(bins: list[float], start: float, stop: float, amount: float) -> None:
    """Share an amount out over the bins from ``start`` to ``stop``."""
    last = len(bins) - 1
    if stop - start < 1e-9:
        bins[min(max(int(start), 0), last)] += amount
        return
    for at in range(max(int(start), 0), min(int(stop), last) + 1):
        overlap = min(stop, at + 1) - max(start, at)
        bins[at] += amount * max(overlap, 0.0) / (stop - start)
