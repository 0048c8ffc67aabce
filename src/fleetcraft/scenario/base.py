"""What every noun of a scenario shares: frozen, strict, and its own manual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.functional_validators import AfterValidator

K = TypeVar("K")
V = TypeVar("V")


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


def quantity(unit: str, meaning: str, default: Any = ..., **limits: Any) -> Any:
    """A field with its unit and meaning, both of which the JSON Schema shows."""
    text = f"{meaning} [{unit}]" if unit else meaning
    return Field(default, description=text, json_schema_extra={"unit": unit}, **limits)
