"""What a stream is when it is not FITS, in words that help."""

from __future__ import annotations

from typing import NamedTuple

_SAVED = "download the file again, the server sent this in its place"
_UNPACK = "unpack it first"


class Look(NamedTuple):
    """The name of a format and what to do about it."""

    what: str
    advice: str
    wrapper: str | None = None
    """Short name when FITS files may be inside."""

    @property
    def reason(self) -> str:
        """One sentence."""
        return f"this is {self.what}, not FITS; {self.advice}"


_MAGIC: tuple[tuple[int, bytes, Look], ...] = (
    (0, b"\x1f\x8b", Look("gzip inside gzip", _UNPACK, "gzip")),
    (0, b"BZh", Look("a bzip2 stream", "unpack it first (bunzip2)", "bzip2")),
    (0, b"\xfd7zXZ\x00", Look("an xz stream", "unpack it first (unxz)", "xz")),
    (0, b"\x28\xb5\x2f\xfd", Look("a Zstandard stream", "unpack it first (unzstd)", "zstd")),
    (0, b"\x1f\x9d", Look("a compress (.Z) stream", "unpack it first (uncompress)", "compress")),
    (0, b"PK\x03\x04", Look("a zip archive", "unpack it first (unzip)", "zip")),
    (0, b"PK\x05\x06", Look("an empty zip archive", "there is nothing to check in it", "zip")),
    (0, b"7z\xbc\xaf\x27\x1c", Look("a 7-Zip archive", _UNPACK, "7z")),
    (257, b"ustar", Look("a tar archive", "unpack it first (tar -x)", "tar")),
    (
        0,
        b"version https://git-lfs",
        Look("a Git LFS pointer", "fetch the file itself with `git lfs pull`"),
    ),
    (
        0,
        b"\x00\x05\x16\x07",
        Look("an AppleDouble file of macOS metadata", "check the file without `._` in its name"),
    ),
    (0, b"\x89HDF\r\n\x1a\n", Look("an HDF5 file", "check it with the tools of that format")),
    (0, b"#ASDF", Look("an ASDF file", "check it with the tools of that format")),
    (0, b"%PDF", Look("a PDF document", "name the FITS file")),
    (0, b"\x89PNG", Look("a PNG image", "name the FITS file that it was made from")),
    (0, b"\xff\xd8\xff", Look("a JPEG image", "name the FITS file that it was made from")),
    (0, b"GIF8", Look("a GIF image", "name the FITS file that it was made from")),
    (0, b"II*\x00", Look("a TIFF image", "name the FITS file that it was made from")),
    (0, b"MM\x00*", Look("a TIFF image", "name the FITS file that it was made from")),
    (0, b"\x00\x00\x00\x0cjP  ", Look("a JPEG 2000 image", "name the FITS file")),
    (0, b"\x93NUMPY", Look("a NumPy array file", "write it as FITS first")),
    (0, b"CDF\x01", Look("a netCDF file", "check it with the tools of that format")),
    (0, b"CDF\x02", Look("a netCDF file", "check it with the tools of that format")),
    (0, b"SQLite format 3", Look("an SQLite database", "name the FITS file")),
    (0, b"\x7fELF", Look("a program", "name the FITS file")),
    (0, b"\xff\xfe", Look("UTF-16 text", "save it as ASCII")),
    (0, b"\xfe\xff", Look("UTF-16 text", "save it as ASCII")),
)
_EMPTY = Look("an empty file", "write or download it again")
_HTML = Look("an HTML page", _SAVED)
_XML = Look("an XML document", "check it with the tools of that format")
_VOTABLE = Look("a VOTable", "check it with the tools of that format")
_JSON = Look("JSON text", "name the FITS file, or a header as 80-column cards")
_YAML = Look("YAML text", "name the FITS file, or a header as 80-column cards")
_TEXT = Look("text without header cards", "name the FITS file")
_NULS = Look("a file of zero bytes", "write or download it again")
_BINARY = Look("binary data of an unknown kind", "a FITS file starts with the card `SIMPLE  =`")
_TEXTS: tuple[tuple[tuple[bytes, ...], Look], ...] = (
    ((b"<!doctype html", b"<html", b"<head", b"<body"), _HTML),
    ((b"<?xml", b"<votable"), _XML),
    ((b"{", b"["), _JSON),
    ((b"---", b"!<"), _YAML),
)
_TEXT_BYTES = bytes(range(0x20, 0x7F)) + b"\r\n\t\f"


def look(head: bytes) -> Look:
    """What the first bytes of a stream look like."""
    if not head:
        return _EMPTY
    for at, magic, answer in _MAGIC:
        if head.startswith(magic, at):
            return answer
    if not head.strip(b"\x00"):
        return _NULS
    return _look_at_text(head)


def _look_at_text(head: bytes) -> Look:
    start = head[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if len(head.translate(None, _TEXT_BYTES)) * 10 > len(head):
        return _BINARY
    for signs, answer in _TEXTS:
        if any(start.startswith(sign) for sign in signs):
            if answer is _XML and b"<votable" in start:
                return _VOTABLE
            return _HTML if answer is _XML and b"<html" in start else answer
    first = start.split(b"\n", 1)[0]
    return _YAML if b": " in first and not first.startswith(b"#") else _TEXT
