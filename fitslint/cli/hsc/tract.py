"""``fitslint hsc tract`` and ``skymap``: the planes on which visits are put together."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitslint.cli.errors import ExitCode, UsageError, print_error
from fitslint.cli.options import Options, Words, argument, option, parse_position_option
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.pipeline.hsc.inputs import CcdImage
    from fitslint.pipeline.hsc.selection import IdSelection
    from fitslint.pipeline.hsc.tract.geometry import Tract, TractParameters
    from fitslint.pipeline.hsc.tract.output import TractMap

_CONFIG = {
    "pixelScale": ("pixel_scale", float), "projection": ("projection", str),
    "tractOverlap": ("overlap", float), "borderSize": ("border", float),
    "patchInnerDimensions": ("patch_inner", int), "patchBorder": ("patch_border", int),
}  # fmt: skip
_KEYS = ("visit", "ccd", "field", "filter", "pointing", "tract", "dateObs")


class ImageOptions(Options):
    """Which images are meant."""

    sources: list[str] = argument(
        "CCD images, or roots of hscPipe; further words of --id.", "ROOT|FILE..."
    )
    id: Words = option("Which ones: 'visit=20878..20890:2 ccd=0..8^10..103'; repeatable.", "WORDS")
    rerun: str | None = option("The rerun below a root.", "NAME")
    calib: str | None = option("Taken for the sake of old scripts, and not used.", "DIR")


class TractOptions(ImageOptions):
    """The options of ``fitslint hsc tract``."""

    outdir: Path | None = option("Folder of the sky map (default: deepCoadd).", "DIR")
    config: Words = option(f"Repeatable; keys are {' '.join(_CONFIG)}.", "KEY=VALUE")
    append: bool = option("Add a tract to the sky map that is there.")
    overwrite: bool = option("Another sky map may go.")


def build_discrete_map(options: TractOptions) -> ExitCode:
    """Draw the tract around CCD images of all filters, from their headers alone.

    The line that makeDiscreteSkyMap logs is printed; the tract is written as deepCoadd/skyMap.json
    and tract-N.fits. Exit 0: written; 1: another tract is there; 2: usage, or no image.
    """
    from fitslint.pipeline.hsc.errors import HscError
    from fitslint.pipeline.hsc.inputs import find_images
    from fitslint.pipeline.hsc.selection import describe_selection
    from fitslint.pipeline.hsc.tract.build import build_tract, list_warnings
    from fitslint.pipeline.hsc.tract.output import write_tract_map

    try:
        sources, selections = parse_sources(options)
        parameters = parse_parameters(options.config or ())
        images = find_images(sources, selections, options.rerun)
        folder = options.outdir or _find_folder(sources[0], options.rerun)
        known = _read_known(folder) if options.append or not options.overwrite else None
        number = 1 + max((tract.number for tract in known.tracts), default=-1) if known else 0
        if known is not None and not options.append:
            number = known.tracts[0].number
        tract = build_tract(images, parameters, number)
    except HscError as error:
        raise UsageError(str(error)) from None
    for warning in list_warnings(images, tract):
        print_error(f"warning: {warning}")
    print_lines([f"makeDiscreteSkyMap INFO: {tract.describe()}"])
    said = describe_selection(selections, len(images))
    print_lines([said] if said else [])
    if known is not None and (problem := _find_reason(known, tract, append=options.append)):
        print_error(problem)
        return ExitCode.FOUND
    written = write_tract_map(_join_maps(known if options.append else None, tract, images), folder)
    sys.stdout.writelines(f"{path}\n" for path in map(_escape, written))
    return ExitCode.OK


def parse_sources(options: ImageOptions) -> tuple[list[str], list[IdSelection]]:
    """Files and roots, and what ``--id`` selects; bare KEY=VALUE words belong to a single --id."""
    from fitslint.pipeline.hsc.selection import parse_selection

    if options.calib is not None:
        print_error("note: --calib is not needed and not used")
    words, bare = [text.split() for text in options.id or ()], []
    sources = []
    for source in options.sources:
        key, equals, _ = source.partition("=")
        if equals and key in _KEYS and not Path(source).exists():
            bare.append(source)
        else:
            sources.append(source)
    if bare and len(words) != 1:
        raise UsageError(
            f"{bare[0]}: put the words of each --id in quotes: --id '{' '.join(bare)}'"
        )
    if not sources:
        raise UsageError("say which images, or the root of hscPipe")
    return sources, [parse_selection([*group, *bare]) for group in words]


def parse_parameters(words: Sequence[str]) -> TractParameters:
    """The parameters of tracts that ``--config`` tells.

    Raises
    ------
    UsageError
        when a word is none of them.
    """
    from fitslint.pipeline.hsc.tract.geometry import TractParameters
    from fitslint.text import suggest

    values: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or key not in _CONFIG:
            near = suggest(key, _CONFIG, otherwise=f"; there are {' '.join(_CONFIG)}")
            raise UsageError(f"--config {word}: there is no such key{near}")
        name, convert = _CONFIG[key]
        try:
            values[name] = convert(text)
        except ValueError:
            raise UsageError(f"--config {word}: {text!r} is no number") from None
    return TractParameters(**values)


def _find_folder(source: str, rerun: str | None) -> Path:
    root = Path(source)
    if not root.is_dir():
        return Path("deepCoadd")
    return (root if rerun is None else root / "rerun" / rerun) / "deepCoadd"


def _read_known(folder: Path) -> TractMap | None:
    from fitslint.pipeline.hsc.tract.output import JSON_NAME, read_tract_map

    path = folder / JSON_NAME
    return read_tract_map(path) if path.exists() else None


def _find_reason(known: TractMap, tract: Tract, *, append: bool) -> str | None:
    """Why the sky map that is there must not be replaced or added to."""
    from fitslint.pipeline.hsc.tract.build import measure_shift

    if append:
        other = next((each for each in known.tracts if each.parameters != tract.parameters), None)
        if other is not None:
            return f"tract {other.number} was made with another --config; one sky map has one"
    for other in known.tracts:
        shift = measure_shift(other, tract)
        if shift is not None and (shift > 0 or append):
            return (
                f"tract {other.number} is there and covers the same field with another centre, "
                f"{shift:.0f} pixels away: patches of different filters would not match (HS103)\n"
                f"  there: {other.describe()}\n  now:   {tract.describe()}\n"
                "  select the images of all filters at once, or say --overwrite"
            )
    return None


def _join_maps(known: TractMap | None, tract: Tract, images: Sequence[CcdImage]) -> TractMap:
    from fitslint.pipeline.hsc.tract.output import TractInputs, TractMap

    inputs = TractInputs.from_images(images)
    if known is None:
        return TractMap((tract,), (inputs,))
    return TractMap((*known.tracts, tract), (*known.inputs, inputs))


def _escape(path: Path) -> str:
    from fitslint.report.escape import escape_text

    return escape_text(str(path))


class SkymapOptions(Options):
    """The options of ``fitslint hsc skymap``."""

    tract: list[str] = option("Number of a tract; repeatable.", "N", default=[])
    position: list[str] = option("The tract of a position.", "RA,DEC", default=[])
    skymap_version: int = option("0 as SSP, 1 with the numbers of rings mended.", "0|1", default=0)
    rings: int = option("Number of rings (SSP: 120).", "N", default=120)
    outdir: Path | None = option("Write tract-N.fits there.", "DIR")


def print_rings(options: SkymapOptions) -> ExitCode:
    """Tell where tracts of the Subaru Strategic Program are: all of the sky in rings.

    Exit 0: told; 2: usage, or there is no such tract.
    """
    from fitslint.pipeline.atomic_write import write_atomic
    from fitslint.pipeline.hsc.errors import HscError
    from fitslint.pipeline.hsc.tract.output import TractInputs, build_tract_file

    try:
        tracts, count = _find_tracts(options)
    except HscError as error:
        raise UsageError(str(error)) from None
    for tract in tracts:
        print_lines([f"makeSkyMap INFO: {tract.describe()}"])
        if options.outdir is not None:
            options.outdir.mkdir(parents=True, exist_ok=True)
            path = options.outdir / f"tract-{tract.number}.fits"
            write_atomic(path, build_tract_file(tract, TractInputs()))
    print_lines([f"sky map has {count} tracts"])
    return ExitCode.OK


def _find_tracts(options: SkymapOptions) -> tuple[list[Tract], int]:
    from fitslint.pipeline.hsc.tract.rings import RingsSkyMap

    sky = RingsSkyMap(options.rings, options.skymap_version)
    tracts = [sky.get_tract(number) for number in _parse_numbers(options.tract)]
    positions = (parse_position_option("--position", text) for text in options.position)
    return [*tracts, *(sky.find_tract(*position) for position in positions)], len(sky)


def _parse_numbers(words: Sequence[str]) -> Iterator[int]:
    for word in words:
        if not word.isascii() or not word.isdigit():
            raise UsageError(f"--tract {word}: a tract has a number")
        yield int(word)
