"""One promise a file: a function from the evidence to what contradicts it."""
