"""The page of ``--output html`` in a real browser: nothing of a header acts, and keys work."""

import pytest

from tests.cli.tool import check
from tests.engine.test_run import fits

SCRIPT = b"<script>document.title='pwned'</script>"
HOSTILE = [
    b"EXPTIME =              1.5e+02 / " + SCRIPT,
    b"<script>= 'document.title=1'",
    b"OBJECT  = '<img src=x onerror=document.title=1>' / \" onfocus=alert(1) autofocus x=\"",
    b"COMMENT \x07 </pre></article></main><style>*{display:none}</style>" + SCRIPT[:20],
    b"COMMENT \x07 &lt;b&gt; ]]> <!-- <svg onload=document.title=2> --> {{7*7}} javascript:1",
    b"EXPOSURE=1.5",
]
NAME = "<img src=x onerror=document.title='3'>.fits"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    (folder / NAME).write_bytes(fits(*HOSTILE))
    (folder / "b.fits").write_bytes(fits(b"EXPTIME =              1.5e+02", b"RADECSYS= 'FK5'"))
    done = check("--output", "html=report.html", "--show-infos", "--only-fits", cwd=folder)
    assert done.returncode == 1, done.stderr
    return folder / "report.html"


def test_no_text_of_a_file_becomes_an_element_or_acts(page, report):
    page.open(report)
    assert page.ask("document.title") == "fitslint report"
    assert page.ask("document.scripts.length") == 1
    for element in ("img", "svg", "iframe", "link", "object"):
        assert page.ask(f"document.querySelectorAll({element!r}).length") == 0
    assert page.ask("document.querySelectorAll('style').length") == 1
    assert (
        page.ask(
            "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())"
            ".filter((name) => name.startsWith('on') || name === 'autofocus')"
        )
        == []
    )
    text = page.ask("document.getElementById('files').textContent")
    assert SCRIPT.decode() in text and NAME in text and "<!-- <svg onload" in text
    said = [
        one for one in page.events if one["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")
    ]
    assert said == []


def test_even_a_script_that_got_in_would_not_run(page, report):
    page.open(report)
    page.ask(
        "const s = document.createElement('script'); s.textContent = 'document.title = 1';"
        "document.body.append(s); const i = document.createElement('div');"
        "i.innerHTML = '<img src=x onerror=\"document.title=2\">'; document.body.append(i); 0"
    )
    assert page.ask("document.title") == "fitslint report"
    told = [one for one in page.events if "Content Security Policy" in str(one)]
    assert told


def test_findings_are_drawn_on_their_cards(page, report):
    page.open(report)
    drawn = page.ask(
        "[...document.querySelectorAll('article[data-code=VF110]')].map((one) => ["
        "one.querySelector('pre').textContent.split('\\n')[1], "
        "one.querySelector('mark').textContent, one.querySelector('.add').textContent])"
    )
    assert drawn[1] == [
        "   4 EXPTIME =              1.5e+02",
        "e",
        "   + EXPTIME =              1.5E+02",
    ]
    marks = page.ask(
        "[...document.querySelectorAll('article')].every((one) => !one.querySelector('pre mark') ||"
        "one.querySelector('mark').getBoundingClientRect().width > 0)"
    )
    assert marks is True


def test_the_keyboard_is_enough(page, report):
    page.open(report)
    count = page.ask("document.querySelectorAll('article').length")
    here = "[...document.querySelectorAll('article')].indexOf(document.activeElement)"
    page.press("j", "j")
    page.press("j", "j")
    assert page.ask(here) == 1
    page.press("k", "k")
    assert page.ask(here) == 0
    page.press("/", "/")
    assert page.ask("document.activeElement.id") == "text"
    for letter in "b.fits":
        page.press(letter, letter)
    visible = "[...document.querySelectorAll('article')].filter((one) => !one.hidden).length"
    assert 0 < page.ask(visible) < count
    assert page.ask("document.getElementById('shown').textContent").endswith(
        f" of {count} findings"
    )
    page.press("Escape")
    assert page.ask(visible) == count
    page.ask("document.querySelector('input[value=error]').click(); 0")
    assert page.ask(visible) == page.ask("document.querySelectorAll('article:not(.error)').length")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(page, report, scheme, tmp_path):
    page.send(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
    )
    page.open(report)
    ratios = page.measure_contrast(
        "p, h2, .severity, .place, mark, .ruler, .add, dt, dd, summary, label"
    )
    assert ratios
    assert [one for one in ratios if one[0] < 4.5] == []
    page.take_screenshot(tmp_path / f"{scheme}.png")
    assert (tmp_path / f"{scheme}.png").stat().st_size > 10_000
