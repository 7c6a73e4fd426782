"""What takes findings out of reports, opened from the settings that name its files."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from fitslint.config.options import SettingsError
from fitslint.config.settings import Settings

if TYPE_CHECKING:
    from fitslint.engine.baseline import BaselineFilter
    from fitslint.engine.waivers import WaiverFilter


def open_waiver_filter(settings: Settings, today: str = "") -> WaiverFilter | None:
    """The waivers that hold today; None where the settings name none.

    Parameters
    ----------
    today
        the day, YYYY-MM-DD, for a run that keeps the one on which it began.

    Raises
    ------
    SettingsError
        when they cannot be used.
    """
    path = settings.waivers
    if path is None:
        return None
    from fitslint.config.waivers import load_waivers
    from fitslint.engine.ruleset import UnknownSelectorError
    from fitslint.engine.waivers import WaiverFilter

    try:
        return WaiverFilter(path, load_waivers(path), today or tell_today())
    except UnknownSelectorError as error:
        raise SettingsError(f"{path}: {error}") from None


def open_baseline_filter(settings: Settings) -> BaselineFilter | None:
    """The baseline; None where the settings name none.

    Raises
    ------
    SettingsError
        when it cannot be used.
    """
    if settings.baseline is None:
        return None
    from fitslint.engine.baseline import BaselineFilter

    return BaselineFilter(settings.baseline)


def tell_today() -> str:
    """The day by the clock and the time zone of this machine, as waivers write their last one."""
    return datetime.date.today().isoformat()
