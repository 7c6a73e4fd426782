"""Names, schedules, frames, transfers and lists: the checks are the manual's own lines."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.norh.lists import (
    DatabaseOptions,
    EventOptions,
    FilesOptions,
    ScheduleOptions,
    TrackOptions,
    explain_names,
    print_events,
    print_log,
    print_schedules,
    print_track,
)
from fitslint.cli.norh.transfers import TransferOptions, print_transfers
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.events import read_events
from fitslint.pipeline.norh.logs import read_observing_log
from fitslint.pipeline.norh.names import find_phase_file, parse_archive_name
from fitslint.pipeline.norh.schedules import (
    find_schedule_start,
    get_frame_step,
    join_recordings,
    number_file,
    read_recordings,
)
from fitslint.pipeline.norh.track import read_track_table
from fitslint.pipeline.norh.transfers import list_times, list_transfers
from tests.pipeline.norh.judging import list_faults

INFO = """s99030108001 ss17990301001 990301 080023 140022 000001 021600 TRACK
s99030108001 sz00990301001
s99030108002 ss17990301037 990301 140023 151458 021601 026076 TRACK
s99030108002 ss34990301001 990301 080023 151458 000001 026076 TRACK
s99030108002 s100990301001
s99030108002 sz00990301001
"""
EVENTS = """1 1999-04-01 23:00:47 23:11:24 23:02:42 637 23 17.7 0.6 22/ 19
2 1992-11-02 02:40:31 03:40:30 02:49:18 3599 1769
3 1992-11-05 06:06:44 06:39:59 06:20:41 1995 171
4 1992-11-23 03:33:42 06:37:18 04:31:07 11016 555
"""
LOG = """### 99/03/10
Due to an ice sticked to 84 antenna dishes, data quality is
not good during the following times.

### 92/07/10
*Delay offset table was cleared
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "info").mkdir()
    (tmp_path / "info" / "info9903s").write_text(INFO)
    (tmp_path / "eva9904").write_text(EVENTS)
    (tmp_path / "lob9903").write_text(LOG)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ss17990301001", ("raw", "17GHz", "JST", False, 1)),
        ("se17990216085759", ("event", "17GHz", "JST", True, None)),
        ("sz00970420001", ("ephemeris", None, "JST", False, None)),
        ("ifa981123_020533", ("image", "17GHz", "UT", False, None)),
        ("ipz981123_020533.824", ("image", "34GHz", "UT", True, None)),
        ("tca110810", ("series", "17GHz", "JST", False, None)),
        ("tsz980423_012345", ("series", "34GHz", "JST", True, None)),
        ("evz9904", ("evx", "34GHz", "JST", False, None)),
        ("info9903e", ("info", None, "JST", True, None)),
        ("track_table16.dat", ("track", None, "JST", False, None)),
        ("sun0706_2rlphdif", ("rlphdif", None, "JST", False, None)),
    ],
)
def test_names_tell(name, told):
    found = parse_archive_name(f"some/folder/{name}")
    assert (found.kind, found.frequency, found.zone, found.is_event, found.number) == told
    assert found.list_places()


def test_parts_of_names():
    image = parse_archive_name("ips160724_061405.fits.gz")
    assert (image.polarisation, image.field, image.day) == ("R-L", "partial", date(2016, 7, 24))
    assert parse_archive_name("tca920712b").schedule == "b"
    assert parse_archive_name("tca110810").list_places() == ["data/tcx/2011/08"]
    assert parse_archive_name("sz00970420001").list_places()[0] == "data/sz_update"
    assert parse_archive_name("ifa980509_032023").day.year == 1998


@pytest.mark.parametrize(
    "name",
    ["", "ifa980231_000000", "ifa980509_256061", "ss17990301049", "tca500101", "ipx980509_032023"],
)
def test_no_names(name):
    with pytest.raises(NorhError):
        parse_archive_name(name)


@given(st.text(max_size=40))
def test_any_name_is_told_or_refused(text):
    try:
        assert parse_archive_name(text).list_places()
    except NorhError as error:
        assert str(error)


def test_phase_files():
    days = [date(1992, 6, 28), date(1992, 6, 29), date(1997, 11, 6), date(1998, 1, 27)]
    assert [find_phase_file(day)[:4] for day in days] == ["sun0", "sun0", "s971", "sun0"]
    assert find_phase_file(days[0]) != find_phase_file(days[1])


