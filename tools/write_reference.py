"""Write docs/commands.md and the two tables of docs/operations.md from the code; a test holds them equal."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from data.tables import Base  # noqa: E402 - the path is set above
from usecases.settings import SETTINGS, read_settings  # noqa: E402
from webapp import create_app  # noqa: E402

PAGE = ROOT / "docs" / "operations.md"
COMMANDS = ROOT / "docs" / "commands.md"
NOT_OURS = {"run", "shell", "routes", "spec"}


def settings_rows() -> str:
    """Return a row per setting."""
    rows = []
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "empty"
        rows.append(f"| `{setting.name}` | {default} | {setting.allowed} | {setting.explanation} |")
    return "\n".join(rows)


def table_rows() -> str:
    """Return a row per table, explained by the first line of its docstring."""
    mappers = sorted(Base.registry.mappers, key=lambda mapper: str(mapper.local_table))
    return "\n".join(
        f"| `{mapper.local_table}` | {(mapper.class_.__doc__ or '').strip().splitlines()[0].rstrip('.')} |"
        for mapper in mappers
    )


def replace_body(text: str, header: str, rows: str) -> str:
    """Replace the rows under the table whose header line starts with ``header``."""
    pattern = re.compile(rf"(^{re.escape(header)}[^\n]*\n\|[-|]+\|\n)((?:\|[^\n]*\n)*)", re.MULTILINE)
    return pattern.sub(lambda found: found.group(1) + rows + "\n", text)


def leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command below ``command`` with its full name."""
    if isinstance(command, click.Group):
        for child in sorted(command.commands.values(), key=lambda item: item.name or ""):
            yield from leaves(child, f"{path} {child.name}")
    else:
        yield path, command


def command_row(path: str, command: click.Command) -> str:
    """Return the row of one command: its name, its arguments and options, and the first sentence of its help."""
    words = []
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            words.append(
                (parameter.metavar or (parameter.name or "").upper()) + (" …" if parameter.nargs == -1 else "")
            )
        elif isinstance(parameter, click.Option) and not parameter.hidden:
            words.append(parameter.opts[0] if parameter.required else f"[{parameter.opts[0]}]")
    usage = " ".join(words).replace("|", "\\|")
    explanation = " ".join((command.help or "").strip().split("\n\n")[0].split()).rstrip(".")
    return f"| `{path}` | {f'`{usage}`' if usage else ''} | {explanation} |"


def command_page() -> str:
    """Return the whole page of commands."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_settings({"STAGEROUTE_HOME": folder}))
        own = {name: command for name, command in app.cli.commands.items() if name not in NOT_OURS}
        app.extensions["stageroute"].close()
    head = COMMANDS.read_text("utf-8").split("\n| command")[0].rstrip()
    rows = [command_row(*leaf) for name in sorted(own) for leaf in leaves(own[name], f"flask {name}")]
    return "\n".join([head, "", "| command | arguments and [options] | what it does |", "|---|---|---|", *rows, ""])


def main() -> int:
    """Write the pages."""
    COMMANDS.write_text(command_page(), "utf-8")
    text = PAGE.read_text("utf-8")
    text = replace_body(text, "| variable |", settings_rows())
    text = replace_body(text, "| table |", table_rows())
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
