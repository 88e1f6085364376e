"""The sheet 草稿页: a document's draft as a person works on it on a page, until it starts or amends a plan."""
