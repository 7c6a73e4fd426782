"""What pages share: colours in light and dark, and a policy under which only their script acts.

A page needs nothing from elsewhere. Its policy (CSP) allows the one script and the one style that
it comes with, by their digests, so that no text of a file could act even if it were not escaped.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path

from fitslint.report.escape import escape_text
from fitslint.text import get_language


def render_page_head(title: str, style: str, script: str) -> str:
    """Everything before the content of the body; ``title`` is text, not HTML."""
    style = read_page_asset(Path(__file__).with_name("web_page.css")) + style
    policy = (
        f"default-src 'none'; style-src '{_compute_digest(style)}'; "
        f"script-src '{_compute_digest(script)}'; form-action 'none'; base-uri 'none'"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{get_language()}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape_html(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )


@cache
def read_page_asset(path: Path) -> str:
    """A style or script that comes with the package."""
    return path.read_text("utf-8")


def escape_html(text: str) -> str:
    """Text of a file as HTML, what could steer anything made visible."""
    return escape(escape_text(text))


def _compute_digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
