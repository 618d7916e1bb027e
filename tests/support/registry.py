"""A small OCI registry for charts, over TLS, that asks for a token and can be made to misbehave."""

import contextlib
import functools
import hashlib
import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

_NOBODY: Final = "anonymous"
_CONFIG: Final = "application/vnd.cncf.helm.config.v1+json"
_LAYER: Final = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
_ENDLESS: Final = b"\0" * 1_000_000
_GIGABYTE: Final = 1 << 30


@dataclass(slots=True)
class Registry:
    """What is served, and how."""

    address: str = ""
    """Host and port."""
    manifests: dict[str, bytes] = field(default_factory=dict)
    """By `name:tag` and by `name@digest`."""
    tags: dict[str, list[str]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    asks_token: bool = True
    is_denied: bool = False
    """Refuse whatever token is shown."""
    is_redirecting: bool = False
    """Send whoever asks for a blob to another address."""
    is_swapped: bool = False
    """Give other bytes of the same length than the digest says."""
    is_endless: bool = False
    """Send a blob that does not end."""

    def push(self, name: str, version: str, archive: bytes) -> None:
        """Offer an archive as `name:version`."""
        config = json.dumps({"name": name.rpartition("/")[2], "version": version}).encode()
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": _MANIFEST,
                "config": self._blob(_CONFIG, config),
                "layers": [self._blob(_LAYER, archive)],
            }
        ).encode()
        for reference in (f":{version}", f"@{_digest(manifest)}"):
            self.manifests[name + reference] = manifest
        self.tags.setdefault(name, []).append(version)

    def _blob(self, kind: str, data: bytes) -> dict[str, Any]:
        self.blobs[_digest(data)] = data
        size = _GIGABYTE if self.is_endless and kind == _LAYER else len(data)
        return {"mediaType": kind, "digest": _digest(data), "size": size}


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, registry: Registry, *arguments: Any) -> None:
        self.registry = registry
        super().__init__(*arguments)

    def log_message(self, *_: Any) -> None:
        """Remember the request instead of printing it."""
        self.registry.asked.append(f"{self.command} {self.path}")

    def do_HEAD(self) -> None:
        """Answer like GET, without the body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer the calls a client of charts makes."""
        path, registry = self.path.partition("?")[0], self.registry
        if path == "/token":
            return self._send(200, json.dumps({"token": _NOBODY}).encode())
        if path.startswith("/elsewhere/"):
            return self._content(path.rpartition("/")[2])
        if registry.asks_token and not self._is_admitted():
            realm = f'Bearer realm="https://{registry.address}/token",service="charts"'
            return self._send(401, b'{"errors":[]}', {"WWW-Authenticate": realm})
        name, _, rest = path.removeprefix("/v2/").rpartition("/manifests/")
        if name:
            sign = "@" if rest.startswith("sha256:") else ":"
            found = registry.manifests.get(f"{name}{sign}{rest}")
            return self._send(200, found, {"Content-Type": _MANIFEST}) if found else self._none()
        name, is_tags, _ = path.removeprefix("/v2/").rpartition("/tags/list")
        if is_tags:
            tags = registry.tags.get(name)
            answer = json.dumps({"name": name, "tags": tags}).encode()
            return self._send(200, answer) if tags else self._none()
        _, is_blob, digest = path.partition("/blobs/")
        if not is_blob:
            return self._send(200, b"{}")
        if registry.is_redirecting:
            return self._send(307, b"", {"Location": f"/elsewhere/{digest}"})
        return self._content(digest)

    def _is_admitted(self) -> bool:
        shown = self.headers.get("Authorization")
        return shown == f"Bearer {_NOBODY}" and not self.registry.is_denied

    def _content(self, digest: str) -> None:
        data = self.registry.blobs.get(digest)
        if data is None:
            return self._none()
        is_layer = data[:2] == b"\x1f\x8b"
        if is_layer and self.registry.is_endless:
            return self._endless()
        if is_layer and self.registry.is_swapped:
            data = data[:-1] + bytes([data[-1] ^ 1])
        return self._send(200, data, {"Content-Type": "application/octet-stream"})

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(_GIGABYTE))
        self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(_GIGABYTE // len(_ENDLESS)):
                self.wfile.write(_ENDLESS)
        self.close_connection = True

    def _none(self) -> None:
        self._send(404, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        given = headers or {}
        self.send_response(status)
        for key, value in {"Content-Type": "application/json", **given}.items():
            self.send_header(key, value)
        if "manifests" in self.path and status == 200:
            self.send_header("Docker-Content-Digest", _digest(body))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextlib.contextmanager
def serving(certificate: Path) -> Iterator[Registry]:
    """Serve an empty registry on a free port of this machine; `certificate` holds the key too."""
    registry = Registry()
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, registry)) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        registry.address = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield registry
        finally:
            server.shutdown()
            thread.join()


def certified(folder: Path) -> Path:
    """Return a file with a new key and its certificate for this machine's own address."""
    found, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        (
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=registry", "-keyout", str(key)),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-out", str(found)),
        ),
        check=True,
        capture_output=True,
    )
    found.write_bytes(found.read_bytes() + key.read_bytes())
    return found
