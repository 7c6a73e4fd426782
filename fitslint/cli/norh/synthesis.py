"""``fitslint norh simulate`` and ``fitslint norh synth``: correlations, and images of them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitslint.cli.errors import ExitCode, UsageError, print_error, require_choice
from fitslint.cli.norh.images import parse_numbers, store_products
from fitslint.cli.norh.lists import refuse_inputs, write_new_file
from fitslint.cli.options import Options, Words, argument, option
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.norh.synthesis.deck import Deck
    from fitslint.pipeline.norh.synthesis.raw import RawFrames
    from fitslint.pipeline.norh.synthesis.synthesize import SynthesisRequest

_UNITS = ("arcsec", "pixel")
_DYNAMIC_RANGE_MIN = 1000
"""Of maps in which fluxes within 4 % and positions within 0.3 arcsec were found again."""


class SimulateRawOptions(Options):
    """The options of ``fitslint norh simulate``."""

    scene: str = argument("What is on the sky (TOML).", "SCENE")
    freq: int | None = option("17 or 34 (GHz) instead of that of the scene.", "N")
    out: Path | None = option("The file (default: as the archive calls it).", "FILE", "--out", "-o")
    overwrite: bool = option("Files that are there may go.")


def simulate_raw(options: SimulateRawOptions) -> None:
    """Simulate what the 84 antennas record of a scene, with gains and noise by lot.

    The same seed gives the same numbers. Places of the antennas are reconstructed, and the sky is
    flat unless the scene says second_order. Exit 0: written; 2: usage; 3: the scene cannot be used.
    """
    from fitslint.pipeline.norh.synthesis.raw import build_raw_product, choose_raw_name
    from fitslint.pipeline.norh.synthesis.scene import read_scene
    from fitslint.pipeline.norh.synthesis.simulate import list_simulation, simulate_frames
    from fitslint.report.escape import escape_text
    from fitslint.text import count_noun, say

    scene = read_scene(options.scene)
    if options.freq is not None:
        if options.freq not in (17, 34):
            raise UsageError(f"--freq is 17 or 34, not {options.freq}")
        scene = replace(scene, frequency=f"{options.freq}GHz")
    made = simulate_frames(scene)
    path = str(options.out or choose_raw_name(made.raw))
    product = build_raw_product(made.raw, list_simulation(scene))
    refuse_inputs(Path(path), [options.scene])
    store_products({path: product}, overwrite=options.overwrite)
    if made.clipped:
        print_error(f"warning: {made.clipped} numbers were beyond a full correlation and are cut")
    count = count_noun(len(made.raw.numbers), "frame")
    told = say(
        "{path}: {frames} of {frequency}", path=path, frames=count, frequency=scene.frequency
    )
    sys.stdout.write(f"{escape_text(told)}\n")


class SynthOptions(Options):
    """The options of ``fitslint norh synth``; those of IDL's norh_synth have its names."""

    raw: list[str] = argument("Raw data of one schedule.", "RAW...", default=[])
    deck: Path | None = option("Input deck of Hanaoka, Koshix or Fujiki.", "FILE")
    write_deck: Path | None = option("Write the deck of these options; make no image.", "FILE")
    prog: str = option("hanaoka, koshix or fujiki.", "NAME")
    frames: str = option("N, N,N,N, FIRST:LAST:STEP or all (default: the first).", "WHICH")
    size: int | None = option("Pixels on a side (default: the whole disk).", "N", minimum=1)
    cenfnl: str = option("Centre, to the west and north of that of the Sun.", "X,Y")
    cenunit: str = option("Of --cenfnl: arcsec or pixel.", "NAME", default="arcsec")
    criterion: str = option("Where CLEAN ends, in K, or -1 times the disk.", "R+L[,R-L]")
    factor: float | None = option("Or at this part of the maximum.", "VAL")
    cleanbox: Words = option("Components only there, in arcsec; repeatable.", "X0,X1,Y0,Y1")
    cellsize: int | None = option("Of fujiki's weights: 3, 5 (default), 7 or 9.", "N")
    calibrate: int | None = option("Frames taken together for the gains.", "N", minimum=1)
    integrate: int | None = option("Frames taken together for an image.", "N", minimum=1)
    bad: Words = option("Antenna that is not used; repeatable.", "ANT")
    sz: str | None = option("Antennas that are not used, by norh sz.", "FILE")
    layout: str | None = option("How raw data of another layout are read (TOML).", "FILE")
    second_order: bool = option("Correct the curvature of the sky.")
    main_beam: bool = option("Correct the beam of the dishes.")
    outdir: Path | None = option("Folder of the images.", "DIR")
    overwrite: bool = option("Files that are there may go.")


