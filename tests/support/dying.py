"""A way to the API server that closes for good after a number of answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import yaml

from tests.support.apiserver import ApiServer

_PASSED_ON: Final = ("Accept", "Accept-Encoding", "Content-Type")


@contextmanager
def dying(api: ApiServer, answers: int, kubeconfig: Path) -> Iterator[list[str]]:
    """Write `kubeconfig` of a server that drops everything after `answers` of `api`.

    Yields the paths that were answered. The socket that listens is closed with the first
    request too many, so that later connections are refused.
    """
    connection, lock = api.connect(), threading.Lock()
    pool = connection.client.rest_client.pool_manager
    answered: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with lock:
                is_dead = len(answered) >= answers
                if not is_dead:
                    answered.append(self.path)
            if is_dead:
                self.close_connection = True
                server.socket.close()
                return
            answer = pool.request(
                self.command,
                f"https://{connection.server}{self.path}",
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None,
                headers={name: self.headers[name] for name in _PASSED_ON if name in self.headers},
                preload_content=False,
            )
            body = answer.read(decode_content=False)
            answer.release_conn()
            self.send_response(answer.status)
            for name in ("Content-Type", "Content-Encoding"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name http.server looks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as inherited
            """Keep the output of the tests quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    known = yaml.safe_load(api.kubeconfig.read_text())
    known["clusters"][0]["cluster"] = {"server": f"http://127.0.0.1:{server.server_port}"}
    known["users"][0]["user"] = {}
    kubeconfig.write_text(yaml.safe_dump(known))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield answered
    finally:
        server.shutdown()
        server.server_close()
        pool.clear()
