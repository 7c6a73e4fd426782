"""What a command of a pipeline will do, and how an input that cannot be used ends it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

from fitslint.cli.errors import ExitCode, Usage

Deed = Callable[[], object]
_EXTRA = ("numpy", "scipy", "astropy", "matplotlib", "jinja2", "httpx", "fitsio")


def deed(home: str, name: str, request: object) -> Deed:
    """Call ``name(request)`` of module ``home``, which is loaded only then."""

    def carried_out() -> object:
        try:
            return getattr(importlib.import_module(home), name)(request)
        except ModuleNotFoundError as error:
            if (error.name or "").split(".")[0] not in _EXTRA:
                raise
            sentence = f"this needs the package {error.name}; pip install 'fitslint[pipeline]'"
            raise Usage(sentence) from None
        except Exception as error:
            from fitslint.products.errors import ProductError

            if not isinstance(error, ProductError):
                raise
            return _failed(str(error))

    return carried_out


def _failed(sentence: str) -> ExitCode:
    from fitslint.report.escape import visible

    sys.stderr.write(f"fitslint: {visible(sentence)}\n")
    return ExitCode.UNJUDGED
