"""Tables, scaling and conventions: which cards are told, how loud, and what a fix may take away."""

from __future__ import annotations

import pytest

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.model.finding import Finding
from fitslint.source.files import read_bytes, read_file
from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes


def findings(lines: str, kind: str = "bintable", name: str = "x.fits") -> list[Finding]:
    report = lint_bytes(build_example(lines, kind).data, name)
    assert report.status == "ok", report.reason
    return report.findings


def found(lines: str, kind: str = "bintable") -> set[tuple[str, str | None, str]]:
    return {(one.code, one.keyword, one.severity) for one in findings(lines, kind)}


def column(form: str, *cards: str, width: int = 4) -> str:
    """A binary table with one column of this format."""
    lines = [f"NAXIS1  = {width:20d}", "TFIELDS =                    1", "TTYPE1  = 'A       '"]
    return "\n".join([*lines, f"TFORM1  = '{form:8}'", *cards])


# ---- columns of a compressed table -------------------------------------------------------------

COMPRESSED = """\
NAXIS1  =                   16
NAXIS2  =                    1
TFIELDS =                    2
TTYPE1  = 'A       '
TFORM1  = '1PB(10) '
ZFORM1  = '1I      '
ZCTYP1  = 'GZIP_2  '
TTYPE2  = 'B       '
TFORM2  = '1PB(10) '
ZFORM2  = '{form:8}'
ZCTYP2  = 'GZIP_2  '
ZTABLE  =                    T
ZNAXIS1 =                    6
ZNAXIS2 =                    1
ZPCOUNT =                    0
ZTILELEN=                    1
"""


def compressed(form: str, *cards: str) -> set[tuple[str, str | None, str]]:
    said = found(COMPRESSED.format(form=form) + "\n".join(cards))
    return {one for one in said if one[0].startswith("TB")}


def test_the_type_of_a_compressed_column_is_that_of_zform():
    quiet = ("TNULL1  = -99", "TZERO1  = 32768", "TDISP2  = 'A12     '", "TDIM2   = '(6,2)   '")
    assert compressed("12A", *quiet) == set()


def test_what_the_original_column_cannot_have_is_told():
    assert compressed("1I", "TNULL2  = -99999") == {("TB116", "TNULL2", "error")}
    assert compressed("1E", "TNULL2  = -99") == {("TB115", "TNULL2", "error")}
    assert compressed("1E", "TDISP2  = 'A8      '") == {("TB121", "TDISP2", "error")}


def test_without_a_legal_zform_nobody_knows_the_type():
    assert compressed("nothing", "TNULL2  = -99999") == set()


# ---- formats -----------------------------------------------------------------------------------


def underlined(lines: str, code: str, kind: str = "bintable") -> str:
    (one,) = (each for each in findings(lines, kind) if each.code == code)
    assert one.image is not None and one.column is not None
    return one.image[one.column - 1 : one.end_column].decode()


@pytest.mark.parametrize(
    ("form", "wrong"),
    [("1j", "j"), (" 1J", " "), ("1 J", " "), ("A8junk", "j"), ("F10.3", "F"), ("1Y", "Y"),
     ("4E junk", " "), ("-4E", "-"), ("1P", "1P"), ("1PZ(3)", "Z")],
)  # fmt: skip
def test_the_caret_is_under_what_is_wrong_in_a_binary_format(form, wrong):
    assert underlined(column(form), "TB102") == wrong


@pytest.mark.parametrize(
    ("form", "wrong"), [("f10.3", "f"), ("I 5", " "), ("F10", "F10"), ("1E", "1"), ("X3", "X")]
)
def test_the_caret_is_under_what_is_wrong_in_a_text_format(form, wrong):
    lines = column(form, "TBCOL1  = 1", width=10)
    assert underlined(lines, "TB130", "table") == wrong


@pytest.mark.parametrize(
    ("form", "severity"),
    [("F5.5", "warning"), ("E8.8", "warning"), ("F5.6", "error"), ("F6.5", "")],
)
def test_decimals_leave_room_for_the_point(form, severity):
    said = found(column(form, "TBCOL1  = 1", width=10), "table")
    assert {one for one in said if one[0] == "TB130"} == (
        {("TB130", "TFORM1", severity)} if severity else set()
    )


