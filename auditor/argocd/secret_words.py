"""Words that tell secrets: keys whose values are secret, and texts that only stand for one."""

import re
from itertools import pairwise
from typing import Final

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SENSITIVE: Final = re.compile(
    r"passwords?|passwd|passphrase|pass|pwd|pw|tokens?|secrets?|credentials?|apikey|privatekey"
    r"|secretkey|signingkey|authkey|dsn|cookie|salt|webhookurl"
)
_OF_KEYS: Final = re.compile(
    r"api|private|secret|signing|encryption|auth|account|master|session|shared|webhook"
    r"|license"
)
_HARMLESS_TAIL: Final = re.compile(
    r"names?|keyname|username|user|type|path|file|ref|url|uri|host|length|size|enabled|disabled"
    r"|version|store|count|hash|algorithm|id|ttl|expiry|expiration|issuer|endpoint|namespace"
    r"|provider|policy|mode|field|header|prefix|format|realm|required|rotation|interval|template"
)
"""Last words that make `secretName` or `tokenPath` no secret."""
_ENCRYPTED: Final = re.compile(
    r"ENC\[|\$ANSIBLE_VAULT|vault:v\d+:|-----BEGIN (?:AGE ENCRYPTED FILE|PGP MESSAGE)-----"
    r"|age-encryption\.org|AQICAH|\{cipher\}"
)
_HASHED: Final = re.compile(
    r"(?:[\w.@-]+:)?(?:\$(?:2[abxy]?|5|6|y|argon2\w*|apr1|scrypt|pbkdf2[\w-]*)\$|\{S?SHA\d*\}"
    r"|pbkdf2[:_]|scrypt:|SCRAM-SHA-)"
)
_REFERENCE: Final = re.compile(
    r"\$[A-Za-z_{(]|vault:|ref\+|op://|bao:|openbao:|secretref|arn:aws:|ssm:|awssm|gcpsm|azurekv"
    r"|gcp-?secret|sm://|projects/[^/]+/secrets/|keyvault|file:|/[\w./-]+\Z|env:|!|<"
)
_INSIDE: Final = re.compile(
    r"<[^<>\n]{1,200}>|\$\{[^}]*\}|\$\([^)]*\)|\{\{.*?\}\}|\[\[.*?\]\]|%[A-Za-z_][\w.-]*%"
    r"|@@?[A-Za-z_]\w*@@?|__\w+__|\$__\w+|#\{[^}]*\}#?"
)
_FILLER: Final = re.compile(
    r"change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this|with)|place[-_ ]?holder|dummy|\bfake\b"
    r"|example|your[-_ ]|\bmy[-_](?:secret|password|token)|\btodo\b|\btbd\b|to[-_ ]be[-_ ]"
    r"|fill[-_ ]?(?:me|in)|insert[-_ ]|redacted|not[-_ ]?(?:a[-_ ]?)?(?:real|used|needed|set)"
    r"|[-_ ]here\b|generate[-_ ]|random[-_ ]?(?:key|string|value|password|secret)"
    r"|sample|\bunused\b|overrid|injected|managed[-_ ]by|external[-_ ]secret|\bsops\b"
    r"|\Ax{3,}\Z|\A\*{3,}\Z|\A\.{3,}\Z|\A-+\Z",
    re.IGNORECASE,
)
_NOTHING: Final = re.compile(
    r"none|null|nil|true|false|yes|no|on|off|\d|undefined|default|n/?a|empty|\{\}|\[\]",
    re.IGNORECASE,
)
_NAME: Final = re.compile(
    r"[A-Z]+(?:_[A-Z0-9]+)+|[Yy]our[A-Z][A-Za-z]*|YOUR[A-Z]+|(?:api)?[-_]?(?:key|token)|secret"
)
"""The name of what is to come, written in its place."""
_SHORTEST: Final = 3


def is_sensitive(key: str) -> bool:
    """Tell whether a key's name says that its value is a secret."""
    words = [word.lower() for word in _WORDS.findall(key)]
    if not words or _HARMLESS_TAIL.fullmatch(words[-1]) or "public" in words or "pub" in words:
        return False
    is_key = any(b == "key" and _OF_KEYS.fullmatch(a) for a, b in pairwise(words))
    return is_key or any(_SENSITIVE.fullmatch(word) for word in words)


def is_encrypted(value: str) -> bool:
    """Tell a text that somebody encrypted."""
    return bool(_ENCRYPTED.match(value.strip()))


def is_filler(value: str) -> bool:
    """Tell a text that a person is to replace."""
    return bool(_FILLER.search(value))


def stands_for_another(value: str) -> bool:
    """Tell a placeholder, a reference, an encrypted or hashed text from a secret."""
    text = value.strip().strip("\"'")
    if len(text) < _SHORTEST or _NOTHING.fullmatch(text) or _NAME.fullmatch(text):
        return True
    if any(pattern.match(text) for pattern in (_ENCRYPTED, _HASHED, _REFERENCE)):
        return True
    return bool(_INSIDE.search(text)) or is_filler(text)
