"""What can go wrong in matching, each with one Dutch sentence for the person at the screen."""


class MatchingError(ValueError):
    """Base of every refusal in this package; the message is a Dutch sentence."""


class InvalidValueError(MatchingError):
    """A value that can never be right, such as a period that ends before it starts."""


class UnknownObjectError(MatchingError):
    """A pupil, place, company or registration that does not exist (or is not yours)."""


class LockRefusedError(MatchingError):
    """A lock that contradicts a hard rule, another lock or the seats of a place."""


class NoSeatLeftError(MatchingError):
    """The last seat went to somebody else between looking and claiming."""


class NotEligibleError(MatchingError):
    """A claim of a place that a hard rule excludes for this pupil."""


class NotLawfulError(MatchingError):
    """The law on minors forbids a stage, or cannot judge it because a fact is missing."""


class ReasonMissingError(MatchingError):
    """A step that needs a written reason was asked for without one."""


class StatusError(MatchingError):
    """A step in the register that does not follow from the present status."""


class CertificateRefusedError(MatchingError):
    """A certificate that is none, was changed, or proves less than it claims."""
