"""Whom or what may be bought from: the restrictions that are compared, by rule or from a policy file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Literal, get_args

from pydantic import Field

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.base import Value, frozen
from fleetcraft.scenario.files import text_of
from fleetcraft.scenario.node import Node, Path
from fleetcraft.scenario.platform import DOMAINS, Platform
from fleetcraft.scenario.policy import Choice, Names
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.validation import validated
from fleetcraft.scenario.wording import clipped, fault_at, one_of
from fleetcraft.scenario.yaml_file import read_yaml
from fleetcraft.study.points import with_parts

Kind = Literal["supplier_country", "domain", "platform"]
KINDS: tuple[Kind, ...] = get_args(Kind)
POLICY_OF: Mapping[Kind, str] = {"supplier_country": "supplier_countries", "domain": "domains", "platform": "platforms"}
LIFTED: Mapping[Kind, Mapping[str, object]] = {
    "supplier_country": {"supplier_country_share": None, "domestic_share": None},
    "domain": {"domain_minimum": frozen({})},
    "platform": {},
}
"""Policies that a comparison of each kind sets aside, for open competition as for every restriction."""


@dataclass(frozen=True)
class Restriction:
    """What alone may be bought, or what may not: supplier countries, domains or platforms."""

    name: str
    of: Kind
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def allows(self, name: str) -> bool:
        """Whether a country, domain or platform may be bought."""
        return name in self.only if self.only else name not in self.without


def names_of(scenario: Scenario, kind: Kind) -> tuple[str, ...]:
    """The countries, domains or platforms of the types that the scenario's own policies leave, in a fixed order."""
    found = {name_of(kind, p) for p in scenario.platforms if scenario.policies.allows(p)}
    return tuple(d for d in DOMAINS if d in found) if kind == "domain" else tuple(sorted(found))


def name_of(kind: Kind, platform: Platform) -> str:
    """The country, domain or id of a type."""
    return platform.id if kind == "platform" else str(getattr(platform, kind))


def each_alone(scenario: Scenario, kind: Kind, *, without: bool) -> tuple[Restriction, ...]:
    """Each country (or domain) alone, and where asked everything but each."""
    names = names_of(scenario, kind)
    alone = [Restriction(f"only {name}", kind, only=(name,)) for name in names]
    rest = [Restriction(f"without {name}", kind, without=(name,)) for name in names] if without else []
    return (*alone, *rest)


def restrictions_by(scenario: Scenario, by: str, *, without: bool) -> tuple[Restriction, ...]:
    """What to compare ``by``: supplier_country or domain, else a policy file's path.

    Raises ScenarioError where it is none of these, or the file has faults.
    """
    kinds: dict[str, Kind] = {"supplier_country": "supplier_country", "domain": "domain"}
    if by in kinds:
        return each_alone(scenario, kinds[by], without=without)
    if not FilePath(by).exists():
        expected = "supplier_country, domain or a policy file"
        raise ScenarioError([Fault("--by", 0, "policy", f"no file {clipped(by)}", expected)])
    if without:
        raise ScenarioError([Fault("--without", 0, "policy", "a policy file beside it", "supplier_country or domain")])
    return read_policy_file(FilePath(by), scenario)


def lifted_policies(scenario: Scenario, restrictions: Sequence[Restriction]) -> list[str]:
    """The scenario's policies that the comparison sets aside."""
    names = sorted({name for restriction in restrictions for name in LIFTED[restriction.of]})
    return [f"policies.{name}" for name in names if getattr(scenario.policies, name)]


def opened(scenario: Scenario, restrictions: Sequence[Restriction]) -> Scenario:
    """The scenario of open competition: without the share policies on what any of the restrictions restricts."""
    lifted = {name: value for restriction in restrictions for name, value in LIFTED[restriction.of].items()}
    return with_parts(scenario, policies=scenario.policies.model_copy(update=lifted))


def restricted(scenario: Scenario, restriction: Restriction) -> Scenario | None:
    """The scenario under a restriction and its own policies; None where they leave nothing to buy.

    The scenario itself where the restriction leaves everything.
    """
    names = names_of(scenario, restriction.of)
    left = [name for name in names if restriction.allows(name)]
    if not left or len(left) == len(names):
        return scenario if left else None
    choice = {POLICY_OF[restriction.of]: Choice(only=tuple(left))}
    return with_parts(scenario, policies=scenario.policies.model_copy(update=choice))


class RestrictionText(Value):
    """One entry of a policy file."""

    name: str = Field(min_length=1, description="what the restriction is called")
    of: Kind = Field(description="what it restricts")
    only: Names | None = Field(default=None, description="what alone may be bought")
    without: Names | None = Field(default=None, description="what may not be bought")


class PolicyText(Value):
    """A policy file."""

    restrictions: tuple[RestrictionText, ...] = Field(min_length=1, description="the restrictions to compare")


def read_policy_file(path: FilePath, scenario: Scenario) -> tuple[Restriction, ...]:
    """The restrictions that a YAML file states. Raises ScenarioError with every fault at its line."""
    reading = read_yaml(text_of(path, path.name), path.name)
    result = validated(PolicyText, reading.root, _label)
    faults = [*reading.faults, *result.faults]
    if not faults:
        faults.extend(_faults(reading.root, result.value, scenario))
    if faults:
        raise ScenarioError(faults)
    return tuple(
        Restriction(entry.name, entry.of, entry.only or (), entry.without or ()) for entry in result.value.restrictions
    )


def _label(path: Path) -> str:
    if len(path) < 2:
        return ".".join(map(str, path)) or "policy file"
    entry = f"restriction {int(path[1]) + 1}"
    return ".".join((entry, *map(str, path[2:])))


def _faults(root: Node, text: PolicyText, scenario: Scenario) -> Iterator[Fault]:
    names: set[str] = set()
    for i, entry in enumerate(text.restrictions):
        node = root.get("restrictions", i)
        assert node is not None
        if entry.name in names:
            yield fault_at(node, _label(("restrictions", i, "name")), "a name of its own", found=clipped(entry.name))
        names.add(entry.name)
        stated = [key for key in ("only", "without") if getattr(entry, key) is not None]
        if len(stated) != 1:
            found = " and ".join(stated) or "neither only nor without"
            yield fault_at(node, _label(("restrictions", i)), "either only or without", found=found)
        for key in stated:
            known = {name_of(entry.of, p) for p in scenario.platforms}
            for j, name in enumerate(getattr(entry, key)):
                place = root.get("restrictions", i, key, j)
                if name not in known and place is not None:
                    yield fault_at(place, _label(("restrictions", i, key)), one_of(sorted(known), name))
