"""What a repair may do to a file: the grades of fixes, and when one is safe."""

from __future__ import annotations

from typing import Literal, get_args

Safety = Literal["safe", "style", "unsafe", "shown"]

SAFETIES: tuple[Safety, ...] = get_args(Safety)

SAFETY_CONDITIONS = (
    "the standard, or the file's own authority, allows exactly one reading of the card",
    "every reader that read a value before (astropy, CFITSIO, the letter of the standard) reads"
    " the same value after",
    "nothing is removed that only this card recorded",
    "no fact is asserted that the file does not hold",
    "no keyword changes its name, unless the standard itself names the successor and the new name"
    " is free",
    "an independent verifier finds no more than before",
)
"""A fix is safe when all of these hold; where one does not, it is unsafe or shown only.

The second has one exception: a rule may declare the keywords whose value it is meant to change
(``changes``), where the standard leaves no doubt what the value is and readers were wrong.
"""

SAFETY_MEANINGS: dict[Safety, str] = {
    "safe": "one reading is possible, every reader reads what it read before, and nothing is lost",
    "style": "safe, on a card that conforms: applied with --style, or when the rule is chosen by"
    " its code",
    "unsafe": "a reader may read something else afterwards: applied with --unsafe-fixes",
    "shown": "never applied: the finding shows what it would be",
}


def grade_fix(declared: Safety | None, *, conforming: bool) -> Safety:
    """The grade of a fix, from what its rule says and whether the card conforms as it is."""
    if declared == "safe" and conforming:
        return "style"
    return declared or "shown"
