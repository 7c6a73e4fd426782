"""What the header of a product says of it, with None where it is silent."""

from __future__ import annotations

import os
from dataclasses import dataclass

from fitslint.cosmology.model import (
    REALISATION_NAMES,
    Cosmology,
    CosmologyError,
    build_cosmology,
    parse_cosmology,
)
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.header import Header
from fitslint.products.errors import ProductError
from fitslint.products.lookup import Lookup, find_string, read_header_number
from fitslint.source.image import ImageError, find_hdu, has_image, open_fits
from fitslint.wcs.map_wcs import measure_pixels, read_map_wcs
from fitslint.wcs.wcs import Wcs

_CLASSES = ("", "FlatLambdaCDM", "LambdaCDM", "FlatwCDM", "wCDM")
"""Names under which H0, OMEGAM, OMEGAL and W0 tell a cosmology without radiation."""
_INPUTS_MAX = 999


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """What a header says of a product.

    Attributes
    ----------
    hdu : int
        from 1.
    shape : tuple of int
        of the array: rows, columns.
    product, unit, object : str or None
        PRODUCT, BUNIT, OBJECT.
    normalisation : str or None
        ``unity`` (D_ls/D_s = 1) or ``source`` (values times ``dlsds``).
    zlens, zsource, dlsds : float or None
    cosmology : Cosmology or None
        the realisation that COSMO names, or that of H0, OMEGAM, OMEGAL (and W0).
    pixkpc : float or None
        kpc per pixel as recorded.
    wcs : Wcs or None
        the world coordinates.
    gridconv : str or None
        ``linear`` or ``tan``.
    axis, frame, form : str or None
        DEFLAXIS, SHEARFRM, MAGFORM.
    maptype, mapsrc, model, model_sha256, engine, creator, origin, date : str or None
    inputs : tuple of (str, str or None)
        names and SHA-256 of INPUTn and INSHAn.
    history : tuple of str
        the HISTORY cards.
    planes : int or None
        NPLANES, the lens planes that the pixels are the sum of.
    """

    hdu: int
    shape: tuple[int, ...]
    product: str | None
    unit: str | None
    object: str | None
    normalisation: str | None
    zlens: float | None
    zsource: float | None
    dlsds: float | None
    cosmology: Cosmology | None
    pixkpc: float | None
    wcs: Wcs | None
    radesys: str | None
    equinox: float | None
    gridconv: str | None
    axis: str | None
    frame: str | None
    form: str | None
    maptype: str | None
    mapsrc: str | None
    model: str | None
    model_sha256: str | None
    engine: str | None
    creator: str | None
    origin: str | None
    date: str | None
    inputs: tuple[tuple[str, str | None], ...]
    history: tuple[str, ...]
    planes: int | None

    @property
    def scale(self) -> tuple[float, float] | None:
        """Lengths of a pixel along axis 1 and axis 2 in arcsec."""
        return measure_pixels(self.wcs) if self.wcs else None


def read_facts(source: object, *, hdu: int | str | None = None) -> HeaderFacts:
    """The facts of a product.

    Parameters
    ----------
    source : str, path, bytes, astropy HDUList, HDU or Header, or Header of fitslint
        what holds the header.
    hdu : int or str, optional
        number from 1 or EXTNAME; by default the first image.

    Raises
    ------
    ProductError
        when it cannot be read, or holds no image.
    """
    if isinstance(source, Header):
        return extract_facts(source)
    return extract_facts(find_image_hdu(read_headers(source), hdu).header)


def read_headers(source: object) -> FitsFile:
    """The headers of a path, bytes, or what astropy holds.

    Raises
    ------
    ProductError
        when it is no FITS file.
    """
    from fitslint.source.astropy_objects import read_objects
    from fitslint.source.files import read_bytes, read_file

    if isinstance(source, str | os.PathLike):
        file = read_file(os.fspath(source))
    elif isinstance(source, bytes | bytearray | memoryview):
        file = read_bytes(bytes(source))
    else:
        file = read_objects(source)
    return require_readable(file)


def compute_datasum(path: str | os.PathLike[str], hdu: int | str | None = None) -> str:
    """The sum of the data unit of an image as DATASUM has it (FITS 4.0, appendix J).

    Raises
    ------
    ProductError
        when it cannot be opened, or holds no such image.
    """
    from fitslint.products.pixels import measure_stream

    try:
        with open_fits(os.fspath(path)) as (reader, file):
            return measure_stream(reader, find_image_hdu(require_readable(file), hdu)).datasum
    except ImageError as error:
        raise ProductError(str(error), path=os.fspath(path)) from None


def require_readable(file: FitsFile) -> FitsFile:
    """``file``, where it could be read.

    Raises
    ------
    ProductError
        when it could not.
    """
    if file.status != "ok" or not file.hdus or file.container == "text":
        why = file.reason or {
            "not-fits": "this is no FITS file",
            "truncated": "the file ends too early",
        }.get(file.status, "this holds no FITS image")
        raise ProductError(why, path=file.path)
    return file


