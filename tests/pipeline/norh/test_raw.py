"""Raw data, layouts, decks and scenes: what is written is read, nonsense is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.norh.antennas import PAIRS
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.product import render_product
from fitslint.pipeline.norh.synthesis.deck import Deck, format_deck, parse_deck, read_deck
from fitslint.pipeline.norh.synthesis.layout import read_layout
from fitslint.pipeline.norh.synthesis.plan import build_deck, build_request
from fitslint.pipeline.norh.synthesis.raw import (
    RawFrames,
    build_raw_product,
    choose_raw_name,
    find_raw_files,
    join_frames,
    read_raw,
)
from fitslint.pipeline.norh.synthesis.scene import Scene, Source, read_scene
from tests.pipeline.norh.synthesized import START

DAY = datetime(1997, 4, 19, 22, 45)


def draw_raw(count=3, frequency="17GHz", first=599):
    random = np.random.default_rng(7)
    names = "RL" if frequency == "17GHz" else "I"
    records = {
        name: random.integers(-32767, 32768, (count, 2, PAIRS)).astype(np.int16) for name in names
    }
    return RawFrames(frequency, DAY, first, first + np.arange(count), records)


@pytest.mark.parametrize("frequency", ["17GHz", "34GHz"])
def test_raw_data_are_read_as_they_were_written(tmp_path, frequency):
    raw = draw_raw(frequency=frequency)
    path = tmp_path / "raw.fits"
    path.write_bytes(render_product(build_raw_product(raw, ["made for a test"])))
    found = read_raw(str(path))
    assert (found.frequency, found.start, found.first) == (frequency, DAY, 599)
    assert list(found.numbers) == [599, 600, 601]
    assert found.records.keys() == raw.records.keys()
    for name, stored in raw.records.items():
        assert (found.records[name] == stored).all()


def test_a_table_of_raw_data_is_scaled_to_correlations(tmp_path):
    from astropy.io import fits

    raw = draw_raw(1)
    path = tmp_path / "raw.fits"
    path.write_bytes(render_product(build_raw_product(raw, ())))
    with fits.open(path) as hdus:
        table = hdus["RAW"].data
        assert table["R"][0] == pytest.approx(raw.records["R"].ravel() / 32768)
        assert table["TIME"][0] == 7 * 3600 + 45 * 60


def test_means_of_frames():
    raw = draw_raw()
    seen = raw.average(599, 2)
    right, left = (
        (raw.records[name][:2].astype(float) / 32768).mean(axis=0).T @ [1, 1j] for name in "RL"
    )
    assert seen["r+l"] == pytest.approx((right + left) / 2)
    assert seen["r-l"] == pytest.approx((right - left) / 2)
    for frame, count in ((598, 1), (602, 1), (600, 3)):
        with pytest.raises(NorhError, match="there are 599 to 601, 3 in all"):
            raw.average(frame, count)


def test_files_of_a_schedule_are_joined():
    early, late = (
        draw_raw(2, first=599),
        replace(draw_raw(2, first=601), start=DAY.replace(second=2)),
    )
    both = join_frames([late, early])
    assert list(both.numbers) == [599, 600, 601, 602]
    assert choose_raw_name(early) == "ss17970420001.fits"
    assert choose_raw_name(late) == "ss17970420002.fits"
    with pytest.raises(NorhError, match="frames in common"):
        join_frames([early, early])
    with pytest.raises(NorhError, match="another schedule"):
        join_frames([early, replace(late, start=DAY)])


def test_what_is_no_raw_data(tmp_path):
    text = tmp_path / "ss17970420001"
    text.write_bytes(bytes(2880))
    with pytest.raises(NorhError, match="is not published; --layout"):
        read_raw(str(text))
    with pytest.raises(NorhError, match="No such file"):
        read_raw(str(tmp_path / "none"))
    data = render_product(build_raw_product(draw_raw(1), ()))
    for cut, old, new in (
        (3000, b"", b""), (None, b"6972I", b"6971I"), (None, b"'34GHz", b"'17GHz"),
        (None, b"raw_visibility", b"raw_velocities"), (None, b"'FRAME ", b"'FRAMES"),
        (None, b"'17GHz", b"'34GHz"),
    ):  # fmt: skip
        text.write_bytes(data[:cut].replace(old, new) if old else data[:cut])
        if text.read_bytes() != data:
            with pytest.raises(NorhError):
                read_raw(str(text))


def test_a_layout_is_a_door(tmp_path):
    """The same numbers in another order, with headers and in the other endianness."""
    raw = draw_raw(2)
    cube = np.stack([raw.records["R"], raw.records["L"]])
    records = cube.transpose(1, 3, 0, 2).astype("<i2").reshape(2, -1)
    path, layout = tmp_path / "ss17970420001", tmp_path / "layout.toml"
    path.write_bytes(b"head" * 8 + b"".join(b"time" + row.tobytes() + b"zz" for row in records))
    layout.write_text(
        'start = "1997-04-19T22:45:00"\nfirst_frame = 599\nheader_bytes = 32\n'
        'record_header_bytes = 4\nrecord_bytes = 27894\nendian = "little"\n'
        'order = ["pair", "receiver", "part"]\n'
    )
    found = read_layout(str(path), str(layout))
    assert (found.start, found.first, list(found.numbers)) == (DAY, 599, [599, 600])
    assert all((found.records[name] == raw.records[name]).all() for name in "RL")
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(NorhError, match="no 1 to 600 records of 27894"):
        read_layout(str(path), str(layout))
    for line, said in (
        ('order = ["pair"]', "order names each"), ('endian = "middle"', "big or little"),
        ("record_bytes = 5", "at least 27888"), ("header_bytes = -1", "whole number"),
        ("colour = 1", "a layout has no 'colour'"), ('frequency = "5GHz"', "17GHz or 34GHz"),
    ):  # fmt: skip
        layout.write_text(line)
        with pytest.raises(NorhError, match=said):
            read_layout(str(path), str(layout))


HANAOKA = """images          ; folder
ss17980419
sz00980419001
512
2,100,-20 ; in pixels

