"""Downloads from a server that breaks off, redirects, refuses and changes its mind."""

import errno
import json
import os
import subprocess
from dataclasses import replace

import pytest

from fitslint.pipeline.fetch.download import download
from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.partial_file import PartialFile, lock_partial
from fitslint.pipeline.fetch.session import Login, Session
from tests.pipeline.fetch.place import (
    DATA,
    DIGEST,
    QUICK,
    Place,
    Served,
    html,
    in_turn,
    packed,
    redirect,
    reply,
    slow,
    status,
    stuck,
)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "folder" / "a.bin"


def got(url, target, *, limits=QUICK, cookies=None, login=None, **options):
    with Session(limits, cookies=cookies, login=login) as session:
        return download(session, url, target, **options)


def fails(url, target, **options):
    """The failure; nothing may be under the name."""
    with pytest.raises(FetchError) as ended:
        got(url, target, **options)
    assert not target.exists()
    assert not target.with_name("a.bin.sha256").exists()
    assert "\n" not in str(ended.value)
    return ended.value


def names(target):
    return sorted(one.name for one in target.parent.iterdir())


def test_a_file_with_its_digest_beside_it(place, target):
    url = place.on("/a", Served())
    seen = []
    done = got(url, target, sha256=DIGEST.upper(), progress=lambda *told: seen.append(told))
    assert (done.sha256, done.size, done.is_fresh) == (DIGEST, len(DATA), True)
    assert target.read_bytes() == DATA
    assert names(target) == ["a.bin", "a.bin.sha256"]
    assert seen[-1] == (len(DATA), len(DATA))
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "a.bin.sha256"], cwd=target.parent,
        capture_output=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def test_what_is_there_is_not_fetched_again(place, target):
    url = place.on("/a", Served())
    got(url, target)
    again = got(url, target)
    assert not again.is_fresh
    assert again.sha256 == DIGEST
    assert place.count("/a") == 1


def test_a_file_that_changed_since_is_told_and_left(place, target):
    url = place.on("/a", Served())
    got(url, target)
    target.write_bytes(b"other")
    with pytest.raises(FetchError, match="when it was fetched it is") as ended:
        got(url, target)
    assert ended.value.reason == "checksum"
    assert target.read_bytes() == b"other"


@pytest.mark.parametrize("breaks", [[1], [100_000, 1, 70_000], [65_536] * 4])
def test_a_broken_connection_is_continued_where_it_broke(place, target, breaks):
    url = place.on("/a", Served(breaks=breaks))
    assert got(url, target, sha256=DIGEST).size == len(DATA)
    ranges = [asked.get("Range") for _, asked in place.asked]
    at = [sum(breaks[: n + 1]) for n in range(len(breaks))]
    assert ranges == [None, *(f"bytes={one}-" for one in at)]
    assert all(asked["If-Range"] == '"v1"' for _, asked in place.asked[1:])


def test_without_ranges_it_starts_again(place, target):
    url = place.on("/a", Served(ranges=False, breaks=[90_000, 200_000]))
    assert got(url, target).sha256 == DIGEST
    assert place.count("/a") == 3


@pytest.mark.parametrize(
    ("etag", "headers"),
    [(None, {}), ('W/"weak"', {})],
)
def test_without_a_strong_validator_nothing_is_continued(place, target, etag, headers):
    url = place.on("/a", Served(etag=etag, breaks=[90_000], **headers))
    assert got(url, target).sha256 == DIGEST
    assert [asked.get("Range") for _, asked in place.asked] == [None, None]


def test_the_date_is_a_validator_too(place, target):
    date = "Sat, 21 Nov 2026 10:00:00 GMT"
    url = place.on("/a", Served(etag=None, breaks=[90_000], Last_Modified=date))
    assert got(url, target).sha256 == DIGEST
    assert place.asked[1][1]["If-Range"] == date


def test_another_version_starts_again(place, target):
    first, second = Served(b"old" * 50_000, breaks=[100_000]), Served(etag='"v2"')
    url = place.on("/a", first)
    fails(url, target, limits=replace(QUICK, attempts=1))
    assert target.with_name("a.bin.part").stat().st_size == 100_000
    place.on("/a", second)
    assert got(url, target).sha256 == DIGEST


def test_a_range_of_another_version_is_not_mixed_in(place, target):
    """A server that knows ranges and not If-Range."""
    url = place.on("/a", Served(b"old" * 50_000, breaks=[100_000]))
    fails(url, target, limits=replace(QUICK, attempts=1))

    def careless(handler):
        del handler.headers["If-Range"]
        Served(etag='"v2"')(handler)

    place.on("/a", careless)
    assert got(url, target).sha256 == DIGEST


