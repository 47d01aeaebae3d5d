//! Times as the platform writes them.
