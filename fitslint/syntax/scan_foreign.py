"""What a stream is when it is not FITS, in words that help."""

from __future__ import annotations

from fitslint.model.records import NamedTuple
from fitslint.text import phrase, say

_SAVED = "download the file again, the server sent this in its place"
_UNPACK = "unpack it first"


class ForeignFormat(NamedTuple):
    """The name of a format and what to do about it."""

    name: str
    advice: str
    wrapper: str | None = None
    """Short name when FITS files may be inside."""

    @property
    def reason(self) -> str:
        """One sentence."""
        name, advice = phrase(self.name), phrase(self.advice)
        return say("this is {name}, not FITS; {advice}", name=name, advice=advice)


_MAGIC: tuple[tuple[int, bytes, ForeignFormat], ...] = (
    (0, b"\x1f\x8b", ForeignFormat("a gzip stream", "unpack it first (gunzip)", "gzip")),
    (0, b"BZh", ForeignFormat("a bzip2 stream", "unpack it first (bunzip2)", "bzip2")),
    (0, b"\xfd7zXZ\x00", ForeignFormat("an xz stream", "unpack it first (unxz)", "xz")),
    (
        0,
        b"\x28\xb5\x2f\xfd",
        ForeignFormat("a Zstandard stream", "unpack it first (unzstd)", "zstd"),
    ),
    (
        0,
        b"\x1f\x9d",
        ForeignFormat("a compress (.Z) stream", "unpack it first (uncompress)", "compress"),
    ),
    (0, b"PK\x03\x04", ForeignFormat("a zip archive", "unpack it first (unzip)", "zip")),
    (
        0,
        b"PK\x05\x06",
        ForeignFormat("an empty zip archive", "there is nothing to check in it", "zip"),
    ),
    (0, b"7z\xbc\xaf\x27\x1c", ForeignFormat("a 7-Zip archive", _UNPACK, "7z")),
    (257, b"ustar", ForeignFormat("a tar archive", "unpack it first (tar -x)", "tar")),
    (
        0,
        b"version https://git-lfs",
        ForeignFormat("a Git LFS pointer", "fetch the file itself with `git lfs pull`"),
    ),
    (
        0,
        b"\x00\x05\x16\x07",
        ForeignFormat(
            "an AppleDouble file of macOS metadata", "check the file without `._` in its name"
        ),
    ),
    (
        0,
        b"\x89HDF\r\n\x1a\n",
        ForeignFormat("an HDF5 file", "check it with the tools of that format"),
    ),
    (0, b"#ASDF", ForeignFormat("an ASDF file", "check it with the tools of that format")),
    (0, b"%PDF", ForeignFormat("a PDF document", "name the FITS file")),
    (0, b"\x89PNG", ForeignFormat("a PNG image", "name the FITS file that it was made from")),
    (0, b"\xff\xd8\xff", ForeignFormat("a JPEG image", "name the FITS file that it was made from")),
    (0, b"GIF8", ForeignFormat("a GIF image", "name the FITS file that it was made from")),
    (0, b"II*\x00", ForeignFormat("a TIFF image", "name the FITS file that it was made from")),
    (0, b"MM\x00*", ForeignFormat("a TIFF image", "name the FITS file that it was made from")),
    (0, b"\x00\x00\x00\x0cjP  ", ForeignFormat("a JPEG 2000 image", "name the FITS file")),
    (0, b"\x93NUMPY", ForeignFormat("a NumPy array file", "write it as FITS first")),
    (0, b"CDF\x01", ForeignFormat("a netCDF file", "check it with the tools of that format")),
    (0, b"CDF\x02", ForeignFormat("a netCDF file", "check it with the tools of that format")),
    (0, b"SQLite format 3", ForeignFormat("an SQLite database", "name the FITS file")),
    (0, b"\x7fELF", ForeignFormat("a program", "name the FITS file")),
    (0, b"\xff\xfe", ForeignFormat("UTF-16 text", "save it as ASCII")),
    (0, b"\xfe\xff", ForeignFormat("UTF-16 text", "save it as ASCII")),
)
_EMPTY = ForeignFormat("an empty file", "write or download it again")
_HTML = ForeignFormat("an HTML page", _SAVED)
_XML = ForeignFormat("an XML document", "check it with the tools of that format")
_VOTABLE = ForeignFormat("a VOTable", "check it with the tools of that format")
_JSON = ForeignFormat("JSON text", "name the FITS file, or a header as 80-column cards")
_YAML = ForeignFormat("YAML text", "name the FITS file, or a header as 80-column cards")
_TEXT = ForeignFormat("text without header cards", "name the FITS file")
_NULS = ForeignFormat("a file of zero bytes", "write or download it again")
_BINARY = ForeignFormat(
    "binary data of an unknown kind", "a FITS file starts with the card `SIMPLE  =`"
)
_TEXTS: tuple[tuple[tuple[bytes, ...], ForeignFormat], ...] = (
    ((b"<!doctype html", b"<html", b"<head", b"<body"), _HTML),
    ((b"<?xml", b"<votable"), _XML),
    ((b"{", b"["), _JSON),
    ((b"---", b"!<"), _YAML),
)
_TEXT_BYTES = bytes(range(0x20, 0x7F)) + b"\r\n\t\f"


def identify_format(head: bytes) -> ForeignFormat:
    """What the first bytes of a stream look like."""
    if not head:
        return _EMPTY
    for at, magic, answer in _MAGIC:
        if head.startswith(magic, at):
            return answer
    if not head.strip(b"\x00"):
        return _NULS
    return _identify_text(head)


def _identify_text(head: bytes) -> ForeignFormat:
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
