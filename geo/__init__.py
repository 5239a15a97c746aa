"""Road networks and points; knows no pupil, no school and no euro."""
