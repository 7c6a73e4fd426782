"""``fitslint norh demo``: from a simulated flare to what its images tell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

from fitslint.cli.demo_step import run_step
from fitslint.cli.errors import ExitCode
from fitslint.cli.options import Options, argument
from fitslint.cli.report_lines import print_lines

if TYPE_CHECKING:
    from fitslint.pipeline.norh.synthesis.scene import Scene

_SCENE = "flare.toml"


class NorhDemoOptions(Options):
    """The options of ``fitslint norh demo``."""

    folder: Path = argument(
        "Where to; made, or of an earlier demo.", "DIR", default=Path("norh-demo")
    )


def run_norh_demo(options: NorhDemoOptions) -> ExitCode:
    """Simulate a flare, make images of it, and find in them what was simulated, without a network.

    Runs simulate, synth (17 GHz R+L and R-L, 34 GHz), flux, polariz, match, alpha, curve and
    classify, and shows all of it on one page. Exit 0: the numbers of the scene are found again; 1:
    one is not; 3: the folder cannot be used.
    """
    from fitslint.pipeline.demo_folder import claim_folder
    from fitslint.pipeline.norh.demo.page import write_demo_page
    from fitslint.pipeline.norh.synthesis.scene import read_scene
    from fitslint.report.escape import escape_text

    claim_folder(options.folder, "fitslint.pipeline.norh.demo", (_SCENE,))
    scene = read_scene(str(options.folder / _SCENE))
    with chdir(options.folder):
        steps = [run_step(words, hidden=("--overwrite",)) for words in _list_commands(scene)]
    page, is_found = write_demo_page(scene, options.folder, steps)
    print_lines([f"Look at {escape_text(shlex.quote(str(page)))} (the page, with pictures)"])
    return ExitCode.OK if is_found else ExitCode.FOUND


def _list_commands(scene: Scene) -> Iterator[list[str]]:
    """What is run in the folder, without the name of the program."""
    from fitslint.pipeline.norh.demo.page import BOX, CENTRE, PEAK, choose_image_name

    peak = {one: choose_image_name(scene, one, PEAK) for one in ("fa", "pa", "ps", "pz")}
    number = str(scene.first + scene.step * PEAK)
    centre = f"--cenfnl={CENTRE[0]},{CENTRE[1]}"
    box = "--abox=" + ",".join(f"{edge:g}" for edge in BOX)
    matched = [f"{peak[one]}_matched.fits" for one in ("pa", "pz")]
    everything = [
        choose_image_name(scene, one, frame)
        for one in ("pa", "ps", "pz")
        for frame in range(scene.frames)
    ]
    for line in (
        ["simulate", _SCENE, "-o", "raw17.fits"],
        ["simulate", _SCENE, "--freq", "34", "-o", "raw34.fits"],
        ["synth", "raw17.fits", "--frames", number],
        ["synth", "raw17.fits", "--frames", "all", "--size", "128", centre],
        ["synth", "raw34.fits", "--frames", "all", "--size", "256", centre],
        ["flux", peak["pa"], box],
        ["polariz", peak["pa"], peak["ps"], "-o", "polarization.fits",
         "--plot", "polarization.png"],
        ["match", peak["pa"], peak["pz"], "--outdir", "."],
        ["alpha", *matched, "-o", "alpha.fits", "--plot", "alpha.png"],
        ["curve", *everything, box, "-o", "curve.fits"],
        ["classify", matched[0], "alpha.fits", "polarization.fits", "-o", "classes.fits",
         "--plot", "classes.png"],
    ):  # fmt: skip
        yield ["norh", *line, *(["--overwrite"] if line[0] != "flux" else [])]
