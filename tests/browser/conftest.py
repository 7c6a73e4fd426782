"""A page of a real browser that tells what it asks of the network."""

import pytest

from tests.browser import chromium


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    browser = chromium.find()
    if browser is None:
        pytest.skip("there is no Chromium (Debian package chromium)")
    one = chromium.Page(browser, tmp_path_factory.mktemp("profile"))
    one.send("Network.enable")
    yield one
    one.close()
