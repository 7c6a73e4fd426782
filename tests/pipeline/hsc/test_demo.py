"""The demonstration: what is simulated is found again, on a page that needs nothing beside it."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

import fitslint
from fitslint.cli.main import main
from fitslint.pipeline.hsc.demo import page


class _Links(HTMLParser):
    """What a page loads."""

    def __init__(self, text):
        super().__init__()
        self.loaded = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.loaded += [value for name, value in attributes if name in ("src", "href")]


def run(*arguments):
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return end.value.code or 0


@pytest.mark.long
def test_the_demonstration_finds_what_it_simulated(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(page, "PLAN", replace(page.PLAN, visits=4, stars=250))
    folder = tmp_path / "demo"
    assert run("hsc", "demo", folder) == 0, capfd.readouterr()
    text = (folder / "hsc.html").read_text()
    assert "6 of 6 numbers" in text
    links = _Links(text).loaded
    assert len(links) == 8
    assert all(link.startswith("data:image/png;base64,") for link in links)
    assert text.count("<code>fitslint hsc ") == 6
    rerun = folder / "HSC/rerun/demo"
    products = sorted([*rerun.rglob("jointcal_*-051.fits"), *rerun.rglob("CAL*-051.fits")])
    assert len(products) == 12
    for path in products:
        assert not fitslint.check(path, profile="products").findings, path
    assert "Look at" in capfd.readouterr().out
    (folder / ".fitslint-demo").unlink()
    assert run("hsc", "demo", folder) == 3
    assert "no demonstration made" in capfd.readouterr().err