def test_frames_of_real_images():
    start = find_schedule_start(26954, datetime(2016, 7, 24, 6, 14, 4, 978000))
    assert start == datetime(2016, 7, 23, 22, 44, 51, 978000)
    assert find_schedule_start(16499, datetime(1998, 5, 9, 3, 20, 21, 254000)) == datetime(
        1998, 5, 8, 22, 45, 23, 254000
    )
    assert number_file(26954) == 45
    assert get_frame_step(date(1995, 9, 30), is_event=True) == 0.05
    assert get_frame_step(date(1995, 10, 1), is_event=True) == 0.1


def test_info_of_the_manual(folder):
    rows, problems = read_recordings(folder / "info" / "info9903s")
    run, other = join_recordings(rows)
    assert not problems and len(rows) == 3
    assert (run.start, run.end) == (
        datetime(1999, 2, 28, 23, 0, 23),
        datetime(1999, 3, 1, 6, 14, 58),
    )
    assert (run.schedule, run.first, run.last) == ("990301", 1, 26076)
    assert (other.start, other.first_name.frequency) == (run.start, "34GHz")
    assert run.name_file(datetime(1999, 3, 1, 5, 0, 23)) == "ss17990301037"
    assert run.name_file(datetime(1999, 3, 1, 6, 14, 58)) == "ss17990301044"


def test_runs_of_a_day_get_letters(tmp_path):
    path = tmp_path / "info9207s"
    path.write_text(
        "v ss17920712001 920712 074500 100000 1 8101 TRACK\n"
        "v ss17920712020 920712 120000 140000 1 7201 TRACK\n"
        "v ss17920713001 920713 074500 100000 1 8101 TRACK\n"
    )
    runs = join_recordings(read_recordings(path)[0])
    assert [run.schedule for run in runs] == ["920712a", "920712b", "920713"]
    found = list_transfers([datetime(1992, 7, 12, 3, 30)], runs)
    assert [(each.name, each.schedule) for each in found] == [
        ("ss17920712023", "b"), ("sz00920712001", ""),
    ]  # fmt: skip


def test_transfers_without_lists(capsys, tmp_path):
    times = ["1997-04-20T01:30", "1997-04-20T03:30"]
    script = tmp_path / "input"
    options = TransferOptions(times=times, step=600.0, script=script, format="json")
    assert print_transfers(options) is ExitCode.OK
    out, said = capsys.readouterr()
    names = [row["name"] for row in json.loads(out)]
    assert names == [
        "ss17970420017",
        "sz00970420001",
        *(f"ss17970420{n:03d}" for n in range(18, 30)),
    ]
    assert "07:45" in said
    assert script.read_text().splitlines() == [name for name in names if name[1] == "s"]


def test_midnight_belongs_to_the_next_day():
    (raw, ephemeris) = list_transfers([datetime(1999, 8, 28, 23, 0)], None)
    assert (raw.name, ephemeris.name) == ("ss17990829002", "sz00990829001")


def test_times_outside(folder, capsys):
    options = TransferOptions(times=["1999-03-01T07:00"], info=[str(folder)])
    assert print_transfers(options) is ExitCode.FOUND
    assert "ends at 1999-03-01T06:14:58" in capsys.readouterr().err
    early = datetime(1995, 9, 1, 3)
    with pytest.raises(NorhError, match="October 1995"):
        list_transfers([early], None, "34GHz")
    with pytest.raises(NorhError, match="infoYYMMe"):
        list_transfers([early], None, is_event=True)
    with pytest.raises(NorhError, match="no event"):
        list_transfers([early], [], is_event=True)
    with pytest.raises(NorhError, match="no schedule"):
        list_transfers([datetime(1999, 3, 1, 15)], None)


@pytest.mark.parametrize(
    ("end", "step"), [(-1, 600), (1, 0), (1, -1), (1, float("nan")), (1e6, 1), (1, float("inf"))]
)
def test_no_times(end, step):
    start = datetime(1997, 4, 20)
    with pytest.raises(NorhError):
        list_times(start, start + timedelta(hours=end), step)


def test_events_of_the_manual(folder):
    events, problems = read_events(folder / "eva9904")
    assert not problems and not any(event.doubt for event in events)
    assert [event.duration for event in events] == [637, 3599, 1995, 11016]
    assert events[0].correlation == pytest.approx(0.0007, abs=5e-6)
    assert (events[0].peak, events[0].rest) == (datetime(1999, 4, 1, 23, 2, 42), "17.7 0.6 22/ 19")


def test_events_over_midnight_and_doubts(tmp_path):
    path = tmp_path / "eva9904"
    path.write_text("1 1999-04-01 23:59:00 00:01:00 00:00:10 120 40000\n")
    (event,), _ = read_events(path)
    assert event.end == datetime(1999, 4, 2, 0, 1) and event.peak.day == 2
    assert "40000" in event.doubt