def synthesize_raw(options: SynthOptions) -> ExitCode:
    """Make images of raw data: redundant calibration, CLEAN, restoration with the disk.

    The layout of the archive's raw data is not published: read are those of `norh simulate`, and
    any that --layout describes. Images are called as in the archive; they are not claimed to equal
    those of Hanaoka, Koshix and Fujiki. Without --prog, CLEAN is that of Hanaoka and goes down
    deeper, to -0.2 (34 GHz: -0.5) and a thousandth of the maximum. Exit 0: written; 1: CLEAN did
    not reach its criterion, or diverged; 2: usage; 3: the data cannot be used.
    """
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.norh.errors import NorhError
    from fitslint.pipeline.norh.synthesis.clean import DivergenceError
    from fitslint.pipeline.norh.synthesis.deck import format_deck, read_deck
    from fitslint.pipeline.norh.synthesis.synthesize import check_request

    require_choice("--cenunit", options.cenunit, _UNITS)
    deck = None if options.deck is None else read_deck(str(options.deck))
    raw = _read_raw(options, deck)
    try:
        deck = _complete_deck(options, deck, raw)
        request = _build_request(options, deck, raw)
        check_request(request, raw)
    except NorhError as error:
        raise UsageError(str(error)) from None
    if options.write_deck is not None:
        named: tuple[str | Path | None, ...] = (options.deck, options.layout, options.sz)
        inputs = [*options.raw, *(path for path in named if path is not None)]
        data = format_deck(deck).encode()
        write_new_file(options.write_deck, data, overwrite=options.overwrite, inputs=inputs)
        return ExitCode.OK
    folder = options.outdir or Path(deck.folder)
    try:
        with ProgressBar() as bar:
            return _write_images(raw, request, folder, bar, overwrite=options.overwrite)
    except DivergenceError as error:
        print_error(str(error))
        return ExitCode.FOUND


def _read_raw(options: SynthOptions, deck: Deck | None) -> RawFrames:
    from fitslint.pipeline.norh.synthesis.layout import read_layout
    from fitslint.pipeline.norh.synthesis.raw import find_raw_files, join_frames, read_raw

    paths = options.raw
    if not paths and (deck is None or options.deck is None):
        raise UsageError("name raw data, or a --deck that names them")
    if not paths and deck is not None and options.deck is not None:
        paths = find_raw_files(deck.raw, options.deck.parent)
    if options.layout is not None:
        return join_frames([read_layout(path, options.layout) for path in paths])
    return join_frames([read_raw(path) for path in paths])


def _complete_deck(options: SynthOptions, deck: Deck | None, raw: RawFrames) -> Deck:
    """The deck that is given, or that of the program, with what the options say."""
    from fitslint.pipeline.norh.clock import find_japanese_day
    from fitslint.pipeline.norh.synthesis.deck import PROGRAMS
    from fitslint.pipeline.norh.synthesis.plan import OWN_FACTOR, OWN_LEVELS, build_deck

    if deck is None:
        require_choice("--prog", options.prog, ("", *PROGRAMS))
        stem = Path(raw.path).name.removesuffix(".fits")
        day = find_japanese_day(raw.start)
        deck = build_deck(options.prog or "hanaoka", raw.frequency, stem, f"sz00{day:%y%m%d}001")
        first = int(raw.numbers[0])
        deck = replace(deck, frames=(first,), is_list=True, reference=(first, 1, 1))
        if not options.prog:
            levels = (OWN_LEVELS[raw.frequency],) * len(deck.criteria[0])
            deck = replace(deck, factor=OWN_FACTOR, criteria=(levels,))
    if options.frames:
        deck = replace(deck, **_parse_frames(options.frames, raw))
    if options.cenfnl:
        x, y = parse_numbers("--cenfnl", options.cenfnl, 2)
        deck = replace(deck, offset=(x, y), unit=1 + _UNITS.index(options.cenunit))
    if options.factor is not None and not 0 <= options.factor < 1:
        raise UsageError(f"--factor is from 0 to below 1, not {options.factor:g}")
    if options.criterion:
        count = 2 if "," in options.criterion else 1
        levels = parse_numbers("--criterion", options.criterion, count)
        deck = replace(deck, criteria=(levels,) * len(deck.criteria))
    facts: dict[str, Any] = {
        "size": options.size, "factor": options.factor, "calibration": options.calibrate,
        "integration": options.integrate,
    }  # fmt: skip
    return replace(deck, **{name: value for name, value in facts.items() if value is not None})


