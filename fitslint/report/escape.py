"""Text from headers and file names made safe to show: control characters become visible."""

from __future__ import annotations

import re

from fitslint.model.late import compile_late

# C0, DEL, C1, the no-break space, which looks like a blank, the bidirectional and other invisible
# controls, line separators, surrogates.
_UNSAFE = compile_late(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


# What makes a line of a log a command of a continuous-integration service: two colons at its
# beginning, or a name in brackets behind hashes anywhere.
_COMMAND = compile_late(r"^\s*:(?=:)|#(?=#[A-Za-z]*\[)")


def escape_text(text: str) -> str:
    """``text`` on one line, every character that could steer a terminal written as an escape.

    So is what could steer the service that keeps a log.
    """
    if not (text.isascii() and text.isprintable()):
        text = _UNSAFE.sub(_escape_char, text)
    if "::" in text or "##" in text:
        text = _COMMAND.sub(lambda match: match[0][:-1] + f"\\x{ord(match[0][-1]):02x}", text)
    return text


def _escape_char(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def escape_columns(image: bytes) -> list[str]:
    """A card image byte by byte, everything outside printable ASCII as ``\\xNN``."""
    shown = [chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}" for byte in image]
    if b"::" in image or b"##" in image:
        text = image.decode("latin-1")
        for match in _COMMAND.finditer(text):
            shown[match.end() - 1] = f"\\x{ord(text[match.end() - 1]):02x}"
    return shown