def test_what_others_saw(folder, capsys):
    table = folder / "goes.csv"
    table.write_text("# time,class,NOAA\n1992-11-02T03:00,X9.0,7321\n1992-11-24T00:00,C1.0,\n")
    options = EventOptions(sources=[str(folder / "eva9904")], criterion=0.015, goes=table)
    assert print_events(options) is ExitCode.OK
    assert "0.05399  X9.0 7321" in capsys.readouterr().out
    table.write_text("noon,X9.0\n")
    with pytest.raises(NorhError, match="is no time"):
        print_events(options)


def test_broken_lines_are_named_and_the_rest_told(tmp_path, capsys):
    path = tmp_path / "eva9904"
    path.write_text(f"1 1999-04-31 23:00:47\n{EVENTS}x\n")
    assert print_events(EventOptions(sources=[str(path)])) is ExitCode.FOUND
    out, said = capsys.readouterr()
    assert len(out.splitlines()) == 5
    assert f"{path}: line 1, column 3: the date is no date: '1999-04-31'" in said
    assert "line 6, column 1: the number is no number" in said


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*INFO.split(), *EVENTS.split(), *LOG.split(), "\n", "²", "-1"])))
def test_any_list_is_read(tmp_path_factory, words):
    path = tmp_path_factory.getbasetemp() / "list"
    path.write_text(" ".join(words))
    for read in (read_recordings, read_events, read_observing_log):
        found, problems = read(path)
        assert all(problem.line >= 1 and problem.reason for problem in problems)
        assert isinstance(found, list)


def test_missing_months_are_named(folder, capsys):
    options = ScheduleOptions(sources=[str(folder)], start="1999-03-01", end="1999-04-10")
    assert print_schedules(options) is ExitCode.FOUND
    out, said = capsys.readouterr()
    assert "1 to 26076" in out and "info9904s is not there" in said


def test_tables_conform(folder, capsys):
    made = [folder / name for name in ("schedules.fits", "events.fits", "track.fits")]
    log = str(folder / "lob9903")
    assert print_schedules(ScheduleOptions(sources=[str(folder)], log=[log], table=made[0])) == 0
    assert "### 1999-03-10 (JST)\nDue to" in capsys.readouterr().out
    events = EventOptions(sources=[str(folder / "eva9904")], criterion=0.015, table=made[1])
    assert print_events(events) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    print_track(TrackOptions(year=2016, table=made[2]))
    for path in made:
        assert list_faults(path, [""]) == []


def test_logs(folder, capsys):
    options = DatabaseOptions(sources=[str(folder / "lob9903")], start="1999-01-01", format="json")
    assert print_log(options) is ExitCode.OK
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["day"] == "1999-03-10" and entry["text"].endswith("following times.")


def test_names_as_a_command(capsys):
    assert explain_names(FilesOptions(names=["tca110810", "x"])) is ExitCode.FOUND
    out, said = capsys.readouterr()
    assert out == "tca110810: tcx 17GHz R+L 2011-08-10 JST; data/tcx/2011/08\n"
    assert "'x' is no name" in said


def test_files_of_days(capsys):
    options = FilesOptions(start="1995-09-30", end="1995-10-01", format="json")
    assert explain_names(options) is ExitCode.OK
    rows = {row["name"]: row["places"] for row in json.loads(capsys.readouterr().out)}
    assert rows["tca950930"] == ["data/tcx/1995/09"] and "tcz950930" not in rows
    assert {"tcz951001", "info9509s", "evz9510", "track_table95.dat", "sz00951001001"} <= set(rows)
    for wrong in ({}, {"start": "x"}, {"start": "1999-01-02", "end": "1999-01-01"}):
        with pytest.raises(UsageError):
            explain_names(FilesOptions(**wrong))


def test_track_tables_are_recognised(tmp_path, capsys):
    print_track(TrackOptions(year=2016))
    lines = capsys.readouterr().out.splitlines()
    path = tmp_path / "track_table16.dat"
    path.write_text("".join(f"7 {line}\n" for line in lines))
    found = read_track_table(path, 2016)
    assert len(found) == 366 and found[0][0] == date(2016, 1, 1)
    path.write_text("".join(f"{' '.join(reversed(line.split()[1:]))}\n" for line in lines))
    with pytest.raises(NorhError, match="layout"):
        read_track_table(path, 2016)
    with pytest.raises(UsageError):
        print_track(TrackOptions(year=1800))
