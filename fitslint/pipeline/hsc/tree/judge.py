"""What is wrong with a rerun as a whole: files that are missing, doubled, damaged or misplaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fitslint.pipeline.hsc.tree.layout import TreeFile
from fitslint.products.digest import compute_sha256

_SOLUTION = {"WCSSHA": "jointcal_wcs", "FLUXSHA": "jointcal_photoCalib"}
_OLD = ("fcr", "wcs")
Ccd = tuple[int, int]


@dataclass(frozen=True, order=True)
class TreeFinding:
    """Something that is wrong: a code of ``fitslint hsc check``, error, warning or info."""

    code: str
    path: str
    severity: str
    message: str


class ProductTree:
    """The products of a rerun.

    Parameters
    ----------
    root : Path
        where things that are not there would be.
    """

    def __init__(self, root: Path, files: Sequence[TreeFile]) -> None:
        self.root, self.files = root, files
        self._by_kind: dict[str, list[TreeFile]] = defaultdict(list)
        for file in files:
            self._by_kind[file.kind].append(file)

    def list_kind(self, *kinds: str) -> list[TreeFile]:
        """The files of some kinds."""
        return [file for kind in kinds for file in self._by_kind[kind]]

    def group(self, kind: str) -> dict[tuple[str | None, int | None], dict[Ccd, TreeFile]]:
        """The files of a kind by filter and tract, then by visit and CCD."""
        found: dict[tuple[str | None, int | None], dict[Ccd, TreeFile]] = defaultdict(dict)
        for file in self._by_kind[kind]:
            place = file.filter or _find_filter(file), file.tract
            found[place][file.visit, file.ccd] = file
        return found


def _find_filter(file: TreeFile) -> str | None:
    name = file.told.get("FILTER")
    return name if isinstance(name, str) else None


def judge_tree(tree: ProductTree) -> list[TreeFinding]:
    """Everything that is found, by code and path."""
    checks: tuple[Callable[[ProductTree], Iterable[TreeFinding]], ...] = (
        _find_both_solutions, _find_disagreements, _find_missing, _find_orphans, _find_damage,
        _find_other_solutions,
    )  # fmt: skip
    return sorted({finding for check in checks for finding in check(tree)})


def _find_both_solutions(tree: ProductTree) -> Iterator[TreeFinding]:
    """HS101: files of mosaic beside those of jointcal for the same CCDs of a tract."""
    old: dict[int | None, list[TreeFile]] = defaultdict(list)
    for file in tree.list_kind(*_OLD):
        old[file.tract].append(file)
    for (name, tract), new in tree.group("jointcal_wcs").items():
        by_program: dict[str, list[TreeFile]] = defaultdict(list)
        for file in new.values():
            by_program[str(file.told.get("ALGO", "jointcal"))].append(file)
        by_program["mosaic"] += [file for file in old[tract] if (file.visit, file.ccd) in new]
        if not by_program["mosaic"] or len(by_program) < 2:
            continue
        newest = max(by_program, key=lambda each: max(map(_get_time, by_program[each])))
        counts = " and ".join(f"{len(files)} of {p}" for p, files in sorted(by_program.items()))
        used = sorted({
            str(file.told["ALGO"]) for file in tree.list_kind("CALEXP", "CALSRC")
            if file.tract == tract and file.filter == name and "ALGO" in file.told
        })  # fmt: skip
        carry = f"; calibrated files carry {' and '.join(used)}" if used else ""
        yield TreeFinding(
            "HS101", str(next(iter(new.values())).path.parent), "warning",
            f"tract {tract} of {name} has files of two programs, {counts}; the newest are of "
            f"{newest}{carry}",
        )  # fmt: skip


def _get_time(file: TreeFile) -> float:
    return file.path.stat().st_mtime


def _find_disagreements(tree: ProductTree) -> Iterator[TreeFinding]:
    """HS105: name, folder and header say different things."""
    for file in tree.files:
        named = {
            "VISIT": file.visit, "CCD": file.ccd, "FILTER": file.filter, "TRACT": file.tract,
            "POINTING": file.pointing,
        }  # fmt: skip
        wrong = [
            f"{key} {value}, its header {file.told[key]}"
            for key, value in named.items()
            if value is not None and key in file.told and _differs(key, value, file.told[key])
        ]
        if wrong:
            said = f"name and folder say {' and '.join(wrong)}"
            yield TreeFinding("HS105", str(file.path), "error", said)


def _differs(key: str, named: object, told: object) -> bool:
    """Whether two values are not the same; narrow bands go under several names."""
    both = (str(named), str(told))
    return named != told and (key != "FILTER" or all(each.startswith("HSC-") for each in both))


def _find_missing(tree: ProductTree) -> Iterator[TreeFinding]:
    """HS110: a step was done for some CCDs, and others that have its inputs lack its output.

    CCDs that do not touch a tract have no solution of it: an image lacks one only if no tract has.
    """
    solved: dict[str | None, set[Ccd]] = defaultdict(set)
    for (name, _), files in tree.group("jointcal_wcs").items():
        solved[name] |= set(files)
    for (name, _), images in tree.group("CORR").items():
        if solved[name]:
            yield from _name_missing(tree, f"jointcal_wcs of {name}", set(images), solved[name])
    for (name, tract), files in tree.group("jointcal_wcs").items():
        for kind in ("jointcal_photoCalib", "CALEXP", "CALSRC"):
            have = set(tree.group(kind).get((name, tract), ()))
            if have:
                yield from _name_missing(tree, f"{kind} of {name} tract {tract}", set(files), have)


def _name_missing(
    tree: ProductTree, what: str, wanted: set[Ccd], have: set[Ccd]
) -> Iterator[TreeFinding]:
    lacking = wanted - have
    visits = {visit for visit, _ in wanted}
    nowhere = {
        ccd for ccd in {ccd for _, ccd in lacking}
        if len(visits) > 1 and all((visit, ccd) not in have for visit in visits)
    }  # fmt: skip
    parts = [
        f"visit {visit}: ccd {format_ranges(ccds)}"
        for visit in sorted(visits)
        if (ccds := sorted(c for v, c in lacking if v == visit and c not in nowhere))
    ]
    if parts:
        yield TreeFinding("HS110", str(tree.root), "warning", f"no {what}: {'; '.join(parts)}")
    if nowhere:
        said = f"no {what} in any visit: ccd {format_ranges(sorted(nowhere))}"
        yield TreeFinding("HS110", str(tree.root), "info", said)


def format_ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as words of ``--id``: ``9, 33..35``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}..{b}" for a, b in runs)


def _find_orphans(tree: ProductTree) -> Iterator[TreeFinding]:
    """HS111: solutions of images that are not there, or that are newer."""
    images = {(file.visit, file.ccd): file for file in tree.list_kind("CORR")}
    for file in tree.list_kind(*_SOLUTION.values(), *_OLD) if images else ():
        image = images.get((file.visit, file.ccd))
        if image is None:
            said = f"there is no CORR of visit {file.visit} ccd {file.ccd}"
            yield TreeFinding("HS111", str(file.path), "warning", said)
        elif _get_time(image) > _get_time(file):
            said = f"is older than {image.path.name}, on which it rests"
            yield TreeFinding("HS111", str(file.path), "info", said)


def _find_damage(tree: ProductTree) -> Iterator[TreeFinding]:
    """HS112: files that are empty, cut off or no FITS files."""
    for file in tree.files:
        if file.damage:
            yield TreeFinding("HS112", str(file.path), "error", file.damage)


def _find_other_solutions(tree: ProductTree) -> Iterator[TreeFinding]:
    """HS118: calibrated files of another solution than the one that is there."""
    for key, kind in _SOLUTION.items():
        groups = tree.group(kind)
        for file in tree.list_kind("CALEXP", "CALSRC"):
            used = groups.get((file.filter, file.tract), {}).get((file.visit, file.ccd))
            if key not in file.told or used is None or used.damage:
                continue
            if compute_sha256(str(used.path)) != file.told[key]:
                said = f"was made of another {used.path.name} than the one that is there"
                yield TreeFinding("HS118", str(file.path), "error", said)
