"""Tarballs from strangers: what climbs, what links, what never ends, what is cut."""

import gzip
import io
import os
import tarfile
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.unpack import (
    TarballBounds,
    inspect_tarball_head,
    unpack_tarball,
    verify_tarball,
)
from tests.pipeline.fetch.place import tarball

FILES = {"a1689/best.par": b"runmode\n", "a1689/cats/members.cat": b"#REFERENCE 0\n", "README": b""}
SMALL = TarballBounds(members=20, size=1 << 20)


def member(name, data=b"", **more):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in more.items():
        setattr(info, field, value)
    return info, io.BytesIO(data)


def packed(*members, pack=True, form=tarfile.GNU_FORMAT):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as tar:
        for info, data in members:
            tar.addfile(info, data)
    return gzip.compress(target.getvalue(), 6, mtime=0) if pack else target.getvalue()


@pytest.fixture
def archive(tmp_path):
    def made(data):
        path = tmp_path / "in" / "m.tar.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    return made


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "out" / "Abell1689"


def below(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def refused(archive, folder, bounds=SMALL):
    """The sentence of a tarball of which nothing comes out, by either look at it."""
    with pytest.raises(FetchError) as first:
        verify_tarball(archive, bounds)
    with pytest.raises(FetchError) as second:
        unpack_tarball(archive, folder, bounds)
    assert str(first.value) == str(second.value)
    assert second.value.reason == "archive"
    assert list(folder.iterdir()) == []
    return second.value.sentence


@pytest.mark.parametrize("pack", [True, False])
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_files_in_their_folders(archive, folder, pack, form):
    members = (member(name, data) for name, data in FILES.items())
    one = archive(packed(*members, pack=pack, form=form))
    assert inspect_tarball_head(one.read_bytes()[:4096]) is None
    verify_tarball(one)
    found = unpack_tarball(one, folder)
    assert {path.relative_to(folder).as_posix() for path in found.files} == set(FILES)
    assert all((folder / name).read_bytes() == data for name, data in FILES.items())
    assert below(folder) == set(FILES)
    assert found.notes == ()


def test_long_names_and_folders_come_out(archive, folder):
    name = "/".join(["deep" * 20] * 4) + "/é ü.par"
    one = archive(packed(member("a/", type=tarfile.DIRTYPE), member(name, b"x")))
    unpack_tarball(one, folder)
    assert (folder / name).read_bytes() == b"x"
    assert (folder / "a").is_dir() is False or list((folder / "a").iterdir()) == []


def test_a_second_time_changes_nothing_and_keeps_what_was_edited(archive, folder):
    one = archive(tarball(FILES))
    unpack_tarball(one, folder)
    edited = folder / "a1689" / "best.par"
    edited.write_bytes(b"runmode\n mass 1\n")
    (folder / "README").unlink()
    (folder / "kappa.fits").write_bytes(b"own")
    found = unpack_tarball(one, folder)
    assert found.notes == ("a1689/best.par is there with other content and stays as it is",)
    assert edited.read_bytes() == b"runmode\n mass 1\n"
    assert below(folder) == {*FILES, "kappa.fits"}


@pytest.mark.parametrize(
    "name", ["/etc/fitslint", "../up", "a/../../up", "..", "a\\..\\b", "/".join("a" * 40)]
)
def test_names_outside_of_the_folder(archive, folder, tmp_path, name):
    sentence = refused(archive(packed(member("first", b"1"), member(name, b"x"))), folder)
    assert "outside" in sentence
    assert below(tmp_path) == {"in/m.tar.gz"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
@pytest.mark.parametrize("target", ["/etc/passwd", "../../in/m.tar.gz", "first", "d"])
def test_links_are_left_out(archive, folder, kind, target):
    one = archive(packed(member("first", b"1"), member("d", type=kind, linkname=target)))
    found = unpack_tarball(one, folder)
    assert found.notes == ("d is a link and is left out",)
    assert {path.name for path in folder.iterdir()} == {"first"}


def test_nothing_is_written_through_a_link_of_the_tarball(archive, folder, tmp_path):
    (tmp_path / "mine").mkdir()
    link = member("d", type=tarfile.SYMTYPE, linkname=str(tmp_path / "mine"))
    unpack_tarball(archive(packed(link, member("d/evil", b"x"))), folder)
    assert list((tmp_path / "mine").iterdir()) == []
    assert (folder / "d" / "evil").read_bytes() == b"x"


def test_nothing_is_written_through_a_link_of_the_folder(archive, folder, tmp_path):
    folder.mkdir(parents=True)
    (tmp_path / "mine").mkdir()
    (folder / "a1689").symlink_to(tmp_path / "mine")
    with pytest.raises(FetchError, match="a link is in the way"):
        unpack_tarball(archive(tarball(FILES)), folder)
    assert list((tmp_path / "mine").iterdir()) == []
    assert {path.name for path in folder.iterdir()} == {"a1689"}


@pytest.mark.parametrize("at", ["a1689", "a1689/best.par"])
def test_something_else_in_the_way(archive, folder, at):
    place = folder / at
    if at == "a1689":
        folder.mkdir(parents=True)
        place.write_bytes(b"mine")
    else:
        place.mkdir(parents=True)
    before = set(folder.rglob("*"))
    with pytest.raises(FetchError, match="in the way"):
        unpack_tarball(archive(tarball(FILES)), folder)
    assert set(folder.rglob("*")) == before


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_and_pipes(archive, folder, kind):
    assert "device" in refused(archive(packed(member("d", type=kind))), folder)


def test_too_many_members_and_too_many_bytes(archive, folder):
    many = packed(*(member(f"f{n}", b"x") for n in range(21)))
    assert "more than 20 members" in refused(archive(many), folder)
    bomb = packed(member("zeros", bytes(SMALL.size + 1)))
    assert len(bomb) < 5000
    assert f"{SMALL.size} bytes" in refused(archive(bomb), folder)


def test_a_size_that_only_the_header_has(archive, folder):
    info = tarfile.TarInfo("big")
    info.size = 1 << 60
    head = info.tobuf(tarfile.GNU_FORMAT)
    assert "bytes" in refused(archive(gzip.compress(head)), folder)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_without_end_takes_no_memory(archive, folder, kind):
    info = tarfile.TarInfo("x")
    info.size, info.type = 64 << 20, kind
    one = archive(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(64 << 20), 1))
    tracemalloc.start()
    try:
        assert "without end" in refused(one, folder)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_sparse_maps_without_end_take_no_memory(archive, folder):
    info = tarfile.TarInfo("x")
    info.type = tarfile.GNUTYPE_SPARSE
    head = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    head[482] = 1  # it is extended, and so is each extension
    head[148:156] = b"%06o\0 " % (sum(head[:148]) + 8 * 32 + sum(head[156:512]))
    more = (b"%011o\0" % 1 * 42 + b"\1").ljust(512, b"\0")
    one = archive(gzip.compress(bytes(head) + more * 6_000, 1))
    tracemalloc.start()
    try:
        assert "without end" in refused(one, folder)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


def test_a_tail_without_end(archive, folder):
    one = tarball(FILES)
    assert "without end" in refused(archive(one + gzip.compress(bytes(4 << 20))), folder)
    unpack_tarball(archive(one + gzip.compress(bytes(1 << 18))), folder)  # tar itself pads


@pytest.mark.parametrize("cut", [1, 9, 20, 200, -1, -8, -40])
def test_a_cut_tarball(archive, folder, cut):
    whole = packed(*(member(f"f{n}", os.urandom(300)) for n in range(9)))
    assert "damaged" in refused(archive(whole[:cut]), folder)


@pytest.mark.parametrize("cut", [100, 512 + 10, 1024 + 256, 2048])
def test_a_cut_plain_tarball(archive, folder, cut):
    whole = packed(*(member(f"f{n}", b"x" * 300) for n in range(9)), pack=False)
    assert "damaged" in refused(archive(whole[:cut]), folder)


def test_a_flipped_bit_is_seen(archive, folder):
    data = bytearray(packed(member("f", os.urandom(4000))))
    data[2000] ^= 1
    assert "damaged" in refused(archive(bytes(data)), folder)


def test_a_name_that_comes_twice(archive, folder):
    unpack_tarball(archive(packed(member("f", b"first and longer"), member("f", b"last"))), folder)
    assert (folder / "f").read_bytes() == b"last"


def test_a_name_that_is_both_file_and_folder(archive, folder):
    one = archive(packed(member("f", b"x"), member("f/g", b"y")))
    with pytest.raises(FetchError):
        unpack_tarball(one, folder)
    assert list(folder.iterdir()) == []


def test_the_copies_of_attributes_that_macos_makes(archive, folder):
    unpack_tarball(
        archive(packed(member("a/._best.par", b"\0"), member("a/best.par", b"x"))), folder
    )
    assert below(folder) == {"a/best.par"}


def test_a_name_with_controls_does_not_reach_the_terminal_raw(archive, folder):
    from fitslint.report.escape import escape_text

    sentence = refused(archive(packed(member("/\x1b[31m\nred", b"x"))), folder)
    assert escape_text(sentence).isprintable()


@pytest.mark.parametrize(
    "name", ["a/\x1b[31mred", "new\nline", "right\u202eleft", "a\x9bb", "\x7f"]
)
def test_names_with_controls_are_refused(archive, folder, name):
    data = packed(member("first", b"1"), member(name, b"x"), form=tarfile.PAX_FORMAT)
    sentence = refused(archive(data), folder)
    assert "control characters" in sentence and sentence.isprintable() and sentence.isascii()


def test_names_of_other_scripts_come_out(archive, folder):
    unpack_tarball(archive(packed(member("銀河団_é.par", b"x"), form=tarfile.PAX_FORMAT)), folder)
    assert below(folder) == {"銀河団_é.par"}


@pytest.mark.parametrize(
    ("head", "word"),
    [(b"", "empty"), (b"  <!DOCTYPE", "web page"), (b"<html>", "web page"),
     (b"PK\3\4", "no tarball"), (b"SIMPLE  =", "no tarball")],
)  # fmt: skip
def test_what_is_no_tarball(head, word):
    assert word in inspect_tarball_head(head)


@given(st.binary(max_size=3000), st.booleans())
def test_any_bytes_end_in_files_or_a_sentence(tmp_path_factory, data, zipped):
    root = tmp_path_factory.mktemp("any")
    (root / "m").write_bytes(gzip.compress(data) if zipped else data)
    try:
        unpack_tarball(root / "m", root / "out", SMALL)
    except FetchError as error:
        assert error.reason == "archive"
    assert {path.name for path in root.iterdir()} == {"m", "out"}


@given(st.data())
def test_any_damage_to_a_tarball_stays_in_its_folder(tmp_path_factory, data):
    plain = bytearray(packed(*(member(n, d) for n, d in FILES.items()), pack=False))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, 3000))
        plain[at] = data.draw(st.integers(0, 255))
    root = tmp_path_factory.mktemp("any")
    (root / "m").write_bytes(bytes(plain))
    try:
        unpack_tarball(root / "m", root / "out", SMALL)
    except FetchError as error:
        assert error.reason in ("archive", "disk")
    assert {path.name for path in root.iterdir()} == {"m", "out"}


def test_what_a_killed_process_left_goes(archive, folder):
    one = archive(tarball(FILES))
    left = folder / f".{one.name}.unpacking" / "half.par"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    unpack_tarball(one, folder)
    assert below(folder) == set(FILES)


def test_one_process_at_a_time(archive, folder):
    fcntl = pytest.importorskip("fcntl")
    one = archive(tarball(FILES))
    with one.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(FetchError, match="another process") as ended:
            unpack_tarball(one, folder)
    assert ended.value.reason == "in-use"
    assert len(unpack_tarball(one, folder).files) == 3
