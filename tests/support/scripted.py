"""An HTTP server that gives the answers it was told to, for what no recording holds."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from auditor.collector.connection import Connection, connect


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    body: Any
    """Bytes as they are, or anything JSON can hold."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """Return the bytes to send."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


NEVER_TOLD: Final = "credential-that-must-never-be-told"
Answers = Callable[[str, Mapping[str, str]], Reply]


@contextmanager
def scripted(answers: Answers, folder: Path) -> Iterator[tuple[Connection, list[str]]]:
    """Serve what `answers` returns for a path and query; give the list of paths asked for too."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            asked.append(self.path)
            reply = answers(url.path, {k: v[0] for k, v in parse_qs(url.query).items()})
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield connect(kubeconfig_to(f"http://127.0.0.1:{server.server_port}", folder)), asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def kubeconfig_to(url: str, folder: Path) -> Path:
    """Write a kubeconfig that names the server at `url`."""
    path = folder / "kubeconfig.json"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "clusters": [{"name": "here", "cluster": {"server": url}}],
        "users": [{"name": "me", "user": {"token": NEVER_TOLD}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}],
    }
    path.write_text(json.dumps(content))
    return path
