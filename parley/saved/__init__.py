"""What a backup is: a folder with `manifest.json` and, for each collection, its documents as BSON, one after the other, as
`bsondump` reads them. A backup without a manifest was broken off."""
