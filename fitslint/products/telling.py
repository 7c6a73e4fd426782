"""What became of a product, as lines for a terminal and as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from fitslint.products.decide.cards import Card
from fitslint.products.unknown import group_unknown
from fitslint.report.concise import Concise
from fitslint.report.escape import visible
from fitslint.report.page import html

if TYPE_CHECKING:
    from fitslint.products.conformed import Conformed

_HEAD = ("keyword", "value", "was", "from")


def describe(done: Conformed, fate: str = "") -> Iterator[str]:
    """The lines on a product: what became of it, every card that changed, and what is wrong."""
    yield f"{visible(done.path)}: HDU {done.hdu}, {done.product}: {fate or describe_fate(done)}"
    yield from map(describe_card, done.cards)
    yield from describe_shortcomings(done)


def describe_fate(done: Conformed) -> str:
    """What became of a product, in a few words."""
    if done.written and done.written != done.path:
        return f"written to {visible(done.written)}"
    if done.written:
        return "written"
    if not done.changed:
        return "conforms already" if done.ok else "not changed"
    return "changed" if done.data is not None or not isinstance(done.header, str) else "not written"


def describe_card(card: Card) -> str:
    """A card that changes: its new value, where that comes from, and the old one."""
    if card.new is None:
        return f"  {card.keyword:<8} removed ({visible(card.source)})"
    was = "" if card.old is None or card.old == card.new else f", was {_quote(card.old)}"
    old = f", was called {card.renames}" if card.renames else ""
    return f"  {card.keyword:<8} {_quote(card.new)}  ({visible(card.source)}{old}{was})"


def describe_shortcomings(done: Conformed) -> Iterator[str]:
    """What is unknown, what is wrong with the pixels and, when all is known, what was found."""
    for keywords, sentence in group_unknown(done.unknown):
        yield f"  unknown {keywords}: {visible(sentence)}"
    for problem in done.problems:
        yield f"  {visible(str(problem))}"
    if not done.unknown:
        yield from Concise().file(done.report._file).splitlines()


def write_html(done: Conformed) -> str:
    """A heading, the cards and what is wrong; all text of a file is escaped."""
    head = f"<strong>{_safe(done.path)}</strong>: HDU {done.hdu}, {_safe(done.product)}: "
    parts = [f"<p>{head}{_safe(describe_fate(done))}</p>"]
    if done.cards:
        titles = "".join(f"<th>{title}</th>" for title in _HEAD)
        rows = "".join(map(_row, done.cards))
        parts.append(f"<table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>")
    wrong = [
        f"unknown {keywords}: {sentence}" for keywords, sentence in group_unknown(done.unknown)
    ]
    wrong += map(str, done.problems)
    if wrong:
        parts.append(f"<ul>{''.join(f'<li>{_safe(one)}</li>' for one in wrong)}</ul>")
    if not done.unknown:
        parts.append(html(done.report._file))
    return f"<div>{''.join(parts)}</div>"


def _row(card: Card) -> str:
    new = "removed" if card.new is None else _quote(card.new)
    old = "" if card.old is None or card.old == card.new else _quote(card.old)
    source = f"{card.source} ({card.renames})" if card.renames else card.source
    cells = (card.keyword, new, old, source)
    return f"<tr>{''.join(f'<td>{_safe(one)}</td>' for one in cells)}</tr>"


def _quote(value: object) -> str:
    return f"'{visible(value)}'" if isinstance(value, str) else str(value)


def _safe(text: str) -> str:
    return escape(visible(text))
