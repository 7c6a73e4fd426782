"""The facts that a caller gives of a product, each held against the product's dictionary."""

from __future__ import annotations

import math
import re
import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import SupportsFloat, SupportsIndex, cast

from fitslint.cosmology.model import Cosmology, CosmologyError, parse_cosmology
from fitslint.dictionary import load_standard
from fitslint.dictionary.matching.entry import Entry
from fitslint.products.errors import ProductError
from fitslint.products.kinds import ProductKind
from fitslint.products.text import require_printable
from fitslint.text import suggest, suggest_word
from fitslint.wcs.map_wcs import WCS_KEYWORD

CardValue = str | float | int | bool
"""What a card of a product holds."""

FACT_KEYWORDS = {
    "zlens": "ZLENS", "zsource": "ZSRC", "normalisation": "LENSNORM", "dlsds": "DLSDS",
    "object": "OBJECT", "radesys": "RADESYS", "equinox": "EQUINOX", "maptype": "MAPTYPE",
    "mapsrc": "MAPSRC", "axis": "DEFLAXIS", "frame": "SHEARFRM", "form": "MAGFORM",
    "gridconv": "GRIDCONV", "unit": "BUNIT", "model_sha256": "MODELSHA", "creator": "CREATOR",
    "engine": "ENGINE", "origin": "ORIGIN", "date": "DATE",
}  # fmt: skip
"""The keyword that holds a fact."""
_OTHER_FACTS = (
    "cosmology", "center", "scale", "model", "inputs", "history", "overwrite_wcs", "overwrite",
)  # fmt: skip
COSMOLOGY_KEYWORDS = ("COSMO", "H0", "OMEGAM", "OMEGAL", "W0")
"""The keywords that tell a cosmology."""
KEYWORD_OPTIONS = {
    **{keyword: f"--{name.replace('_', '-')}" for name, keyword in FACT_KEYWORDS.items()},
    **dict.fromkeys(COSMOLOGY_KEYWORDS, "--cosmology"),
}
"""The option that tells a keyword."""
FACT_NAMES = (*FACT_KEYWORDS, *_OTHER_FACTS)
"""The names of all facts; keywords of the dictionary in upper case are facts as well."""
_RESERVED_KEYWORDS = frozenset(("PRODUCT", "CHECKSUM", "DATASUM", "HISTORY"))
CARD_STRING_MAX = 68
"""Characters of a string that have room on one card."""
_SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class UserFacts:
    """What the caller knows.

    Attributes
    ----------
    cards : mapping of str to value
        by keyword.
    cosmology : Cosmology, optional
    center : (float, float), optional
        right ascension and declination of the centre of the image in degrees.
    scale : float, optional
        size of a pixel in arcsec.
    model : str, optional
        path of the lens model.
    inputs : sequence of (str, str)
        names and SHA-256 of the files that the pixels come from.
    history : sequence of str
        what was done to the pixels.
    overwrite_wcs : bool
        whether world coordinates that are there may be replaced.
    overwrite : set of str
        keywords whose recorded values may be replaced though they say another thing.
    """

    cards: Mapping[str, CardValue] = field(default_factory=dict)
    cosmology: Cosmology | None = None
    center: tuple[float, float] | None = None
    scale: float | None = None
    model: str | None = None
    inputs: Sequence[tuple[str, str]] = ()
    history: Sequence[str] = ()
    overwrite_wcs: bool = False
    overwrite: frozenset[str] = frozenset()


def parse_facts(kind: ProductKind, facts: Mapping[str, object]) -> UserFacts:
    """The facts of a product, checked; those that are None are not given.

    Raises
    ------
    TypeError
        when there is no such fact.
    ProductError
        when one cannot be, or the product has no place for it.
    """
    told = {name: value for name, value in facts.items() if value is not None}
    cards: dict[str, CardValue] = {}
    for name, value in told.items():
        if name in _OTHER_FACTS:
            continue
        keyword = _require_keyword(kind, name)
        held = _validate_value(kind, name, keyword, value)
        if cards.setdefault(keyword, held) != held:
            raise ProductError(f"{keyword} is given twice: {cards[keyword]!r} and {held!r}")
    return UserFacts(
        cards,
        _parse_cosmology(told.get("cosmology")),
        _parse_center(told.get("center")),
        _parse_scale(told.get("scale")),
        _parse_path(told.get("model")),
        _parse_inputs(told.get("inputs", ())),
        _parse_history(told.get("history", ())),
        bool(told.get("overwrite_wcs", False)),
        _parse_overwrite(kind, told.get("overwrite", ())),
    )


