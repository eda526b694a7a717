"""What may be said in Parley: every ask, event, push, refusal and ending, declared once. Pure: no input, no output, no clock."""
