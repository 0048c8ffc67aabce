"""The map: coastline, areas shaded by attainment, bases and routes, drawn as one SVG without tiles or a network."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from fleetcraft.geo.land import land_near
from fleetcraft.geo.sphere import Bounds, Floats
from fleetcraft.report import tokens
from fleetcraft.report.labels import Label, Placed, place_labels
from fleetcraft.report.markup import Html, h, join
from fleetcraft.report.tables import Result, area_attainment
from fleetcraft.report.tokens import DOMAIN_DASHES, LIGHT
from fleetcraft.scenario.area import Area
from fleetcraft.scenario.platform import DOMAINS
from fleetcraft.scenario.scenario import Scenario

_MARGIN = 0.05
_EARTH_RADIUS_NM = 3440.07


@dataclass(frozen=True, slots=True)
class Sheet:
    """How large a map is drawn, in px, and whether it names the bases too; its legend has one row or two."""

    width: float
    max_height: float
    names_bases: bool
    legend_rows: int

    @property
    def legend_height(self) -> float:
        """Room below the map."""
        return 18.0 + 56.0 * self.legend_rows


LARGE = Sheet(1000.0, 860.0, names_bases=True, legend_rows=1)
OVERVIEW = Sheet(620.0, 480.0, names_bases=False, legend_rows=2)


@dataclass(frozen=True, slots=True)
class Projection:
    """Lambert's azimuthal equal-area projection of the sphere (Snyder 1987, eq. 24-2 to 24-4), in nm."""

    lon: float
    lat: float

    def forward(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """East and north (nm) of positions in degrees, any shape."""
        turn, phi, phi0 = np.radians(np.asarray(lon) - self.lon), np.radians(lat), np.radians(self.lat)
        k = np.sqrt(2 / (1 + np.sin(phi0) * np.sin(phi) + np.cos(phi0) * np.cos(phi) * np.cos(turn)))
        east = _EARTH_RADIUS_NM * k * np.cos(phi) * np.sin(turn)
        north = _EARTH_RADIUS_NM * k * (np.cos(phi0) * np.sin(phi) - np.sin(phi0) * np.cos(phi) * np.cos(turn))
        return east, north

    def inverse(self, east: ArrayLike, north: ArrayLike) -> tuple[Floats, Floats]:
        """Longitude and latitude (degrees) of points of the plane; longitudes run on past 180."""
        x, y, phi0 = np.asarray(east), np.asarray(north), np.radians(self.lat)
        rho = np.maximum(np.hypot(x, y), 1e-9)
        c = 2 * np.arcsin(np.minimum(rho / (2 * _EARTH_RADIUS_NM), 1))
        lat = np.arcsin(np.clip(np.cos(c) * np.sin(phi0) + y * np.sin(c) * np.cos(phi0) / rho, -1, 1))
        turn = np.arctan2(x * np.sin(c), rho * np.cos(phi0) * np.cos(c) - y * np.sin(phi0) * np.sin(c))
        return self.lon + np.degrees(turn), np.degrees(lat)


@dataclass(frozen=True, slots=True)
class Frame:
    """The map's window: a projection, the plane's left and top edge (nm), and px per nm."""

    projection: Projection
    left: float
    top: float
    scale: float
    width: float
    height: float

    def px(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Positions in degrees as px from the top left corner."""
        east, north = self.projection.forward(lon, lat)
        return (east - self.left) * self.scale, (self.top - north) * self.scale

    def bounds(self) -> Bounds:
        """A box in degrees that holds the window and half a degree more, so that no cut edge of land is seen."""
        side, none, full = np.linspace(0, 1, 21), np.zeros(21), np.ones(21)
        x = np.concatenate([side, side, none, full]) * self.width
        y = np.concatenate([none, full, side, side]) * self.height
        lon, lat = self.projection.inverse(self.left + x / self.scale, self.top - y / self.scale)
        west, east = float(lon.min()) - 0.5, float(lon.max()) + 0.5
        return Bounds(west, max(float(lat.min()) - 0.5, -90.0), east, min(float(lat.max()) + 0.5, 90.0))


def draw_map(result: Result, scenario: Scenario, sheet: Sheet = LARGE) -> Html:
    """The map as an SVG element in the light colours, its legend inside; ``title`` and ``desc`` say what it shows."""
    frame = fit_frame(scenario.areas, result.get("places", ()), sheet)
    shares = area_attainment(result)
    drawing = join(
        h("rect", width=_px(frame.width), height=_px(frame.height), fill=LIGHT["sea"]),
        _graticule(frame),
        *(_shade(frame, area, shares.get(area.id)) for area in scenario.areas),
        _land(frame),
        *(_outline(frame, area, shares.get(area.id)) for area in scenario.areas),
        *_ticks(frame),
        *(_route(frame, domain, rows) for domain, rows in _routes(result)),
        *(_base(frame, place) for place in _bases(result)),
        *map(_label, _labels(frame, scenario.areas, shares, _bases(result), sheet.names_bases)),
        _scale_bar(frame),
    )
    clip = h("clipPath", h("rect", width=_px(frame.width), height=_px(frame.height)), id="map-frame")
    edge = h("rect", width=_px(frame.width), height=_px(frame.height), fill="none", stroke=LIGHT["rule"])
    total = frame.height + sheet.legend_height
    return h(
        "svg",
        h("title", f"Map of {scenario.name}: areas, bases and routes"),
        h("desc", _description(scenario.areas, shares, result)),
        h("rect", width=_px(frame.width), height=_px(total), fill=LIGHT["paper"]),
        h("defs", clip),
        h("g", drawing, clip_path="url(#map-frame)"),
        edge,
        h("g", _legend(sheet), transform=f"translate(0 {frame.height:.0f})"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {frame.width:.0f} {total:.0f}",
        width=_px(frame.width),
        height=_px(total),
        font_family=tokens.CHART_FONT,
        role="img",
    )


def fit_frame(areas: Sequence[Area], places: Sequence[Mapping[str, Any]], sheet: Sheet = LARGE) -> Frame:
    """The smallest window, with a margin, that shows every area and every base used."""
    lon = np.array([p[0] for ring in _rings(areas) for p in ring] + [float(p["lon"]) for p in places])
    lat = np.array([p[1] for ring in _rings(areas) for p in ring] + [float(p["lat"]) for p in places])
    lon = _unwrapped(lon)
    projection = Projection((lon.min() + lon.max()) / 2, (lat.min() + lat.max()) / 2)
    east, north = projection.forward(lon, lat)
    margin = _MARGIN * max(np.ptp(east), np.ptp(north)) + 20
    span_x, span_y = np.ptp(east) + 2 * margin, np.ptp(north) + 2 * margin
    scale = min(sheet.width / span_x, sheet.max_height / span_y)
    spare = (sheet.width / scale - span_x) / 2
    left, top = east.min() - margin - spare, north.max() + margin
    return Frame(projection, float(left), float(top), float(scale), sheet.width, float(round(span_y * scale)))


def _unwrapped(lon: Floats) -> Floats:
    """Longitudes moved by whole turns so that none is more than half a turn from their mean direction."""
    mean = float(np.degrees(np.angle(np.exp(1j * np.radians(lon)).mean())))
    return np.asarray(mean + (lon - mean + 180) % 360 - 180)


def _rings(areas: Iterable[Area]) -> Iterable[Sequence[tuple[float, float]]]:
    return (ring for area in areas for polygon in area.polygons for ring in polygon)


def _path(frame: Frame, rings: Iterable[Sequence[Sequence[float]]]) -> str:
    return "".join(_line(*frame.px(*np.asarray(ring, dtype=float).T)) + "Z" for ring in rings)


def _line(x: Floats, y: Floats) -> str:
    return "M" + "L".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _land(frame: Frame) -> Html:
    half_px_deg = 0.5 / frame.scale / 60
    rings = (frame.px(*np.asarray(ring).T) for ring in land_near(frame.bounds(), half_px_deg))
    d = "".join(_line(x, y) + "Z" for x, y in rings if _reaches(frame, x, y))
    return h("path", d=d, fill=LIGHT["land"], stroke=LIGHT["coast"], stroke_width="0.6", fill_rule="evenodd")


def _reaches(frame: Frame, x: Floats, y: Floats) -> bool:
    return bool(x.max() > 0 and x.min() < frame.width and y.max() > 0 and y.min() < frame.height)


def _graticule(frame: Frame) -> Html:
    west, south, east, north = frame.bounds()
    lons, lats = _lines(frame)
    lines = [_line(*frame.px(np.full(40, lon), np.linspace(south, north, 40))) for lon in lons]
    lines += [_line(*frame.px(np.linspace(west, east, 60), np.full(60, lat))) for lat in lats]
    return h("path", d="".join(lines), fill="none", stroke=LIGHT["rule"], stroke_width="0.7")


def _lines(frame: Frame) -> tuple[Floats, Floats]:
    """Longitudes and latitudes of the lines drawn, at the finest round step that leaves at most a dozen meridians."""
    west, south, east, north = frame.bounds()
    step = next(s for s in (1, 2, 5, 10, 20, 45) if (east - west) / s <= 12)
    return np.arange(np.ceil(west / step) * step, east, step), np.arange(np.ceil(south / step) * step, north, step)


def _ticks(frame: Frame) -> Iterable[Html | None]:
    lons, lats = _lines(frame)
    yield from (_tick(frame, lon, frame.projection.lat, lon_label=True) for lon in lons)
    yield from (_tick(frame, frame.projection.lon, lat, lon_label=False) for lat in lats)


def _tick(frame: Frame, lon: float, lat: float, *, lon_label: bool) -> Html | None:
    """A meridian's label at the bottom edge or a parallel's at the left edge, where the line meets it."""
    if lon_label:
        along = np.linspace(frame.bounds().south, frame.bounds().north, 400)
        x, y = _crossing(frame, np.full(400, lon), along, at=frame.height - 5, axis=1)
        text, anchor = _degrees((lon + 180) % 360 - 180, "E", "W"), "middle"
    else:
        along = np.linspace(frame.bounds().west, frame.bounds().east, 400)
        x, y = _crossing(frame, along, np.full(400, lat), at=5, axis=0)
        text, anchor = _degrees(lat, "N", "S"), "start"
    if not (4 < x < frame.width - 20 and 12 < y < frame.height - 3):
        return None
    return h(
        "text",
        text,
        x=_px(x),
        y=_px(y - (0 if lon_label else 3)),
        font_size=10,
        fill=LIGHT["muted"],
        text_anchor=anchor,
    )


def _crossing(frame: Frame, lon: Floats, lat: Floats, *, at: float, axis: int) -> tuple[float, float]:
    points = frame.px(lon, lat)
    nearest = int(np.argmin(np.abs(points[axis] - at)))
    return float(points[0][nearest]), float(points[1][nearest])


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):g}°{'' if value == 0 else positive if value > 0 else negative}"


def _shade(frame: Frame, area: Area, share: float | None) -> Html:
    """An area's fill, on which land is then drawn: only its sea counts."""
    fill = "none" if share is None else LIGHT[tokens.ramp_step(share)]
    return h("path", d=_path(frame, _rings([area])), fill=fill, fill_rule="evenodd")


def _outline(frame: Frame, area: Area, share: float | None) -> Html:
    said = "no requirement" if share is None else f"{tokens.percent(share, 0)} of what is asked"
    title = h("title", f"{area.name}: {said}")
    return h("path", title, d=_path(frame, _rings([area])), fill="none", stroke=LIGHT["ink"], stroke_width="0.9")


def _routes(result: Result) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Rows by the way they take: one line for all craft of a domain between a base and an area, dotted lines on top."""
    domains = {p["id"]: p["domain"] for p in result.get("platforms", ())}
    ways: dict[tuple[int, str, str], list[Mapping[str, Any]]] = {}
    for row in result.get("allocation", ()):
        if row.get("route"):
            ways.setdefault((DOMAINS.index(domains[row["platform"]]), row["base"], row["area"]), []).append(row)
    return [(DOMAINS[domain], ways[domain, base, area]) for domain, base, area in sorted(ways)]


def _route(frame: Frame, domain: str, rows: Sequence[Mapping[str, Any]]) -> Html:
    lon, lat = np.asarray(rows[0]["route"], dtype=float).T
    craft, distance_nm = sum(row["craft"] for row in rows), rows[0]["distance_nm"]
    return h(
        "path",
        h("title", f"{rows[0]['base']} to {rows[0]['area']}: {craft} {domain} craft, {distance_nm:.0f} nm"),
        d=_line(*frame.px(lon, lat)),
        fill="none",
        stroke=LIGHT[domain],
        stroke_width="1.8",
        stroke_dasharray=DOMAIN_DASHES[domain],
        stroke_linecap="round",
    )


def _bases(result: Result) -> list[Mapping[str, Any]]:
    used = {row["base"] for row in result.get("allocation", ())}
    return [place for place in result.get("places", ()) if place["id"] in used]


def _base(frame: Frame, place: Mapping[str, Any]) -> Html:
    x, y = (float(v) for v in frame.px(place["lon"], place["lat"]))
    name = h("title", place["name"])
    return h(
        "circle", name, cx=_px(x), cy=_px(y), r="3.4", fill=LIGHT["ink"], stroke=LIGHT["paper"], stroke_width="1.2"
    )


def _labels(
    frame: Frame,
    areas: Sequence[Area],
    shares: Mapping[str, float],
    bases: Sequence[Mapping[str, Any]],
    names_bases: bool,
) -> tuple[Placed, ...]:
    """Areas first: they are what the map is about."""
    dots = [tuple(float(v) for v in frame.px(place["lon"], place["lat"])) for place in bases]
    wanted = [_area_label(frame, area, shares.get(area.id)) for area in areas]
    if names_bases:
        wanted += [Label(x, y, (_short(p["name"]),), 10, 6) for (x, y), p in zip(dots, bases, strict=True)]
    obstacles = [(x - 4, y - 4, x + 4, y + 4) for x, y in dots] + [_scale_box(frame)]
    return place_labels(wanted, obstacles, frame.width, frame.height)


def _area_label(frame: Frame, area: Area, share: float | None) -> Label:
    x, y = frame.px(*np.array([p for ring in _rings([area]) for p in ring]).T)
    lines = textwrap.wrap(area.name + ("" if share is None else f" {tokens.percent(share, 0)}"), 17)
    box = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
    centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return Label(*centre, tuple(lines), 11.5, (box[2] - box[0] + box[3] - box[1]) / 5, covers=box)


def _short(name: str) -> str:
    """A base's name without what stands in brackets or after a slash."""
    return textwrap.shorten(re.sub(r"\s*\(.*?\)|\s*/.*", "", name) or name, 28, placeholder="…")


def _label(placed: Placed) -> Html:
    label = placed.label
    top = placed.y - label.height / 2
    spans = [
        h("tspan", line, x=_px(placed.x), y=_px(top + label.size * (0.92 + 1.2 * i)))
        for i, line in enumerate(label.lines)
    ]
    halo = {"stroke": LIGHT["paper"], "stroke_width": "3", "stroke_linejoin": "round", "paint_order": "stroke"}
    weight = "600" if label.covers is not None else None
    text = h("text", *spans, font_size=label.size, font_weight=weight, fill=LIGHT["ink"], text_anchor="middle", **halo)
    return join(_leader(placed), text)


def _leader(placed: Placed) -> Html | None:
    """A thin line from a label to what it names, where the two are apart."""
    left, top, right, bottom = placed.box
    x, y = min(max(placed.label.x, left), right), min(max(placed.label.y, top), bottom)
    if np.hypot(x - placed.label.x, y - placed.label.y) < 14:
        return None
    ends = {"x1": _px(x), "y1": _px(y), "x2": _px(placed.label.x), "y2": _px(placed.label.y)}
    return h("line", stroke=LIGHT["muted"], stroke_width="0.8", **ends)


def _scale_length_nm(frame: Frame) -> int:
    return next(n for n in (1000, 500, 200, 100, 50, 20, 10, 5, 2, 1) if n * frame.scale <= frame.width / 5 or n == 1)


def _scale_box(frame: Frame) -> tuple[float, float, float, float]:
    right, bottom = frame.width - 18, frame.height - 18
    return right - _scale_length_nm(frame) * frame.scale, bottom - 22, right, bottom


def _scale_bar(frame: Frame) -> Html:
    left, _, right, y = _scale_box(frame)
    bar = _line(np.array([left, left, right, right]), np.array([y - 5, y, y, y - 5]))
    name = f"{_scale_length_nm(frame)} nm"
    text = h("text", name, x=_px(right), y=_px(y - 8), font_size=11, fill=LIGHT["ink"], text_anchor="end")
    return join(h("path", d=bar, fill="none", stroke=LIGHT["ink"], stroke_width="1.4"), text)


def _legend(sheet: Sheet) -> Html:
    """What colours, lines and dots mean: side by side, or the lines and dots below where the map is narrow."""
    if sheet.legend_rows == 1:
        return join(*_ramp_legend(), *_domain_legend(440, 0), *_base_legend(800, 0))
    return join(*_ramp_legend(), *_domain_legend(1, 58), *_base_legend(361, 58))


def _ramp_legend() -> Iterable[Html]:
    yield _legend_text(1, 20, "attainment of the area's thresholds in the mean simulated year", muted=True)
    for step, name in enumerate(tokens.RAMP):
        x = 1 + step * 66
        yield h("rect", x=x, y=30, width=62, height=13, fill=LIGHT[name], stroke=LIGHT["muted"], stroke_width="0.6")
        yield _legend_text(x, 58, f"{20 * step} to {20 * step + 20}%")


def _domain_legend(left: float, top: float) -> Iterable[Html]:
    yield _legend_text(left, top + 20, "routes of craft in", muted=True)
    for i, domain in enumerate(DOMAINS):
        x = left + i * 110
        yield h(
            "path", d=f"M{_px(x)},{_px(top + 37)}h30", stroke=LIGHT[domain], stroke_width="2",
            stroke_dasharray=DOMAIN_DASHES[domain], stroke_linecap="round",
        )  # fmt: skip
        yield _legend_text(x + 36, top + 41, domain)


def _base_legend(left: float, top: float) -> Iterable[Html]:
    yield h("circle", cx=_px(left), cy=_px(top + 37), r="3.4", fill=LIGHT["ink"], stroke=LIGHT["paper"])
    yield _legend_text(left + 10, top + 41, "base used by the plan")


def _legend_text(x: float, y: float, text: str, *, muted: bool = False) -> Html:
    return h("text", text, x=_px(x), y=_px(y), font_size=11, fill=LIGHT["muted" if muted else "ink"])


def _description(areas: Sequence[Area], shares: Mapping[str, float], result: Result) -> str:
    said = [f"{a.name} {tokens.percent(shares[a.id], 0)}" for a in areas if a.id in shares]
    return (
        f"Attainment by area: {'; '.join(said)}. {len(_bases(result))} bases are used; routes lead from base to area."
    )


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
