"""The site: its pages put together in a folder, and MkDocs run over them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGES = Path(__file__).parent / "pages"
"""The pages that are written by hand."""
NAVIGATION: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("", (("fitslint", "index.md"),)),
    ("For", (
        ("an observatory", "observatory.md"), ("an archive", "archive.md"),
        ("a pipeline", "pipeline.md"), ("who comes from fitsverify or astropy", "coming-from.md"),
    )),
    ("Use", (
        ("What to check", "check.md"), ("Data", "data.md"), ("Reading headers", "show.md"),
        ("Output", "output.md"),
        ("Choosing", "choosing.md"), ("Keyword dictionaries", "keywords.md"),
        ("Living with an archive", "waivers.md"), ("Archives of millions", "audit.md"),
        ("Repair", "repair.md"),
        ("When a fix is safe", "fixes.md"),
        ("pre-commit and GitHub Actions", "pre-commit.md"), ("Where pixels are", "wcs.md"),
        ("Products", "products.md"), ("Lens models", "lens-models.md"), ("X-ray images", "xray.md"),
        ("X-ray events", "xray-events.md"),
        ("Hyper Suprime-Cam", "hsc.md"), ("Radioheliograph", "norh.md"),
        ("In Python", "python.md"),
    )),
    ("Reference", (
        ("Commands", "commands.md"), ("Configuration file", "configuration.md"),
        ("Rules", "rules/index.md"), ("Dictionaries", "dictionaries/index.md"),
    )),
    ("Inside", (
        ("How it is built", "internals.md"), ("Add a rule", "new-rule.md"),
        ("How fast", "speed.md"),
    )),
)  # fmt: skip


def iterate_pages() -> Iterator[tuple[str, str]]:
    """(path, Markdown) of all pages."""
    from fitslint.docs.command_pages import iterate_command_pages
    from fitslint.docs.dictionary_pages import iterate_dictionary_pages
    from fitslint.docs.rule_pages import iterate_rule_pages

    for path in sorted(PAGES.glob("*.md")):
        yield path.name, path.read_text("utf-8")
    yield from iterate_command_pages()
    yield from iterate_rule_pages()
    yield from iterate_dictionary_pages()


def write_pages(folder: Path) -> None:
    """Write all pages below ``folder``."""
    for name, text in iterate_pages():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def build_config(pages: Path, site: Path) -> dict[str, Any]:
    """The configuration of MkDocs. The site asks no other place for anything: no fonts, no scripts.

    Pages of single rules and dictionaries are not in the navigation, which is on every page.
    """
    navigation: list[Any] = []
    for title, entries in NAVIGATION:
        members = [{name: path} for name, path in entries]
        navigation += [{title: members}] if title else members
    return {
        "site_name": "fitslint",
        "docs_dir": str(pages),
        "site_dir": str(site),
        "use_directory_urls": False,
        "nav": navigation,
        "theme": {
            "name": "material",
            "font": False,
            "features": ["navigation.sections", "content.code.copy", "toc.follow"],
            "palette": [
                {"media": "(prefers-color-scheme: light)", "scheme": "default"},
                {"media": "(prefers-color-scheme: dark)", "scheme": "slate"},
            ],
        },
        "plugins": ["search"],
        "extra": {"generator": False},
        "markdown_extensions": [
            "tables", "sane_lists", {"toc": {"permalink": True}}, "pymdownx.superfences",
            "pymdownx.highlight",
        ],
        "validation": {
            "nav": {"omitted_files": "ignore", "not_found": "warn", "absolute_links": "warn"},
            "links": {"not_found": "warn", "absolute_links": "warn", "unrecognized_links": "warn",
                      "anchors": "warn"},
        },
    }  # fmt: skip


def build_site(site: Path) -> int:
    """Build the site into a folder that is new or empty; the exit code, 2 where it is neither.

    What MkDocs warns of is an error.
    """
    if site.exists() and (not site.is_dir() or any(site.iterdir())):
        sys.stderr.write(f"{site} is there and not empty; name a new folder\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="fitslint-docs-") as name:
        work = Path(name)
        write_pages(work / "pages")
        config = work / "mkdocs.yml"
        # JSON is YAML.
        config.write_text(json.dumps(build_config(work / "pages", site.resolve())), "utf-8")
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--clean"]
        done = subprocess.run(
            [*command, "--config-file", str(config)], check=False,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        )  # fmt: skip
    return done.returncode
