"""Dictionaries judge the kinds of file they are for; those of the user take part in recognising."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fitslint.config.load import resolve_settings
from fitslint.config.settings import Settings
from fitslint.dictionary import DictionaryError
from fitslint.engine.linter import Linter
from fitslint.model.finding import FileReport
from fitslint.source.files import read_bytes, read_file
from fitslint.testing.examples import build_example

FOCAS = ("TELESCOP= 'Subaru  '", "INSTRUME= 'FOCAS   '", "AIRMASS = '1.234   '")
NORH = ("TELESCOP= 'RADIOHELIOGRAPH'", "OBS-FREQ= '17GHZ   '")
FAMILIES = ("DI", "SB", "NR")
HEAD = """[dictionary]
id = "{id}"
version = "1.0.0"
title = "t"
authority = "a"
edition = "1"
"""
KEYWORD = "[[keyword]]\nname = 'SKYTEMP'\ntype = 'real'\nimportance = 'needed'\n"
RECOGNISES = "[dictionary.recognises]\nheader = { INSTRUME = ['OWNCAM'] }\n"
NEEDED = "[dictionary.importance]\nneeded = 'true'\n"


def judge(text: str, settings: Settings | None = None, name: str = "x.fits") -> FileReport:
    one = Linter(settings or Settings())
    return one.lint(read_bytes(build_example(text).data, name, one.settings.limits))


def codes(report: FileReport) -> set[str]:
    return {one.code for one in report.findings if one.code.startswith(FAMILIES)}


@pytest.mark.parametrize(
    "sign",
    [
        "AR_HDU  =                    5",
        "IRAF-TLM= '2021-03-30T02:05:18'",
        "CCDPROC = 'done'",
        "HIERARCH LSST BUTLER ID = 'x'",
        "RESAMPT1= 'LANCZOS3'",
    ],
)
def test_what_programs_leave_makes_a_product_of_a_raw_frame(sign: str) -> None:
    raw = judge("\n".join(FOCAS))
    assert {"DI101", "DI103"} <= codes(raw)
    assert raw.dictionaries == ("subaru/focas", "subaru/basic")
    product = judge("\n".join((*FOCAS, sign)))
    assert codes(product) == set()
    assert product.dictionaries == ()
    assert "a product" not in product.dictionary_evidence
    assert product.dictionary_evidence == "INSTRUME = 'FOCAS'; product, which they are not for"


def test_a_keyword_without_value_is_no_sign_even_in_a_known_layout() -> None:
    one = Linter(Settings())
    told = []
    for value in ("5", " ", "7", " "):
        data = build_example("\n".join((*FOCAS, f"AR_HDU  = {value}"))).data
        told.append(bool(codes(one.lint(read_bytes(data, "x.fits", one.settings.limits)))))
    assert told == [False, True, False, True]


def test_an_authority_explains_where_it_does_not_judge() -> None:
    """What the observatory writes otherwise than the standard stays a matter of two authorities."""
    (draft,) = [
        one
        for one in judge("\n".join((*FOCAS, "RADECSYS= 'FK5'", "AR_HDU  = 5"))).findings
        if one.keyword == "RADECSYS"
    ]
    assert draft.severity == "info"
    assert "C-LEGACY" in draft.message


def test_whoever_asks_for_a_dictionary_gets_it() -> None:
    text = "\n".join((*FOCAS, "AR_HDU  = 5"))
    assert "DI103" in codes(judge(text, Settings(dictionary=("subaru/focas",))))


def test_a_correlation_series_has_a_dictionary_of_its_own() -> None:
    series = "\n".join(("NAXIS   = 1", "NAXIS1  = 0", "CTYPE1  = 'TIME(SECOND)'", *NORH))
    image = "\n".join(("NAXIS   = 2", "NAXIS1  = 0", "NAXIS2  = 0", *NORH))
    assert judge(series).dictionaries == ("norh/correlation",)
    assert judge(image).dictionaries == ("norh/heliograph",)
    missing = {one.keyword for one in judge(series).findings if one.code == "DI101"}
    assert missing == {"STARTFRM", "JSTTIME", "JSTDATE", "DATE-OBS", "OBJECT", "ORIGIN"}


def test_the_real_correlation_series_has_no_finding_of_its_authority(corpus: Path) -> None:
    path = corpus / "sunpy-7.0.5/sunpy/data/test/tca110810_truncated"
    one = Linter(Settings())
    report = one.lint(read_file(str(path), one.settings.limits))
    assert report.dictionaries == ("norh/correlation",)
    assert codes(report) == set()


def test_reduced_frames_of_the_corpus(corpus: Path) -> None:
    one = Linter(Settings())
    for name in (
        "derived/fitsheader-suprimecam-CORR40535770.fits.gz",
        "prvjapan+pyird/samples/IRD_TWINS/ana/H/combined_thars1.ec.fits",
    ):
        report = one.lint(read_file(str(corpus / name), one.settings.limits))
        assert report.dictionary_evidence.endswith("product, which they are not for")
        assert codes(report) == set()


# ---- dictionaries of the user ------------------------------------------------------------------


def own(folder: Path, name: str, body: str, identity: str = "mine/camera") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.format(id=identity) + body)
    return path


def test_an_own_dictionary_holds_for_the_files_that_tell_it(tmp_path: Path) -> None:
    path = own(tmp_path, "deep/cam.toml", f"{RECOGNISES}{NEEDED}{KEYWORD}")
    for place in (path, tmp_path):
        settings = Settings(dictionary_path=(str(place),))
        ours = judge("INSTRUME= 'OWNCAM  '", settings)
        assert ours.dictionaries == ("mine/camera",)
        assert [one.keyword for one in ours.findings if one.code == "DI101"] == ["SKYTEMP"]
        assert judge("INSTRUME= 'OTHER   '", settings).dictionaries == ()
        assert judge("\n".join(FOCAS), settings).dictionaries[0] == "subaru/focas"


def test_own_dictionaries_extend_one_another_by_id_and_have_kinds(tmp_path: Path) -> None:
    own(tmp_path, "base.toml", f"{NEEDED}{KEYWORD}", "mine/base")
    own(
        tmp_path,
        "cam.toml",
        'extends = ["mine/base"]\nfiles = ["raw"]\n'
        "[dictionary.kinds]\nreduced = 'present(FLATTED)'\nraw = 'true'\n"
        f"{RECOGNISES}[[keyword]]\nname = 'GAINX'\ntype = 'real'\n",
    )
    settings = Settings(dictionary_path=(str(tmp_path),))
    assert judge("INSTRUME= 'OWNCAM'", settings).dictionaries == ("mine/camera", "mine/base")
    assert judge("INSTRUME= 'OWNCAM'\nFLATTED = T", settings).dictionaries == ()


def test_a_family_of_the_user_can_be_asked_for(tmp_path: Path) -> None:
    path = own(tmp_path, "cam.toml", f"{RECOGNISES}{NEEDED}{KEYWORD}")
    settings = Settings(dictionary=("mine",), dictionary_path=(str(path),))
    assert judge("INSTRUME= 'OTHER'", settings).dictionaries == ("mine/camera",)
    named = Settings(dictionary=("mine/camera",), dictionary_path=(str(path),))
    assert judge("INSTRUME= 'OTHER'", named).dictionaries == ("mine/camera",)


def test_what_lies_in_the_folder_besides(tmp_path: Path) -> None:
    (tmp_path / "fitslint.toml").write_text('dictionary-path = ["."]\n')
    own(tmp_path, "cam.toml", f"{RECOGNISES}{KEYWORD}")
    settings = resolve_settings(file=tmp_path / "fitslint.toml").settings
    assert settings.dictionary_path == (str(tmp_path),)
    assert judge("INSTRUME= 'OWNCAM'", settings).dictionaries == ("mine/camera",)


def test_two_dictionaries_of_one_id(tmp_path: Path) -> None:
    for name in ("one.toml", "two.toml"):
        own(tmp_path, name, f"{RECOGNISES}{KEYWORD}")
    with pytest.raises(DictionaryError, match=r"two\.toml: the id 'mine/camera' is that of .*one"):
        Linter(Settings(dictionary_path=(str(tmp_path),)))


@pytest.mark.parametrize("body", ["[[keyword]]\nname = 3\ntype = 'real'\n", "[[keyword]\n"])
def test_a_broken_dictionary_is_named_before_any_file(tmp_path: Path, body: str) -> None:
    path = own(tmp_path, "cam.toml", body)
    with pytest.raises(DictionaryError, match=r"cam\.toml"):
        Linter(Settings(dictionary_path=(str(path),)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "cam.toml"
    os.mkfifo(pipe)
    for settings in (
        Settings(dictionary=(str(pipe),)),
        Settings(dictionary_path=(str(pipe),)),
        Settings(dictionary_path=(str(tmp_path),)),
    ):
        with pytest.raises(DictionaryError, match=r"cam\.toml: cannot be read: it is no regular"):
            Linter(settings)
