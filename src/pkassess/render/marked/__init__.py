"""A copy of a workbook with each problem cell coloured and commented; everything else stays byte for byte as it was."""
