"""``fitslint.conform``: the header of a product, from its dictionary and the facts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fitslint.products.errors import ProductError
from fitslint.products.kinds import ProductKind, find_product_kind
from fitslint.products.linter import load_product_settings
from fitslint.products.output_file import write_stream
from fitslint.products.prepare import PreparedProduct, build_result, prepare_product
from fitslint.products.result import ConformResult
from fitslint.products.user_facts import CardValue, UserFacts, parse_facts
from fitslint.repair.diff import Hunk, list_hunks
from fitslint.repair.logged_write import WriteOptions, write_and_log
from fitslint.repair.model import FileIdentity, RepairError
from fitslint.repair.plan_builder import build_manual_plan
from fitslint.repair.stream import open_stream
from fitslint.repair.write import roll_back_journal
from fitslint.repair.write.packers import pack
from fitslint.source.files import decompress
from fitslint.source.nearby import require_file
from fitslint.syntax.scan_reader import BytesReader


def conform(
    target: Any,
    product: str,
    *,
    hdu: int | str | None = None,
    output: str | os.PathLike[str] | None = None,
    overwrite: bool | str | Iterable[str] = (),
    overwrite_output: bool = False,
    overwrite_wcs: bool = False,
    complete: bool = False,
    write: bool = True,
    zlens: float | None = None,
    zsource: float | None = None,
    normalisation: str | None = None,
    dlsds: float | None = None,
    cosmology: object = None,
    object: str | None = None,
    radesys: str | None = None,
    equinox: float | None = None,
    unit: str | None = None,
    center: Sequence[float] | None = None,
    scale: float | None = None,
    model: str | os.PathLike[str] | None = None,
    model_sha256: str | None = None,
    maptype: str | None = None,
    mapsrc: str | None = None,
    axis: str | None = None,
    frame: str | None = None,
    form: str | None = None,
    gridconv: str | None = None,
    creator: str | None = None,
    engine: str | None = None,
    origin: str | None = None,
    date: str | None = None,
    inputs: Sequence[tuple[str, str]] | None = None,
    history: str | Sequence[str] | None = None,
    **keywords: CardValue | None,
) -> ConformResult:
    """Give a map the header that its kind of product needs, and check the result.

    What the header says already and is right stays as it is. A fact that contradicts it is
    refused, since the pixels are those of the header: ``overwrite`` names the keywords in which
    it is the header that is wrong, and HISTORY then tells their old and new values. (A map for
    another source redshift is made by ``fitslint kappa rescale``.) Nothing is invented: what the
    product needs and nobody told stands in ``unknown``; the rest is written, or with ``complete``
    nothing at all.

    Parameters
    ----------
    target : str, path, bytes, or HDUList or image HDU of astropy
        a file, whose header is written as ``fitslint set`` writes (no byte of its data and of its
        other cards changes, and a crash leaves the old or the new file); the bytes of one, whose
        new ones are in ``data``; or what astropy holds, of which the header changes in memory.
    product : str
        a kind that has a dictionary: kappa, gamma1, xray-flux and the others that
        ``fitslint conform --help`` lists.
    hdu : int or str, optional
        number from 1 or EXTNAME of the image; by default the first one.
    output : str or path, optional
        write the result there, and leave the file as it is.
    overwrite : str or iterable of str
        keywords whose recorded values may be replaced although they say another thing: ``"ZSRC"``,
        ``["PRODUCT", "BUNIT"]``; the name of a fact will do (``"cosmology"`` are COSMO, H0, OMEGAM,
        OMEGAL and W0). What follows from them (DLSDS, PIXKPC) is computed anew. True is read as
        ``overwrite_output``.
    overwrite_output : bool
        whether ``output`` may take the place of a file.
    overwrite_wcs : bool
        whether world coordinates may be replaced.
    complete : bool
        write nothing while something that the product needs is unknown.
    write : bool
        False only tells what would be written to a file.
    zlens, zsource : float
        redshifts.
    normalisation : {"unity", "source"}
        whether the pixels hold D_ls/D_s = 1 or are multiplied by the ratio of ``zsource``.
    dlsds : float
        that ratio; it is computed, and one that contradicts it by more than 1e-4 is refused.
    cosmology : str, astropy cosmology or Cosmology
        ``"Planck18"``, or H0, Omega_m, Omega_Lambda (and w0) such as ``"70,0.3,0.7"``.
    object, radesys, equinox, unit, creator, engine, origin, date
        OBJECT, RADESYS, EQUINOX, BUNIT, CREATOR, ENGINE, ORIGIN, DATE.
    center : (float, float)
        right ascension and declination of the centre of the image in degrees.
    scale : float
        size of a pixel in arcsec. With ``center`` it makes world coordinates where there are
        none; those that are there are held against both.
    model : path
        the lens model, whose name and SHA-256 are recorded.
    model_sha256 : str
        that digest, where the model is not at hand or is to be confirmed.
    maptype : {"model", "observed"}
        MAPTYPE.
    mapsrc : str
        MAPSRC, where an observed map was taken from.
    axis : {"x", "y"}
        component of the deflection.
    frame : {"pixel", "sky"}
        frame of the components of the shear.
    form : {"signed", "absolute", "magnitude"}
        of a magnification.
    gridconv : {"linear", "tan"}
        GRIDCONV.
    inputs : sequence of (str, str)
        name and SHA-256 of every file that the pixels come from.
    history : sequence of str
        what was done to the pixels.
    **keywords
        EXPOSURE, TELESCOP or any other keyword of the product's dictionary.

    Returns
    -------
    ConformResult

    Raises
    ------
    FileNotFoundError
        when ``target`` is a path where nothing is.
    ProductError
        when the target holds no such image, facts contradict each other or the header, or the file
        cannot be written; nothing is changed then.
    TypeError
        when there is no such fact, or ``target`` is nothing that can be conformed.
    """
    if isinstance(overwrite, bool):
        overwrite, overwrite_output = (), overwrite or overwrite_output
    facts: dict[str, Any] = {
        "zlens": zlens, "zsource": zsource, "normalisation": normalisation, "dlsds": dlsds,
        "cosmology": cosmology, "object": object, "radesys": radesys, "equinox": equinox,
        "unit": unit, "center": center, "scale": scale, "model": model,
        "model_sha256": model_sha256, "maptype": maptype, "mapsrc": mapsrc, "axis": axis,
        "frame": frame, "form": form, "gridconv": gridconv, "creator": creator, "engine": engine,
        "origin": origin, "date": date, "inputs": inputs, "history": history,
        "overwrite": overwrite, "overwrite_wcs": overwrite_wcs,
    }  # fmt: skip
    kind = find_product_kind(product)
    known = parse_facts(kind, {**facts, **keywords})
    if isinstance(target, bytes | bytearray | memoryview):
        return conform_bytes(bytes(target), kind, known, hdu, complete=complete)
    if isinstance(target, str | os.PathLike):
        path = os.fspath(target)
        require_file(path)
        writing = WriteOptions("replace" if write and output is None else "none")
        place = None if output is None or not write else os.fspath(output)
        return conform_file(
            path, kind, known, hdu, writing, complete=complete, output=place,
            overwrite=overwrite_output,
        )  # fmt: skip
    if output is not None:
        raise TypeError("what astropy holds is written by astropy; output is for paths")
    from fitslint.products.astropy_objects import conform_objects

    return conform_objects(target, kind, known, hdu, complete=complete)


def conform_bytes(
    data: bytes, kind: ProductKind, user_facts: UserFacts, hdu: int | str | None, *, complete: bool
) -> ConformResult:
    """Conform the bytes of a file; what was packed is packed again.

    Raises
    ------
    ProductError
        as :func:`conform`.
    """
    base, container = decompress(BytesReader(data), load_product_settings().limits)
    draft = prepare_product(base, kind, user_facts, hdu, path="<bytes>", container=container)
    result = build_result(kind, draft, complete=complete)
    if not result.changed:
        return replace(result, data=data)
    stream = draft.after.stream
    new = stream.read_at(0, stream.measure_size())
    return replace(result, data=pack(container, new))


def conform_file(
    path: str,
    kind: ProductKind,
    user_facts: UserFacts,
    hdu: int | str | None,
    write_options: WriteOptions,
    *,
    complete: bool = False,
    output: str | None = None,
    overwrite: bool = False,
) -> ConformResult:
    """Conform a file; see :func:`conform`.

    Parameters
    ----------
    write_options : WriteOptions
        how the file is written, as for ``fitslint set``.

    Raises
    ------
    ProductError
        as :func:`conform`.
    """
    try:
        roll_back_journal(path, write_options.mode)
        with open_stream(path, load_product_settings().limits) as (base, container, identity):
            draft = prepare_product(base, kind, user_facts, hdu, path=path, container=container)
            result = build_result(kind, draft, complete=complete)
            if (result.unknown and complete) or not result.is_map:
                return result
            if write_options.diff:
                result = replace(result, hunks=_list_hunks(draft))
            if output is not None:
                _refuse_same_file(path, output)
                written = write_stream(draft.after.stream, output, overwrite=overwrite)
            elif write_options.mode == "copy" or (write_options.mode != "none" and draft.changed):
                written = _write_result(draft, write_options, identity)
            else:
                written = None
            return replace(result, written=written)
    except RepairError as error:
        raise ProductError(error.describe_for(path), path=path) from None


def _refuse_same_file(path: str, output: str) -> None:
    try:
        same = Path(path).samefile(output)
    except OSError:
        same = False
    if same:
        raise ProductError("the output is the file itself; leave output out", path=path)


def _write_result(draft: PreparedProduct, writing: WriteOptions, identity: FileIdentity) -> str:
    """Write the draft over its file, or into a folder, by the means of a repair."""
    workspace, after = draft.workspace, draft.after
    # The last edit is that of the checksums, which nobody asked for.
    plan = build_manual_plan(workspace, after, draft.edits[:-1], identity)
    old, new = (workspace.start.file, workspace.start.stream), (after.file, after.stream)
    return write_and_log(plan, writing, old, new, workspace.container).path


def _list_hunks(draft: PreparedProduct) -> tuple[Hunk, ...]:
    first = draft.workspace.start
    return tuple(list_hunks(first.file, first.stream.read_at, draft.after.stream.patches))
