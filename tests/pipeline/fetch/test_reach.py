"""Hosts that are not there, addresses that only the resolver refuses, proxies, odd headers."""

import gzip
from dataclasses import replace

import httpx
import pytest

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.fetch.download import download
from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.limits import retry
from fitslint.pipeline.fetch.session import Session, translate_http_errors
from tests.pipeline.fetch.place import DATA, DIGEST, QUICK, Served, slow, status


def got(url, target, **limits):
    with Session(replace(QUICK, **limits)) as session:
        return download(session, url, target)


def fails(url, target, **limits):
    with pytest.raises(FetchError) as ended:
        got(url, target, **limits)
    assert not target.exists()
    return ended.value


@pytest.fixture
def target(tmp_path):
    return tmp_path / "f.bin"


@pytest.mark.parametrize(
    "url",
    [f"http://{'a' * 70}.example/f", "http://a..b/f", "http://127.0.0.1:99999/f",
     "http://127.0.0.1:-1/f", "http://\0/f", "http://user:secret@/f", "http://127.0.0.1:9/\0"],
)  # fmt: skip
def test_addresses_that_the_resolver_refuses(target, url):
    told = fails(url, target)
    assert "secret" not in str(told)


def test_a_host_that_cannot_be_reached_is_not_asked_for_long(target, monkeypatch):
    waits = []
    monkeypatch.setattr("fitslint.pipeline.fetch.limits.time.sleep", waits.append)
    told = fails("http://127.0.0.1:9/f", target, attempts=50, unreachable_attempts=3, pause=0.05)
    assert told.reason == "unreachable"
    assert waits == [0.05, 0.1]


def test_attempts_count_those_in_a_row_to_a_host_that_is_not_there():
    said = iter(["unreachable", "unreachable", "busy", "unreachable", "unreachable", None])

    def action():
        reason = next(said)
        if reason:
            raise FetchError(reason, "no", "there")
        return "got"

    assert retry(action, replace(QUICK, attempts=9, unreachable_attempts=3, pause=0)) == "got"


def test_a_certificate_that_is_not_trusted_is_no_matter_of_patience():
    error = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired")
    with (
        pytest.raises(FetchError, match="not to be trusted") as ended,
        translate_http_errors(httpx.URL("https://h/")),
    ):
        raise error
    assert not ended.value.is_transient


@pytest.mark.parametrize("etag", ['"\xe9"', '"a\tb"', '"' + "x" * 5000 + '"'])
def test_an_odd_version_mark_does_no_harm(place, target, etag):
    url = place.on("/f", Served(etag=etag, breaks=[100_000]))
    assert got(url, target).sha256 == DIGEST


def test_a_proxy_of_the_environment_is_asked(place, target, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", place.root)
    place.on("http://models.example/f", Served())
    assert got("http://models.example/f", target).size == len(DATA)
    assert place.asked[0][1]["Host"] == "models.example"


@pytest.mark.parametrize("proxy", ["nonsense://x", "http://[1", "http://127.0.0.1:9"])
def test_a_proxy_that_is_none(target, monkeypatch, proxy):
    monkeypatch.setenv("HTTP_PROXY", proxy)
    with pytest.raises(PipelineError) as ended:
        got("http://models.example/f", target)
    assert "\n" not in str(ended.value)


def test_a_key_in_the_query_is_not_kept(place, target):
    url = place.on("/f", Served())
    done = got(f"{url}?key=secret", target)
    assert done.url == url
    assert "secret" not in "".join(one.read_text("latin-1") for one in target.parent.iterdir())
    told = fails(place.on("/g", status(403)) + "?key=secret", target.with_name("g"))
    assert "secret" not in str(told)


def test_a_page_that_drips_for_ever_ends(place):
    url = place.on("/p", slow(b"<a>" * 2000, 0.05, piece=10))
    with (
        Session(replace(QUICK, page_seconds=0.2)) as session,
        pytest.raises(FetchError, match="does not end"),
    ):
        session.read_page(url)


def test_a_page_that_is_too_long(place):
    url = place.on("/p", status(200, gzip.compress(bytes(40 << 20)), Content_Encoding="gzip"))
    with Session(QUICK) as session, pytest.raises(FetchError, match="too long"):
        session.read_page(url)
