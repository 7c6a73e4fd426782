"""Products of hscPipe by their names and folders."""

from __future__ import annotations

import re

from fitslint.model.late import compile_late
from fitslint.model.records import dataclass

KINDS = (
    "CORR", "CALEXP", "SRC", "CALSRC", "jointcal_wcs", "jointcal_photoCalib", "fcr", "wcs",
)  # fmt: skip
_NAME = compile_late(rf"({'|'.join(KINDS)})-(\d+)-(\d+)\.fits(?:\.gz)?")
_BAND = compile_late(r"(?:^|/)(\d{5})/([^/]+)/(?:corr|output)(?:/(\d+))?$")
_RESULT = compile_late(r"(?:^|/)jointcal-results/(?:([^/]+)/)?(\d+)$")
_VISIT_DIGITS, _CCD_DIGITS = 7, 3


@dataclass(frozen=True, slots=True)
class ProductName:
    """What name and folders say of a product; None where they do not tell.

    Attributes
    ----------
    kind : str
        one of :data:`KINDS`.
    is_padded : bool
        whether visit and CCD have as many digits as hscPipe gives them.
    """

    kind: str
    visit: int
    ccd: int
    filter: str | None = None
    tract: int | None = None
    pointing: int | None = None
    is_padded: bool = True


def parse_product_path(path: str) -> ProductName | None:
    """What a path says of its file; None where the name is none of hscPipe's."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    band, result = _BAND.search(folder), _RESULT.search(folder)
    tract = _find_group(band, 3) or _find_group(result, 2)
    pointing = _find_group(band, 1)
    return ProductName(
        match[1], int(match[2]), int(match[3]),
        _find_group(band, 2) or _find_group(result, 1), int(tract) if tract else None,
        int(pointing) if pointing else None,
        len(match[2]) >= _VISIT_DIGITS and len(match[3]) == _CCD_DIGITS,
    )  # fmt: skip


def _find_group(match: re.Match[str] | None, number: int) -> str | None:
    return match[number] if match is not None else None
