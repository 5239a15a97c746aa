"""The style guide."""

from tests.web.access_cases import Case
from webapp.access import Role

CASES = {"style.show_style": Case((Role.BEHEERDER,))}
