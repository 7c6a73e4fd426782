"""What the solver of astrometry.net writes of its solution in comments, against the coordinates."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import (
    SKY_KEYWORDS,
    SkyColumns,
    find_sky_columns,
    list_world_names,
    may_describe_image,
)
from fitslint.rules.sky.numbers import round_digits
from fitslint.text import phrase

_ARCSEC = 3600.0
_MARK = b"COMMENT parity: "
_PARITY = compile_late(rb"COMMENT parity: ([01]) ")
_SCALE = compile_late(rb"COMMENT scale: ([0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?) arcsec/pix ")
_CLOSE = 0.1
"""Relative; a distortion fitted afterwards moves the scale by far less."""
_BINNINGS = tuple(range(2, 9))


def _plan_subchecks(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    columns = find_sky_columns(layout) if layout is not None else None
    if layout is not None and columns is not None and "COMMENT" in layout.index:
        needs = (*list_world_names(layout), "COMMENT")
        yield Subcheck(needs, None, _SolverPrecheck(columns), cacheable=False)


class _SolverPrecheck:
    """Whether there is no such comment, or the matrix surely is that of the solution."""

    def __init__(self, columns: SkyColumns) -> None:
        self._columns = columns

    def __call__(self, header: Header) -> bool:
        raw, columns = header.raw, self._columns
        if _MARK not in raw or not may_describe_image(header) or columns.lacks_sky(raw):
            return True
        matrix = columns.read_matrix(raw) if columns.is_sky(raw) else None
        told = _read_comments(raw)
        if matrix is None or told is None:
            return told is None
        area = matrix[0] * matrix[3] - matrix[1] * matrix[2]
        scale = math.sqrt(abs(area)) * _ARCSEC
        return (area > 0) == told[0] and _is_close(scale, told[1])


def _read_comments(raw: bytes) -> tuple[bool, float] | None:
    """Whether the solution is a mirror image, and its arcsec a pixel; None where they are not one.

    Of a header that was solved twice nothing is taken.
    """
    parities, scales = set(_PARITY.findall(raw)), set(_SCALE.findall(raw))
    if len(parities) != 1 or len(scales) != 1:
        return None
    scale = float(scales.pop())
    return (parities.pop() == b"1", scale) if 0.0 < scale < math.inf else None


def _is_close(scale: float, stated: float) -> bool:
    """Whether two scales are one, or pixels were put together."""
    factors = (1.0, *_BINNINGS, *(1 / number for number in _BINNINGS))
    return any(abs(scale * factor - stated) < _CLOSE * stated for factor in factors)


@rule(
    "WC216",
    "solver-says-otherwise",
    clause="8.2",
    level="conv",
    catalogue_rows=("W030", "W031"),
    reads="values",
    subchecks=_plan_subchecks,
    needs_one_of=(*SKY_KEYWORDS, ("COMMENT",)),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="行列の裏表またはピクセルの大きさが、astrometry.net の注釈にある解と違う",
    message={
        "parity": "by the coordinates the image is {seen}, and the comment 'parity: {parity}' of"
        " the solver says {solved}: one row of the matrix has the wrong sign, or the array was"
        " flipped after it was solved",
        "scale": "the coordinates make a pixel {scale} arcsec, {ratio} times the {stated} arcsec"
        " that the comment 'scale:' of the solver says",
    },
)
def solver_says_otherwise(header: Header, _: object) -> Iterator[Flag]:
    """The solver's own comments give another parity or scale than the coordinates.

    astrometry.net writes what it found into comments: ``parity: 0`` for the sky as it is seen, 1
    for a mirror image, and the scale. Programs that change the matrix leave them as they are. A
    scale that differs by a binning is let pass.

    ## Why it matters
    A solution was fitted to stars: what contradicts it was changed afterwards, and wrongly.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =            5.5556E-5
    CD2_2   =            5.5556E-5
    COMMENT scale: 0.2 arcsec/pix
    COMMENT parity: 0
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =           -5.5556E-5
    CD2_2   =            5.5556E-5
    COMMENT scale: 0.2 arcsec/pix
    COMMENT parity: 0
    ```
    """
    from fitslint.wcs.compare import compile_celestial, measure_pixel_area

    told = _read_comments(header.raw)
    wcs = compile_celestial(header) if told is not None and may_describe_image(header) else None
    area = measure_pixel_area(wcs) if wcs is not None and wcs.system == "RA" else 0.0
    if told is None or not area or wcs is None:
        return
    card = next(one for name in ("CD1_1", "CDELT1", "CTYPE1") if (one := header.find_card(name)))
    is_mirror, stated = told
    if (area > 0) != is_mirror:
        names = phrase("as on the sky"), phrase("mirrored")
        yield flag(
            card, message="parity", parity=int(is_mirror), seen=names[area > 0],
            solved=names[is_mirror],
        )  # fmt: skip
    scale = math.sqrt(abs(area)) * _ARCSEC
    if not _is_close(scale, stated):
        yield flag(
            card, message="scale", scale=round_digits(scale), stated=round_digits(stated),
            ratio=round_digits(scale / stated),
        )  # fmt: skip