def _build_request(options: SynthOptions, deck: Deck, raw: RawFrames) -> SynthesisRequest:
    from fitslint.pipeline.norh.antennas import find_antenna
    from fitslint.pipeline.norh.bad_antennas import read_sz_file
    from fitslint.pipeline.norh.synthesis.plan import FUJIKI_CELL, build_request

    known = (None, 3, 5, 7, 9) if deck.program == "fujiki" else (None,)
    if options.cellsize not in known:
        raise UsageError("--cellsize is 3, 5, 7 or 9, of the weights of fujiki")
    boxes = tuple(parse_numbers("--cleanbox", box, 4) for box in options.cleanbox or ())
    bad = tuple(find_antenna(word) for word in options.bad or ())
    if options.sz is not None:
        bad += read_sz_file(options.sz)
    return build_request(
        deck, raw.frequency, bad=bad, cell=options.cellsize or FUJIKI_CELL, boxes=boxes,
        second_order=options.second_order, main_beam=options.main_beam,
    )  # fmt: skip


def _parse_frames(text: str, raw: RawFrames) -> dict[str, Any]:
    if text == "all":
        return {"frames": tuple(map(int, raw.numbers)), "is_list": True}
    separator = ":" if ":" in text else ","
    try:
        numbers = tuple(int(word) for word in text.split(separator))
    except ValueError:
        numbers = ()
    is_range = separator == ":"
    is_wrong = is_range and (len(numbers) not in (2, 3) or numbers[1] < numbers[0])
    if not numbers or min(numbers) < 1 or is_wrong:
        raise UsageError(f"--frames is N, N,N,N, FIRST:LAST:STEP or all, not {text!r}")
    if is_range and len(numbers) == 2:
        numbers += (1,)
    if is_range and len(range(numbers[0], numbers[1] + 1, numbers[2])) > len(raw.numbers):
        raise UsageError(f"--frames {text}: there are {len(raw.numbers)} frames in all")
    return {"frames": numbers, "is_list": not is_range}


def _write_images(
    raw: RawFrames, request: SynthesisRequest, folder: Path, bar: ProgressBar, *, overwrite: bool
) -> ExitCode:
    from fitslint.pipeline.norh.synthesis.synthesize import Synthesizer
    from fitslint.report.escape import escape_text

    maker, code = Synthesizer(raw, request), ExitCode.OK
    for frame in request.frames:
        bar.begin(f"frame {frame}")
        files = maker.make_images(frame)
        bar.clear()
        store_products(
            {str(folder / file.name): file.product for file in files}, overwrite=overwrite
        )
        for file in files:
            cleaned = file.made.cleaned
            print_lines([
                f"{escape_text(str(folder / file.name))}: peak {file.made.pixels.max():.3g} K, "
                f"{len(file.made.components[0])} components, dynamic range "
                f"{file.made.dynamic_range:.0f}"
            ])  # fmt: skip
            is_sum = file.name[2] != "s"  # R-L (ips, ifs) has a weak peak of its own
            if is_sum and file.made.dynamic_range < _DYNAMIC_RANGE_MIN:
                print_lines([
                    f"{escape_text(file.name)}: the dynamic range is below {_DYNAMIC_RANGE_MIN},"
                    " from which on fluxes hold to 4 % and positions to 0.3 arcsec: the map is for"
                    " strong sources only"
                ])  # fmt: skip
            if not cleaned.converged:
                code = ExitCode.FOUND
                print_error(
                    f"{file.name}: CLEAN did not reach its criterion in {cleaned.steps} steps"
                )
    return code
