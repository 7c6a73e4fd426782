"""What decides the answers of an audit beside its files, as one digest.

It is made of contents, not of paths and times: the machines of a cluster have fitslint installed
in places of their own, and must not take each other's shards for those of other rules.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fitslint._version import __version__
from fitslint.config.settings import Settings
from fitslint.data_files import STORED_SUFFIX, find_data_folder
from fitslint.model.records import replace

APART = frozenset(
    ("_data", "api", "cli", "docs", "language", "pipeline", "products", "repair", "report",
     "testing")
)  # fmt: skip
"""Parts of the package that judge no file."""
_MADE = (".so", ".pyc", ".pyd", ".pyi", ".tables", ".json", STORED_SUFFIX)
"""Files that a build makes of others, or that decide nothing: not every place has them."""
_DIGEST_BYTES = 8


def compute_ruleset(settings: Settings, today: str = "") -> str:
    """Digest of what decides an answer beside the file, the same in every language and place.

    Parameters
    ----------
    today
        the day by which waivers end, YYYY-MM-DD; that of today where none is given.

    Returns
    -------
    str
        16 hexadecimal digits, of the version, the rules, the dictionaries that come with them,
        and the settings with the contents of the files that they name.

    Raises
    ------
    SettingsError
        when waivers or a baseline cannot be used.
    """
    plain = replace(
        settings, dictionary=tuple("" if _is_path(one) else one for one in settings.dictionary),
        dictionary_path=(), jobs=None, cache=False, cache_folder=None, baseline=None,
        waivers=None, lang=None,
    )  # fmt: skip
    package = str(Path(__file__).parent.parent)
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    facts = [__version__, repr(plain), _digest_package(package, str(find_data_folder()))]
    own = [*settings.dictionary_path, *filter(_is_path, settings.dictionary)]
    facts += [_digest_folder(root, made=()) for root in own]
    if settings.waivers is not None or settings.baseline is not None:
        from fitslint.audit.withholding import compute_filter_digest
        from fitslint.engine.filters import tell_today

        facts.append(compute_filter_digest(settings, today or tell_today()))
    digest.update(repr(facts).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _is_path(dictionary: str) -> bool:
    """Whether a dictionary is named by its file."""
    return "/" in dictionary or "." in dictionary


@cache
def _digest_package(package: str, data: str) -> str:
    """Digest of the rules and their data, as they are when the process asks for the first time."""
    return _digest_folder(package, APART) + _digest_folder(data)


def _digest_folder(
    root: str, apart: frozenset[str] = frozenset(), made: tuple[str, ...] = _MADE
) -> str:
    """Digest of a file, or of all files of a folder that no build makes, by their names."""
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for name in sorted(_list_names(root, apart, made)) if os.path.isdir(root) else ("",):  # noqa: PTH112
        path = os.path.join(root, name) if name else root  # noqa: PTH118
        try:
            with open(path, "rb") as stream:  # noqa: PTH123 -- many, and quick
                content = stream.read()
        except OSError:
            continue  # who needs it says so
        digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogatepass") + content)
    return digest.hexdigest()


def _list_names(root: str, apart: frozenset[str], made: tuple[str, ...]) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        within = folder[len(root) :].lstrip("/")
        folders[:] = [
            one for one in folders if one != "__pycache__" and (within or one not in apart)
        ]
        for name in files:
            if not name.endswith(made):
                yield f"{within}/{name}" if within else name
