"""The style guide."""

from tests.webapp.access_cases import Case
from usecases.people.roles import Role

CASES = {"style.show_style": Case((Role.BEHEERDER,))}
