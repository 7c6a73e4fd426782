"""Raw data of any layout as a command, and as a table that conforms."""

from __future__ import annotations

import numpy as np
import pytest

from fitslint.cli.errors import UsageError
from fitslint.cli.norh.raw import RawOptions, print_raw
from fitslint.pipeline.errors import PipelineError
from tests.pipeline.norh.judging import list_faults

LAYOUT = 'start = "2016-07-23T22:45:00"\nfrequency = "17GHz"\nrecord_bytes = 27888\n'


def test_a_described_layout(tmp_path, capsys):
    """27,888 bytes a frame: 3486 pairs, cosine and sine, right and left."""
    records = np.random.default_rng(1).integers(-500, 500, (2, 2, 2, 3486))
    records[1, 0, :, 27] = (16384, -8192)
    path, layout, table = tmp_path / "ss17", tmp_path / "layout.toml", tmp_path / "raw.fits"
    path.write_bytes(records.astype(">i2").tobytes())
    layout.write_text(LAYOUT)
    print_raw(RawOptions(file=str(path), layout=str(layout), pair="n1,e28", table=table))
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "17GHz R and L: 2 frames, 1 to 2, from 2016-07-23T22:45:00 UT"
    assert told[3].startswith("2       07:45:01      +0.50000  -0.25000")
    assert list_faults(table) == []
    print_raw(RawOptions(file=str(table)))
    assert capsys.readouterr().out.splitlines() == told[:1]


def test_what_cannot_be_read(tmp_path):
    path, layout = tmp_path / "ss17", tmp_path / "layout.toml"
    path.write_bytes(bytes(27889))
    layout.write_text(LAYOUT)
    with pytest.raises(PipelineError):
        print_raw(RawOptions(file=str(path), layout=str(layout)))
    with pytest.raises(PipelineError):
        print_raw(RawOptions(file=str(path)))
    for pair in ("n1", "n1,n1", "n1,e29"):
        with pytest.raises(UsageError):
            print_raw(RawOptions(file=str(path), pair=pair))
