"""Event lists: intervals, chunks, scaled columns, light curves, merged cards, and bad input."""

from __future__ import annotations

import errno
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.pipeline.xray.acis.bands import NAMED_BANDS, parse_band
from fitslint.pipeline.xray.aspect import read_aspect
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events import table as table_module
from fitslint.pipeline.xray.events import writer as writer_module
from fitslint.pipeline.xray.events.event_file import name_hdu, open_events, open_tables
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.pipeline.xray.events.table import TableReader
from fitslint.pipeline.xray.lightcurve import (
    BIN_SECONDS,
    LightCurve,
    LightCurveBuilder,
    build_quiet_intervals,
    find_least_flare,
    select_quiet,
)
from fitslint.pipeline.xray.merge_keywords import merge_cards
from fitslint.pipeline.xray.simulate.run import SimulationRequest, simulate_observations
from fitslint.pipeline.xray.steps.deflare import (
    DeflareRequest,
    deflare_observation,
    describe_loss,
)
from fitslint.pipeline.xray.steps.merge import MergeRequest, merge_observations
from fitslint.pipeline.xray.steps.observation import find_observation
from fitslint.pipeline.xray.steps.reprocess import ReprocessRequest, reprocess_observation

fits = pytest.importorskip("astropy.io.fits")
PAIRS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12)


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A short observation of one chip."""
    folder = tmp_path_factory.mktemp("short")
    simulate_observations(
        SimulationRequest(
            folder, exposure=3000.0, observations=1, aspect_step=8.0, sources=2, chips=(3,)
        )
    )
    return folder / "90001"


@given(PAIRS, PAIRS)
@settings(max_examples=60, deadline=None)
def test_intervals_are_sets_of_seconds(one, other):
    """Union, intersection, selection and overlap, as sets of whole seconds have them."""
    first, second = Intervals.from_pairs(one or [(0, 0)]), Intervals.from_pairs(other or [(0, 0)])
    sets = [
        {second for low, high in pairs for second in range(low, high)} for pairs in (one, other)
    ]
    middles = np.arange(60) + 0.5
    assert first.total == len(sets[0])
    assert set(np.flatnonzero(first.select(middles))) == sets[0]
    both = first.intersect(second)
    assert set(np.flatnonzero(both.select(middles))) == sets[0] & sets[1]
    assert both.total == len(sets[0] & sets[1])
    assert (both.edges[1:, 0] > both.edges[:-1, 1]).all()
    if len(first.edges):
        edges = np.arange(-3.0, 64.0, 3.0)
        wanted = [len(sets[0] & set(range(int(low), int(low) + 3))) for low in edges[:-1]]
        assert first.measure_overlap(edges).tolist() == wanted


def test_scaled_columns_are_those_of_astropy(tmp_path, monkeypatch):
    """Scales, zeros, unsigned numbers, bits, vectors; chunk by chunk or at once."""
    fitsio = pytest.importorskip("fitsio")
    random = np.random.default_rng(3)
    rows = 1000
    columns = [
        fits.Column("SCALED", "I", array=random.integers(-12000, 12000, rows, np.int16)),
        fits.Column("UNSIGNED", "J", array=random.integers(0, 2**32, rows, np.uint32),
                    bzero=2**31),
        fits.Column("BYTE", "B", array=random.integers(-128, 127, rows).astype(np.int8),
                    bzero=-128),
        fits.Column("TWO", "2E", array=random.normal(size=(rows, 2))),
        fits.Column("TIME", "D", array=random.normal(size=rows)),
        fits.Column("BITS", "11X", array=random.integers(0, 2, (rows, 11)).astype(bool)),
    ]  # fmt: skip
    path = tmp_path / "scaled.fits"
    hdu = fits.BinTableHDU.from_columns(columns)
    hdu.writeto(path)
    with fits.open(path, mode="update") as file:
        file[1].header["TSCAL1"], file[1].header["TZERO1"] = 0.25, 7.0
    monkeypatch.setattr(table_module, "CHUNK_BYTES", 4096)
    names = ("SCALED", "UNSIGNED", "BYTE", "TWO", "TIME", "BITS")
    with open_tables(str(path)) as (reader, file):
        table = TableReader(reader, file.hdus[1])
        chunks = list(table.iterate(names))
        found = table.read_all(names)
    assert len(chunks) > 5
    data = fits.getdata(path, 1)
    for name in names[:-1]:
        assert np.array_equal(found[name], data[name]), name
    assert np.array_equal(np.unpackbits(found["BITS"], axis=1)[:, :11], data["BITS"])
    raw = fitsio.read(str(path), columns=["TIME", "TWO"])
    assert np.array_equal(found["TIME"], raw["TIME"])
    assert np.array_equal(found["TWO"], raw["TWO"])


def test_packed_lists_are_read_as_plain_ones(short, tmp_path):
    import gzip

    plain = next(short.glob("primary/*evt2.fits"))
    packed = tmp_path / "acisf1_evt2.fits.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes(), 1))
    rows = []
    for path in (plain, packed):
        with open_events(str(path)) as events:
            rows.append(np.concatenate([chunk["X"] for chunk in events.iterate()]))
    assert np.array_equal(*rows)


def test_a_list_is_written_as_it_was_given(short, tmp_path, monkeypatch):
    """Chunks of any size give the same bytes, whose checksums hold."""
    files = find_observation(short, "raw")
    whole = reprocess_observation(ReprocessRequest(files, tmp_path / "whole")).paths[0]
    monkeypatch.setattr(table_module, "CHUNK_BYTES", 5000)
    parts = reprocess_observation(ReprocessRequest(files, tmp_path / "parts")).paths[0]
    assert whole.read_bytes() == parts.read_bytes()
    with fits.open(whole, checksum=True) as file:
        assert all("CHECKSUM" in hdu.header for hdu in file)
        kept = file["EVENTS"].data
    raw = fits.getdata(files.events, "EVENTS")
    good = np.isin(raw["grade"], (0, 2, 3, 4, 6)) & ~raw["status"].any(axis=1)
    assert np.array_equal(kept["TIME"], raw["time"][good])
    assert np.array_equal(kept["ENERGY"], raw["energy"][good])


def test_vetoed_events_may_stay(short, tmp_path):
    files = find_observation(short, "raw")
    screened = reprocess_observation(ReprocessRequest(files, tmp_path / "a"))
    kept = reprocess_observation(ReprocessRequest(files, tmp_path / "b", screens_vfaint=False))
    raw = fits.getdata(files.events, "EVENTS")
    assert kept.numbers["kept"] == np.isin(raw["grade"], (0, 2, 3, 4, 6)).sum()
    assert screened.numbers["kept"] < kept.numbers["kept"]


def build_curve(rates, seconds=259.28):
    edges = seconds * np.arange(len(rates) + 1)
    counts = np.round(np.array(rates) * seconds)
    return LightCurve(edges, counts, np.full(len(rates), seconds))


def test_clean_clips_once_and_keeps_a_factor():
    """deflare's clean: the mean after one clip at 3 sigma, then a factor of 1.2 both ways."""
    rates = [1.0] * 40 + [1.15, 1.25, 0.85, 0.8] + [30.0]
    quiet = select_quiet(build_curve(rates), "clean")
    assert quiet.tolist() == [True] * 40 + [True, False, True, False, False]


