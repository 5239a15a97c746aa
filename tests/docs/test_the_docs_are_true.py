"""The docs name everything that exists, and nothing that does not."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from data.tables import Base
from usecases.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
COMMANDS = (ROOT / "docs" / "commands.md").read_text("utf-8")


def commands_of(command: click.Command, path: str) -> list[str]:
    if isinstance(command, click.Group):
        return [leaf for child in command.commands.values() for leaf in commands_of(child, f"{path} {child.name}")]
    return [path]


def test_every_setting_is_documented_with_its_default():
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "empty"
        assert f"| `{setting.name}` | {default} |" in OPERATIONS, setting.name


def test_every_documented_setting_exists():
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATIONS, re.MULTILINE))
    assert documented == {setting.name for setting in SETTINGS}


def test_every_table_is_documented_and_every_documented_table_exists():
    section = OPERATIONS.split("## Tables", 1)[1].split("\n## ", 1)[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)) == set(Base.metadata.tables)


def test_every_command_is_documented_and_every_documented_command_exists(app):
    own = {
        name: command for name, command in app.cli.commands.items() if name not in {"run", "shell", "routes", "spec"}
    }
    existing = {leaf for name, command in own.items() for leaf in commands_of(command, f"flask {name}")}
    documented = set(re.findall(r"^\| `(flask [a-z0-9 -]+)` \|", COMMANDS, re.MULTILINE))
    assert documented == existing


def test_every_make_target_explains_itself():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = makefile.split(".PHONY:")[1].splitlines()[0].split()
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert set(phony) == explained


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda path: path.stem)
def test_every_decision_has_its_four_parts(path):
    text = path.read_text("utf-8")
    for part in ("Context", "Decision", "Consequences", "Status"):
        assert part in text, part


def test_links_between_documents_lead_somewhere():
    link = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
    pages = [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages
        for target in link.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
