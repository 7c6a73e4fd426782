"""``fitslint xray contbin``: an image is cut into bins along its contours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.options import KEY_VALUES, Options, Words, argument, option
from fitslint.cli.report_lines import print_lines
from fitslint.cli.xray.steps import collect_facts, format_outcome

if TYPE_CHECKING:
    from fitslint.pipeline.xray.contbin.run import ContbinRequest, ContbinResult


class ContbinOptions(Options):
    """The options of ``fitslint xray contbin``; those of contbin have its names and defaults."""

    image: str = argument("Image of counts (FITS).", "IMAGE")
    sn: float = option("Signal to noise of a bin.", "VAL", "--sn", "-s", default=15.0)
    smoothsn: float = option("Signal to noise of the smoothing.", "VAL", default=15.0)
    smoothed: str | None = option("Smoothed image instead.", "FILE")
    mask: str | None = option("Mask: 1 inside, 0 outside.", "FILE", "--mask", "-m")
    automask: bool = option("Leave out blocks of 8 x 8 pixels without counts.")
    bg: str | None = option("Image of the background.", "FILE", "--bg", "-b")
    expmap: str | None = option("Exposure map.", "FILE")
    bgexpmap: str | None = option("Exposure map of the background.", "FILE")
    noisemap: str | None = option("Noise of every pixel.", "FILE")
    constrainfill: bool = option("Keep bins compact.")
    constrainval: float = option(
        "How far a pixel may be from the centre of its bin, in radii of a disc of its area.",
        "VAL", default=3.0,
    )  # fmt: skip
    noscrub: bool = option("Keep bins below the signal to noise.")
    binup: bool = option("Begin with the faintest pixel.")
    scrublarge: float | None = option("Leave out bins with this fraction of all pixels.", "VAL")
    counts: str | None = option("Image of the photons, for the true signal to noise.", "FILE")
    outdir: Path = option("Folder of the maps.", "DIR", default=Path())
    out: str | None = option("Mean signal (contbin_out.fits).", "FILE", "--out", "-o")
    outsn: str | None = option("Signal to noise (contbin_sn.fits).", "FILE", "--outsn", "-e")
    outbinmap: str | None = option("Bins (contbin_binmap.fits).", "FILE", "--outbinmap", "-n")
    words: Words = KEY_VALUES


def run_contbin(options: ContbinOptions) -> ExitCode:
    """Cut an image into bins that follow its contours (Sanders 2006), and write their maps.

    The bins are those of the program contbin in every pixel. Maps, histograms and a table of the
    bins are written to --outdir under its names; what their headers need and the image does not
    tell is said by --set KEYWORD=VALUE. Exit 0: the maps conform; 1: something is unknown or found;
    2: usage; 3: an image cannot be read.
    """
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.xray.contbin.run import run_binning

    request = _build_request(options)
    with ProgressBar() as bar:
        result = run_binning(request, bar.begin)
    print_lines(_format_result(result))
    return ExitCode.OK if result.ok else ExitCode.FOUND


def _build_request(options: ContbinOptions) -> ContbinRequest:
    from fitslint.pipeline.xray.contbin.binning import BinningOptions
    from fitslint.pipeline.xray.contbin.run import ContbinRequest
    from fitslint.pipeline.xray.errors import XrayError

    names = {"binmap": options.outbinmap, "sn": options.outsn, "binned": options.out}
    try:
        how = BinningOptions(
            options.sn, options.constrainval if options.constrainfill else None,
            not options.noscrub, options.binup, options.scrublarge,
        )  # fmt: skip
    except XrayError as error:
        raise UsageError(str(error)) from None
    return ContbinRequest(
        image=options.image, options=how, smooth_sn=options.smoothsn, outdir=options.outdir,
        smoothed=options.smoothed, mask=options.mask, automask=options.automask,
        background=options.bg, exposure=options.expmap, background_exposure=options.bgexpmap,
        noise=options.noisemap, counts=options.counts,
        facts=collect_facts("binmap", options.words),
        names={kind: name for kind, name in names.items() if name is not None},
    )  # fmt: skip


def _format_result(result: ContbinResult) -> Iterator[str]:
    from fitslint.products.report import describe_problems
    from fitslint.text import count_noun, say

    binning, true_sn = result.binning, result.true_sn
    bins, pixels = count_noun(len(binning.sn), "bin"), int(binning.pixels.sum())
    yield say("{bins} of {pixels}", bins=bins, pixels=count_noun(pixels, "pixel"))
    if len(true_sn):
        yield (
            f"signal to noise {binning.sn.min():.1f} to {binning.sn.max():.1f}; of the photons "
            f"{true_sn.min():.1f} to {true_sn.max():.1f}"
        )
    if binning.stuck:
        yield f"{count_noun(binning.stuck, 'bin')} below it without neighbours"
    shared = set.intersection(*(set(describe_problems(written)) for written in result.maps))
    for written in result.maps:
        yield format_outcome(written)
        yield from (line for line in describe_problems(written) if line not in shared)
    if shared:
        yield "all maps:"
        yield from (line for line in describe_problems(result.maps[0]) if line in shared)
