"""The page: whole in itself, escaped, with pictures."""

import base64
import os
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.qc import page
from fitslint.pipeline.kappa.qc.figures import draw_pictures
from tests.pipeline.kappa.qc import sky
from tests.pipeline.kappa.qc.test_xray import image

FIGURES = {"qc-kappa.png", "qc-kappa.svg"}
VOID = {"meta", "img", "br"}


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.images, self.tags = [], [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(html):
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


@pytest.mark.long
def test_everything_that_was_given_is_drawn(maps, beside, tmp_path):
    given = {**beside, "xray": image(tmp_path / "x.fits")}
    made = sky.judged(maps.kappa, given, members=maps.members, also=(maps.unity, maps.kappa))
    assert [one.name for one in draw_pictures(made)] == ["kappa", "xray", "band", "residuals"]
    html = page.write_report(made, tmp_path / "new" / "out").read_text("utf-8")
    reader = parsed(html)
    assert len(reader.images) == 4
    for one in reader.images:
        assert len(one["alt"]) > 40
        head, _, data = one["src"].partition(",")
        assert head == "data:image/png;base64"
        assert base64.b64decode(data).startswith(b"\x89PNG")
    assert "script" not in reader.tags and "link" not in reader.tags
    assert not re.search(r"(src|href)=\"(?!data:)", html)
    assert html.index("<table") < html.index("<figure")
    for line in made.results:
        assert line.code in html


def test_strings_of_headers_and_catalogues_never_become_markup(maps, tmp_path):
    grid = sky.cards(OBJECT="<script>alert(1)</script>", BUNIT='"><img src=x>')
    path = sky.plain(tmp_path / "<b>&.fits", maps.data, grid)
    members = tmp_path / "m.cat"
    members.write_text("#REFERENCE 0\n<i>{{7*7}}</i> 197.873 -1.340997 1 1 0 18 0\n")
    html = page.render_page(sky.judged(path, members=str(members)))
    reader = parsed(html)
    assert not reader.tags & {"script", "b", "i"}
    assert "&lt;script&gt;" in html
    assert "{{7*7}}" in html
    assert "49" not in re.findall(r"galaxy [^<]*", html)[0]


def test_a_page_steers_no_terminal(maps, tmp_path):
    path = sky.plain(tmp_path / "k\x1b[31m.fits", maps.data, sky.cards())
    page.write_report(sky.judged(path), tmp_path)
    html = (tmp_path / page.PAGE_NAME).read_text(encoding="utf-8")
    assert "\x1b" not in html
    assert r"k\x1b[31m.fits" in html


def test_a_report_goes_into_a_device_and_does_not_replace_it(maps, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        page.write_json(sky.judged(maps.kappa), pipe)
        assert os.read(end, 1) == b"{"
    finally:
        os.close(end)
    assert pipe.is_fifo()


def test_a_map_that_is_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero"):
        with pytest.raises(PipelineError, match="no regular file"):
            sky.judged(path)


def test_a_blank_map_has_a_page_without_pictures(tmp_path):
    path = sky.plain(tmp_path / "k.fits", np.zeros((64, 64)), sky.cards(64))
    html = page.render_page(sky.judged(path))
    assert parsed(html).images == []
    assert "every pixel is zero" in html


@pytest.mark.parametrize("size", [2, 3, 5])
def test_tiny_maps(tmp_path, size):
    data = np.arange(size * size, dtype=float).reshape(size, size)
    made = sky.judged(sky.plain(tmp_path / "k.fits", data, sky.cards(size)), centre=sky.CENTRE)
    parsed(page.render_page(made))


def test_a_folder_that_cannot_be_made(maps, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PipelineError, match="cannot be made"):
        page.write_report(sky.judged(maps.kappa), tmp_path / "file")


def test_an_older_page_is_replaced_at_once(maps, tmp_path):
    made = sky.judged(maps.kappa)
    for _ in range(2):
        page.write_report(made, tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == {"qc.html", "qc.json", *FIGURES}


def test_figures_lie_beside_the_page_and_are_the_same_every_time(maps, tmp_path):
    from PIL import Image

    made = sky.judged(maps.kappa)
    for folder in ("one", "two"):
        page.write_report(made, tmp_path / folder)
    for name in FIGURES:
        first, second = ((tmp_path / folder / name).read_bytes() for folder in ("one", "two"))
        assert first == second
    with Image.open(tmp_path / "one" / "qc-kappa.png") as picture:
        assert [round(one) for one in picture.info["dpi"]] == [200, 200]
    assert (tmp_path / "one" / "qc-kappa.svg").read_bytes().startswith(b"<?xml")


def test_a_figure_says_of_what_it_is(maps, tmp_path):
    told = sky.write(tmp_path / "k.fits", maps.data, **{"object": "a $x^{2}$ <b>"})
    page.write_report(sky.judged(told), tmp_path)
    drawing = (tmp_path / "qc-kappa.svg").read_text("utf-8")
    for words in ("$x^{2}$", "critical curve", "$z_l$ = 0.183", "$z_s$ = 2"):
        assert words.replace("$x", r"\$x").replace("}$", r"}\$") in drawing, words
    assert "<b>" not in drawing


def test_the_bar_is_100_kpc_long(maps):
    from fitslint.pipeline.kappa.qc.figures.drawing import build_view
    from fitslint.pipeline.kappa.qc.figures.overlays import draw_scale_bar
    from fitslint.pipeline.page.figures import create_figure

    evidence = sky.judged(maps.kappa).inputs
    axes = create_figure((4, 4)).add_subplot()
    draw_scale_bar(axes, build_view(evidence.kappa.frame), evidence)
    start, end = axes.lines[0].get_xdata()
    assert abs(start - end) * evidence.kpc_per_arcsec == pytest.approx(100)
    assert axes.texts[0].get_text() == "100 kpc = 32.5″"


def test_the_residual_of_shear_has_no_stripes():
    from fitslint.pipeline.kappa.qc.figures.overlays import smooth_residual

    stripe = np.where(np.arange(64) % 2, 1.0, -1.0) * np.ones((64, 1))
    assert np.abs(smooth_residual(stripe)[8:-8, 8:-8]).max() < 0.02


def test_the_headline_says_how_much_was_judged(maps, tmp_path):
    made = sky.judged(maps.kappa)
    left = made.counts["cannot be judged"]
    assert left > 0
    assert made.headline.endswith(f"; {left} not judged")
    assert made.headline in page.render_page(made, [])
