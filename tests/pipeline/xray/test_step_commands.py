"""The steps by their commands: simulate, reprocess, deflare, merge and flux."""

from __future__ import annotations

import pytest

from fitslint.cli.main import main

pytest.importorskip("astropy.io.fits")


TOLD = ("--zlens", 0.183, "--cosmology", "70,0.3,0.7")


def run(*arguments):
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code or 0


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("commands")
    short = ("--exposure", 2000, "--observations", 1, "--sources", 2, "--aspect-step", 8)
    assert run("xray", "simulate", folder / "sky", *short, "--no-flares") == 0
    assert run("xray", "reprocess", folder / "sky" / "90001", "--outdir", folder / "kept") == 0
    return folder / "kept"


def test_the_steps_follow_each_other(kept, capsys):
    """In coarse pixels, so that it takes no time."""
    told = (*TOLD, "--bin", 4)
    assert run("xray", "deflare", kept, *told, "--method", "sigma", "--band", "0.5:2:1.2") == 0
    said = capsys.readouterr().out
    assert "90001_0.5-2_thresh.img" in said
    assert "quiet_time: " in said
    assert run("xray", "merge", kept, "--outdir", kept / "m", *told, "--band", "0.5:2:1.2") == 0
    capsys.readouterr()
    assert run("xray", "flux", kept / "m", "--band", "soft") == 3
    assert "flux images are 0.5-2; say --band" in capsys.readouterr().err
    for chosen in ((), ("--band", "0.5:2:1.2")):
        assert run("xray", "flux", kept / "m", *chosen) == 0
        assert "scaled_0.5-2_flux.fits" in capsys.readouterr().out
    assert (kept / "m" / "scaled_0.5-2_flux.fits").exists()


def test_events_that_were_not_reprocessed_are_told(kept, tmp_path, capsys):
    """Those of the archive may have been filtered, or not: the images are made, and it is said."""
    raw = kept.parent / "sky" / "90001"
    assert run("xray", "deflare", raw, "--outdir", tmp_path, "--bin", 8, *TOLD) == 0
    assert "evt2.fits: these events are as the archive has them" in capsys.readouterr().out


def test_copies_of_the_archive_are_passed_over_by_their_names(kept, capsys):
    """What reprocess leaves beside its product is no product, and the manual says how to tell."""
    assert run("check", "--no-cache", "--profile", "products", kept / "*1.fits") == 1
    capsys.readouterr()
    assert run("check", "--no-cache", "--profile", "products", "--exclude", "*1.fits", kept) == 0
    assert "evt2" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("deflare", "DIR", "--band", "7:0.5"), "the lower comes first"),
        (("deflare", "DIR", "--method", "median"), "--method"),
        (("deflare", "DIR", "--bin", 0.1), "1 to 64 sky pixels"),
        (("merge", "DIR", "--center", "12"), "RA,DEC in degrees"),
        (("merge", "DIR/nowhere"), "there is no such folder"),
        (("flux", "DIR/nowhere"), "no flux image of merge"),
        (("simulate", "DIR/sim", "--observations", 7), "1 to 4"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(kept, capsys, words, sentence):
    code = run("xray", *(str(word).replace("DIR", str(kept)) for word in words))
    said = capsys.readouterr()
    assert code in (2, 3)
    assert sentence in said.err
    assert said.err.count("\n") == 1
