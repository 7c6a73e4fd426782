"""Solutions applied to the CCDs of a rerun, one at a time, each complete or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

from fitslint.model.errors import FitslintError
from fitslint.pipeline.hsc.apply.catalogue import write_catalogue
from fitslint.pipeline.hsc.apply.exposure import write_exposure
from fitslint.pipeline.hsc.apply.solution import CcdSolution, read_solution
from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.inputs import CcdImage, list_image_files, read_ccd_image
from fitslint.pipeline.hsc.joint.read import find_source_file
from fitslint.pipeline.hsc.processes import map_files
from fitslint.pipeline.hsc.selection import IdSelection, select
from fitslint.pipeline.progress import Progress
from fitslint.pipeline.table_file import CardRow
from fitslint.products.cards.provenance import CREATOR
from fitslint.products.digest import compute_sha256
from fitslint.products.timestamp import get_utc_time
from fitslint.source.files import read_file

Kind = Literal["CALEXP", "CALSRC"]
_INPUT_KEYS = {"CALEXP": "CORRSHA", "CALSRC": "SRCSHA"}


@dataclass(frozen=True)
class ApplyPlan:
    """What is written, and from which solutions.

    Attributes
    ----------
    results : Path
        folder of the solutions, ``jointcal-results``.
    tracts : tuple of int
        none mean every tract that a CCD has a solution of.
    outdir : Path, optional
        where files go instead of the folder of the tract beside their inputs.
    to_magnitudes : bool
        whether fluxes of catalogues become magnitudes.
    overwrite : bool
        whether files go that are unchanged or were not written by fitslint.
    """

    kind: Kind
    results: Path
    selections: tuple[IdSelection, ...] = ()
    tracts: tuple[int, ...] = ()
    outdir: Path | None = None
    to_magnitudes: bool = True
    overwrite: bool = False


@dataclass(frozen=True)
class AppliedFile:
    """How one file of an image ended: what was written, or the sentence that tells why not."""

    path: str = ""
    is_unchanged: bool = False
    problem: str = ""
    lost: int = 0
    image: str = ""


def apply_solutions(
    plan: ApplyPlan,
    sources: Sequence[str],
    rerun: str | None,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[AppliedFile]:
    """Write CALEXP or CALSRC of all CCDs that are meant; what cannot be used is named.

    Raises
    ------
    HscError
        when no image is meant.
    """
    paths = list_image_files(sources, rerun)
    found: list[AppliedFile] = []
    for number, files in enumerate(map_files(partial(apply_to_ccd, plan), paths, jobs), 1):
        found += [replace(file, image=paths[number - 1]) for file in files]
        if progress is not None:
            progress(number, len(paths))
    if not found:
        why = f"none of {len(paths)} images is selected by --id" if paths else "there are no images"
        raise HscError(f"{', '.join(sources)}: {why}")
    return found


def apply_to_ccd(plan: ApplyPlan, path: str) -> list[AppliedFile]:
    """Write the files of a CCD, one for every tract; none where it is not meant."""
    try:
        image = read_ccd_image(path)
        if not select(plan.selections, image.identity):
            return []
        tracts = plan.tracts or _find_tracts(plan, image)
    except FitslintError as error:
        return [AppliedFile(problem=f"{error}; left out")]
    return [_apply_tract(plan, image, tract) for tract in tracts]


def _apply_tract(plan: ApplyPlan, image: CcdImage, tract: int) -> AppliedFile:
    try:
        return _write(plan, image, tract)
    except (FitslintError, OSError) as error:
        said = str(error)
        return AppliedFile(
            problem=f"{said if image.path in said else f'{image.path}: {said}'}; left out"
        )


def _name_ccd(image: CcdImage) -> str:
    if image.identity.visit is None or image.identity.ccd is None or not image.identity.filter:
        raise HscError(f"{image.path}: its header does not tell visit, CCD and filter")
    return f"{image.identity.visit:07d}-{image.identity.ccd:03d}.fits"


def _find_tracts(plan: ApplyPlan, image: CcdImage) -> list[int]:
    """The tracts that a CCD has a solution of.

    Raises
    ------
    HscError
        when there is none.
    """
    name = f"jointcal_wcs-{_name_ccd(image)}"
    folders = (plan.results / str(image.identity.filter), plan.results)
    found = {
        int(file.parent.name)
        for folder in folders
        for file in folder.glob(f"*/{name}")
        if file.parent.name.isascii() and file.parent.name.isdigit()
    }
    if not found:
        raise HscError(f"{image.path}: there is no solution {name} in {plan.results}")
    return sorted(found)


def _find_solution(plan: ApplyPlan, image: CcdImage, tract: int) -> CcdSolution:
    name = _name_ccd(image)
    folders = (plan.results / str(image.identity.filter), plan.results)
    choices = [folder / each for folder in folders for each in (f"{tract:04d}", str(tract))]
    at = next((each for each in choices if (each / f"jointcal_wcs-{name}").exists()), choices[0])
    wanted = {
        "VISIT": image.identity.visit, "CCD": image.identity.ccd,
        "FILTER": image.identity.filter, "TRACT": tract,
    }  # fmt: skip
    paths = at / f"jointcal_wcs-{name}", at / f"jointcal_photoCalib-{name}"
    found = read_solution(*paths, wanted)
    for key, value in wanted.items():
        if found.facts[key] != value:
            raise HscError(
                f"{image.path}: is of {key} {value}, its solution in {at} of {found.facts[key]}"
            )
    return found


def _write(plan: ApplyPlan, image: CcdImage, tract: int) -> AppliedFile:
    is_image = plan.kind == "CALEXP"
    source = Path(image.path if is_image else find_source_file(image.path))
    solution = _find_solution(plan, image, tract)
    key = _INPUT_KEYS[plan.kind]
    solution = replace(solution, digests={key: compute_sha256(str(source)), **solution.digests})
    output = (plan.outdir or source.parent) / f"{tract:04d}" / f"{plan.kind}-{_name_ccd(image)}"
    rows = _list_rows(plan, solution)
    if output.exists() and not plan.overwrite and _is_unchanged(output, rows):
        return AppliedFile(str(output), is_unchanged=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f".{output.name}.{os.urandom(4).hex()}.part")
    try:
        with part.open("xb") as file:
            lost = _fill(file, plan, source, solution, rows)
            file.flush()
            os.fsync(file.fileno())
        part.replace(output)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return AppliedFile(str(output), lost=lost)


def _fill(
    file: BinaryIO, plan: ApplyPlan, source: Path, solution: CcdSolution, rows: list[CardRow]
) -> int:
    if plan.kind == "CALEXP":
        write_exposure(file, source, solution, rows)
        return 0
    return write_catalogue(file, source, solution, rows, to_magnitudes=plan.to_magnitudes)


def _list_rows(plan: ApplyPlan, solution: CcdSolution) -> list[CardRow]:
    rows = solution.list_cards(f"hsc-{plan.kind.lower()}")
    if plan.kind == "CALSRC":
        rows.append(("APPLYCAL", plan.to_magnitudes, "whether fluxes are magnitudes"))
    return [
        *rows,
        ("DATE", get_utc_time(), "[UTC] when the HDU was written"),
        ("ORIGIN", "fitslint", "who made the file"),
        ("CREATOR", CREATOR, "software and its version"),
    ]


def _is_unchanged(output: Path, rows: Sequence[CardRow]) -> bool:
    """Whether a file is what would be written, by the digests that it names.

    Raises
    ------
    HscError
        when it is not of fitslint.
    """
    hdus = read_file(str(output)).hdus
    header = hdus[0].header if hdus else None
    said = {key: value for key, value, _ in rows}
    if header is None or header.string("PRODUCT") != said["PRODUCT"]:
        raise HscError(f"{output}: is there already and not of fitslint; say --overwrite")
    same = all(header.string(key) == said[key] for key in said if key.endswith("SHA"))
    card = header.find_card("APPLYCAL")
    return same and (
        "APPLYCAL" not in said or (card is not None and card.value is said["APPLYCAL"])
    )
