"""Waivers and a baseline of an audit: what they take out of its findings, and what tells them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from fitslint.config.options import SettingsError
from fitslint.config.settings import Settings
from fitslint.config.waivers import load_waivers
from fitslint.engine.baseline import BaselineFilter
from fitslint.engine.filters import open_baseline_filter, open_waiver_filter
from fitslint.engine.waivers import WaiverFilter
from fitslint.model.finding import FileReport


class AuditFilters(NamedTuple):
    """What takes findings out of reports, in this order."""

    waivers: WaiverFilter | None
    baseline: BaselineFilter | None

    def apply(self, report: FileReport) -> None:
        """Move findings that are accepted or known from those of ``report`` to the withheld."""
        for one in self:
            if one is not None:
                one.apply(report)


def load_filters(settings: Settings, today: str) -> AuditFilters:
    """The filters that settings name.

    Parameters
    ----------
    today : str
        the day, YYYY-MM-DD: waivers whose last day is over accept nothing.

    Raises
    ------
    SettingsError
        when a file cannot be used.
    """
    return AuditFilters(open_waiver_filter(settings, today), open_baseline_filter(settings))


def compute_filter_digest(settings: Settings, today: str) -> str:
    """Tells when other findings may be taken out: another text, or a waiver that has ended.

    Raises
    ------
    SettingsError
        when a file cannot be used.
    """
    digest = hashlib.blake2b(digest_size=8)
    for number, path in enumerate((settings.waivers, settings.baseline)):
        if path is not None:
            try:
                text = Path(path).read_bytes()
            except OSError as error:
                raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
            digest.update(repr((number, text)).encode())
    if settings.waivers is not None:
        ended = [one.is_expired(today) for one in load_waivers(settings.waivers)]
        digest.update(repr(ended).encode())
    return digest.hexdigest()