def test_sigma_clips_until_nothing_changes_and_keeps_runs_of_three():
    random = np.random.default_rng(1)
    rates = list(1 + 0.03 * random.normal(size=60))
    rates[20:24] = [9.0, 5.0, 2.0, 1.4]
    rates[26] = 3.0
    quiet = select_quiet(build_curve(rates), "sigma")
    assert not quiet[20:27].any()  # the run of two between the flares is too short
    assert quiet[:20].sum() >= 17
    assert quiet[27:].sum() >= 28


FRAME = BIN_SECONDS / 80


def draw_frames(rates, seed):
    """Frames of a rate; their light curve."""
    edges = FRAME * np.arange(len(rates) + 1)
    counts = np.random.default_rng(seed).poisson(np.asarray(rates) * FRAME)
    return LightCurve(edges, counts, np.full(len(rates), FRAME))


def test_a_flare_is_followed_down_frame_by_frame():
    """It begins and ends within bins, of which the quiet frames stay."""
    rates = np.full(4000, 1.0)
    rates[1500:] += 8 * np.exp(-np.arange(2500) / 60)
    quiet = select_quiet(draw_frames(rates, 3), "refined")
    assert quiet[:1495].all() and not quiet[1502:1660].any() and quiet[1900:].mean() > 0.99


