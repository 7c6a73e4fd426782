"""Raw cards to a :class:`Header`: its layout and structure, learnt once a sequence of keywords."""

from __future__ import annotations

from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout, Structure
from fitslint.model.records import dataclass, field
from fitslint.model.value import Value, decode_value
from fitslint.syntax.cards import parse_card
from fitslint.syntax.kernel import KERNEL

SEQUENCES_MAX = 1024
STRUCTURES_MAX = 256
CARDS_REMEMBERED = 4096
"""Longer headers are learnt anew every time: what is remembered stays small."""
_RECENT_MAX = 16
"""HDUs of a file whose last headers are kept."""
NAXIS_MAX = 999
"""Beyond this NAXIS is a fault and its axes are not looked up."""

_STRUCTURAL = frozenset(
    (b"SIMPLE  ", b"XTENSION", b"BITPIX  ", b"NAXIS   ", b"PCOUNT  ", b"GCOUNT  ", b"GROUPS  ",
     b"TFIELDS ", b"ZIMAGE  ", b"ZTABLE  ")
)  # fmt: skip
_EXTENSIONS = {"IMAGE": "image", "TABLE": "table", "BINTABLE": "bintable"}
_COLUMNS = range(8)

StructureFacts = tuple[Structure, str, tuple[object, ...]]
"""Structure, HDU kind, and the signature of the structure."""


@dataclass(slots=True)
class KeywordSequence:
    """What the raw keywords of a header decide."""

    first: bytes
    layout: Layout
    structural: tuple[tuple[str, int, int], ...]
    """(name, first and last byte of what follows the name) of every card that gives structure."""
    hierarch: tuple[int, ...]
    """First bytes of HIERARCH cards, whose names are longer than eight characters."""
    layouts: BoundedDict[tuple[bytes, ...], Layout] = field(
        default_factory=lambda: BoundedDict.create(SEQUENCES_MAX)
    )
    structures: BoundedDict[tuple[bytes, ...], StructureFacts] = field(
        default_factory=lambda: BoundedDict.create(STRUCTURES_MAX)
    )


_sequences: BoundedDict[bytes, KeywordSequence] = BoundedDict.create(SEQUENCES_MAX)
_recent: BoundedDict[int, tuple[bytes, KeywordSequence]] = BoundedDict.create(_RECENT_MAX)
"""By number of the HDU: the cards of the last header, whose keywords the next mostly has."""


def make_header(
    raw: bytes,
    *,
    offset: int,
    hdu: int,
    end: bytes | None,
    fill: bytes,
    starts: tuple[int, ...] | None = None,
    stops: tuple[int, ...] | None = None,
    is_text: bool = False,
) -> Header:
    """The header of the cards in ``raw`` (80 bytes each, END not included)."""
    recent = _recent.get(hdu)
    if recent is not None and KERNEL is not None and KERNEL.has_same_names(raw, recent[0]):
        plan = recent[1]
    else:
        plan = _find_sequence(raw)
        if hdu < _RECENT_MAX and len(raw) <= CARDS_REMEMBERED * CARD_SIZE:
            _recent[hdu] = raw, plan
    key = tuple([raw[start:stop] for _, start, stop in plan.structural])
    known = plan.structures.get(key)
    if known is None:
        known = _build_structure(plan, raw)
        plan.structures[key] = known
    layout = _build_hierarch_layout(plan, raw) if plan.hierarch else plan.layout
    structure, kind, signature = known
    return Header(
        raw,
        offset,
        layout,
        structure,
        kind,
        hdu,
        parse_card,
        end,
        fill,
        starts,
        stops,
        signature,
        is_text,
    )


def _find_sequence(raw: bytes) -> KeywordSequence:
    # The first eight columns, column by column: quicker than card by card, and as telling.
    columns = b"".join([raw[column::CARD_SIZE] for column in _COLUMNS])
    return _sequences.get(columns) or _learn_sequence(columns, raw)


def _learn_sequence(columns: bytes, raw: bytes) -> KeywordSequence:
    keywords = tuple(raw[start : start + 8] for start in range(0, len(raw), CARD_SIZE))
    names = tuple(keyword.decode("latin-1").rstrip(" ") for keyword in keywords)
    seen: set[bytes] = set()
    structural = []
    for position, keyword in enumerate(keywords):
        axis = keyword.startswith(b"NAXIS") and keyword[5:].strip(b" ").isdigit()
        if (keyword in _STRUCTURAL or axis) and keyword not in seen:
            seen.add(keyword)
            start = position * CARD_SIZE
            structural.append((names[position], start + 8, start + CARD_SIZE))
    hierarch = tuple(i * CARD_SIZE for i, keyword in enumerate(keywords) if keyword == b"HIERARCH")
    plan = KeywordSequence(
        keywords[0] if keywords else b"", Layout(names), tuple(structural), hierarch
    )
    if len(names) <= CARDS_REMEMBERED:
        _sequences[columns] = plan
    return plan


def _build_hierarch_layout(sequence: KeywordSequence, raw: bytes) -> Layout:
    """The layout with the full names of the HIERARCH cards."""
    key = tuple([raw[start : start + CARD_SIZE].split(b"=", 1)[0] for start in sequence.hierarch])
    layout = sequence.layouts.get(key)
    if layout is None:
        names = list(sequence.layout.names)
        for start, name in zip(sequence.hierarch, key, strict=True):
            if len(name) < CARD_SIZE and name[8:9] in b" ":
                names[start // CARD_SIZE] = " ".join(name.decode("latin-1").split())
        layout = Layout(tuple(names))
        sequence.layouts[key] = layout
    return layout


def _build_structure(sequence: KeywordSequence, raw: bytes) -> StructureFacts:
    values: dict[str, Value] = {}
    for name, start, stop in sequence.structural:
        form = parse_card(raw[start - 8 : stop])
        if form.value and form.kind == "value":
            first, last = form.value
            text = raw[start - 8 + first : start - 8 + last].decode("latin-1")
            values[name] = decode_value(text, form.type)
    naxis = _get_integer(values, "NAXIS")
    count = naxis if naxis is not None and 0 <= naxis <= NAXIS_MAX else 0
    extension = values.get("XTENSION") if sequence.first == b"XTENSION" else None
    simple = values.get("SIMPLE")
    structure = Structure(
        extension=extension.rstrip(" ") if isinstance(extension, str) else None,
        bitpix=_get_integer(values, "BITPIX"),
        naxis=naxis,
        axes=tuple(_get_integer(values, f"NAXIS{n}") for n in range(1, count + 1)),
        pcount=_get_integer(values, "PCOUNT"),
        gcount=_get_integer(values, "GCOUNT"),
        groups=values.get("GROUPS") is True,
        tfields=_get_integer(values, "TFIELDS"),
        zimage=values.get("ZIMAGE") is True,
        ztable=values.get("ZTABLE") is True,
        simple=simple if isinstance(simple, bool) else None,
    )
    return structure, _find_kind(sequence.first, structure), structure.signature


def _get_integer(values: dict[str, Value], name: str) -> int | None:
    value = values.get(name)
    return value if type(value) is int else None


def _find_kind(first: bytes, structure: Structure) -> str:
    if first == b"SIMPLE  ":
        random_groups = structure.groups and structure.axes[:1] == (0,)
        return "groups" if random_groups else "primary"
    if first != b"XTENSION":
        return "unknown"
    kind = _EXTENSIONS.get(structure.extension or "", "extension")
    if kind == "bintable" and structure.zimage:
        return "compressed-image"
    return "compressed-table" if kind == "bintable" and structure.ztable else kind
