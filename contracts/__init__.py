"""What may be said in Parley: every ask, event, push, refusal and ending, declared once. Pure: no I/O, no clock."""
