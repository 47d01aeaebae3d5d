//! What cannot connect says why, in a sentence without credentials.

use std::time::Duration;

use rabbit::{node, unique};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use user_events_core::{TransportError, TransportErrorKind};
use user_events_rabbit::{RabbitConfig, RabbitTransport};

const CANARY: &str = "canary-3f9a";

/// The error of a connection that must fail, free of credentials in every form that it can be shown in.
async fn refusal(uri: &str) -> TransportError {
    let config = match RabbitConfig::from_uri(uri) {
        Ok(config) => config.with_connect_timeout(Duration::from_secs(20)),
        Err(error) => return checked(error),
    };
    assert!(!format!("{config:?}").contains(CANARY));
    checked(RabbitTransport::connect(config).await.expect_err("it must not connect"))
}

fn checked(error: TransportError) -> TransportError {
    let mut shown = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        shown += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    assert!(!shown.contains(CANARY), "{shown}");
    assert!(!shown.contains(&format!("{:?}", CANARY.as_bytes())), "{shown}");
    error
}

#[tokio::test]
async fn a_wrong_password_is_a_matter_of_rights() {
    let port = node().await.port();
    let error = refusal(&format!("amqp://{CANARY}:{CANARY}@127.0.0.1:{port}/%2f")).await;
    assert_eq!(error.kind(), TransportErrorKind::Unauthorized, "{error}");
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
}

#[tokio::test]
async fn a_missing_virtual_host_is_named() {
    let port = node().await.port();
    let error = refusal(&format!("amqp://guest:guest@127.0.0.1:{port}/nowhere")).await;
    assert_eq!(error.kind(), TransportErrorKind::Configuration, "{error}");
    assert!(error.to_string().contains("no virtual host `nowhere`"), "{error}");
}

#[tokio::test]
async fn a_virtual_host_without_permissions_is_a_matter_of_rights() {
    let node = node().await;
    let (user, vhost) = (unique(CANARY), unique("closed"));
    node.ctl(["add_user", &user, CANARY]).await.expect("a user");
    node.ctl(["add_vhost", &vhost]).await.expect("a virtual host");
    let error = refusal(&format!("amqp://{user}:{CANARY}@127.0.0.1:{}/{vhost}", node.port())).await;
    assert_eq!(error.kind(), TransportErrorKind::Unauthorized, "{error}");
    assert!(error.to_string().contains(&vhost), "{error}");
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_named() {
    let port = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("its number").port();
    let error = refusal(&format!("amqp://{CANARY}:{CANARY}@127.0.0.1:{port}")).await;
    assert_eq!(error.kind(), TransportErrorKind::Connection, "{error}");
    assert!(error.to_string().contains(&format!("nothing listens at 127.0.0.1:{port}")), "{error}");
}

#[tokio::test]
async fn another_scheme_is_refused_before_anything_is_sent() {
    let error = refusal(&format!("http://{CANARY}:{CANARY}@127.0.0.1")).await;
    assert_eq!(error.kind(), TransportErrorKind::Configuration);
    assert!(error.to_string().contains("unknown scheme"), "{error}");
}

#[tokio::test]
async fn what_speaks_another_protocol_is_recognised() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let server = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a client");
            // Read first: what is closed with unread input is reset, and the answer is lost with it.
            stream.read_exact(&mut [0; 8]).await.expect("a protocol header");
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await.expect("it reads");
        }
    });
    let error = refusal(&format!("amqp://{CANARY}:{CANARY}@127.0.0.1:{port}")).await;
    assert_eq!(error.kind(), TransportErrorKind::Protocol, "{error}");
    assert!(error.to_string().contains("does not speak AMQP"), "{error}");
    server.abort();
}

#[tokio::test]
async fn what_closes_at_once_may_expect_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let server = tokio::spawn(async move {
        loop {
            drop(listener.accept().await.expect("a client"));
        }
    });
    let error = refusal(&format!("amqp://{CANARY}:{CANARY}@127.0.0.1:{port}")).await;
    assert_eq!(error.kind(), TransportErrorKind::Connection, "{error}");
    assert!(error.to_string().contains("use amqps"), "{error}");
    server.abort();
}

#[tokio::test]
async fn a_silent_port_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let config = RabbitConfig::from_uri(&format!("amqp://127.0.0.1:{port}")).expect("an URI");
    let config = config.with_connect_timeout(Duration::from_millis(300));
    let error = RabbitTransport::connect(config).await.expect_err("it must not connect");
    assert_eq!(error.kind(), TransportErrorKind::Timeout, "{error}");
}

#[tokio::test]
async fn tls_to_a_port_without_it_is_a_matter_of_configuration() {
    let port = node().await.port();
    let error = refusal(&format!("amqps://{CANARY}:{CANARY}@localhost:{port}")).await;
    assert_eq!(error.kind(), TransportErrorKind::Configuration, "{error}");
    assert!(error.to_string().contains("TLS handshake"), "{error}");
}

#[tokio::test]
async fn a_transport_shows_no_credentials() {
    let node = node().await;
    let user = unique(CANARY);
    node.ctl(["add_user", &user, CANARY]).await.expect("a user");
    node.ctl(["set_permissions", &user, ".*", ".*", ".*"]).await.expect("permissions");
    let config = RabbitConfig::from_uri(&format!("amqp://{user}:{CANARY}@127.0.0.1:{}", node.port())).expect("an URI");
    let connected = RabbitTransport::connect(config).await.expect("the node knows the user");
    let shown = format!("{connected:?}");
    assert!(shown.contains("Connected") && !shown.contains(CANARY), "{shown}");
}
