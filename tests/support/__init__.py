"""What tests of several rooms use: stand-ins, makers of files, readers of the documents. No tests, no fixtures."""
