"""Places, journeys and road networks."""
