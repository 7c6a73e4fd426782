"""``python -m tests.benchmarks.xray``: events to a flux map, beside astropy.table and numpy.

A list of many events is reprojected to another tangent point, binned and divided by its exposure
map, which is computed in the same run; the peer reads the same columns by ``Table.read`` and bins
them by ``numpy.histogram2d``, without any of the rest. Each runs in a process of its own, whose
memory is its own as well; the times are those of the processor.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from fitslint.pipeline.xray.acis.bands import parse_band
from fitslint.pipeline.xray.images import divide_exposed, select_exposed
from fitslint.pipeline.xray.simulate.run import SimulationRequest, simulate_observations
from fitslint.pipeline.xray.sky import SkyPlane
from fitslint.pipeline.xray.steps.observation import find_observation, open_observation
from fitslint.pipeline.xray.steps.reprocess import (
    ReprocessRequest,
    copy_event_list,
    reprocess_observation,
)
from tests.benchmarks.measure import ROOT

EVENTS = 10_000_000
BAND = parse_band("broad")
MOVED = (0.02, -0.03)
"""Degrees from the tangent point of the observation to that of the map."""


def write_events(folder: Path, count: int) -> None:
    """A list of so many events: those of a simulation, again and again."""
    simulate_observations(
        SimulationRequest(folder / "raw", observations=1, exposure=30000, aspect_step=1.0)
    )
    kept = folder / "kept"
    reprocess_observation(ReprocessRequest(find_observation(folder / "raw" / "90001"), kept))
    files = find_observation(kept)
    with open_observation(files, BAND) as observed:
        events = observed.events
        chunk = next(events.iterate("CHIPX", "CHIPY", "PI", "GRADE", "STATUS"))
        path = files.events.with_name("acisf90001_clean_evt.fits")
        with copy_event_list(path, events, events.good) as writer:
            while writer.rows < count:
                rows = slice(0, count - writer.rows)
                writer.append({name: values[rows] for name, values in chunk.items()})


def map_flux(folder: Path) -> float:
    """Our way; the sum of the flux."""
    with open_observation(find_observation(folder / "kept", "clean"), BAND) as observed:
        own = observed.events.plane
        plane = SkyPlane(own.ra + MOVED[0], own.dec + MOVED[1])
        box = observed.model.find_box(plane, 1.0)
        counts = np.zeros(box.shape, np.int64)
        for chunk in observed.events.iterate():
            kept = BAND.select(chunk["ENERGY"])
            counts += box.count(*own.reproject(chunk["X"][kept], chunk["Y"][kept], plane))
        exposure = observed.model.compute(box, plane)
        exposure = np.where(select_exposed(exposure), exposure, 0)
        return float(divide_exposed(counts, exposure).sum())


def bin_by_numpy(folder: Path) -> float:
    """The peer: the same columns of astropy.table into numpy.histogram2d."""
    from astropy.table import Table

    path = find_observation(folder / "kept", "clean").events
    table = Table.read(path, hdu="EVENTS")
    columns = [np.asarray(table[name]) for name in ("TIME", "CCD_ID", "X", "Y", "ENERGY")]
    image, _, _ = np.histogram2d(columns[2], columns[3], bins=2737, range=[(2700, 5437)] * 2)
    return float(image.sum())


WAYS = {"fitslint": map_flux, "numpy": bin_by_numpy}


def run_way(name: str, folder: Path) -> dict[str, float]:
    """Seconds of the processor and megabytes of a way in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.xray", "--way", name, str(folder)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(said.stdout)


def main() -> None:
    """Run the benchmark, or one way of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--way", nargs=2, metavar=("NAME", "DIR"))
    options = parser.parse_args()
    if options.way:
        started = time.process_time()
        WAYS[options.way[0]](Path(options.way[1]))
        spent = time.process_time() - started
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": spent, "megabytes": memory}))
        return
    for count in (options.events // 10, options.events):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_events(folder, count)
            found = {way: run_way(way, folder) for way in WAYS}
        ratio = found["fitslint"]["seconds"] / found["numpy"]["seconds"]
        for way, numbers in found.items():
            print(
                f"{count:>10,} {way:9} {numbers['seconds']:6.2f} s {numbers['megabytes']:6.0f} MB"
            )
        print(f"{count:>10,} ratio     {ratio:6.2f}")


if __name__ == "__main__":
    main()
