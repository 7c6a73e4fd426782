"""The command lines of the eight steps, with the parameters that the seed of the project names."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from fitslint.pipeline.xray.acis.bands import EV_PER_KEV, Band
from fitslint.pipeline.xray.run.ciao.script import Script

_FRAMES = 259.28
"""Seconds of a bin of the light curve: 80 frames of ACIS."""
_WAVELETS = (
    'scales="1 2 4 8 16 32"', "maxiter=3", "sigthresh=5e-6", "ellsigma=5.0", "clobber=yes"
)  # fmt: skip


def write_reprocessing(folder: str, *, is_vfaint: bool) -> Script:
    """Step 2."""
    veto = "check_vf_pha=yes " if is_vfaint else ""
    line = f"chandra_repro {shlex.quote(folder)} {veto}outdir=./ verbose=1 clobber=yes"
    return Script("preprocess_data.sh", ("chandra_repro",), (line,))


def write_deflaring(obs_id: str, band: Band, method: str, *, is_vfaint: bool) -> Script:
    """Step 3."""
    tools = ("fluximage", "mkpsfmap", "wavdetect", "dmcopy", "dmextract", "deflare", "blanksky",
             "blanksky_image")  # fmt: skip
    lines = _list_deflaring(obs_id, band, method, is_vfaint=is_vfaint)
    return Script("deflare_point_sources.sh", tools, tuple(lines))


def _list_deflaring(obs_id: str, band: Band, method: str, *, is_vfaint: bool) -> Iterator[str]:
    root, events = f"{obs_id}_{band.label}", f"acisf{obs_id}_repro_evt2.fits"
    regions = f"{obs_id}_src_{band.label}-noem.reg"
    yield (
        f"fluximage ./ ./{obs_id} binsize=1 "
        f"bands={band.low:g}:{band.high:g}:{band.effective:g} clobber=yes"
    )
    yield (
        f"mkpsfmap {root}_thresh.img outfile={root}.psf energy={band.effective:g} ecf=0.9 "
        "clobber=yes"
    )
    yield _format_wavdetect(
        f"{root}_thresh.img", f"{root}.psf", f"{obs_id}_", band,
        exposure=f"{root}_thresh.expmap", regions=regions,
    )  # fmt: skip
    yield (
        f'dmcopy "{events}[exclude sky=region({regions})]" {obs_id}_nosources.evt '
        "option=all clobber=yes"
    )
    energies = f"{band.low * EV_PER_KEV:g}:{band.high * EV_PER_KEV:g}"
    yield (
        f'dmcopy "{obs_id}_nosources.evt[energy={energies}]" {root}_nosources.evt '
        "option=all clobber=yes"
    )
    yield (
        f'dmextract "{root}_nosources.evt[bin time=::{_FRAMES}]" {root}.lc opt=ltc1 clobber=yes'
    )  # fmt: skip
    named = "sigma" if method == "refined" else method
    yield f"deflare {root}.lc {root}.gti method={named}"
    yield f'dmcopy "{events}[@{root}.gti]" acisf{obs_id}_clean_evt.fits option=all clobber=yes'
    yield from _list_background(obs_id, root, events, is_vfaint=is_vfaint)


def _list_background(obs_id: str, root: str, events: str, *, is_vfaint: bool) -> Iterator[str]:
    background = f"{obs_id}_background_clean.evt"
    made = f"{obs_id}_vfbackground_clean.evt" if is_vfaint else background
    yield f'blanksky evtfile="{events}[@{root}.gti]" outfile={made} tmpdir=./ clobber=yes'
    if is_vfaint:
        yield f'dmcopy "{made}[status=0]" {background} clobber=yes'
    yield (
        f"blanksky_image bkgfile={background} outroot={obs_id}_blank imgfile={root}_thresh.img "
        "tmpdir=./ clobber=yes"
    )


def _format_wavdetect(
    image: str, psf: str, root: str, band: Band, *, exposure: str, regions: str
) -> str:
    words = (
        f"infile={image}", f"psffile={psf}", f"expfile={exposure}",
        f"outfile={root}src_{band.label}.fits", f"scellfile={root}scell_{band.label}.fits",
        f"imagefile={root}imgfile_{band.label}.img", f"defnbkgfile={root}defnbkg_{band.label}.fits",
        f"regfile={regions}",
    )  # fmt: skip
    return " ".join(("wavdetect", *words, *_WAVELETS))


def write_merging(events: tuple[str, ...], chips: str, band: str) -> Script:
    """Step 4: ``clean_evt.list`` and the merged images."""
    named = "\n".join(f"{path}[ccd_id={chips}]" for path in events)
    return Script(
        "merge_data.sh", ("merge_obs",),
        (f"cat > clean_evt.list <<'END'\n{named}\nEND",
         f"merge_obs @clean_evt.list ./ bin=1 bands={band} clobber=yes"),
    )  # fmt: skip


def write_cropping(name: str, band: Band, cluster: str, sources: str, field: str) -> Script:
    """Step 6, with the region files of the cluster, of the sources and of the field."""
    lines = (
        f'dmcopy "{name}_thresh.img[exclude sky=region({cluster})]" {name}_thresh_noem.img '
        "clobber=yes",
        _format_wavdetect(
            f"{name}_thresh_noem.img", "none", f"{name}_", band,
            exposure=f"{name}_thresh.expmap", regions=f"{name}_src_{band.label}.reg",
        ),
        f'dmcopy "scaled_{name}_flux.fits[exclude sky=region({sources})]" '
        f"scaled_{name}_flux_cropped.fits clobber=yes",
        f'dmcopy "scaled_{name}_flux_cropped.fits[sky=region({field})]" '
        f"scaled_{name}_flux_final.fits clobber=yes",
    )  # fmt: skip
    return Script("crop_data.sh", ("dmcopy", "wavdetect"), lines)


def write_binning(
    image: str, sn: float, smooth_sn: float, constrainval: float | None,
    origin: tuple[float, float, float],
) -> Script:  # fmt: skip
    """Step 7."""
    constraint = "" if constrainval is None else f"--constrainfill --constrainval={constrainval:g} "
    left, bottom, size = origin
    return Script(
        "contour_binning.sh", ("contbin", "make_region_files"),
        (f"contbin --sn={sn:g} --smoothsn={smooth_sn:g} {constraint}{image}",
         "mkdir -p outreg",
         f"make_region_files --minx={left:.10g} --miny={bottom:.10g} --bin={size:.10g} "
         "--outdir=outreg contbin_binmap.fits"),
    )  # fmt: skip


def write_conversion(image: str, folder: str) -> Script:
    """Step 8, by DS9 on a display of its own."""
    say = "xpaset -p fitslint"
    lines = (
        "export XPA_METHOD=local",
        "exec 3>display.txt",
        "Xvfb -displayfd 3 -screen 0 1024x768x24 & server=$!",
        "trap 'kill $viewer $server 2>/dev/null; rm -f display.txt' EXIT",
        "until [ -s display.txt ]; do sleep 0.1; done",
        f"DISPLAY=:$(cat display.txt) ds9 -title fitslint {image} & viewer=$!",
        # xpaaccess ends with the number of access points, 0 where there is none.
        "until xpaaccess fitslint | grep -q yes; do kill -0 $viewer; sleep 0.3; done",
        f"for region in {folder}/xaf_*.reg; do",
        f"    {say} regions load $region",
        f"    {say} regions format ciao",
        f"    {say} regions system wcs",
        f"    {say} regions skyformat sexagesimal",
        f"    {say} regions save $(basename $region .reg)_sex.reg",
        f"    {say} regions delete all",
        "done",
    )
    return Script("regCoordChange.sh", ("Xvfb", "ds9", "xpaset", "xpaaccess"), lines)
