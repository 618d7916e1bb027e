"""ReportView → bytes: one function a format, and the one list of them."""
