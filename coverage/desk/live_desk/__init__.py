"""The live desk: one page on which an event is run while it happens."""
