"""Portfolio margin: `/papi`."""
