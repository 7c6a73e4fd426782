"""``fitslint show``: what is drawn of a file, whatever it holds."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.report.show.columns import list_columns
from fitslint.report.show.json_lines import render_json_line
from fitslint.report.show.parts import MARKS, FilePart, draw_parts, list_file_parts, list_hdu_parts
from fitslint.report.show.text import ShowRenderer
from fitslint.report.show.views import ShowQuery, iterate_hdus
from fitslint.source.files import read_bytes
from tests.cli.tool import COMMAND, environment, run
from tests.strategies import files as any_files
from tests.syntax.scan_streams import IMAGE, PRIMARY, THREE, block, cards, header

LINTER = Linter(Settings())
TABLE = block(cards(
    "XTENSION= 'BINTABLE'", "BITPIX  =                    8", "NAXIS   =                    2",
    "NAXIS1  =                   30", "NAXIS2  =                    4",
    "PCOUNT  =                  100", "GCOUNT  =                    1",
    "TFIELDS =                    4", "TTYPE1  = 'TIME'", "TFORM1  = 'D'", "TUNIT1  = 's'",
    "TTYPE2  = 'RATE'", "TFORM2  = '1PE(12)'", "TTYPE3  = 'COUNTS'", "TFORM3  = 'I'",
    "TZERO3  =                32768", "TFORM4  = '12A'", "TDIM4   = '(3,4)'",
    "THEAP   =                  150", "EXTNAME = 'EVENTS'", "END",
)) + bytes(2880)  # fmt: skip
LONG = header(
    "SIMPLE", (), "NOTE    = 'first it''s &' / one", "CONTINUE  'second &'",
    "CONTINUE  'end' / two",
    "HIERARCH ESO DET NAME = 'ccd' / the detector", "EXPTIME =              1.5e+02 / [s]",
    "CONTINUE  'orphan'", "HISTORY done by hand",
)  # fmt: skip
SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "show-1.0.0.json").read_text("utf-8"))
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")


def render(data, *, width=0, colour=False, **query):
    file = read_bytes(data, "x.fits")
    renderer = ShowRenderer(ShowQuery(**query), colour=colour, width=width)
    return list(renderer.render_file(LINTER.lint(file), file))


def test_long_strings_are_one_and_hierarch_is_a_name():
    text = "\n".join(render(LONG))
    assert "   4  NOTE    = 'first it''s second end' / one two\n" in text
    assert "   7  HIERARCH ESO DET NAME = 'ccd'" in text
    assert "\n  10  HISTORY  done by hand" in text


def test_findings_stand_at_their_cards():
    lines = render(LONG)
    at = next(number for number, line in enumerate(lines) if "EXPTIME" in line)
    assert lines[at] == "   8  EXPTIME =              1.5e+02 / [s]"  # as it stands
    assert lines[at + 1].startswith("      ^ error VF110 lowercase-exponent: the exponent")
    assert "LS101" in lines[at + 3]


def test_the_parts_of_a_table():
    (hdu,) = read_bytes(PRIMARY + TABLE).hdus[1:]
    start = hdu.data_offset
    assert list_hdu_parts(hdu, start + 2880)[1:] == [
        FilePart("data", start, start + 120), FilePart("gap", start + 120, start + 150),
        FilePart("heap", start + 150, start + 220), FilePart("padding", start + 220, start + 2880),
    ]  # fmt: skip
    assert list_hdu_parts(hdu, start + 130)[2:] == [
        FilePart("gap", start + 120, start + 130), FilePart("missing", start + 130, start + 150),
        FilePart("missing", start + 150, start + 220),
        FilePart("missing", start + 220, start + 2880),
    ]  # fmt: skip


def test_the_columns_of_a_table():
    columns = list_columns(read_bytes(PRIMARY + TABLE).hdus[1])
    assert [(one.name, one.holds, one.unit, one.start, one.width) for one in columns] == [
        ("TIME", "float64", "s", 0, 8), ("RATE", "variable up to 12 x float32", "", 8, 8),
        ("COUNTS", "uint16", "", 16, 2), ("", "12 x character", "", 18, 12),
    ]  # fmt: skip
    text = "\n".join(render(PRIMARY + TABLE))
    assert "  #  TTYPE   TFORM    holds                        TUNIT  TDIM   bytes  TZERO\n" in text
    assert "HDU 2 EVENTS: bintable, 4 rows of 30 bytes, 4 columns" in text


def test_a_column_whose_format_is_wrong_hides_where_the_next_ones_are():
    columns = list_columns(read_bytes(PRIMARY + TABLE.replace(b"1PE(12)", b"1ZE(12)")).hdus[1])
    assert [one.start for one in columns] == [0, 8, None, None]


def test_the_layout_is_drawn_to_scale():
    data = PRIMARY + header("IMAGE", (2880, 8)) + bytes(8 * 2880) + bytes(2880)
    rows = [line for line in render(data) if line.startswith("  HDU") or "no HDU" in line]
    drawn = [re.search(r"[Hd?]+$", row)[0] for row in rows]
    assert drawn == ["H" * 6, "H" * 5 + "d" * 44, "?" * 5]
    assert [len(row) - len(rows[0]) for row in rows] == [0, 49, 54]  # 60 marks in all


@given(
    st.lists(st.tuples(st.sampled_from(sorted(MARKS)), st.integers(0, 10**12)), min_size=1),
    st.integers(20, 60),
)
def test_a_drawing_has_its_width_and_every_part_alone_in_it(pieces, width):
    at, parts = 0, []
    for kind, length in pieces:
        parts.append(FilePart(kind, at, at + length + 1))
        at += length + 1
    assert len(draw_parts(parts, at, width).rstrip("x")) <= width
    for part in parts:
        if part.kind != "missing":
            assert MARKS[part.kind] in draw_parts([part], at, width)


def test_parts_cover_every_byte_once():
    for data in (THREE, THREE + b"xyz" * 2000, PRIMARY + TABLE, PRIMARY + bytes(2880) + IMAGE):
        file = read_bytes(data)
        parts = [part for _, several in list_file_parts(file) for part in several]
        assert [part.start for part in parts] == [0, *(part.stop for part in parts[:-1])]
        assert parts[-1].stop == len(data)


@pytest.mark.parametrize("width", [20, 40, 79, 120])
def test_lines_fit_into_the_terminal(width):
    whole = "".join("".join(render(LONG + TABLE)).split())
    lines = render(LONG + TABLE, width=width)
    assert max(map(len, lines)) <= max(width, 44)
    if width >= 79:
        assert "it''ssecondend" in "".join("".join(lines).split())
        assert "it''ssecondend" in whole


def test_a_pattern_selects_keywords_and_an_hdu_is_selected_by_number_or_name():
    lines = render(PRIMARY + TABLE, pattern=re.compile("tform", re.I))
    assert lines[0].startswith("x.fits: HDU 2 EVENTS")
    assert [line.split()[1][:5] for line in lines[1:] if "^" not in line] == ["TFORM"] * 4
    for label in ("2", "events"):
        assert sum(line.startswith("HDU ") for line in render(PRIMARY + TABLE, label=label)) == 1
    assert render(PRIMARY, label="7")[-1] == (
        "x.fits: it has no HDU 7: they are counted from 1, and there are 1"
    )


@given(any_files, st.integers(0, 200), st.booleans())
def test_nothing_in_a_file_can_raise_or_steer_the_terminal(data, width, colour):
    lines = render(data, width=width, colour=colour)
    text = "\n".join(re.sub("\x1b\\[[0-9;]*m", "", line) if colour else line for line in lines)
    assert not CONTROLS.search(text)
    assert not re.search(r"##[A-Za-z]*\[|^\s*::", text, re.M)
    file = read_bytes(data, "x.fits")
    line, _ = render_json_line(LINTER.lint(file), file, ShowQuery())
    assert "\n" not in line
    jsonschema.validate(json.loads(line), SCHEMA)


def test_every_card_is_shown_once():
    file = read_bytes(LONG)
    (view,) = iterate_hdus(file, LINTER.lint(file), ShowQuery())
    shown = [card.number for keyword in view.keywords for card in keyword.cards]
    assert shown == list(range(1, len(file.hdus[0].header) + 2))


def test_json_has_the_values():
    file = read_bytes(LONG + TABLE)
    line, hdus = render_json_line(LINTER.lint(file), file, ShowQuery())
    found = json.loads(line)
    jsonschema.validate(found, SCHEMA)
    keywords = {one["keyword"]: one for one in found["hdus"][0]["keywords"]}
    assert keywords["NOTE"]["value"] == "first it's second end"
    assert keywords["NOTE"]["cards"] == [4, 3]
    assert [one["code"] for one in keywords["EXPTIME"]["findings"]] == ["VF110"]
    assert (hdus, found["hdus"][1]["columns"][2]["holds"]) == (2, "uint16")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "x.fits").write_bytes(PRIMARY + TABLE)
    (tmp_path / "cut.fits").write_bytes((PRIMARY + TABLE)[:-2800])
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["x.fits"], 0, "HDU 2 EVENTS: bintable"),
        (["x.fits[1]"], 0, "HDU 2 EVENTS: bintable"),
        (["x.fits[events]", "--format", "jsonl"], 0, '"extname": "EVENTS"'),
        (["cut.fits"], 0, "truncated: the file ends inside the data unit of HDU 2"),
        (["x.fits", "--grep", "tzero"], 0, "TZERO3"),
        (["x.fits", "--grep", "nothing"], 1, ""),
        (["x.fits", "--hdu", "9"], 1, "it has no HDU 9: they are counted from 1"),
        (["x.fits", "--grep", "("], 2, ""),
        (["x.fits", "--format", "html"], 2, ""),
        (["gone.fits"], 3, "there is no such file"),
        (["gone.fits", "--grep", "x"], 3, "gone.fits: unreadable: there is no such file"),
        (["."], 0, "cut.fits: 2 HDUs"),
    ],
)
def test_the_command(folder, arguments, code, said):
    done = run("show", "--no-config", *arguments, cwd=folder)
    assert done.returncode == code
    assert said in done.stdout.decode()
    assert (b"Traceback" not in done.stderr) and (code == 2) == bool(done.stderr)


def test_standard_input_is_shown(folder):
    done = run("show", "-", stdin=(folder / "x.fits").read_bytes())
    assert done.returncode == 0
    assert b"<stdin>: 2 HDUs" in done.stdout


def test_colours_are_for_terminals(folder):
    assert b"\x1b" not in run("show", "x.fits", cwd=folder).stdout
    main, side = pty.openpty()
    command = [*COMMAND, "show", "cut.fits"]
    with subprocess.Popen(
        command, stdout=side, cwd=folder, env=environment(COLUMNS="50", TERM="xterm")
    ) as process:
        os.close(side)
        text = b""
        while True:
            try:
                piece = os.read(main, 65536)
            except OSError:
                break
            if not piece:
                break
            text += piece
        assert process.wait() == 0
    os.close(main)
    assert b"\x1b[1;31merror FS103\x1b[0m" in text
    bare = re.sub(rb"\x1b\[[0-9;]*m", b"", text).decode()
    assert max(map(len, bare.splitlines())) <= 50


def test_cards_that_are_too_many_to_judge_are_shown(tmp_path):
    many = [f"K{number:07d}= {number:20d}" for number in range(20_010)]
    first = "SIMPLE  =                    T", "BITPIX  =                    8", "NAXIS   = 0"
    lines = "".join(line.ljust(80) for line in (*first, *many, "END"))
    content = lines.ljust(-(-len(lines) // 2880) * 2880).encode()
    (tmp_path / "many.fits").write_bytes(content)
    done = run("show", "--grep", "K0020009", "many.fits", cwd=tmp_path)
    assert b"20013  K0020009=" in done.stdout
    assert b"(20014 cards" in run("show", "many.fits", cwd=tmp_path).stdout
