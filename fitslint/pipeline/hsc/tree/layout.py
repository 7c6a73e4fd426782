"""The files of a rerun, by their names and folders, and what their first headers say."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from fitslint.model.file import FitsFile
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.identity import DataId
from fitslint.source.files import read_file

_NAME = re.compile(
    r"(CORR|CALEXP|SRC|CALSRC|jointcal_wcs|jointcal_photoCalib|fcr|wcs)-(\d+)-(\d+)\.fits(?:\.gz)?"
)
_BAND = re.compile(r"(\d{5})/([^/]+)/(?:corr|output)(?:/(\d+))?")
_RESULT = re.compile(r"jointcal-results/(?:([^/]+)/)?(\d+)")
_POINTER = b"version https://git-lfs"


@dataclass(frozen=True)
class TreeFile:
    """A product; None where its name and folders, or its header, do not tell.

    Attributes
    ----------
    kind : str
        CORR, CALEXP, SRC, CALSRC, jointcal_wcs, jointcal_photoCalib, fcr or wcs.
    told : dict of str to object
        VISIT, CCD, FILTER, TRACT and POINTING by its header; ALGO, WCSSHA and FLUXSHA.
    damage : str
        why it cannot be used; empty where it can.
    """

    path: Path
    kind: str
    visit: int
    ccd: int
    filter: str | None
    tract: int | None
    pointing: int | None
    told: dict[str, object]
    damage: str


def find_products(root: Path) -> list[TreeFile]:
    """Every product below a folder, by path; headers are read, data units are not.

    Raises
    ------
    HscError
        when there is no such folder.
    """
    if not root.is_dir():
        raise HscError(f"{root}: there is no such folder")
    found = []
    for folder, _, names in os.walk(root):
        for name in names:
            match = _NAME.fullmatch(name)
            if match is not None:
                found.append(_read_product(Path(folder) / name, match))
    return sorted(found, key=lambda each: str(each.path))


def _read_product(path: Path, match: re.Match[str]) -> TreeFile:
    folder = path.parent.as_posix()
    band, result = (re.search(f"(?:^|/){each.pattern}$", folder) for each in (_BAND, _RESULT))
    pointing = int(band[1]) if band else None
    name = band[2] if band else result[1] if result else None
    tract = (band[3] if band else result[2] if result else None) or None
    file = read_file(str(path))
    damage = _find_damage(path, file)
    told = {} if damage else _read_facts(file)
    return TreeFile(
        path, match[1], int(match[2]), int(match[3]), name, int(tract) if tract else None,
        pointing, told, damage,
    )  # fmt: skip


def _find_damage(path: Path, file: FitsFile) -> str:
    """Why a file is of no use."""
    if not file.hdus:
        try:
            with path.open("rb") as stream:
                start = stream.read(len(_POINTER))
        except OSError as error:
            return f"cannot be read: {error.strerror or error}"
        if not start:
            return "is empty"
        if start == _POINTER:
            return "is a pointer of Git LFS, not the file: run git lfs pull"
        return f"cannot be read: {file.reason or 'this is no FITS file'}"
    for hdu in file.hdus:
        if hdu.header.end is None or hdu.present_bytes is not None:
            return f"is cut off in HDU {hdu.number}"
    return ""


def _read_facts(file: FitsFile) -> dict[str, object]:
    header = file.hdus[0].header
    identity = DataId.from_header(header)
    told: dict[str, object] = {
        "VISIT": identity.visit, "CCD": identity.ccd, "FILTER": identity.filter,
        "POINTING": identity.pointing,
    }  # fmt: skip
    if (header.string("PRODUCT") or "").startswith("hsc-"):
        for key in ("VISIT", "CCD", "TRACT"):
            number = header.number(key)
            told[key] = int(number) if number is not None and number == int(number) else None
        for key in ("FILTER", "ALGO", "WCSSHA", "FLUXSHA"):
            told[key] = header.string(key)
    return {key: value for key, value in told.items() if value is not None}
