//! Addresses of servers.