def test_a_flare_is_followed_to_where_no_frame_tells_it_any_more():
    """On a bright cluster its end is a tenth of the counts; what it was before tells its decay."""
    wanted, lost = [], []
    for seed in range(20):
        rates = np.full(3000, 3.0)
        flare = 6 * np.exp(-np.arange(2000) / 60)
        rates[1000:] += flare
        quiet = select_quiet(draw_frames(rates, seed), "refined")
        end = 1000 + int(60 * np.log(6 / 0.4))
        wanted.append((~quiet[1000:end]).mean())
        lost.append((~quiet[end:]).mean())
    assert np.mean(np.array(wanted) >= 0.95) >= 0.9
    assert np.mean(lost) < 0.03


def test_a_flare_of_another_shape_is_no_decay():
    """A box ends where it ends: no decay is drawn behind it, and what rises slowly goes as well."""
    rates = np.full(3000, 2.0)
    rates[1000:1200] += 4.0
    rates[2000:2200] += np.linspace(0, 8, 200)
    quiet = select_quiet(draw_frames(rates, 12), "refined")
    assert not quiet[1003:1197].any() and quiet[1215:1990].all()
    assert not quiet[2060:2198].any() and quiet[2215:].all()


def test_quiet_time_between_two_flares_stays():
    rates = np.full(2000, 1.0)
    rates[500:560] = rates[900:960] = 8.0
    quiet = select_quiet(draw_frames(rates, 5), "refined")
    assert not quiet[502:558].any() and quiet[565:895].all() and not quiet[902:958].any()


def test_a_pause_is_neither_flare_nor_quiet():
    """Frames without good time are not kept, and nothing changes across them."""
    rates = np.full(2000, 1.0)
    curve = draw_frames(rates, 9)
    curve.seconds[800:1000], curve.counts[800:1000] = 0.0, 0
    quiet = select_quiet(curve, "refined")
    assert not quiet[800:1000].any() and quiet[:800].all() and quiet[1000:].all()


def test_lost_telemetry_is_no_quiet_time():
    rates = np.full(3000, 2.0)
    rates[1000:1200] = 0.2
    quiet = select_quiet(draw_frames(rates, 6), "refined")
    assert not quiet[1004:1196].any() and quiet[:995].all() and quiet[1205:].all()


@pytest.mark.parametrize(
    ("rate", "frames"), [(0.003, 3000), (0.1, 617), (0.3, 2000), (1.0, 9000), (5.0, 30000)]
)
def test_a_curve_without_flares_is_kept(rate, frames):
    lost = [
        1 - select_quiet(draw_frames(np.full(frames, rate), seed), "refined").mean()
        for seed in range(5)
    ]
    assert np.mean(lost) < 0.01


def test_a_rate_that_drifts_is_no_flare():
    """Bins that scatter twice as far as Poisson has it are asked for twice the evidence."""
    slow = 20 * (1 + 0.04 * np.sin(np.arange(20000) / 900))
    assert select_quiet(draw_frames(slow, 8), "refined").mean() > 0.98


def test_the_least_flare_that_is_told_is_told():
    """One of a bin that is half as strong again is found nine times of ten; half of it, hardly."""
    least = find_least_flare(draw_frames(np.full(3000, 1.0), 0), np.ones(3000, bool))
    assert least == pytest.approx(0.321, abs=0.01)
    found = {}
    for part in (0.5, 1.5):
        rates = np.full(3000, 1.0)
        rates[1500:1580] += part * least
        found[part] = [
            not select_quiet(draw_frames(rates, seed), "refined")[1500:1580].all()
            for seed in range(20)
        ]
    assert sum(found[1.5]) >= 18
    assert sum(found[0.5]) <= 6