1
3600
600
1
1
-0.5,-0.5
0.01
"""
FUJIKI = (
    ".\nss17\nsz\n1,0,0\n0\n3 ; how many\n1 601\n1201\n1\n1\n10\n1\n1\n1e4,9e3\n8e3,7e3\n0.01\n"
)


def test_decks_of_the_three_programs():
    deck = parse_deck(HANAOKA)
    assert (deck.program, deck.folder, deck.raw, deck.size) == (
        "hanaoka",
        "images",
        "ss17980419",
        512,
    )
    assert deck.list_frames() == [1, 601, 1201, 1801, 2401, 3001]
    request = build_request(deck, "17GHz")
    assert request.centre == pytest.approx((491.106, -98.2212))
    assert request.find_clean("r-l").criterion == -0.5
    koshix = parse_deck(HANAOKA.replace("0.01\n", "").replace("-0.5,-0.5", "3000,2000"))
    assert (koshix.program, koshix.criteria) == ("koshix", ((3000, 2000),))
    request = build_request(koshix, "17GHz")
    clean = request.find_clean("r-l")
    assert (clean.method, clean.criterion, clean.gain, clean.trim) == ("steer", 2000, 0.2, 0.8)
    fujiki = parse_deck(FUJIKI)
    assert (fujiki.program, fujiki.size, fujiki.list_frames()) == ("fujiki", 128, [1, 601, 1201])
    assert fujiki.criteria == ((1e4, 9e3), (8e3, 7e3))
    request = build_request(fujiki, "17GHz")
    assert (request.reference, request.pixel) == (10, pytest.approx(2.45553))
    high = parse_deck(HANAOKA.replace("-0.5,-0.5", "-1").replace("ss17", "ss34"))
    assert build_request(high, "34GHz").find_clean("r+l").criterion == -1


DECKS = st.builds(
    replace,
    st.sampled_from(["hanaoka", "koshix", "fujiki"]).map(
        lambda name: build_deck(name, "17GHz", "ss17", "sz")
    ),
    unit=st.sampled_from([1, 2]),
    offset=st.tuples(st.integers(-900, 900), st.floats(-900, 900).map(lambda at: round(at, 2))),
    frames=st.lists(st.integers(1, 28800), min_size=1, max_size=40).map(tuple),
    is_list=st.just(True),
    calibration=st.integers(1, 10),
    reference=st.tuples(*[st.integers(1, 500)] * 3),
)


@given(DECKS)
def test_a_deck_is_read_as_it_was_written(deck):
    found = parse_deck(format_deck(deck))
    assert found == (deck if deck.program == "fujiki" else replace(deck, reference=(1, 1, 1)))


@given(st.text(st.sampled_from("0123456789,.-; e\nabnif"), max_size=200))
def test_any_text_is_a_deck_or_an_error_with_a_reason(text):
    try:
        assert isinstance(parse_deck(text), Deck)
    except NorhError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("512", "5x", "line 4: the size, or the offset is 1 or 3 numbers, not '5x'"),
        ("2,100", "3,100", "line 5: an offset begins with 1"),
        ("\n600", "\n0", "line 9: the step of frames is at least 1"),
        ("3600", "0", "line 8: the last frame is at least 1"),
        ("-0.5,-0.5", "-0.5,nan", "line 12: a criterion of CLEAN is 1 or 2 numbers"),
        ("0.01\n", "0.01\n7\n", "'7' stands behind the last line"),
        ("1\n-0.5,-0.5\n0.01\n", "", "the deck ends where frames of an image should be"),
    ],
)  # fmt: skip
def test_a_broken_deck_is_told_by_its_line(tmp_path, old, new, said):
    path = tmp_path / "deck"
    path.write_text(HANAOKA.replace(old, new, 1))
    with pytest.raises(NorhError, match=said.replace("'", "['\"]")):
        read_deck(str(path))


def test_a_deck_finds_its_raw_data(tmp_path):
    for name in ("ss17980419002.fits", "ss17980419001.fits", "ss34980419001.fits"):
        (tmp_path / name).write_bytes(b"")
    found = find_raw_files("ss17980419", tmp_path)
    assert [path.rpartition("/")[2] for path in found] == [
        "ss17980419001.fits",
        "ss17980419002.fits",
    ]
    with pytest.raises(NorhError, match="there is no raw data"):
        find_raw_files("ss17980420", tmp_path)


SCENE = """
start = "1998-05-09T03:20:21.254"
frequency = "34GHz"
frames = 2
bad = ["n3", 83]
offset = [1, -2.5]
[[source]]
x = -431
y = 54
temperature = 2e6
fwhm = 12
alpha = -1.5
curve = [1, 0.5]
"""


def test_a_scene_is_read(tmp_path):
    path = tmp_path / "scene.toml"
    path.write_text(SCENE)
    source = Source(-431, 54, 2e6, 12, 0.0, -1.5, (1.0, 0.5))
    assert read_scene(str(path)) == Scene(
        START, "34GHz", (source,), frames=2, bad=(2, 83), offset=(1.0, -2.5)
    )
    later = source.observe("34GHz", 7)
    assert later.flux / source.flux == pytest.approx(0.5 * 2**-3.5)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("start", "begin", "a scene has no 'begin'"),
        ('"1998-05-09T03:20:21.254"', '"noon"', "'noon' is no time"),
        ("34GHz", "35GHz", "frequency is one of 17GHz, 34GHz"),
        ("frames = 2", "frames = 601", "frames is a number from 1 to 600, not 601"),
        ("frames = 2", "frames = 1.5", "frames is a whole number"),
        ("n3", "n29", "there is no antenna 'n29'"),
        ("[1, -2.5]", "[1]", "offset is two numbers"),
        ("[1, 0.5]", "[1, true]", "source 1: curve is a list"),
        ("fwhm = 12", "", "source 1 has no fwhm"),
        ("fwhm", "width", "source 1 has no 'width'"),
        ("x = -431", "x = inf", "source 1: x is a number from -1300 to 1300"),
        ("[[source]]", "[source]", "source a list"),
    ],
)
def test_a_scene_without_sense(tmp_path, old, new, said):
    path = tmp_path / "scene.toml"
    path.write_text(SCENE.replace(old, new))
    with pytest.raises(PipelineError, match=said.replace("[", r"\[")):
        read_scene(str(path))
