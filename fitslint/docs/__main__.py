"""``python -m fitslint.docs FOLDER``: build the documentation into a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from fitslint.docs.build import build_site


def main() -> None:
    """Build the site; warnings are errors."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: python -m fitslint.docs FOLDER")
    sys.exit(build_site(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
