"""``fitslint xray regions`` and ``coordinates``: bins as region files, and where they are."""

from __future__ import annotations

import math
import sys
from pathlib import Path

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.options import Options, argument, option
from fitslint.cli.report_lines import print_lines

_FORMS = ("sexagesimal", "degrees", "physical")


class RegionsOptions(Options):
    """The options of ``fitslint xray regions``; those of make_region_files have its names."""

    binmap: str = argument("Map of bins (FITS).", "BINMAP")
    minx: float | None = option("Physical x of the left edge of the map.", "PIX", "--minx", "-x")
    miny: float | None = option("Physical y of its lower edge.", "PIX", "--miny", "-y")
    bin: float | None = option("Physical size of a pixel.", "PIX", "--bin", "-b")
    outdir: Path = option("Folder of the files.", "DIR", "--outdir", "-o", default=Path("outreg"))


def write_regions(options: RegionsOptions) -> ExitCode:
    """Write a CIAO region file for every bin of a map, as contbin's make_region_files does.

    Boxes in physical coordinates; the header tells where they are, unless --minx, --miny and --bin
    do. Exit 0: written; 2: usage; 3: the map cannot be read or has no place.
    """
    from fitslint.pipeline.xray.image_file import read_pixels
    from fitslint.pipeline.xray.regions.files import write_bin_regions
    from fitslint.report.escape import escape_text
    from fitslint.text import count_noun

    origin = None
    given = (options.minx, options.miny, options.bin)
    if given != (None, None, None):
        if options.minx is None or options.miny is None:
            raise UsageError("say --minx and --miny, and --bin where a pixel is not 1")
        origin = (options.minx, options.miny, 1.0 if options.bin is None else options.bin)
        if not all(map(math.isfinite, origin)) or origin[2] <= 0:
            raise UsageError("--minx and --miny are finite numbers, and --bin is above 0")
    written = write_bin_regions(read_pixels(options.binmap), options.outdir, origin)
    folder = escape_text(str(options.outdir))
    sys.stdout.write(f"{folder}: {count_noun(len(written), 'region file')}\n")
    return ExitCode.OK


class CoordinatesOptions(Options):
    """The options of ``fitslint xray coordinates``."""

    files: list[str] = argument("Region files of CIAO or DS9.", "REGION...")
    image: str = option("The image that they lie on (FITS).", "IMAGE")
    to: str = option("sexagesimal, degrees or physical.", "FORM", default="sexagesimal")
    outdir: Path | None = option("Folder of the new files; by default beside the old ones.", "DIR")


def convert_regions(options: CoordinatesOptions) -> ExitCode:
    """Take region files from physical coordinates to the sky, or back, by the header of an image.

    A new file is called as the old one with _sex, _deg or _phys. Exit 0: written; 2: usage; 3: a
    file cannot be read, or a region has no place on the image.
    """
    from fitslint.pipeline.xray.image_file import read_pixels
    from fitslint.pipeline.xray.regions.files import SUFFIXES, convert_region_file
    from fitslint.pipeline.xray.regions.frames import ImageGrid
    from fitslint.report.escape import escape_text
    from fitslint.text import count_noun

    if not options.image:
        raise UsageError("say which image the regions lie on: --image IMAGE")
    if options.to not in _FORMS:
        raise UsageError(f"--to is one of {', '.join(_FORMS)}")
    grid = ImageGrid(read_pixels(options.image).header)
    for name in options.files:
        path = Path(name)
        folder = options.outdir or path.parent
        folder.mkdir(parents=True, exist_ok=True)
        output = folder / f"{path.stem}{SUFFIXES[options.to]}{path.suffix}"
        convert_region_file(path, grid, output, options.to)
    place = escape_text(str(options.outdir or "beside the old ones"))
    print_lines([f"{count_noun(len(options.files), 'region file')} written: {place}"])
    return ExitCode.OK
