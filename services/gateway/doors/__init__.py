"""Where clients come in: Socket.IO and HTTP, both made from the contract table."""
