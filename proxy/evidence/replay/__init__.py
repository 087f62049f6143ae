"""A recorded request once more: what to send, and how the new answer differs from the recorded one."""
