"""Descriptions that leave out what readers then take from the defaults."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, insert_before, replace_card, rule
from fitslint.rules.wcs.celestial import is_celestial_card
from fitslint.rules.wcs.versions import LETTERS, describe_version, find_axis_cards
from fitslint.text import join_words, phrase

_DESCRIBES = compile_late(
    "(?:CTYPE|CRPIX|CRVAL|CUNIT|CDELT)([1-9][0-9]?)([A-Z]?)|(?:PC|CD)([1-9])_[1-9]([A-Z]?)"
)


@rule(
    "WC103",
    "axis-beyond-naxis",
    clause="8.2",
    # The default of WCSAXES is the largest index, so nothing is broken without it.
    level="style",
    catalogue_rows=("W003",),
    needs=("CTYPEia", "CRVALia", "CRPIXja", "CDELTia", "CUNITia", "CDi_ja", "PCi_ja"),
    hdus=("primary", "image"),
    fix="safe",
    summary_ja="WCSAXES なしで NAXIS を超える軸番号が使われている",
    message={
        "": "{keyword} describes axis {axis}, the array has {naxis}, and no WCSAXES{version} says"
        " that there are more axes of coordinates than of the array",
        "several": "{keyword} describes axis {axis}, the array has {naxis}, and no WCSAXES{version}"
        " says that there are more axes of coordinates than of the array; so do {others}",
    },
)
def axis_beyond_naxis(header: Header) -> Iterator[Flag]:
    """A keyword describes an axis that the array does not have, and WCSAXES is absent.

    ## Why it matters
    More coordinates than axes of the array are allowed, but then WCSAXES should say how many.
    Without it a keyword that was left behind cannot be told from one that is meant. (DS9 knows no
    position on the sky either way: better remove the axis when it means nothing.)

    ## Example
    ```fits
    NAXIS   =                    2
    NAXIS1  =                   10
    NAXIS2  =                   10
    CTYPE3  = 'STOKES  '
    CRVAL3  =                  1.0
    ```
    Use instead:
    ```fits
    NAXIS   =                    2
    NAXIS1  =                   10
    NAXIS2  =                   10
    WCSAXES =                    3
    CTYPE3  = 'STOKES  '
    CRVAL3  =                  1.0
    ```
    """
    naxis = header.structure.naxis
    if not naxis or naxis < 0:
        return
    extents = header.layout.compute_once("extent", _find_extents)
    beyond = [
        (version, *extent)
        for version, extent in extents.items()
        if extent[0] > naxis and f"WCSAXES{version}" not in header
    ]
    if not beyond:
        return
    version, axis, highest, _ = beyond[0]
    card = header.card(highest)
    images = [(first, f"{f'WCSAXES{other}':8}= {most:>20}") for other, most, _, first in beyond]
    template = (
        "write WCSAXES{version} = {axis} and the others"
        if len(beyond) > 1
        else "write WCSAXES{version} = {axis}"
    )
    yield flag(
        card,
        (0, 8),
        message="several" if len(beyond) > 1 else "",
        fix=tuple(insert_before(header.card(first), image) for first, image in images),
        title=phrase(template, version=version, axis=axis),
        keyword=card.keyword,
        axis=axis,
        naxis=naxis,
        version=version,
        others=", ".join(header.card(highest).keyword for _, _, highest, _ in beyond[1:]),
    )


def _find_extents(layout: Layout) -> dict[str, tuple[int, int, int]]:
    """By version: the highest axis, the position of its first keyword, and the first of all."""
    found: dict[str, tuple[int, int, int]] = {}
    for place, name in enumerate(layout.names):
        match = _DESCRIBES.fullmatch(name)
        if match:
            axis, version = int(match[1] or match[3]), match[2] or match[4] or ""
            known = found.get(version, (0, place, place))
            found[version] = (axis, place, known[2]) if axis > known[0] else known
    return found


@rule(
    "WC110",
    "matrix-row-missing",
    clause="8.2",
    level="must",
    catalogue_rows=("W010",),
    reads="values",
    needs=("CDi_ja", "CTYPEia", "CDELTia", "WCSAXESa"),
    min_present=2,
    fix="unsafe",
    precheck=lambda header: not header.layout.compute_once("axes without CD", _find_bare),
    precheck_needs=(),
    summary_ja="CDi_j の行列に一つの軸の行または列がまったくない",
    message={
        "": "no CDi_j of {version} belongs to the axis of {keyword} = '{text}': the absent ones"
        " are 0, and all pixels of it have one coordinate; WCSLIB invents 1 for it",
        "cdelt": "no CDi_j of {version} belongs to the axis of {keyword} = '{text}': the absent"
        " ones are 0 and {step} is ignored beside CDi_j; write {new}",
    },
)
def matrix_row_missing(header: Header) -> Iterator[Flag]:
    """An axis has no element in the CD matrix.

    ## Why it matters
    Where any CDi_j is there, those that are not are 0, so the matrix has no inverse. Readers repair
    it each in their own way: with 1, with CDELTi, or not at all.

    ## Example
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CTYPE3  = 'FREQ    '
    CD1_1   =             -5.61E-5
    CD2_2   =              5.61E-5
    CDELT3  =             100000.0
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CTYPE3  = 'FREQ    '
    CD1_1   =             -5.61E-5
    CD2_2   =              5.61E-5
    CD3_3   =             100000.0
    ```
    """
    bare = header.layout.compute_once("axes without CD", _find_bare)
    if not bare:
        return
    types, steps = find_axis_cards(header, "CTYPE"), find_axis_cards(header, "CDELT")
    for version, axis in bare:
        axes = header.number(f"WCSAXES{version}")
        if axes is not None and axis > axes:  # an axis that the coordinates have not, or too few
            continue
        card, step = types[version][axis], steps.get(version, {}).get(axis)
        new = f"CD{axis}_{axis}{version}"
        known = step is not None and bool(step.number_value)
        yield flag(
            card,
            (0, 8),
            message="cdelt" if known else "",
            fix=replace_card(step, step.replace_keyword(new)) if known and step else None,
            title=phrase("write {new} in its place", new=new),
            keyword=card.keyword,
            text=str(card.value).rstrip(),
            version=describe_version(version),
            step=step.keyword if step is not None else "",
            new=new,
        )


_ELEMENT = compile_late("CD([1-9][0-9]?)_([1-9][0-9]?)([A-Z]?)")
_TYPE = compile_late("CTYPE([1-9][0-9]?)([A-Z]?)")


def _find_bare(layout: Layout) -> list[tuple[str, int]]:
    """Version and axis of every CTYPEia whose row or column of an existing matrix is absent."""
    rows: dict[str, set[int]] = {}
    columns: dict[str, set[int]] = {}
    for name in layout.index:
        match = _ELEMENT.fullmatch(name)
        if match:
            rows.setdefault(match[3], set()).add(int(match[1]))
            columns.setdefault(match[3], set()).add(int(match[2]))
    typed = [(match[2], int(match[1])) for match in map(_TYPE.fullmatch, layout.index) if match]
    return [
        (version, axis)
        for version, axis in typed
        if version in rows and axis not in rows[version] & columns[version]
    ]


_STEPS = ("CDELT", "CD", "PC")
_PAIR = 2


@rule(
    "WC121",
    "alternate-incomplete",
    clause="8.2.1",
    level="should",
    catalogue_rows=("W021",),
    reads="values",
    needs=("CTYPEia", "CRVALia", "CRPIXja", "CDELTia", "CDi_ja", "PCi_ja"),
    needs_one_of=(
        tuple(f"CTYPE{axis}{letter}" for letter in LETTERS[1:] for axis in range(1, 10)),
    ),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="座標の別版 (A～Z) に必要なキーワードが揃っていない",
    message={
        "alone": "{keyword} begins version {version} of the coordinates, and there is no primary"
        " one: programs that look for it find no coordinates, or take this one in its place",
        "lacking": "{keyword} begins a version of the sky that has no {absent}: nothing is taken"
        " over from the primary version, and the default is {default}",
    },
)
def alternate_incomplete(header: Header) -> Iterator[Flag]:
    """An alternate version describes the sky in part, or stands without a primary version.

    ## Why it matters
    Each version is a description of its own: what it leaves out has the default of the standard,
    not the value of the primary version.

    ## Example
    ```fits
    CTYPE1A = 'RA---TAN'
    CTYPE2A = 'DEC--TAN'
    CRVAL1A =               150.25
    CRVAL2A =                 34.5
    CDELT1A =              -0.0002
    CDELT2A =               0.0002
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =               150.25
    CRVAL2  =                 34.5
    CDELT1  =              -0.0002
    CDELT2  =               0.0002
    ```
    """
    has_primary = bool(header.layout.compute_once("extent", _find_extents).get(""))
    for version, cards in find_axis_cards(header, "CTYPE").items():
        sky = sorted(filter(is_celestial_card, cards.values()), key=lambda card: card.number)
        if not version or len(sky) != _PAIR:
            continue
        first = sky[0]
        if not has_primary:
            yield flag(first, (0, 8), message="alone", keyword=first.keyword, version=version)
        values = find_axis_cards(header, "CRVAL").get(version, {})
        numbers = [int(card.keyword[5:-1]) for card in sky]
        if not any(axis in values for axis in numbers):
            absent, default = f"CRVALi{version}", "0"
        elif not _has_steps(header.layout, version):
            absent = join_words((f"CDELTi{version}", f"CDi_j{version}"))
            default = phrase("1 degree a pixel")
        else:
            continue
        yield flag(
            first,
            (0, 8),
            message="lacking",
            keyword=first.keyword,
            absent=absent,
            default=default,
        )


def _has_steps(layout: Layout, version: str) -> bool:
    return any(
        name.endswith(version) and name.startswith(_STEPS) and _DESCRIBES.fullmatch(name)
        for name in layout.index
    )
