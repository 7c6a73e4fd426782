"""``python -m fitslint``."""

from __future__ import annotations

from fitslint.cli.main import main

if __name__ == "__main__":
    main()
