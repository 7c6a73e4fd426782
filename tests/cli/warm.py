"""A process that has loaded the command line and forks one for each command that it is sent.

What runs is a process of its own, with its own folder, environment and streams; only loading Python
and the modules, which takes longer than most commands, is done once. ``python -m tests.cli.warm
MODULE ...`` serves on its standard input, a socket, after it has loaded the modules.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from tests.patience import HANG

BASIC = ("fitslint.cli.app", "fitslint.cli.check", "fitslint.engine.linter", "fitslint.engine.run")
HEAVY = (*BASIC, "numpy", "astropy.io.fits", "jinja2")
NEEDY = frozenset(("kappa", "conform", "demo"))
TABLES = (*BASIC, "pyarrow.parquet", "duckdb", "fitslint.audit.shard", "fitslint.repair.fixer")
_LARGEST = 1 << 20


class Server:
    """The client's side: one command at a time."""

    def __init__(self, modules: tuple[str, ...], root: str) -> None:
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(HANG)
        for one in (self.socket, theirs):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LARGEST)
        environment = {**os.environ, "PYTHONPATH": root}
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.cli.warm", *modules],
                stdin=theirs, stdout=subprocess.DEVNULL, cwd=root, env=environment,
            )  # fmt: skip

    def run(
        self, arguments: list[str], cwd: str | None, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end."""
        asked = json.dumps([arguments, cwd or str(Path.cwd()), environment]).encode()
        with (
            Path(os.devnull).open("rb") as nothing,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as said,
        ):
            streams = [nothing.fileno(), out.fileno(), said.fileno()]
            socket.send_fds(self.socket, [asked], streams)
            answer = self.socket.recv(64)
            if not answer:
                raise RuntimeError("the warm process has ended")
            out.seek(0)
            said.seek(0)
            return subprocess.CompletedProcess(arguments, int(answer), out.read(), said.read())

    def close(self) -> None:
        """End it."""
        self.socket.close()
        self.process.wait(HANG)


@cache
def find_server(modules: tuple[str, ...], root: str) -> Server:
    """The server that has loaded ``modules``, for all of a test run."""
    return Server(modules, root)


def serve(connection: socket.socket) -> None:
    """Answer with the exit status of each command, until the other side has gone."""
    while True:
        asked, streams, _, _ = socket.recv_fds(connection, _LARGEST, 3)
        if not asked:
            return
        child = os.fork()
        if not child:
            connection.close()
            carry_out(*json.loads(asked), streams)
        for stream in streams:
            os.close(stream)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        connection.send(str(status).encode())


def carry_out(
    arguments: list[str], cwd: str, environment: dict[str, str], streams: list[int]
) -> NoReturn:
    """Be the command: its streams as the interpreter opens them, and its exit status."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), "utf-8")
    said = io.BufferedWriter(io.FileIO(2, "w", closefd=False))
    sys.stderr = io.TextIOWrapper(said, "utf-8", "backslashreplace", line_buffering=True)
    sys.argv = ["fitslint", *arguments]
    code: Any = 1
    try:
        from fitslint.cli.main import main

        main()
    except SystemExit as end:
        code = 0 if end.code is None else end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(code))


def warm_up(modules: list[str]) -> None:
    """Load the modules, the rules, their grammars and their dictionaries."""
    for name in modules:
        importlib.import_module(name)
    from fitslint.config.settings import Settings
    from fitslint.engine.checker import FileChecker

    FileChecker(Settings()).get_linter()
    for path in sorted(Path("fixtures/samples").glob("*.hdr"))[:40]:
        FileChecker(Settings()).check(str(path))


if __name__ == "__main__":
    warm_up(sys.argv[1:])
    with socket.socket(fileno=os.dup(0)) as _connection:
        serve(_connection)
