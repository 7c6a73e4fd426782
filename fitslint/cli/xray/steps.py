"""``fitslint xray reprocess``, ``deflare``, ``merge`` and ``flux``: from events to a flux map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fitslint.cli.conform import parse_fact
from fitslint.cli.errors import ExitCode, UsageError, require_choice
from fitslint.cli.options import KEY_VALUES, Options, Words, argument, option
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.pipeline.xray.acis.bands import Band
    from fitslint.pipeline.xray.steps.result import StepResult
    from fitslint.products.result import ConformResult

_METHODS = ("refined", "clean", "sigma")


class FieldOptions(Options):
    """Of images: the band, the pixels, and what their headers say of the field."""

    band: str = option("Name of a band, or Emin:Emax:Eeff in keV.", "BAND", default="broad")
    bin: float = option("Sky pixels of a pixel.", "N", "--bin", "-b", default=1.0)
    zlens: float | None = option("Redshift of the cluster.", "Z")
    cosmology: str | None = option("Cosmology of PIXKPC.", "NAME|H0,OM,OL")
    words: Words = KEY_VALUES


class ReprocessOptions(Options):
    """The options of ``fitslint xray reprocess``."""

    folder: Path = argument("Folder of an observation, as the archive gives it.", "DIR")
    outdir: Path = option("Folder of what is kept.", "DIR", default=Path("reprocessed_data"))
    keep_vetoed: bool = option("Keep events that the outer pixels of VFAINT veto.")


def run_reprocessing(options: ReprocessOptions) -> ExitCode:
    """Filter the events of an observation: good time, pixels, grades and status.

    Writes acisf{obs}_repro_evt2.fits, and beside it what the next steps need: bad pixels, aspect
    solution, windows, blank-sky list. Exit 0: written; 2: usage; 3: a file cannot be read
    or written.
    """
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.xray.steps.observation import find_observation
    from fitslint.pipeline.xray.steps.reprocess import ReprocessRequest, reprocess_observation

    files = find_observation(options.folder, "raw")
    request = ReprocessRequest(files, options.outdir, not options.keep_vetoed)
    with ProgressBar() as bar:
        result = reprocess_observation(request, bar.begin("reprocessing"))
    return _report_step(result)


class DeflareOptions(FieldOptions):
    """The options of ``fitslint xray deflare``."""

    folder: Path = argument("Folder of reprocess.", "DIR")
    outdir: Path | None = option("Folder of the products; by default the same.", "DIR")
    method: str = option("refined, clean or sigma.", "NAME", default="refined")


def run_deflaring(options: DeflareOptions) -> ExitCode:
    """Make image, exposure map and sources of an observation, and take flares out of its events.

    The light curve has bins of 259.28 s, beside the sources. --method clean and sigma are those of
    CIAO's deflare; refined asks of every frame whether it is in a flare. Exit 0: all images
    conform; 1: one does not; 2: usage; 3: a file cannot be read or written.
    """
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.xray.steps.deflare import DeflareRequest, deflare_observation
    from fitslint.pipeline.xray.steps.observation import find_observation

    require_choice("--method", options.method, _METHODS)
    files = find_observation(options.folder, "repro", "raw")
    request = DeflareRequest(
        files, options.outdir or options.folder, _parse_band(options.band), options.method,
        _require_bin(options.bin), _collect_field(options),
    )  # fmt: skip
    with ProgressBar() as bar:
        result = deflare_observation(request, bar.begin("deflaring"))
    return _report_step(result)


class MergeOptions(FieldOptions):
    """The options of ``fitslint xray merge``."""

    folders: list[str] = argument("Folders of deflare, one for every observation.", "DIR...")
    outdir: Path = option("Folder of the mosaic.", "DIR", default=Path("merged"))
    center: str | None = option("Tangent point RA,DEC in degrees.", "RA,DEC")


def run_merge(options: MergeOptions) -> ExitCode:
    """Merge observations: events on one tangent plane, counts, exposure and flux.

    The tangent point is the mean of the nominal positions, unless --center names one. Exit 0: all
    images conform; 1: one does not; 2: usage; 3: a file cannot be read or written.
    """
    from fitslint.cli.progress import ProgressBar
    from fitslint.pipeline.xray.steps.merge import MergeRequest, merge_observations
    from fitslint.pipeline.xray.steps.observation import find_observation

    request = MergeRequest(
        tuple(find_observation(Path(folder)) for folder in options.folders), options.outdir,
        _parse_band(options.band), _require_bin(options.bin), _parse_center(options.center),
        _collect_field(options),
    )  # fmt: skip
    with ProgressBar() as bar:
        result = merge_observations(request, bar.begin("merging"))
    return _report_step(result)


class ScaleFluxOptions(Options):
    """The options of ``fitslint xray flux``."""

    folder: Path = argument("Folder of merge.", "DIR")
    band: str = option("Band; needed where merge made images of several.", "BAND")
    out: Path | None = option("Image (scaled_{band}_flux.fits).", "FILE", "--out", "-o")


def run_flux_scaling(options: ScaleFluxOptions) -> ExitCode:
    """Scale the flux of a mosaic back to counts for contour binning.

    2.5 times the flux, times mean counts by mean flux; FLUXSCAL tells the factor. Exit 0: the image
    conforms; 1: it does not; 2: usage; 3: a file cannot be read or written.
    """
    from fitslint.pipeline.xray.steps.scale import ScaleRequest, find_merged_band, scale_flux

    folder = options.folder
    wanted = _parse_band(options.band).name if options.band else ""
    name = find_merged_band(folder, wanted)
    output = options.out or folder / f"scaled_{name}_flux.fits"
    request = ScaleRequest(folder / f"{name}_flux.img", folder / f"{name}_thresh.img", output)
    return _report_step(scale_flux(request))


def _parse_band(text: str) -> Band:
    from fitslint.pipeline.xray.acis.bands import parse_band
    from fitslint.pipeline.xray.errors import XrayError

    try:
        return parse_band(text)
    except XrayError as error:
        raise UsageError(f"--band: {error}") from None


def _require_bin(size: float) -> float:
    if not 1 <= size <= 64:
        raise UsageError("--bin is 1 to 64 sky pixels")
    return size


def _parse_center(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        ra, dec = (float(word) for word in text.split(","))
    except ValueError:
        ra = dec = float("nan")
    if not (-360 <= ra <= 360 and -90 <= dec <= 90):
        raise UsageError("--center is RA,DEC in degrees")
    return ra, dec


def collect_facts(kind: str, words: Words) -> dict[str, Any]:
    """What --set KEYWORD=VALUE tells of a kind of product.

    Raises
    ------
    UsageError
        when a word has another form.
    """
    return dict(parse_fact(kind, word) for word in words or ())


def format_outcome(written: ConformResult) -> str:
    """A line that says whether an image conforms."""
    from fitslint.report.escape import escape_text

    path = escape_text(written.path)
    return f"{path}: conforms" if written.ok else f"{path}: does not conform"


def _collect_field(options: FieldOptions) -> dict[str, Any]:
    facts = collect_facts("xray-counts", options.words)
    named = {"zlens": options.zlens, "cosmology": options.cosmology}
    return facts | {name: value for name, value in named.items() if value is not None}


def _report_step(result: StepResult) -> ExitCode:
    print_lines(_format_step(result))
    return ExitCode.OK if result.ok else ExitCode.FOUND


def _format_step(result: StepResult) -> Iterator[str]:
    from fitslint.products.report import describe_problems
    from fitslint.report.escape import escape_text

    for path in result.paths:
        yield escape_text(str(path))
    for written in result.maps:
        if not written.ok:
            yield format_outcome(written)
            yield from describe_problems(written)
    for name, value in result.numbers.items():
        yield f"{name}: {value:.10g}"
    yield from map(escape_text, result.notes)
