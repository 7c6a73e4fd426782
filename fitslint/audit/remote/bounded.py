"""Answers of web servers that are over by a time, however slowly their bytes come."""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

SOCKET_SECONDS = 15.0
"""How long a server may say nothing."""


class BoundedResponse(http.client.HTTPResponse):
    """An answer, status line and headers included, that fails with TimeoutError after its time.

    Without it a server that sends a byte now and then keeps its reader for ever.

    Parameters
    ----------
    deadline : float
        on the monotonic clock, in seconds.
    """

    def __init__(
        self, sock: socket.socket, *arguments: Any, deadline: float, **options: Any
    ) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp.close()  # nothing was read through it
        self.fp = io.BufferedReader(_BoundedStream(sock, deadline))


class _BoundedStream(io.RawIOBase):
    """The bytes of a socket until a time."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._socket, self._deadline = sock, deadline
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there, or wait for it, but not beyond the time."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server is too slow")
        self._socket.settimeout(min(SOCKET_SECONDS, left))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()
