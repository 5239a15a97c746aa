"""Stage places: which are possible for a pupil, in what order, and what the law says of them."""
