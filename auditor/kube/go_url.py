"""Parsing a URL and writing it again as Go's `net/url` does; only what that round trip needs."""

from dataclasses import dataclass
from ipaddress import IPv6Address

_ALNUM = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_HEX = frozenset("0123456789abcdefABCDEF")
_USERINFO = _ALNUM | frozenset("-._:~!$&'()*+,;=%@")
_ENCODED = frozenset("!$&'()*+,;=:@[]%")
_UNESCAPED = {
    "path": _ALNUM | frozenset("-_.~$&+,/:;=@"),
    "host": _ALNUM | frozenset("-_.~!$&'()*+,;=:[]<>\""),
    "user": _ALNUM | frozenset("-_.~$&+,;="),
    "fragment": _ALNUM | frozenset("-_.~$&+,/:;=?@!()*"),
}


class BadUrl(ValueError):
    """A text that `url.Parse` refuses."""


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A part with its bytes and the text it was written as."""

    raw: str
    data: bytes

    def escaped(self, mode: str) -> str:
        if all(char in _ENCODED or char in _UNESCAPED[mode] for char in self.raw):
            return self.raw
        return _escape(self.data, mode)


def round_trip(text: str) -> str:
    """Return `url.Parse(text).String()`; raise `BadUrl` where parsing fails."""
    before, hash_sign, fragment = text.partition("#")
    if any(char < " " or char == "\x7f" for char in before):
        raise BadUrl(text)
    out = _without_fragment(before)
    if not (hash_sign and fragment):
        return out
    return f"{out}#{_Encoded(fragment, _unescape(fragment, 'fragment')).escaped('fragment')}"


def _without_fragment(text: str) -> str:
    if text in {"", "*"}:
        return text
    scheme, rest = _scheme(text)
    rest, mark, query = rest.partition("?")
    suffix = mark + query
    prefix = f"{scheme}:" if scheme else ""
    if not rest.startswith("/"):
        if scheme:
            return prefix + rest + suffix
        if ":" in rest.partition("/")[0]:
            raise BadUrl(text)
    authority = None
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, after = rest[2:].partition("/")
        rest = slash + after
    path = _Encoded(rest, _unescape(rest, "path"))
    if authority is None:
        return prefix + path.escaped("path") + suffix
    written = _authority(authority, is_web=scheme in {"http", "https"})
    slashes = "//" if written or rest else ""
    return prefix + slashes + written + path.escaped("path") + suffix


def _scheme(text: str) -> tuple[str, str]:
    for position, char in enumerate(text):
        if char.isascii() and char.isalpha():
            continue
        if char in "0123456789+-.":
            if position == 0:
                return "", text
            continue
        if char == ":":
            if position == 0:
                raise BadUrl(text)
            return text[:position].lower(), text[position + 1 :]
        return "", text
    return "", text


def _authority(text: str, *, is_web: bool) -> str:
    userinfo, at_sign, host = text.rpartition("@")
    if is_web and not host.startswith("[") and host.count(":") > 1:
        raise BadUrl(text)
    if not at_sign:
        return _host(text)
    written_host = _host(host)
    if any(char not in _USERINFO for char in userinfo):
        raise BadUrl(text)
    name, colon, password = userinfo.partition(":")
    user = _escape(_unescape(name, "user"), "user")
    if colon:
        user += ":" + _escape(_unescape(password, "user"), "user")
    return f"{user}@{written_host}"


def _host(text: str) -> str:
    if text.startswith("["):
        address, bracket, port = text.rpartition("]")
        if not bracket or not _is_port(port) or not _is_address(address[1:]):
            raise BadUrl(text)
        return _escape(_unescape(address + bracket, "host"), "host") + port
    if "[" in text:
        raise BadUrl(text)
    _, colon, port = text.rpartition(":")
    if colon and not _is_port(colon + port):
        raise BadUrl(text)
    return _escape(_unescape(text, "host"), "host")


def _is_address(text: str) -> bool:
    address, _, zone = text.partition("%25")
    try:
        IPv6Address(address)
    except ValueError:
        return False
    return bool(zone) or "%25" not in text


def _is_port(text: str) -> bool:
    return not text or (text[0] == ":" and all(char in "0123456789" for char in text[1:]))


def _unescape(text: str, mode: str) -> bytes:
    out = bytearray()
    position = 0
    while position < len(text):
        char = text[position]
        if char == "%":
            code = text[position + 1 : position + 3]
            if len(code) < 2 or not set(code) <= _HEX:
                raise BadUrl(text)
            if mode == "host" and int(code[0], 16) < 8 and code != "25":
                raise BadUrl(text)
            out.append(int(code, 16))
            position += 3
            continue
        if mode == "host" and char.isascii() and char not in _UNESCAPED["host"]:
            raise BadUrl(text)
        out += char.encode("utf-8", "surrogatepass")
        position += 1
    return bytes(out)


def _escape(data: bytes, mode: str) -> str:
    return "".join(chr(b) if chr(b) in _UNESCAPED[mode] else f"%{b:02X}" for b in data)