@pytest.mark.parametrize(
    ("form", "shape", "message"),
    [("17A", "(1)", "characters"), ("17A", "(17)", ""), ("20A", "(5,4)", ""),
     ("6J", "(2,2)", "smaller"), ("6J", "(6)", ""), ("6J", "(3,3)", "product"),
     ("1PJ(9)", "(2,2)", ""), ("0J", "(0)", "")],
)  # fmt: skip
def test_array_dimensions_against_the_field(form, shape, message):
    said = [one.message_id for one in findings(column(form, f"TDIM1   = '{shape:8}'", width=24))]
    said = [one for one in said if one.startswith("TB122")]
    assert said == ([f"TB122.{message}"] if message else [])


@pytest.mark.parametrize(
    ("cards", "codes"),
    [(("TZERO1  = 32768.0",), {"TB139"}), (("TZERO1  = 3.2768E4",), {"TB139"}),
     (("TZERO1  = 32768.0", "TSCAL1  = 1.0"), {"TB139"}), (("TZERO1  = 32768",), set()),
     (("TZERO1  = 32768", "TSCAL1  = 1.0"), set()),
     (("TZERO1  = 32768.0", "TSCAL1  = 2.0"), {"TB120"}),
     (("TZERO1  = 10.0",), set())],
)  # fmt: skip
def test_an_offset_of_unsigned_integers(cards, codes):
    said = {one.code for one in findings(column("1I", *cards, width=2))}
    assert {code for code in said if code in {"TB120", "TB139"}} == codes


@pytest.mark.parametrize("form", ["1B", "1K", "1E"])
def test_other_columns_may_have_a_real_offset(form):
    zero = {"1B": "-128.0", "1K": "9223372036854775808.0", "1E": "32768.0"}[form]
    assert "TB139" not in {one.code for one in findings(column(form, f"TZERO1  = {zero}"))}


@pytest.mark.parametrize(
    ("form", "cards", "shown"),
    [("1J", (), True), ("1J", ("TSCAL1  = 0.5",), False), ("1E", (), False)],
)
def test_integers_are_not_displayed_as_reals(form, cards, shown):
    said = [
        one for one in findings(column(form, "TDISP1  = 'F8.2    '", *cards)) if one.code == "TB121"
    ]
    assert [one.message_id for one in said] == (["TB121.integer"] if shown else [])


def test_a_column_of_the_table_as_a_whole_is_for_information():
    said = found(column("1J", "TUCD0   = 'meta.table'", "TUNIT2  = 's       '"))
    assert ("TB114", "TUCD0", "info") in said
    assert ("TB114", "TUNIT2", "error") in said


def test_names_of_columns_are_told_once():
    names = "\n".join(f"TTYPE{n}  = 'A-{n}     '\nTFORM{n}  = '1J      '" for n in range(1, 6))
    lines = f"NAXIS1  =                   20\nTFIELDS =                    5\n{names}"
    (one,) = (each for each in findings(lines) if each.code == "TB113")
    assert one.places == 5


# ---- what a fix may take away ------------------------------------------------------------------

RECORDS = [
    ("bintable", column("1E", "TNULL1  = -99"), "TNULL1"),
    ("bintable", column("4A", "TNULL1  = -99"), "TNULL1"),
    ("bintable", column("1I", "TNULL1  = 99999", width=2), "TNULL1"),
    ("bintable", column("1E", "TDISP1  = 'E15     '"), "TDISP1"),
    ("bintable", column("1E", "TDISP1  = '%8.3f   '"), "TDISP1"),
    ("bintable", column("4A", "TDISP1  = 'F8.3    '"), "TDISP1"),
    ("bintable", column("4A", "TSCAL1  = 2.0"), "TSCAL1"),
    ("bintable", column("1J", "THEAP   = 16"), "THEAP"),
    ("bintable", column("1J", "TBCOL1  = 1"), "TBCOL1"),
    ("bintable", column("1J", "BUNIT   = 'Jy      '"), "BUNIT"),
    ("bintable", column("1J", "BSCALE  = 2.0"), "BSCALE"),
    ("bintable", column("1J", "EXTEND  = T"), "EXTEND"),
    ("primary", "BITPIX  = -32\nBLANK   = -99", "BLANK"),
    ("primary", "BITPIX  = 16\nBLANK   = -99999", "BLANK"),
    ("primary", "NAXIS   = 0\nNAXIS1  = 100", "NAXIS1"),
    ("primary", "XTENSION= 'IMAGE   '", "XTENSION"),
    ("primary", "INHERIT =                    T", "INHERIT"),
    ("primary", "PTYPE1  = 'UU      '", "PTYPE1"),
    ("primary", "PCOUNT  = 0", "PCOUNT"),
    ("primary", "LONGSTRN= 'OGIP 1.0'", "LONGSTRN"),
    ("primary", "TTYPE1  = 'FLUX    '", "TTYPE1"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "lines", "keyword"), RECORDS)
