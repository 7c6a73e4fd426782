"""fitslint: FITS header validator, keyword-dictionary linter and header repairer.

>>> import fitslint
>>> report = fitslint.check("image.fits")  # doctest: +SKIP
>>> report.ok  # doctest: +SKIP
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fitslint._version import __version__

if TYPE_CHECKING:
    from fitslint.api.check import check
    from fitslint.api.fix import FixReport, fix
    from fitslint.api.report import ConformanceError, FitsLintError, Report
    from fitslint.config.options import SettingsError
    from fitslint.dictionary.files.load import DictionaryError
    from fitslint.engine.ruleset import UnknownSelector, UnknownSelectorError
    from fitslint.model.errors import FitslintError
    from fitslint.model.finding import Edit, Finding, Fix, HduSummary
    from fitslint.products.conform import conform
    from fitslint.products.errors import ProductError
    from fitslint.products.result import ConformResult
    from fitslint.repair.model import RepairError

__all__ = [
    "ConformResult",
    "ConformanceError",
    "DictionaryError",
    "Edit",
    "Finding",
    "FitsLintError",
    "FitslintError",
    "Fix",
    "FixReport",
    "HduSummary",
    "ProductError",
    "RepairError",
    "Report",
    "SettingsError",
    "UnknownSelector",
    "UnknownSelectorError",
    "__version__",
    "check",
    "conform",
    "fix",
]

_MODULES = {
    "check": "fitslint.api.check",
    "fix": "fitslint.api.fix",
    "conform": "fitslint.products.conform",
    "ConformResult": "fitslint.products.result",
    "Conformed": "fitslint.products.result",
    "ProductError": "fitslint.products.errors",
    "FixReport": "fitslint.api.fix",
    "RepairError": "fitslint.repair.model",
    "Report": "fitslint.api.report",
    "FitsLintError": "fitslint.api.report",
    "ConformanceError": "fitslint.api.report",
    "FitslintError": "fitslint.model.errors",
    "DictionaryError": "fitslint.dictionary.files.load",
    "SettingsError": "fitslint.config.options",
    "UnknownSelector": "fitslint.engine.ruleset",
    "UnknownSelectorError": "fitslint.engine.ruleset",
    "Edit": "fitslint.model.finding",
    "Finding": "fitslint.model.finding",
    "Fix": "fitslint.model.finding",
    "HduSummary": "fitslint.model.finding",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for: the command line needs none of them."""
    home = _MODULES.get(name)
    if home is None:
        raise AttributeError(f"module 'fitslint' has no attribute {name!r}")
    import importlib

    found = getattr(importlib.import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
