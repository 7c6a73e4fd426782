"""Simulated observations as files in the layout of the Chandra archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.xray.acis.geometry import AIMPOINT_SIM_Z, CHIP_SIZE, FOCAL_LENGTH
from fitslint.pipeline.xray.aspect import AspectSolution
from fitslint.pipeline.xray.events.cards import TIME_FILTER, Cards, pick_time_cards
from fitslint.pipeline.xray.events.event_file import PI_CHANNEL
from fitslint.pipeline.xray.events.writer import (
    SKY_LIMITS,
    ColumnSpec,
    build_empty_primary,
    build_gti_hdu,
    build_sky_columns,
    pack_table_hdu,
)
from fitslint.pipeline.xray.lightcurve import list_true_runs
from fitslint.pipeline.xray.simulate.observe import (
    FRAME_TIME,
    LIVE_FRACTION,
    Observation,
    Photons,
)
from fitslint.pipeline.xray.sky import SKY_CENTRE
from fitslint.pipeline.xray.steps.reprocess import VETO_BIT, VETO_BYTE

_TDET = ((3061, 5131), (5131, 4107), (3061, 4085), (5131, 3061))
"""Origin of the chips of ACIS-I in tiled detector coordinates (ACIS-2.2)."""
_CHIP_RANGE = (("TLMINn", 1), ("TLMAXn", CHIP_SIZE))
EVENT_COLUMNS = (
    ColumnSpec("time", "1D", "s", "S/C TT corresponding to mid-exposure"),
    ColumnSpec("ccd_id", "1I", "", "CCD reporting event", (("TLMINn", 0), ("TLMAXn", 9))),
    ColumnSpec("node_id", "1I", "", "CCD serial readout amplifier node"),
    ColumnSpec("expno", "1J", "", "exposure number of CCD frame"),
    ColumnSpec("chipx", "1I", "pixel", "chip coordinates", _CHIP_RANGE),
    ColumnSpec("chipy", "1I", "pixel", "chip coordinates", _CHIP_RANGE),
    ColumnSpec("tdetx", "1I", "pixel", "tiled detector coordinates"),
    ColumnSpec("tdety", "1I", "pixel", "tiled detector coordinates"),
    ColumnSpec("detx", "1E", "pixel", "detector coordinates", SKY_LIMITS),
    ColumnSpec("dety", "1E", "pixel", "detector coordinates", SKY_LIMITS),
    ColumnSpec("x", "1E", "pixel", "sky coordinates", SKY_LIMITS),
    ColumnSpec("y", "1E", "pixel", "sky coordinates", SKY_LIMITS),
    ColumnSpec("phas", "25I", "adu", "pulse heights of the event island"),
    ColumnSpec("pha", "1J", "adu", "total pulse height of event"),
    ColumnSpec("energy", "1E", "eV", "nominal energy of event (eV)"),
    ColumnSpec("pi", "1J", "chan", "pulse invariant energy", (("TLMINn", 1), ("TLMAXn", 1024))),
    ColumnSpec("fltgrade", "1I", "", "event grade, flight system"),
    ColumnSpec("grade", "1I", "", "binned event grade"),
    ColumnSpec("status", "32X", "", "event status bits"),
)
_BLANK_NAMES = ("ccd_id", "chipx", "chipy", "pha", "energy", "pi", "grade", "status")
_ASPECT_NAMES = (
    *(("time", "1D", "s"), ("ra", "1D", "deg"), ("dec", "1D", "deg"), ("roll", "1D", "deg")),
    *((f"{name}_err", "1E", "deg") for name in ("ra", "dec", "roll")),
    *((name, "1E", unit) for name, unit in (("dy", "mm"), ("dz", "mm"), ("dtheta", "deg"))),
    *(
        (f"{name}_err", "1E", unit)
        for name, unit in (("dy", "mm"), ("dz", "mm"), ("dtheta", "deg"))
    ),
    ("q_att", "4D", ""),
    *((f"{name}_bias", "1E", "deg/s") for name in ("roll", "pitch", "yaw")),
    *((f"{name}_bias_err", "1E", "deg/s") for name in ("roll", "pitch", "yaw")),
)
_ASPECT_COLUMNS = tuple(ColumnSpec(name, form, unit) for name, form, unit in _ASPECT_NAMES)
_RECTANGLE = (
    ColumnSpec("shape", "16A", "", "region shape"), ColumnSpec("component", "1J"),
    ColumnSpec("chipx", "2I", "pixel", "", _CHIP_RANGE),
    ColumnSpec("chipy", "2I", "pixel", "", _CHIP_RANGE),
)  # fmt: skip
_BAD_COLUMNS = (
    *_RECTANGLE, ColumnSpec("time", "1D", "s"), ColumnSpec("time_stop", "1D", "s"),
    ColumnSpec("status", "32X"),
)  # fmt: skip
_WINDOW_COLUMNS = (
    *_RECTANGLE, ColumnSpec("samp_cyc", "1I"), ColumnSpec("phamin", "1I", "adu"),
    ColumnSpec("pharange", "1J", "adu"),
)  # fmt: skip
_EPOCH = datetime(1998, 1, 1, tzinfo=UTC)


def write_observation(
    folder: Path, observation: Observation, aspect: AspectSolution, events: Photons, target: str
) -> Path:
    """Write evt2, asol1, bpix1 and msk1 into ``primary`` and ``secondary``; the list of events."""
    obs = f"{observation.obs_id:05d}"
    primary, secondary = folder / "primary", folder / "secondary"
    for one in (primary, secondary):
        one.mkdir(parents=True, exist_ok=True)
    cards = build_observation_cards(observation, target)
    path = primary / f"acisf{obs}N001_evt2.fits"
    write_atomic(path, _build_event_file(observation, events, cards))
    write_atomic(
        secondary / f"pcadf{int(observation.start)}N001_asol1.fits", _build_aspect(aspect, cards)
    )
    write_atomic(
        secondary / f"acisf{obs}_000N001_bpix1.fits", _build_bad_pixels(observation, cards)
    )
    write_atomic(secondary / f"acisf{obs}_000N001_msk1.fits", _build_windows(observation, cards))
    return path


def write_blank_sky(path: Path, events: Photons, exposure: float, cards: Cards) -> None:
    """Write a list of events without times and places on the sky, as blank-sky lists are."""
    values = {**events, **_derive_energy(events), "status": _build_status(events["vetoed"])}
    columns = [column for column in EVENT_COLUMNS if column.name in _BLANK_NAMES]
    own = {
        **cards, "OBJECT": "BACKGROUND DATASET", "EXPOSURE": exposure, "LIVETIME": exposure,
        "ONTIME": exposure / LIVE_FRACTION, "HDUCLASS": "OGIP", "HDUCLAS1": "EVENTS",
    }  # fmt: skip
    write_atomic(path, build_empty_primary() + pack_table_hdu(columns, values, "EVENTS", own))


def build_observation_cards(observation: Observation, target: str) -> Cards:
    """What every header of an observation says."""
    begin, end = observation.good.span
    digits = "".join(map(str, observation.masks))
    ontime = observation.good.total
    return {
        "ORIGIN": "fitslint", "CREATOR": "fitslint xray simulate", "MISSION": "AXAF",
        "TELESCOP": "CHANDRA", "INSTRUME": "ACIS", "DETNAM": f"ACIS-{digits}", "GRATING": "NONE",
        "OBJECT": target, "OBSERVER": "Simulated", "TITLE": "Simulated cluster",
        "OBS_ID": str(observation.obs_id), "SEQ_NUM": "800000",
        "DS_IDENT": f"simulated/{observation.obs_id}", "OBS_MODE": "POINTING",
        "DATAMODE": "VFAINT", "READMODE": "TIMED", "DATE-OBS": _format_date(begin),
        "DATE-END": _format_date(end), "TIMESYS": "TT", "MJDREF": 50814.0, "TIMEZERO": 0.0,
        "TIMEUNIT": "s", "TSTART": begin, "TSTOP": end, "TIMEDEL": FRAME_TIME, "TIERRELA": 1e-9,
        "TIERABSO": 5e-5, "ONTIME": ontime, "LIVETIME": ontime * LIVE_FRACTION,
        "EXPOSURE": ontime * LIVE_FRACTION, "DTCOR": LIVE_FRACTION, "RA_NOM": observation.ra,
        "DEC_NOM": observation.dec, "ROLL_NOM": observation.roll, "RA_PNT": observation.ra,
        "DEC_PNT": observation.dec, "ROLL_PNT": observation.roll, "RA_TARG": observation.ra,
        "DEC_TARG": observation.dec, "SIM_X": -0.782, "SIM_Y": 0.0,
        "SIM_Z": AIMPOINT_SIM_Z["ACIS-I"], "FOC_LEN": FOCAL_LENGTH, "FP_TEMP": 153.6,
        "RADESYS": "ICRS", "EQUINOX": 2000.0,
    }  # fmt: skip


def _format_date(seconds: float) -> str:
    """Mission time as a date; MJDREF is in TT, and so is this."""
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def _build_event_file(observation: Observation, events: Photons, cards: Cards) -> bytes:
    sky = {column.name: column for column in build_sky_columns(observation.plane, ("x", "y"))}
    chips = ",".join(f"{chip}:{chip}" for chip in observation.masks)
    columns = [sky.get(column.name, column) for column in EVENT_COLUMNS]
    own = {
        **cards, "CONTENT": "EVT2", "HDUCLASS": "OGIP", "HDUCLAS1": "EVENTS",
        "HDUCLAS2": "ACCEPTED", "HDUNAME": "EVENTS", "MTYPE1": "chip", "MFORM1": "chipx,chipy",
        "MTYPE2": "tdet", "MFORM2": "tdetx,tdety", "MTYPE3": "det", "MFORM3": "detx,dety",
        "MTYPE4": "sky", "MFORM4": "x,y", "MTYPE5": "EQPOS", "MFORM5": "RA,DEC",
        **TIME_FILTER, "DSREF1": ":GTI0", "DSTYP2": "ccd_id", "DSVAL2": chips, "DSFORM2": "I",
    }  # fmt: skip
    values = _derive_columns(observation, events)
    values = {column.name: values[column.name] for column in columns}
    parts = [build_empty_primary(cards), pack_table_hdu(columns, values, "EVENTS", own)]
    parts += [
        build_gti_hdu(
            observation.good,
            {**pick_time_cards(cards), "EXTVER": chip + 1, "HDUNAME": f"GTI{chip}", "CCD_ID": chip},
        )
        for chip in observation.masks
    ]
    return b"".join(parts)


def _derive_columns(observation: Observation, events: Photons) -> dict[str, Any]:
    """All columns of an event list from what the telescope recorded."""
    count, chip = len(events["time"]), events["ccd_id"]
    angle = np.radians(observation.roll)
    dx, dy = events["x"] - events["axis_x"], events["y"] - events["axis_y"]
    origin_x, origin_y = np.array(_TDET).T
    is_even = np.isin(chip, (0, 2))
    across, along = events["chipy"], events["chipx"]
    derived = _derive_energy(events)
    phas = np.zeros((count, 25), np.int16)
    phas[:, 12] = np.minimum(derived["pha"], 4095)
    return {
        **events, **derived, "phas": phas, "status": _build_status(events["vetoed"]),
        "node_id": (events["chipx"] - 1) // 256, "fltgrade": events["grade"],
        "expno": ((events["time"] - observation.start) / FRAME_TIME).astype(int) + 1,
        "tdetx": origin_x[chip] + np.where(is_even, across, -across),
        "tdety": origin_y[chip] + np.where(is_even, -along, along),
        "detx": SKY_CENTRE + dx * np.cos(angle) - dy * np.sin(angle),
        "dety": SKY_CENTRE + dx * np.sin(angle) + dy * np.cos(angle),
    }  # fmt: skip


def _derive_energy(events: Photons) -> dict[str, NDArray[Any]]:
    channel = np.minimum(np.floor(events["energy"] / PI_CHANNEL).astype(int) + 1, 1024)
    return {"pi": channel, "pha": (events["energy"] / 3.7).astype(int)}


def _build_status(vetoed: NDArray[np.bool_]) -> NDArray[np.uint8]:
    status = np.zeros((len(vetoed), 4), np.uint8)
    status[vetoed, VETO_BYTE] = VETO_BIT
    return status


def _build_aspect(aspect: AspectSolution, cards: Cards) -> bytes:
    count = len(aspect.time)
    half = [np.radians(angle) / 2 for angle in (aspect.roll, -aspect.dec, aspect.ra)]
    values: dict[str, Any] = {column.name: np.zeros(count) for column in _ASPECT_COLUMNS}
    values |= {"time": aspect.time, "ra": aspect.ra, "dec": aspect.dec, "roll": aspect.roll}
    values["q_att"] = _build_quaternion(*half)
    for name in ("ra_err", "dec_err", "roll_err"):
        values[name] = np.full(count, 1e-5)
    own = {**cards, "CONTENT": "ASPSOL", "HDUCLASS": "ASC", "HDUCLAS1": "TEMPORALDATA",
           "HDUCLAS2": "ASPSOL"}  # fmt: skip
    return build_empty_primary(cards) + pack_table_hdu(_ASPECT_COLUMNS, values, "ASPSOL", own)


def _build_quaternion(
    roll: NDArray[Any], pitch: NDArray[Any], yaw: NDArray[Any]
) -> NDArray[np.float64]:
    """The quaternion of half angles about x, then y, then z; its last number is the scalar."""
    (sr, cr), (sp, cp), (sy, cy) = ((np.sin(a), np.cos(a)) for a in (roll, pitch, yaw))
    return np.column_stack([
        sr * cp * cy - cr * sp * sy, cr * sp * cy + sr * cp * sy,
        cr * cp * sy - sr * sp * cy, cr * cp * cy + sr * sp * sy,
    ])  # fmt: skip


def _build_bad_pixels(observation: Observation, cards: Cards) -> bytes:
    """Columns and pixels that do not count, as rectangles of one column each."""
    parts = [build_empty_primary(cards)]
    for chip, mask in observation.masks.items():
        boxes = _list_runs(~mask)
        values = _describe_boxes(boxes) | {
            "time": np.zeros(len(boxes)), "time_stop": np.zeros(len(boxes)),
            "status": np.tile(np.array([0, 0, 0, 1], np.uint8), (len(boxes), 1)),
        }  # fmt: skip
        parts.append(_build_chip_hdu(_BAD_COLUMNS, values, f"BADPIX{chip}", chip, cards))
    return b"".join(parts)


def _build_windows(observation: Observation, cards: Cards) -> bytes:
    parts = [build_empty_primary(cards)]
    for chip in observation.masks:
        whole = _describe_boxes([(1, CHIP_SIZE, 1, CHIP_SIZE)])
        values = whole | {"samp_cyc": [1], "phamin": [0], "pharange": [36855]}
        parts.append(_build_chip_hdu(_WINDOW_COLUMNS, values, f"MASK{chip}", chip, cards))
    return b"".join(parts)


def _build_chip_hdu(
    columns: Sequence[ColumnSpec], values: Mapping[str, Any], name: str, chip: int, cards: Cards
) -> bytes:
    return pack_table_hdu(columns, values, name, {**cards, "CCD_ID": chip, "HDUNAME": name})


def _describe_boxes(boxes: Sequence[tuple[int, int, int, int]]) -> dict[str, Any]:
    table = np.array(boxes, int).reshape(-1, 4)
    return {
        "shape": np.full(len(table), b"rectangle"), "component": np.arange(1, len(table) + 1),
        "chipx": table[:, :2], "chipy": table[:, 2:],
    }  # fmt: skip


def _list_runs(bad: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Runs of pixels along columns: first and last column, first and last row, from 1."""
    found = []
    for column in np.flatnonzero(bad.any(axis=0)):
        for first, behind in list_true_runs(bad[:, column]):
            found.append((int(column) + 1, int(column) + 1, first + 1, behind))
    return found
