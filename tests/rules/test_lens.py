"""Rules on lens models, beyond the examples of their docstrings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.config.settings import Settings
from fitslint.engine.lens_models import lint_model_bytes
from fitslint.engine.linter import Linter
from fitslint.report.concise import ConciseReporter
from fitslint.report.full import FullReporter
from fitslint.report.html_report import render_html
from fitslint.report.json_report import JsonLinesReporter

JUDGE = Linter(Settings())
LENS = (
    "potentiel O1\n profil 81\n v_disp 900\n core_radius 5\n cut_radius 200\n z_lens 0.183\n end\n"
)
REST = (
    "source\n z_source 2\n end\ncosmologie\n H0 70\n omegaM 0.3\n omegaX 0.7\n end\n"
    "champ\n dmax 128\n end\nfini\n"
)
SHEAR = "potential S\n profile 14\n gamma 0.07\n z_lens 0.183\n end\n"
IMAGES = "image\n z_m_limit 1 1 1 1 4 .1\n z_m_limit 2 3 1 1 4\n end\n"
KPC = LENS.replace("_radius", "_radius_kpc")
MEMBERS = "potfile\n filein 3 no.cat\n zlens .183\n end\n"
REFERENCE = " reference 3 197.873 -1.341\n"


def model(runmode="", lenses=LENS, grid=" nlentille 9\n", rest=REST, reference=REFERENCE):
    """A model with nothing to say of, and what is changed in it."""
    return f"runmode\n{reference}{runmode} end\ngrille\n{grid} end\n{lenses}{rest}"


def judged(text, path="model.par"):
    raw = text.encode() if isinstance(text, str) else text
    return lint_model_bytes(raw, path, JUDGE)


def found(text, path="model.par"):
    """(code, message id after its dot, what stands at the place) of every finding."""
    raw = text.encode() if isinstance(text, str) else text
    lines = raw.decode("latin-1").split("\n")
    return [
        (
            one.code,
            one.message_id.partition(".")[2],
            lines[one.line - 1][one.column - 1 : one.end_column],
        )
        for one in judged(text, path).findings
    ]


@pytest.mark.parametrize(
    "text",
    [
        model(),
        model(" mass 0 200 0.3 off.fits\n dpl 0 200 2.0 x.fits y.fits\n"),
        model(" mass 1 512 0 kappa.fits\n"),
        model(" mass 1 512 0.1830 kappa.fits\n ampli 5 512 0.1 ampli.fits\n"),
        model(" dpl 1 512 2.0 x.fits y.fits\n # mass 1 512 0.3 old.fits\n"),
        model(" grille 1 100 2.0 # points of the source plane\n"),
        model(lenses=LENS.replace(" profil 81\n", " profil 81\n identity O1\n")),
        model(lenses=LENS.replace("v_disp 900", "v_disp 900\n v_disp 900")),
        model(lenses=LENS + "limit O1\n v_disp 1 500 1500 0.1\n end\n"),
        model(lenses=LENS + "limit 1\n v_disp 1 500 1500 0.1\n end\n"),
        model(lenses=LENS + "limit\n v_disp 1 500 1500\n end\n"),
        model(lenses=LENS + SHEAR),
        model(lenses=LENS.replace("core_radius 5", "core_radius_kpc 500")),
        model(reference=" reference 1 13:11:29.5 -10:34:12\n"),
        model(rest=IMAGES + REST),
        model(rest=REST.replace("omegaX 0.7", "omegaK 0.")),
        model(rest=REST + "\n# a comment\n"),
        model().replace("\n", "\r\n"),
        model(rest=REST.replace("finish", "fini")),
    ],
)  # fmt: skip
def test_silent(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (model().replace("end\ngrille", "end\n mass 1 5 0 f\ngrille"),
         [("LM101", "outside", "mass")]),
        (model(lenses=LENS.replace("v_disp 900", "z_source 3")),
         [("LM102", "elsewhere", "z_source")]),
        (model(lenses=LENS + LENS, grid=" nlens 1\n"), [("LM121", "", "1")]),
        (model(grid=""), [("LM121", "absent", "grille")]),
        (model(lenses=LENS.replace("0.183", "0")), [("LM123", "zero", "0")]),
        (model(lenses=LENS.replace(" profil 81\n", "")), [("LM126", "absent", "potentiel")]),
        (model(lenses=KPC.replace("200", "5")), [("LM124", "", "5")]),
        (model(rest=REST.replace(" H0 70\n", "")), [("LM141", "part", "cosmologie")]),
        (model(" mass 1 512 0.183 2.0\n"), [("LM152", "name", "2.0")]),
        (model(" mass 1 512 0.183 k.fits\n", rest=REST.replace("z_source 2", "z_source .1")),
         [("LM153", "stop", "mass")]),
        (model(" mass 4 512 0.183 k.fits\n", rest=REST.replace("z_source 2", "z_source .1")),
         [("LM153", "stop", "mass")]),
        (model(" mass 1 512 0 k.fits\n", rest=REST.replace("z_source 2", "z_source .1")),
         [("LM153", "", "mass")]),
        (model(" shear 1 512 .3 g.fits\n", lenses=LENS + LENS.replace("0.183", "0.6")),
         [("LM153", "some", ".3")]),
        (model(" dpl 1 9 2 x.fits x.fits\n"), [("LM154", "", "x.fits")]),
        (model(" dpl 1 9 2 x y\n", lenses=LENS + SHEAR),
         [("LM155", "shear", "dpl")]),
        (model(" mass 4 9 0.183 f\n", reference=" reference 0\n"), [("LM162", "", "mass")]),
        (model(lenses=LENS.replace("5", "1e999", 1)), [("LM105", "", "1e999")]),
        (model(lenses=LENS.replace("v_disp 900", "v_disp\N{NO-BREAK SPACE}900")),
         [("LM102", "", "v_disp\xc2\xa0900"), ("LM107", "", "v_disp\xc2\xa0900")]),
        (model(lenses=LENS + MEMBERS.replace("filein 3 no.cat", "type 81")),
         [("LM131", "absent", "potfile")]),
        (model(lenses=LENS + MEMBERS), [("LM131", "", "no.cat")]),
        (model(lenses=LENS + MEMBERS.replace("no.cat", "/dev/zero")),
         [("LM131", "", "/dev/zero")]),
    ],
)  # fmt: skip
def test_found(text, wanted):
    assert found(text) == wanted


def test_galaxies_of_a_catalogue_count_as_lenses(tmp_path):
    galaxy = "{} 1.0 2.0 1.5 1.0 30.0 19.0 0.\n"
    text = "#REFERENCE 3 197.873 -1.341\n" + "".join(map(galaxy.format, range(5)))
    (tmp_path / "members.cat").write_text(text)
    members = "potfile\n filein 3 members.cat\n zlens 0.183\n end\n"
    path = str(tmp_path / "model.par")
    enough = model(lenses=LENS + members, grid=" nlentille 6\n")
    assert found(enough, path) == []
    few = model(lenses=LENS + members, grid=" nlentille 5\n")
    assert found(few, path) == [("LM121", "", "5")]
    assert "6 lenses: those from potfile on" in judged(few, path).findings[0].message


def test_the_redshift_of_a_catalogue_is_a_plane():
    members = "potfile\n filein 3 members.cat\n zlens 0.4\n end\n"
    text = model(" mass 4 512 0.4 sigma.fits\n", lenses=LENS + members)
    assert [code for code, _, _ in found(text)] == ["LM131"]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (model(" restart 1\n"), "warning"),
        (model(" restart 0\n"), None),
        (model(" mass 1 512\n"), "error"),
        (model(lenses=LENS.replace("900", "")), "error"),
        (model(lenses=LENS + "limit O1\n v_disp 1 500\n end\n"), "warning"),
    ],
)
def test_a_missing_argument_weighs_as_what_hangs_on_it(text, severity):
    told = {one.severity for one in judged(text).findings if one.code == "LM103"}
    assert told == ({severity} if severity else set())


def test_one_lens_is_not_lenses():
    assert "the file has 1 lens and no" in judged(model(grid="")).findings[0].message


def test_a_word_beyond_ascii_is_shown_as_it_was_typed():
    finding = judged(model().replace("runmode", "runm\N{LATIN SMALL LETTER O WITH DIAERESIS}de"))
    first = finding.findings[0]
    assert first.message.startswith("Lenstool has no section runm\xf6de and ignores its 1 line; ")
    assert first.fix.edits[0].end == len("runmode") + 1


def test_the_nearest_plane_is_named():
    lenses = LENS + LENS.replace("0.183", "0.308")
    finding = judged(model(" mass 3 200 0.3 m.fits\n", lenses=lenses)).findings[0]
    assert finding.code == "LM151"
    assert finding.message.endswith("the nearest lens is at 0.308")
    assert finding.fix.edits[0].new == b"0.308"


def test_a_declination_is_turned_into_degrees_with_its_sign():
    finding = judged(model(reference=" reference 1 13:11:29.52 -00:34:12\n")).findings[0]
    assert finding.code == "LM161"
    assert finding.fix.edits[0].new == b"3 197.873 -0.57"


@pytest.mark.parametrize(
    "raw",
    [b"", b"\n \n", b"mode,s,h,a,,,CIAO\nclobber,b,h,no,,,\n", b"runmode\n\x00\x01", b"\x80" * 99],
)
def test_what_is_no_model_is_not_judged(raw):
    report = judged(raw)
    assert (report.status, report.verdict, report.findings) == ("not-fits", "undetermined", [])
    assert report.reason


def test_oracle_models_are_clean(shared):
    paths = sorted((shared / "oracle" / "lenstool").rglob("*.par"))
    assert len(paths) > 10
    assert [(path.name, found(path.read_bytes(), str(path))) for path in paths
            if found(path.read_bytes(), str(path))] == []  # fmt: skip


def test_published_models(corpus):
    """Two findings, both right: a word that Lenstool ignores, and the map of zeros of A2744."""
    folder = corpus / "cerschae+Lenstool-HPC"
    told = {path.name: found(path.read_bytes(), str(path)) for path in folder.rglob("*.par")}
    assert told.pop("A2744_ellipticite.par") == [
        ("LM151", "", "0.3"),
        ("LM102", "", "sigpos_arcsec"),
    ]
    assert len(told) == 3
    assert not any(told.values())


_WORDS = st.sampled_from((
    "runmode", "end", "fini", "potentiel", "potfile", "limit", "grille", "mass", "reference",
    "nlens", "profil", "z_lens", "filein", "#", "1", "0", "81", "12", "14", "-00:1:2", "nan",
    "1e999", "0.183", "x.fits", "\xe9", "..", "/", "z_source", "champ", "dpl", "m200",
    "core_radius",
))  # fmt: skip
_LINES = st.lists(st.lists(_WORDS, max_size=6).map(" ".join), max_size=30).map("\n".join)


@pytest.mark.parametrize(
    "text",
    [
        model(lenses="", grid=" nlentille -1\n"),
        model(lenses=LENS + "potfile\n filein\n zlens 1\n end\n"),
        model(lenses="potfile\n filein 3 a\n filein 3\n end\n", grid=" nlentille -1\n"),
        "grille\n nlens\nfini\n",
        "fini\ngrille\n",
        "grille\nend\n" + "x\n" * 300,
        "potentiel\n profil 81e400 9\n z_lens\n mass\n",
        "runmode\n reference 1 a -00:\n reference\n mass\n mass 1\n dpl 1 1 1 a a\n end\nfini",
    ],
)
def test_what_is_half_there_is_judged(text):
    report = judged(text)
    assert (report.status, report.reason) in [("ok", None), ("not-fits", report.reason)]


@given(st.one_of(st.binary(max_size=300), _LINES.map(lambda text: f"grille\n{text}".encode())))
def test_any_bytes_give_a_report_that_can_be_shown(raw):
    report = judged(raw)
    assert report.status in ("ok", "not-fits"), report.reason
    lines = raw.split(b"\n")
    for finding in report.findings:
        assert 1 <= finding.line <= len(lines)
        assert 1 <= finding.column <= finding.end_column <= len(lines[finding.line - 1])
        assert finding.fix is None or all(
            0 <= edit.start <= edit.end <= len(raw) for edit in finding.fix.edits
        )
    for text in (
        FullReporter().render_file(report),
        ConciseReporter().render_file(report),
        render_html(report),
    ):
        assert text.replace("\n", "").isprintable()
    JsonLinesReporter().render_file(report)
