"""Pages with attachments, honest and hostile."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitslint.pipeline.fetch.limits import FetchLimits
from fitslint.pipeline.fetch.redmine import find_attachment_url
from tests.patience import end_at_last

PAGE = httpx.URL("https://projets.example/redmine/projects/lenstool/files")
NAME = "a1689.tar.gz"
LINK = '<td class="filename"><a href="/redmine/attachments/download/7/a1689.tar.gz">a</a></td>'
FILE = "https://projets.example/redmine/attachments/download/7/a1689.tar.gz"


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("/attachments/download/7/a1689.tar.gz", "/attachments/download/7/a1689.tar.gz"),
        ("/attachments/7/a1689.tar.gz?x=1#y", "/attachments/download/7/a1689.tar.gz"),
        ("../../attachments/7/a1689.tar.gz", "/redmine/attachments/download/7/a1689.tar.gz"),
        ("/attachments/download/7/xa1689.tar.gz", None),
        ("/attachments/download/7/a1689.tar.gz.txt", None),
        ("/attachments/download/seven/a1689.tar.gz", None),
        ("//evil.example/attachments/download/7/a1689.tar.gz", None),
        ("http://projets.example/attachments/download/7/a1689.tar.gz", None),
        ("javascript:/attachments/download/7/a1689.tar.gz", None),
        ("http://[/a1689.tar.gz", None),
    ],
)
def test_what_a_link_leads_to(link, found):
    page = f"<a href='{link}'>x</a>"
    assert find_attachment_url(PAGE, page, NAME) == (found and f"https://projets.example{found}")


def test_the_newest_of_several():
    numbers = (9, 1234, 77)
    page = "".join(f"<a href=/attachments/{one}/{NAME}>{NAME}</a>" for one in numbers)
    assert find_attachment_url(PAGE, page, NAME).endswith(f"/attachments/download/1234/{NAME}")


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<a ", '<a href="', "<", "&#", "<![", "<![foo[", "<?", "</", "<!DOCTYPE [", "<a b=c "],
)
def test_a_hostile_page_is_read_to_its_end(piece):
    with end_at_last():
        assert (
            find_attachment_url(PAGE, piece * (FetchLimits().page_bytes // len(piece) // 10), NAME)
            is None
        )
    assert find_attachment_url(PAGE, LINK + piece * 100, NAME) == FILE


@given(st.text(alphabet="<>!-[]/a href='\"=&#;?", max_size=200))
def test_any_text_is_read(text):
    assert find_attachment_url(PAGE, text, NAME) is None
    assert find_attachment_url(PAGE, LINK + text, NAME) == FILE
