"""What every noun of a scenario shares: frozen, strict, and its own manual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo
from pydantic.functional_validators import AfterValidator

K = TypeVar("K")
V = TypeVar("V")

MARK = {"descriptive": True}
"""What the JSON Schema says of a field that nothing computes with."""


class Value(BaseModel):
    """A frozen, strict value; unknown keys and numbers that are not finite are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class FrozenDict(dict[K, V]):
    """A mapping that cannot be changed and can be pickled."""

    def _refuse(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise TypeError("a scenario's values are frozen; make a changed copy instead")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenDict, (dict(self),))


def frozen(mapping: Mapping[K, V]) -> FrozenDict[K, V]:
    """A copy that cannot be changed."""
    return FrozenDict(mapping)


Frozen = AfterValidator(frozen)


def quantity(unit: str, meaning: str, default: Any = ..., *, descriptive: bool = False, **limits: Any) -> Any:
    """A field with its unit and meaning, both of which the JSON Schema shows.

    ``descriptive`` marks one that nothing computes with.
    """
    extra: dict[str, Any] = {"unit": unit}
    text = f"{meaning} [{unit}]" if unit else meaning
    if descriptive:
        text, extra = _marked(text), extra | MARK
    return Field(default, description=text, json_schema_extra=extra, **limits)


def remark(meaning: str, default: Any = "", **limits: Any) -> Any:
    """A field that only describes: nothing computes with it, and readers and the JSON Schema are told so."""
    return Field(default, description=_marked(meaning), json_schema_extra=dict(MARK), **limits)


def is_descriptive(info: FieldInfo) -> bool:
    """Whether a field is marked as one that nothing computes with."""
    extra = info.json_schema_extra
    return isinstance(extra, dict) and extra.get("descriptive") is True


def _marked(meaning: str) -> str:
    return f"{meaning} (descriptive)"
