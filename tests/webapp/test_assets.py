"""The built front-end files are what their sources make, and the templates ask for nothing else."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from webapp.page.static_files import DIST, AssetMissingError, asset, load_manifest

WEBAPP = Path(__file__).resolve().parents[2] / "webapp"
SOURCES = WEBAPP / "assets"


def test_every_built_file_is_named_after_its_content():
    for name in load_manifest().values():
        digest = name.split(".")[-2]
        assert hashlib.sha256((DIST / name).read_bytes()).hexdigest().startswith(digest), name


def test_the_folder_holds_the_files_of_the_manifest_and_nothing_else():
    assert {path.name for path in DIST.iterdir()} == {*load_manifest().values(), "manifest.json"}


def test_an_unknown_file_is_named_in_the_error(app):
    with app.test_request_context(), pytest.raises(AssetMissingError, match=r"nergens\.css"):
        asset("nergens.css")


def test_templates_ask_only_for_files_that_are_built():
    asked = {
        name
        for path in (WEBAPP / "templates").rglob("*.html")
        for name in re.findall(r"asset\('([^']+)'\)", path.read_text("utf-8"))
    }
    assert asked <= set(load_manifest())


def test_templates_hold_no_inline_style_or_script():
    for path in (WEBAPP / "templates").rglob("*.html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*(?:\ssrc=|application/json))", text), (
            path.name
        )


def test_the_lock_of_the_front_end_names_no_host():
    lock = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_a_rebuild_gives_the_same_bytes(tmp_path):
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed; the committed files were not rebuilt")
    work = tmp_path / "assets"
    shutil.copytree(SOURCES, work, ignore=shutil.ignore_patterns("node_modules"))
    installed = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund", "--prefer-offline"],
        cwd=work, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if installed.returncode != 0:
        pytest.skip(f"npm could not install the sources: {installed.stderr.strip()[-200:]}")
    subprocess.run(["node", "build.mjs", "--out", str(tmp_path / "dist")], cwd=work, check=True, timeout=120)
    built = {path.name: path.read_bytes() for path in (tmp_path / "dist").iterdir()}
    assert built == {path.name: path.read_bytes() for path in DIST.iterdir()}


def test_every_vendor_class_of_a_template_survived_the_pruning():
    css = next(path for path in DIST.glob("app.*.css")).read_text("utf-8")
    used = {
        name
        for path in (WEBAPP / "templates").rglob("*.html")
        for name in re.findall(r"utrecht-[a-z0-9_-]*[a-z0-9]", path.read_text("utf-8"))
    }
    assert {name for name in used if f".{name}" not in css} == set()


def test_the_pictures_of_the_readme_are_there_and_small():
    root = WEBAPP.parent
    shown = re.findall(r"\((docs/images/[^)]+\.webp)\)", (root / "README.md").read_text("utf-8"))
    assert len(shown) >= 6
    assert [path for path in shown if not (root / path).is_file()] == []
    assert sum(path.stat().st_size for path in (root / "docs" / "images").iterdir()) <= 1_000_000
