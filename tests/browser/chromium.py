"""A headless Chromium, driven through the pipe of its developer tools."""

from __future__ import annotations

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.patience import HANG

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """The browser of this machine (Debian package chromium)."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


CONTRAST = """(texts) => {
  const parse = (c) => {
    const numbers = c.match(/[0-9.]+/g).slice(0, 3).map(Number);
    const scale = c.startsWith('color(') ? 1 : 255;
    return numbers.map((v) => { const x = v / scale;
      return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; }); };
  const light = (c) => { const [r, g, b] = parse(c); return .2126 * r + .7152 * g + .0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (c !== 'rgba(0, 0, 0, 0)' && c !== 'transparent') return c; }
    return 'rgb(255, 255, 255)'; };
  return [...document.querySelectorAll(texts)].map((e) => {
    const a = light(getComputedStyle(e).color), b = light(ground(e));
    return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.outerHTML.slice(0, 60)]; });
}"""


class Page:
    """A page in a browser of its own.

    The browser reads commands from its descriptor 3 and answers on 4, each ended by NUL.
    """

    def __init__(self, browser: str, profile: Path) -> None:
        theirs, ours = os.pipe()
        answers, told = os.pipe()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                 "--disable-dev-shm-usage", "--remote-debugging-pipe",
                 f"--user-data-dir={profile}", "about:blank"]  # fmt: skip
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$0" "$@" 3<&{theirs} 4>&{told}', browser, *flags],
            pass_fds=(theirs, told), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs)
        os.close(told)
        self._ours, self._answers = ours, answers
        self._numbers, self._left = itertools.count(1), b""
        self.events: list[dict[str, Any]] = []
        self._session: dict[str, str] = {}
        targets = self.send("Target.getTargets")["targetInfos"]
        target = next(one["targetId"] for one in targets if one["type"] == "page")
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)
        os.close(self._answers)

    def send(self, method: str, **params: object) -> dict[str, Any]:
        """The answer to a command; what the browser tells meanwhile is kept in ``events``."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": params, **self._session}
        os.write(self._ours, json.dumps(command).encode() + b"\0")
        while True:
            message = self._read()
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self.events.append(message)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            ready, _, _ = select.select([self._answers], [], [], HANG)
            piece = os.read(self._answers, 1 << 16) if ready else b""
            assert piece, "the browser says nothing"
            self._left += piece
        first, _, self._left = self._left.partition(b"\0")
        return json.loads(first)

    def open(self, path: Path) -> None:
        self.events.clear()
        self.send("Page.navigate", url=path.as_uri())
        self.wait_for_load()

    def wait_for_load(self) -> None:
        """Wait until a page has been loaded since the events were cleared."""
        while not any(one.get("method") == "Page.loadEventFired" for one in self.events):
            self.events.append(self._read())

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, text: str = "") -> None:
        """A key as a person presses it."""
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, text=text)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key)

    def take_screenshot(self, path: Path) -> None:
        picture = self.send("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(picture))

    def measure_contrast(self, texts: str) -> list[tuple[float, str]]:
        """The contrast of each text that a selector finds with what is behind it (WCAG 2)."""
        return self.ask(f"({CONTRAST})({json.dumps(texts)})")
