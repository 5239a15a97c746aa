"""What can be wrong with a partner, an attempt or an agreement: one class per cause, each with one Dutch sentence."""

from matching.errors import MatchingError


class PartnerError(MatchingError):
    """Base of every refusal in the partner chain, the agreements and the landkaart."""


class UnknownCandidateError(PartnerError):
    """The mbo is not a candidate in the chain of this school."""


class StepSkippedError(PartnerError):
    """The step of this mbo is not open: an earlier step still has a candidate without an outcome."""


class OutcomeDateError(PartnerError):
    """The outcome lies before its attempt, before an earlier attempt, or in the future."""


class ReasonMissingError(PartnerError):
    """A refusal or an exception was logged without its reason."""


class SecondPersonError(PartnerError):
    """Step 4 was approved by the person who asked for it, or without a request."""


class StepFourClosedError(PartnerError):
    """Step 4 was asked for while it is switched off or before steps 1 to 3 were exhausted."""


class LocationMissingError(PartnerError):
    """A partner has no location with coordinates, so no travel time and no region exist."""


class AgreementOverlapError(PartnerError):
    """Two agreements of one school hold for the same crebo on the same day."""


class AgreementDataError(PartnerError):
    """An agreement cannot exist like this: no school, no crebo, or a period that ends before it starts."""


class RouteConditionError(PartnerError):
    """A placement on route A, B or C was confirmed while a condition of that route is not met."""


class DossierError(PartnerError):
    """A dossier cannot be read back, or its digest does not fit its content."""


class LandkaartError(PartnerError):
    """A record or self-report of the landkaart that cannot be accepted."""


class CoverageError(PartnerError):
    """A coverage question that has no meaning, such as a norm of zero minutes."""
