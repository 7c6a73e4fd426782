"""Redmine: the attachments that a page links, and its form for signing in."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.responses import is_login_url, redact_url
from fitslint.pipeline.fetch.session import Login, Session, is_secure

_ATTACHMENT_PATH = re.compile(r"(.*)/attachments/(?:download/)?([0-9]{1,12})/([^/]+)")
_MAX_ITEMS = 10_000


@dataclass
class _PageParser(HTMLParser):
    """The addresses that a page links, and the hidden fields of its forms."""

    links: list[str] = field(default_factory=list)
    hidden: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what is of use."""
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in told and len(self.links) < _MAX_ITEMS:
            self.links.append(told["href"])
        elif tag == "input" and told.get("type") == "hidden" and len(self.hidden) < _MAX_ITEMS:
            self.hidden[told.get("name", "")] = told.get("value", "")


def _parse_page(text: str) -> _PageParser:
    page = _PageParser()
    # The parser asserts that declarations are well formed; what came before one is of use.
    with suppress(AssertionError):
        page.feed(text)
    return page


def find_attachment_url(place: httpx.URL, text: str, name: str) -> str | None:
    """The address of an attachment that a page links; the newest where there are several.

    Parameters
    ----------
    place : URL
        of the page; links to other hosts do not count.
    text : str
        its HTML.
    name : str
        of the file.
    """
    found: list[tuple[int, str]] = []
    for link in _parse_page(text).links:
        try:
            target = place.join(link)
        except (httpx.InvalidURL, ValueError):
            continue
        match = _ATTACHMENT_PATH.fullmatch(target.path)
        if match and match[3] == name and (target.scheme, target.netloc) == (
            place.scheme, place.netloc,
        ):  # fmt: skip
            path = f"{match[1]}/attachments/download/{match[2]}/{name}"
            found.append(
                (int(match[2]), str(target.copy_with(path=path, query=None, fragment=None)))
            )
    return max(found)[1] if found else None


def sign_in(session: Session, place: str, login: Login) -> None:
    """Sign in by the form of the page ``place``; the session keeps the cookie.

    Raises
    ------
    FetchError
        when name and password are not taken, or would go over an open line.
    """
    url, text = session.read_page(place)
    if not is_secure(url):
        raise FetchError("login", "a password is sent over https only", redact_url(url))
    token = _parse_page(text).hidden.get("authenticity_token", "")
    form = {
        "authenticity_token": token, "username": login.user,
        "password": login.get_password(url.host),
    }  # fmt: skip
    answer = session.post_form(url, form)
    if answer.has_redirect_location and not is_login_url(url.join(answer.headers["Location"])):
        return
    if answer.status_code >= 500:
        raise FetchError("busy", f"signing in failed ({answer.status_code})", redact_url(url))
    raise FetchError(
        "login",
        f"the server does not take the name {login.user[:60]!r} and its password",
        redact_url(url),
    )