def test_a_wrong_range_is_not_believed(place, target):
    url = place.on("/a", Served(breaks=[100_000]))
    fails(url, target, limits=replace(QUICK, attempts=1))
    wrong = status(206, DATA[5:], Content_Range=f"bytes 5-{len(DATA) - 1}/{len(DATA)}")
    place.on("/a", lambda handler: wrong(handler) if "Range" in handler.headers else full(handler))
    full = Served()
    assert got(url, target).sha256 == DIGEST


def test_a_part_that_is_all_there_needs_no_more_bytes(place, target):
    url = place.on("/a", Served())
    target.parent.mkdir()
    target.with_name("a.bin.part").write_bytes(DATA)
    note = {"url": url, "etag": '"v1"', "modified": None, "encoding": None}
    target.with_name("a.bin.part.json").write_text(json.dumps(note))
    assert got(url, target).sha256 == DIGEST
    assert names(target) == ["a.bin", "a.bin.sha256"]


@pytest.mark.parametrize("note", ["", "{", "[]", '{"url": 5}', "null", "[" * 20_000])
def test_a_part_of_unknown_origin_is_not_continued(place, target, note):
    url = place.on("/a", Served())
    target.parent.mkdir()
    target.with_name("a.bin.part").write_bytes(b"x" * 1000)
    target.with_name("a.bin.part.json").write_text(note)
    assert got(url, target).sha256 == DIGEST
    assert "Range" not in place.asked[0][1]


def test_it_gives_up_when_nothing_more_comes(place, target):
    url = place.on("/a", Served(breaks=[1000] + [0] * 50))
    error = fails(url, target)
    assert error.reason == "broken"
    assert target.with_name("a.bin.part").stat().st_size == 1000
    assert place.count("/a") == QUICK.attempts


def test_a_server_that_tells_too_great_a_length(place, target):
    url = place.on("/a", Served(told=len(DATA) + 50, ranges=False))
    assert fails(url, target).reason == "broken"


