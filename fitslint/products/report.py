"""What became of a product, as lines for a terminal and as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from fitslint.products.cards.changes import CardChange
from fitslint.products.missing import group_missing
from fitslint.report.escape import escape_text
from fitslint.text import phrase, say, translate_sentence

if TYPE_CHECKING:
    from fitslint.products.result import ConformResult

_HEAD = ("keyword", "value", "was", "from")


def describe_result(result: ConformResult, outcome: str = "") -> Iterator[str]:
    """The lines on a product: what became of it, every card that changed, and what is wrong."""
    yield say(
        "{path}: HDU {hdu}, {product}: {outcome}", path=escape_text(result.path), hdu=result.hdu,
        product=result.product, outcome=outcome or describe_outcome(result),
    )  # fmt: skip
    yield from map(describe_card, result.cards)
    yield from describe_problems(result)


def describe_outcome(done: ConformResult) -> str:
    """What became of a product, in a few words."""
    if done.written and done.written != done.path:
        return phrase("written to {path}", path=escape_text(done.written))
    if done.written:
        return phrase("written")
    if not done.changed:
        return phrase("conforms already" if done.ok else "not changed")
    is_held = done.data is not None or not isinstance(done.header, str)
    return phrase("changed" if is_held else "not written")


def describe_card(card: CardChange) -> str:
    """A card that changes: its new value, where that comes from, and the old one."""
    is_given = card.source == "given"
    source = say("given") if is_given else escape_text(translate_sentence(card.source))
    if card.new is None:
        return f"  {card.keyword:<8} {say('removed')} ({source})"
    if card.renames:
        source += say(", was called {keyword}", keyword=card.renames)
    if card.old is not None and card.old != card.new:
        source += say(", was {value}", value=_quote_value(card.old))
    return f"  {card.keyword:<8} {_quote_value(card.new)}  ({source})"


def describe_problems(done: ConformResult) -> Iterator[str]:
    """What is unknown, what is wrong with the pixels and, when all is known, what was found."""
    for keywords, sentence in group_missing(done.unknown) if done.is_map else ():
        said = escape_text(translate_sentence(sentence))
        yield f"  {say('unknown {keywords}: {sentence}', keywords=keywords, sentence=said)}"
    for problem in done.problems:
        yield f"  {escape_text(str(problem))}"
    if not done.unknown:
        yield from done.report.format().splitlines()


def format_result_html(done: ConformResult) -> str:
    """A heading, the cards and what is wrong; all text of a file is escaped."""
    path, product = _escape_text(done.path), _escape_text(done.product)
    head = f"<strong>{path}</strong>: HDU {done.hdu}, {product}: "
    parts = [f"<p>{head}{_escape_text(describe_outcome(done))}</p>"]
    if done.cards:
        titles = "".join(f"<th>{title}</th>" for title in _HEAD)
        rows = "".join(map(_format_row, done.cards))
        parts.append(f"<table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>")
    wrong = [
        f"unknown {keywords}: {sentence}" for keywords, sentence in group_missing(done.unknown)
    ]
    wrong += map(str, done.problems)
    if wrong:
        parts.append(
            f"<ul>{''.join(f'<li>{_escape_text(problem)}</li>' for problem in wrong)}</ul>"
        )
    if not done.unknown:
        parts.append(done.report._repr_html_())
    return f"<div>{''.join(parts)}</div>"


def _format_row(card: CardChange) -> str:
    new = "removed" if card.new is None else _quote_value(card.new)
    old = "" if card.old is None or card.old == card.new else _quote_value(card.old)
    source = f"{card.source} ({card.renames})" if card.renames else card.source
    cells = (card.keyword, new, old, source)
    return f"<tr>{''.join(f'<td>{_escape_text(cell)}</td>' for cell in cells)}</tr>"


def _quote_value(value: object) -> str:
    return f"'{escape_text(value)}'" if isinstance(value, str) else str(value)


def _escape_text(text: str) -> str:
    return escape(escape_text(text))
