"""How Parley is put on machines. `deploy.local` is the one-command cluster; images and configuration lie beside it."""
