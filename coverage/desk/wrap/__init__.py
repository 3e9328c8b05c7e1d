"""The wrap at the desk: choosing posts, writing, what became of its sources, publishing."""
