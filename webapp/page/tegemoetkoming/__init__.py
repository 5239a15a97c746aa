"""What the pages of the tegemoetkoming need to be drawn."""
