"""Text from headers and file names made safe to show: control characters become visible."""

from __future__ import annotations

import re

# C0, DEL, C1, the bidirectional and other invisible controls, line separators, surrogates.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """``text`` on one line, every character that could steer a terminal written as an escape."""
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def columns(image: bytes) -> list[str]:
    """A card image byte by byte, everything outside printable ASCII as ``\\xNN``."""
    return [chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}" for byte in image]
