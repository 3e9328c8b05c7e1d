"""The report of an event: what was published when, how soon, by whom, with whose pictures."""