def test_no_safe_fix_takes_the_only_record_away(kind, lines, keyword):
    removing = [
        one.fix
        for one in findings(lines, kind)
        if one.keyword == keyword and one.fix and any(not edit.new for edit in one.fix.edits)
    ]
    assert "safe" not in {fix.safety for fix in removing}


def test_a_twin_that_says_the_same_is_safe_to_remove():
    def safety(second: str) -> str | None:
        lines = f"XTENSION= 'IMAGE   '           / here\n{second}"
        (one,) = (each for each in findings(lines, "image") if each.code == "MK124")
        return one.fix.safety if one.fix else None

    assert safety("GCOUNT  = 1\nGCOUNT  = 1") == "safe"
    assert safety("GCOUNT  = 1\nGCOUNT  = 2") == "unsafe"
    assert safety("GCOUNT  = 1\nGCOUNT  = '1'") == "unsafe"


@pytest.mark.parametrize(
    ("value", "safety"), [("4565", "safe"), ("0042", "unsafe"), ("1.50", "unsafe"), ("T", "unsafe")]
)
def test_a_plain_integer_is_safe_to_quote(value, safety):
    (one,) = (each for each in findings(f"OBJECT  = {value}", "primary") if each.code == "RK101")
    assert one.fix is not None and one.fix.safety == safety


def test_a_text_that_stands_for_undefined_fields_is_not_safe_to_quote():
    lines = column("I4", "TBCOL1  = 1", "TNULL1  = 99")
    (one,) = (each for each in findings(lines, "table") if each.code == "RK101")
    assert one.fix is None or one.fix.safety == "unsafe"


# ---- conventions -------------------------------------------------------------------------------

ANNOUNCED = """\
LONGSTRN= 'OGIP 1.0'           / The OGIP Long String Convention may be used.
COMMENT   This FITS file may contain long string keyword values that are
COMMENT   continued over multiple keywords.  {name} convention uses the &
COMMENT   character at the end of each substring which is then continued
COMMENT   on the next keyword which has the name CONTINUE.
COMMENT   Something else.
"""


def test_longstrn_goes_with_its_comment_cards_and_no_others():
    lines = ANNOUNCED.format(name="The HEASARC")
    (one,) = (each for each in findings(lines, "primary") if each.code == "RK116")
    assert one.severity == "info"
    assert one.fix is not None and len(one.fix.edits) == 5
    cut = lines.replace("on the next", "on no next").replace("CONTINUE.", "CONTINUED")
    (one,) = (each for each in findings(cut, "primary") if each.code == "RK116")
    assert one.fix is not None and len(one.fix.edits) == 1


def test_longstrn_is_left_alone_where_strings_continue_in_any_hdu():
    lines = (
        "LONGSTRN= 'OGIP 1.0'\n@hdu image\nEXTNAME = 'A       '\nTITLE   = 'one &'\nCONTINUE  'two'"
    )
    assert "RK116" not in {one.code for one in findings(lines, "primary")}


@pytest.mark.parametrize(
    ("card", "said"),
    [("EXTVER  = 0", None), ("EXTVER  = -1", "info"), ("EXTLEVEL= 0", "warning"),
     ("EXTVER  = 'A'", "error"), ("EXTVER  = 1.5", "error"), ("EXTLEVEL= 2", None)],
)  # fmt: skip
def test_versions_of_extensions(card, said):
    lines = f"EXTNAME = 'SCI     '\n{card}"
    told = [one.severity for one in findings(lines, "image") if one.code == "RK103"]
    assert told == ([said] if said else [])


def test_the_classes_of_table_models_are_known():
    lines = "HDUCLASS= 'OGIP    '\nHDUCLAS1= 'XSPEC TABLE MODEL'\nHDUCLAS2= 'PARAMETERS'"
    assert "RK115" not in {one.code for one in findings(lines, "image")}


