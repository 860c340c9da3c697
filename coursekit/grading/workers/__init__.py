"""Who judges: workers beside this process, on this machine or on many."""
