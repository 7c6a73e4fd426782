"""80 bytes to a :class:`CardForm`, by the grammar, once a shape.

Two folds stand before the grammar. The first maps digits to ``0``, lower-case letters to ``a`` and
upper-case letters to ``A``, except D E F T, which carry meaning in numbers and logicals; the
keyword stays raw. The second replaces what stands inside strings and comments, of which only the
length and printability matter. Neither fold changes what is legal. The forms of cards that are not
legal are kept with their digits folded alone, where no production asks for a certain digit.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE, CardForm, CardKind, Span, ValueType
from fitslint.model.late import compile_late
from fitslint.syntax.common_shapes import list_common_shapes
from fitslint.syntax.grammar import load_common, load_parser

if TYPE_CHECKING:
    from lark import Lark, Token

FORMS_MAX = 32_768
"""Shapes that are kept; then the memo starts anew."""

_MEANING = b"DEFT"
FOLD = bytes(
    0x30 if 0x30 <= byte <= 0x39
    else 0x61 if 0x61 <= byte <= 0x7A
    else 0x41 if 0x41 <= byte <= 0x5A and byte not in _MEANING
    else byte
    for byte in range(256)
)  # fmt: skip
"""The first fold, for ``bytes.translate``."""

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_NEARLY_BASED = compile_late(rb"[1-9][xXoObB]")
_STRING_TEXT = compile_late(rb"= ' *([^']*[aA][^']*?) *'")
_LOGICAL_WORDS = frozenset((b"Taaa", b"Faaaa", b"TAAE", b"FAAAE"))
"""True, False, TRUE and FALSE, folded: as the text of a string a shape of their own."""
_COLLAPSE = bytes(
    0x61 if (chr(byte).isalnum() and byte < 0x80) or byte == 0x20 else byte for byte in range(256)
)
PLAIN_TEXT = bytes(byte for byte in range(0x20, 0x7F) if byte not in b"='")
"""What commentary may hold without looking like anything else; for ``bytes.translate``."""
_CONTENTS = compile_late(rb"'[ -&(-~]*(?:''[ -&(-~]*)*'(?!')|/[ -~]*\Z")
_PRINTABLE = compile_late(rb"[ -~]*")
_NAME = compile_late(r"[A-Z0-9_-]+ *")
_COMMENTARY = frozenset((b"COMMENT ", b"HISTORY ", b"        "))
_SPECIAL = _COMMENTARY | {b"CONTINUE", b"HIERARCH", b"END     "}
_KEYWORD = compile_late(rb"[A-Z0-9_-]+ *")
_ANY_KEYWORD = b"A" * 8
_HIERARCH = compile_late(rb"HIERARCH( +)([A-Z0-9_-]+(?: +[A-Z0-9_-]+)*) *=")
_COMMENTARY_FORM = CardForm("commentary", (0, 8), (8, CARD_SIZE))

_forms_by_key: BoundedDict[bytes, CardForm] = BoundedDict.create(FORMS_MAX)
_legal_forms: BoundedDict[bytes, CardForm] = BoundedDict.create(FORMS_MAX)
_illegal_shapes: BoundedDict[bytes, bool] = BoundedDict.create(FORMS_MAX)
_faulty_forms: BoundedDict[bytes, CardForm] = BoundedDict.create(FORMS_MAX)


def fold_card(raw: bytes) -> bytes:
    """The key of a card image: keyword raw (HIERARCH: up to the equals sign), the rest folded."""
    split = 8
    if raw.startswith(b"HIERARCH"):
        split = max(raw.find(b"="), 8)
    return raw[:split] + raw[split:].translate(FOLD)


def collapse_text(rest: bytes) -> bytes:
    """Columns 9-80 of a folded card with running text made one run of ``a``.

    Text is what stands in a string, or on a card without equals sign, and has a letter; its
    punctuation, its leading and trailing blanks and its length stay.
    """
    if rest.startswith(b"="):
        if rest[1:3] != b" '" or rest.find(b"'", 3) < 0:
            return rest  # without a closed string there is none
        match = _STRING_TEXT.match(rest)
        if match is None or match[1] in _LOGICAL_WORDS:
            return rest
        start, end = match.span(1)
    else:
        start, end = 0, len(rest.rstrip(b" "))
        if b"=" in rest or not (b"a" in rest or b"A" in rest):
            return rest
    return rest[:start] + rest[start:end].translate(_COLLAPSE) + rest[end:]


def parse_card(raw: bytes) -> CardForm:
    """The form of a card image of 80 bytes; any bytes have one."""
    key = fold_card(raw)
    return _forms_by_key.get(key) or _learn_shape(raw, key)


def parse_card_key(key: bytes) -> CardForm:
    """The form of an image that :func:`fold_card` made."""
    return _forms_by_key.get(key) or _learn_shape(key, key)


def _learn_shape(raw: bytes, key: bytes) -> CardForm:
    if key[:8] in _COMMENTARY and _PRINTABLE.fullmatch(key):
        return _COMMENTARY_FORM
    # Without value indicator the keyword's own length decides whether it spills over.
    head = _generalise_keyword(key[:8]) if key[8:10] == b"= " else key[:8]
    hierarch = _HIERARCH.match(key) if head == b"HIERARCH" else None
    if hierarch:  # one name is like another of its length
        head += hierarch[1] + b"A" * len(hierarch[2])
    bare = head + _blank_contents(key[len(head) :])
    form = _legal_forms.get(bare)
    if form is None:
        form = _find_legal(bare)
        if form is None:
            alike = _fold_faulty(raw)
            form = _faulty_forms.get(alike)
            if form is None:
                form = _parse_faulty(raw.decode("latin-1"))
                _faulty_forms[alike] = form
            return form
        _legal_forms[bare] = form
    _forms_by_key[key] = form
    return form


def _fold_faulty(raw: bytes) -> bytes:
    """The image under which the form of a faulty card is kept: 1x1F is not 0x1F, nor 1.#INF 0."""
    return raw if b".#" in raw or _NEARLY_BASED.search(raw) else raw.translate(_DIGITS)


