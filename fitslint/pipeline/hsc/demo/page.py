"""The page of the demonstration: comparisons, diagnostics, commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fitslint._version import __version__
from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.hsc.demo.truth import compare_with_truth
from fitslint.pipeline.hsc.joint.simulate import SimulationPlan, simulate
from fitslint.pipeline.page.demo import DemoStep
from fitslint.pipeline.page.figures import Picture
from fitslint.pipeline.page.template import load_template

PLAN = SimulationPlan(
    5, 250,
    (25, 26, 33, 34, 40, 41, 42, 43, 48, 49, 50, 51, 56, 57, 58, 59, 65, 66, 73, 74), seed=7,
)  # fmt: skip
"""Five visits of the twenty CCDs in the middle."""
ORDER = 5
RERUN = "demo"
_TEMPLATE = Path(__file__).with_name("page.html.j2")
_PICTURES = {
    "ResPosArrow2D_{visit}": "Residuals of a visit, in the focal plane: green against the "
    "catalogue, red between visits.",
    "jcont_{visit}": "Area of pixels as part of that on the axis; it must be round.",
    "fcont_{visit}": "The surface by which counts are corrected.",
    "ResPosScatter": "All residuals of positions, with their histograms.",
    "PosDPos": "Residuals against the place in the sky.",
    "MdM": "Residuals of magnitudes against magnitude.",
    "ResFlux": "Residuals of magnitudes: histogram, radius, visits, CCDs.",
    "DFlux2D": "Residuals of magnitudes in the focal plane.",
}


def write_hsc_page(folder: Path, root: Path, steps: Sequence[DemoStep]) -> tuple[Path, bool]:
    """Write the page; it, and whether all that was simulated was found again."""
    simulation = simulate(PLAN)
    rerun, diagnostics = root / "rerun" / RERUN, root / "mosaic_diag" / "0"
    results = rerun / "jointcal-results" / PLAN.filter / "0000"
    comparisons = list(compare_with_truth(simulation, results, diagnostics))
    met = sum(one.is_met for one in comparisons)
    ok = met == len(comparisons)
    text = load_template(_TEMPLATE).render(
        plan=PLAN, version=__version__, ok=ok, met=met, comparisons=comparisons,
        pictures=_read_pictures(diagnostics), chips=len(PLAN.chips),
        measurements=len(simulation.exposures.stars.x),
        steps=[(step.command, step.said) for step in steps],
    )  # fmt: skip
    page = folder / "hsc.html"
    write_atomic(page, text.encode("utf-8", "backslashreplace"))
    return page, ok


def _read_pictures(folder: Path) -> list[Picture]:
    """The diagnostics that mosaic drew: those of the first visit, and of all."""
    found = []
    for form, caption in _PICTURES.items():
        name = form.format(visit=PLAN.first_visit)
        png = (folder / f"{name}.png").read_bytes()
        found.append(Picture(name, f"{name}: {caption}", f"Diagram: {caption}", png, b""))
    return found
