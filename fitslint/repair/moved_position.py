"""What a safe fix may not do to the coordinates: move a pixel on the sky.

Held in the very file, over the corners and the centre of every image whose header it changes. A
description that could not be computed before may be computed now.
"""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import FitsFile
from fitslint.model.finding import Finding
from fitslint.model.header import Header
from fitslint.text import phrase, say

_CLOSE_DEGREES = 1e-9
_ARCSEC = 3600.0


def find_moved_position(finding: Finding, before: FitsFile, after: FitsFile) -> str | None:
    """How far a fix would move an image, as a sentence; None where it does not."""
    edits = finding.fix.edits if finding.fix else ()
    for old, new in zip(before.hdus, after.hdus, strict=False):
        start, end = old.header.offset, old.data_offset
        is_touched = any(start <= edit.start < end for edit in edits)
        if is_touched and "CTYPE1" in old.header and old.header.raw != new.header.raw:
            for sentence in _list_moves(old.header, new.header):
                return sentence
    return None


def _list_moves(old: Header, new: Header) -> Iterator[str]:
    from fitslint.wcs.compare import (
        compile_celestial,
        find_image_shape,
        list_versions,
        measure_sky_distance,
    )

    for version in list_versions(old):
        wcs = compile_celestial(old, version)
        if wcs is None:
            continue
        label = (
            phrase("version {version} of the coordinates", version=version)
            if version
            else phrase("the coordinates")
        )
        now = compile_celestial(new, version)
        if now is None:
            yield say("{label} could not be computed any more", label=label)
            continue
        if now == wcs:
            continue
        if now.frame != wcs.frame:
            yield say("{label} would be in another reference system", label=label)
        shape = find_image_shape(old, wcs.sky_axes)
        distance = shape and measure_sky_distance(wcs, now, shape)
        if distance and not distance.arcsec <= _CLOSE_DEGREES * _ARCSEC:
            yield say(
                "pixels would move by {arcsec:.3g} arcsec in {label}",
                arcsec=distance.arcsec,
                label=label,
            )