def test_columns_of_an_index_of_hdus_shadow_nothing():
    lines = column("1J", "EXTNAME = 'INDEX   '").replace("'A       '", "'EXTNAME '")
    assert "RK122" not in {one.code for one in findings(lines)}


@pytest.mark.parametrize(
    ("cards", "message"),
    [("NSIDE   = 4\nLASTPIX = 191", ""), ("NSIDE   = 4\nLASTPIX = 192", "beyond"),
     ("NSIDE   = 4\nFIRSTPIX= 9\nLASTPIX = 5", "order"), ("NSIDE   = 4\nOBS_NPIX= 200", "many"),
     ("NSIDE   = 6\nORDERING= 'NESTED'", "nested"), ("NSIDE   = 6\nORDERING= 'RING'", ""),
     ("NSIDE   = 0\nLASTPIX = 5", ""), ("NSIDE   = 4\nFIRSTPIX= -1", "beyond")],
)  # fmt: skip
def test_pixels_of_a_healpix_map(cards, message):
    said = findings(f"PIXTYPE = 'HEALPIX '\n{cards}")
    told = [one.message_id for one in said if one.code == "RK125"]
    assert told == ([f"RK125.{message}"] if message else [])


def test_nside_of_something_else_is_no_healpix():
    assert "RK125" not in {one.code for one in findings("NSIDE   = 4\nLASTPIX = 999")}


@pytest.mark.parametrize(
    ("form", "cards", "wanted"),
    [
        ("1I", "TDMAX1  = 65535.0", ["TDMAX1"]),
        ("1I", "TZERO1  = 32768\nTDMAX1  = 65535.0\nTDMIN1  = 0.0", []),
        ("1I", "TSCAL1  = 0.01\nTDMIN1  = -400.0", ["TDMIN1"]),
        ("1I", "TSCAL1  = -0.01\nTDMAX1  = 327.68", []),
        ("1B", "TDMIN1  = -1", ["TDMIN1"]),
        ("1E", "TDMAX1  = 1E30", []),
        ("1K", "TDMAX1  = 9.223372036854775807E18", []),
        ("1I", "TSCAL1  = 1E300\nTZERO1  = 1E300\nTDMAX1  = 65535.0", []),
        ("1PI(3)", "TDMAX1  = 40000", ["TDMAX1"]),
    ],
)
def test_extremes_fit_the_column(form, cards, wanted):
    said = findings(column(form, cards))
    assert [one.keyword for one in said if one.code == "TB125"] == wanted


# ---- arrays ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cards", "message"),
    [("BITPIX  = 16\nDATAMAX = 65535", "IM111.unsigned"), ("BITPIX  = 16\nDATAMAX = 32767.0", ""),
     ("BITPIX  = 16\nBZERO   = 32768\nDATAMAX = 65535\nDATAMIN = 0", ""),
     ("BITPIX  = 8\nDATAMIN = -5", "IM111"), ("BITPIX  = -32\nDATAMAX = 1E30", ""),
     ("BITPIX  = 16\nBSCALE  = 0.1\nDATAMAX = 3276.75", ""),
     ("BITPIX  = 16\nBSCALE  = -2.0\nDATAMIN = -65534.0\nDATAMAX = 65536.0", ""),
     ("BITPIX  = 16\nBSCALE  = 0.1\nDATAMAX = 32767", "IM111"),
     ("BITPIX  = 64\nDATAMAX = 9223372036854775808", "IM111.unsigned"),
     ("BITPIX  = 16\nBSCALE  = 1E400\nDATAMAX = 5", ""), ("BITPIX  = 16\nDATAMAX = 'high'", "")],
)  # fmt: skip
def test_limits_of_the_data_fit_the_array(cards, message):
    first, rest = cards.split("\n", 1)
    said = findings(f"{first}\nNAXIS   = 1\nNAXIS1  = 4\n{rest}", "primary")
    assert [one.message_id for one in said if one.code == "IM111"] == ([message] if message else [])


def test_limits_of_no_data_are_those_of_others():
    assert "IM111" not in {one.code for one in findings("BITPIX  = 8\nDATAMIN = -5", "primary")}


