"""Remote archives have the findings of local ones, for a few of their bytes."""

import random
import time
from urllib.parse import unquote

import pytest

from fitslint.audit.listing import list_roots
from fitslint.audit.manifest import ListedFile
from fitslint.audit.remote import bounded as bounded_module
from fitslint.audit.remote import http as http_module
from fitslint.audit.remote import listing as remote_listing
from fitslint.audit.remote import retry as retry_module
from fitslint.audit.remote.fetch import fetch_file
from fitslint.audit.remote.http import RemoteFacts, fetch_facts
from fitslint.audit.remote.retry import PassingError, RemoteError, try_again
from fitslint.config.settings import Limits
from fitslint.source.files import read_file
from fitslint.source.walk import has_fits_suffix
from tests.audit.archive import make_file
from tests.audit.content import list_findings, read_rows, run_here
from tests.audit.servers import count_sent, start_bad_server, start_moto, start_nginx


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """Pauses between attempts are short."""
    monkeypatch.setattr(retry_module, "_PAUSE_SECONDS", 0.01)


def make_image(number, size, code=""):
    """A file of two HDUs, each with so many bytes of data."""
    first = make_file(random.Random(number), number, code)
    first = first.replace(b"NAXIS   =                    0", b"NAXIS   =                    1", 1)
    axis = f"NAXIS1  = {size // 2:20d}".ljust(80).encode()
    first = first[:240] + axis + first[240:]
    first = first.rstrip() + b" " * (-len(first.rstrip()) % 2880)
    cards = (
        b"XTENSION= 'IMAGE   '",
        b"BITPIX  =                   16",
        b"NAXIS   =                    1",
        axis,
        b"PCOUNT  =                    0",
        b"GCOUNT  =                    1",
        b"END",
    )
    second = b"".join(card.ljust(80) for card in cards)
    data = bytes(size + -size % 2880)
    return first + data + second.ljust(2880) + data


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    root = tmp_path_factory.mktemp("remote")
    (root / "night 1" / "b").mkdir(parents=True)
    for number in range(6):
        name = f"night 1/{'b/' if number % 2 else ''}CAM{number:08d}.fits"
        (root / name).write_bytes(make_image(number, 400_000, "VF110" if number == 3 else ""))
    (root / "night 1" / "notes.txt").write_text("not taken")
    return root


