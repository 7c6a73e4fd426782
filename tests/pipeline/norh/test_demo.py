"""The demonstration: what is simulated is found again, on a page that needs nothing beside it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files

import numpy as np
import pytest

import fitslint
from fitslint.cli.main import main
from fitslint.pipeline import demo_folder
from fitslint.pipeline.norh.beam import compute_beam
from fitslint.pipeline.norh.demo import truth
from fitslint.pipeline.norh.demo.page import BOX, CENTRE, PEAK, choose_image_name
from fitslint.pipeline.norh.image import read_solar_image
from fitslint.pipeline.norh.product import write_products
from fitslint.pipeline.norh.synthesis.scene import Scene, Source, read_scene
from fitslint.pipeline.norh.synthesis.simulate import simulate_frames
from fitslint.pipeline.norh.synthesis.synthesize import SynthesisRequest, Synthesizer
from tests.pipeline.norh.synthesized import START


@pytest.fixture
def scene():
    path = files("fitslint.pipeline.norh.demo").joinpath("flare.toml")
    return read_scene(str(path))


def test_the_scene_is_what_the_page_takes_it_for(scene):
    flare = scene.sources[0]
    assert max(range(scene.frames), key=flare.curve.__getitem__) == PEAK
    assert abs(flare.x - CENTRE[0]) < 40 and abs(flare.y - CENTRE[1]) < 40
    assert BOX[0] < flare.x < BOX[1] and BOX[2] < flare.y < BOX[3]
    assert choose_image_name(scene, "pa", PEAK) == "ipa980509_032121"


def test_the_truth_under_the_beam(tmp_path):
    """Against the formula: a Gaussian under a Gaussian beam, and the flux of both."""
    flare = Source(-431, 54, 2e6, 14, 0.3)
    scene = Scene(START, sources=(flare,), temperature=1e-3)
    raw = simulate_frames(Scene(START, sources=(flare,))).raw
    request = SynthesisRequest((raw.first,), 64, (-431.0, 54.0))
    made = Synthesizer(raw, request).make_images(raw.first)[0]
    path = tmp_path / made.name
    write_products({str(path): made.product})
    image = read_solar_image(str(path))
    values = truth.restore_truth(scene, image, 0)
    covariance = np.linalg.inv(compute_beam(image).form) + np.eye(2) * 14**2 / (4 * np.log(2))
    x, y = image.x.coordinates[None, :] + 431, image.y.coordinates[:, None] - 54
    (a, b), (_, c) = np.linalg.inv(covariance)
    peak = flare.flux / (np.pi * np.sqrt(np.linalg.det(covariance)))
    expected = peak * np.exp(-(a * x * x + 2 * b * x * y + c * y * y))
    assert values == pytest.approx(expected, abs=0.01 * peak)
    assert values.sum() * 4.91106**2 == pytest.approx(flare.flux, rel=1e-3)


class _Links(HTMLParser):
    """What a page loads."""

    def __init__(self, text):
        super().__init__()
        self.loaded = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.loaded += [value for name, value in attributes if name in ("src", "href")]


@pytest.mark.long
def test_the_demonstration_finds_its_flare(tmp_path, monkeypatch, capsys):
    claim = demo_folder.claim_folder

    def shorten(folder, package, names):
        claim(folder, package, names)
        scene = folder / "flare.toml"
        scene.write_text(scene.read_text().replace("frames = 5", "frames = 3"))

    monkeypatch.setattr(demo_folder, "claim_folder", shorten)
    with pytest.raises(SystemExit) as end:
        main(["norh", "demo", str(tmp_path / "demo")])
    assert not end.value.code, capsys.readouterr().err
    text = (tmp_path / "demo" / "norh.html").read_text()
    assert "8 of 8 numbers" in text
    links = _Links(text).loaded
    assert len(links) == 7
    assert all(link.startswith("data:image/png;base64,") for link in links)
    assert len(re.findall(r"<code>fitslint norh \w+", text)) == 11
    products = {*(tmp_path / "demo").glob("i*"), *(tmp_path / "demo").glob("*.fits")}
    assert len(products) == 19
    for path in products:
        report = fitslint.check(path)
        assert not [one for one in report.findings if one.severity != "info"], str(report)
    assert "Look at" in capsys.readouterr().out
