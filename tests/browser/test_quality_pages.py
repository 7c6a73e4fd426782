"""The quality pages of kappa and X-ray in a real browser: figures, no request, no text acts."""

import csv
import json

import pytest

from fitslint.pipeline.kappa.qc.page import write_report
from tests.browser.test_html_page import NAME
from tests.pipeline.kappa.qc import sky

SCRIPT = "<script>document.title='pwned'</script>"
ELEMENTS = ("script", "iframe", "link", "object", "svg", "style + style", "img:not(figure img)")
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def kappa_report(tmp_path_factory):
    """Of a map whose header says a script."""
    folder = tmp_path_factory.mktemp("kappa")
    unity = sky.lens(64, 5.0)[0]
    grid = sky.cards(64, 5.0)
    kappa = sky.write(folder / NAME.replace("/", ""), unity * sky.RATIO, grid=grid)
    from astropy.io import fits

    with fits.open(kappa, mode="update") as file:
        file[0].header["OBJECT"] = SCRIPT
    maps = {"unity": sky.write(folder / "u.fits", unity, normalisation="unity", grid=grid)}
    return write_report(sky.judged(kappa, maps), folder / "out")


@pytest.fixture(scope="module")
def xray_report(tmp_path_factory):
    """Of a run whose target, catalogue and convergence map are called by scripts."""
    from fitslint.pipeline.xray.simulate.run import SimulationRequest, simulate_observations
    from tests.pipeline.xray.test_run import run_all

    folder = tmp_path_factory.mktemp("xray")
    truth = simulate_observations(
        SimulationRequest(folder / "data", seed=5, exposure=3000.0, observations=1, sources=12,
                          aspect_step=8.0, target=SCRIPT)
    )  # fmt: skip
    catalogue = folder / f"{NAME.replace('/', '')}.csv"
    with catalogue.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("ra", "dec"))
        sources = json.loads(truth.read_text())["model"]["sources"]
        rows.writerows((one["ra"], one["dec"]) for one in sources)
    tables = {
        "info_dict": {
            "name": "toy", "sn_per_region": 20, "reg_smoothness": 25, "cluster_directory": "data",
            "obs_ids": ["90001"], "redshift": 0.183,
        },
        "options": {"bin_size": 8, "catalogue": catalogue.name},
    }  # fmt: skip
    path = folder / "toy.json"
    path.write_text(json.dumps(tables))
    assert {one.status for one in run_all(path).values()} == {"done"}
    return folder / "qc" / "qc.html"


@pytest.mark.parametrize("name", ["kappa_report", "xray_report"])
def test_it_opens_with_its_figures_and_asks_for_nothing(page, request, name, tmp_path):
    report = request.getfixturevalue(name)
    page.open(report)
    said = [
        one for one in page.events if one["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")
    ]
    assert said == []
    asked = [
        one["params"]["request"]["url"]
        for one in page.events
        if one["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in asked if not url.startswith("data:")] in ([], [report.as_uri()])
    drawn = page.ask(
        "[...document.images].map((one) => [one.complete, one.naturalWidth, one.alt.length])"
    )
    assert len(drawn) >= 1
    assert all(whole and width > 400 and words > 40 for whole, width, words in drawn)
    assert page.ask("document.querySelectorAll('figure figcaption').length") == len(drawn)
    assert page.ask("document.querySelectorAll('table.verdicts tbody tr').length") > 10
    # Nothing is wider than the window but what scrolls in itself.
    assert page.ask("document.documentElement.scrollWidth <= innerWidth")
    faint = [(ratio, text) for ratio, text in page.measure_contrast("td, th, p") if ratio < 4.5]
    assert faint == []


@pytest.mark.parametrize("name", ["kappa_report", "xray_report"])
def test_no_text_of_a_file_becomes_an_element_or_acts(page, request, name):
    page.open(request.getfixturevalue(name))
    title = page.ask("document.title")
    assert "pwned" not in title.replace(SCRIPT, "") and title != "3"
    for element in ELEMENTS:
        assert page.ask(f"document.querySelectorAll({element!r}).length") == 0
    assert page.ask("[...document.images].every((one) => one.src.startsWith('data:image/png'))")
    acting = (
        "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())"
        ".filter((name) => name.startsWith('on')).length"
    )
    assert page.ask(acting) == 0
    assert SCRIPT in page.ask("document.body.innerText")
