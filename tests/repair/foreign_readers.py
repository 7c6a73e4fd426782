"""Read the files named on standard input by astropy and fitsio; a line of JSON for each.

A process of its own: a library in C may end it, and whoever asked goes on with the next file.
"""

from __future__ import annotations

import json
import sys
import warnings

import fitsio
from astropy.io import fits

_COMMENTARY = ("COMMENT", "HISTORY", "CONTINUE", "", "END")


def read_astropy(path):
    with fits.open(path, lazy_load_hdus=False, disable_image_compression=True) as hdus:
        return [_values(hdu.header) for hdu in hdus]


def _values(header):
    found = {}
    for card in header.cards:
        image = str(card._image or card.image)
        if card.keyword in _COMMENTARY or "=" not in image or not _has_value(image):
            continue
        try:
            value = card.value
        except fits.VerifyError:
            value = None
        found.setdefault(card.keyword.upper(), []).append(_shown(value))
    return found


def _has_value(image):
    return image[8:9] == "=" or image.startswith("HIERARCH ")


def read_fitsio(path):
    with fitsio.FITS(path) as hdus:
        return [_records(hdu.read_header()) for hdu in hdus]


def _records(header):
    found = {}
    for record in header.records():
        name, value = record.get("name"), record.get("value")
        if name and name not in _COMMENTARY:
            found.setdefault(name.upper(), []).append(_shown(value))
    return found


def _shown(value):
    """Type and value; trailing blanks are not significant (4.2.1.1)."""
    if value is None or isinstance(value, fits.card.Undefined):
        return ""
    return repr(value.rstrip(" ")) if isinstance(value, str) else repr(value)


def _ask(read, path):
    try:
        return {"hdus": read(path)}
    except Exception as error:  # whatever a reader does with a faulty file
        return {"refused": type(error).__name__}


def main():
    warnings.simplefilter("ignore")
    for line in sys.stdin.read().split("\n"):
        answer = {}
        for name, read in (("astropy", read_astropy), ("fitsio", read_fitsio)):
            answer[name] = _ask(read, line)
            if "refused" in answer[name]:  # by what the last file left behind, it may be
                answer[name] = _ask(read, line)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