def _find_legal(bare: bytes) -> CardForm | None:
    """The form of a shape that is legal; None for any other, which is not tried twice."""
    common = _load_common().get(bare)
    if common:
        return CardForm(*common)  # type: ignore[arg-type]
    if bare in _illegal_shapes:
        return None
    form = _parse_legal(bare.decode("latin-1"))
    if form is None:
        _illegal_shapes[bare] = True
    return form


def _generalise_keyword(keyword: bytes) -> bytes:
    """One ordinary keyword stands for all, and one digit for another."""
    if keyword in _SPECIAL:
        return keyword
    return _ANY_KEYWORD if _KEYWORD.fullmatch(keyword) else keyword.translate(_DIGITS)


def _blank_contents(rest: bytes) -> bytes:
    """What stands behind a name with its strings and its comment made runs of ``a``."""
    if b"'" not in rest:
        slash = rest.find(b"/")
        if slash < 0:
            return rest
        if _PRINTABLE.fullmatch(rest, slash):
            return (rest[:slash] + b"/").ljust(len(rest), b"a")
    return _CONTENTS.sub(_blank_out, rest)


def _blank_out(match: re.Match[bytes]) -> bytes:
    text = match[0]
    if text.startswith(b"/"):
        return b"/".ljust(len(text), b"a")
    return b"'" + b"a" * (len(text) - 2) + b"'"


@cache
def _load_common() -> dict[bytes, tuple[object, ...]]:
    return load_common("card")


def learn_common_forms() -> dict[bytes, tuple[object, ...]]:
    """The fields of the forms of all common shapes, by the grammar; for the build."""
    forms: dict[bytes, tuple[object, ...]] = {}
    for image in list_common_shapes():
        form = _parse_legal(image.decode("latin-1"))
        if form is None:
            raise ValueError(f"the grammar refuses the common shape {image!r}")
        forms[image] = (form.kind, form.name, form.value, form.comment, form.type)
    return forms


_grammar: Lark | None = None


def _get_parser() -> Lark:
    global _grammar  # noqa: PLW0603 -- a module-level cache is the quickest look-up there is
    if _grammar is None:
        _grammar = load_parser("card")
    return _grammar


