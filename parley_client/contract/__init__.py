"""What clients of Parley say and hear. Made from contracts/ by `make publish`: change it there."""