REFUSALS = {
    "401": (status(401), "login", 1),
    "403": (status(403), "forbidden", 1),
    "404": (status(404), "gone", 1),
    "410": (status(410), "gone", 1),
    "418": (status(418), "refused", 1),
    "500": (status(500), "busy", 4),
    "busy": (status(503, Retry_After="0"), "busy", 4),
    "busy for long": (status(503, Retry_After="3600"), "busy", 1),
    "busy until": (status(429, Retry_After="Sat, 21 Nov 2099 10:00:00 GMT"), "busy", 1),
    "busy nonsense": (status(429, Retry_After="soon"), "busy", 4),
    "html": (html(), "not-the-file", 1),
    "login page": (html("<form><input type='password'></form>"), "login", 1),
    "loop": (redirect("/a"), "redirect", QUICK.redirects + 1),
    "to login": (redirect("/login?back_url=%2Fa"), "login", 1),
    "to a file": (redirect("file:///etc/passwd"), "redirect", 1),
    "to ftp": (redirect("ftp://127.0.0.1/a"), "redirect", 1),
    "to nonsense": (redirect("http://[::1"), "broken", 4),
    "brotli": (Served(Content_Encoding="br"), "refused", 1),
    "too large": (Served(told=QUICK.file_bytes + 1), "too-large", 1),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals_and_how_often_is_asked(place, target, case):
    answer, reason, count = REFUSALS[case]
    url = place.on("/a", answer)
    assert fails(url, target).reason == reason
    assert place.count("/a") == count
    assert place.count("/login") == 0


def test_busy_and_then_not(place, target):
    answers = [status(503, Retry_After="0"), status(502), Served()]
    url = place.on("/a", in_turn(answers))
    assert got(url, target).sha256 == DIGEST


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_followed(place, target, code):
    place.on("/b", Served())
    url = place.on("/a", redirect("/b", code))
    assert got(url, target).sha256 == DIGEST


def test_https_does_not_lead_to_http():
    import httpx

    from fitslint.pipeline.fetch.session import _find_redirect

    request = httpx.Request("GET", "https://a.example/x")
    answer = httpx.Response(302, headers={"Location": "http://a.example/x"}, request=request)
    with pytest.raises(FetchError, match="from https to http"):
        _find_redirect(request.url, answer)


@pytest.mark.parametrize(
    "url", ["ftp://x/y", "file:///etc/passwd", "x", "", "http://", "http://[1"]
)
def test_what_is_no_address(target, url):
    assert fails(url, target).reason in ("refused", "unreachable")


def test_nobody_there(target):
    port = Place()
    port.close()
    error = fails(f"{port.root}/a?key=secret", target, limits=replace(QUICK, attempts=2))
    assert error.reason == "unreachable"
    assert "secret" not in str(error)
    assert not target.with_name("a.bin.part").exists()


def test_a_wrong_digest_leaves_nothing(place, target):
    url = place.on("/a", Served())
    assert fails(url, target, sha256="0" * 64).reason == "checksum"
    assert names(target) == []


def test_a_judge_who_refuses_leaves_nothing(place, target):
    url = place.on("/a", Served())
    error = fails(url, target, inspect_head=lambda head: f"it begins with {head[:1]!r}")
    assert error.reason == "not-the-file"
    assert names(target) == []


@pytest.mark.parametrize("length", [None, str(len(packed()))])
def test_a_tarball_of_which_the_server_says_that_it_is_packed(place, target, length):
    """Apache tells Content-Encoding: x-gzip of a .tar.gz as it is stored."""
    file = Served(packed(), Content_Encoding="x-gzip")
    url = place.on("/a", file)
    got(url, target)
    assert target.read_bytes() == packed()


def test_a_tarball_that_is_packed_once_more_for_its_way(place, target):
    twice = packed(packed())
    url = place.on("/a", Served(twice, Content_Encoding="gzip", breaks=[len(twice) // 2]))
    got(url, target)
    assert target.read_bytes() == packed()
    assert names(target) == ["a.bin", "a.bin.sha256"]


def test_a_slow_server_has_its_time(place, target):
    url = place.on("/a", slow(DATA[:8192], 0.02))
    assert got(url, target).size == 8192


def test_a_server_that_stops_does_not_hang(place, target):
    url = place.on("/a", stuck(DATA[:4096]))
    error = fails(url, target, limits=replace(QUICK, read=0.15, attempts=1))
    assert error.reason == "broken"
    assert "in time" in str(error)


def test_a_download_that_drips_for_ever_ends(place, target):
    url = place.on("/a", slow(DATA, 0.05))
    error = fails(url, target, limits=replace(QUICK, total_seconds=0.2))
    assert "what has come is kept" in str(error)


def test_more_than_is_taken(place, target):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        while True:
            handler.wfile.write(DATA)

    url = place.on("/a", endless)
    assert fails(url, target, limits=replace(QUICK, file_bytes=1 << 20)).reason == "too-large"
    assert names(target) == []


def test_a_full_disk(place, target, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(PartialFile, "add", full)
    error = fails(place.on("/a", Served()), target)
    assert (error.reason, "No space left" in str(error)) == ("disk", True)


def test_a_disk_without_room_is_seen_before(place, target, monkeypatch):
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda _: os.terminal_size((1, 1)) and _Usage())
    error = fails(place.on("/a", Served()), target)
    assert f"needs {len(DATA)} more bytes and 10 are free" in str(error)


class _Usage:
    free = 10


def test_a_folder_that_cannot_be(place, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FetchError) as ended:
        got(place.on("/a", Served()), tmp_path / "file" / "a.bin")
    assert ended.value.reason == "disk"


def test_the_password_goes_to_its_own_host_only(place, target):
    other = Place()
    try:
        asks = status(401, WWW_Authenticate='Basic realm="x"')
        file = Served()
        url = place.on("/a", lambda h: (file if h.headers.get("Authorization") else asks)(h))
        login = Login("me", lambda host: f"secret of {host}")
        assert got(url, target, login=login).sha256 == DIGEST
        away = place.on("/b", redirect(other.on("/c", asks)))
        fails(away, target.with_name("b") / "a.bin", login=login)
        assert other.asked
        assert not any("Authorization" in asked for _, asked in other.asked)
    finally:
        other.close()


def test_cookies_of_a_browser(place, target, tmp_path):
    file = Served()
    url = place.on(
        "/a", lambda h: (file if "k=v" in h.headers.get("Cookie", "") else status(403))(h)
    )
    jar = tmp_path / "cookies.txt"
    jar.write_text(
        "# Netscape HTTP Cookie File\n#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tk\tv\n"
        "other.example\tFALSE\t/\tFALSE\t0\tsecret\tx\n"
    )
    assert got(url, target, cookies=str(jar)).sha256 == DIGEST
    assert all("secret" not in asked.get("Cookie", "") for _, asked in place.asked)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"not cookies"])
def test_what_is_no_file_of_cookies(target, tmp_path, content):
    from fitslint.pipeline.errors import PipelineError

    jar = tmp_path / "cookies.txt"
    jar.write_bytes(content)
    for path in (jar, tmp_path / "none"):
        with pytest.raises(PipelineError, match="cookies"):
            got("http://127.0.0.1:9/", target, cookies=str(path))


def test_two_at_once_do_not_mix(place, target):
    url = place.on("/a", Served())
    with lock_partial(target):
        assert fails(url, target).reason == "in-use"
    assert got(url, target).sha256 == DIGEST


def test_a_reply_of_nothing_at_all(place, target):
    def silent(handler):
        handler.close_connection = True

    assert fails(place.on("/a", silent), target).reason == "broken"
    empty = got(place.on("/e", lambda handler: reply(handler, 200)), target)
    assert empty.size == 0
