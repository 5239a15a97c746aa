"""Load the rule files: those that ship with the program, and those that the installation adds."""

from __future__ import annotations

from pathlib import Path

import subsidy
from subsidy.errors import RegelingError
from subsidy.regeling import Regeling, parse_regeling

SHIPPED = Path(subsidy.__file__).parent / "regelingen"
OWN_FOLDER = "regelingen"
"""Folder under the home of the installation; a rule file here needs an id of its own."""


def load_regeling(path: Path) -> Regeling:
    """Load one rule file.

    Raises
    ------
    RegelingError
        It cannot be read, or it is refused; the place and the value are named.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path.name}: dit bestand kan niet als tekst (UTF-8) worden gelezen."
        raise RegelingError(msg) from error
    return parse_regeling(text, path.name)


def load_regelingen(home: Path) -> tuple[dict[str, Regeling], tuple[str, ...]]:
    """Load every rule file.

    Returns
    -------
    tuple
        The regelingen by id, in order of id, and a Dutch sentence for every file of the installation's own folder
        that is refused. One bad file must not keep the others from being used.
    """
    found = {regeling.regeling_id: regeling for regeling in map(load_regeling, sorted(SHIPPED.glob("*.toml")))}
    broken: list[str] = []
    for path in sorted((home / OWN_FOLDER).glob("*.toml")):
        try:
            regeling = load_regeling(path)
        except RegelingError as error:
            broken.append(str(error))
            continue
        if regeling.regeling_id in found:
            broken.append(f"{path.name}: regeling {regeling.regeling_id} bestaat al; geef een eigen id.")
            continue
        found[regeling.regeling_id] = regeling
    return dict(sorted(found.items())), tuple(broken)
