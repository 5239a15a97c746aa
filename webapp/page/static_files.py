"""Addresses of the built front-end files.

``webapp/assets/build.mjs`` names every file after the hash of its content and
writes the names to ``static/dist/manifest.json``. Templates ask for a source
name, ``asset('app.css')``, and get the address of the present content, which
may be cached for ever.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.page import addresses
from webapp.page.addresses import url_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

DIST = Path(__file__).parent.parent / "static" / "dist"


class AssetMissingError(LookupError):
    """A template asks for a file that the build does not make."""


@cache
def load_manifest(folder: Path = DIST) -> Mapping[str, str]:
    """Load source name → hashed name from ``manifest.json`` in ``folder``.

    Raises
    ------
    AssetMissingError
        There is no manifest: the built files are not where they should be.
    """
    try:
        names: dict[str, str] = json.loads((folder / "manifest.json").read_text("utf-8"))
    except FileNotFoundError as error:
        message = f"{folder / 'manifest.json'} is missing; run `make assets`"
        raise AssetMissingError(message) from error
    return names


def asset(name: str) -> str:
    """Address of the built file made from source ``name``, such as ``app.css``.

    Raises
    ------
    AssetMissingError
        The build makes no such file.
    """
    manifest = load_manifest()
    if name not in manifest:
        message = f"no built file {name!r}; known are {', '.join(sorted(manifest))}"
        raise AssetMissingError(message)
    return url_for("static", filename=f"dist/{manifest[name]}")


def init_app(app: Flask) -> None:
    """Give every template the functions ``url_for`` and ``asset``."""
    addresses.init_app(app)
    app.jinja_env.globals["asset"] = asset
