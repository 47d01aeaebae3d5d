//! [`Ports`], the ports of one node.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    io,
    net::{Ipv4Addr, TcpListener},
    ops::Range,
};

use super::error::{Error, Result};

/// Below the range from which Linux takes the ports of outgoing connections. Inside it, a client that tries again and
/// again to reach a killed node may be given the node's own port, and then be connected to itself.
const RANGE: Range<u16> = 20_000..30_000;

/// The ports of one node, all at 127.0.0.1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ports {
    pub(super) amqp: u16,
    pub(super) distribution: u16,
    pub(super) epmd: u16,
}

impl Ports {
    /// Picks ports that are free at this moment; another process may still be faster.
    pub(super) fn pick() -> Result<Self> {
        // All are held until the last one is found, so that they differ.
        let held = [hold_free_port()?, hold_free_port()?, hold_free_port()?];
        let [amqp, distribution, epmd] = held.each_ref().map(|(port, _)| *port);
        Ok(Self { amqp, distribution, epmd })
    }
}

fn hold_free_port() -> Result<(u16, TcpListener)> {
    let mut refused = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..1000 {
        let port = random_port();
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => return Ok((port, listener)),
            Err(error) => refused = error,
        }
    }
    Err(Error::io(format!("find a free port among {RANGE:?}"))(refused))
}

fn random_port() -> u16 {
    // Every RandomState has keys of its own: the standard library's one source of randomness.
    let random = RandomState::new().build_hasher().finish();
    let offset = random % u64::from(RANGE.end - RANGE.start);
    RANGE.start + u16::try_from(offset).expect("the range is smaller than u16::MAX")
}
