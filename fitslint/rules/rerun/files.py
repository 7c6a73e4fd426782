"""Files of a rerun: what is missing, what is left over, damaged, or of another layout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.rerun.tree import (
    Ccd,
    RerunTree,
    TreeFile,
    flag_path,
    format_ranges,
)
from fitslint.text import Phrase, join_words, phrase

_CLAUSE = "hscPipe, layout"
_SOLUTIONS = ("jointcal_wcs", "jointcal_photoCalib", "fcr", "wcs")
_COUNTS = ("NVISFIT", "NSTARFIT", "NREFFIT", "NREJECT", "ASTRMSI")
"""Numbers that all files of a solution of fitslint have in common."""


@rule(
    "HS106",
    "another-layout",
    clause=_CLAUSE,
    level="style",
    summary_ja="フォルダの構成が hscPipe 7 のものと異なる",
    message={
        "tract": "{count} solutions lie in {folder}, without a folder of the filter: hscPipe 7 "
        "looks for them in jointcal-results/FILTER/TRACT",
        "old": "{count} solutions lie in {folder}, beside images, where hscPipe 4 has them",
        "gen3": "{name} belongs to a repository of the third generation, whose layout is another",
    },
)
def another_layout(tree: RerunTree) -> Iterator[Flag]:
    """Solutions lie where another version of hscPipe has them.

    ## Why it matters
    hscPipe 7 does not find them there, and goes on without a joint solution or with an older one.

    ## Example
    ```archive
    @file jointcal-results/0000/jointcal_wcs-0020878-050.fits
    WCSAXES =                    2
    ```
    Use instead:
    ```archive
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    WCSAXES =                    2
    ```
    """
    found: dict[tuple[str, str], int] = defaultdict(int)
    for file in tree.list_kind(*_SOLUTIONS):
        folder = file.path.replace("\\", "/").rpartition("/")[0]
        parts = folder.split("/")
        if "jointcal-results" in parts:
            if file.filter is None and file.kind.startswith("jointcal"):
                found["tract", folder] += 1
        elif "corr" in parts and file.kind in ("fcr", "wcs"):
            found["old", folder] += 1
    for (message, folder), count in found.items():
        yield flag_path(folder, message, count=count, folder=folder)
    for file in tree.list_kind("other"):
        yield flag_path(file.path, "gen3", name=file.path.replace("\\", "/").rpartition("/")[2])


@rule(
    "HS110",
    "outputs-missing",
    clause=_CLAUSE,
    level="project",
    summary_ja="ある段階の出力がない CCD がある",
    message={
        "": "visit {visit} has no {what} of ccd {ccds}",
        "nowhere": "no visit has {what} of ccd {ccds}",
    },
)
def outputs_missing(tree: RerunTree) -> Iterator[Flag]:
    """A step was done for some CCDs, and others that have its inputs lack its output.

    A CCD that all visits lack is an info: it was left out on purpose, as CCD 9 often is.

    ## Why it matters
    The step ended early for these CCDs, or was not asked for them. A coadd has holes there, and
    catalogues lack their stars, without a word.

    ## Example
    ```archive
    @file 01378/HSC-I/corr/CORR-0020878-050.fits
    EXP-ID  = 'HSCE00020878'
    @file 01378/HSC-I/corr/CORR-0020880-050.fits
    EXP-ID  = 'HSCE00020880'
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    WCSAXES =                    2
    ```
    Use instead:
    ```archive
    @file 01378/HSC-I/corr/CORR-0020878-050.fits
    EXP-ID  = 'HSCE00020878'
    @file 01378/HSC-I/corr/CORR-0020880-050.fits
    EXP-ID  = 'HSCE00020880'
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    WCSAXES =                    2
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020880-050.fits
    WCSAXES =                    2
    ```
    """
    # CCDs that do not touch a tract have no solution of it: an image lacks one if no tract has.
    solved: dict[str | None, set[Ccd]] = defaultdict(set)
    for (name, _), files in tree.group("jointcal_wcs").items():
        solved[name] |= set(files)
    for (name, _), images in tree.group("CORR").items():
        if solved[name]:
            yield from _name_missing(
                tree, _name_output("jointcal_wcs", name), set(images), solved[name]
            )
    for (name, tract), files in tree.group("jointcal_wcs").items():
        for kind in ("jointcal_photoCalib", "CALEXP", "CALSRC"):
            have = set(tree.group(kind).get((name, tract), ()))
            if have:
                yield from _name_missing(tree, _name_output(kind, name, tract), set(files), have)


def _name_output(kind: str, band: str | None, tract: int | None = None) -> Phrase:
    if tract is None:
        return phrase("{kind} of {filter}", kind=kind, filter=band)
    return phrase("{kind} of {filter} tract {tract}", kind=kind, filter=band, tract=tract)


def _name_missing(
    tree: RerunTree, what: Phrase, wanted: set[Ccd], have: set[Ccd]
) -> Iterator[Flag]:
    lacking = wanted - have
    visits = {visit for visit, _ in wanted}
    nowhere = {
        ccd for ccd in {ccd for _, ccd in lacking}
        if len(visits) > 1 and all((visit, ccd) not in have for visit in visits)
    }  # fmt: skip
    for visit in sorted(visits):
        ccds = sorted(c for v, c in lacking if v == visit and c not in nowhere)
        if ccds:
            yield flag_path(tree.root, what=what, visit=visit, ccds=format_ranges(ccds))
    if nowhere:
        ccds_nowhere = format_ranges(sorted(nowhere))
        yield flag_path(tree.root, "nowhere", level="style", what=what, ccds=ccds_nowhere)


@rule(
    "HS111",
    "solution-without-image",
    clause=_CLAUSE,
    level="project",
    summary_ja="解のもとになった CORR がない、または解より新しい",
    message={
        "": "there is no CORR of visit {visit} ccd {ccd}",
        "older": "is older than {name}, on which it rests",
    },
)
def solution_without_image(tree: RerunTree) -> Iterator[Flag]:
    """A solution is of an image that is not there, or that was made again after it.

    ## Why it matters
    The solution is of other stars than the image has now. It is right only if the image was copied
    and not made again, which is an info.

    ## Example
    ```archive
    @file 01378/HSC-I/corr/CORR-0020878-049.fits
    EXP-ID  = 'HSCE00020878'
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    WCSAXES =                    2
    ```
    Use instead:
    ```archive
    @file 01378/HSC-I/corr/CORR-0020878-050.fits
    EXP-ID  = 'HSCE00020878'
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    WCSAXES =                    2
    ```
    """
    images: dict[Ccd, TreeFile] = {file.ccd_key: file for file in tree.list_kind("CORR")}
    for file in tree.list_kind(*_SOLUTIONS) if images else ():
        image = images.get(file.ccd_key)
        if image is None:
            yield flag_path(file.path, visit=file.visit, ccd=file.ccd)
        elif image.time > file.time:
            name = image.path.replace("\\", "/").rpartition("/")[2]
            yield flag_path(file.path, "older", level="style", name=name)


@rule(
    "HS123",
    "solutions-mixed",
    clause="hscPipe, mosaicking",
    level="project",
    summary_ja="同じ tract に、以前の解のファイルが新しい解と混じって残っている",
    message={
        "": "visit {visit}: {kinds} of ccd {ccds} are of another solution than {name}: of {told} "
        "visits and {stars} stars, not {wanted} and {others}",
        "number": "visit {visit}: {kinds} of ccd {ccds} are of another solution than {name}: "
        "{keyword} differs",
    },
)
def solutions_mixed(tree: RerunTree) -> Iterator[Flag]:
    """Files of an earlier solution stand beside those of a newer one of the same tract.

    The numbers of visits and stars of the newest file are those that all have to have. Files of two
    programs are told by HS101.

    ## Why it matters
    A visit that was left out of the newer solution keeps its files of the earlier one, and a coadd
    takes them without a word. Positions and flux scales of the two were not fitted together: move
    the earlier files away, or leave their visits out of the coadd.

    ## Example
    ```archive
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    PRODUCT = 'hsc-wcs '
    ALGO    = 'mosaic  '
    NVISFIT =                    2
    NSTARFIT=                  900
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020880-050.fits
    PRODUCT = 'hsc-wcs '
    ALGO    = 'mosaic  '
    NVISFIT =                    3
    NSTARFIT=                 1400
    ```
    Use instead:
    ```archive
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    PRODUCT = 'hsc-wcs '
    ALGO    = 'mosaic  '
    NVISFIT =                    2
    NSTARFIT=                  900
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020880-050.fits
    PRODUCT = 'hsc-wcs '
    ALGO    = 'mosaic  '
    NVISFIT =                    2
    NSTARFIT=                  900
    ```
    """
    solved: dict[tuple[object, ...], list[TreeFile]] = defaultdict(list)
    for file in tree.list_kind(*_SOLUTIONS):
        if set(_COUNTS[:2]) <= set(file.told):
            solved[file.band, file.tract, file.told.get("program")].append(file)
    for files in solved.values():
        newest = max(files, key=lambda each: each.time)
        stale: dict[int, list[TreeFile]] = defaultdict(list)
        for file in files:
            if any(file.told.get(key) != newest.told.get(key) for key in _COUNTS):
                stale[file.visit].append(file)
        for visit, group in stale.items():
            (told, stars), (wanted, others) = (
                [f"{each.told.get(key):g}" for key in _COUNTS[:2]] for each in (group[0], newest)
            )
            same = (told, stars) == (wanted, others)
            yield flag_path(
                group[0].path, "number" if same else "", visit=visit, told=told, stars=stars,
                wanted=wanted, others=others,
                ccds=format_ranges(sorted({file.ccd for file in group})),
                kinds=join_words(sorted({file.kind for file in group}), "and"),
                name=newest.path.replace("\\", "/").rpartition("/")[2],
                keyword=next(k for k in _COUNTS if group[0].told.get(k) != newest.told.get(k)),
            )  # fmt: skip


@rule(
    "HS112",
    "product-damaged",
    clause=_CLAUSE,
    level="must",
    summary_ja="ファイルが空である、途中で切れている、または FITS ファイルでない",
    message="this file {damage}",
)
def product_damaged(tree: RerunTree) -> Iterator[Flag]:
    """A product is empty, cut off or no FITS file.

    A pointer of Git LFS in place of a file is named as what it is.

    ## Why it matters
    The step that wrote it was killed, or the disk was full. hscPipe takes a file that is there as
    done, and does not write it again.

    ## Example
    ```archive
    @file 01378/HSC-I/corr/CORR-0020878-050.fits
    @only version https://git-lfs.github.com/spec/v1
    ```
    Use instead:
    ```archive
    @file 01378/HSC-I/corr/CORR-0020878-050.fits
    EXP-ID  = 'HSCE00020878'
    ```
    """
    for file in tree.list_kind("CORR", "CALEXP", "SRC", "CALSRC", *_SOLUTIONS, "tract"):
        if file.damage:
            yield flag_path(file.path, damage=file.damage)