@pytest.fixture(scope="module")
def expected(archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("local")
    run_here(folder, archive)
    return list_findings(folder, str(archive))


def test_a_web_server_is_read_by_ranges(archive, expected, tmp_path):
    (tmp_path / "server").mkdir()
    with start_nginx(archive, tmp_path / "server") as address:
        result = run_here(tmp_path / "audit", address)
        requests, sent = count_sent(tmp_path / "server")
        files = read_rows(tmp_path / "audit", "files")
        again = run_here(tmp_path / "audit", address)
    found = [(path.replace("%20", " "), *rest)
             for path, *rest in list_findings(tmp_path / "audit", address)]  # fmt: skip
    assert found == expected
    assert [row["size"] for row in files] == [
        len(make_image(n, 400_000)) for n in (0, 2, 4, 1, 3, 5)
    ]
    assert all(row["etag"] and row["mtime_ns"] for row in files)
    held = sum(row["size"] for row in files)
    assert requests == 2 * len(files)
    assert sent * 10 < held
    assert result.received * 10 < held
    assert again.received == 0


def test_a_server_without_ranges_is_read_forward(archive, tmp_path):
    with start_nginx(archive, tmp_path) as address:
        url = f"{address}noranges/night%201/CAM00000000.fits"
        found = fetch_file(ListedFile(url), Limits())
        local = read_file(str(archive / "night 1" / "CAM00000000.fits"))
    assert [hdu.header.raw for hdu in found.file.hdus] == [hdu.header.raw for hdu in local.hdus]
    assert found.file.status == "ok"


def test_a_bucket_is_read_by_ranges(archive, expected, tmp_path, monkeypatch):
    s3fs = pytest.importorskip("s3fs")
    with start_moto(monkeypatch):
        s3fs.S3FileSystem.clear_instance_cache()
        system = s3fs.S3FileSystem()
        system.mkdir("bucket")
        system.put(str(archive), "bucket/top", recursive=True)
        result = run_here(tmp_path / "audit", "s3://bucket/top")
        files = read_rows(tmp_path / "audit", "files")
        again = run_here(tmp_path / "audit", "s3://bucket/top")
        missing = run_here(tmp_path / "none", "s3://nothing/here")
    assert list_findings(tmp_path / "audit", "s3://bucket/top") == expected
    assert all(row["etag"] and row["mtime_ns"] for row in files)
    assert 0 < result.received * 10 < sum(row["size"] for row in files)
    assert again.received == 0
    assert missing.counts["not_checked"] == 1


def test_what_may_be_listed_and_not_read_is_named(archive, tmp_path, monkeypatch):
    pytest.importorskip("s3fs")
    from fitslint.audit.remote import objects

    class Store:
        def ls(self, path, detail):
            return [{"name": "bucket/a.fits", "type": "file", "size": 2880}]

        def cat_file(self, path, start, end):
            raise PermissionError("Access Denied")

    monkeypatch.setattr(objects, "_open_scheme", lambda scheme: Store())
    result = run_here(tmp_path, "secret://bucket")
    row = read_rows(tmp_path, "files")[0]
    assert (row["path"], row["status"]) == ("secret://bucket/a.fits", "unreadable")
    assert row["reason"] == "permission denied"
    assert result.counts["not_checked"] == 1


@pytest.mark.parametrize("behaviour", ["good", "busy", "cut", "plain", "moved"])
def test_a_server_that_stumbles_is_asked_again(archive, tmp_path, behaviour):
    with start_bad_server(archive / "night 1") as address:
        url = f"{address}{behaviour}/CAM00000002.fits"
        found = fetch_file(ListedFile(url), Limits())
    local = read_file(str(archive / "night 1" / "CAM00000002.fits"))
    assert (found.file.status, found.file.reason) == ("ok", None)
    assert [hdu.header.raw for hdu in found.file.hdus] == [hdu.header.raw for hdu in local.hdus]


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("always-busy", "the server answers 503 (4 attempts)"),
        ("loop", "the server leads in a circle"),
        ("wrong", "the server answers with another range than asked for"),
        ("silent", "no answer from"),
        ("drip", "no answer from"),
        ("astray", "the server leads to http://[::1/x, which is no address"),
    ],
)
def test_a_server_that_fails_is_named(archive, behaviour, reason, monkeypatch):
    for module in (http_module, bounded_module):
        monkeypatch.setattr(module, "SOCKET_SECONDS", 0.1)
    with start_bad_server(archive / "night 1") as address:
        url = f"{address}{behaviour}/CAM00000002.fits"
        found = fetch_file(ListedFile(url), Limits(seconds=0.5))
    assert found.file.status == "unreadable"
    assert found.file.reason.startswith(reason)


def test_nobody_there_and_no_such_file(archive, tmp_path):
    with start_nginx(archive, tmp_path) as address:
        gone = fetch_file(ListedFile(f"{address}no.fits"), Limits())
        secret = fetch_file(ListedFile(f"{address}secret/no.fits"), Limits())
        listed = list(list_roots((f"{address}secret/",)))
    nobody = fetch_file(ListedFile(f"{address}no.fits"), Limits(seconds=0.3))
    assert gone.is_gone
    assert secret.file.reason == "permission denied (the server answers 403)"
    assert [row.path for row in listed] == [f"{address}secret/"]
    assert nobody.file.reason.startswith("no answer from 127.0.0.1")


