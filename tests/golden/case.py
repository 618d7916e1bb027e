"""The shape of a golden case and of a model that answers it."""

from collections.abc import Callable, Mapping
from typing import Any

Case = Mapping[str, Any]
Answer = dict[str, Any]
Model = Callable[[Case], Answer]
