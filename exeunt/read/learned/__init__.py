"""The learned reader: a small encoder and the first reader's code behind it."""
