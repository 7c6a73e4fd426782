"""``fitslint xray crop``: regions out of an image, and the image cut to a region."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.options import KEY_VALUES, Options, Words, argument, option
from fitslint.cli.report_lines import print_lines
from fitslint.cli.xray.steps import collect_facts, format_outcome

if TYPE_CHECKING:
    from fitslint.pipeline.xray.crop.crop import CropResult


class CropOptions(Options):
    """The options of ``fitslint xray crop``."""

    image: str = argument("Image (FITS).", "IMAGE")
    exclude: Words = option("Region file of what is taken out; repeatable.", "REGION")
    region: str | None = option("Region file of what is kept.", "REGION", "--region", "-r")
    expmap: str | None = option("Exposure map; unexposed pixels are left out.", "FILE")
    output: Path | None = option("The new image.", "FILE", "--output", "-o")
    mask: Path | None = option("Mask of what is left.", "FILE", "--mask", "-m")
    words: Words = KEY_VALUES


def crop(options: CropOptions) -> ExitCode:
    """Take regions out of an image, as dmcopy does, and cut it to another region.

    Pixels whose centre lies in --exclude or outside --region become 0; --mask tells them from those
    without counts. What the headers need and the image does not tell is said by --set
    KEYWORD=VALUE. Exit 0: the images conform; 1: something is unknown or found; 2: usage; 3: a file
    cannot be read, or no pixel is left.
    """
    from fitslint.pipeline.xray.crop.crop import CropRequest, crop_image

    if options.output is None:
        raise UsageError("say where the new image goes: --output FILE")
    if not options.exclude and options.region is None:
        raise UsageError("say what is taken out (--exclude) or what is kept (--region)")
    facts = collect_facts("xray-flux", options.words)
    request = CropRequest(
        options.image, options.output, tuple(options.exclude or ()), options.region,
        options.expmap, options.mask, facts=facts,
    )  # fmt: skip
    result = crop_image(request)
    print_lines(_format_result(result))
    return ExitCode.OK if result.ok else ExitCode.FOUND


def _format_result(result: CropResult) -> Iterator[str]:
    from fitslint.products.report import describe_problems
    from fitslint.text import count_noun

    rows, columns = result.shape
    yield f"{columns} x {rows} pixels, {count_noun(result.pixels, 'pixel')} of them inside"
    for written in result.images:
        yield format_outcome(written)
        yield from describe_problems(written)
