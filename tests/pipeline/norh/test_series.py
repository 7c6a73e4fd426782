"""Correlation series: a file as the archive has them, joined, tabulated and plotted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from fitslint import check, fix
from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.norh.series import SeriesOptions, run_tcx, run_tsx
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.plots import draw_series
from fitslint.pipeline.norh.series import break_gaps, join_series, read_series
from fitslint.pipeline.page.figures import render_plot
from fitslint.syntax.write_cards import write_card
from tests.pipeline.norh.judging import list_faults

CARDS = {
    "SIMPLE": True, "BITPIX": -32, "NAXIS": 1, "NAXIS1": 10, "BUNIT": "CORRELATION COEFF.",
    "CRVAL1": "22:44:50.547", "STARTFRM": 1, "CRPIX1": 1.0, "CTYPE1": "TIME(SECOND)",
    "CDELT1": 1.0, "FUND-AMP": 11381, "OBJECT": "SUN", "IMAGE1": "R+L", "OBS-FREQ": "17GHZ",
    "TELESCOP": "RADIOHELIOGRAPH", "DATE-OBS": "2011-08-09", "JSTDATE": "2011-08-10",
    "JSTTIME": "07:44:50.547", "ORIGIN": "NOBEYAMA RADIO OBS", "DATE": "****-**-**",
    "PVERSION": "6.00",
}  # fmt: skip
"""As in the real tca110810."""


def build_file(path, values, **changes):
    values = np.asarray(values, ">f4")
    sizes = {"NAXIS": values.ndim}
    sizes |= {f"NAXIS{at}": size for at, size in enumerate(reversed(values.shape), 1)}
    cards = {**CARDS, **sizes, **changes}
    order = sorted(cards, key=lambda name: (name not in ("SIMPLE", "BITPIX"), name[:5] != "NAXIS"))
    header = b"".join(
        b"".join(write_card(name, cards[name])) for name in order if cards[name] is not None
    )
    header = (header + b"END".ljust(80)).ljust(2880)
    data = values.tobytes()
    path.write_bytes(header + data + bytes(-len(data) % 2880))
    return str(path)


VALUES = np.linspace(5e-4, 2e-3, 10)


@pytest.fixture
def tca(tmp_path):
    return build_file(tmp_path / "tca110810", VALUES)


def test_first_sample_is_at_crval1(tca):
    series = read_series(tca)
    assert series.start == datetime(2011, 8, 9, 22, 44, 50, 547000)
    assert series.seconds.tolist() == list(range(10)) and series.frames.tolist()[::9] == [1, 10]
    assert series.values[0] == pytest.approx(VALUES, rel=1e-6)
    assert (series.frequency, series.channels) == ("17GHz", ("R+L",))
    assert series.estimate_flux()[0, 0] == pytest.approx(1.5)


def test_reference_sample_may_be_another(tmp_path):
    series = read_series(build_file(tmp_path / "tca110810", VALUES, CRPIX1=3.0, CDELT1=2.0))
    assert series.start == datetime(2011, 8, 9, 22, 44, 46, 547000)


def test_table_conforms_and_astropy_reads_it(tca, tmp_path, capsys):
    table, plot = tmp_path / "out.fits", tmp_path / "out.png"
    options = SeriesOptions(sources=[tca], sfu=True, table=table, plot=plot)
    assert run_tcx(options) is ExitCode.OK
    assert "largest 0.002 (about 6 SFU) at 2011-08-09T22:44:59.547" in capsys.readouterr().out
    assert list_faults(table) == []
    with fits.open(table) as hdus:
        rows = hdus["CORRELATION"].data
        assert rows["CORR"] == pytest.approx(VALUES, rel=1e-6)
        assert rows["FLUX"] == pytest.approx(3000 * VALUES, rel=1e-6)
        assert hdus[1].header["DATEREF"] == "2011-08-09T22:44:50.547"
    assert plot.read_bytes()[:4] == b"\x89PNG"
    with pytest.raises(UsageError, match="--overwrite"):
        run_tcx(options)


def test_days_are_joined_and_gaps_stay(tmp_path, capsys):
    build_file(tmp_path / "tca110810", VALUES)
    build_file(
        tmp_path / "tca110811", VALUES, **{"DATE-OBS": "2011-08-10", "JSTDATE": "2011-08-11"}
    )
    options = SeriesOptions(sources=["2011-08-10", "2011-08-12"], data=tmp_path)
    assert run_tcx(options) is ExitCode.FOUND
    out, said = capsys.readouterr()
    assert "20 samples" in out and "1 gaps" in out
    assert "tca110812 is not there; the archive has it in data/tcx/2011/08" in said
    joined = join_series([read_series(str(tmp_path / f"tca1108{day}")) for day in (11, 10)])
    seconds, values = break_gaps(joined)
    assert joined.seconds[10] == 86400 and seconds.size == 21
    assert np.isnan(values[0]).tolist() == [at == 10 for at in range(21)]
    assert render_plot(draw_series(joined), "svg").startswith(b"<?xml")


def test_right_and_left(tmp_path, capsys):
    both = np.stack([VALUES, 2 * VALUES], axis=1)
    path = build_file(tmp_path / "tsa110810", both, IMAGE1=None)
    series = read_series(path)
    assert series.channels == ("RCP", "LCP")
    assert series.values[1] == pytest.approx(2 * VALUES, rel=1e-6)
    table = tmp_path / "out.fits"
    assert run_tsx(SeriesOptions(sources=[path], table=table)) is ExitCode.OK
    assert list_faults(table) == []
    with pytest.raises(NorhError, match="30 SFU a percent hold"):
        run_tsx(SeriesOptions(sources=[path], sfu=True))
    capsys.readouterr()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"CRVAL1": "24:00:00"}, "CRVAL1"), ({"CRVAL1": 5.0}, "CRVAL1"),
        ({"CRVAL1": None}, "CRVAL1"), ({"CDELT1": 0.0}, "CDELT1"), ({"CDELT1": -1.0}, "CDELT1"),
        ({"JSTDATE": "2011-08-12"}, "3 days apart"), ({"JSTDATE": "2011-08-08"}, "1 days apart"),
        ({"DATE-OBS": "2011-13-09"}, "DATE-OBS"), ({"OBS-FREQ": "80GHZ"}, "OBS-FREQ"),
        ({"NAXIS1": 2000}, "ends within"), ({"CDELT1": 1e300}, "CDELT1"),
        ({"CRPIX1": -1e300}, "CRPIX1"), ({"STARTFRM": 10**18}, "STARTFRM"),
        ({"DATE-OBS": "0001-01-01", "JSTDATE": "0001-01-01"}, "no Radioheliograph"),
    ],
)  # fmt: skip
def test_headers_that_tell_no_times(tmp_path, changes, said):
    with pytest.raises(NorhError, match=said):
        read_series(build_file(tmp_path / "tca110810", VALUES, **changes))


def test_values_that_are_no_correlations(tmp_path):
    path = tmp_path / "tca110810"
    with pytest.raises(NorhError, match="outside of -1 to 1"):
        read_series(build_file(path, [*VALUES, 3.0]))
    with pytest.raises(NorhError, match="no sample"):
        read_series(build_file(path, [np.nan] * 5))
    many = np.full(3000, 1e-3)
    many[7] = -2
    assert "1 samples" in read_series(build_file(path, many)).remarks[0]
    with pytest.raises(NorhError, match="no correlation series"):
        read_series(build_file(path, np.zeros((3, 5))))


def test_what_makes_no_one_series(tca, tmp_path):
    series = read_series(tca)
    other = read_series(build_file(tmp_path / "tcz110810", VALUES, **{"OBS-FREQ": "34GHZ"}))
    with pytest.raises(NorhError, match="no one series"):
        join_series([series, other])
    with pytest.raises(NorhError, match="same time"):
        join_series([series, series])
    with pytest.raises(NorhError, match="hold for"):
        other.estimate_flux()


def test_the_real_file(corpus):
    series = read_series(str(corpus / "sunpy-7.0.5/sunpy/data/test/tca110810_truncated"))
    assert series.start == datetime(2011, 8, 9, 22, 44, 50, 547000)
    assert series.values[0, 0] == pytest.approx(5.0069e-4, rel=1e-5)
    assert series.values[0, 0] * 32768 == pytest.approx(16.4, abs=0.01)


def test_repairs_leave_a_series_alone(tca):
    """What the dictionary of images would have: a unit of arcsec in a time, and kelvin."""
    assert {finding.code for finding in check(tca).errors} == {"RK102", "DT116"}
    before = Path(tca).read_bytes()
    fix(tca)
    assert Path(tca).read_bytes() == before
