"""The scripts of the steps, filled in with what the files of a run are called."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from fitslint.pipeline.xray.acis.bands import EV_PER_KEV, Band
from fitslint.pipeline.xray.lightcurve import BIN_SECONDS
from fitslint.pipeline.xray.run.ciao.script import Script

_TOOLS = {
    "preprocess_data": "chandra_repro",
    "deflare_point_sources": (
        "fluximage mkpsfmap wavdetect dmcopy dmextract deflare blanksky blanksky_image"
    ),
    "merge_data": "merge_obs",
    "crop_data": "dmcopy wavdetect",
    "contour_binning": "contbin make_region_files",
    "regCoordChange": "Xvfb ds9 xpaset xpaaccess",
}
"""The programs that each script needs on PATH."""


def _fill_script(name: str, /, **words: Any) -> Script:
    path = Path(__file__).with_name("scripts") / f"{name}.sh"
    text = path.read_text(encoding="utf-8").format(**words)
    return Script(path.name, tuple(_TOOLS[name].split()), text)


def write_reprocessing(folder: str, *, is_vfaint: bool) -> Script:
    """Step 2."""
    veto = "check_vf_pha=yes " if is_vfaint else ""
    return _fill_script("preprocess_data", folder=shlex.quote(folder), veto=veto)


def write_deflaring(obs_id: str, band: Band, method: str, *, is_vfaint: bool) -> Script:
    """Step 3; the tools know nothing of the method ``refined``, and ``sigma`` is nearest to it."""
    blank = background = f"{obs_id}_background_clean.evt"
    screening = ""
    if is_vfaint:
        blank = f"{obs_id}_vfbackground_clean.evt"
        screening = f'dmcopy "{blank}[status=0]" {background} clobber=yes\n'
    return _fill_script(
        "deflare_point_sources", obs_id=obs_id, band=band, root=f"{obs_id}_{band.label}",
        events=f"acisf{obs_id}_repro_evt2.fits", regions=f"{obs_id}_src_{band.label}-noem.reg",
        energies=f"{band.low * EV_PER_KEV:g}:{band.high * EV_PER_KEV:g}", seconds=BIN_SECONDS,
        method="sigma" if method == "refined" else method, blank=blank, background=background,
        screening=screening,
    )  # fmt: skip


def write_merging(events: tuple[str, ...], chips: str, bands: str) -> Script:
    """Step 4: ``clean_evt.list`` and the merged images."""
    named = "\n".join(f"{path}[ccd_id={chips}]" for path in events)
    return _fill_script("merge_data", events=named, bands=bands)


def write_cropping(name: str, band: Band, cluster: str, sources: str, field: str) -> Script:
    """Step 6, with the region files of the cluster, of the sources and of the field."""
    return _fill_script(
        "crop_data", name=name, band=band, cluster=cluster, sources=sources, field=field
    )


def write_binning(
    image: str, sn: float, smooth_sn: float, reach: float | None, origin: tuple[float, float, float]
) -> Script:
    """Step 7."""
    constraint = "" if reach is None else f"--constrainfill --constrainval={reach:g} "
    return _fill_script(
        "contour_binning", image=image, sn=sn, smooth_sn=smooth_sn, constraint=constraint,
        origin=origin,
    )  # fmt: skip


def write_conversion(image: str, folder: str) -> Script:
    """Step 8, by DS9 on a display of its own."""
    return _fill_script("regCoordChange", image=image, folder=folder)
