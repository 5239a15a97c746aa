"""Read the lines, areas and names of one vector tile; only what the drawn map needs.

Source
------
Mapbox Vector Tile specification 2.1, par. 4.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Shape = Literal["point", "line", "area"]
_SHAPES: dict[int, Shape] = {1: "point", 2: "line", 3: "area"}

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOVE_TO, _LINE_TO, _CLOSE = 1, 2, 7


@dataclass(frozen=True)
class Feature:
    """One object of a layer.

    Attributes
    ----------
    shape
        Point, line or area.
    geometry
        Commands and parameters, still as the specification packs them.
    attributes
        Names with their texts or numbers.
    """

    shape: Shape
    geometry: list[int]
    attributes: dict[str, str | float]

    def path(self, coarseness: int = 0) -> str:
        """Path data for SVG in units of ``2**coarseness`` tile units, beginning with an absolute move."""
        return _to_path(self.geometry, coarseness)

    def points(self) -> list[tuple[int, int]]:
        """Absolute corners in units of the tile, all parts in one list."""
        found: list[tuple[int, int]] = []
        x = y = at = 0
        while at < len(self.geometry):
            command, count = self.geometry[at] & 7, self.geometry[at] >> 3
            at += 1
            if command == _CLOSE:
                continue
            for _ in range(count):
                x += _zigzag(self.geometry[at])
                y += _zigzag(self.geometry[at + 1])
                at += 2
                found.append((x, y))
        return found


@dataclass(frozen=True)
class Layer:
    """One layer of a tile; ``extent`` is the width of the tile in its own units."""

    name: str
    extent: int
    features: list[Feature]


def read_layers(gzipped: bytes, wanted: frozenset[str]) -> dict[str, Layer]:
    """Layers of a gzipped tile by name; layers that are not wanted are skipped unread."""
    layers: dict[str, Layer] = {}
    for field, value in _fields(memoryview(zlib.decompress(gzipped, wbits=31))):
        if field == 3 and isinstance(value, memoryview):
            layer = _read_layer(value, wanted)
            if layer is not None:
                layers[layer.name] = layer
    return layers


def _read_layer(raw: memoryview, wanted: frozenset[str]) -> Layer | None:
    name, extent = "", 4096
    keys: list[str] = []
    values: list[str | float] = []
    features: list[memoryview] = []
    for field, value in _fields(raw):
        if isinstance(value, memoryview):
            if field == 1:
                name = str(value, "utf-8")
                if name not in wanted:
                    return None
            elif field == 2:
                features.append(value)
            elif field == 3:
                keys.append(str(value, "utf-8"))
            elif field == 4:
                values.append(_read_value(value))
        elif field == 5:
            extent = value
    return Layer(name, extent, [_read_feature(one, keys, values) for one in features])


def _read_feature(raw: memoryview, keys: list[str], values: list[str | float]) -> Feature:
    shape: Shape = "point"
    tags: list[int] = []
    geometry: list[int] = []
    for field, value in _fields(raw):
        if field == 3 and isinstance(value, int):
            shape = _SHAPES.get(value, "point")
        elif field == 2 and isinstance(value, memoryview):
            tags = _packed(value)
        elif field == 4 and isinstance(value, memoryview):
            geometry = _packed(value)
    pairs = zip(tags[::2], tags[1::2], strict=False)
    return Feature(shape, geometry, {keys[key]: values[value] for key, value in pairs})


def _read_value(raw: memoryview) -> str | float:
    for field, value in _fields(raw):
        if field == 1 and isinstance(value, memoryview):
            return str(value, "utf-8")
        if field == 6 and isinstance(value, int):
            return _zigzag(value)
        if isinstance(value, int):
            return value
    return ""


def _fields(raw: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Field numbers of a protocol buffer message with their values; floats are passed over."""
    at, end = 0, len(raw)
    while at < end:
        key, at = _varint(raw, at)
        wire = key & 7
        if wire == _VARINT:
            value, at = _varint(raw, at)
            yield key >> 3, value
        elif wire == _BYTES:
            length, at = _varint(raw, at)
            yield key >> 3, raw[at : at + length]
            at += length
        elif wire in (_FIXED64, _FIXED32):
            at += 8 if wire == _FIXED64 else 4
        else:
            raise ValueError("not a vector tile")


def _varint(raw: memoryview, at: int) -> tuple[int, int]:
    byte = raw[at]
    if byte < 0x80:
        return byte, at + 1
    value, shift = byte & 0x7F, 7
    while True:
        at += 1
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at + 1
        shift += 7


def _packed(raw: memoryview) -> list[int]:
    found: list[int] = []
    value = shift = 0
    for byte in raw.tobytes():
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            found.append(value)
            value = shift = 0
        else:
            shift += 7
    return found


def _zigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _to_path(geometry: list[int], coarseness: int) -> str:
    """Path data; a closed ring puts SVG's pen back at its start, so the next ring starts from there."""
    parts: list[str] = []
    at, size = 0, len(geometry)
    # x and y follow the tile; pen_x and pen_y are where SVG's pen is, in coarse units.
    x = y = pen_x = pen_y = start_x = start_y = 0
    while at < size:
        command, count = geometry[at] & 7, geometry[at] >> 3
        at += 1
        if command == _CLOSE:
            parts.append("z")
            pen_x, pen_y = start_x, start_y
            continue
        for _ in range(count):
            dx, dy = geometry[at], geometry[at + 1]
            at += 2
            x += (dx >> 1) ^ -(dx & 1)
            y += (dy >> 1) ^ -(dy & 1)
            to_x, to_y = x >> coarseness, y >> coarseness
            if command == _MOVE_TO:
                parts.append(f"M{to_x} {to_y}")
                start_x, start_y = to_x, to_y
            elif to_x != pen_x or to_y != pen_y:
                parts.append(f"l{to_x - pen_x} {to_y - pen_y}")
            pen_x, pen_y = to_x, to_y
    return "".join(parts)
