"""What a command of a pipeline will do, and how an input that cannot be used ends it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

from fitslint.cli.errors import ExitCode, UsageError

Action = Callable[[], object]
_EXTRA = ("numpy", "scipy", "astropy", "matplotlib", "jinja2", "httpx", "fitsio")


def defer_call(module: str, name: str, request: object) -> Action:
    """Call ``name(request)`` of module ``home``, which is loaded only then."""

    def run_action() -> object:
        try:
            return getattr(importlib.import_module(module), name)(request)
        except ModuleNotFoundError as error:
            if (error.name or "").split(".")[0] not in _EXTRA:
                raise
            sentence = f"this needs the package {error.name}; pip install 'fitslint[pipeline]'"
            raise UsageError(sentence) from None
        except Exception as error:
            from fitslint.products.errors import ProductError

            if not isinstance(error, ProductError):
                raise
            return _report_input_error(str(error))

    return run_action


def _report_input_error(sentence: str) -> ExitCode:
    from fitslint.report.escape import escape_text

    sys.stderr.write(f"fitslint: {escape_text(sentence)}\n")
    return ExitCode.NOT_CHECKED
