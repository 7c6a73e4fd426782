"""Sessions in pages: blocks of ``console`` whose commands are run, and whose output they show.

``python -m tests.docs.sessions PAGE...`` writes what the commands print now into the pages.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "fitslint" / "docs" / "pages").glob("*.md"))]
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
_CHECKS = re.compile("[0-9]+ of [0-9]+ checks")
"""How many checks wait for a rule changes with every rule; that it is told does not."""


class Command(NamedTuple):
    """A command line and what is shown behind it."""

    line: str
    shown: str


def find_commands(block: str) -> Iterator[Command]:
    """The commands of a block; a line that ends in a backslash goes on."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        lines = part.split("\n")
        last = next(at for at, line in enumerate(lines) if not line.endswith("\\"))
        yield Command("\n".join(lines[: last + 1]), "\n".join(lines[last + 1 :]))


def find_blocks(text: str) -> list[str]:
    """The blocks of a page."""
    return _BLOCK.findall(text)


def normalize(text: str) -> str:
    """An output without the numbers that are free to change."""
    return _CHECKS.sub("N of M checks", text)


def prepare_folder(folder: Path, examples: Path) -> None:
    """Lay out what the pages work with, as in a checkout; ``examples`` are those of the rules."""
    for name, target in (("fixtures", ROOT / "fixtures"), ("examples", examples)):
        (folder / name).symlink_to(target)


def run_line(line: str, folder: Path) -> str:
    """What a command prints, of whatever exit code."""
    home = folder / "bin"
    if not home.exists():
        home.mkdir()
        tool = home / "fitslint"
        tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fitslint "$@"\n')
        tool.chmod(0o755)
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
    python = str(Path(sys.executable).parent)
    path = os.pathsep.join([str(home), python, os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, check=False, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**kept, "PATH": path, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
    )  # fmt: skip
    return done.stdout.decode("utf-8", "replace")


def rewrite_page(page: Path) -> None:
    """Write what the commands of a page print into it."""
    with tempfile.TemporaryDirectory() as name:
        examples = Path(name, "made")
        make = [sys.executable, str(ROOT / "fixtures" / "make.py"), str(examples)]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        prepare_folder(Path(name), examples)

        def run_block(match: re.Match[str]) -> str:
            lines = [command.line for command in find_commands(match[1])]
            body = "".join(f"$ {line}\n{run_line(line, Path(name))}" for line in lines)
            return f"```console\n{body}```"

        page.write_text(_BLOCK.sub(run_block, page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        rewrite_page(Path(argument))
