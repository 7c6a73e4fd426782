"""The CIAO engine: the command lines of its scripts, and their run by recorded stand-ins."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.run.execute import DONE, FAILED
from fitslint.pipeline.xray.acis.bands import parse_band
from fitslint.pipeline.xray.run.ciao import commands
from fitslint.pipeline.xray.run.ciao.script import Script, run_script
from tests.pipeline.xray.ds9 import list_missing
from tests.pipeline.xray.test_run import made, run_all

__all__ = ["made"]
fits = pytest.importorskip("astropy.io.fits")
BAND = parse_band("0.5:7:2.3")
TOOL = """#!/bin/bash
echo "$(basename "$0") $*" >> "$FITSLINT_TOOLS_LOG"
cp -n "$FITSLINT_RECORDED/$(basename "$0")"/* . 2>/dev/null
exit 0
"""
DEFLARING = """fluximage ./ ./16626 binsize=1 bands=0.5:7:2.3 clobber=yes
mkpsfmap 16626_0.5-7_thresh.img outfile=16626_0.5-7.psf energy=2.3 ecf=0.9 clobber=yes
wavdetect infile=16626_0.5-7_thresh.img psffile=16626_0.5-7.psf expfile=16626_0.5-7_thresh.expmap \
outfile=16626_src_0.5-7.fits scellfile=16626_scell_0.5-7.fits imagefile=16626_imgfile_0.5-7.img \
defnbkgfile=16626_defnbkg_0.5-7.fits regfile=16626_src_0.5-7-noem.reg scales="1 2 4 8 16 32" \
maxiter=3 sigthresh=5e-6 ellsigma=5.0 clobber=yes
dmcopy "acisf16626_repro_evt2.fits[exclude sky=region(16626_src_0.5-7-noem.reg)]" \
16626_nosources.evt option=all clobber=yes
dmcopy "16626_nosources.evt[energy=500:7000]" 16626_0.5-7_nosources.evt option=all clobber=yes
dmextract "16626_0.5-7_nosources.evt[bin time=::259.28]" 16626_0.5-7.lc opt=ltc1 clobber=yes
deflare 16626_0.5-7.lc 16626_0.5-7.gti method=clean
dmcopy "acisf16626_repro_evt2.fits[@16626_0.5-7.gti]" acisf16626_clean_evt.fits option=all \
clobber=yes
blanksky evtfile="acisf16626_repro_evt2.fits[@16626_0.5-7.gti]" \
outfile=16626_vfbackground_clean.evt tmpdir=./ clobber=yes
dmcopy "16626_vfbackground_clean.evt[status=0]" 16626_background_clean.evt clobber=yes
blanksky_image bkgfile=16626_background_clean.evt outroot=16626_blank \
imgfile=16626_0.5-7_thresh.img tmpdir=./ clobber=yes
"""


def read_commands(script):
    """The lines of a script behind its first two."""
    first, second, *lines = script.text.splitlines()
    assert (first, second) == ("#!/bin/bash", "set -e")
    assert script.text.endswith("\n")
    return lines


def test_commands_are_those_of_the_seed():
    found = commands.write_reprocessing("/data/16626", is_vfaint=True)
    assert read_commands(found) == [
        "chandra_repro /data/16626 check_vf_pha=yes outdir=./ verbose=1 clobber=yes",
    ]
    assert read_commands(commands.write_reprocessing("/a b", is_vfaint=False)) == [
        "chandra_repro '/a b' outdir=./ verbose=1 clobber=yes",
    ]
    found = commands.write_deflaring("16626", BAND, "clean", is_vfaint=True)
    assert read_commands(found) == DEFLARING.splitlines()
    found = commands.write_deflaring("16626", BAND, "refined", is_vfaint=False)
    assert [line.partition(" ")[0] for line in read_commands(found)][-2:] == [
        "blanksky", "blanksky_image"
    ]  # fmt: skip
    assert found.text.count("16626_background_clean.evt") == 2 and "method=sigma" in found.text
    found = commands.write_merging(("/a/x.fits", "/b/y.fits"), "0:3", "broad")
    assert read_commands(found) == [
        "cat > clean_evt.list <<'END'", "/a/x.fits[ccd_id=0:3]", "/b/y.fits[ccd_id=0:3]", "END",
        "merge_obs @clean_evt.list ./ bin=1 bands=broad clobber=yes",
    ]  # fmt: skip
    lines = read_commands(commands.write_cropping("broad", BAND, "c.reg", "s.reg", "square.reg"))
    assert lines[0] == (
        'dmcopy "broad_thresh.img[exclude sky=region(c.reg)]" broad_thresh_noem.img clobber=yes'
    )
    assert "psffile=none expfile=broad_thresh.expmap" in lines[1]
    assert lines[3] == (
        'dmcopy "scaled_broad_flux_cropped.fits[sky=region(square.reg)]" '
        "scaled_broad_flux_final.fits clobber=yes"
    )
    found = commands.write_binning("f.fits", 70.0, 100.0, 3.0, (4000.5, 3800.5, 1.0))
    assert read_commands(found) == [
        "contbin --sn=70 --smoothsn=100 --constrainfill --constrainval=3 f.fits",
        "mkdir -p outreg",
        "make_region_files --minx=4000.5 --miny=3800.5 --bin=1 --outdir=outreg contbin_binmap.fits",
    ]


@pytest.fixture
def ciao(made, tmp_path, monkeypatch):
    """Stand-ins for the tools, which write what the embedded engine made, and say what was asked.

    Returns the configuration and the log of the commands.
    """
    source, folder = made[0].parent, tmp_path / "run"
    folder.mkdir()
    (folder / "data").symlink_to(source / "data")
    tables = json.loads(made[0].read_text())
    del tables["flags"]
    tables["options"] |= {"engine": "ciao", "qc": False}
    path = folder / "toy.json"
    path.write_text(json.dumps(tables))
    reprocessed, merged = source / "reprocessed_data/90001", source / "merge_toy_25_20"
    bins = source / "spec_files/contbin_sn20_smooth25"
    recorded = {
        "chandra_repro": [*reprocessed.glob("*_repro_*"), *reprocessed.glob("*1.fits")],
        "fluximage": [*reprocessed.glob("*_thresh*"), *reprocessed.glob("*flux.img")],
        "deflare": [*reprocessed.glob("*.gti"), *reprocessed.glob("*_clean_evt.fits")],
        "mkpsfmap": [], "dmextract": [], "blanksky": [], "blanksky_image": [],
        "wavdetect": [merged / "broad_src_0.5-7.reg"],
        "dmcopy": [*merged.glob("scaled_broad_flux_*.fits"), merged / "broad_thresh_noem.img"],
        "merge_obs": [merged / f"{band}_{kind}" for band in ("broad", "0.5-2")
                      for kind in ("thresh.img", "thresh.expmap", "flux.img")],
        "contbin": [*bins.glob("contbin_*.fits")], "make_region_files": [],
    }  # fmt: skip
    for name, files in recorded.items():
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(TOOL)
        (tmp_path / "bin" / name).chmod(0o755)
        (tmp_path / "recorded" / name).mkdir(parents=True)
        for file in files:
            shutil.copy(file, tmp_path / "recorded" / name)
    (tmp_path / "bin" / "make_region_files").write_text(
        f"{TOOL.replace('exit 0', '')}cp {bins}/outreg/xaf_*.reg outreg/\n"
    )
    log = tmp_path / "log"
    monkeypatch.setenv("FITSLINT_TOOLS_LOG", str(log))
    monkeypatch.setenv("FITSLINT_RECORDED", str(tmp_path / "recorded"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return path, log


@pytest.mark.long
def test_the_tools_are_asked_in_their_order_and_their_images_conform(ciao):
    path, log = ciao
    results = run_all(path)
    status = {name: (one.status, one.reason) for name, one in results.items()}
    without_ds9 = {name: one for name, one in results.items() if name != "coordinates"}
    assert {one.status for one in without_ds9.values()} == {DONE}, status
    asked = [line.split()[0] for line in log.read_text().splitlines()]
    assert asked == [
        "chandra_repro", "fluximage", "mkpsfmap", "wavdetect", "dmcopy", "dmcopy", "dmextract",
        "deflare", "dmcopy", "blanksky", "dmcopy", "blanksky_image", "merge_obs", "dmcopy",
        "wavdetect", "dmcopy", "dmcopy", "contbin", "make_region_files",
    ]  # fmt: skip
    script = path.parent / "reprocessed_data/90001/deflare_point_sources.sh"
    assert script.read_text().startswith("#!/bin/bash\nset -e\nfluximage ./ ./90001 ")
    assert os.access(script, os.X_OK)
    counts = fits.getheader(path.parent / "merge_toy_25_20/broad_thresh.img")
    assert (counts["BUNIT"], counts["PRODUCT"]) == ("count", "xray-counts")
    if not list_missing():
        assert results["coordinates"].status == DONE, results["coordinates"].reason


def test_a_tool_that_is_missing_or_fails_is_a_sentence(tmp_path):
    script = Script("x.sh", ("no-such-tool",), "no-such-tool\n")
    with pytest.raises(PipelineError, match="no-such-tool is not on PATH: start CIAO"):
        run_script(script, tmp_path, {})
    assert (tmp_path / "x.sh").read_text() == "no-such-tool\n"
    script = Script("y.sh", (), "echo too bad\nexit 7\ntouch later\n")
    with pytest.raises(PipelineError, match=r"y\.sh failed with exit code 7: too bad"):
        run_script(script, tmp_path, {})
    assert not (tmp_path / "later").exists()


def test_a_display_that_does_not_come_ends_the_step(tmp_path, monkeypatch):
    script = commands.write_conversion("map.fits", "outreg")
    (tmp_path / "bin").mkdir()
    for name in script.tools:
        (tmp_path / "bin" / name).write_text("#!/bin/bash\nexit 1\n")
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(PipelineError, match=r"regCoordChange\.sh failed with exit code 1"):
        run_script(script, tmp_path, {})


@pytest.mark.long
def test_without_ciao_the_script_is_there_to_read_and_the_step_fails(ciao, monkeypatch):
    path, _ = ciao
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    results = run_all(path)
    assert results["reprocess 90001"].status == FAILED
    assert "chandra_repro is not on PATH" in results["reprocess 90001"].reason
    script = path.parent / "scripts/90001/preprocess_data.sh"
    assert "\nchandra_repro /" in script.read_text()
