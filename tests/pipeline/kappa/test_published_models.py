"""Published models from a listing with attachments, from the archive, or from a saved file."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.session import Login
from fitslint.pipeline.fetch.wayback import WaybackArchive
from fitslint.pipeline.kappa import published_models
from fitslint.pipeline.kappa.published_models import fetch_model, find_model_source
from tests.pipeline.fetch.place import (
    QUICK,
    Place,
    Served,
    html,
    redirect,
    reply,
    status,
    tarball,
)

TARBALL = tarball()
DIGEST = hashlib.sha256(TARBALL).hexdigest()
LISTING = """<html><body><a href="/attachments/download/11/a1689.tar.gz">old</a>
<a href='/attachments/download/215/a1689.tar.gz'>a1689.tar.gz</a> <a href="http://[1">x</a>
<a href="/attachments/99/cl0024.tar.gz">cl0024.tar.gz</a>
<a href="https://elsewhere.example/attachments/download/999/a1689.tar.gz">trap</a></body></html>"""
FORM = """<form action="/login"><input type="hidden" name="authenticity_token" value="t&amp;1">
<input type="text" name="username"><input type="password" name="password"></form>"""
ORIGINAL = "https://projets.lam.fr/attachments/download/215/a1689.tar.gz"


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    made = Place()
    yield made
    made.close()


@pytest.fixture
def a1689(server):
    """The place of A1689 on this machine; the archive holds nothing."""
    server.on("/cdx", status(200, b"[]"))
    server.on("/projects/lenstool/files", html(LISTING))
    return replace(
        find_model_source("a1689"), listing=f"{server.root}/projects/lenstool/files",
        login=f"{server.root}/login",
        archive=WaybackArchive(f"{server.root}/cdx", f"{server.root}/web"),
    )  # fmt: skip


def got(place, folder, **options):
    return fetch_model(place, folder, limits=QUICK, **options)


def copies(*rows):
    """The answer of the index."""
    head = ["timestamp", "original", "mimetype", "statuscode"]
    return status(200, json.dumps([head, *rows]).encode(), Content_Type="application/json")


def test_the_attachment_that_the_listing_names(server, a1689, tmp_path):
    server.on("/attachments/download/215/a1689.tar.gz", Served(TARBALL))
    done = got(a1689, tmp_path / "Abell1689")
    assert done.archive.sha256 == DIGEST
    assert done.archive.url.endswith("/attachments/download/215/a1689.tar.gz")
    found = sorted(one.relative_to(tmp_path).as_posix() for one in tmp_path.rglob("*.*"))
    assert found == [
        "Abell1689/a1689.tar.gz", "Abell1689/a1689.tar.gz.sha256", "Abell1689/a1689/a1689.par",
        "Abell1689/a1689/m.cat",
    ]  # fmt: skip
    asked = len(server.asked)
    again = got(a1689, tmp_path / "Abell1689")
    assert not again.archive.is_fresh
    assert again.files == done.files
    assert len(server.asked) == asked


def test_a_link_to_the_page_of_an_attachment_leads_to_its_file(server, a1689, tmp_path):
    server.on("/attachments/download/99/cl0024.tar.gz", Served(TARBALL))
    done = got(replace(a1689, file="cl0024.tar.gz"), tmp_path)
    assert done.archive.size == len(TARBALL)


CLOSED = {
    "login": (redirect("/login?back_url=x"), "wants a login"),
    "gone": (html(FORM), r"links no a1689\.tar\.gz"),
    "forbidden": (status(403), "refuses access"),
}


@pytest.mark.parametrize("reason", CLOSED)
def test_a_listing_that_is_closed_says_how_to_get_in(server, a1689, tmp_path, reason):
    answer, said = CLOSED[reason]
    server.on("/projects/lenstool/files", answer)
    with pytest.raises(FetchError, match=said) as ended:
        got(a1689, tmp_path)
    assert ended.value.reason == reason
    told = str(ended.value)
    assert "with a browser and save a1689.tar.gz" in told
    assert "fitslint kappa fetch a1689 --file PATH" in told
    assert "the archive has no copy" in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("answer", [redirect("/login?back_url=x"), html(FORM), status(403)])
def test_an_attachment_that_is_closed(server, a1689, tmp_path, answer):
    server.on("/attachments/download/215/a1689.tar.gz", answer)
    with pytest.raises(FetchError, match="--file PATH") as ended:
        got(a1689, tmp_path, source="official")
    assert ended.value.reason in ("login", "forbidden")
    assert "Wayback" not in str(ended.value)
    assert list(tmp_path.iterdir()) == []


def test_the_archive_is_the_second_way(server, a1689, tmp_path):
    server.on("/projects/lenstool/files", status(404))
    server.on(
        "/cdx",
        copies(
            ["20200101000000", ORIGINAL, "application/x-gzip", "200"],
            ["20240101000000", ORIGINAL, "text/html", "200"],
            ["20220202020202", ORIGINAL, "application/gzip", "200"],
            ["20230101000000", ORIGINAL + ".html", "application/gzip", "200"],
            ["2024", ORIGINAL, "application/gzip", "200"],
            ["20240101000000", "javascript:/a1689.tar.gz", "application/gzip", "200"],
            ["x"],
            7,
        ),
    )
    copy = f"/web/20220202020202id_/{ORIGINAL}"
    server.on(copy, Served(TARBALL, Content_Encoding="gzip"))
    done = got(a1689, tmp_path)
    assert done.archive.sha256 == DIGEST
    assert done.archive.url.endswith(copy)
    assert any("Wayback Machine" in note and "(404)" in note for note in done.notes)
    index = next(asked for path, asked in server.asked if path == "/cdx")
    assert index["User-Agent"].startswith("fitslint/")


def test_the_archive_alone(server, a1689, tmp_path):
    with pytest.raises(FetchError, match="the archive has no copy"):
        got(a1689, tmp_path, source="wayback")
    assert server.count("/projects/lenstool/files") == 0


@pytest.mark.parametrize("body", [b"{", b"{}", b"[" * 9000, b"null", b"<html>"])
def test_an_index_that_cannot_be_read(server, a1689, tmp_path, body):
    server.on("/cdx", status(200, body))
    with pytest.raises(FetchError):
        got(a1689, tmp_path, source="wayback")


@pytest.fixture
def members_only(server, a1689):
    """A place that shows its pages to those who are signed in."""

    def login(handler):
        form = server.forms[-1] if server.forms else ""
        if "username=me" in form and "password=s%26cret" in form:
            return reply(
                handler, 302, Location="/my/page", Set_Cookie="session=1; path=/; HttpOnly"
            )
        return html(FORM)(handler)

    def closed(answer):
        shut = redirect("/login?back_url=x")
        return lambda h: (answer if "session=1" in h.headers.get("Cookie", "") else shut)(h)

    server.on("/login", login)
    server.on("/projects/lenstool/files", closed(html(LISTING)))
    server.on("/attachments/download/215/a1689.tar.gz", closed(Served(TARBALL)))
    return server


def test_signing_in(members_only, a1689, tmp_path):
    with pytest.raises(FetchError, match="does not take the name 'me'"):
        got(a1689, tmp_path, source="official", login=Login("me", lambda _: "wrong"))
    done = got(a1689, tmp_path, source="official", login=Login("me", lambda _: "s&cret"))
    assert done.archive.sha256 == DIGEST
    assert "authenticity_token=t%261" in members_only.forms[-1]
    recorded = (tmp_path / "a1689.tar.gz.sha256").read_text()
    assert "cret" not in recorded


def test_signing_in_for_an_address_that_is_known(members_only, a1689, tmp_path):
    url = f"{members_only.root}/attachments/download/215/a1689.tar.gz"
    with pytest.raises(FetchError, match="wants a login"):
        got(a1689, tmp_path, url=url, source="official")
    done = got(a1689, tmp_path, url=url, login=Login("me", lambda _: "s&cret"))
    assert done.archive.url == url
    assert members_only.count("/projects/lenstool/files") == 0


def test_an_address_that_is_known(server, a1689, tmp_path):
    url = server.on("/own", Served(TARBALL))
    done = got(a1689, tmp_path, url=url, sha256=DIGEST)
    assert done.archive.url == url
    with pytest.raises(FetchError, match="SHA-256"):
        got(a1689, tmp_path / "other", url=url, sha256="0" * 64)
    assert list((tmp_path / "other").iterdir()) == []


def test_a_disk_that_is_full_is_not_a_reason_for_the_archive(server, a1689, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PipelineError) as ended:
        got(a1689, tmp_path / "file")
    assert "Wayback" not in str(ended.value)


@pytest.mark.parametrize("damage", ["cut", "web page", "text"])
def test_what_is_no_tarball_leaves_nothing(server, a1689, tmp_path, damage):
    body = {"cut": TARBALL[:-9], "web page": b" <!doctype html>", "text": b"hello"}[damage]
    url = server.on("/own", Served(body))
    with pytest.raises(FetchError):
        got(a1689, tmp_path, url=url)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_saved(a1689, tmp_path):
    saved = tmp_path / "Downloads (1).gz"
    saved.write_bytes(TARBALL)
    done = got(a1689, tmp_path / "m", file=saved, sha256=DIGEST)
    assert (tmp_path / "m/a1689.tar.gz").read_bytes() == TARBALL
    assert [one.name for one in done.files] == ["a1689.par", "m.cat"]
    assert DIGEST in (tmp_path / "m/a1689.tar.gz.sha256").read_text()
    other = tmp_path / "other.tar.gz"
    other.write_bytes(tarball({"x.par": b"fini\n"}))
    with pytest.raises(FetchError, match="move the file away"):
        got(a1689, tmp_path / "m", file=other)
    assert (tmp_path / "m/a1689.tar.gz").read_bytes() == TARBALL


# Names of their own: the bytes of a tarball hold the time, and workers have to agree on names.
@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"x" * 600, TARBALL[:60], None],
    ids=["empty", "page", "text", "cut", "none"],
)
def test_a_saved_file_that_is_none(a1689, tmp_path, content):
    saved = tmp_path / "a.tar.gz"
    if content is not None:
        saved.write_bytes(content)
    with pytest.raises(PipelineError) as ended:
        got(a1689, tmp_path / "m", file=saved)
    assert "\n" not in str(ended.value)
    assert not list((tmp_path / "m").glob("**/*.par")) if (tmp_path / "m").exists() else True


def test_names_of_places():
    assert find_model_source("A1689").folder == "Abell1689"
    assert find_model_source("Abell 1689").name == "a1689"
    assert (
        find_model_source("cl0024").folder == find_model_source("ZwCl0024+1652").folder == "CL0024"
    )
    with pytest.raises(PipelineError, match="there are a1689, cl0024"):
        find_model_source("bullet")
    assert all(
        one.listing.startswith("https://projets.lam.fr/")
        for one in published_models.load_builtin_sources()
    )


def test_a_table_of_places_that_lacks_something(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text('[[model]]\nname = "x"\n')
    with pytest.raises(PipelineError, match="a place lacks something"):
        published_models.load_model_sources(path)


def test_an_older_copy_when_the_newest_is_none(server, a1689, tmp_path):
    times = ["20230101000000", "20200101000000", "20210101000000", "20190101000000"]
    server.on("/cdx", copies(*([one, ORIGINAL, "application/gzip", "200"] for one in times)))
    server.on(f"/web/20230101000000id_/{ORIGINAL}", html("login"))
    server.on(f"/web/20210101000000id_/{ORIGINAL}", Served(TARBALL[:-20]))
    server.on(f"/web/20200101000000id_/{ORIGINAL}", Served(TARBALL))
    done = got(a1689, tmp_path, source="wayback")
    assert "/20200101000000id_/" in done.archive.url
    assert done.archive.sha256 == DIGEST


def test_copies_that_are_all_none(server, a1689, tmp_path):
    server.on(
        "/cdx", copies(*([f"20{n}0101000000", ORIGINAL, "x/y", "200"] for n in range(10, 20)))
    )
    with pytest.raises(FetchError, match="no such file") as ended:
        got(a1689, tmp_path, source="wayback")
    assert "20190101000000" in str(ended.value)
    assert len(server.asked) == 4


def test_the_archive_is_asked_for_an_address_that_is_gone(server, a1689, tmp_path):
    url = f"{server.root}/own/model.tgz?key=secret"
    asked = []

    def index(handler):
        asked.append(handler.path)
        return copies(["20200101000000", f"{server.root}/own/model.tgz", "x/y", "200"])(handler)

    server.on("/cdx", index)
    server.on(f"/web/20200101000000id_/{server.root}/own/model.tgz", Served(TARBALL))
    done = got(a1689, tmp_path, url=url)
    assert "url=127.0.0.1%2Fown%2Fmodel.tgz&" in asked[0]
    assert "(404)" in done.notes[0]
    assert not any("secret" in text for text in (*asked, *done.notes))
    with pytest.raises(FetchError, match="no such file") as ended:
        got(a1689, tmp_path / "other", url=url, source="official")
    assert "Wayback" not in str(ended.value)


def test_neither_password_nor_cookies_go_to_the_archive(server, a1689, tmp_path):
    jar = tmp_path / "cookies.txt"
    jar.write_text("# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tsecret\n")
    server.on("/projects/lenstool/files", status(403))
    server.on("/login", html(FORM))
    server.on("/cdx", status(401, WWW_Authenticate="Basic"))
    login = Login("me", lambda _: "s3cret")
    with pytest.raises(FetchError):
        got(a1689, tmp_path / "m", login=login, cookies=str(jar))
    with pytest.raises(FetchError):
        got(a1689, tmp_path / "m", cookies=str(jar))
    told = dict(server.asked)
    assert "secret" in told["/projects/lenstool/files"]["Cookie"]
    assert "Cookie" not in told["/cdx"]
    assert not any("Authorization" in headers for _, headers in server.asked)


@pytest.mark.parametrize("kind", ["device", "pipe", "folder", "too long"])
def test_a_saved_file_that_may_never_end(a1689, tmp_path, kind):
    saved = tmp_path / "saved"
    if kind == "device":
        saved = Path("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(saved)
    elif kind == "folder":
        saved.mkdir()
    else:
        with saved.open("wb") as file:
            file.truncate(QUICK.file_bytes + 1)
    with pytest.raises(PipelineError, match=r"no regular file|longer than"):
        got(a1689, tmp_path / "m", file=saved)
    assert not (tmp_path / "m").exists()


def test_a_first_place_that_is_not_there_at_all(server, a1689, tmp_path):
    away = replace(a1689, listing="http://127.0.0.1:9/projects/lenstool/files")
    with pytest.raises(FetchError, match="try again later; sign in") as ended:
        got(away, tmp_path)
    assert ended.value.reason == "unreachable"
