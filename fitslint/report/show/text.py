"""The text of ``fitslint show``, for a terminal of any width or for a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fitslint.language.width import measure_width, pad_text, wrap_text
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.finding import FileReport, Finding
from fitslint.model.form import CARD_SIZE
from fitslint.report.escape import escape_columns, escape_text
from fitslint.report.reporter import Reporter
from fitslint.report.sentences import describe_places
from fitslint.report.show.columns import TableColumn
from fitslint.report.show.parts import (
    MARKS,
    PartKind,
    draw_parts,
    list_file_parts,
    measure_parts,
)
from fitslint.report.show.views import (
    HduView,
    KeywordView,
    ShowQuery,
    iterate_hdus,
    list_file_findings,
)
from fitslint.text import count_noun, phrase, say, translate

_DRAWING_MAX = 60
_ROWS_MAX = 100
"""Rows of a drawing."""
_NARROW = 20
"""Characters that are left for text in any case."""
_NAME_MAX = 8
_VALUE_WIDTH = 20
"""Numbers end in this column behind the value indicator, as in a card of fixed format."""
_LEFT = ("string", "none", "undefined")
_PIXELS = {
    8: phrase("8-bit unsigned integers"), 16: phrase("16-bit integers"),
    32: phrase("32-bit integers"), 64: phrase("64-bit integers"), -32: phrase("32-bit reals"),
    -64: phrase("64-bit reals"),
}  # fmt: skip
_PARTS: tuple[PartKind, ...] = ("data", "gap", "heap", "padding", "missing")
_WRAPPED = ("fits", "text")


class ShowRenderer:
    """Renders what is shown.

    Parameters
    ----------
    colour : bool
        whether there are colours.
    width : int
        columns of the terminal; 0 where lines may have any length.
    """

    def __init__(self, query: ShowQuery, *, colour: bool = False, width: int = 0) -> None:
        self.query = query
        self.width = width
        self.hdus = 0
        """HDUs that were shown so far, of all files."""
        self._paint = Reporter(colour).paint

    def render_file(self, report: FileReport, file: FitsFile | None) -> Iterator[str]:
        """The lines of a file."""
        is_search = self.query.pattern is not None
        if not is_search:
            yield from self._render_head(report, file)
        elif report.reason:
            place = self._paint("path", escape_text(report.path))
            yield from self._fold(f"{place}: {say(report.status)}: {escape_text(report.reason)}", 2)
        if file is None:
            return
        for view in iterate_hdus(file, report, self.query):
            self.hdus += 1
            if is_search:
                title = f"{escape_text(report.path)}: {describe_hdu(view)}"
                yield from self._fold(self._paint("path", title), 2)
            else:
                yield from self._render_hdu_head(view)
            digits = max(4, len(str(len(view.hdu.header) + 1)))
            for keyword in view.keywords:
                yield from self._render_keyword(keyword, digits)
        if self.query.label and not any(map(self.query.accepts_hdu, file.hdus)):
            yield f"{escape_text(report.path)}: {self._say_missing(len(file.hdus))}"

    def _say_missing(self, count: int) -> str:
        label = escape_text(self.query.label)
        if label.isdecimal():
            said = "it has no HDU {label}: they are counted from 1, and there are {count}"
            return say(said, label=label, count=count)
        return say("it has no HDU {label!r}", label=label)

    def _render_hdu_head(self, view: HduView) -> Iterator[str]:
        yield ""
        yield from self._fold(self._paint("path", describe_hdu(view)), 2)
        yield from self._fold("  " + describe_sizes(view), 2)
        yield from self._render_findings(view.findings)
        yield from self._render_columns(view.columns)

    def _render_head(self, report: FileReport, file: FitsFile | None) -> Iterator[str]:
        shown = list(filter(self.query.accepts_finding, report.findings))
        head = describe_file(report, file, shown)
        yield from self._fold(self._paint("path", head), 2)
        if report.status != "ok" and report.reason:
            status = say(report.status)
            yield from self._fold(f"  {status}: {escape_text(report.reason)}", 2)
        for sentence in report.limits_hit:
            told = say("cut short: {sentence}", sentence=escape_text(sentence))
            yield from self._fold(f"  {told}", 2)
        hdus = len(file.hdus) if file else 0
        yield from self._render_findings(list_file_findings(report, hdus, self.query))
        if file is not None:
            yield from self._draw_layout(file)

    def _draw_layout(self, file: FitsFile) -> Iterator[str]:
        """Every HDU at its place in the file, to scale."""
        rows = list_file_parts(file)
        if not rows or file.container == "text":
            return
        total = file.size or max(part.stop for _, parts in rows for part in parts)
        labels = [_name_row(hdu) for hdu, _ in rows[:_ROWS_MAX]]
        room = max(map(len, labels))
        width = min(_DRAWING_MAX, (self.width or 200) - room - 17)
        if width < _NARROW or not total:
            return
        kinds = {part.kind for _, parts in rows for part in parts}
        legend = "  ".join(f"{mark} {say(kind)}" for kind, mark in MARKS.items() if kind in kinds)
        yield ""
        for label, (_, parts) in zip(labels, rows, strict=False):
            drawing = draw_parts(parts, total, width).rstrip(" ")
            start = f"{parts[0].start:,}"
            yield f"  {label.ljust(room)} {start:>12} {self._paint('frame', drawing)}"
        if len(rows) > _ROWS_MAX:
            yield say("  and {number:,} more", number=len(rows) - _ROWS_MAX)
        told = say("  one mark is {number:,} bytes: ", number=-(-total // width))
        yield from self._fold(told + legend, 2)

    def _render_columns(self, columns: Sequence[TableColumn]) -> Iterator[str]:
        if columns:
            yield ""
            yield from self._align(build_column_table(columns))
            yield ""

    def _align(self, table: list[list[str]]) -> Iterator[str]:
        """A table whose first row is its head; what the terminal has no room for is cut off."""
        widths = [max(map(measure_width, cells)) for cells in zip(*table, strict=True)]
        for number, row in enumerate(table):
            line = "  ".join(pad_text(cell, width) for cell, width in zip(row, widths, strict=True))
            line = f"  {line}".rstrip()
            if self.width and len(line) > self.width:
                line = f"{line[: self.width - 3]}..."
            yield self._paint("frame", line) if number == 0 else line

    def _render_keyword(self, view: KeywordView, digits: int) -> Iterator[str]:
        number = self._paint("frame", f"{view.number:>{digits}}")
        indent = digits + 2
        if not view.is_legal:
            yield from self._fold_behind(number, _escape(view.text), digits, indent)
        elif not view.has_value:
            text = f"{view.keyword:<8} {_escape(view.value)}" if view.value else view.keyword
            yield from self._fold_behind(number, text.rstrip(), digits, indent)
        else:
            yield from self._render_value(view, number, digits)
        yield from self._render_findings(view.findings, indent)

    def _render_value(self, view: KeywordView, number: str, digits: int) -> Iterator[str]:
        value, comment = _escape(view.value), _escape(view.comment)
        is_left = view.cards[0].form.type in _LEFT
        aligned = value.ljust(_VALUE_WIDTH) if is_left else value.rjust(_VALUE_WIDTH)
        equals = "= " if len(view.keyword) <= _NAME_MAX else " = "
        text = f"{view.keyword:<8}{equals}{aligned}".rstrip(" ")
        tail = f" / {comment}" if comment else ""
        if not self.width or digits + 2 + len(text) + len(tail) <= self.width:
            yield f"{number}  {text}{self._paint('frame', tail) if tail else ''}"
            return
        yield from self._fold_behind(number, text, digits, digits + 12)
        if comment:
            for line in _cut(f"/ {comment}", max(_NARROW, self.width - digits - 12)):
                yield " " * (digits + 12) + self._paint("frame", line)

    def _render_findings(self, findings: Sequence[Finding], indent: int = 2) -> Iterator[str]:
        for finding in findings:
            severity = say(finding.severity)
            title = self._paint(finding.severity, f"{severity} {finding.code}")
            text = f"{finding.name}: {escape_text(finding.message)}{describe_places(finding)}"
            before = measure_width(f"^ {severity} {finding.code} ")
            lines = _cut(text, max(_NARROW, self.width - indent - before) if self.width else 0)
            yield f"{' ' * indent}^ {title} {lines[0]}"
            for line in lines[1:]:
                yield " " * (indent + before) + line

    def _fold_behind(self, number: str, text: str, digits: int, indent: int) -> Iterator[str]:
        room = max(_NARROW, self.width - digits - 2) if self.width else 0
        first, *_ = _cut(text, room)
        yield f"{number}  {first}"
        for line in _cut(text[len(first) :], max(_NARROW, self.width - indent) if room else 0):
            if line:
                yield " " * indent + line

    def _fold(self, text: str, indent: int) -> Iterator[str]:
        """A line of ours, cut at blanks where the terminal has no more room."""
        import textwrap

        if not self.width:
            yield text
            return
        if not text.isascii():
            first, *rest = _cut(text, max(_NARROW, self.width - indent))
            yield from (first, *(" " * indent + line for line in rest))
            return
        yield from textwrap.wrap(
            text, max(_NARROW, self.width), subsequent_indent=" " * indent,
            break_on_hyphens=False, drop_whitespace=True,
        ) or [""]  # fmt: skip


def _cut(text: str, room: int) -> list[str]:
    """``text`` in pieces of ``room`` characters; in one piece where ``room`` is 0."""
    if not room or (text.isascii() and len(text) <= room):
        return [text]
    if not text.isascii():
        return list(wrap_text(text, room))
    return [text[at : at + room] for at in range(0, len(text), room)]


def _escape(text: str) -> str:
    return "".join(escape_columns(text.encode("latin-1", "replace")))


def _name_row(hdu: Hdu | None) -> str:
    if hdu is None:
        return say("no HDU")
    return f"HDU {hdu.number} {_escape(hdu.extname)[:16]}".rstrip()


def describe_file(report: FileReport, file: FitsFile | None, shown: Sequence[Finding]) -> str:
    """Its name, what is in it, and how much was found."""
    parts: list[str] = []
    if file is not None and file.hdus:
        what = "header" if file.container == "text" else "HDU"
        parts.append(translate(count_noun(len(file.hdus), what)))
        packed = "" if file.container in _WRAPPED else say(" behind {name}", name=file.container)
        if file.size is not None:
            parts.append(translate(count_noun(file.size, "byte")) + packed)
        elif packed:
            parts.append(packed.strip())
    counts = [
        translate(count_noun(count, severity))
        for severity in ("error", "warning", "info")
        if (count := sum(finding.severity == severity for finding in shown))
    ]
    return ": ".join(filter(None, [escape_text(report.path), say(", ").join([*parts, *counts])]))


def describe_hdu(view: HduView) -> str:
    """What an HDU holds, in one line."""
    hdu, structure = view.hdu, view.hdu.header.structure
    name = f" {_escape(view.extname)}" if view.extname else ""
    version = hdu.header.value("EXTVER")
    if name and isinstance(version, int):
        name += f",{version}"
    return f"HDU {hdu.number}{name}: {say(hdu.kind)}{_describe_shape(hdu, structure.axes)}"


def _describe_shape(hdu: Hdu, axes: Sequence[int | None]) -> str:
    structure = hdu.header.structure
    if hdu.kind in ("table", "bintable", "compressed-image", "compressed-table"):
        width, rows = [*axes, None, None][:2]
        count = structure.tfields
        return say(
            ", {rows} rows of {width} bytes, {columns}",
            rows="?" if rows is None else f"{rows:,}",
            width="?" if width is None else f"{width:,}",
            columns=phrase("? columns") if count is None else count_noun(count, "column"),
        )
    if not axes:
        return ""
    shape = " x ".join("?" if axis is None else f"{axis:,}" for axis in axes)
    values = _PIXELS.get(structure.bitpix or 0) or phrase("values of unknown size")
    return say(", {shape} {values}", shape=shape, values=values)


def describe_sizes(view: HduView) -> str:
    """Cards and bytes of the parts of an HDU."""
    header = view.hdu.header
    cards = len(header) + (header.end is not None)
    free = header.size // CARD_SIZE - cards
    sizes = [translate(count_noun(cards, "card"))]
    if not header.is_text:
        length = count_noun(measure_parts(view.parts, "header"), "byte")
        sizes = [
            say(
                "header {length} ({cards} cards, {free} free)",
                length=length,
                cards=cards,
                free=free,
            )
        ]
        sizes += [
            f"{say(kind)} {size:,}" for kind in _PARTS if (size := measure_parts(view.parts, kind))
        ]
        if view.hdu.data_bytes:
            sizes.append(say("data begin at byte {offset:,}", offset=view.hdu.data_offset))
    return say(", ").join(sizes)


def build_column_table(columns: Sequence[TableColumn]) -> list[list[str]]:
    """Columns as rows of text under a head; what no column has is left out."""
    roots = [root for root in ("TNULL", "TSCAL", "TZERO", "TDISP")
             if any(root in column.further for column in columns)]  # fmt: skip
    head = ["#", "TTYPE", "TFORM", say("holds"), "TUNIT", "TDIM", say("bytes"), *roots]
    rows = [
        [
            str(column.number), _escape(column.name), _escape(column.format), column.holds,
            _escape(column.unit), _escape(column.shape), _describe_place(column),
            *(_escape(column.further.get(root, "")) for root in roots),
        ]
        for column in columns
    ]  # fmt: skip
    kept = [at for at, name in enumerate(head) if any(row[at] for row in rows) or not at]
    return [[row[at] for at in kept] for row in [head, *rows]]


def _describe_place(column: TableColumn) -> str:
    if column.start is None or column.width is None:
        return "?"
    return f"{column.start}-{column.start + column.width - 1}" if column.width else say("none")
