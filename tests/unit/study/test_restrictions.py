"""Restrictions: by rule, from a policy file with every fault at its line, and what they make of a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import make_scenario
from fleetcraft.errors import ScenarioError
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.restrictions import (
    Restriction,
    each_alone,
    lifted_policies,
    opened,
    read_policy_file,
    restricted,
    restrictions_by,
)

THREE = [
    {},
    {"id": "home", "supplier_country": "EC"},
    {"id": "boat", "supplier_country": "AU", "domain": "surface"},
]


@pytest.fixture
def scenario() -> Scenario:
    return make_scenario(platforms=THREE)


def buyable(scenario: Scenario | None) -> list[str]:
    assert scenario is not None
    return [p.id for p in scenario.platforms if scenario.policies.allows(p)]


def test_each_country_alone_and_everything_but_each(scenario: Scenario) -> None:
    alone = each_alone(scenario, "supplier_country", without=False)
    assert [r.name for r in alone] == ["only AU", "only EC", "only US"]
    both = each_alone(scenario, "supplier_country", without=True)
    assert [r.name for r in both[3:]] == ["without AU", "without EC", "without US"]
    assert [r.only or r.without for r in each_alone(scenario, "domain", without=False)] == [("air",), ("surface",)]


def test_a_restriction_leaves_what_it_allows(scenario: Scenario) -> None:
    assert buyable(restricted(scenario, Restriction("x", "supplier_country", only=("AU", "EC")))) == ["home", "boat"]
    assert buyable(restricted(scenario, Restriction("x", "supplier_country", without=("AU",)))) == ["drone", "home"]
    assert buyable(restricted(scenario, Restriction("x", "domain", only=("surface",)))) == ["boat"]
    assert buyable(restricted(scenario, Restriction("x", "platform", without=("drone",)))) == ["home", "boat"]


def test_the_scenarios_own_choice_stands() -> None:
    chosen = make_scenario(platforms=THREE, policies={"supplier_countries": {"without": ["US"]}})
    assert [r.name for r in each_alone(chosen, "supplier_country", without=False)] == ["only AU", "only EC"]
    assert buyable(restricted(chosen, Restriction("x", "supplier_country", without=("EC",)))) == ["boat"]
    assert restricted(chosen, Restriction("x", "supplier_country", only=("US",))) is None


def test_share_policies_on_what_is_restricted_are_lifted_and_no_others() -> None:
    stated = make_scenario(
        platforms=THREE,
        policies={
            "supplier_country_share": {"max": 0.6},
            "domestic_share": {"min": 0.1},
            "domain_minimum": {"air": 1},
        },
    )
    by_country = each_alone(stated, "supplier_country", without=False)
    assert lifted_policies(stated, by_country) == ["policies.domestic_share", "policies.supplier_country_share"]
    free = opened(stated, by_country)
    assert free.policies.supplier_country_share is None
    assert free.policies.domestic_share is None
    assert free.policies.domain_minimum == {"air": 1}
    by_domain = each_alone(stated, "domain", without=False)
    assert lifted_policies(stated, by_domain) == ["policies.domain_minimum"]
    assert opened(stated, by_domain).policies.supplier_country_share is not None
    assert opened(stated, [Restriction("x", "platform", only=("home",))]) == stated


# The policy file


def faults(folder: Path, text: str, scenario: Scenario) -> list[str]:
    path = folder / "policies.yaml"
    path.write_text(text)
    with pytest.raises(ScenarioError) as error:
        read_policy_file(path, scenario)
    return str(error.value).splitlines()


def test_a_policy_file_states_restrictions(tmp_path: Path, scenario: Scenario) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(
        "restrictions:\n"
        "  - {name: home and Australia, of: supplier_country, only: [EC, AU]}\n"
        "  - name: no boats\n"
        "    of: domain\n"
        "    without: [surface]\n"
    )
    expected = (
        Restriction("home and Australia", "supplier_country", only=("EC", "AU")),
        Restriction("no boats", "domain", without=("surface",)),
    )
    assert read_policy_file(path, scenario) == expected
    assert restrictions_by(scenario, str(path), without=False) == expected


def test_every_fault_of_a_policy_file_has_its_line(tmp_path: Path, scenario: Scenario) -> None:
    assert faults(
        tmp_path,
        "restrictions:\n"
        "  - {name: a, of: supplier_country, only: [EC, ZZ]}\n"
        "  - {name: a, of: domain, without: [sea]}\n"
        "  - {name: b, of: platform}\n"
        "  - {name: c, of: platform, only: [home], without: [boat]}\n",
        scenario,
    ) == [
        "policies.yaml:2: restriction 1.only: found ZZ, expected one of AU, EC, US",
        "policies.yaml:3: restriction 2.name: found a, expected a name of its own",
        "policies.yaml:3: restriction 2.without: found sea, expected one of air, surface",
        "policies.yaml:4: restriction 3: found neither only nor without, expected either only or without",
        "policies.yaml:5: restriction 4: found only and without, expected either only or without",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("restrictions: []\n", "policies.yaml:1: restrictions: found nothing, expected one entry or more"),
        ("restriction: []\n", "policies.yaml:1: policy file: found the unknown key restriction, expected restrictions"),
        (
            "restrictions:\n  - {name: a, of: country, only: [EC]}\n",
            "policies.yaml:2: restriction 1.of: found country, expected supplier_country (the nearest of "
            "supplier_country, domain, platform)",
        ),
        (
            "restrictions:\n  - {name: a, of: domain, only: [air], lift: yes}\n",
            "policies.yaml:2: restriction 1: found the unknown key lift, expected one of name, of, only, without",
        ),
    ],
)
def test_a_policy_file_is_read_strictly(tmp_path: Path, scenario: Scenario, text: str, fault: str) -> None:
    assert faults(tmp_path, text, scenario) == [fault]


def test_what_is_no_rule_and_no_file_is_told(tmp_path: Path, scenario: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"found no file contry, expected supplier_country, domain or a policy"):
        restrictions_by(scenario, "contry", without=False)
    (tmp_path / "p.yaml").write_text("restrictions: []")
    with pytest.raises(ScenarioError, match="found a policy file beside it"):
        restrictions_by(scenario, str(tmp_path / "p.yaml"), without=True)
