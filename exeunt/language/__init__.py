"""Language knowledge: data files and the code that reads them. Knows nothing of documents or claims."""
