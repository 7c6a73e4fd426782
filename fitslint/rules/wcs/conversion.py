"""Other forms of scale and rotation written as CDi_j, the one that every reader reads alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.records import dataclass
from fitslint.rules.api import delete_card, insert_after, replace_card

_CLOSE = 1e-9
"""Degrees by which positions may differ that are the same."""
_LINEAR = frozenset(("CD", "PC", "CD0", "PC0", "CROTA"))
_STEPS = "CDELT"
_AXES_MAX = 9


@dataclass(frozen=True, slots=True)
class MatrixForms:
    """The forms of the linear step of the primary coordinates that stand beside each other.

    Attributes
    ----------
    roots : set of str
        CD, PC, CROTA, and CD0 and PC0 of the draft.
    agree : bool
        whether all of them, CDELTi beside CDi_j included, put every corner at one place.
    """

    roots: frozenset[str]
    agree: bool


def compare_forms(header: Header) -> MatrixForms:
    """The forms that a header has of the primary coordinates, and whether they agree."""
    from fitslint.wcs.compare import find_image_shape, list_linear_forms, measure_sky_distance
    from fitslint.wcs.description import parse_name

    roots = frozenset(parse_name(name, "")[0] for name in header.layout.index) & _LINEAR
    forms = list_linear_forms(header)
    if not forms:
        return MatrixForms(roots, False)
    first, *others = forms
    shape = find_image_shape(header, first.wcs.sky_axes)
    distances = [shape and measure_sky_distance(first.wcs, form.wcs, shape) for form in others]
    close = all(distance and distance.arcsec <= _CLOSE * 3600 for distance in distances)
    # a form that tells nothing cannot be said to agree
    return MatrixForms(roots, close and len(forms) >= len(roots))


def convert_to_matrix(
    header: Header, root: str, *, keep_steps: bool = False
) -> tuple[Edit, ...] | None:
    """The edits that put CDi_j in the place of every form, from the form ``root`` and CDELTi.

    ``root`` is CD, PC, PC0 or CROTA; what is there of CDi_j stays. ``keep_steps`` leaves CDELTi.
    None where the coordinates cannot be computed, or a card could be read in two ways.
    """
    cards = _find_cards(header, _LINEAR - {"CD"} if keep_steps else _LINEAR - {"CD"} | {_STEPS})
    if cards is None:
        return None
    images = [] if root == "CD" else _write_matrix(header, root)
    return None if images is None or not cards else _place_images(cards, images)


def _find_cards(header: Header, roots: Iterable[str]) -> list[Card] | None:
    """The cards of forms in their order; None where one of them is no plain number, or twice."""
    from fitslint.wcs.description import parse_name

    cards = []
    for name, where in header.layout.index.items():
        if parse_name(name, "")[0] not in roots:
            continue
        card = header.card(where[0])
        follower = header.names[card.number : card.number + 1]
        if len(where) > 1 or not card.form.legal or follower == ("CONTINUE",):
            return None
        if card.number_value is None:
            return None
        cards.append(card)
    return sorted(cards, key=lambda card: card.number)


def _write_matrix(header: Header, root: str) -> list[str] | None:
    from fitslint.wcs.axes import find_celestial_pair, read_degrees
    from fitslint.wcs.description import Description, parse_name, read_items
    from fitslint.wcs.matrix import read_rows
    from fitslint.wcs.wcs_error import WcsError

    try:
        items = tuple(
            item
            for item in read_items(header, "")
            if (other := parse_name(item[0], "")[0]) not in _LINEAR or other == root
        )
        description = Description(items, "")
        axes = description.count_axes()
        pair = find_celestial_pair(description, axes)
        if axes > _AXES_MAX or (pair is None and root == "CROTA"):
            return None
        sky = None
        if pair is not None:
            across, up = (
                read_degrees(description, axis + 1) for axis in (pair.longitude, pair.latitude)
            )
            sky = pair.longitude, pair.latitude, up / across
        rows, _ = read_rows(description, axes, sky)
    except WcsError:
        return None
    images = []
    for i, row in enumerate(rows):
        for j, number in enumerate(row):
            if not math.isfinite(number):
                return None
            if number or i == j or (sky and {i, j} == set(sky[:2])):
                images.append(f"CD{i + 1}_{j + 1}".ljust(8) + "= " + format_real(number))
    return images


def format_real(number: float) -> str:
    """A real of 14 digits in the columns of the fixed format."""
    return f"{number + 0.0:.13E}".rjust(20)


def _place_images(cards: Sequence[Card], images: Sequence[str]) -> tuple[Edit, ...]:
    """New cards over old ones, those that are left behind the last, or the old ones removed."""
    edits: list[Edit] = []
    for card, image in zip_longest(cards, images):
        if card is None:
            edits.append(insert_after(cards[-1], image))
        elif image is None:
            edits.append(delete_card(card))
        else:
            edits.append(replace_card(card, image))
    return tuple(edits)
