"""The files of a rerun, by their names and folders, and what their headers say."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from fitslint.hscpipe.identity import read_told
from fitslint.hscpipe.names import parse_product_path
from fitslint.model.file import FitsFile
from fitslint.pipeline.hsc.errors import HscError
from fitslint.rules.rerun.tree import TreeFile
from fitslint.text import phrase

_TRACT = re.compile(r"tract-(\d+)\.fits")
_OTHER = ("butler.yaml", "gen3.sqlite3")
DIAGNOSTICS = ("coeffs.dat", "ccd.dat", "catalog.fits")
_POINTER = b"version https://git-lfs"
_PROGRAMS = {"FluxFitBoundedField": "mosaic", "TransformBoundedField": "jointcal"}
"""Whose solutions hold such an object."""


def list_files(root: Path) -> Iterator[tuple[str, str]]:
    """Path and kind of every product below a folder, by path.

    Kinds are those of hscPipe, ``tract``, ``other`` and ``table`` for diagnostics.

    Raises
    ------
    HscError
        when there is no such folder.
    """
    if not root.is_dir():
        raise HscError(f"{root}: there is no such folder")
    found = []
    for folder, _, names in os.walk(root):
        found += [(f"{folder}/{name}", kind) for name in names if (kind := _find_kind(name))]
    # Nothing ever comes out of a pipe; what is gone is told as damaged.
    yield from (one for one in sorted(found) if not Path(one[0]).is_fifo())


def _find_kind(name: str) -> str:
    known = parse_product_path(name)
    if known is not None:
        return known.kind
    if _TRACT.fullmatch(name):
        return "tract"
    return "other" if name in _OTHER else "table" if name in DIAGNOSTICS else ""


def build_tree_file(path: str, kind: str, file: FitsFile | None) -> TreeFile:
    """A product, with what its headers tell."""
    time = _find_time(path)
    if file is None:
        return TreeFile(path, kind, -1, -1, None, None, {}, "", time)
    damage = _find_damage(Path(path), file)
    name = parse_product_path(path)
    if name is None:
        told = {} if damage else _read_tract(file)
        number = _TRACT.fullmatch(Path(path).name)
        tract = int(number[1]) if number else None
        return TreeFile(path, kind, -1, -1, None, tract, told, damage, time)
    told = {} if damage else _read_facts(file)
    return TreeFile(path, kind, name.visit, name.ccd, name.filter, name.tract, told, damage, time)


def _find_time(path: str) -> float:
    try:
        return Path(path).stat().st_mtime
    except OSError:  # gone since the folder was listed
        return 0.0


def _find_damage(path: Path, file: FitsFile) -> str:
    """Why a file is of no use."""
    if not file.hdus:
        try:
            with path.open("rb") as stream:
                start = stream.read(len(_POINTER))
        except OSError as error:
            return phrase("cannot be read: {reason}", reason=error.strerror or error)
        if not start:
            return phrase("is empty")
        if start == _POINTER:
            return phrase("is a pointer of Git LFS, not the file: run git lfs pull")
        reason = file.reason or phrase("this is no FITS file")
        return phrase("cannot be read: {reason}", reason=reason)
    for hdu in file.hdus:
        if hdu.header.end is None or hdu.present_bytes is not None:
            return phrase("is cut off in HDU {number}", number=hdu.number)
    return ""


def _read_facts(file: FitsFile) -> dict[str, object]:
    header = file.hdus[0].header
    told: dict[str, object] = dict(read_told(header))
    if (header.string("PRODUCT") or "").startswith("hsc-"):
        told["is_product"] = True
        for name, key in (("program", "ALGO"), ("WCSSHA", "WCSSHA"), ("FLUXSHA", "FLUXSHA")):
            told[name] = header.string(key)
        for key in ("NVISFIT", "NSTARFIT", "NREFFIT", "NREJECT", "ASTRMSI"):
            told[key] = header.number(key)
    else:
        classes = [hdu.header.string("AR_NAME") or "" for hdu in file.hdus]
        told["program"] = next((_PROGRAMS[each] for each in classes if each in _PROGRAMS), None)
    return {key: value for key, value in told.items() if value is not None}


def _read_tract(file: FitsFile) -> dict[str, object]:
    header = file.hdus[0].header
    told: dict[str, object] = {"filters": (header.string("FILTERS") or "").replace(" ", "")}
    for name, key in (("ra", "CRVAL1"), ("dec", "CRVAL2"), ("step", "CDELT1"), ("size", "TRACTSX")):
        number = header.number(key)
        if number is not None:
            told[name] = number
    return told
