"""SIP: polynomials A and B of the pixels, said by -SIP on the types of the two axes."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import overwrite_value
from fitslint.rules.wcs.celestial import parse_celestial_type
from fitslint.rules.wcs.sip_cards import (
    ORDERS,
    SUFFIX,
    find_sip_axes,
    has_forward_coefficients,
    has_no_sip,
    has_sip_suffix,
    list_coefficients,
)
from fitslint.rules.wcs.versions import LETTERS, describe_version, find_axis_cards, find_matrices
from fitslint.text import phrase

_PARTNERS = {"A": "B", "B": "A", "AP": "BP", "BP": "AP"}
_HIGHEST = 9
_PAIR = 2
_TYPES = tuple(f"CTYPE{axis}{letter}" for letter in LETTERS for axis in range(1, 10))
_NEEDS = (*ORDERS, "A_i_j", "B_i_j", "AP_i_j", "BP_i_j", "CTYPEia")


def _has_terms(header: Header) -> bool:
    return any(list_coefficients(header, polynomial) for polynomial in _PARTNERS)


@rule(
    "WD101",
    "sip-order",
    clause="SIP convention",
    level="conv",
    catalogue_rows=("X001",),
    reads="values",
    needs=_NEEDS,
    needs_one_of=(_TYPES,),
    precheck=has_no_sip,
    precheck_needs=("CTYPEia",),
    summary_ja="SIP の A_ORDER・B_ORDER (AP・BP) が揃っていない、範囲外、"
    "または係数が次数を超えている",
    message={
        "alone": "{keyword} has no {partner}: both polynomials of a pair are needed, one of them"
        " with order 0 or without coefficients if need be; astropy refuses the coordinates, AST"
        " and DS9 are off",
        "range": "{keyword} = {text}: an order of SIP is an integer from 0 to 9",
        "beyond": "{keyword} is of order {power}, and {order} = {text}: readers ignore it",
        "absent": "{keyword} is a coefficient of SIP, and {order} is absent: AST, DS9, gnuastro,"
        " casacore and astrometry.net apply it all the same, others do not",
    },
)
def sip_order(header: Header) -> Iterator[Flag]:
    """The orders of the SIP polynomials do not fit each other or the coefficients.

    ## Why it matters
    A reader makes room for the coefficients that the order allows, and looks for no others. Without
    the order of the other axis programs stop, or place the sky elsewhere.

    ## Example
    ```fits
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    A_ORDER =                    2
    A_2_0   =               1.0E-5
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    A_ORDER =                    2
    A_2_0   =               1.0E-5
    B_ORDER =                    2
    B_2_0   =                  0.0
    ```
    """
    forward = "A_ORDER" in header or "B_ORDER" in header or bool(find_sip_axes(header))
    for polynomial, partner in _PARTNERS.items():
        name, other = f"{polynomial}_ORDER", f"{partner}_ORDER"
        card = header.find_card(name)
        terms = list_coefficients(header, polynomial)
        if card is None:
            # The partner of an order is told below, and AP_1_1 may be anybody's name.
            if terms and forward and other not in header:
                first = terms[0][1]
                yield flag(first, (0, 8), message="absent", keyword=first.keyword, order=name)
            continue
        if other not in header:
            yield flag(card, (0, 8), message="alone", keyword=name, partner=other)
        yield from _flag_misfits(card, terms)


def _flag_misfits(card: Card, terms: list[tuple[int, Card]]) -> Iterator[Flag]:
    """An order that is none, or the first coefficient beyond it."""
    order = card.value
    text = card.text.strip()
    if type(order) is not int:
        return
    if not 0 <= order <= _HIGHEST:
        yield flag(card, message="range", keyword=card.keyword, text=text)
        return
    for power, term in terms:
        if power > order:
            yield flag(
                term,
                (0, 8),
                message="beyond",
                keyword=term.keyword,
                power=power,
                order=card.keyword,
                text=text,
            )
            return


@rule(
    "WD102",
    "sip-suffix",
    clause="SIP convention",
    level="conv",
    catalogue_rows=("X002", "X010"),
    fix="unsafe",
    reads="values",
    needs=(*_NEEDS, "INHERIT", "CRPIX1", "CRPIX2", "ZNAXIS1", "ZNAXIS2"),
    needs_one_of=(_TYPES,),
    precheck=has_no_sip,
    precheck_needs=("CTYPEia",),
    summary_ja="SIP の係数があるのに CTYPE に -SIP がない、または -SIP があるのに係数がない",
    message={
        "unsaid": "{keyword} = '{text}' does not end in -SIP, and the header has the polynomials of"
        " SIP: astropy, gnuastro and casacore apply them, others do not",
        "moved": "{keyword} = '{text}' does not end in -SIP, and the header has the polynomials of"
        " SIP, which move pixels by up to {pixels}: astropy, gnuastro and casacore apply them,"
        " others do not",
        "empty": "{keyword} = '{text}' announces SIP in {version}, and the header has none of its"
        " polynomials: there is no distortion",
        "inverse": "{keyword} = '{text}' announces SIP in {version}, and the header has its inverse"
        " only ({order}): pixels get no correction, and positions get one on the way back",
        "bare": "{keyword} = '{text}' announces SIP in {version}, and {order} = {power} stands"
        " without a single coefficient: there is no distortion",
        "single": "{keyword} = '{text}' ends in -SIP, and '{partner}' of {name} does not",
    },
)
def sip_suffix(header: Header) -> Iterator[Flag]:
    """The types of the axes and the polynomials do not agree on whether there is SIP.

    Alternate versions without -SIP are as they should be: the polynomials are not theirs.

    ## Why it matters
    The names A_p_q are free; -SIP is what says that they are a distortion. Without it half of the
    readers correct the positions, and half do not.

    ## Example
    ```fits
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    """
    terms = _has_terms(header)
    # the polynomials may stand in the primary header
    orders = any(order in header for order in ORDERS) or header.value("INHERIT") is True
    suffixed = find_sip_axes(header)
    for version, named in suffixed.items():
        card = min(named.values(), key=lambda one: one.number)
        plain = [one for one in _find_celestial_cards(header, version) if not has_sip_suffix(one)]
        if not terms and not orders:
            yield _tell_empty(card, list(named.values()), version)
        elif (lost := _find_lost(header)) is not None:
            message, order = lost
            yield flag(
                card, message=message, keyword=card.keyword, text=_read_text(card),
                order=order.keyword, version=describe_version(version), power=order.text.strip(),
            )  # fmt: skip
        elif len(named) == 1 and plain:
            yield flag(
                card,
                message="single",
                keyword=card.keyword,
                text=_read_text(card),
                partner=_read_text(plain[0]),
                name=plain[0].keyword,
            )
    if terms and "" not in suffixed and "A_ORDER" in header and "B_ORDER" in header:
        yield from _tell_unsaid(header, _find_celestial_cards(header, ""))


def _find_lost(header: Header) -> tuple[str, Card] | None:
    """What is told of SIP whose forward polynomials have no coefficient, not even one that is 0."""
    if has_forward_coefficients(header) or header.value("INHERIT") is True:
        return None
    cards = {name: card for name in ORDERS if (card := header.find_card(name)) is not None}
    forward = [card for name, card in cards.items() if name in ("A_ORDER", "B_ORDER")]
    if not forward:
        return ("inverse", next(iter(cards.values()))) if cards else None
    highest = max(forward, key=lambda card: card.number_value or 0)
    return ("bare", highest) if (highest.number_value or 0) > 0 else None


def _tell_empty(card: Card, cards: list[Card], version: str) -> Flag:
    edits = [overwrite_value(one, f"'{_read_text(one).removesuffix(SUFFIX):8}'") for one in cards]
    return flag(
        card,
        message="empty",
        fix=_require_all(edits),
        title=phrase("remove -SIP"),
        keyword=card.keyword,
        text=_read_text(card),
        version=describe_version(version),
    )


def _tell_unsaid(header: Header, cards: list[Card]) -> Iterator[Flag]:
    if len(cards) == _PAIR:
        from fitslint.wcs.distorted import measure_header_shift

        shift = measure_header_shift(header)
        pixels = None if not shift else float(f"{shift:.3g}")
        plane = all(_read_text(card).endswith("-TAN") for card in cards)
        edits = (
            [overwrite_value(card, f"'{_read_text(card)}{SUFFIX}'") for card in cards]
            if plane
            else []
        )
        message = "moved" if pixels else "unsaid"
        yield flag(
            cards[0], message=message, fix=_require_all(edits), title=phrase("write -SIP"),
            keyword=cards[0].keyword, text=_read_text(cards[0]), pixels=pixels,
        )  # fmt: skip


def _require_all(edits: list[Edit | None]) -> list[Edit] | None:
    known = [edit for edit in edits if edit is not None]
    return known if known and len(known) == len(edits) else None


def _find_celestial_cards(header: Header, version: str) -> list[Card]:
    """The cards of a version with a celestial type in the form 4-3, in the order of the header."""
    cards = find_axis_cards(header, "CTYPE").get(version, {}).values()
    return [
        card
        for card in sorted(cards, key=lambda one: one.number)
        if (found := parse_celestial_type(_read_text(card)))
        and found.standard_form == _read_text(card)
    ]


def _read_text(card: Card) -> str:
    return str(card.value).rstrip()


@rule(
    "WD103",
    "sip-plane",
    clause="SIP convention",
    level="conv",
    catalogue_rows=("X003",),
    reads="values",
    needs=(*_NEEDS, "WCSAXES", "NAXIS"),
    needs_one_of=(_TYPES,),
    precheck=has_no_sip,
    precheck_needs=("CTYPEia",),
    summary_ja="SIP が TAN 以外の投影法、または 3 軸以上の座標に使われている",
    message={
        "projection": "{keyword} = '{text}': SIP is defined for TAN; readers differ in whether they"
        " correct under another projection",
        "axes": "{keyword} = '{text}': SIP is defined for two axes, and these coordinates have"
        " {count}; astropy refuses them",
    },
)
def sip_plane(header: Header) -> Iterator[Flag]:
    """SIP stands under another projection than TAN, or in coordinates of more than two axes.

    ## Why it matters
    The convention corrects the pixels of a plane before a gnomonic projection. Outside of this
    programs refuse the coordinates or leave the correction out.

    ## Example
    ```fits
    CTYPE1  = 'RA---ZPN-SIP'
    CTYPE2  = 'DEC--ZPN-SIP'
    PV2_1   =                  1.0
    A_ORDER =                    2
    B_ORDER =                    2
    A_2_0   =               1.0E-5
    B_0_2   =               1.0E-5
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    A_ORDER =                    2
    B_ORDER =                    2
    A_2_0   =               1.0E-5
    B_0_2   =               1.0E-5
    ```
    """
    if not _has_terms(header):
        return
    for named in find_sip_axes(header).values():
        card = min(named.values(), key=lambda one: one.number)
        found = parse_celestial_type(_read_text(card))
        if found and found.projection != "TAN":
            yield flag(card, message="projection", keyword=card.keyword, text=_read_text(card))
    cards = find_sip_axes(header).get("")
    count = _count_axes(header)
    if cards and count > _PAIR and "A_ORDER" in header:
        card = min(cards.values(), key=lambda one: one.number)
        yield flag(card, message="axes", keyword=card.keyword, text=_read_text(card), count=count)


def _count_axes(header: Header) -> int:
    """The axes of the primary version: WCSAXES, or what keywords and array have at the most."""
    stated = header.value("WCSAXES")
    if type(stated) is int:
        return stated
    return max(header.structure.naxis or 0, *find_axis_cards(header, "CTYPE").get("", {0: None}))


@rule(
    "WD105",
    "two-distortions",
    clause="SIP convention, TPV convention",
    level="conv",
    catalogue_rows=("X005",),
    reads="values",
    needs=(*_NEEDS, "PVi_ma"),
    needs_one_of=(("A_ORDER", "B_ORDER"), _TYPES),
    summary_ja="SIP と TPV (PVi_m) など二つの歪みが同時に記述されている",
    message={
        "terms": "{keyword} is a term of the distortion of SCAMP (TPV), and the header has the"
        " polynomials of SIP as well: most readers apply SIP, AST, DS9, SExtractor and IDL TPV (or"
        " both), IRAF and CFITSIO none",
        "type": "{keyword} = '{text}' is a distortion of its own, and the header has the"
        " polynomials of SIP as well: some readers apply the one, some the other, some both",
    },
)
def two_distortions(header: Header) -> Iterator[Flag]:
    """The header has the polynomials of SIP and another distortion of the same axes.

    ## Why it matters
    Two programs have fitted the same distortion. Applied both they correct twice, and each reader
    chooses in its own way.

    ## Example
    ```fits
    CTYPE1  = 'RA---TPV'
    CTYPE2  = 'DEC--TPV'
    PV1_1   =                  1.0
    PV1_5   =               1.0E-5
    PV2_1   =                  1.0
    PV2_5   =               1.0E-5
    A_ORDER =                    2
    B_ORDER =                    2
    A_2_0   =               1.0E-5
    B_0_2   =               1.0E-5
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TPV'
    CTYPE2  = 'DEC--TPV'
    PV1_1   =                  1.0
    PV1_5   =               1.0E-5
    PV2_1   =                  1.0
    PV2_5   =               1.0E-5
    ```
    """
    if not list_coefficients(header, "A") and not list_coefficients(header, "B"):
        return
    sky = {int(card.keyword[5:]): card for card in _find_celestial_cards(header, "")}
    for card in sky.values():
        if _read_text(card)[5:8] in _DISTORTED:
            yield flag(card, message="type", keyword=card.keyword, text=_read_text(card))
            return
    if not all(_read_text(card)[5:8] == "TAN" for card in sky.values()):
        return
    terms = find_matrices(header, "PV").get("", {}).items()
    high = [card for (axis, term), card in terms if axis in sky and term >= _OF_SCAMP]
    if high:
        yield flag(high[0], (0, 8), message="terms", keyword=high[0].keyword)


_DISTORTED = frozenset(("TPV", "TNX", "ZPX", "TPD", "TUV"))
_OF_SCAMP = 5