def find_image_hdu(file: FitsFile, hdu: int | str | None = None) -> Hdu:
    """The HDU that is meant: by number from 1 or EXTNAME; else the first with an image.

    Raises
    ------
    ProductError
        when there is none, or it holds no image.
    """
    if hdu is None:
        found = next((candidate for candidate in file.hdus if has_image(candidate)), None)
        if found is None:
            found = next(
                (candidate for candidate in file.hdus if candidate.kind == "compressed-image"), None
            )
        if found is None:
            raise ProductError("no HDU holds an image", path=file.path)
    else:
        try:
            found = find_hdu(file, hdu)
        except ImageError as error:
            raise ProductError(str(error), path=file.path) from None
    if found.kind == "compressed-image":
        raise ProductError(
            f"HDU {found.number} is a compressed image; unpack it first (funpack)", path=file.path
        )
    if found.kind not in ("primary", "image"):
        raise ProductError(f"HDU {found.number} holds a table, not an image", path=file.path)
    if not has_image(found):
        raise ProductError(f"HDU {found.number} holds no image (no data)", path=file.path)
    return found


def find_table_header(file: FitsFile) -> Hdu:
    """The primary HDU of a table, which has no data.

    Raises
    ------
    ProductError
        when it has some, or no table is behind it.
    """
    if has_image(file.hdus[0]) or not any(hdu.kind == "bintable" for hdu in file.hdus[1:]):
        raise ProductError(
            "a table stands behind a primary HDU without data, and this holds none such",
            path=file.path,
        )
    return file.hdus[0]


def find_primary_header(file: FitsFile, hdu: int) -> Header | None:
    """The primary header, where an extension says that it holds for it too (INHERIT)."""
    inherits = hdu > 1 and file.hdus[hdu - 1].header.value("INHERIT") is True
    return file.hdus[0].header if inherits else None


def extract_facts(header: Header) -> HeaderFacts:
    """What a header says."""
    value = header.value
    names = (
        "PRODUCT", "BUNIT", "OBJECT", "LENSNORM", "GRIDCONV", "DEFLAXIS", "SHEARFRM", "MAGFORM",
        "MAPTYPE", "MAPSRC", "MODEL", "MODELSHA", "ENGINE", "CREATOR", "ORIGIN", "DATE",
    )  # fmt: skip
    said = {name: find_string(value, name) for name in names}
    axes = tuple(axis or 0 for axis in header.structure.axes)
    return HeaderFacts(
        header.hdu, axes[::-1], said["PRODUCT"], said["BUNIT"], said["OBJECT"], said["LENSNORM"],
        read_header_number(value, "ZLENS"), read_header_number(value, "ZSRC"),
        read_header_number(value, "DLSDS"), find_cosmology(value),
        read_header_number(value, "PIXKPC"), read_map_wcs(header),
        find_string(value, "RADESYS") or find_string(value, "RADECSYS"),
        read_header_number(value, "EQUINOX"),
        said["GRIDCONV"], said["DEFLAXIS"], said["SHEARFRM"], said["MAGFORM"], said["MAPTYPE"],
        said["MAPSRC"], said["MODEL"], said["MODELSHA"], said["ENGINE"], said["CREATOR"],
        said["ORIGIN"], said["DATE"], _read_inputs(value), read_history(header),
        _read_planes(value),
    )  # fmt: skip


def find_cosmology(value: Lookup) -> Cosmology | None:
    """The cosmology of COSMO, H0, OMEGAM, OMEGAL and W0; None where they tell none.

    COSMO with the name of a realisation (Planck18) tells it alone; parameters that contradict it
    tell that the header cannot be relied on, and nothing more.
    """
    name = find_string(value, "COSMO") or ""
    parameters = [read_header_number(value, keyword) for keyword in ("H0", "OMEGAM", "OMEGAL")]
    try:
        if name.lower() in (realisation.lower() for realisation in REALISATION_NAMES):
            return _confirm_cosmology(parse_cosmology(name), parameters)
        if name not in _CLASSES or None in parameters:
            return None
        h0, omega_m, omega_l = (parameter or 0.0 for parameter in parameters)
        w0 = read_header_number(value, "W0")
        return build_cosmology(h0, omega_m, omega_l, -1.0 if w0 is None else w0)
    except (CosmologyError, ValueError):
        return None


def _confirm_cosmology(cosmology: Cosmology, parameters: list[float | None]) -> Cosmology | None:
    own = (cosmology.h0, cosmology.omega_m, cosmology.omega_l)
    pairs = zip(parameters, own, strict=True)
    agree = all(
        said is None or abs(said - own_value) <= 1e-3 * own_value for said, own_value in pairs
    )
    return cosmology if agree else None


def _read_planes(value: Lookup) -> int | None:
    found = read_header_number(value, "NPLANES")
    return int(found) if found is not None and 1 <= found < _INPUTS_MAX else None


def _read_inputs(value: Lookup) -> tuple[tuple[str, str | None], ...]:
    found = []
    for at in range(1, _INPUTS_MAX + 1):
        name = find_string(value, f"INPUT{at}")
        if name is None:
            break
        found.append((name, find_string(value, f"INSHA{at}")))
    return tuple(found)


def read_history(header: Header) -> tuple[str, ...]:
    """The texts of the HISTORY cards."""
    return tuple(card.raw[8:].decode("latin-1").rstrip() for card in header.find_cards("HISTORY"))
