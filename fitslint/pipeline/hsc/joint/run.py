"""Joint solutions of a rerun: what is read, which tracts, and the files that come of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.inputs import CcdImage
from fitslint.pipeline.hsc.joint.measurements import ReferenceStars
from fitslint.pipeline.hsc.joint.output import SolutionFacts, SolutionFiles
from fitslint.pipeline.hsc.joint.read import FieldFiles, find_source_file
from fitslint.pipeline.hsc.joint.settings import JointSettings
from fitslint.pipeline.hsc.joint.solve import (
    JointSolution,
    describe_links,
    describe_low_orders,
    describe_thin_ccds,
    leave_visits_out,
    solve_jointly,
)
from fitslint.pipeline.hsc.tract.geometry import Tract
from fitslint.pipeline.hsc.tract.output import JSON_NAME, read_tract_map
from fitslint.pipeline.run.state import RunState
from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.text import count_noun

RESULTS = "jointcal-results"
_MODULES = ("fitslint.pipeline.hsc.joint",)


@dataclass(frozen=True)
class JointPlan:
    """What is solved, and where it goes.

    Attributes
    ----------
    tracts : tuple of Tract or int
        tracts of the sky map; a number where there is no sky map.
    diagnostics : Path, optional
        folder of pictures and tables.
    has_scamp : bool
        whether SCAMP solves the same stars, to be compared.
    """

    settings: JointSettings
    field: FieldFiles
    reference: ReferenceStars
    catalogues: tuple[Path, ...]
    tracts: tuple[Tract | int, ...]
    diagnostics: Path | None = None
    has_scamp: bool = False

    def list_tasks(self) -> list[RunTask]:
        """A task for every tract."""
        return [self._make_task(tract) for tract in self.tracts]

    def _make_task(self, tract: Tract | int) -> RunTask:
        number = tract if isinstance(tract, int) else tract.number
        written = {
            key for key, image in self.field.images.items()
            if isinstance(tract, int) or touches(tract, image)
        }  # fmt: skip
        visits = {visit for visit, _ in written}
        images = {key: image for key, image in self.field.images.items() if key[0] in visits}
        parameters = {
            "settings": asdict(self.settings),
            "tract": number if isinstance(tract, int) else [number, *tract.centre, tract.size],
            "diagnostics": str(self.diagnostics or ""),
            "scamp": self.has_scamp,
        }

        def list_inputs() -> list[Path]:
            found = [Path(find_source_file(image.path)) for image in images.values()]
            return [*found, *self.catalogues]

        def run(context: TaskContext) -> TaskOutcome:
            return self._solve_tract(number, written, context)

        name = f"{self.settings.algorithm} {self.field.exposures.filter} {number}"
        # The state of a run holds SHA-256, sky maps of hscPipe SHA-1.
        headers = {
            image.path: sha256(image.digest.encode()).hexdigest() for image in images.values()
        }
        return RunTask(
            name, "solve", Path(), _MODULES, parameters, list_inputs, run, digests=headers
        )

    def _solve_tract(
        self, number: int, written: set[tuple[int, int]], context: TaskContext
    ) -> TaskOutcome:
        visits = {visit for visit, _ in written}
        others = tuple(visit for visit in self.field.exposures.visits if visit not in visits)
        exposures = leave_visits_out(self.field.exposures, others)
        if not written:
            raise HscError(f"no CCD touches tract {number}")
        try:
            solution = solve_jointly(exposures, self.reference, self.settings)
        except np.linalg.LinAlgError as error:
            raise HscError(f"numbers of the catalogues lead nowhere: {error}") from None
        facts = SolutionFacts.from_solution(
            solution.positions, self.settings.algorithm, exposures.filter, number,
            ",".join(path.name for path in self.catalogues)[:68],
        )  # fmt: skip
        files = SolutionFiles(facts, solution.exposures.visits, solution.positions, solution.fluxes)
        made = self._write_ccds(solution, files, written, number, context)
        if self.diagnostics is not None:
            from fitslint.pipeline.hsc.joint.diagnostics import write_diagnostics

            write_diagnostics(solution, files, self.diagnostics / str(number))
        said = [
            *describe_links(solution), *describe_low_orders(solution),
            *describe_thin_ccds(solution), _describe_solution(solution, made),
        ]  # fmt: skip
        notes = [*solution.problems, *said]
        if self.has_scamp:
            folder = context.folder / exposures.filter / f"{number:04d}" / "scamp"
            notes.append(_describe_scamp(solution, folder))
        return TaskOutcome(tuple(notes), has_bad_products=bool(solution.problems))

    def _write_ccds(
        self,
        solution: JointSolution,
        files: SolutionFiles,
        written: set[tuple[int, int]],
        number: int,
        context: TaskContext,
    ) -> int:
        """The files of every CCD that touches the tract; how many CCDs that are."""
        exposures = solution.exposures
        new = context.folder / exposures.filter / f"{number:04d}"
        old = context.folder / f"{number:04d}"
        for folder in (new, old) if self.settings.algorithm == "mosaic" else (new,):
            folder.mkdir(parents=True)
        ccds = [
            (visit, chip)
            for visit, chip in solution.list_ccds()
            if (exposures.visits[visit], int(exposures.chips.numbers[chip])) in written
        ]
        for done, (visit, chip) in enumerate(ccds, 1):
            name = f"{exposures.visits[visit]:07d}-{exposures.chips.numbers[chip]:03d}.fits"
            (new / f"jointcal_wcs-{name}").write_bytes(files.build_wcs(visit, chip))
            if solution.fluxes is not None:
                (new / f"jointcal_photoCalib-{name}").write_bytes(
                    files.build_calibration(visit, chip)
                )
            if self.settings.algorithm == "mosaic":
                (old / f"wcs-{name}").write_bytes(files.build_old_wcs(visit, chip))
                (old / f"fcr-{name}").write_bytes(files.build_old_surface(visit, chip))
            context.progress(done, len(ccds))
        return len(ccds)


def _describe_scamp(solution: JointSolution, folder: Path) -> str:
    """Have SCAMP solve the same stars; its headers stay, in ASCII, its catalogues go."""
    from fitslint.pipeline.hsc.joint.scamp import measure_difference, run_scamp

    found = run_scamp(solution.exposures, solution.reference, folder)
    for path in folder.glob("*.cat"):
        path.unlink()
    for path in folder.glob("*.head"):
        text = unicodedata.normalize("NFKD", path.read_bytes().decode("latin-1"))
        path.write_bytes(text.encode("ascii", "ignore"))
    rms, worst = measure_difference(solution.positions, found)
    return (
        f"scamp solved {len(found.coordinates)} CCDs; positions differ by {rms:.1f} mas an axis, "
        f"on the worst CCD by {worst:.1f}"
    )


def _describe_solution(solution: JointSolution, made: int) -> str:
    positions, fluxes = solution.positions, solution.fluxes
    rms = float(np.sqrt(np.mean(positions.residuals[positions.good] ** 2))) * 3.6e6
    return (
        f"{count_noun(len(solution.exposures.visits), 'visit')}, {count_noun(made, 'CCD')}, "
        f"{count_noun(len(positions.places), 'star')}, "
        f"{(~positions.good).sum()} measurements thrown out; rms {rms:.2f} mas an axis"
        f"{'' if fluxes is None else f', {fluxes.rms * 1e3:.1f} mmag'}; "
        f"chi-square {positions.chi2:.2f}"
    )


def touches(tract: Tract, image: CcdImage) -> bool:
    """Whether a corner of an image lies in a tract."""
    for corner in image.corners:
        pixel = tract.wcs.world_to_pixel(*corner)
        if pixel is not None and all(0.5 <= part <= tract.size + 0.5 for part in pixel):
            return True
    return False


def choose_tracts(
    folder: Path, wanted: Sequence[int], images: Sequence[CcdImage]
) -> tuple[tuple[Tract | int, ...], str]:
    """The tracts to be solved, and a note where there is no sky map.

    Visits that touch none of them are named by `describe_strays`.

    Parameters
    ----------
    folder : Path
        where ``skyMap.json`` may be.
    wanted : sequence of int
        none mean every tract that an image touches.

    Raises
    ------
    HscError
        when a tract is not in the sky map, or no image touches one.
    """
    path = folder / JSON_NAME
    if not path.exists():
        numbers = tuple(wanted) or (0,)
        if len(numbers) > 1:
            raise HscError(f"{path}: is not there, and without a sky map there is one tract")
        return numbers, _describe_absence(path, numbers[0])
    tracts = {tract.number: tract for tract in read_tract_map(path).tracts}
    for number in wanted:
        if number not in tracts:
            have = ", ".join(map(str, sorted(tracts)[:9]))
            raise HscError(f"{path}: has no tract {number}; there are {have}")
    chosen = [tracts[number] for number in wanted or sorted(tracts)]
    found = tuple(tract for tract in chosen if any(touches(tract, image) for image in images))
    if not found:
        raise HscError(f"{path}: no image touches a tract of it")
    return found, ""


def _describe_absence(path: Path, number: int) -> str:
    return f"{path}: is not there; every CCD counts as part of tract {number}"


def describe_strays(
    tracts: Sequence[Tract | int], images: Mapping[tuple[int, int], CcdImage]
) -> str:
    """Visits of which no CCD touches a tract that is solved; empty where there are none."""
    drawn = [tract for tract in tracts if isinstance(tract, Tract)]
    if len(drawn) < len(tracts):
        return ""
    near = {
        visit for (visit, _), image in images.items()
        if any(touches(tract, image) for tract in drawn)
    }  # fmt: skip
    strays = sorted({visit for visit, _ in images} - near)
    if not strays:
        return ""
    names = ", ".join(map(str, strays[:9])) + (" …" if len(strays) > 9 else "")
    numbers = ", ".join(str(tract.number) for tract in drawn[:9])
    return (
        f"no tract that is solved ({numbers}) is touched by {count_noun(len(strays), 'visit')}: "
        f"{names}; their coordinates are wrong, or they are of another field; left out"
    )


def open_joint_state(output: Path) -> RunState:
    """What earlier runs have left in a folder of results."""
    return RunState(output, "fitslint-hsc-joint-1")
