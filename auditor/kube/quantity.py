"""Quantities as `resource.Quantity` of apimachinery parses, compares and prints them."""

import re
from dataclasses import dataclass
from fractions import Fraction

_PATTERN = re.compile(
    r"([+-]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?[0-9]+))?"
)
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_NANO = Fraction(1, 10**9)
_LARGEST_EXPONENT = 1000


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount and the notation it was written in."""

    value: Fraction
    notation: str
    """`binary` (Ki, Mi), `decimal` (m, k, M) or `exponent` (e3)."""

    def __str__(self) -> str:
        if self.notation == "binary" and not -1024 < self.value < 1024:
            return _binary_text(self.value)
        return _decimal_text(self.value, is_exponent=self.notation == "exponent")


def parse(text: str) -> Quantity | None:
    """Read a quantity; None where the API server would refuse it.

    As upstream, what is smaller than a nano is rounded away from zero.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    sign, number, suffix, exponent = match.groups()
    value = Fraction(number.rstrip(".") if number.endswith(".") else number)
    notation = "decimal"
    if suffix in _BINARY:
        value *= 2 ** _BINARY[suffix]
        notation = "binary"
    elif exponent is not None:
        if abs(int(exponent)) > _LARGEST_EXPONENT:
            return None
        value *= Fraction(10) ** int(exponent)
        notation = "exponent"
    else:
        value *= Fraction(10) ** _DECIMAL[suffix or ""]
    steps = value / _NANO
    rounded = _NANO * -(-steps.numerator // steps.denominator)
    return Quantity(-rounded if sign == "-" else rounded, notation)


def canonical(text: str) -> str | None:
    """Return the canonical form of a quantity, None for a text that is none."""
    parsed = parse(text)
    return str(parsed) if parsed is not None else None


def round_up_to_milli(text: str) -> str:
    """Return a quantity without parts below a thousandth, as the defaults of resource lists do."""
    parsed = parse(text)
    if parsed is None:
        return text
    steps = abs(parsed.value) * 1000
    value = Fraction(-(-steps.numerator // steps.denominator), 1000)
    return str(Quantity(-value if parsed.value < 0 else value, parsed.notation))


def _decimal_text(value: Fraction, *, is_exponent: bool) -> str:
    if value == 0:
        return "0"
    digits, exponent = abs(value), 0
    while digits.denominator != 1:
        digits, exponent = digits * 10, exponent - 1
    mantissa = digits.numerator
    while mantissa % 10 == 0:
        mantissa, exponent = mantissa // 10, exponent + 1
    mantissa, exponent = mantissa * 10 ** (exponent % 3), exponent - exponent % 3
    if exponent > _DECIMAL["E"] and not is_exponent:
        mantissa, exponent = mantissa * 10 ** (exponent - 18), 18
    sign = "-" if value < 0 else ""
    if is_exponent:
        return f"{sign}{mantissa}e{exponent}" if exponent else f"{sign}{mantissa}"
    suffix = next(name for name, size in _DECIMAL.items() if size == exponent)
    return f"{sign}{mantissa}{suffix}"


def _binary_text(value: Fraction) -> str:
    whole = -(-abs(value).numerator // abs(value).denominator)
    exponent = 0
    while whole % 1024 == 0 and exponent < _BINARY["Ei"]:
        whole, exponent = whole // 1024, exponent + 10
    suffix = next((name for name, size in _BINARY.items() if size == exponent), "")
    return f"{'-' if value < 0 else ''}{whole}{suffix}"
