"""OBS-MOD: the kind of frame."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.subaru.common import (
    FAMILY,
    IMAGING_MODES,
    RULES_CLAUSE,
    SPECTROSCOPY_MODES,
    read_observing_mode,
)
from fitslint.text import list_first

_LIST_MAX = 6
_MODE_FORM = compile_late(r"(?:IMAG|SPEC|IPOL|SPOL)(?:_[^a-z]+)?")
_INTENDED_MODES = (
    # Words that instruments wrote before the rule, most special first.
    (compile_late(r"(?:IMAG(?:ING)?|IM)[-_ ]?POL.*"), "IPOL"),
    (compile_late(r"SPEC(?:TRO(?:SCOPY)?)?[-_ ]?POL.*"), "SPOL"),
    (compile_late(r"IMAG(?:E|ING)"), "IMAG"),
    (compile_late(r"SPECTR(?:UM|OSCOPY|O)"), "SPEC"),
)


@rule(
    "SB116",
    "observation-mode-form",
    clause=RULES_CLAUSE,
    level="project",
    reads="value",
    authority=FAMILY,
    keywords=("OBS-MOD",),
    types=("string",),
    catalogue_rows=("S9-16",),
    summary_ja="OBS-MOD が大文字の IMAG・SPEC・IPOL・SPOL で始まり、"
    "アンダースコアで続く形になっていない",
    message={
        "": "OBS-MOD = {value} begins with none of IMAG, SPEC, IPOL, SPOL",
        "meant": "OBS-MOD = {value} is not of the form IMAG, SPEC, IPOL or SPOL; {wanted} is meant",
        "case": "OBS-MOD = {value} is not all in upper case; write {wanted}",
        "underscore": "OBS-MOD = {value} goes on after {start} without an underscore; write"
        " {wanted}",
        "nothing": "OBS-MOD = {value} has an underscore and nothing behind it; write {wanted}",
        "empty": "OBS-MOD is empty; it begins with IMAG, SPEC, IPOL or SPOL",
    },
)
def observation_mode_form(card: Card) -> Iterator[Flag]:
    """OBS-MOD does not have the form that all instruments share.

    It begins with IMAG, SPEC, IPOL (imaging polarimetry) or SPOL (spectropolarimetry); whatever
    else an instrument wants to say follows after one underscore. All letters are capitals.

    ## Why it matters
    The archive tells by the first four letters whether a frame is an image or a spectrum, and by
    that which keywords the frame must have.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    OBS-MOD = 'Imaging '           / observation mode
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    OBS-MOD = 'IMAG    '           / observation mode
    ```
    """
    value = str(card.value).strip(" ")
    if _MODE_FORM.fullmatch(value):
        return
    capitals = value.upper()
    start, rest = capitals[:4], capitals[4:]
    meant = next((word for form, word in _INTENDED_MODES if form.fullmatch(capitals)), "")
    if not value:
        yield flag(card, message="empty")
    elif meant:
        yield flag(card, message="meant", value=card.text, wanted=meant)
    elif start not in IMAGING_MODES + SPECTROSCOPY_MODES:
        yield flag(card, value=card.text)
    elif _MODE_FORM.fullmatch(capitals):
        yield flag(card, message="case", value=card.text, wanted=capitals)
    elif rest == "_":
        yield flag(card, message="nothing", value=card.text, wanted=start)
    else:
        wanted = f"{start}_{rest.lstrip('-_ ')}"
        yield flag(card, message="underscore", value=card.text, start=start, wanted=wanted)


@rule(
    "SB117",
    "kind-of-frame-unknown",
    clause=RULES_CLAUSE,
    level="style",
    reads="values",
    authority=FAMILY,
    needs=("OBS-MOD",),
    catalogue_rows=("S9-10",),
    summary_ja="OBS-MOD から撮像・分光・偏光の別がわからず、"
    "それぞれに必須のキーワードを調べていない",
    message="OBS-MOD = {value} tells no kind of frame, so nothing was asked of the keywords that"
    " only imaging, spectroscopic or polarimetric frames need: {left}",
)
def kind_of_frame_unknown(header: Header) -> Iterator[Flag]:
    """OBS-MOD does not say whether the frame is an image or a spectrum.

    ## Why it matters
    Which keywords a frame must have hangs on it. Those of the kinds of frame were not asked for, so
    that their absence is not told.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    OBS-MOD = 'ENGINEER'           / observation mode
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    OBS-MOD = 'IMAG    '           / observation mode
    ```
    """
    authority: DictionaryChain = header.authority
    card = header.find_card("OBS-MOD")
    if (
        card is None
        or not authority.binding
        or read_observing_mode(header) in IMAGING_MODES + SPECTROSCOPY_MODES
    ):
        return
    words = {word for word, text in authority.importance.items() if "OBS-MOD" in text}
    left = [
        entry.name
        for entry in authority
        if entry.importance in words and entry.name not in header.layout.index
    ]
    if left:
        yield flag(card, value=card.text, left=list_first(left, _LIST_MAX))