def test_a_curve_that_is_all_flare_is_refused():
    wild = [1.0, 100.0] * 40
    with pytest.raises(XrayError, match=r"keeps 0\.0 % of the good time"):
        select_quiet(build_curve(wild), "clean")
    with pytest.raises(XrayError, match="no method 'median'"):
        select_quiet(build_curve([1.0] * 9), "median")
    with pytest.raises(XrayError, match="no counts"):
        select_quiet(build_curve([0.0] * 9), "sigma")


def test_a_light_curve_knows_pauses():
    good = Intervals.from_pairs([(0, 500), (900, 1400)])
    builder = LightCurveBuilder(good, 200.0)
    builder.add(np.array([10.0, 199.9, 200.0, 450.0, 600.0, 950.0, 1399.0]))
    curve = builder.build()
    assert curve.counts.tolist() == [2, 1, 1, 0, 1, 0, 1]
    assert curve.seconds.tolist() == [200, 200, 100, 0, 100, 200, 200]
    assert np.isnan(curve.rate[3])
    quiet = np.array([True, False, True, True, False, True, True])
    kept = build_quiet_intervals(curve, quiet, good)
    assert kept.edges.tolist() == [[0, 200], [400, 500], [1000, 1400]]


def test_cards_are_merged_by_the_rules_of_ciao():
    one = {"OBJECT": "A 1689", "OBS_ID": "1", "RA_NOM": 10.0, "DEC_NOM": 1.0, "ROLL_NOM": 359.8,
           "SIM_Z": -233.5, "TIMEDEL": 3.2, "MJDREF": 50814.0, "DATE-OBS": "2007-01-01T00:00:00",
           "DATE-END": "2007-01-02T00:00:00", "TSTART": 0.0, "TSTOP": 100.0,
           "FP_TEMP": 153.0}  # fmt: skip
    other = one | {"OBS_ID": "2", "RA_NOM": 10.0002, "DEC_NOM": 1.001, "ROLL_NOM": 0.1,
                   "SIM_Z": -233.45, "TIMEDEL": 3.3, "TSTART": 200.0, "TSTOP": 400.0,
                   "DATE-END": "2007-01-03T00:00:00", "FP_TEMP": 156.0}  # fmt: skip
    good = [Intervals.from_pairs([(0, 100)]), Intervals.from_pairs([(200, 400)])]
    merged = merge_cards((one, other), good, (1.0, 0.5))
    assert merged["OBJECT"] == "A 1689"
    assert merged["OBS_ID"] == "Merged"
    assert merged["RA_NOM"] == 10.0
    assert {"DEC_NOM", "FP_TEMP"}.isdisjoint(merged)
    assert merged["ROLL_NOM"] == 359.8
    assert merged["SIM_Z"] == -233.5
    assert merged["TIMEDEL"] == 3.3
    assert (merged["TSTART"], merged["TSTOP"]) == (0.0, 400.0)
    assert (merged["DATE-OBS"], merged["DATE-END"]) == ("2007-01-01T00:00:00",
                                                        "2007-01-03T00:00:00")  # fmt: skip
    assert (merged["ONTIME"], merged["EXPOSURE"]) == (300.0, 200.0)
    assert merged["DTCOR"] == pytest.approx(2 / 3)
    with pytest.raises(XrayError, match="differ in MJDREF"):
        merge_cards((one, other | {"MJDREF": 51910.0}), good, (1.0, 1.0))
    with pytest.raises(XrayError, match="given twice"):
        merge_cards((one, one), [good[0], good[0]], (1.0, 1.0))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7:0.5", "the lower comes first"), ("2-2", "the lower comes first"),
        ("0.5:7:9", "not in the band"), ("loud", "one of broad, soft"),
        ("nan:2", "there is no band"), ("", "there is no band"),
        ("-1:2:1", "the lower comes first"),
    ],
)  # fmt: skip
def test_bands_that_are_none(text, words):
    with pytest.raises(XrayError, match=words):
        parse_band(text)


