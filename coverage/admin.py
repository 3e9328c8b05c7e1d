"""Registers the desk's admin classes; they live in coverage/desk/."""
