"""Compiled looks at columns say what the parts in numpy say, or leave it to them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.data.columns import NUMBER_TYPES, BitPart, ExtremesPart, LogicalPart, TextPart
from fitslint.data.decoders import DECODERS
from fitslint.data.orders import OrderPart
from fitslint.data.rows import RowCollector
from fitslint.data.scaling import Scaling
from fitslint.model.data_facts import DataFacts
from fitslint.source.files import read_bytes
from tests.data.judged import build_table, write

pytestmark = pytest.mark.skipif(DECODERS is None, reason="the decoders were not compiled")
WIDTH = 12
HEADER = read_bytes(write(build_table(("A", "12A", ["x"]))), "x.fits").hdus[1].header
BYTES = st.lists(
    st.sampled_from([*b"TF\0 ~\x7f\x1f\xff\x80a", *range(4)]), min_size=WIDTH, max_size=5 * WIDTH
)
SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -1.5, 3e38, 1e-45]


def collect(make, pieces, *, compiled, monkeypatch):
    """What the parts find in pieces of whole rows, with or without compiled looks."""
    unit = DataFacts(HEADER, 0, sum(map(len, pieces)))
    with monkeypatch.context() as patch:
        if not compiled:
            patch.setattr("fitslint.data.scans.DECODERS", None)
        collector = RowCollector(unit, WIDTH, unit.size, [make(unit)])
        at = 0
        for piece in pieces:
            collector.take(at, piece)
            at += len(piece)
        collector.finish()
    return unit.places, unit.extremes


def check_alike(make, pieces):
    with pytest.MonkeyPatch.context() as monkeypatch:
        both = [
            collect(make, pieces, compiled=one, monkeypatch=monkeypatch) for one in (True, False)
        ]
    assert both[0] == both[1]


def cut(data):
    whole = bytes(data[: len(data) // WIDTH * WIDTH])
    return [whole[:WIDTH], whole[WIDTH:]] if len(whole) > WIDTH else [whole]


@given(BYTES, st.integers(0, 11), st.integers(1, 12), st.integers(1, 7))
def test_bytes(data, start, length, size):
    stop = min(start + length, WIDTH)
    pieces = cut(data)
    check_alike(lambda unit: LogicalPart(unit, 1, start, stop), pieces)
    check_alike(lambda unit: BitPart(unit, 1, start, size), pieces)
    width = next(one for one in range(length, 0, -1) if (stop - start) % one == 0)
    check_alike(lambda unit: TextPart(unit, 1, start, stop, width), pieces)


@given(st.sampled_from(sorted(NUMBER_TYPES)), st.data())
def test_numbers(code, data):
    kind = np.dtype(NUMBER_TYPES[code])
    count = WIDTH // kind.itemsize
    if kind.kind == "f":
        number = st.one_of(st.sampled_from(SPECIAL), st.floats(width=8 * kind.itemsize))
    else:
        info = np.iinfo(kind)
        number = st.integers(int(info.min), int(info.max))
    cells = data.draw(st.lists(number, min_size=count, max_size=4 * count))
    cells = cells[: len(cells) // count * count]
    filled = np.array(cells, kind).reshape(-1, count).view(np.uint8)
    rows = np.zeros((len(filled), WIDTH), np.uint8)
    rows[:, : filled.shape[1]] = filled
    pieces = cut(rows.tobytes())
    null = data.draw(
        st.sampled_from([None, 0, -1, 2**63, *(int(c) for c in cells[:1] if abs(c) < 1e9)])
    )
    scaling = Scaling(null=null if kind.kind != "f" else None)
    check_alike(
        lambda unit: ExtremesPart(unit, 1, 0, count * kind.itemsize, code=code, scaling=scaling),
        pieces,
    )
    check_alike(lambda unit: OrderPart(unit, 1, 0, kind.itemsize, code), pieces)


def test_a_table_without_oddities_needs_no_numpy(tmp_path):
    table = build_table(
        ("TIME", "D", [1.0, 2.0]), ("NAME", "4A", ["ab", "cd"]), ("OK", "L", [True, False]),
        ("Q", "12X", np.ones((2, 12), bool)), ("PHA", "J", [3, 4]), TDMIN5=3, TDMAX5=4,
        EXTNAME="EVENTS",
    )  # fmt: skip
    path = tmp_path / "a.fits"
    path.write_bytes(write(table))
    run = (
        "import sys\n"
        "from fitslint.cli.main import main\n"
        "try:\n    main(['check', '--data', '--no-config', '--jobs', '1', sys.argv[1]])\n"
        "except SystemExit as end:\n    print(end.code, 'numpy' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", run, str(path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "0 False"
    path.write_bytes(
        path.read_bytes().replace(
            b"TDMAX5  =                    4", b"TDMAX5  =                    5"
        )
    )
    done = subprocess.run(
        [sys.executable, "-c", run, str(path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "DA120" in done.stdout
