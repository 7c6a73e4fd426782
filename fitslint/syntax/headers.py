"""Raw cards to a :class:`Header`: its layout and structure, learnt once a sequence of keywords."""

from __future__ import annotations

from fitslint.model.form import CARD
from fitslint.model.header import Header, Layout, Structure
from fitslint.model.records import dataclass, field
from fitslint.model.value import Value, decode
from fitslint.syntax.cards import parse

PLANS_MAX = 1024
STRUCTURES_MAX = 256
CARDS_KEPT = 4096
"""Longer headers are learnt anew every time: what is remembered stays small."""
NAXIS_MAX = 999
"""Beyond this NAXIS is a fault and its axes are not looked up."""

_STRUCTURAL = frozenset(
    (b"SIMPLE  ", b"XTENSION", b"BITPIX  ", b"NAXIS   ", b"PCOUNT  ", b"GCOUNT  ", b"GROUPS  ",
     b"TFIELDS ", b"ZIMAGE  ", b"ZTABLE  ")
)  # fmt: skip
_EXTENSIONS = {"IMAGE": "image", "TABLE": "table", "BINTABLE": "bintable"}
_COLUMNS = range(8)

Known = tuple[Structure, str, tuple[object, ...]]
"""Structure, HDU kind, and the signature of the structure."""


@dataclass(slots=True)
class Plan:
    """What the raw keywords of a header decide."""

    first: bytes
    layout: Layout
    structural: tuple[tuple[str, int, int], ...]
    """(name, first and last byte of what follows the name) of every card that gives structure."""
    hierarch: tuple[int, ...]
    """First bytes of HIERARCH cards, whose names are longer than eight characters."""
    layouts: dict[tuple[bytes, ...], Layout] = field(default_factory=dict)
    structures: dict[tuple[bytes, ...], Known] = field(default_factory=dict)


_plans: dict[bytes, Plan] = {}


def make_header(
    raw: bytes,
    *,
    offset: int,
    hdu: int,
    end: bytes | None,
    fill: bytes,
    starts: tuple[int, ...] | None = None,
    stops: tuple[int, ...] | None = None,
    text: bool = False,
) -> Header:
    """The header of the cards in ``raw`` (80 bytes each, END not included)."""
    # The first eight columns, column by column: quicker than card by card, and as telling.
    columns = b"".join([raw[column::CARD] for column in _COLUMNS])
    plan = _plans.get(columns)
    if plan is None:
        plan = _learn(columns, raw)
    key = tuple([raw[start:stop] for _, start, stop in plan.structural])
    known = plan.structures.get(key)
    if known is None:
        known = _structure(plan, raw)
        if len(plan.structures) >= STRUCTURES_MAX:
            plan.structures.clear()
        plan.structures[key] = known
    layout = _hierarch_layout(plan, raw) if plan.hierarch else plan.layout
    structure, kind, signature = known
    return Header(
        raw, offset, layout, structure, kind, hdu, parse, end, fill, starts, stops, signature, text
    )


def _learn(columns: bytes, raw: bytes) -> Plan:
    keywords = tuple(raw[start : start + 8] for start in range(0, len(raw), CARD))
    names = tuple(keyword.decode("latin-1").rstrip(" ") for keyword in keywords)
    seen: set[bytes] = set()
    structural = []
    for position, keyword in enumerate(keywords):
        axis = keyword.startswith(b"NAXIS") and keyword[5:].strip(b" ").isdigit()
        if (keyword in _STRUCTURAL or axis) and keyword not in seen:
            seen.add(keyword)
            start = position * CARD
            structural.append((names[position], start + 8, start + CARD))
    hierarch = tuple(i * CARD for i, keyword in enumerate(keywords) if keyword == b"HIERARCH")
    plan = Plan(keywords[0] if keywords else b"", Layout(names), tuple(structural), hierarch)
    if len(_plans) >= PLANS_MAX:
        _plans.clear()
    if len(names) <= CARDS_KEPT:
        _plans[columns] = plan
    return plan


def _hierarch_layout(plan: Plan, raw: bytes) -> Layout:
    """The layout with the full names of the HIERARCH cards."""
    key = tuple([raw[start : start + CARD].split(b"=", 1)[0] for start in plan.hierarch])
    layout = plan.layouts.get(key)
    if layout is None:
        names = list(plan.layout.names)
        for start, name in zip(plan.hierarch, key, strict=True):
            if len(name) < CARD and name[8:9] in b" ":
                names[start // CARD] = " ".join(name.decode("latin-1").split())
        layout = Layout(tuple(names))
        if len(plan.layouts) >= PLANS_MAX:
            plan.layouts.clear()
        plan.layouts[key] = layout
    return layout


def _structure(plan: Plan, raw: bytes) -> Known:
    values: dict[str, Value] = {}
    for name, start, stop in plan.structural:
        form = parse(raw[start - 8 : stop])
        if form.value and form.kind == "value":
            first, last = form.value
            text = raw[start - 8 + first : start - 8 + last].decode("latin-1")
            values[name] = decode(text, form.type)
    naxis = _integer(values, "NAXIS")
    count = naxis if naxis is not None and 0 <= naxis <= NAXIS_MAX else 0
    extension = values.get("XTENSION") if plan.first == b"XTENSION" else None
    simple = values.get("SIMPLE")
    structure = Structure(
        extension=extension.rstrip(" ") if isinstance(extension, str) else None,
        bitpix=_integer(values, "BITPIX"),
        naxis=naxis,
        axes=tuple(_integer(values, f"NAXIS{n}") for n in range(1, count + 1)),
        pcount=_integer(values, "PCOUNT"),
        gcount=_integer(values, "GCOUNT"),
        groups=values.get("GROUPS") is True,
        tfields=_integer(values, "TFIELDS"),
        zimage=values.get("ZIMAGE") is True,
        ztable=values.get("ZTABLE") is True,
        simple=simple if isinstance(simple, bool) else None,
    )
    return structure, _kind(plan.first, structure), structure.signature


def _integer(values: dict[str, Value], name: str) -> int | None:
    value = values.get(name)
    return value if type(value) is int else None


def _kind(first: bytes, structure: Structure) -> str:
    if first == b"SIMPLE  ":
        random_groups = structure.groups and structure.axes[:1] == (0,)
        return "groups" if random_groups else "primary"
    if first != b"XTENSION":
        return "unknown"
    kind = _EXTENSIONS.get(structure.extension or "", "extension")
    if kind == "bintable" and structure.zimage:
        return "compressed-image"
    return "compressed-table" if kind == "bintable" and structure.ztable else kind
