"""``python -m tools.validation`` writes the data, the figures and the page's tables; some six minutes on two cores."""

from __future__ import annotations

from tools.validation import charts, random_search, shipped
from tools.validation.page import DATA, write_page

from fleetcraft.report.figures import to_svg


def main() -> None:
    """Measure, draw, and renew the page."""
    data = random_search.found(random_search.cases(), random_search.COVERAGES, random_search.TRIALS)
    drawn = random_search.found(random_search.curve_cases(), random_search.CURVE_COVERAGES, random_search.TRIALS)
    pairs = shipped.shipped_pairs()
    data.to_csv(DATA / "random_search.csv", index=False)
    shipped.summary(pairs).to_csv(DATA / "shipped_pairs.csv", index=False)
    figures = {
        "rates": charts.rates(random_search.rate_ratios(random_search.by_coverage(data))),
        "curves": charts.curves(random_search.by_coverage(drawn)),
        "shipped": charts.shipped(pairs),
    }
    for name, chart in figures.items():
        (DATA / f"{name}.svg").write_text(to_svg(chart) + "\n", encoding="utf-8")
    write_page()


if __name__ == "__main__":
    main()
