"""A mail server that speaks SMTP on a socket of this machine, as much of it as one mail needs."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class SmtpServer(socketserver.ThreadingTCPServer):
    """Keeps what it takes. `replies` says what it answers to a recipient instead of 250; to None it says nothing."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.replies: dict[str, str | None] = {}
        self.taken: list[bytes] = []
        self.n_connections = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    server: SmtpServer

    def handle(self) -> None:
        """Answer line by line."""
        self.server.n_connections += 1
        self._say("220 ready")
        for line in self.rfile:
            if not self._answer(line.decode().strip()):
                break

    def _answer(self, line: str) -> bool:
        match line[:4].upper():
            case "QUIT":
                self._say("221 bye")
                return False
            case "DATA":
                self._say("354 go on")
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self._say("250 taken")
            case "RCPT":
                reply = self.server.replies.get(line.partition("<")[2].partition(">")[0], "250 ok")
                if reply is not None:
                    self._say(reply)
                return reply is None or not reply.startswith("421")
            case _:
                self._say("250 ok")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """Run a mail server for as long as it is needed."""
    with SmtpServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
