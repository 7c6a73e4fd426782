"""``python -m tests.benchmarks.destructive``: what two repairers make of headers that are wrong.

Each case is one file; both repair a copy of it, and the table says what stands there afterwards.
"""

import sys
import tempfile
import warnings
from pathlib import Path

import astropy
import numpy as np
from astropy.io import fits

from fitslint import fix

FIRST = [b"SIMPLE  =                    T", b"BITPIX  =                    8",
         b"NAXIS   =                    0"]  # fmt: skip
END = b"END"
IMAGE = [b"XTENSION= 'IMAGE   '", *FIRST[1:],
         b"PCOUNT  =                    0", b"GCOUNT  =                    2"]  # fmt: skip


def block(*cards):
    made = b"".join(card.ljust(80) for card in cards)
    return made.ljust(-(-len(made) // 2880) * 2880)


def primary(*cards):
    return block(*FIRST, *cards, END)


CASES = [
    ("`1.5 seconds`", primary(b"EXPTIME = 1.5 seconds"), "EXPTIME"),
    ("`1.5s`", primary(b"EXPTIME =                 1.5s"), "EXPTIME"),
    ("a TAB before the slash", primary(b"EXPTIME =                  1.5\t/ [s] time"), "EXPTIME"),
    ("`TRUE`", primary(b"SHUTTER =                 TRUE"), "SHUTTER"),
    ("`NaN`", primary(b"SEEING  =                  NaN / [arcsec]"), "SEEING"),
    ("no closing quote", primary(b"OBJECT  = 'NGC 1275 / the target"), "OBJECT"),
    ("UTF-8 text", primary("OBSERVER= 'M\u00fcller  '".encode()), "OBSERVER"),
    ("a card after END", block(*FIRST, END, b"OBJECT  = 'M31     '"), "OBJECT"),
    ("GCOUNT = 2 in an image", primary() + block(*IMAGE, END), "GCOUNT"),
    ("BITPIX = 24", block(FIRST[0], b"BITPIX  =                   24", FIRST[2], END), "BITPIX"),
]


def card(data, keyword):
    """Every card of ``keyword`` in the header blocks, as text."""
    images = (data[at : at + 80] for at in range(0, len(data), 80))
    found = [image for image in images if image.startswith(keyword.encode().ljust(8))]
    return " ⏎ ".join(image.decode("utf-8", "replace").rstrip() for image in found) or "(gone)"


def by_astropy(path, keyword):
    """The card after ``open``, ``verify('fix')`` and ``writeto``."""
    out = path.with_suffix(".astropy")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with fits.open(path) as hdus:
                hdus.verify("fix")
                hdus.writeto(out, output_verify="fix", overwrite=True)
        return card(out.read_bytes(), keyword)
    except Exception as error:
        return f"({type(error).__name__}: {' '.join(str(error).split())[:60]})"


def by_fitslint(path, keyword):
    """The card after ``fix``, and what is said where it is left as it is."""
    done = fix(path)
    data = path.read_bytes()
    codes = [one.code for one in done.remaining if one.severity != "info"]
    says = f"left for a person: {', '.join(dict.fromkeys(codes))}" if codes else "fixed"
    return card(data, keyword), says if done.changed or codes else "as it was"


def compressed(folder):
    """A scaled compressed image whose header alone is edited in update mode, as a row."""
    path = folder / "scaled.fits"
    pixels = np.arange(100, dtype=np.int16).reshape(10, 10)
    raw = fits.ImageHDU(pixels)
    raw.header["BSCALE"], raw.header["BZERO"] = 0.1, 5.0
    hdu = fits.CompImageHDU(pixels, header=raw.header, compression_type="RICE_1")
    hdu.header["BSCALE"], hdu.header["BZERO"] = 0.1, 5.0
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
    ours = folder / "ours.fits"
    ours.write_bytes(path.read_bytes())
    before, stored = _pixels(path)
    with fits.open(path, mode="update") as hdus:
        hdus[1].header["OBJECT"] = "M31"
    after, stored_after = _pixels(path)
    from fitslint.config.settings import Settings
    from fitslint.repair.edit.apply import edit_file
    from fitslint.repair.edit.keywords import KeywordEdit
    from fitslint.repair.fixer import WriteOptions

    edit_file(str(ours), [KeywordEdit("set", "OBJECT", "M31", hdu="2")], Settings(), WriteOptions())
    mine, stored_mine = _pixels(ours)
    return (
        "a scaled compressed image, OBJECT set",
        "OBJECT = 'M31'",
        _compared(before, after, stored == stored_after),
        _compared(before, mine, stored == stored_mine),
        "",
    )


def _pixels(path):
    with fits.open(path, disable_image_compression=True) as hdus:
        stored = hdus[1].data.tobytes() if hdus[1].data is not None else b""
    with fits.open(path) as hdus:
        return np.array(hdus[1].data, dtype=float), stored


def _compared(before, after, stored):
    worst = float(np.abs(before - after).max())
    bytes_ = "the bytes of the data unit are the same" if stored else "the data unit is another one"
    return f"pixels differ by up to {worst:g}; {bytes_}" if worst else f"pixels equal; {bytes_}"


def rows():
    """Every case: what it is, its card, what astropy makes of it, what fitslint does, and says."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, (what, data, keyword) in enumerate(CASES):
            path = folder / f"{number}.fits"
            path.write_bytes(data)
            theirs = by_astropy(path, keyword)
            ours, says = by_fitslint(path, keyword)
            yield what, card(data, keyword), theirs, ours, says
        yield compressed(folder)


def main():
    """Print the table."""
    print(f"| | the card | astropy {astropy.__version__} | fitslint | |")
    print("| --- | --- | --- | --- | --- |")
    for what, before, theirs, ours, says in rows():
        shown = [f"`{text}`" if "=" in text else text for text in (before, theirs, ours)]
        line = " | ".join([what, *shown, says]).replace("\t", "<TAB>")
        print(f"| {line} |")


if __name__ == "__main__":
    sys.exit(main())
