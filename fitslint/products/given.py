"""The facts that a caller gives of a product, each held against the product's dictionary."""

from __future__ import annotations

import math
import re
import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import SupportsFloat, SupportsIndex, cast

from fitslint.cosmology.model import Cosmology, CosmologyError, of
from fitslint.dictionary import fits
from fitslint.dictionary.entry import Entry
from fitslint.products.errors import ProductError
from fitslint.products.kinds import Kind
from fitslint.products.text import printable
from fitslint.text import suggest, suggest_word
from fitslint.wcs.place import WORLD

Plain = str | float | int | bool
"""What a card of a product holds."""

KEYWORDS = {
    "zlens": "ZLENS", "zsource": "ZSRC", "normalisation": "LENSNORM", "dlsds": "DLSDS",
    "object": "OBJECT", "radesys": "RADESYS", "equinox": "EQUINOX", "maptype": "MAPTYPE",
    "mapsrc": "MAPSRC", "axis": "DEFLAXIS", "frame": "SHEARFRM", "form": "MAGFORM",
    "gridconv": "GRIDCONV", "unit": "BUNIT", "model_sha256": "MODELSHA", "creator": "CREATOR",
    "engine": "ENGINE", "origin": "ORIGIN", "date": "DATE",
}  # fmt: skip
"""The keyword that holds a fact."""
_OTHERS = (
    "cosmology", "center", "scale", "model", "inputs", "history", "overwrite_wcs", "overwrite",
)  # fmt: skip
COSMOLOGY = ("COSMO", "H0", "OMEGAM", "OMEGAL", "W0")
"""The keywords that tell a cosmology."""
FLAGS = {
    **{keyword: f"--{name.replace('_', '-')}" for name, keyword in KEYWORDS.items()},
    **dict.fromkeys(COSMOLOGY, "--cosmology"),
}
"""The option that tells a keyword."""
FACTS = (*KEYWORDS, *_OTHERS)
"""The names of all facts; keywords of the dictionary in upper case are facts as well."""
_OWN = frozenset(("PRODUCT", "CHECKSUM", "DATASUM", "HISTORY"))
LONGEST = 68
"""Characters of a string that have room on one card."""
_SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Given:
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

    cards: Mapping[str, Plain] = field(default_factory=dict)
    cosmology: Cosmology | None = None
    center: tuple[float, float] | None = None
    scale: float | None = None
    model: str | None = None
    inputs: Sequence[tuple[str, str]] = ()
    history: Sequence[str] = ()
    overwrite_wcs: bool = False
    overwrite: frozenset[str] = frozenset()


def given(kind: Kind, facts: Mapping[str, object]) -> Given:
    """The facts of a product, checked; those that are None are not given.

    Raises
    ------
    TypeError
        when there is no such fact.
    ProductError
        when one cannot be, or the product has no place for it.
    """
    told = {name: value for name, value in facts.items() if value is not None}
    cards: dict[str, Plain] = {}
    for name, value in told.items():
        if name in _OTHERS:
            continue
        keyword = _keyword(kind, name)
        held = _held(kind, name, keyword, value)
        if cards.setdefault(keyword, held) != held:
            raise ProductError(f"{keyword} is given twice: {cards[keyword]!r} and {held!r}")
    return Given(
        cards,
        _cosmology(told.get("cosmology")),
        _center(told.get("center")),
        _scale(told.get("scale")),
        _path(told.get("model")),
        _inputs(told.get("inputs", ())),
        _history(told.get("history", ())),
        bool(told.get("overwrite_wcs", False)),
        _overwritten(kind, told.get("overwrite", ())),
    )


def _overwritten(kind: Kind, value: object) -> frozenset[str]:
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
            found.update(COSMOLOGY)
            continue
        keyword = KEYWORDS.get(fact) or name.strip().upper()
        if keyword != "PRODUCT":
            _keyword(kind, keyword)
        found.add(keyword)
    return frozenset(found)


def _keyword(kind: Kind, name: str) -> str:
    keyword = KEYWORDS.get(name) or (name if name == name.upper() else None)
    if keyword is None:
        hint = suggest(name, FACTS, 0.6, otherwise=f"; there are {', '.join(FACTS)}")
        raise TypeError(f"there is no fact {name!r}{hint}")
    if keyword in _OWN:
        raise ProductError(f"{keyword} is written by fitslint and cannot be given")
    if kind.authority.lookup(keyword) is None and not WORLD.fullmatch(keyword):
        hint = suggest_word(kind.authority.nearest(keyword), quote=False)
        raise ProductError(f"the dictionary of {kind.name} has no {keyword}{hint}")
    return keyword