def test_bands_have_names():
    assert parse_band("broad") == NAMED_BANDS["broad"] == parse_band("0.5:7:2.3")
    assert parse_band("0.5:7:2.3").name == "broad"
    assert parse_band("0.5-2").name == "0.5-2"


def change_events(short, tmp_path, change):
    """A copy of the observation whose list of events was changed."""
    source = find_observation(short, "raw")
    folder = tmp_path / "changed"
    folder.mkdir()
    with fits.open(source.events) as file:
        fits.HDUList(change(file)).writeto(folder / "acisf90001_evt2.fits")
    for path in (*source.aspect, source.bad_pixels, source.window):
        (folder / path.name).write_bytes(path.read_bytes())
    return find_observation(folder, "raw")


def drop_rows(file):
    table = fits.BinTableHDU(file["EVENTS"].data[:0], file["EVENTS"].header)
    return [file[0], table, *file[2:]]


def drop_column(name):
    def change(file):
        columns = [column for column in file["EVENTS"].columns if column.name != name]
        kept = file["EVENTS"].header
        table = fits.BinTableHDU.from_columns(columns)
        for keyword in ("EXTNAME", "DETNAM", "TSTART", "TSTOP", "RA_NOM", "DEC_NOM", "OBS_ID"):
            table.header[keyword] = kept[keyword]
        return [file[0], table, *file[2:]]

    return change


def move_gti(file):
    for hdu in file[2:]:
        hdu.data["START"] += 1e6
        hdu.data["STOP"] += 1e6
    return list(file)


def empty_gti(file):
    return [*file[:2], *(fits.BinTableHDU(hdu.data[:0], hdu.header) for hdu in file[2:])]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop_rows, "the list of events is empty"),
        (drop_column("x"), "have no X; they have TIME"),
        (drop_column("ccd_id"), "have no CCD_ID"),
        (drop_column("time"), "have no TIME; they have CCD_ID"),
        (move_gti, "lies outside of the observation"),
        (empty_gti, "good time intervals are empty"),
        (lambda file: list(file[:2]), "no table of good time intervals"),
        (lambda file: [file[0], *file[2:]], "has no table EVENTS"),
    ],
)
def test_lists_that_are_of_no_use(short, tmp_path, change, words):
    """One sentence with the file, and nothing written."""
    files = change_events(short, tmp_path, change)
    with pytest.raises(XrayError, match=words) as end:
        reprocess_observation(ReprocessRequest(files, tmp_path / "out"))
    assert "acisf90001_evt2.fits" in str(end.value)
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_an_energy_that_is_taken_from_its_channel_is_told(short, tmp_path):
    files = change_events(short, tmp_path, drop_column("energy"))
    done = reprocess_observation(ReprocessRequest(files, tmp_path / "out"))
    assert any("there is no ENERGY; it is taken from PI" in note for note in done.notes)


def test_a_nominal_place_far_from_the_tangent_point_is_told(short, tmp_path):
    """The sky of X and Y holds, and a reader of RA_NOM hears of it."""

    def move_nominal(file):
        file["EVENTS"].header["DEC_NOM"] += 10
        return list(file)

    files = change_events(short, tmp_path, move_nominal)
    done = reprocess_observation(ReprocessRequest(files, tmp_path / "out"))
    assert any("are 10.0 degrees from TCRVL of X and Y" in note for note in done.notes)
    unmoved = reprocess_observation(ReprocessRequest(find_observation(short, "raw"), tmp_path))
    assert unmoved.notes == ()
    with open_events(str(done.paths[0])) as moved, open_events(str(unmoved.paths[0])) as events:
        assert moved.plane == events.plane


def test_a_cut_file_is_told(short, tmp_path):
    files = find_observation(short, "raw")
    cut = tmp_path / "acisf90001_evt2.fits"
    data = files.events.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    with pytest.raises(XrayError, match="acisf90001_evt2"):
        reprocess_observation(ReprocessRequest(find_observation(tmp_path), tmp_path / "out"))
    assert not list(tmp_path.rglob("*repro*"))


