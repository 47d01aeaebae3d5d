//! [`greets_as`], the test whether a node is ready.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

const PROTOCOL_HEADER: &[u8; 8] = b"AMQP\0\0\x09\x01";
const METHOD_FRAME: u8 = 1;
const FRAME_HEADER: usize = 7;
/// The server's properties have some 500 bytes.
const LONGEST_GREETING: usize = 64 * 1024;

/// Whether the broker at `port` greets as the node `name@localhost`.
///
/// A broker answers the protocol header with `connection.start` (AMQP 0-9-1, 2.2.4), whose server properties hold the
/// cluster's name: `NAME@HOST` unless configured. The name is looked at because another node may have taken the port:
/// it would answer while this one still starts, and fails.
pub(super) fn greets_as(port: u16, name: &str) -> bool {
    let cluster = format!("{name}@");
    greeting(port).is_ok_and(|greeting| greeting.windows(cluster.len()).any(|window| window == cluster.as_bytes()))
}

fn greeting(port: u16) -> io::Result<Vec<u8>> {
    let patience = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(PROTOCOL_HEADER)?;

    let mut header = [0; FRAME_HEADER];
    stream.read_exact(&mut header)?;
    let [kind, _, _, size @ ..] = header;
    let size = u32::from_be_bytes(size) as usize;
    if kind != METHOD_FRAME || size > LONGEST_GREETING {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut payload = vec![0; size];
    stream.read_exact(&mut payload)?;
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    /// A listener that answers every connection with `answer`.
    fn answering(answer: Vec<u8>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.read_exact(&mut [0; PROTOCOL_HEADER.len()]).unwrap();
            stream.write_all(&answer).unwrap();
        });
        port
    }

    fn method_frame(payload: &[u8]) -> Vec<u8> {
        let size = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&[METHOD_FRAME, 0, 0], &size[..], payload].concat()
    }

    #[test]
    fn the_node_itself_is_known_by_its_name() {
        assert!(greets_as(answering(method_frame(b"\x0ccluster_nameS\0\0\0\x07ours@vm")), "ours"));
    }

    #[test]
    fn another_node_is_not_taken_for_it() {
        assert!(!greets_as(answering(method_frame(b"\x0ccluster_nameS\0\0\0\x09theirs@vm")), "ours"));
    }

    #[test]
    fn what_is_no_broker_is_not_taken_for_it() {
        assert!(!greets_as(answering(b"HTTP/1.1 400 Bad Request\r\n\r\nours@vm".to_vec()), "ours"));
    }
}
