"""The shipped tables as text: every value has its source, derived values follow their rules, words stay civil."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from math import exp, gamma, sqrt
from pathlib import Path

import pytest
from shapely.geometry import shape

EXAMPLES = Path(str(files("fleetcraft.scenario").joinpath("examples")))
NAMES = ("japan-2026", "galapagos")
KINDS = ("published", "derived", "structural", "assumption")
DESCRIPTIVE = {
    "id",
    "name",
    "domain",
    "supplier",
    "supplier_country",
    "price_currency",
    "datalink",
    "launch_mode",
    "acquisition",
    "armed_variant_exists",
    "buyable",
    "price_basis",
}
MAY_BE_EMPTY = {"licensed_from", "identifies"}
WORDS = {"control_interfaces", "identifies", "craft_class", "ground_segment", "submerged_sensor", "licensed_from"}
FORBIDDEN = re.compile(
    r"weapon|strike|missile|munition|warhead|attack|kamikaze|loiter|bomb|lethal|combat|torped|\bkill|explosi", re.I
)

Row = dict[str, str]


def rows(example: str, table: str) -> list[Row]:
    with (EXAMPLES / example / table).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def sources(example: str) -> dict[tuple[str, str], Row]:
    return {(r["id"], r["field"]): r for r in rows(example, "platform_sources.csv")}


@pytest.mark.parametrize("example", NAMES)
def test_each_platform_value_has_one_source_of_equal_value(example: str) -> None:
    listed = rows(example, "platform_sources.csv")
    by_field = sources(example)
    assert len(by_field) == len(listed)
    expected = set()
    for platform in rows(example, "platforms.csv"):
        for field in platform.keys() - DESCRIPTIVE:
            if field in MAY_BE_EMPTY and not platform[field]:
                continue
            expected.add((platform["id"], field))
            stated, sourced = platform[field], by_field[platform["id"], field]["value"]
            assert (stated == sourced) if field in WORDS else (float(stated) == float(sourced)), (platform["id"], field)
    assert by_field.keys() == expected


@pytest.mark.parametrize("example", NAMES)
def test_kinds_are_known_and_mean_what_they_say(example: str) -> None:
    for key, row in sources(example).items():
        assert row["kind"] in KINDS, key
        assert row["kind"] != "published" or row["source_url"], key
        assert row["kind"] != "derived" or row["source_url"] or row["note"], key
        assert row["kind"] != "structural" or row["note"], key
        assert not row["note"].startswith("weak source") or (row["kind"] == "assumption" and row["source_url"]), key
        assert not row["source_url"] or re.fullmatch(r"https?://\S+", row["source_url"]), key


@pytest.mark.parametrize("example", NAMES)
def test_ranges_hold_their_value_and_every_assumed_number_has_one(example: str) -> None:
    for key, row in sources(example).items():
        numeric = row["field"] not in WORDS
        assert bool(row["low"]) == bool(row["high"]), key
        assert row["kind"] != "assumption" or not numeric or row["low"], key
        if row["low"]:
            assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), key


@pytest.mark.parametrize("example", NAMES)
def test_sweep_widths_follow_the_rule_in_their_note(example: str) -> None:
    rule = re.compile(
        r"2 x (?P<e>[\d.]+) x min\(radar horizon, (?P<R>\d+) nm\), sensor at (?P<h>\d+) m, mast of (?P<t>\d+) m"
    )
    followed = 0
    for key, row in sources(example).items():
        if match := rule.match(row["note"]):
            e, reach, sensor, target = (float(match[name]) for name in "eRht")
            horizon = 2.21 * (sqrt(sensor) + sqrt(target))
            assert float(row["value"]) == pytest.approx(2 * e * min(horizon, reach), abs=0.051), key
            followed += 1
    assert followed >= 18


@pytest.mark.parametrize("example", NAMES)
def test_ranges_from_base_without_a_data_link_are_a_quarter_of_the_way(example: str) -> None:
    by_field, followed = sources(example), 0
    for (platform, field), row in by_field.items():
        if field == "range_nm_from_base" and row["note"].startswith("a quarter of endurance times cruise speed"):
            way = float(by_field[platform, "endurance_h"]["value"]) * float(
                by_field[platform, "cruise_speed_kn"]["value"]
            )
            assert float(row["value"]) == pytest.approx(way / 4, abs=0.51), platform
            followed += 1
    assert followed >= 5


@pytest.mark.parametrize("example", NAMES)
def test_no_forbidden_vocabulary(example: str) -> None:
    shipped = [p for p in (EXAMPLES / example).rglob("*") if p.is_file()]
    assert len(shipped) == {"galapagos": 11, "japan-2026": 14}[example]
    for name, text in (pair for path in shipped for pair in texts_in(path)):
        found = FORBIDDEN.search(text)
        assert found is None, f"{name}: {found}"


def texts_in(path: Path) -> Iterator[tuple[str, str]]:
    """The text of a file, or of each file that is packed in it."""
    if path.suffix != ".zip":
        yield path.name, path.read_text(encoding="utf-8")
        return
    with zipfile.ZipFile(path) as packed:
        yield from ((name, packed.read(name).decode("utf-8")) for name in packed.namelist())


@pytest.mark.parametrize("example", NAMES)
def test_outlines_are_valid_and_closed(example: str) -> None:
    collection = json.loads((EXAMPLES / example / "areas.geojson").read_text(encoding="utf-8"))
    for feature in collection["features"]:
        outline = shape(feature["geometry"])
        assert outline.is_valid, feature["properties"]["id"]
        assert outline.area > 0, feature["properties"]["id"]
        assert all(ring[0] == ring[-1] for ring in feature["geometry"]["coordinates"])


@pytest.mark.parametrize("example", NAMES)
def test_environment_covers_every_month_of_every_area(example: str) -> None:
    collection = json.loads((EXAMPLES / example / "areas.geojson").read_text(encoding="utf-8"))
    areas = [f["properties"]["id"] for f in collection["features"]]
    months = [(r["area_id"], int(r["month"])) for r in rows(example, "environment.csv")]
    assert sorted(months) == sorted((area, month) for area in areas for month in range(1, 13))


@pytest.mark.parametrize("example", NAMES)
def test_weather_shares_follow_their_weibull_laws(example: str) -> None:
    upper_hs_m = (0.1, 0.5, 1.25, 2.5, 4.0, 6.0, 9.0, 14.0)  # WMO classes 1 to 8
    for row in rows(example, "environment.csv"):
        shares = [float(row[f"p_ss{c}"]) for c in range(10)]
        assert sum(shares) == pytest.approx(1, abs=1e-4)
        for c, edge in enumerate(upper_hs_m, start=1):
            below = 1 - _exceeded(edge, float(row["mean_hs_m"]), float(row["hs_weibull_k"]))
            assert sum(shares[: c + 1]) == pytest.approx(below, abs=5e-5)
        for wind in (20, 25, 28, 30):
            above = _exceeded(wind, float(row["mean_wind_kn"]), float(row["wind_weibull_k"]))
            assert float(row[f"p_wind_ge_{wind}kn"]) == pytest.approx(above, abs=6e-5)


def _exceeded(value: float, mean: float, k: float) -> float:
    """Share of a Weibull law of given mean and shape above a value."""
    return exp(-((value * gamma(1 + 1 / k) / mean) ** k))


def test_dollar_rates_of_galapagos_are_yen_rates_crossed() -> None:
    yen = {r["year"]: r for r in rows("japan-2026", "fx.csv")}
    dollar = {r["year"]: r for r in rows("galapagos", "fx.csv")}
    rho = _correlation("japan-2026")
    assert yen.keys() == dollar.keys()
    for year, row in dollar.items():
        per_usd = float(yen[year]["jpy_per_usd"])
        assert float(row["usd_per_jpy"]) == pytest.approx(1 / per_usd, rel=1e-5)
        assert row["vol_jpy"] == yen[year]["vol_usd"]
        for c in ("eur", "aud"):
            assert float(row[f"usd_per_{c}"]) == pytest.approx(float(yen[year][f"jpy_per_{c}"]) / per_usd, rel=1e-5)
            covariance = _crossed_covariance(yen[year], rho, c, c)
            assert float(row[f"vol_{c}"]) == pytest.approx(sqrt(covariance), abs=6e-5)


def test_dollar_correlations_of_galapagos_are_crossed_at_the_volatilities_of_2025() -> None:
    year = next(r for r in rows("japan-2026", "fx.csv") if r["year"] == "2025")
    rho = _correlation("japan-2026")
    for a, row in _correlation("galapagos").items():
        for b, stated in row.items():
            cov = _crossed_covariance(year, rho, a, b)
            scale = sqrt(_crossed_covariance(year, rho, a, a) * _crossed_covariance(year, rho, b, b))
            assert stated == pytest.approx(cov / scale, abs=6e-4)


def _correlation(example: str) -> dict[str, dict[str, float]]:
    return {r[""]: {c: float(v) for c, v in r.items() if c} for r in rows(example, "fx_correlation.csv")}


def _crossed_covariance(year: Row, rho: dict[str, dict[str, float]], a: str, b: str) -> float:
    """Covariance of log dollar rates of a and b: each is the log yen rate less the dollar's; the yen's own is 0."""

    def covariance(x: str, y: str) -> float:
        if "jpy" in (x, y):
            return 0.0
        return rho[x][y] * float(year[f"vol_{x}"]) * float(year[f"vol_{y}"])

    return covariance(a, b) - covariance(a, "usd") - covariance("usd", b) + covariance("usd", "usd")


def test_galapagos_ships_japans_rows_of_unarmed_types() -> None:
    japan = {r["id"]: r for r in rows("japan-2026", "platforms.csv")}
    chosen = rows("galapagos", "platforms.csv")
    assert len(chosen) == 19
    assert all(r == japan[r["id"]] and r["armed_variant_exists"] == "no" for r in chosen)
    japan_sources = sources("japan-2026")
    assert all(row == japan_sources[key] for key, row in sources("galapagos").items())


def test_the_documents_count_of_kinds_is_that_of_the_tables() -> None:
    document = Path(__file__).parents[3] / "docs" / "background" / "sources.md"
    counted = re.search(r"<!-- counts -->\n(.*)<!-- end of counts -->", document.read_text(encoding="utf-8"), re.S)
    assert counted is not None
    table = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in counted[1].splitlines()]
    assert table[0] == ["example", *KINDS]
    for example, line in zip(NAMES, table[2:], strict=True):
        kinds = Counter(r["kind"] for r in rows(example, "platform_sources.csv"))
        assert line == [example, *(str(kinds[kind]) for kind in KINDS)]