def _held(kind: Kind, name: str, keyword: str, value: object) -> Plain:
    """A value as the entry of its keyword wants it."""
    match = kind.authority.lookup(keyword)
    entry = match.entry if match else Entry(keyword, "any")
    said = _said(name, value)
    held = _typed(entry, said, value)
    if isinstance(held, str):
        printable(name, held)
        _room(name, keyword, held)
        if entry.pattern and not re.fullmatch(entry.pattern, held):
            raise ProductError(f"{said}, which does not match {entry.pattern}")
    elif not isinstance(held, bool) and not entry.holds(held):
        raise ProductError(f"{said}; {keyword} has to be {_range(entry)}")
    allowed = entry.enum if entry.fixed is None else (entry.fixed,)
    if allowed and entry.severity == "error" and held not in allowed:
        listed = ", ".join(repr(one) for one in allowed)
        raise ProductError(f"{said}; {keyword} of {kind.name} is {listed}")
    return held


def _said(name: str, value: object) -> str:
    """A fact and its value, short and printable whatever it is."""
    try:
        text = str(value) if isinstance(value, int | float) else repr(value)
    except ValueError:  # more digits than Python writes
        text = "a number without end"
    return f"{name} is {text[:60]}"


def _typed(entry: Entry, said: str, value: object) -> Plain:
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
    number = _number(said, value)
    if entry.type != "integer":
        return number
    if number != int(number):
        raise ProductError(f"{said}; {entry.name} is a whole number")
    return int(number)


def _number(said: str, value: object) -> float:
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


def _range(entry: Entry) -> str:
    low, high = entry.minimum, entry.maximum
    parts = []
    if low is not None:
        parts.append(f"above {low:g}" if entry.exclusive_minimum else f"{low:g} or more")
    if high is not None:
        parts.append(f"below {high:g}" if entry.exclusive_maximum else f"{high:g} or less")
    return " and ".join(parts)


def _room(name: str, keyword: str, text: str) -> None:
    """Keywords of the standard hold what has room on one card; own ones may go on."""
    if len(text.replace("'", "''")) > LONGEST and fits().lookup(keyword) is not None:
        raise ProductError(
            f"{name} has {len(text)} characters; {keyword} holds {LONGEST}, as many as have room "
            "on a card"
        )


def _cosmology(value: object) -> Cosmology | None:
    if value is None:
        return None
    try:
        return recorded(of(value))
    except CosmologyError as error:
        raise ProductError(str(error)) from None


def recorded(cosmology: Cosmology) -> Cosmology:
    """A cosmology under the name by which a header gives it back.

    Raises
    ------
    ProductError
        when it has more in it than a header tells: its own radiation, or a w that changes.
    """
    from fitslint.cosmology.model import NAMED, parametric

    if cosmology.name in NAMED:
        again = of(cosmology.name)
    else:
        again = parametric(cosmology.h0, cosmology.omega_m, cosmology.omega_l, cosmology.w0)
    for redshift in (0.2, 2.0):
        here, there = (distance(one, redshift) for one in (cosmology, again))
        if not math.isclose(here, there, rel_tol=1e-9):
            raise ProductError(
                f"the cosmology {cosmology.name} is not told by H0, OMEGAM, OMEGAL and W0 alone; "
                f"give one of {', '.join(NAMED)}, or one without radiation (Tcmb0=0)"
            )
    return again


def distance(cosmology: Cosmology, redshift: float, beyond: float | None = None) -> float:
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


def _center(value: object) -> tuple[float, float] | None:
    if value is None:
        return None
    pair = tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else ()
    if len(pair) != 2:
        raise ProductError("center is (right ascension, declination) in degrees")
    ra, dec = (_number(_said("center", value), one) for one in pair)
    if not (-360 <= ra <= 360 and -90 <= dec <= 90):
        raise ProductError(f"center is {ra:g}, {dec:g}, which is no place on the sky in degrees")
    return ra % 360, dec


def _scale(value: object) -> float | None:
    if value is None:
        return None
    scale = _number(_said("scale", value), value)
    if scale <= 0:
        raise ProductError(f"scale is {scale:g}; it is the size of a pixel in arcsec, above 0")
    return scale


def _path(value: object) -> str | None:
    if value is None:
        return None
    import os

    if not isinstance(value, str | os.PathLike):
        raise ProductError("model is the path of a lens model")
    return str(os.fspath(value))


def _inputs(value: object) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for pair in value if isinstance(value, Sequence) and not isinstance(value, str) else (None,):
        if (
            not isinstance(pair, Sequence)
            or len(pair) != 2
            or not all(isinstance(one, str) for one in pair)
        ):
            raise ProductError("inputs are pairs of a file name and its SHA-256")
        name, digest = pair
        printable("a name of inputs", name)
        if not _SHA.fullmatch(digest):
            raise ProductError(f"{digest[:70]!r} of inputs is no SHA-256 of 64 hexadecimal digits")
        found.append((name, digest))
    return found


def _history(value: object) -> list[str]:
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, Sequence) or not all(isinstance(one, str) for one in lines):
        raise ProductError("history is a sequence of lines")
    for line in lines:
        printable("history", line)
    return list(lines)
