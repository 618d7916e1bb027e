"""How Go reads and writes numbers, blanks and quoted texts where Python does it differently."""

import re

INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1

_BLANKS = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_DECIMAL = re.compile(r"[+-]?[0-9]+\Z")


def trim_space(text: str) -> str:
    """Strip what `strings.TrimSpace` strips; `str.strip` also takes U+001C to U+001F."""
    return text.strip(_BLANKS)


def atoi(text: str) -> int | None:
    """Read a decimal 64-bit integer as `strconv.Atoi` does, without blanks; else None."""
    if not _DECIMAL.match(text):
        return None
    digits = text.lstrip("+-").lstrip("0") or "0"
    if len(digits) > 19:
        return None
    number = -int(digits) if text.startswith("-") else int(digits)
    return number if INT64_MIN <= number <= INT64_MAX else None


def quote(text: str) -> str:
    """Quote like package time in its error texts: ASCII stays, other bytes become hex escapes."""
    out = []
    for char in text:
        if char in '"\\':
            out.append("\\" + char)
        elif " " <= char <= "~" or char == "\x7f":
            out.append(char)
        else:
            out.extend(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))
    return f'"{"".join(out)}"'


def to_int64(number: float) -> int:
    """Convert like Go on amd64: whatever does not fit, and NaN, becomes the smallest integer."""
    if number != number or not -(2.0**63) <= number < 2.0**63:  # noqa: PLR0124  # the test for NaN
        return INT64_MIN
    return int(number)


def wrap_int64(number: int) -> int:
    """Keep the low 64 bits of an exact result, as integer arithmetic in Go does."""
    return (number - INT64_MIN) % 2**64 + INT64_MIN