def _parse_overwrite(kind: ProductKind, value: object) -> frozenset[str]:
    """The keywords that may be replaced, by their names or those of the facts."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, Iterable):
        raise TypeError("overwrite names keywords, such as 'ZSRC' or ['ZLENS', 'cosmology']")
    found: set[str] = set()
    for name in names:
        if not isinstance(name, str):
            raise TypeError("overwrite names keywords, such as 'ZSRC' or ['ZLENS', 'cosmology']")
        fact = name.strip().lower()
        if fact == "cosmology":
            found.update(COSMOLOGY_KEYWORDS)
            continue
        keyword = FACT_KEYWORDS.get(fact) or name.strip().upper()
        if keyword != "PRODUCT":
            _require_keyword(kind, keyword)
        found.add(keyword)
    return frozenset(found)


def _require_keyword(kind: ProductKind, name: str) -> str:
    keyword = FACT_KEYWORDS.get(name) or (name if name == name.upper() else None)
    if keyword is None:
        hint = suggest(name, FACT_NAMES, 0.6, otherwise=f"; there are {', '.join(FACT_NAMES)}")
        raise TypeError(f"there is no fact {name!r}{hint}")
    if keyword in _RESERVED_KEYWORDS:
        raise ProductError(f"{keyword} is written by fitslint and cannot be given")
    if kind.authority.lookup(keyword) is None and not WCS_KEYWORD.fullmatch(keyword):
        hint = suggest_word(kind.authority.find_nearest(keyword), quote=False)
        raise ProductError(f"the dictionary of {kind.name} has no {keyword}{hint}")
    return keyword


def _validate_value(kind: ProductKind, name: str, keyword: str, value: object) -> CardValue:
    """A value as the entry of its keyword wants it."""
    match = kind.authority.lookup(keyword)
    entry = match.entry if match else Entry(keyword, "any")
    said = _describe_fact(name, value)
    held = _convert_value(entry, said, value)
    if isinstance(held, str):
        require_printable(name, held)
        _refuse_overlong(name, keyword, held)
        if entry.pattern and not re.fullmatch(entry.pattern, held):
            raise ProductError(f"{said}, which does not match {entry.pattern}")
    elif not isinstance(held, bool) and not entry.is_in_range(held):
        raise ProductError(f"{said}; {keyword} has to be {_describe_range(entry)}")
    allowed = entry.enum if entry.fixed is None else (entry.fixed,)
    if allowed and entry.severity == "error" and held not in allowed:
        listed = ", ".join(repr(value) for value in allowed)
        raise ProductError(f"{said}; {keyword} of {kind.name} is {listed}")
    return held


def _describe_fact(name: str, value: object) -> str:
    """A fact and its value, short and printable whatever it is."""
    try:
        text = str(value) if isinstance(value, int | float) else repr(value)
    except ValueError:  # more digits than Python writes
        text = "a number without end"
    return f"{name} is {text[:60]}"


def _convert_value(entry: Entry, said: str, value: object) -> CardValue:
    if entry.type in ("string", "date"):
        if not isinstance(value, str):
            raise ProductError(f"{said}; {entry.name} is a string")
        return value.rstrip()
    if entry.type == "logical":
        if not isinstance(value, bool):
            raise ProductError(f"{said}; {entry.name} is true or false")
        return value
    if entry.type == "any" and isinstance(value, str | int):
        return value
    number = _parse_number(said, value)
    if entry.type != "integer":
        return number
    if number != int(number):
        raise ProductError(f"{said}; {entry.name} is a whole number")
    return int(number)


def _parse_number(said: str, value: object) -> float:
    try:
        if isinstance(value, bool | str):
            raise TypeError  # noqa: TRY301 -- float() would take both
        number = float(cast(SupportsFloat | SupportsIndex, value))
    except (TypeError, ValueError, OverflowError):
        raise ProductError(f"{said}, which is no number") from None
    if abs(number) < sys.float_info.min:
        return 0.0  # what no reader of a header is bound to keep
    if not math.isfinite(number):
        raise ProductError(f"{said}; it has to be finite")
    return number


def _describe_range(entry: Entry) -> str:
    low, high = entry.minimum, entry.maximum
    parts = []
    if low is not None:
        parts.append(f"above {low:g}" if entry.exclusive_minimum else f"{low:g} or more")
    if high is not None:
        parts.append(f"below {high:g}" if entry.exclusive_maximum else f"{high:g} or less")
    return " and ".join(parts)


def _refuse_overlong(name: str, keyword: str, text: str) -> None:
    """Keywords of the standard hold what has room on one card; own ones may go on."""
    if (
        len(text.replace("'", "''")) > CARD_STRING_MAX
        and load_standard().lookup(keyword) is not None
    ):
        raise ProductError(
            f"{name} has {len(text)} characters; {keyword} holds {CARD_STRING_MAX}, as many as "
            "have room on a card"
        )


def _parse_cosmology(value: object) -> Cosmology | None:
    if value is None:
        return None
    try:
        return require_recordable(parse_cosmology(value))
    except CosmologyError as error:
        raise ProductError(str(error)) from None


def require_recordable(cosmology: Cosmology) -> Cosmology:
    """A cosmology under the name by which a header gives it back.

    Raises
    ------
    ProductError
        when it has more in it than a header tells: its own radiation, or a w that changes.
    """
    from fitslint.cosmology.model import REALISATION_NAMES, build_cosmology

    if cosmology.name in REALISATION_NAMES:
        again = parse_cosmology(cosmology.name)
    else:
        again = build_cosmology(cosmology.h0, cosmology.omega_m, cosmology.omega_l, cosmology.w0)
    for redshift in (0.2, 2.0):
        here, there = (compute_distance(universe, redshift) for universe in (cosmology, again))
        if not math.isclose(here, there, rel_tol=1e-9):
            raise ProductError(
                f"the cosmology {cosmology.name} is not told by H0, OMEGAM, OMEGAL and W0 alone; "
                f"give one of {', '.join(REALISATION_NAMES)}, or one without radiation (Tcmb0=0)"
            )
    return again


def compute_distance(cosmology: Cosmology, redshift: float, beyond: float | None = None) -> float:
    """The angular-diameter distance in Mpc, as :meth:`Cosmology.angular_diameter_distance` has it.

    Raises
    ------
    ProductError
        when the cosmology has none, as one without a beginning has.
    """
    import numpy as np

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = cosmology.angular_diameter_distance(redshift, beyond)
        except (ArithmeticError, ValueError):
            found = math.nan
    if not (math.isfinite(found) and found > 0):
        raise ProductError(
            f"the cosmology {cosmology.name} has no distance to redshift {redshift:g}"
        )
    return found


def _parse_center(value: object) -> tuple[float, float] | None:
    if value is None:
        return None
    pair = tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else ()
    if len(pair) != 2:
        raise ProductError("center is (right ascension, declination) in degrees")
    ra, dec = (_parse_number(_describe_fact("center", value), angle) for angle in pair)
    if not (-360 <= ra <= 360 and -90 <= dec <= 90):
        raise ProductError(f"center is {ra:g}, {dec:g}, which is no place on the sky in degrees")
    return ra % 360, dec


def _parse_scale(value: object) -> float | None:
    if value is None:
        return None
    scale = _parse_number(_describe_fact("scale", value), value)
    if scale <= 0:
        raise ProductError(f"scale is {scale:g}; it is the size of a pixel in arcsec, above 0")
    return scale


def _parse_path(value: object) -> str | None:
    if value is None:
        return None
    import os

    if not isinstance(value, str | os.PathLike):
        raise ProductError("model is the path of a lens model")
    return str(os.fspath(value))


def _parse_inputs(value: object) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for pair in value if isinstance(value, Sequence) and not isinstance(value, str) else (None,):
        if (
            not isinstance(pair, Sequence)
            or len(pair) != 2
            or not all(isinstance(word, str) for word in pair)
        ):
            raise ProductError("inputs are pairs of a file name and its SHA-256")
        name, digest = pair
        require_printable("a name of inputs", name)
        if not _SHA.fullmatch(digest):
            raise ProductError(f"{digest[:70]!r} of inputs is no SHA-256 of 64 hexadecimal digits")
        found.append((name, digest))
    return found


def _parse_history(value: object) -> list[str]:
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, Sequence) or not all(isinstance(line, str) for line in lines):
        raise ProductError("history is a sequence of lines")
    for line in lines:
        require_printable("history", line)
    return list(lines)