_TYPES: dict[str, ValueType] = {
    "STRING": "string", "ANY_STRING": "string", "LOGICAL": "logical", "INTEGER": "integer",
    "REAL": "real", "COMPLEX": "complex",
}  # fmt: skip
_KINDS: dict[str, CardKind] = {
    "value": "value", "hierarch": "hierarch", "continuation": "continue",
    "commentary": "commentary", "end": "end", "faulty_value": "value", "indicator": "value",
    "early_equals": "value", "late_equals": "value", "long_name": "value",
    "faulty_hierarch": "hierarch", "faulty_continue": "continue", "faulty_end": "end",
    "faulty_commentary": "commentary", "unreadable": "commentary",
}  # fmt: skip
_FAULTS = {
    "indicator": "indicator", "early_equals": "early-equals", "late_equals": "late-equals",
    "long_name": "long-name", "faulty_continue": "continue", "faulty_end": "end",
    "faulty_commentary": "control",
}  # fmt: skip


def _parse_legal(image: str) -> CardForm | None:
    from lark.exceptions import UnexpectedInput

    try:
        tree = _get_parser().parse(image, start="card")
    except UnexpectedInput:
        return None
    return _build_form(str(tree.data), tree.children)  # type: ignore[arg-type]


def _parse_faulty(image: str) -> CardForm:
    from lark.exceptions import UnexpectedInput

    try:
        tree = _get_parser().parse(image, start="faulty")
    except UnexpectedInput:
        return CardForm(
            "commentary", (0, 8), (8, CARD_SIZE), fault="unreadable", fault_span=(0, CARD_SIZE)
        )
    rule = str(tree.data)
    form = _build_form(rule, tree.children)  # type: ignore[arg-type]
    fault, at = _find_fault(rule, image, form, tree.children)  # type: ignore[arg-type]
    damaged = form.kind in ("value", "hierarch") and form.value and fault not in _KEEPS_TYPE
    kind: ValueType = "faulty" if damaged else form.type
    return CardForm(form.kind, form.name, form.value, form.comment, kind, fault, at)


_KEEPS_TYPE = frozenset(
    ("name", "control", "indicator", "early-equals", "late-equals", "long-name", "hierarch")
)


def _build_form(rule: str, tokens: list[Token]) -> CardForm:
    """Spans and types from the tokens: a name, perhaps a value, a stray text, a comment."""
    kind = _KINDS[rule]
    if kind in ("commentary", "end"):
        return CardForm(kind, (0, 3) if kind == "end" else (0, 8), (8, CARD_SIZE))
    name = (0, len(str(tokens[0]).rstrip(" "))) if kind == "hierarch" else (0, 8)
    if rule in ("early_equals", "late_equals", "long_name"):
        name = (0, len(str(tokens[0]).rstrip(" ")))
    value: Span | None = None
    comment: Span | None = None
    value_type: ValueType = "undefined"
    for token in tokens[1:]:
        span = (token.start_pos or 0, token.end_pos or 0)
        if token.type in ("COMMENT", "ANY_COMMENT"):
            comment = (span[0] + 1, span[1])
        elif token.type != "STRAY":
            value, value_type = span, _TYPES.get(token.type, "faulty")
    return CardForm(kind, name, value, comment, value_type)


def _find_fault(rule: str, image: str, form: CardForm, tokens: list[Token]) -> tuple[str, Span]:
    """The faulty production that matters most, and its columns."""
    if rule == "unreadable" and _NAME.fullmatch(image[:8]):
        return "control", (8, CARD_SIZE)
    if rule in _FAULTS:  # the place of the equals sign says more than the value does
        return _FAULTS[rule], (form.name[0], 10) if form.kind == "value" else (0, CARD_SIZE)
    for token in tokens[1:]:
        span = (token.start_pos or 0, token.end_pos or 0)
        if token.type == "STRAY":
            return ("after-string" if form.type == "string" else "after-value"), span
        if token.type not in _TYPES and token.type not in ("ANY_COMMENT", "COMMENT"):
            return token.type.lower().replace("_", "-"), span
    if rule == "faulty_hierarch":
        return "hierarch", form.name
    if rule == "unreadable":
        return "unreadable", (0, CARD_SIZE)
    return ("control", (8, CARD_SIZE)) if _NAME.fullmatch(image[:8]) else ("name", (0, 8))