@pytest.mark.parametrize(
    ("axes", "severity"), [("NAXIS   = 1\nNAXIS1  = 4", "error"), ("NAXIS   = 0", "info")]
)
def test_blank_of_a_header_without_data_breaks_nothing(axes, severity):
    said = findings(f"BITPIX  = 8\n{axes}\nBLANK   = -1", "primary")
    assert [one.severity for one in said if one.code == "IM103"] == [severity]


@pytest.mark.parametrize(
    ("cards", "message"),
    [("BITPIX  = 8\nBLANK   = -9999.", "IM102.range"), ("BITPIX  = 16\nBLANK   = -9999.", "IM102"),
     ("BITPIX  = 16\nBLANK   = '-99999'", "IM102.range"),
     ("BITPIX  = 16\nBLANK   = 0.5", "IM102.fraction"),
     ("BITPIX  = 16\nBLANK   = T", "IM102"), ("BITPIX  = 16\nBLANK   = 'none'", "IM102")],
)  # fmt: skip
def test_blank_says_what_bitpix_cannot_hold(cards, message):
    said = [one.message_id for one in findings(cards, "primary") if one.code == "IM102"]
    assert said == [message]


# ---- checksums ---------------------------------------------------------------------------------

SEALED = "@seal\nOBJECT  = 'M 33    '\nCHECKSUM= '0000000000000000'\nDATASUM = '0       '"


def stale(data: bytes) -> bool:
    return "CK103" in {one.code for one in lint_bytes(data, "x.fits").findings}


def test_a_changed_header_does_not_add_up():
    data = build_example(SEALED, "primary").data
    assert not stale(data)
    assert stale(data.replace(b"M 33", b"M 34"))
    assert stale(data.replace(b"M 33", b"3 M3"))
    assert stale(data.replace(b"DATASUM = '0 ", b"DATASUM = '1 "))


def test_a_sum_may_have_leading_zeros():
    data = build_example(SEALED.replace("'0       '", "'0000000000000000'"), "primary").data
    assert not stale(data)
    assert stale(data.replace(b"M 33", b"M 34"))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"DATASUM = '0       '", b"DATASUM = '        '"),
     (b"DATASUM = '0       '", b"DATASUM = 'zero    '"),
     (b"DATASUM = '0       '", b"DATASUM =            0"), (b"DATASUM ", b"DATASUMX")],
)  # fmt: skip
def test_nobody_can_know_without_both_sums(old, new):
    assert not stale(build_example(SEALED, "primary").data.replace(old, new))


def test_the_same_sums_over_another_header_are_told_after_a_good_one():
    good = build_example(SEALED, "primary").data
    copied = good.replace(b"M 33", b"M 31")
    one = Linter(Settings())
    codes = [{f.code for f in one.lint(read_bytes(data, "x.fits")).findings}
             for data in (good, good, copied, good)]  # fmt: skip
    assert ["CK103" in said for said in codes] == [False, False, True, False]


# ---- files that others wrote -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "wanted", "unwanted"),
    [
        ("writers/deb-fpack-table.fits.fz", (), ("TB116", "TB120", "TB121")),
        ("writers/deb-longstrn-with-continue.fits", (), ("RK116",)),
        ("writers/deb-missfits-table.fits", ("CK103",), ()),
        ("writers/deb-sethead-checksum.fits", ("CK103",), ()),
        ("writers/deb-iraf-section.fits", ("CK103",), ()),
        ("writers/deb-casacore-checksum.fits", ("CK103",), ()),
        ("writers/deb-gimp-16bit.fits", ("IM111",), ()),
        ("writers/lsst-images.fits", (), ("RK122",)),
        ("writers/gammapy-hpx.fits", ("RK111",), ("RK125",)),
        ("bugreports/10-tdim-one-for-strings.fits", ("TB122",), ()),
        ("bugreports/25-zblank-for-integers.fits", ("IM112",), ()),
        ("mission/checksum-wrong.fits", ("CK103",), ()),
    ],
)
def test_files_of_real_programs(shared, path, wanted, unwanted):
    file = shared / "cases" / path
    if not file.exists():
        pytest.skip(f"{file} is not there")
    report = Linter(Settings()).lint(read_file(str(file)))
    codes = {one.code for one in report.findings}
    assert set(wanted) <= codes
    assert codes.isdisjoint(unwanted)
    assert {one.severity for one in report.findings if one.code == "RK111"} <= {"warning"}
