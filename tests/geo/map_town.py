"""A town of a few streets around a lake, as an OpenStreetMap file, for tests of maps."""

from __future__ import annotations

from pathlib import Path

SOUTH, WEST = 52.60, 5.40


def write_town(path: Path) -> Path:
    """Write a grid of named streets of 2 by 2 km, a lake in the middle, a motorway, a cycleway and two places."""
    nodes, ways = [], []
    number = {}
    for row in range(5):
        for column in range(5):
            number[row, column] = len(nodes) + 1
            nodes.append((len(nodes) + 1, SOUTH + row * 0.0045, WEST + column * 0.0074, {}))
    kinds = ["residential", "tertiary", "cycleway", "primary", "motorway"]
    for line in range(5):
        along = [number[line, column] for column in range(5)]
        across = [number[row, line] for row in range(5)]
        ways.append((100 + line, along, {"highway": kinds[line], "name": f"Dwarsstraat {line}"}))
        ways.append((200 + line, across, {"highway": "residential", "name": f"Langestraat {line}"}))
    lake = []
    for lat, lon in ((0.005, 0.008), (0.005, 0.014), (0.008, 0.014), (0.008, 0.008)):
        lake.append(len(nodes) + 1)
        nodes.append((len(nodes) + 1, SOUTH + lat, WEST + lon, {}))
    ways.append((300, [*lake, lake[0]], {"natural": "water", "name": "Het Meer"}))
    square = [number[0, 0], number[0, 4], number[4, 4], number[4, 0], number[0, 0]]
    ways.append((301, square, {"landuse": "residential"}))
    nodes.append((len(nodes) + 1, SOUTH + 0.009, WEST + 0.016, {"place": "town", "name": "Meerdorp & Zn <x>"}))
    nodes.append((len(nodes) + 1, SOUTH + 0.001, WEST + 0.001, {"place": "hamlet", "name": "Buurtje"}))
    text = ['<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">']
    text += [
        f'<node id="{n}" lat="{lat:.7f}" lon="{lon:.7f}" version="1">{_tags(t)}</node>' for n, lat, lon, t in nodes
    ]
    for way, refs, tags in ways:
        text.append(
            f'<way id="{way}" version="1">' + "".join(f'<nd ref="{r}"/>' for r in refs) + _tags(tags) + "</way>"
        )
    path.write_text("\n".join([*text, "</osm>"]), "utf-8")
    return path


def _tags(tags: dict[str, str]) -> str:
    escaped = {key: value.replace("&", "&amp;").replace("<", "&lt;") for key, value in tags.items()}
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in escaped.items())
