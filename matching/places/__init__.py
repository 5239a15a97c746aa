"""Which place fits this pupil: eligibility, ranking, the register."""