def test_a_file_that_changes_between_two_ranges_is_not_patched_together(archive):
    with start_bad_server(archive / "night 1") as address:
        found = fetch_file(ListedFile(f"{address}changing/CAM00000002.fits"), Limits())
    assert found.file.status == "truncated" or found.file.reason is not None
    assert "the file changed while it was read" in repr(found.file.problems) + str(
        found.file.reason
    )


def test_dates_and_sizes_that_make_no_sense_are_not_told(archive):
    with start_bad_server(archive / "night 1") as address:
        url = f"{address}good/when/x.fits"
        assert fetch_facts(url, 5.0) == (None, None, None)


@pytest.mark.parametrize(
    "url", ["http://[::1/x.fits", "http://localhost:99999/x.fits", "http://localhost:0/"]
)
def test_an_address_that_is_none_is_named(url, tmp_path):
    result = run_here(tmp_path, url)
    (row,) = read_rows(tmp_path, "files")
    assert row["reason"] == f"{url} is no address of a web server"
    assert result.counts["not_checked"] == 1


def test_folders_in_themselves_come_to_an_end(monkeypatch):
    page = (
        '<a href="a/">a/</a><a href="b/">b/</a><a href="http://[::1/">?</a><a href="x.fits">x</a>'
    )
    asked = []

    def fetch(url, most, seconds):
        asked.append(url)
        return page

    monkeypatch.setattr(remote_listing, "fetch_page", fetch)
    monkeypatch.setattr(remote_listing, "_ask", lambda url: RemoteFacts(None, None, None))
    rows = list(list_roots(("http://loops.example/",)))
    assert 10 < len(asked) < 1000
    assert len(rows) == len({row.path for row in rows})


def test_retries_end(monkeypatch):
    pauses = []
    monkeypatch.setattr(time, "sleep", pauses.append)

    def fail():
        raise PassingError("busy", 2.0)

    with pytest.raises(RemoteError, match=r"busy \(4 attempts\)"):
        try_again(fail, float("inf"))
    assert len(pauses) == 3
    assert min(pauses) >= 2.0


def audit_everywhere(root, folder, monkeypatch):
    """Findings and verdicts of an archive on the disk, behind a web server and in a bucket.

    Only of files that go by the name of one: a server is asked for no others.
    """
    s3fs = pytest.importorskip("s3fs")
    told = {}
    run_here(folder / "local", root)
    told["local"] = describe_audit(folder / "local", str(root))
    (folder / "server").mkdir()
    with start_nginx(root, folder / "server") as address:
        run_here(folder / "web", address)
    told["web"] = describe_audit(folder / "web", address)
    with start_moto(monkeypatch):
        s3fs.S3FileSystem.clear_instance_cache()
        system = s3fs.S3FileSystem()
        system.mkdir("corpus")
        system.put(str(root), "corpus/top", recursive=True)
        run_here(folder / "bucket", "s3://corpus/top")
    told["bucket"] = describe_audit(folder / "bucket", "s3://corpus/top")
    return told


def describe_audit(folder, root):
    """Sorted findings and verdicts of the files with a suffix of FITS."""
    files = [
        (row["path"].removeprefix(root).lstrip("/"), row["status"], row["verdict"])
        for row in read_rows(folder, "files")
    ]
    rows = [*list_findings(folder, root), *files]
    rows = [(unquote(path) if "://" in root else path, *rest) for path, *rest in rows]
    # Index pages tell no names that begin with a dot.
    return sorted(
        (row for row in rows if has_fits_suffix(row[0]) and "/." not in f"/{row[0]}"), key=repr
    )


@pytest.mark.long
def test_the_corpus_has_the_same_findings_everywhere(corpus, tmp_path, monkeypatch):
    """On the disk, behind a web server and in a bucket."""
    told = audit_everywhere(corpus / "astropy-8.0.2", tmp_path, monkeypatch)
    assert told["web"] == told["local"]
    assert told["bucket"] == told["local"]
    assert len(told["local"]) > 200
