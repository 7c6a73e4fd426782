"""Connections to the places of files: redirects within bounds, credentials for their host only."""

from __future__ import annotations

import http.cookiejar
import ipaddress
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

import httpx

from fitslint._version import __version__
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.limits import FetchLimits, retry
from fitslint.pipeline.fetch.responses import (
    build_login_error,
    find_response_error,
    is_login_url,
    redact_url,
)

_USER_AGENT = f"fitslint/{__version__}"


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks, and how the password is found when it is needed."""

    user: str
    get_password: Callable[[str], str]
    """Called with the host."""


class Session:
    """A client that knows its bounds. Proxies come from the environment.

    Parameters
    ----------
    limits : Limits
    cookies : path, optional
        a file of cookies in Netscape's form, as browsers export it. Each is sent to its own domain.
    login : Login, optional
        for places that ask for one by HTTP; it goes to the host that was first asked, and only over
        TLS.

    Raises
    ------
    PipelineError
        when the cookies cannot be read.
    """

    def __init__(
        self, limits: FetchLimits, *, cookies: str | None = None, login: Login | None = None
    ) -> None:
        self.limits = limits
        self.login = login
        timeout = httpx.Timeout(limits.read, connect=limits.connect)
        try:
            self._client = httpx.Client(
                timeout=timeout, headers={"User-Agent": _USER_AGENT}, follow_redirects=False,
                cookies=None if cookies is None else _load_cookies(cookies),
            )  # fmt: skip
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError, ImportError) as error:
            raise PipelineError(f"the proxy of the environment cannot be used: {error}") from None

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    @contextmanager
    def open_response(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> Iterator[httpx.Response]:
        """The answer with a body that has not been read, redirects followed.

        Raises
        ------
        FetchError
            when there is none, the server refuses, wants a login or leads astray.
        """
        first = place = validate_url(url)
        for _ in range(self.limits.redirects + 1):
            with self._request(
                place, headers or {}, own=_get_origin(place) == _get_origin(first)
            ) as answer:
                following = _find_redirect(place, answer)
                if following is None:
                    failure = find_response_error(answer)
                    if failure is not None:
                        raise failure
                    yield answer
                    return
            place = following
        raise FetchError(
            "redirect", f"more than {self.limits.redirects} redirects, perhaps in a circle",
            redact_url(first),
        )  # fmt: skip

    @contextmanager
    def _request(
        self, place: httpx.URL, headers: Mapping[str, str], *, own: bool
    ) -> Iterator[httpx.Response]:
        with translate_http_errors(place):
            response = self._send(place, headers, None)
            asks = response.headers.get("WWW-Authenticate", "").lower().startswith("basic")
            if response.status_code == 401 and asks and own and self.login and is_secure(place):
                response.close()
                auth = httpx.BasicAuth(self.login.user, self.login.get_password(place.host))
                response = self._send(place, headers, auth)
        try:
            yield response
        finally:
            response.close()

    def _send(
        self, place: httpx.URL, headers: Mapping[str, str], auth: httpx.Auth | None
    ) -> httpx.Response:
        request = self._client.build_request("GET", place, headers=dict(headers))
        return self._client.send(request, stream=True, auth=auth, follow_redirects=False)

    def read_page(self, url: str) -> tuple[httpx.URL, str]:
        """The text of a page, and the address that it came from.

        Raises
        ------
        FetchError
            as :meth:`open_response`, and when it is too long.
        """
        return retry(lambda: self._read_page(url), self.limits)

    def _read_page(self, url: str) -> tuple[httpx.URL, str]:
        with self.open_response(url) as response, translate_http_errors(response.url):
            found, deadline = bytearray(), time.monotonic() + self.limits.page_seconds
            for piece in response.iter_bytes():
                found += piece
                if len(found) > self.limits.page_bytes:
                    raise FetchError("too-large", "the page is too long", redact_url(response.url))
                if time.monotonic() > deadline:
                    raise FetchError("refused", "the page does not end", redact_url(response.url))
            return response.url, found.decode("utf-8", "replace")

    def post_form(self, url: httpx.URL, form: Mapping[str, str]) -> httpx.Response:
        """The answer to a form, whose body is not read; redirects are not followed.

        Raises
        ------
        FetchError
            when there is none.
        """
        with (
            translate_http_errors(url),
            self._client.stream("POST", url, data=dict(form)) as response,
        ):
            return response


@contextmanager
def translate_http_errors(place: httpx.URL) -> Iterator[None]:
    """Turn failures of the connection into :class:`FetchError`."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
        said = " ".join(str(error).split())[:200] or "no answer in time"
        if "CERTIFICATE" in said:
            raise FetchError(
                "refused", f"the host is not to be trusted ({said})", redact_url(place)
            ) from None
        raise FetchError(
            "unreachable", f"the host cannot be reached ({said})", redact_url(place)
        ) from None
    except httpx.TimeoutException:
        raise FetchError(
            "broken", "the server does not answer in time", redact_url(place)
        ) from None
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise FetchError("broken", f"the connection failed ({said})", redact_url(place)) from None
    except (UnicodeError, OverflowError):  # of names and ports that only the resolver refuses
        raise FetchError("refused", "this is no address", redact_url(place)) from None


def validate_url(url: str | httpx.URL) -> httpx.URL:
    """An address that can be asked.

    Raises
    ------
    FetchError
        when it is none of http or https.
    """
    try:
        place = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise FetchError(
            "refused", "the address cannot be read; write https://HOST/PATH", ""
        ) from None
    if place.scheme not in ("http", "https") or not place.host:
        raise FetchError("refused", "an address begins with https:// or http://", redact_url(place))
    if place.userinfo:
        raise FetchError("refused", "leave name and password out of the address", redact_url(place))
    return place


def is_secure(place: httpx.URL) -> bool:
    """Whether nobody on the way can read what is sent: TLS, or this machine."""
    if place.scheme == "https" or place.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(place.host).is_loopback
    except ValueError:
        return False


def _find_redirect(place: httpx.URL, response: httpx.Response) -> httpx.URL | None:
    """Where a redirect leads; None for an answer that is none.

    Raises
    ------
    FetchError
        when it leads to a login, away from TLS or away from HTTP.
    """
    if not response.has_redirect_location:
        return None
    try:
        following = place.join(response.headers["Location"])
    except (httpx.InvalidURL, ValueError):
        raise FetchError("redirect", "a redirect leads to no address", redact_url(place)) from None
    if is_login_url(following):
        raise build_login_error(redact_url(place))
    if following.scheme not in ("http", "https") or not following.host:
        raise FetchError("redirect", "a redirect leads away from http and https", redact_url(place))
    if place.scheme == "https" and following.scheme == "http":
        raise FetchError("redirect", "a redirect leads from https to http", redact_url(place))
    return following.copy_with(fragment=None, userinfo=b"")


def _get_origin(place: httpx.URL) -> tuple[str, str, int | None]:
    return place.scheme, place.host, place.port


def _load_cookies(path: str) -> http.cookiejar.CookieJar:
    jar = http.cookiejar.MozillaCookieJar()
    try:
        jar.load(path, ignore_discard=True, ignore_expires=True)
    except http.cookiejar.LoadError:
        raise PipelineError(
            "this is no file of cookies in Netscape's form (cookies.txt)", path=path
        ) from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "it is not a text"
        raise PipelineError(f"the cookies cannot be read: {said}", path=path) from None
    for cookie in jar:
        # What is kept for a session only, as that of a login, is exported with the date 0.
        cookie.expires = cookie.expires or None
    jar.clear_expired_cookies()
    return jar