def test_zero_exposure_and_empty_bands_are_told(short, tmp_path):
    kept = tmp_path / "kept"
    reprocess_observation(ReprocessRequest(find_observation(short, "raw"), kept))
    files = find_observation(kept, "repro")
    with pytest.raises(XrayError, match="no event is between 15 and 16 keV"):
        deflare_observation(DeflareRequest(files, tmp_path / "a", parse_band("15:16:15.5")))
    with fits.open(files.bad_pixels, mode="update") as file:
        file["BADPIX3"].data["CHIPX"][0], file["BADPIX3"].data["CHIPY"][0] = (1, 1024), (1, 1024)
    with pytest.raises(XrayError, match="exposure is zero everywhere"):
        deflare_observation(DeflareRequest(files, tmp_path / "b", parse_band("broad")))
    assert not (tmp_path / "a").exists()
    assert not (tmp_path / "b").exists()


def test_the_same_observation_twice_is_told(short, tmp_path):
    files = find_observation(short)
    with pytest.raises(XrayError, match="given twice"):
        merge_observations(MergeRequest((files, files), tmp_path / "m", parse_band("broad")))
    assert not (tmp_path / "m").exists()
    with pytest.raises(XrayError, match="no observation is given"):
        merge_observations(MergeRequest((), tmp_path / "m", parse_band("broad")))


class FullDisk:
    """A file on a disk that is full after so many bytes."""

    def __init__(self, file, room):
        self._file, self._room = file, room

    def write(self, data):
        size = memoryview(data).nbytes
        self._room -= size
        if self._room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._file.write(data)

    def __getattr__(self, name):
        return getattr(self._file, name)


@pytest.mark.parametrize("room", [100, 9000, 60_000])
def test_a_full_disk_leaves_what_was_there(short, tmp_path, monkeypatch, room):
    files = find_observation(short, "raw")
    out = tmp_path / "out"
    before = reprocess_observation(ReprocessRequest(files, out)).paths[0]
    data = before.read_bytes()
    real = writer_module.Path.open

    def open_full(path, mode="r", *more, **named):
        file = real(path, mode, *more, **named)
        return FullDisk(file, room) if "x" in mode else file

    monkeypatch.setattr(writer_module.Path, "open", open_full)
    with pytest.raises(XrayError, match="cannot be written: No space left"):
        reprocess_observation(ReprocessRequest(files, out))
    monkeypatch.undo()
    assert before.read_bytes() == data
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_an_aspect_elsewhere_in_time_is_told(short, tmp_path):
    files = find_observation(short, "raw")
    moved = tmp_path / "pcadf1_asol1.fits"
    with fits.open(files.aspect[0]) as file:
        file["ASPSOL"].data["time"] += 1e7
        file.writeto(moved)
    with open_events(str(files.events)) as events, pytest.raises(XrayError, match="outside of"):
        read_aspect([moved]).weigh(events.good)


def test_folders_without_one_list_are_told(tmp_path):
    with pytest.raises(XrayError, match="there is no such folder"):
        find_observation(tmp_path / "nowhere")
    with pytest.raises(XrayError, match="no list of events"):
        find_observation(tmp_path)
    for name in ("a_evt2.fits", "b_evt2.fits"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(XrayError, match="holds 2 lists of events"):
        find_observation(tmp_path)
    (tmp_path / "b_evt2.fits").unlink()
    with pytest.raises(XrayError, match="a_evt2"), open_events(str(tmp_path / "a_evt2.fits")):
        pass


def test_hdus_are_named_without_blanks(short):
    with open_tables(str(find_observation(short).events)) as (_, file):
        assert [name_hdu(hdu) for hdu in file.hdus] == ["", "EVENTS", "GTI"]


def test_much_time_that_flares_take_is_said():
    assert describe_loss(1999.0, 865.0, "1_soft.lc").startswith("57 % of the good time")
    assert "1_soft.lc" in describe_loss(1999.0, 865.0, "1_soft.lc")
    assert describe_loss(1999.0, 1669.0, "1_soft.lc") == ""
