"""A newsroom in one file, and back: its database and its pictures as they stood at one moment."""
