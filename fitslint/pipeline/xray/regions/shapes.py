"""What a region is: a shape in a frame, and whether it is cut out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Frame = Literal["physical", "image", "fk5", "icrs", "fk4", "galactic", "ecliptic"]
PIXEL_FRAMES = ("physical", "image")
LAYOUTS = {
    "circle": "pr", "ellipse": "prra", "box": "prra", "annulus": "prR", "polygon": "pppP",
    "rectangle": "pp", "point": "p", "pie": "prraa", "field": "",
}  # fmt: skip
"""Numbers of every shape: p a position (two numbers), r a size, a an angle in degrees; R and P any
number of further ones. Sides of a box are whole, axes of an ellipse are half."""
SYNONYMS = {"rotbox": "box", "rotrectangle": "rectangle", "sector": "pie"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape.

    Attributes
    ----------
    kind : str
        one of `LAYOUTS`.
    numbers : tuple of float
        as `LAYOUTS` says: positions and sizes in pixels of the frame, or degrees on the sky;
        angles in degrees from the first axis to the second.
    frame : str
    is_excluded : bool
        whether it takes away what others enclose.
    """

    kind: str
    numbers: tuple[float, ...]
    frame: Frame = "physical"
    is_excluded: bool = False

    @property
    def roles(self) -> str:
        """The letter of every number: x and y for a position, r or a."""
        return assign_roles(self.kind, len(self.numbers)) or ""


def assign_roles(kind: str, count: int) -> str | None:
    """What so many numbers of a shape mean, a letter each; None where the number is wrong.

    The angle of a box may be left out, as CIAO does it.
    """
    layout = LAYOUTS[kind].replace("p", "xy")
    if kind == "box" and count == len(layout) - 1:
        return layout[:-1]
    repeated = {"R": "r", "P": "xy"}.get(layout[-1:])
    if repeated is None:
        return layout if count == len(layout) else None
    layout = layout[:-1]
    rest = count - len(layout)
    if kind == "annulus" and rest < 1:
        return None
    if rest < 0 or rest % len(repeated):
        return None
    return layout + repeated * (rest // len(repeated))
