"""Solutions of a rerun: of which program, of which filter, and which one was applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fitslint.hscpipe.identity import is_broad_filter
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.rerun.tree import RerunTree, TreeFile, flag_path
from fitslint.text import join_words, list_first, phrase

_CLAUSE = "hscPipe, mosaicking"
_OLD = {"wcs": "jointcal_wcs", "fcr": "jointcal_photoCalib"}
_FLUX_MAX, _OFFSET_MAX = 0.05, 1.0
"""Magnitudes by which two flux scales may differ; mas by which coordinates may."""
_NAMED, _SAMPLED = 3, 12
"""CCDs of two programs that are compared at most."""


@rule(
    "HS101",
    "two-solutions",
    clause=_CLAUSE,
    level="project",
    summary_ja="同じ tract に mosaic と jointcal の両方の解がある",
    message="tract {tract} of {filter} has solutions of two programs, {counts}; the newest are of "
    "{newest}{difference}{applied}",
)
def two_solutions(tree: RerunTree) -> Iterator[Flag]:
    """A tract has solutions of mosaic and of jointcal.

    Files count by what they say of themselves: mosaic of 2019 writes under the names of jointcal,
    too. What calibrated files were made of is told, and how far the two are apart.

    ## Why it matters
    hscPipe takes one of them by a switch of its configuration, and coadds tell only later which.
    Positions and flux scales of the two are not the same.

    ## Example
    ```archive
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    PRODUCT = 'hsc-wcs '
    ALGO    = 'jointcal'
    @file jointcal-results/0000/fcr-0020878-050.fits
    ORDER   =                    7
    ```
    Use instead:
    ```archive
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    PRODUCT = 'hsc-wcs '
    ALGO    = 'mosaic  '
    @file jointcal-results/0000/fcr-0020878-050.fits
    ORDER   =                    7
    ```
    """
    old: dict[int | None, list[TreeFile]] = defaultdict(list)
    for file in tree.list_kind(*_OLD):
        old[file.tract].append(file)
    for (name, tract), new in tree.group("jointcal_wcs").items():
        by_program: dict[str, list[TreeFile]] = defaultdict(list)
        scales = tree.group("jointcal_photoCalib").get((name, tract), {})
        for key, file in new.items():
            both = [each for each in (scales.get(key), file) if each and "program" in each.told]
            said = {str(each.told["program"]): each for each in both}
            for program, each in (said or {"jointcal": file}).items():
                by_program[program].append(each)
        by_program["mosaic"] += [
            file for file in old[tract] if file.ccd_key in new and file.band in (None, name)
        ]
        if not by_program["mosaic"] or len(by_program) < 2:
            continue
        newest = max(by_program, key=lambda each: max(file.time for file in by_program[each]))
        parts = [
            phrase("{count} of {program}", count=len(files), program=program)
            for program, files in sorted(by_program.items())
        ]
        yield flag_path(
            _find_folder(next(iter(new.values()))), tract=tract, filter=name,
            counts=join_words(parts, "and"), newest=newest,
            difference=_describe_difference(tree, old[tract], new),
            applied=_describe_applied(tree, name, tract),
        )  # fmt: skip


def _find_folder(file: TreeFile) -> str:
    return file.path.replace("\\", "/").rpartition("/")[0]


def _describe_applied(tree: RerunTree, name: str | None, tract: int | None) -> str:
    used = sorted({
        str(file.told["program"]) for file in tree.list_kind("CALEXP", "CALSRC")
        if file.tract == tract and file.band == name and "program" in file.told
    })  # fmt: skip
    if not used:
        return ""
    return phrase("; CALEXP and CALSRC are of {programs}", programs=join_words(used, "and"))


def _describe_difference(tree: RerunTree, old: list[TreeFile], new: object) -> str:
    """How far the two are apart at the middle of CCDs, as far as files tell."""
    offsets, ratios = [], []
    for file in old[: 2 * _SAMPLED]:
        for other in tree.list_kind(_OLD[file.kind]):
            if other.ccd_key != file.ccd_key or other.tract != file.tract:
                continue
            if file.kind == "wcs":
                offsets.append(tree.measure_offset(file, other))
            else:
                ratios.append(tree.measure_flux_ratio(file, other))
    parts = [
        f"{max(known):.3g} {unit}"
        for values, unit in ((offsets, "mas"), (ratios, "mag"))
        if (known := [abs(value) for value in values if value is not None])
    ]
    return phrase(", up to {parts} apart", parts=join_words(parts, "and")) if parts else ""


@rule(
    "HS102",
    "flux-scales-differ",
    clause=_CLAUSE,
    level="project",
    summary_ja="fcr と jointcal_photoCalib の等級原点が 0.05 等を超えて異なる",
    message="{names}: a count is worth another flux than by jointcal_photoCalib, by up to "
    "{most:.3f} mag",
)
def flux_scales_differ(tree: RerunTree) -> Iterator[Flag]:
    """The flux scales of mosaic and of jointcal differ by more than 0.05 magnitudes.

    The surface, the area of pixels and the zero point are compared in the middle of each CCD.

    ## Why it matters
    More than 5 % are told to be wrong with jointcal in the manual of hscPipe. Whoever takes one
    scale for images and the other for catalogues has colours that are wrong by as much.

    ## Example
    ```archive
    @file jointcal-results/0000/fcr-0020878-050.fits
    ORDER   =                    0
    NCOEFF  =                    1
    U_MAX   =                  1.0
    V_MAX   =                  1.0
    X0      =                  0.0
    Y0      =                  0.0
    C_0_0   =                  0.0
    FLUXMAG0=               6.0E10
    @file jointcal-results/0000/jointcal_photoCalib-0020878-050.fits
    PRODUCT = 'hsc-photocalib'
    TRACT   =                    0
    FLUXMAG0=               7.0E10
    ```
    Use instead:
    ```archive
    @file jointcal-results/0000/fcr-0020878-050.fits
    ORDER   =                    0
    NCOEFF  =                    1
    U_MAX   =                  1.0
    V_MAX   =                  1.0
    X0      =                  0.0
    Y0      =                  0.0
    C_0_0   =                  0.0
    FLUXMAG0=               6.0E10
    @file jointcal-results/0000/jointcal_photoCalib-0020878-050.fits
    PRODUCT = 'hsc-photocalib'
    TRACT   =                    0
    FLUXMAG0=               6.1E10
    ```
    """
    new = {(file.tract, file.ccd_key): file for file in tree.list_kind("jointcal_photoCalib")}
    wrong: dict[int | None, list[tuple[TreeFile, float]]] = defaultdict(list)
    for file in tree.list_kind("fcr"):
        other = new.get((file.tract, file.ccd_key))
        if other is None or file.damage or other.damage:
            continue
        ratio = tree.measure_flux_ratio(file, other)
        if ratio is not None and abs(ratio) > _FLUX_MAX:
            wrong[file.tract].append((file, abs(ratio)))
    for files in wrong.values():
        names = [_find_name(file) for file, _ in files]
        yield flag_path(
            files[0][0].path, names=list_first(names, _NAMED),
            most=max(ratio for _, ratio in files),
        )  # fmt: skip


@rule(
    "HS118",
    "another-solution-applied",
    clause=_CLAUSE,
    level="must",
    summary_ja="CALEXP または CALSRC が、今ある解とは別の解から作られている",
    message={
        "": "was made of another {name} than the one that is there",
        "offset": "its coordinates are {offset:.3g} mas from those of {name}",
        "unchanged": "has the coordinates of CORR, and not those of {name}: no solution is applied",
    },
)
def another_solution_applied(tree: RerunTree) -> Iterator[Flag]:
    """A calibrated file does not carry the solution that is there.

    By the digest that files of fitslint name, else by coordinates, which may differ by 1 mas.

    ## Why it matters
    After a new solution the calibrated files have to be made again. A coadd of some that are new
    and some that are not has double stars.

    ## Example
    ```archive
    @file 01378/HSC-I/corr/0000/CALEXP-0020878-050.fits
    NAXIS   =                    2
    NAXIS1  =                   16
    NAXIS2  =                   16
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                175.0
    CRVAL2  =                 58.0
    CRPIX1  =                  8.0
    CRPIX2  =                  8.0
    CDELT1  =             -0.00005
    CDELT2  =              0.00005
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                175.0
    CRVAL2  =                 58.0
    CRPIX1  =                  8.5
    CRPIX2  =                  8.0
    CDELT1  =             -0.00005
    CDELT2  =              0.00005
    ```
    Use instead:
    ```archive
    @file 01378/HSC-I/corr/0000/CALEXP-0020878-050.fits
    NAXIS   =                    2
    NAXIS1  =                   16
    NAXIS2  =                   16
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                175.0
    CRVAL2  =                 58.0
    CRPIX1  =                  8.0
    CRPIX2  =                  8.0
    CDELT1  =             -0.00005
    CDELT2  =              0.00005
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                175.0
    CRVAL2  =                 58.0
    CRPIX1  =                  8.0
    CRPIX2  =                  8.0
    CDELT1  =             -0.00005
    CDELT2  =              0.00005
    ```
    """
    images = {file.ccd_key: file for file in tree.list_kind("CORR")}
    for kind in ("jointcal_wcs", "jointcal_photoCalib"):
        solutions = tree.group(kind)
        for file in tree.list_kind("CALEXP", "CALSRC"):
            used = solutions.get((file.band, file.tract), {}).get(file.ccd_key)
            if used is None or used.damage or file.damage:
                continue
            is_made = tree.is_made_of(file, kind, used)
            if is_made is False:
                yield flag_path(file.path, name=_find_name(used))
            elif is_made is None and kind == "jointcal_wcs" and file.kind == "CALEXP":
                yield from _flag_offset(tree, file, used, images.get(file.ccd_key))


def _find_name(file: TreeFile) -> str:
    return file.path.replace("\\", "/").rpartition("/")[2]


def _flag_offset(
    tree: RerunTree, file: TreeFile, used: TreeFile, image: TreeFile | None
) -> Iterator[Flag]:
    offset = tree.measure_offset(file, used)
    if offset is None or offset <= _OFFSET_MAX:
        return
    before = tree.measure_offset(file, image) if image is not None else None
    if before is not None and before < _OFFSET_MAX:
        yield flag_path(file.path, "unchanged", name=_find_name(used))
    else:
        yield flag_path(file.path, "offset", name=_find_name(used), offset=offset)


@rule(
    "HS122",
    "filters-mixed",
    clause=_CLAUSE,
    level="must",
    summary_ja="一つの解に複数のフィルタのビジットがある",
    message="solutions of {filter} hold visits of another filter: {visits}",
)
def filters_mixed(tree: RerunTree) -> Iterator[Flag]:
    """One solution holds visits of several filters.

    The filter of a visit is that of its images (CORR).

    ## Why it matters
    Magnitudes of two filters differ by the colours of stars. Fitted as one, they bend the surface
    of the flux scale of every visit.

    ## Example
    ```archive
    @file 01378/HSC-R/corr/CORR-0020878-050.fits
    EXP-ID  = 'HSCE00020878'
    FILTER01= 'HSC-R   '
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    PRODUCT = 'hsc-wcs '
    FILTER  = 'HSC-I   '
    ```
    Use instead:
    ```archive
    @file 01378/HSC-I/corr/CORR-0020878-050.fits
    EXP-ID  = 'HSCE00020878'
    FILTER01= 'HSC-I   '
    @file jointcal-results/HSC-I/0000/jointcal_wcs-0020878-050.fits
    PRODUCT = 'hsc-wcs '
    FILTER  = 'HSC-I   '
    ```
    """
    truth = {
        file.visit: str(file.told["filter"]) for file in tree.list_kind("CORR", "SRC")
        if "filter" in file.told
    }  # fmt: skip
    for (name, _), files in tree.group("jointcal_wcs").items():
        wrong = {
            visit: truth[visit] for visit, _ in files
            if name is not None and truth.get(visit, name) != name
            and is_broad_filter(name) and is_broad_filter(truth[visit])
        }  # fmt: skip
        if wrong:
            said = ", ".join(f"{visit} ({wrong[visit]})" for visit in sorted(wrong))
            yield flag_path(_find_folder(next(iter(files.values()))), filter=name, visits=said)
