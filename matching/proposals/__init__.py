"""A proposal for a group, as flows with a proof."""
