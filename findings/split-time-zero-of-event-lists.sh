#!/usr/bin/env bash
# FITS 4.0, section 9.2.2: MJDREF may be split into MJDREFI and MJDREFF, as in the event lists of all X-ray
# and gamma-ray observatories, and section 9.3: TUNITn is the unit of a column of times. astropy 8.0.2's
# Table.read(astropy_native=True), which makes Time of such columns, does not know the two
# halves and counts from MJD 0, without a warning. stingray 2.3.2 knows them, and reads days for seconds.
#
# Seen: 2.5 d after MJD 50814.5 is 1858-11-19 by astropy (1998-01-04 where MJDREF is one card), and
# 2.5 s by stingray.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check astropy==8.0.2 numpy==2.4.6 stingray==2.3.2
venv/bin/python - <<'PYTHON'
import warnings

import numpy as np
from astropy.io import fits
from astropy.table import Table
from stingray import EventList

warnings.simplefilter("ignore")


def write(path, **zero):
    """Two events with their good time interval, in days."""
    tables = [
        fits.BinTableHDU.from_columns(
            [fits.Column("TIME", "D", unit="d", array=np.array([2.5, 3.5])),
             fits.Column("PI", "J", array=np.array([10, 20]))], name="EVENTS"),
        fits.BinTableHDU.from_columns(
            [fits.Column("START", "D", unit="d", array=np.array([2.0])),
             fits.Column("STOP", "D", unit="d", array=np.array([4.0]))], name="GTI"),
    ]  # fmt: skip
    for table in tables:
        table.header.update(zero)
        table.header.update(
            {"TIMESYS": "TT", "TIMEUNIT": "d", "TSTART": 2.0, "TSTOP": 4.0, "TELESCOP": "NONE", "INSTRUME": "NONE"}
        )
    tables[0].header["TCTYP1"] = "TT"
    fits.HDUList([fits.PrimaryHDU(), *tables]).writeto(path)


write("split.fits", MJDREFI=50814, MJDREFF=0.5)
write("whole.fits", MJDREF=50814.5)
split, whole = (Table.read(name, hdu=1, astropy_native=True)["TIME"].isot[0] for name in ("split.fits", "whole.fits"))
events = EventList.read("split.fits", fmt="hea")
print(split, whole, events.time[0], events.mjdref)
assert split == "1858-11-19T12:00:00.000"
assert whole == "1998-01-04T00:00:00.000"
assert events.time[0] == 2.5
assert events.mjdref == 50814.5
PYTHON
