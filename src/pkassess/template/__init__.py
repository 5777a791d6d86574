"""Empty workbooks and survey forms for a rubric: what to ask for, and how it is written down."""
