"""The reader: documents to formulas to trees to terms, with source positions all the way."""
