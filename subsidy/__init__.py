"""The reiskosten-tegemoetkoming: pure rules, whole cents, standard library only."""
