"""The only Flask: pages, API, command line and jobs as thin shells over the use cases."""
