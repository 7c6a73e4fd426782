"""What each capability says of input that it cannot use: a sentence, an exit code, nothing written.

By the sections of the manual's capabilities; the commands are as they are typed. More of headers
that cannot be used stands in ``test_norh_products.py``, of ``synth`` in
``test_synthesis_command.py``, of series in ``test_series.py``.
"""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from fitslint.cli.main import main
from tests.pipeline.norh import scenes
from tests.pipeline.norh.test_lists import EVENTS, INFO

ABOX = "--abox=-930,-870,30,90"
CHANGED = {
    "nocdelt": {"CDELT1": None}, "turned": {"CD1_1": 4.9, "CD1_2": 0.5, "CD2_1": 0.0, "CD2_2": 4.9},
    "metres": {"CUNIT1": "m"}, "singular": {"PMAT1": 0.0, "PMAT2": 0.0}, "wide": {"PMAT1": 3.0},
    "notilt": {"SOLB": None}, "radians": {"SOLR": 15.8}, "jansky": {"BUNIT": "Jy"},
    "late": {"POLARIZ": "r-l", "STRT-OBS": "03:21:21.254", "TIME-OBS": "03:21:23.754",
             "END-OBS": "03:21:26.254"},
    "moved": {"POLARIZ": "r-l", "CRVAL1": -928.0}, "far": {"CRVAL1": 900.0},
}  # fmt: skip
"""Images at 17 GHz in R+L with other cards."""
SCENES = {
    "night": 'start = "1998-05-09T15:00:00"', "timeless": "frames = 3",
    "loud": 'start = "1998-05-09T03:00:00"\nnoise = -1',
    "misspelt": 'start = "1998-05-09T03:00:00"\nnois = 1',
    "half": 'start = "1998-05-09T03:00:00"\n[[source]]\nx = 1',
    "dark": 'start = "1998-05-09T03:00:00"\ntemperature = 0',
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Lists, images, scenes and raw data, good ones and such as cannot be used."""
    place = tmp_path_factory.mktemp("bad")
    (place / "info9903s").write_text(f"{INFO}broken line of words that is none\n")
    (place / "eva9904").write_text(EVENTS)
    (place / "mine").write_text("mine")
    (place / "raw").write_bytes(bytes(27888))
    (place / "long").write_bytes(bytes(27889))
    (place / "layout").write_text('start = "2016-07-23T22:45:00"\nrecord_bytes = 27888\n')
    for name, text in SCENES.items():
        (place / name).write_text(text)
    for name, kind in {"a": ("17GHz", "r+l"), "s": ("17GHz", "r-l"), "z": ("34GHz", "r+l")}.items():
        scenes.write(place / name, *kind)
    for name, cards in CHANGED.items():
        with fits.open(place / "a") as hdus:
            header = hdus[0].header
            for keyword, value in cards.items():
                if value is None:
                    del header[keyword]
                else:
                    header[keyword] = value
            fits.PrimaryHDU(hdus[0].data, header).writeto(place / name)
    with fits.open(place / "a") as hdus:
        hdus[0].data[3, 3] = np.nan
        hdus.writeto(place / "hole")
    with fits.open(place / "a") as hdus:
        hdus[0].data *= 2
        hdus[0].header["POLARIZ"] = "r-l"
        hdus.writeto(place / "doubled")
    return place


ROWS = {
    "1": [
        ("trans 1999-03-01T07:00 --info info9903s", 1, "ends at 1999-03-01T06:14:58"),
        ("trans 1999-03-01T05:00 --info info9903s --event", 1, "in no event"),
        ("trans 1994-03-01T05:00 --freq 34", 1, "since October 1995"),
        ("trans 1999-03-02 1999-03-01 --step 60", 2, "is before the start"),
        ("trans 1999-03-01 1999-03-02 --step 0", 2, "the step is 0 s"),
        ("trans 1999-03-01 1999-03-02 --step 0.1", 2, "--all"),
        ("files hello", 1, "is no name of a file"),
    ],
    "2": [
        ("info info9903s", 1, "line 7, column 8"),
        ("info nothere", 3, "No such file"),
        ("info . --start 1999-03-01 --end 1999-04-02", 1, "info9904s is not there"),
        ("info info9903s --table info9903s --overwrite", 2, "this is an input"),
        ("events eva9904 --criterion nan", 2, "from 0 to 1"),
        ("events eva9904 --goes nothere", 3, "fitslint: nothere: No such file"),
        ("track 1800", 2, "1950 to 2049"),
        ("track 2016 --file mine", 3, "rows of five numbers"),
    ],
    "3": [
        ("tcx 2011-08-10", 2, "days need --data"),
        ("tcx 2011-08-10 --data .", 1, "tca110810 is not there"),
        ("tcx a", 3, "no correlation series; there are primary 64 x 64"),
        ("tcx a --plot x.gif", 2, "a picture ends in .png, .svg or .pdf"),
    ],
    "4": [
        ("image info nocdelt", 3, "CDELT1 is missing"),
        ("image info turned", 3, "its axes are turned"),
        ("image info metres", 3, "CUNIT1 is 'm'; it is arcsec or deg"),
        ("image stack a z", 3, "a stack is of one kind"),
        ("image map a -o a --overwrite", 2, "this is an input"),
        ("image map a -o mine", 2, "--overwrite replaces it"),
        ("image map a --plot x.bmp", 2, "a picture ends in"),
    ],
    "5": [
        ("beam singular", 3, "singular"), ("beam wide", 3, "direction cosines"),
        ("beam a --size 20", 2, "odd"), ("beam a --size 1", 2, "odd"),
    ],
    "6": [
        ("grid a --at 3000,0", 1, ""), ("grid a --at nan,0", 2, "not 2 numbers"),
        ("grid a --step nan", 2, "0.5 to 90"), ("grid notilt", 3, "SOLB"),
        ("grid radians", 3, "SOLR is 15.8"), ("grid a -5 7", 2, "put -- before numbers below 0"),
    ],
    "7": [
        ("flux a --box 0,64,0,3", 3, "not inside of 0,63,0,63"),
        ("flux a --box 3,1,0,3", 2, "reversed"), ("flux a --abox=0,100,0,100", 3, "reaches out"),
        ("flux jansky", 3, "BUNIT is 'Jy'"), ("flux hole", 3, "1 of 4096 pixels have no value"),
        ("flux a --background hello", 2, "not 4 numbers"),
        ("flux a --box 1,2,1,2 --abox 1,2,1,2", 2, "not both"),
    ],
    "8": [
        ("polariz a a", 3, "POLARIZ is 'r+l', not 'r-l'"), ("polariz a late", 3, "is 60 s from"),
        ("polariz a doubled", 0, "|V| is over I + 3 sigma in bright pixels"),
        ("polariz a moved", 3, "2.00 arcsec to the west"),
        ("polariz a s --sigma 0", 2, "noise is above 0"),
        ("polariz a s --signal nan", 2, "--signal nan"), ("match a far", 3, "do not meet"),
        ("match a hole", 3, "cannot be convolved"), ("match a z -o x", 2, "say --outdir"),
        ("alpha a z", 3, "run fitslint norh match first"), ("curve a s", 2, "--abox"),
        (f"curve a s late {ABOX}", 3, "go together in time"),
        ("classify a a", 3, "not 'spectral_index'"), ("classify a a --flat nan", 2, "--flat"),
    ],
    "9": [
        ("gysy 1 300 45 1e35", 2, "DELTA is above 1"), ("gysy 4 300 91 1e35", 2, "theta"),
        ("gysy 8 300 45 1e35", 1, "MVD 0"), ("gysy 4 300 45 inf", 2, "NV"),
        ("frfr 1e7 -1e2 1e49", 2, "'-1e2' is no option; put -- before numbers below 0"),
        ("frfr 1e7 -.5 1e49", 2, "put -- before numbers below 0"),
        ("invert gysy --f17 1 --f34 0.5 --v17 2 --assume theta=45", 1, ""),
        ("invert gysy --f17 1 --f34 0.5 --v17 0.1", 2, "say what is assumed"),
        ("invert frfr --f17 1 --v17 0.1 --sigma 3", 2, "--sigma is the noise of --image"),
        ("invert frfr --curve nothere", 3, "cannot be read: No such file"),
    ],
    "10": [("sun noon", 2, "is no time"), ("sun 1815-06-18", 2, "1950 to 2049")],
    "11": [
        ("ant E29", 2, "no antenna 'E29'"), ("ant 5 5", 2, "no pair with itself"),
        ("ant 84", 2, "no antenna"), ("ant --pair 3486", 2, "0 to 3485"),
    ],
    "12": [
        ("raw raw", 3, "is not published; --layout"),
        ("raw long --layout layout", 3, "27889 bytes behind the header"),
        ("raw raw --layout layout --table raw --overwrite", 2, "this is an input"),
        ("raw raw --layout layout --table mine", 2, "--overwrite replaces it"),
        ("sz 1999-03-01 E29", 2, "no antenna"), ("sz 1999-02-30", 2, "is no date"),
    ],
    "13": [
        ("simulate night", 3, "below the horizon"), ("simulate timeless", 3, "start is missing"),
        ("simulate loud", 3, "noise is a number from 0"), ("simulate half", 3, "has no y"),
        ("simulate misspelt", 3, "did you mean 'noise'"), ("simulate dark", 3, "no flux"),
        ("simulate loud --freq 5", 3, "noise"), ("synth", 2, "name raw data"),
        ("synth raw --size 0", 2, "--size"), ("synth mine", 3, "no raw data of fitslint"),
    ],
}  # fmt: skip
CASES = [
    pytest.param(row, id=f"{section}: {row[0]}") for section, rows in ROWS.items() for row in rows
]


@pytest.mark.parametrize("case", CASES)
def test_bad_input(folder, monkeypatch, capsys, case):
    line, code, said = case
    monkeypatch.chdir(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(SystemExit) as end:
        main(["norh", *line.split()])
    told = capsys.readouterr()
    assert end.value.code == code, told
    assert said in told.err and "internal error" not in told.err
    assert told.err.count("\n") <= 3 and (told.err or told.out)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
